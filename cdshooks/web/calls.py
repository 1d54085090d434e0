"""Reading a hook call from HTTP: what is not JSON is a 400, what is not a call of CDS Hooks is a 422.

No message quotes the request: it names the element, and what was expected there.
"""

import contextlib
import http
import json
import re
import sys
from typing import Any

import msgspec
from flask import Request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from cdshooks.services.service import Service
from cdshooks.wire.feedback import FeedbackRequest
from cdshooks.wire.outcome import Issue, Problem, Text
from cdshooks.wire.request import CarefulRequest, ReceivedRequest, WholeRequest
from cdshooks.wire.violations import missing, violations

_whole = msgspec.json.Decoder(WholeRequest)
_careful = msgspec.json.Decoder(CarefulRequest)
_feedback = msgspec.json.Decoder(FeedbackRequest)
_MEMBERS = re.compile(
    b'"(?:%s)"' % b"|".join(field.encode_name.encode() for field in msgspec.structs.fields(CarefulRequest))
)
_PREFETCH = b'"prefetch"'
_END = 4096
"""Bytes at the end of a body in which members are looked for that follow the prefetch."""


def read_call(request: Request, service: Service) -> ReceivedRequest:
    """The hook call to `service` in the body of `request`; or a Problem that names everything wrong with it."""
    body = read_body(request)
    try:
        call = _decode(body, with_prefetch=not service.context_may_suffice)
    except msgspec.ValidationError:
        raise Problem.of(http.HTTPStatus.UNPROCESSABLE_ENTITY, _all_violations(body, service)) from None
    _refuse_repeated_members(body, call)
    found = _contradictions(call, service)
    if found:
        raise Problem.of(http.HTTPStatus.UNPROCESSABLE_ENTITY, found)
    return call


def context_violations(call: ReceivedRequest, service: Service) -> Problem:
    """What is wrong with a context that `service` could not decode."""
    return Problem.of(
        http.HTTPStatus.UNPROCESSABLE_ENTITY, violations(call.context, service.context, within="context")
    )


def read_feedback(request: Request) -> FeedbackRequest:
    """The feedback in the body of `request`, its items undecoded; or a Problem."""
    body = read_body(request)
    try:
        found = _feedback.decode(body)
    except msgspec.ValidationError:
        try:
            msgspec.json.decode(body, type=msgspec.Raw)
        except msgspec.DecodeError as error:
            raise _not_json(str(error)) from None
        raise Problem.of(422, violations(body, FeedbackRequest)) from None
    except msgspec.DecodeError as error:
        raise _not_json(str(error)) from None
    if body.count(b"feedback") > 1 or b"\\u" in body:
        _refuse_repetition_outside(body)
    return found


def read_body(request: Request) -> bytes:
    """The JSON body of `request` as bytes, its media type and length checked; or a Problem."""
    _check_media_type(request)
    body = _read(request)
    try:
        # msgspec does not look at the encoding of what it skips. Most bodies are ASCII: told fast.
        if not body.isascii():
            body.decode()
    except UnicodeDecodeError as error:
        raise _not_json(f"not UTF-8 (byte {error.start})") from None
    return body


def _check_media_type(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset != "utf-8":
        raise Problem(
            415,
            "not-supported",
            "The body has to be application/json in UTF-8.",
            headers={"Accept": "application/json"},
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(
            415,
            "not-supported",
            "The body has to be sent without a content coding.",
            headers={"Accept-Encoding": "identity"},
        )


def _read(request: Request) -> bytes:
    # Not by way of Request.get_data, which cuts a body without a length off at the limit in silence (werkzeug
    # 3.1), and copies every body more often.
    limit = request.max_content_length or sys.maxsize - 1
    length = request.content_length
    if length is None:
        # Sent in chunks: only some servers can tell where the body ends.
        length = limit + 1 if request.environ.get("wsgi.input_terminated") else 0
    elif length > limit:
        raise RequestEntityTooLarge
    try:
        body: bytes = request.environ["wsgi.input"].read(length)
    except TimeoutError:
        raise Problem(
            http.HTTPStatus.REQUEST_TIMEOUT,
            "timeout",
            "The body did not arrive in time.",
            headers={"Connection": "close"},
        ) from None
    except OSError as error:
        raise ClientDisconnected from error
    if len(body) > limit:
        raise RequestEntityTooLarge
    if len(body) < (request.content_length or 0):
        raise ClientDisconnected
    return body


def _decode(body: bytes, *, with_prefetch: bool) -> ReceivedRequest:
    """Raises msgspec.ValidationError where it is JSON and no call."""
    try:
        if with_prefetch:
            with contextlib.suppress(msgspec.DecodeError, RecursionError):
                return _whole.decode(body)
        # Something in it cannot be read. A resource may be broken, the call itself may not.
        try:
            return _careful.decode(body)
        except msgspec.ValidationError:
            # It was raised at the first element of a wrong type; what follows may not even be JSON.
            msgspec.json.decode(body, type=msgspec.Raw)
            raise
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as error:
        # Its words are about syntax and byte positions only.
        raise _not_json(str(error)) from None


def _all_violations(body: bytes, service: Service) -> tuple[Issue, ...]:
    """Of the call and, where there is one, of its context."""
    of_call = violations(body, CarefulRequest)
    if any(issue.expression in {None, ("context",)} for issue in of_call):
        return of_call
    context = msgspec.json.decode(body, type=_Context).context
    return (*of_call, *violations(context, service.context, within="context"))


class _Context(msgspec.Struct):
    context: msgspec.Raw


def _contradictions(call: ReceivedRequest, service: Service) -> tuple[Issue, ...]:
    """What no single member says, but several together."""
    found = []
    if call.hook != service.hook:
        text = f"`hook` is not {service.hook}, which this service is for."
        found.append(Issue(severity="error", code="value", details=Text(text=text), expression=("hook",)))
    if call.fhir_authorization is not None and call.fhir_server is None:
        found.append(missing("fhirServer", "; it is required where there is `fhirAuthorization`"))
    return tuple(found)


def _refuse_repeated_members(body: bytes, call: ReceivedRequest) -> None:
    """Of two members of one name msgspec keeps the last. Whose chart this is about must not hang on that."""
    if _may_repeat_a_member(body):
        _refuse_repetition_outside(body)
    context = json.loads(
        bytes(call.context), object_pairs_hook=_first_repetition, parse_int=str, parse_float=str
    )
    if not isinstance(context, dict):
        raise Problem(422, "structure", "`context` is not a JSON object.", expressions=("context",))


def _refuse_repetition_outside(body: bytes) -> None:
    """Refuse a body whose outermost object names a member twice."""
    members: list[tuple[str, Any]] = []
    # The outermost object is the last to be closed. Numbers stay text: Python refuses very long ones.
    json.loads(body, object_pairs_hook=lambda pairs: _kept(pairs, members), parse_int=str, parse_float=str)
    if _repeats(members):
        raise _repeated("The body")


def _may_repeat_a_member(body: bytes) -> bool:
    """Whether a member of the call may be there twice, from a look around the prefetch, which is nearly all.

    Told for certain only where this says yes: that takes as long as everything else together.
    """
    start = body.find(_PREFETCH)
    around = (
        body
        if start < 0
        else body[: start + len(_PREFETCH)] + body[max(start + len(_PREFETCH), len(body) - _END) :]
    )
    named = _MEMBERS.findall(around)
    # A name may be written with escapes.
    return len(set(named)) < len(named) or b"\\u" in around


def _kept(pairs: list[tuple[str, Any]], members: list[tuple[str, Any]]) -> None:
    members[:] = pairs


def _first_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if _repeats(pairs):
        raise _repeated("`context`", "context")
    return dict(pairs)


def _repeats(pairs: list[tuple[str, Any]]) -> bool:
    return len({name for name, _ in pairs}) < len(pairs)


def _repeated(where: str, *expressions: str) -> Problem:
    return Problem(
        400, "structure", f"{where} holds a member of the same name twice.", expressions=expressions
    )


def _not_json(reason: str) -> Problem:
    return Problem(400, "structure", "The body is not JSON in UTF-8.", diagnostics=reason)
