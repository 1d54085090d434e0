"""Feedback as a client sends it (CDS Hooks 2.0/3.0, "Feedback"; PROTOCOL G2 to G5).

Each item is read by itself, and everything that is wrong with it is named: what is wrong with one costs the
others nothing. Nothing here quotes a value.
"""

import datetime
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal, TypeVar

import msgspec

from cdshooks.wire.request import Message


class Outcome(StrEnum):
    """What became of a card."""

    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"


_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-]\d\d:\d\d))", re.ASCII
)
_LEAP_SECOND = "60"

MOST_SUGGESTIONS = 100
"""No card has as many."""


class FeedbackRequest(Message, frozen=True, kw_only=True):
    """The body: a batch of items, which are still to be read one by one."""

    feedback: tuple[msgspec.Raw, ...]


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one element: its name, a code of issue-type, and what was expected."""

    expression: str
    code: Literal["required", "value", "not-found"]
    text: str


class Reason(Message, frozen=True, kw_only=True):
    """The Coding of an override reason. The public sandbox leaves `system` out where it has none."""

    code: str
    system: str | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One answer: to the card of a uuid, at a moment in UTC, with what was accepted or why it was not."""

    card: str
    outcome: Outcome
    at: datetime.datetime
    suggestions: tuple[str, ...] = ()
    reason: Reason | None = None
    comment: str | None = None


class _Accepted(Message, frozen=True, kw_only=True):
    id: str


Read = TypeVar("Read")


class _Element:
    """Reads the members of one object and remembers what was wrong."""

    def __init__(self, raw: msgspec.Raw, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self._members: dict[str, msgspec.Raw] | None = None
        try:
            self._members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        except msgspec.ValidationError:
            faults.append(Fault(path, "value", f"`{path}` is not an object."))
            return
        if _repeats(raw):
            faults.append(Fault(path, "value", f"`{path}` holds a member of the same name twice."))

    def read(self, name: str, kind: type[Read], expected: str, *, required: bool = False) -> Read | None:
        """The member; None where it is not there, is null, or is not what is expected."""
        element = f"{self.path}.{name}"
        raw = None if self._members is None else self._members.get(name)
        if raw is None or bytes(raw) == b"null":
            # Of what is no object nothing else has to be said.
            if required and self._members is not None:
                self.faults.append(Fault(element, "required", f"`{element}` is missing."))
            return None
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.ValidationError:
            self.faults.append(Fault(element, "value", f"`{element}` is not {expected}."))
            return None


def read_item(raw: msgspec.Raw, number: int) -> Item | tuple[Fault, ...]:
    """The item; or everything that is wrong with it. `number` counts from 0."""
    faults: list[Fault] = []
    path = f"feedback[{number}]"
    item = _Element(raw, path, faults)
    card = item.read("card", str, "the uuid of a card", required=True)
    outcome = item.read("outcome", Outcome, "accepted or overridden", required=True)
    stamp = item.read("outcomeTimestamp", str, "a date and time", required=True)
    at = _moment(stamp) if stamp is not None else None
    if stamp is not None and at is None:
        name = f"{path}.outcomeTimestamp"
        faults.append(
            Fault(
                name,
                "value",
                f"`{name}` is not a date and time with an offset, such as 2026-01-15T08:30:00Z.",
            )
        )
    suggestions = tuple(_suggestions(item)) if outcome is Outcome.ACCEPTED else ()
    reason, comment = _override(item) if outcome is Outcome.OVERRIDDEN else (None, None)
    if faults or card is None or outcome is None or at is None:
        return tuple(faults)
    return Item(card=card, outcome=outcome, at=at, suggestions=suggestions, reason=reason, comment=comment)


def _repeats(raw: msgspec.Raw) -> bool:
    """Whether an object names a member twice: which of the two is meant nobody can tell."""
    repeated = []

    def look(pairs: list[tuple[str, object]]) -> None:
        if len({name for name, _ in pairs}) < len(pairs):
            repeated.append(True)

    # Numbers stay text, as Python refuses very long ones.
    json.loads(bytes(raw), object_pairs_hook=look, parse_int=str, parse_float=str)
    return bool(repeated)


def _suggestions(item: _Element) -> Iterator[str]:
    found = item.read("acceptedSuggestions", tuple[msgspec.Raw, ...], "a list of suggestions", required=True)
    name = f"{item.path}.acceptedSuggestions"
    if found == ():
        item.faults.append(Fault(name, "required", f"`{name}` is empty."))
    if found is not None and len(found) > MOST_SUGGESTIONS:
        item.faults.append(Fault(name, "value", f"`{name}` has more than {MOST_SUGGESTIONS} entries."))
        return
    for number, raw in enumerate(found or ()):
        suggestion = _Element(raw, f"{name}[{number}]", item.faults)
        identifier = suggestion.read("id", str, "the uuid of a suggestion", required=True)
        if identifier is not None:
            yield identifier


def _override(item: _Element) -> tuple[Reason | None, str | None]:
    raw = item.read("overrideReason", msgspec.Raw, "an object")
    if raw is None:
        return None, None
    name = f"{item.path}.overrideReason"
    before = len(item.faults)
    override = _Element(raw, name, item.faults)
    reason = override.read("reason", Reason, "a Coding with a code")
    comment = override.read("userComment", str, "text")
    if reason is None and comment is None and len(item.faults) == before:
        item.faults.append(Fault(name, "required", f"`{name}` has neither a `reason` nor a `userComment`."))
    return reason, comment


def _moment(text: str) -> datetime.datetime | None:
    """A date and time of RFC 3339 as a moment in UTC; None where it is none, or has no offset.

    A fraction of any length is taken to the microsecond, and a leap second counts as the one before it.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    day, minute, second, fraction, _, offset = found.groups()
    if second == _LEAP_SECOND:
        second = "59"
    try:
        moment = datetime.datetime.fromisoformat(
            f"{day}T{minute}:{second}.{(fraction or '0')[:6]:0<6}{offset or '+00:00'}"
        )
        return moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
