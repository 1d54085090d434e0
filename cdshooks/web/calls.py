"""Reading a hook call: what is not JSON is a 400, what is not a call of CDS Hooks is a 422.

No message quotes the request: it names the element, and what was expected there.
"""

import contextlib
import functools
import http
import re
from typing import NamedTuple, TypeVar

import msgspec
from flask import Request

from cdshooks.services.service import Service
from cdshooks.web.bodies import not_json, read_body, repeated, without_repetitions
from cdshooks.wire.outcome import Issue, Problem, Text
from cdshooks.wire.request import CarefulRequest, Message, OrderSignContext, ReceivedRequest, WholeRequest
from cdshooks.wire.violations import missing, value_is_object, violations, wrong
from fhir_mappings.bundle import Answer
from fhir_mappings.orders import holds_drafts

_whole = msgspec.json.Decoder(WholeRequest)
_careful = msgspec.json.Decoder(CarefulRequest)
_Whole = dict[str, Answer] | None
_Careful = dict[str, msgspec.Raw] | None


class _Key:
    """A key of the prefetch as it stands there. No two are equal: so of two of one name none is lost."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def _key(_type: type, name: str) -> _Key:
    return _Key(name)


_whole_prefetch = msgspec.json.Decoder(dict[_Key, Answer] | None, dec_hook=_key)
_careful_prefetch = msgspec.json.Decoder(dict[_Key, msgspec.Raw] | None, dec_hook=_key)
_LAST = re.compile(rb'"prefetch"[ \t\r\n]*:[ \t\r\n]*')
_LONG = 1000
"""Bytes of a prefetch from which on it is left out where members are looked for that stand twice."""


_Held = TypeVar("_Held")


class _Read(NamedTuple):
    """A call, and its body with something short in place of a long prefetch."""

    call: ReceivedRequest
    envelope: bytes


def read_call(request: Request, service: Service) -> ReceivedRequest:
    """The hook call to `service` in the body of `request`; or a Problem that names everything wrong with it."""
    return call_in(read_body(request), service)


def call_in(body: bytes, service: Service) -> ReceivedRequest:
    """The hook call to `service` that a body in UTF-8 is; or a Problem that names everything wrong with it."""
    try:
        with_prefetch = not service.context_may_suffice
        call, envelope = _with_prefetch_last(body, with_prefetch=with_prefetch) or _with_prefetch_elsewhere(
            body, with_prefetch=with_prefetch
        )
    except msgspec.ValidationError:
        raise Problem.of(http.HTTPStatus.UNPROCESSABLE_ENTITY, _all_violations(body, service)) from None
    _refuse_repeated_members(envelope, call)
    found = (*_contradictions(call, service), *_in_context(call.context, service))
    if found:
        raise Problem.of(http.HTTPStatus.UNPROCESSABLE_ENTITY, found)
    return call


def _with_prefetch_last(body: bytes, *, with_prefetch: bool) -> _Read | None:
    """The call where its prefetch stands last, in a single pass unless a resource has to be read on its own.

    What stands before the prefetch is a JSON object without it, and what follows is one JSON value and the end
    of that object: so there is nothing else, and nothing has to be skipped to be sure of that.
    """
    content = body.rstrip(b" \t\r\n")
    last = _LAST.search(content)
    if last is None or not content.endswith(b"}"):
        return None
    envelope = content[: last.end()] + b"null}"
    try:
        call = _whole.decode(envelope)
        prefetch = _prefetch_in(memoryview(content)[last.end() : -1], read=with_prefetch)
    except (msgspec.DecodeError, RecursionError):
        return None
    return _Read(msgspec.structs.replace(call, prefetch=prefetch), envelope)


def _with_prefetch_elsewhere(body: bytes, *, with_prefetch: bool) -> _Read:
    """Raises msgspec.ValidationError where it is JSON and no call."""
    call = _decode(body, with_prefetch=with_prefetch)
    if call.prefetch:
        _each_once(_careful_prefetch.decode(_Prefetch.of(body)))
    return _Read(call, _envelope(body))


def _prefetch_in(value: memoryview, *, read: bool) -> _Whole | _Careful:
    if read:
        with contextlib.suppress(msgspec.DecodeError, RecursionError):
            return _each_once(_whole_prefetch.decode(value))
    return _each_once(_careful_prefetch.decode(value))


def _each_once(prefetch: dict[_Key, _Held] | None) -> dict[str, _Held] | None:
    """The prefetch by the names of its keys. Of two that are alike nobody can tell which is meant."""
    if prefetch is None:
        return None
    found = {key.name: value for key, value in prefetch.items()}
    if len(found) < len(prefetch):
        raise repeated("`prefetch`", "prefetch")
    return found


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
    return (*of_call, *_in_context(context, service))


def _in_context(context: msgspec.Raw, service: Service) -> tuple[Issue, ...]:
    """Everything that is wrong with a context."""
    found: tuple[Issue, ...] = ()
    try:
        _decoder(service.context).decode(context)
    except msgspec.ValidationError:
        # Only what is wrong is looked at member by member.
        found = violations(context, service.context, within="context")
    if not issubclass(service.context, OrderSignContext) or not value_is_object(context):
        return found
    drafts = _drafts.decode(context).draft_orders
    if not bytes(drafts) or holds_drafts(drafts):
        return found
    return (*found, wrong("context.draftOrders", "Expected a Bundle of draft orders"))


@functools.cache
def _decoder(kind: type[Message]) -> msgspec.json.Decoder[Message]:
    return msgspec.json.Decoder(kind)


class _Context(msgspec.Struct):
    context: msgspec.Raw


class _Drafts(msgspec.Struct, rename="camel"):
    draft_orders: msgspec.Raw = msgspec.Raw()


_drafts = msgspec.json.Decoder(_Drafts)


def _contradictions(call: ReceivedRequest, service: Service) -> tuple[Issue, ...]:
    """What no single member says, but several together."""
    found = []
    if call.hook != service.hook:
        text = f"`hook` is not {service.hook}, which this service is for."
        found.append(Issue(severity="error", code="value", details=Text(text=text), expression=("hook",)))
    if call.fhir_authorization is not None and call.fhir_server is None:
        found.append(missing("fhirServer", "; it is required where there is `fhirAuthorization`"))
    return tuple(found)


def _refuse_repeated_members(envelope: bytes, call: ReceivedRequest) -> None:
    """Of two members of one name msgspec keeps the last. Whose chart this is about must not hang on that.

    Of the prefetch its keys are looked at where they are read, and not what stands within the resources: that
    would take as long as everything else together.
    """
    try:
        without_repetitions(envelope, "The body")
    except Problem:
        without_repetitions(bytes(call.context), "`context`", "context")
        raise


def _envelope(body: bytes) -> bytes:
    prefetch = bytes(_Prefetch.of(body))
    # Short ones cost nothing; and of two that are alike, it cannot be told which is the prefetch.
    if len(prefetch) <= _LONG:
        return body
    # Mostly it is what first begins like it. To look for all of it takes longer than to read it.
    start = body.find(prefetch[:_LONG])
    if not body.startswith(prefetch, start):
        start = body.find(prefetch)
    after = body[start + len(prefetch) :]
    return body if prefetch in after else body[:start] + b"0" + after


class _Prefetch(msgspec.Struct):
    prefetch: msgspec.Raw = msgspec.Raw()

    @staticmethod
    def of(body: bytes) -> msgspec.Raw:
        """The prefetch as it was sent; finding it costs a tenth of reading it."""
        return _prefetch.decode(body).prefetch


_prefetch = msgspec.json.Decoder(_Prefetch)
