"""`GET /health`: whether this process answers. Says nothing of any call."""

from flask import Blueprint, Response

_BODY = b'{"status":"ok"}'


def blueprint() -> Blueprint:
    """The route for load balancers and container probes."""
    routes = Blueprint("health", __name__)

    @routes.get("/health")
    def health() -> Response:
        return Response(_BODY, content_type="application/json")

    return routes
