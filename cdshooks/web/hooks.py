"""`POST /cds-services/{id}`: one hook call, answered with cards or with an OperationOutcome."""

import contextlib
import datetime
import json
import logging
import time
from collections.abc import Callable, Mapping

import msgspec
from flask import Blueprint, Response, request

from cdshooks.cards.identity import CardKeys
from cdshooks.cards.signed import Answers
from cdshooks.chart.servers import FhirServers
from cdshooks.services.service import Call, Service
from cdshooks.trust.client import Client
from cdshooks.web.calls import read_call
from cdshooks.web.clients import Authenticated, refuse_unpermitted
from cdshooks.web.timing import SERVER_TIMING, server_timing
from cdshooks.wire.outcome import Problem
from cdshooks.wire.request import ReceivedRequest
from cdshooks.wire.response import HookResponse, encode
from cdshooks.wire.rules import broken_rules
from fhir_mappings.value_sets import Terminology

_log = logging.getLogger(__name__)

AS_OF = "com.bone-health-cds.as-of"
"""Key of the request extension that states the day to evaluate for, for replays and tests."""

# No chart is evaluated for a day beyond these, and months are added to and taken from it.
_EARLIEST, _LATEST = datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)
_day = msgspec.json.Decoder(datetime.date)


def blueprint(
    services: Mapping[str, Service],
    *,
    authenticated: Authenticated,
    terminology_of: Callable[[Client], Terminology],
    today: Callable[[], datetime.date],
    honours_as_of: bool,
    checks_answers: bool,
    extra_risk_factors: bool,
    keys: CardKeys,
    answers: Answers,
    shown: Callable[[str, HookResponse], None],
    servers: FhirServers | None = None,
) -> Blueprint:
    """The route of the services, by their ids.

    `honours_as_of`: whether a request may state its day. `checks_answers`: whether an answer that breaks a rule
    of CDS Hooks becomes a 500 instead of leaving. `extra_risk_factors`: the setting of that name. `shown` is
    told of every answer that leaves, and to which client it goes. `servers` is asked
    for what the prefetch of a call lacks.
    """
    routes = Blueprint("hooks", __name__)

    # The second rule is for the public sandbox, which appends "/" and the id to a discovery URL as typed.
    @routes.post("/cds-services/<service_id>")
    @routes.post("/cds-services//<service_id>")
    def hook(service_id: str) -> Response:
        client = authenticated(service_id)
        service = services.get(service_id)
        if service is None:
            raise Problem(404, "not-found", "There is no service of this id; see /cds-services.")
        refuse_unpermitted(client, service_id)
        received = read_call(request, service)
        stated = stated_day(received) if honours_as_of else None
        call = Call(
            request=received,
            as_of=stated or today(),
            as_of_ignored=not honours_as_of and AS_OF in (received.extension or {}),
            terminology=terminology_of(client),
            client=client,
            extra_risk_factors=extra_risk_factors,
            keys=keys,
            answers=answers,
            servers=servers,
        )
        began = time.perf_counter()
        try:
            answer = service.reply(call)
        except Problem as problem:
            problem.headers |= {SERVER_TIMING: server_timing(call.timing, time.perf_counter() - began)}
            raise
        body = encode(answer)
        timing = server_timing(call.timing, time.perf_counter() - began)
        if checks_answers:
            _refuse_to_send_broken(body)
        shown(call.client.name, answer)
        return Response(body, content_type="application/json", headers={SERVER_TIMING: timing})

    return routes


def _refuse_to_send_broken(body: bytes) -> None:
    broken = broken_rules(json.loads(body))
    if broken:
        _log.error("an answer breaks rules of CDS Hooks: %s", ", ".join(broken))
        raise Problem(
            500, "exception", "The answer would have broken the rules of CDS Hooks, and is not sent."
        )


def stated_day(received: ReceivedRequest) -> datetime.date | None:
    """The day that a request states, whether or not it is honoured; a Problem where it is none."""
    stated = (received.extension or {}).get(AS_OF)
    if stated is None:
        return None
    day = None
    with contextlib.suppress(msgspec.DecodeError):
        day = _day.decode(stated)
    if day is None or not _EARLIEST <= day <= _LATEST:
        element = f'extension["{AS_OF}"]'
        raise Problem(
            422, "value", f"`{element}` is not a day of 1900 to 2200, YYYY-MM-DD.", expressions=(element,)
        )
    return day
