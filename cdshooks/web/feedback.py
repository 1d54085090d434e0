"""`POST /cds-services/{id}/feedback`: what became of cards that were sent (PROTOCOL, section G).

200 without a body: everything was kept. 200 with warnings: everything was kept, some of it not as it was sent.
422: an OperationOutcome names each element that was refused; every other item of the batch was kept all the
same. 503: nothing is sure to be kept, and all of it may be sent again. A repeat changes nothing.
"""

import datetime
import logging
from collections.abc import Callable, Collection

import msgspec
from flask import Blueprint, Request, Response, request

from cdshooks.cards.identity import CardKeys
from cdshooks.services.feedback import Desk, Taken
from cdshooks.store.engine import StoreUnreachable
from cdshooks.store.feedback import FeedbackStore
from cdshooks.trust.client import ANYONE, Client
from cdshooks.web.bodies import not_json, read_body, refuse_repetition_outside
from cdshooks.web.clients import refuse_unpermitted
from cdshooks.web.problems import MEDIA_TYPE
from cdshooks.wire.feedback import FeedbackRequest
from cdshooks.wire.outcome import OperationOutcome, Problem, issue
from cdshooks.wire.response import encode
from cdshooks.wire.violations import violations

RETRY_SECONDS = 30
MOST_ISSUES = 100
MOST_BYTES = 2 * 1024 * 1024
MOST_ITEMS = 5000
"""What one request may hold: more than any client sends, and less than would keep others waiting."""

_log = logging.getLogger(__name__)
_feedback = msgspec.json.Decoder(FeedbackRequest)


def blueprint(
    services: Collection[str],
    *,
    keys: CardKeys,
    store: FeedbackStore,
    keeps_comments: bool,
    authenticated: Callable[[str], Client] = lambda _service: ANYONE,
    now: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
) -> Blueprint:
    """The route for feedback to the services of these ids. `authenticated` tells who sends the request."""
    routes = Blueprint("feedback", __name__)

    # The second rule is for clients that append "/" and the rest to a discovery URL as typed.
    @routes.post("/cds-services/<service_id>/feedback")
    @routes.post("/cds-services//<service_id>/feedback")
    def feedback(service_id: str) -> Response:
        client = authenticated(service_id)
        if service_id not in services:
            raise Problem(404, "not-found", "There is no service of this id; see /cds-services.")
        refuse_unpermitted(client, service_id)
        request.max_content_length = min(MOST_BYTES, request.max_content_length or MOST_BYTES)
        desk = Desk(keys=keys, client=client, service=service_id, now=now(), keeps_comments=keeps_comments)
        items = _read(request).feedback
        if len(items) > MOST_ITEMS:
            raise Problem(
                413,
                "too-long",
                f"`feedback` holds more than {MOST_ITEMS} items; send them in several requests.",
                expressions=("feedback",),
            )
        taken = desk.read(items)
        try:
            store.take(taken.entries)
        except StoreUnreachable as error:
            _log.error("feedback could not be kept (%s)", error)
            raise Problem(
                503,
                "transient",
                "The feedback could not be stored. Please send it again; what is sent twice counts once.",
                headers={"Retry-After": str(RETRY_SECONDS)},
            ) from error
        return _answer(taken)

    return routes


def _read(request: Request) -> FeedbackRequest:
    """The feedback in the body of `request`, its items undecoded; or a Problem."""
    body = read_body(request)
    try:
        found = _feedback.decode(body)
    except msgspec.ValidationError:
        try:
            msgspec.json.decode(body, type=msgspec.Raw)
        except msgspec.DecodeError as error:
            raise not_json(str(error)) from None
        raise Problem.of(422, violations(body, FeedbackRequest)) from None
    except msgspec.DecodeError as error:
        raise not_json(str(error)) from None
    refuse_repetition_outside(body)
    return found


def _answer(taken: Taken) -> Response:
    if not taken.refused and not taken.remarks:
        return Response(status=200)
    if taken.refused:
        # Who reads this cannot be told which items; the client is told.
        _log.warning("feedback: %d elements refused, %d answers kept", len(taken.refused), len(taken.entries))
    issues = [
        *(issue("error", each.code, each.text, each.expression) for each in taken.refused),
        *(issue("warning", each.code, each.text, each.expression) for each in taken.remarks),
    ]
    if len(issues) > MOST_ISSUES:
        text = f"There are {len(issues) - MOST_ISSUES} more problems like these."
        issues[MOST_ISSUES:] = [issue("error" if taken.refused else "warning", "too-long", text)]
    if taken.refused:
        issues.append(issue("information", "informational", _kept(taken)))
    status = 422 if taken.refused else 200
    return Response(encode(OperationOutcome(issue=tuple(issues))), status, content_type=MEDIA_TYPE)


def _kept(taken: Taken) -> str:
    if len(taken.refused) > MOST_ISSUES:
        return f"Of the whole batch {len(taken.entries)} answers were stored."
    return "Every item that no error names was stored; the others were not."
