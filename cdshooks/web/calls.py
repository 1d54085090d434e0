"""Reading a hook call: what is not JSON is a 400, what is not a call of CDS Hooks is a 422.

No message quotes the request: it names the element, and what was expected there.
"""

import contextlib
import http

import msgspec
from flask import Request

from cdshooks.services.service import Service
from cdshooks.web.bodies import not_json, read_body, without_repetitions
from cdshooks.wire.outcome import Issue, Problem, Text
from cdshooks.wire.request import CarefulRequest, ReceivedRequest, WholeRequest
from cdshooks.wire.violations import missing, violations

_whole = msgspec.json.Decoder(WholeRequest)
_careful = msgspec.json.Decoder(CarefulRequest)
_LONG = 1000
"""Bytes of a prefetch from which on it is left out where members are looked for that stand twice."""


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
        raise not_json(str(error)) from None


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
    """Of two members of one name msgspec keeps the last. Whose chart this is about must not hang on that.

    Not looked at is what stands within the prefetch: that would take as long as everything else together.
    """
    context = without_repetitions(bytes(call.context), "`context`", "context")
    if not isinstance(context, dict):
        raise Problem(422, "structure", "`context` is not a JSON object.", expressions=("context",))
    prefetch = bytes(_Prefetch.of(body))
    # Short ones cost nothing; and of two that are alike, it cannot be told which is the prefetch.
    cut = len(prefetch) > _LONG and body.count(prefetch) == 1
    without_repetitions(body.replace(prefetch, b"0") if cut else body, "The body")


class _Prefetch(msgspec.Struct):
    prefetch: msgspec.Raw = msgspec.Raw()

    @staticmethod
    def of(body: bytes) -> msgspec.Raw:
        """The prefetch as it was sent; finding it costs a tenth of reading it."""
        return _prefetch.decode(body).prefetch


_prefetch = msgspec.json.Decoder(_Prefetch)
