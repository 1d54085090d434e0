"""Two answers held against each other: what differs, in words that say where.

Not differences: the value of a uuid of a card or suggestion; the order of cards of one indicator; the order
of what the evaluation lists as sets; how a number is written (1.0 is 1). Everything else is.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from cdshooks.replay.cases import Answer
from cdshooks.replay.values import both_shown, same, shown
from cdshooks.wire.response import EVALUATION

_CARDS = ("cards",)
_UUIDS = {("cards", "uuid"), ("cards", "suggestions", "uuid")}
_SETS = {("extension", EVALUATION, name) for name in ("inputs", "missing", "dataQuality", "findings")}
# What tells the items of a list apart, the first that an item has.
_NAMES = ("id", "url", "topic", "label", "name", "code")


class _Place(NamedTuple):
    """Where in an answer: its members for the rules, and spelled out for people."""

    members: tuple[str, ...]
    text: str

    def member(self, name: str) -> "_Place":
        step = f".{name}" if name.isidentifier() else f'["{name}"]'
        return _Place((*self.members, name), self.text + step)

    def item(self, label: str | int) -> "_Place":
        return _Place(self.members, f"{self.text}[{label}]")


def differences(expected: Answer, got: Answer) -> list[str]:
    """Every difference as one line; empty where the answers say the same."""
    found = list(_differences(expected.content, got.content, _Place((), "body")))
    if expected.status == got.status:
        return found
    # Two outcomes have little in common: the other one as a whole says more than every difference.
    first = f"status: expected {expected.status}, got {got.status}"
    return [first, f"body: got {shown(got.content)}"] if found else [first]


def _differences(expected: object, got: object, place: _Place) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(got, dict):
        yield from _of_objects(expected, got, place)
    elif isinstance(expected, list) and isinstance(got, list):
        of_items = _of_sets if place.members in _SETS else _of_lists
        yield from of_items(expected, got, place)
    elif place.members in _UUIDS and isinstance(expected, str) and isinstance(got, str):
        return
    elif not same(expected, got):
        yield f"{place.text}: {both_shown(expected, got)}"


def _of_objects(expected: dict[str, object], got: dict[str, object], place: _Place) -> Iterator[str]:
    for name, value in expected.items():
        where = place.member(name)
        if name in got:
            yield from _differences(value, got[name], where)
        else:
            yield f"{where.text}: missing {shown(value)}"
    for name, value in got.items():
        if name not in expected:
            yield f"{place.member(name).text}: unexpected {shown(value)}"


def _of_sets(expected: list[object], got: list[object], place: _Place) -> Iterator[str]:
    left = list(got)
    for value in expected:
        twin = next((n for n, other in enumerate(left) if not any(_differences(value, other, place))), None)
        if twin is None:
            yield f"{place.text}: missing {shown(value)}"
        else:
            del left[twin]
    yield from (f"{place.text}: unexpected {shown(value)}" for value in left)


def _of_lists(expected: list[object], got: list[object], place: _Place) -> Iterator[str]:
    cards = place.members == _CARDS
    wanted, found = _named(expected, cards=cards), _named(got, cards=cards)
    # As many with other names: the names have changed, and the items are best held against each other.
    renamed = not cards and len(expected) == len(got) and wanted.keys() != found.keys()
    if renamed or len(wanted) < len(expected) or len(found) < len(got):
        yield from _by_position(expected, got, place)
        return
    what = "card " if cards else ""
    yield from (f"{place.text}: missing {what}{name}" for name in wanted if name not in found)
    yield from (f"{place.text}: unexpected {what}{name}" for name in found if name not in wanted)
    before = [name for name in wanted if name in found]
    after = [name for name in found if name in wanted]
    for name in before:
        yield from _differences(wanted[name], found[name], place.item(name))
    # Cards of one indicator may swap, so that only the sequence of the indicators is left to compare.
    ranks = {name: _within(wanted[name], "indicator") if cards else name for name in before}
    if [ranks[name] for name in before] != [ranks[name] for name in after]:
        yield f"{place.text}: expected the order {', '.join(before)}, got {', '.join(after)}"


def _by_position(expected: list[object], got: list[object], place: _Place) -> Iterator[str]:
    for number, (value, other) in enumerate(zip(expected, got, strict=False)):
        yield from _differences(value, other, place.item(number))
    yield from (f"{place.text}: missing {shown(value)}" for value in expected[len(got) :])
    yield from (f"{place.text}: unexpected {shown(value)}" for value in got[len(expected) :])


def _named(items: list[object], *, cards: bool) -> dict[str, object]:
    """The items by name: fewer than there are where some have none, or the same."""
    names = [(_within(item, "source", "topic", "code") if cards else None) or _name(item) for item in items]
    return {name: item for name, item in zip(names, items, strict=True) if isinstance(name, str)}


def _name(item: object) -> object:
    return next((item[name] for name in _NAMES if name in item), None) if isinstance(item, dict) else None


def _within(value: Any, *members: str) -> object:  # noqa: ANN401 - any JSON
    for member in members:
        value = value.get(member) if isinstance(value, dict) else None
    return value
