"""Bundles, one entry at a time: a bad entry is reported by its reference and costs the others nothing."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from fhir_mappings.reader import (
    Element,
    Irrelevant,
    OperationOutcome,
    Readable,
    Unreadable,
    read,
)


class _Link(Element, frozen=True, kw_only=True):
    relation: str | None = None


class _Bundle(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="Bundle"):
    # Bundle.type is not asked for: clients leave it out, and send collections where a searchset is due.
    entry: tuple[msgspec.Raw, ...] | None = None
    link: tuple[_Link, ...] | None = None


class _Entry(Element, frozen=True, kw_only=True):
    resource: Readable


class _RawEntry(Element, frozen=True, kw_only=True):
    resource: msgspec.Raw | None = None


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer of a FHIR server, or one prefetch value, holds.

    `state`: "supplied"; "empty" (asked and answered: there is none); "failed" (an OperationOutcome, or
    nothing that FHIR knows); "truncated" (a further page exists that is not here).
    """

    state: Literal["supplied", "empty", "failed", "truncated"]
    resources: tuple[Readable | Unreadable | Irrelevant, ...] = ()


_bundle_decoder = msgspec.json.Decoder(_Bundle)
_entry_decoder = msgspec.json.Decoder(_Entry)
_raw_entry_decoder = msgspec.json.Decoder(_RawEntry)


def open_answer(raw: msgspec.Raw | bytes) -> Contents:
    """Read a prefetch value or a server's answer: null, a resource, a Bundle or an OperationOutcome."""
    if bytes(raw) == b"null":
        return Contents(state="empty")
    try:
        bundle = _bundle_decoder.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return _single(read(raw))
    resources = tuple(_entries(bundle.entry or ()))
    outcomes = [each for each in resources if isinstance(each, OperationOutcome)]
    found = tuple(each for each in resources if not isinstance(each, OperationOutcome))
    if any(link.relation == "next" for link in bundle.link or ()):
        return Contents(state="truncated", resources=found)
    if not found and any(map(_is_failure, outcomes)):
        return Contents(state="failed")
    return Contents(state="supplied" if found else "empty", resources=found)


def _single(resource: Readable | Unreadable | Irrelevant) -> Contents:
    if isinstance(resource, OperationOutcome):
        return Contents(state="failed" if _is_failure(resource) else "empty")
    if isinstance(resource, Unreadable) and resource.kind is None:
        return Contents(state="failed")
    return Contents(state="supplied", resources=(resource,))


def _is_failure(outcome: OperationOutcome) -> bool:
    """Whether the server failed. A resource type it does not support is not a failure, nor is advice."""
    issues = outcome.issue or ()
    if issues and all(issue.code == "not-supported" for issue in issues):
        return False
    return not issues or any(issue.severity not in {"warning", "information"} for issue in issues)


def _entries(entries: tuple[msgspec.Raw, ...]) -> Iterator[Readable | Unreadable | Irrelevant]:
    for raw in entries:
        try:
            yield _entry_decoder.decode(raw).resource
        except (msgspec.DecodeError, RecursionError):
            yield _second_look(raw)


def _second_look(raw: msgspec.Raw) -> Readable | Unreadable | Irrelevant:
    try:
        resource = _raw_entry_decoder.decode(raw).resource
    except (msgspec.DecodeError, RecursionError):
        resource = None
    if resource is None:
        return Unreadable(kind=None, reference="entry", because="holds no resource")
    return read(resource)
