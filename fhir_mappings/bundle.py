"""Bundles, one entry at a time: a bad entry is reported by its reference and costs the others nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from fhir_mappings.reader import (
    Element,
    Irrelevant,
    Medication,
    OperationOutcome,
    Readable,
    Reference,
    Unreadable,
    read,
)


class _Link(Element, frozen=True, kw_only=True):
    relation: str | None = None
    url: str | None = None


_NULL = msgspec.Raw(b"null")


class _Entry(Element, frozen=True, kw_only=True):
    resource: Readable
    # Raw, so that one that is broken costs nothing: it is looked at for the sake of Medications only.
    full_url: msgspec.Raw = _NULL


# Not `Raw | None`, which msgspec takes for null alone.
class _RawEntry(Element, frozen=True, kw_only=True):
    resource: msgspec.Raw = _NULL
    full_url: msgspec.Raw = _NULL


class Bundle(Element, frozen=True, kw_only=True, tag_field="resourceType", tag=True):
    """A Bundle in which every entry can be read.

    Its type is not asked for: clients leave it out, and send collections where a searchset is due.
    """

    entry: tuple[_Entry, ...] | None = None
    link: tuple[_Link, ...] | None = None
    total: int | None = None


Answer = Bundle | Readable | None
"""What a FHIR server, or a prefetch key, may answer with when nothing is wrong with any of it."""


# The tag is a field of its own, since msgspec lets a tag be absent: {} is no empty Bundle, it is no answer.
class _RawBundle(Element, frozen=True, kw_only=True):
    resource_type: Literal["Bundle"]
    entry: tuple[msgspec.Raw, ...] | None = None
    link: msgspec.Raw = _NULL


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer of a FHIR server, or one prefetch value, holds.

    `state`: "supplied"; "empty" (asked and answered: there is none); "failed" (an OperationOutcome, or
    nothing that FHIR R4 knows; what is of another version is in `resources` all the same, to be named);
    "truncated" (a further page exists that is not here).
    """

    state: Literal["supplied", "empty", "failed", "truncated"]
    resources: tuple[Readable | Unreadable | Irrelevant, ...] = ()
    kinds: frozenset[type] = frozenset()
    """The types of the resources: most questions about them are answered by these alone."""
    next_page: str | None = None
    """Where the next page is, as the link has it; empty where a link says so and cannot be read."""
    total: int = 0
    """How many resources there are on all pages together, where the Bundle says so."""
    partly_failed: bool = False
    """Whether an OperationOutcome among the resources says that some could not be had."""


_MAY_BE_OUTCOMES: frozenset[type] = frozenset({OperationOutcome, Unreadable})
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_answer_decoder: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
_raw_bundle_decoder = msgspec.json.Decoder(_RawBundle)
_raw_entry_decoder = msgspec.json.Decoder(_RawEntry)
_links_decoder = msgspec.json.Decoder(tuple[_Link, ...] | None)
_url_decoder = msgspec.json.Decoder(str | None)


def open_answer(raw: msgspec.Raw | bytes) -> Contents:
    """Read a prefetch value or a server's answer: null, a resource, a Bundle or an OperationOutcome."""
    try:
        return contents_of(_answer_decoder.decode(raw))
    except _BROKEN:
        # One entry is broken, or of a type that is not read: each on its own now.
        return _entry_by_entry(raw)


def joined(pages: Sequence[Contents], *, complete: bool) -> Contents:
    """What the pages of one answer hold together. `complete` is false where a further one could not be had."""
    resources = tuple([resource for page in pages for resource in page.resources])
    return _judged(
        resources,
        frozenset().union(*(page.kinds for page in pages)),
        failed=any(page.partly_failed or page.state == "failed" for page in pages),
        more=not complete,
        total=max((page.total for page in pages), default=0),
    )


def contents_of(answer: Answer) -> Contents:
    """What an answer holds in which everything could be read."""
    if answer is None:
        return Contents(state="empty")
    if isinstance(answer, Bundle):
        entries = answer.entry or ()
        return _contents(
            tuple([each.resource for each in entries]),
            (each.full_url for each in entries),
            answer.link or (),
            answer.total or 0,
        )
    return _single(answer)


def _entry_by_entry(raw: msgspec.Raw | bytes) -> Contents:
    try:
        bundle = _raw_bundle_decoder.decode(raw)
    except _BROKEN:
        return _single(read(raw))
    entries = [_entry(each) for each in bundle.entry or ()]
    return _contents(
        tuple([resource for resource, _ in entries]), (url for _, url in entries), _links(bundle.link)
    )


def _contents(
    resources: tuple[Readable | Unreadable | Irrelevant, ...],
    urls: Iterable[msgspec.Raw],
    links: tuple[_Link, ...],
    total: int = 0,
) -> Contents:
    found, kinds, failed = resources, frozenset(map(type, resources)), False
    # Nearly every answer holds nothing but what was asked for: told by the types alone.
    if not _MAY_BE_OUTCOMES.isdisjoint(kinds):
        found = tuple([each for each in resources if not _is_outcome(each)])
        kinds = frozenset(map(type, found))
        failed = any(_is_failure(each) for each in resources if _is_outcome(each))
    further = next((link.url or "" for link in links if (link.relation or "").lower() == "next"), None)
    judged = _judged(found, kinds, failed=failed, more=further is not None, total=total)
    return msgspec.structs.replace(
        judged,
        resources=(*judged.resources, *_by_their_urls(resources, urls)),
        next_page=further,
        total=total,
        partly_failed=failed,
    )


def _by_their_urls(
    resources: tuple[Readable | Unreadable | Irrelevant, ...], urls: Iterable[msgspec.Raw]
) -> Iterator[Medication]:
    """Medications once more, under the id that the fullUrl of their entry gives them where it is another.

    "urn:uuid:…" is what a reference within the Bundle says then (FHIR, "Resolving references in Bundles").
    """
    if Medication not in map(type, resources):
        return
    for resource, raw in zip(resources, urls, strict=True):
        if isinstance(resource, Medication):
            try:
                known_as = Reference(reference=_url_decoder.decode(raw)).id
            except _BROKEN:
                continue
            if known_as and known_as != resource.id:
                yield msgspec.structs.replace(resource, id=known_as)


def _judged(
    found: tuple[Readable | Unreadable | Irrelevant, ...],
    kinds: frozenset[type],
    *,
    failed: bool,
    more: bool,
    total: int,
) -> Contents:
    if not found and not more:
        # A total without entries is an answer of which nothing arrived.
        return Contents(state="failed" if failed or total > 0 else "empty")
    if found and all(map(_is_no_answer, found)):
        # Another question's answer, or all of it in another version of FHIR.
        return Contents(state="failed", resources=found, kinds=kinds)
    cut_short = more or failed or total > len(found)
    return Contents(state="truncated" if cut_short else "supplied", resources=found, kinds=kinds)


def _is_no_answer(resource: Readable | Unreadable | Irrelevant) -> bool:
    return isinstance(resource, Irrelevant) or (
        isinstance(resource, Unreadable) and resource.issue == "wrong-version"
    )


def _links(raw: msgspec.Raw) -> tuple[_Link, ...]:
    """The links; where they cannot be read a further page cannot be ruled out, and is assumed."""
    try:
        return _links_decoder.decode(raw) or ()
    except _BROKEN:
        return (_Link(relation="next"),)


def _single(resource: Readable | Unreadable | Irrelevant) -> Contents:
    if _is_outcome(resource):
        return Contents(state="failed" if _is_failure(resource) else "empty")
    if _is_no_answer(resource):
        return Contents(state="failed", resources=(resource,), kinds=frozenset({type(resource)}))
    if isinstance(resource, Unreadable) and resource.kind is None:
        return Contents(state="failed")
    return Contents(state="supplied", resources=(resource,), kinds=frozenset({type(resource)}))


def _is_outcome(resource: Readable | Unreadable | Irrelevant) -> bool:
    if isinstance(resource, Unreadable):
        return resource.kind == "OperationOutcome"
    return isinstance(resource, OperationOutcome)


def _is_failure(outcome: Readable | Unreadable | Irrelevant) -> bool:
    """Whether the server failed. A resource type it does not support is not a failure, nor is advice.

    An OperationOutcome that cannot be read may have said anything, and counts as a failure.
    """
    issues = (outcome.issue or ()) if isinstance(outcome, OperationOutcome) else ()
    if issues and all(issue.code == "not-supported" for issue in issues):
        return False
    return not issues or any(issue.severity not in {"warning", "information"} for issue in issues)


def _entry(raw: msgspec.Raw) -> tuple[Readable | Unreadable | Irrelevant, msgspec.Raw]:
    """The resource of an entry, and the entry's fullUrl as it stands."""
    try:
        entry = _raw_entry_decoder.decode(raw)
    except _BROKEN:
        entry = _RawEntry()
    if bytes(entry.resource) == b"null":
        return Unreadable(kind=None, reference="entry", because="holds no resource"), _NULL
    return read(entry.resource), entry.full_url
