"""Who calls, asked before anything else is done for a call."""

from collections.abc import Callable

from flask import g, request

from cdshooks.trust.client import ANYONE, Client
from cdshooks.trust.memory import MemoryUnreachable
from cdshooks.trust.refusal import KeysUnreachable, Refused
from cdshooks.trust.verify import Verifier
from cdshooks.web.access_log import CLIENT
from cdshooks.wire.outcome import Problem

Authenticated = Callable[[str | None], Client]
"""The client that makes the current request, to the service of an id or to none.

Raises Problem: 401 where the call does not prove who makes it, 503 where it cannot be told. To be called first
in a view, before the body is read.
"""


def refuse_unpermitted(client: Client, service_id: str) -> None:
    """Raise a Problem, 403, where the client may not call the service, which there is."""
    if client.services is not None and service_id not in client.services:
        raise Problem(403, "forbidden", "This client may not call this service; see /cds-services.")


def everyone(_service_id: str | None) -> Client:
    """Lets everybody in: where nobody checks who calls."""
    return ANYONE


def authentication(verifier: Verifier, public_url: str | None) -> Authenticated:
    """Lets in whom the trust file names. Endpoints are known by `public_url` and never by the Host header."""

    def authenticated(service_id: str | None) -> Client:
        paths = [request.path] if service_id is None else [request.path, f"/cds-services/{service_id}"]
        # The second is what the service itself is called: for clients that sign feedback with it (PROTOCOL
        # G9), and for a doubled slash that a client's discovery URL brought in.
        endpoints = tuple(public_url + path for path in paths) if public_url else ()
        try:
            client = verifier.client(request.headers.get("Authorization"), endpoints)
        except Refused:
            raise _unknown_caller() from None
        except (KeysUnreachable, MemoryUnreachable):
            raise _cannot_tell() from None
        setattr(g, CLIENT, client.name)
        return client

    return authenticated


def optional(authenticated: Authenticated) -> Authenticated:
    """Lets in everybody who shows no token; a token that is shown has to be right all the same."""

    def asked(service_id: str | None) -> Client:
        return authenticated(service_id) if "Authorization" in request.headers else ANYONE

    return asked


def _unknown_caller() -> Problem:
    # The same for every reason: an attacker learns nothing from it. The log says why.
    return Problem(
        401,
        "login",
        "The call has to be signed by a client that is known here.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _cannot_tell() -> Problem:
    return Problem(
        503,
        "transient",
        "Who makes the call cannot be checked at present; try again with a new token.",
        headers={"Retry-After": "30"},
    )
