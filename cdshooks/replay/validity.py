"""Whether a file holds a valid hook call: by the service's own checks, and its FHIR by strict models.

The service reads FHIR narrowly and forgives much. Whoever builds a client wants to hear of all of it, so every
resource is held against the models of fhir.resources here, where nobody waits for cards. No finding quotes a
value.
"""

import datetime
import http
import json
import re
import typing
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any, Literal

import msgspec
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from cdshooks.replay.cases import hook_of
from cdshooks.services.service import Call, Service
from cdshooks.web.bodies import not_json, refuse_other_encodings
from cdshooks.web.calls import call_in
from cdshooks.web.hooks import stated_day
from cdshooks.wire.outcome import Issue, Problem
from cdshooks.wire.request import CallContext, ReceivedRequest
from cdshooks.wire.violations import wrong
from fhir_mappings.value_sets import Terminology

Kind = Literal["call", "data", "fhir", "note"]
_ORDER: tuple[Kind, ...] = typing.get_args(Kind)

_Json = Any

_TELLABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,63}")
_EXPECTED = {
    "extra_forbidden": "is no element that FHIR R4 has there",
    "missing": "is missing",
    "model_field_validation.missing": "is missing",
    "list_type": "has to be a list, without null in it",
    "json_invalid": "has to be an object",
    "model_validation_format": "has to be an object",
    "string_type": "has to be a string",
    "string_pattern_mismatch": "is not in the form that FHIR has for it",
    "int_from_float": "has to be a whole number",
    "int_type": "has to be a whole number",
    "int_parsing": "has to be a whole number",
    "bool_parsing": "has to be true or false",
    "bool_type": "has to be true or false",
    "greater_than_equal": "is below what FHIR allows",
    "greater_than": "is below what FHIR allows",
}
# What the models say in words of their own. The words are told by how they begin, as they may quote a value.
_SAID = (
    (re.compile(r"(Date|DateTime|Instant|Time) value"), "is no valid {}"),
    (re.compile(r"(Decimal) value"), "has to be a number"),
    (re.compile(r"Any of one field value is expected"), "has several elements of which one may be there"),
    (re.compile(r"Expect any of field value"), "has none of several elements of which one has to be there"),
)
_CHOICES = re.compile(r"'([a-z]+)[A-Z]")


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing about a call, and the element it is about.

    call: it is no call of CDS Hooks, and is answered with 400 or 422.
    data: what is required is not in it, and it is answered with 412.
    fhir: a resource is not valid FHIR; the service reads of it what it can.
    note: right as it is, and good to know.
    """

    kind: Kind
    text: str
    path: str | None = None
    hint: str | None = None


def findings(
    body: bytes, services: tuple[Service, ...], terminology: Terminology, *, most_bytes: int
) -> tuple[Finding, ...]:
    """Everything there is to say of the body of a hook call, in the order it should be read.

    `most_bytes` is how many the service accepts.
    """
    found = _of_body(body, services, terminology)
    if len(body) <= most_bytes:
        return found
    text = f"The body has {len(body)} bytes and is answered with 413; {most_bytes} are accepted."
    return (Finding(kind="call", text=text), *found)


def _of_body(body: bytes, services: tuple[Service, ...], terminology: Terminology) -> tuple[Finding, ...]:
    try:
        refuse_other_encodings(body)
        hook = _hook(body)
        found = (*_of_call(body, hook, services, terminology), *_of_resources(body))
        return tuple(sorted(found, key=lambda each: _ORDER.index(each.kind)))
    except Problem as problem:
        return tuple(_told("call", problem))
    except RecursionError:
        return (Finding(kind="call", text="The JSON is nested too deeply."),)


def _hook(body: bytes) -> str | None:
    try:
        return hook_of(body)
    except msgspec.DecodeError as error:
        raise not_json(str(error)) from None


def _of_call(
    body: bytes, hook: str | None, services: tuple[Service, ...], terminology: Terminology
) -> Iterator[Finding]:
    """What the service would say of the call; as far as it comes, also where an earlier check fails."""
    service = next((each for each in services if each.hook == hook), None)
    known = service is not None
    if service is None:
        # Of a call for another hook can be said what holds for every hook.
        service = msgspec.structs.replace(services[0], hook=hook or "", context=CallContext)
        if hook is not None:
            hooks = ", ".join(each.hook for each in services)
            yield _finding("call", wrong("hook", f"One of the hooks there is a service for: {hooks}"))
    try:
        received = call_in(body, service)
    except Problem as problem:
        yield from _told("call", problem)
        return
    try:
        day = stated_day(received)
    except Problem as problem:
        day = None
        yield from _told("call", problem)
    if known:
        yield from _of_answer(
            service,
            Call(
                request=received,
                as_of=day or datetime.datetime.now(datetime.UTC).date(),
                terminology=terminology,
            ),
        )
        yield from _of_keys(received, service.prefetch(terminology).keys())


def _of_answer(service: Service, call: Call) -> Iterator[Finding]:
    """What keeps the call from being answered with cards. No FHIR server is asked."""
    try:
        service.reply(call)
    except Problem as problem:
        if problem.status != http.HTTPStatus.PRECONDITION_FAILED:
            yield from _told("call", problem)
            return
        for found in _told("data", problem):
            if call.request.fhir_server and _key(found) not in (call.request.prefetch or {}):
                hint = "The call names a FHIR server, where the service may fetch it."
                yield msgspec.structs.replace(found, kind="note", hint=hint)
            else:
                yield found


def _key(found: Finding) -> str:
    return (found.path or "").removeprefix("prefetch.")


def _of_keys(received: ReceivedRequest, asked: Collection[str]) -> Iterator[Finding]:
    sent = (received.prefetch or {}).keys()
    missing = [key for key in asked if key not in sent]
    if missing:
        text = f"Keys that discovery asks for and that are not there: {', '.join(missing)}."
        yield Finding(kind="note", text=text, path="prefetch")
    others = [_name(key) for key in sent if key not in asked]
    if others:
        text = f"Keys that discovery does not ask for, and that are ignored: {', '.join(others)}."
        yield Finding(kind="note", text=text, path="prefetch")


def _of_resources(body: bytes) -> Iterator[Finding]:
    try:
        call = json.loads(body, parse_float=Decimal)
    except ValueError:
        # Python refuses whole numbers of thousands of digits, and nothing else that came as far as this.
        yield Finding(kind="fhir", text="A number has too many digits: no resource was looked at.")
        return
    if not isinstance(call, dict):
        return
    prefetch, context = call.get("prefetch"), call.get("context")
    if isinstance(prefetch, dict):
        for key, value in prefetch.items():
            if value is not None:
                yield from _of_resource(value, f"prefetch.{_name(key)}")
    if isinstance(context, dict) and context.get("draftOrders") is not None:
        yield from _of_resource(context["draftOrders"], "context.draftOrders")


def _of_resource(value: _Json, path: str) -> Iterator[Finding]:
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        yield Finding(kind="fhir", path=path, text="is no FHIR resource: it has no `resourceType`.")
        return
    # Resources within it are looked at by themselves: one that is wrong hides no other.
    nested: list[tuple[_Json, str]] = []
    alone = _without_nested(value, path, nested, in_bundle=kind == "Bundle")
    try:
        get_fhir_model_class(kind).model_validate(alone)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            yield Finding(kind="fhir", path=path + _steps(each["loc"]), text=f"{_expected(each)}.")
    except (ValueError, KeyError):  # how the library says that it has no such model
        yield Finding(kind="fhir", path=path, text="`resourceType` is none of FHIR R4.")
    for inner, where in nested:
        yield from _of_resource(inner, where)


def _without_nested(value: _Json, path: str, nested: list[tuple[_Json, str]], *, in_bundle: bool) -> _Json:
    """A copy of `value` without the resources in it, which are added to `nested` with their paths."""
    if isinstance(value, list):
        return [
            _without_nested(each, f"{path}[{number}]", nested, in_bundle=in_bundle)
            for number, each in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, member in value.items():
        where = f"{path}.{_name(name)}"
        if name == "contained" and isinstance(member, list):
            nested += ((each, f"{where}[{number}]") for number, each in enumerate(member))
        elif isinstance(member, dict) and ("resourceType" in member or (in_bundle and name == "resource")):
            nested.append((member, where))
        else:
            kept[name] = _without_nested(member, where, nested, in_bundle=in_bundle)
    return kept


def _steps(location: tuple[int | str, ...]) -> str:
    # The models add "root" where it is the element itself that is wrong.
    steps = location[:-1] if location[-1:] == ("root",) else location
    return "".join(f"[{step}]" if isinstance(step, int) else f".{_name(step)}" for step in steps)


def _expected(error: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    known = _EXPECTED.get(error["type"])
    if known is not None:
        return known
    words = str(error.get("ctx", {}).get("error", ""))
    for said, told in _SAID:
        found = said.match(words)
        if found:
            kind = found[1] if found.groups() else ""
            return told.format(kind[:1].lower() + kind[1:])
    return "is not what FHIR R4 defines there"


def _name(name: str) -> str:
    """The name of a member; a mark for what is none, as it may be anything."""
    return name if _TELLABLE.fullmatch(name) else "…"


def _told(kind: Kind, problem: Problem) -> Iterator[Finding]:
    return (_finding(kind, each) for each in problem.outcome.issue)


def _finding(kind: Kind, issue: Issue) -> Finding:
    return Finding(
        kind=kind,
        text=issue.details.text,
        path=issue.expression[0] if issue.expression else None,
        hint=issue.diagnostics,
    )
