"""`GET /cds-services`: which services there are, and what each asks a client to prefetch."""

from collections.abc import Iterable

from flask import Blueprint, Response

from cdshooks.services.service import Service
from cdshooks.wire.discovery import Discovery
from cdshooks.wire.response import encode
from fhir_mappings.value_sets import Terminology


def blueprint(services: Iterable[Service], terminology: Terminology) -> Blueprint:
    """The route of discovery. Its body is written once, here: it changes only with the settings."""
    routes = Blueprint("discovery", __name__)
    body = encode(Discovery(services=tuple(service.entry(terminology) for service in services)))

    @routes.get("/cds-services")
    def discovery() -> Response:
        return Response(body, content_type="application/json")

    return routes
