"""`GET /cds-services`: which services there are, and what each asks a client to prefetch."""

from collections.abc import Callable, Iterable

from flask import Blueprint, Response

from cdshooks.services.service import Service
from cdshooks.trust.client import Client
from cdshooks.web.clients import Authenticated
from cdshooks.wire.discovery import Discovery
from cdshooks.wire.response import encode
from fhir_mappings.value_sets import Terminology


def blueprint(
    services: Iterable[Service],
    *,
    authenticated: Authenticated,
    terminology_of: Callable[[Client], Terminology],
) -> Blueprint:
    """The route of discovery: each client reads of the services it may call, with templates for its codes.

    A client's body is written once: it changes only with the settings.
    """
    routes = Blueprint("discovery", __name__)
    services = tuple(services)
    bodies: dict[str, bytes] = {}

    @routes.get("/cds-services")
    def discovery() -> Response:
        client = authenticated(None)
        if client.name not in bodies:
            bodies[client.name] = _body(services, client, terminology_of(client))
        return Response(bodies[client.name], content_type="application/json")

    return routes


def _body(services: Iterable[Service], client: Client, terminology: Terminology) -> bytes:
    allowed = (each for each in services if client.services is None or each.id in client.services)
    return encode(Discovery(services=tuple(each.entry(terminology) for each in allowed)))
