"""The rules of CDS Hooks for an answer, checked on its JSON as a client gets it (PROTOCOL A and F)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Json = Any

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ABSOLUTE = re.compile(r"https://[^/?#\s@]+([/?#]\S*)?")
_REFERENCE = re.compile(r"[A-Za-z]+/[A-Za-z0-9\-.]{1,64}")
# What a Markdown renderer that lets HTML through would take for a tag or a comment; escaped it is none.
_HTML = re.compile(r"(?<!\\)(?:\\\\)*<[A-Za-z/!?]")
_REVERSE_DNS = re.compile(r"[a-z0-9\-]+(\.[a-z0-9\-]+)+", re.IGNORECASE)
_MAY_BE_EMPTY = frozenset({"cards"})

_CARD = frozenset(
    {
        "uuid",
        "summary",
        "detail",
        "indicator",
        "source",
        "suggestions",
        "selectionBehavior",
        "overrideReasons",
        "links",
        "extension",
    }
)
_SUGGESTION = frozenset({"label", "uuid", "isRecommended", "actions", "actionSelectionBehavior", "extension"})
_ACTION = frozenset({"type", "description", "resource", "resourceId", "extension"})
_LINK = frozenset({"label", "url", "type", "appContext", "autolaunchable", "extension"})


def broken_rules(answer: Json) -> list[str]:
    """Each rule that the answer of a hook breaks, as "F11 cards[0].summary"; none where it keeps them all.

    A place is named and never what stands there: that may be about a patient.
    """
    return list(_broken(answer))


def _broken(answer: Json) -> Iterator[str]:
    if not isinstance(answer, Mapping) or not isinstance(answer.get("cards"), list):
        yield "F1 cards"
        return
    empties = list(_empties(answer, ""))
    if empties:
        # What is null has no members to look at.
        yield from empties
        return
    yield from _members(answer, frozenset({"cards", "systemActions", "extension"}), "answer")
    for number, card in enumerate(answer["cards"]):
        yield from _card(card, f"cards[{number}]")
    uuids = [each for card in answer["cards"] for each in _uuids(card)]
    if len(uuids) != len(set(uuids)):
        yield "F10 cards"


def _empties(value: Json, place: str) -> Iterator[str]:
    """A4: nothing is null, and nothing is empty but the list of cards."""
    if value is None or value in ("", {}) or (value == [] and place not in _MAY_BE_EMPTY):
        yield f"A4 {place}"
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _empties(member, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _empties(item, f"{place}[{number}]")


def _members(value: Mapping[str, Json], known: frozenset[str], place: str) -> Iterator[str]:
    """A9: what nobody defines stands under `extension` only; A7, A8: there, under a name of its own."""
    if value.keys() - known:
        yield f"A9 {place}"
    extension = value.get("extension", {})
    if not isinstance(extension, Mapping):
        yield f"A7 {place}.extension"
    elif not all(map(_REVERSE_DNS.fullmatch, extension)):
        yield f"A8 {place}.extension"


def _uuids(card: Mapping[str, Json]) -> Iterator[str]:
    yield from (each["uuid"] for each in (card, *card.get("suggestions", ())) if "uuid" in each)


def _card(card: Mapping[str, Json], place: str) -> Iterator[str]:
    yield from _members(card, _CARD, place)
    if not _UUID.fullmatch(card.get("uuid", "")):
        yield f"F10 {place}.uuid"
    summary = card.get("summary", "")
    if not 0 < len(summary) < 140 or "\n" in summary:  # noqa: PLR2004 - the limit of the specification
        yield f"F11 {place}.summary"
    if _HTML.search(card.get("detail", "")):
        yield f"F13 {place}.detail"
    if card.get("indicator") not in {"info", "warning", "critical"}:
        yield f"F14 {place}.indicator"
    source = card.get("source", {})
    if not source.get("label"):
        yield f"F16 {place}.source.label"
    if not {"system", "code"} <= source.get("topic", {}).keys():
        yield f"F19 {place}.source.topic"
    suggestions = card.get("suggestions", [])
    behavior = card.get("selectionBehavior")
    if bool(suggestions) != (behavior in {"any", "at-most-one"}):
        yield f"F21 {place}.selectionBehavior"
    if behavior == "at-most-one" and sum("isRecommended" in each for each in suggestions) > 1:
        yield f"F32 {place}.suggestions"
    if any(not {"system", "code", "display"} <= each.keys() for each in card.get("overrideReasons", ())):
        yield f"F22 {place}.overrideReasons"
    for number, suggestion in enumerate(suggestions):
        yield from _suggestion(suggestion, f"{place}.suggestions[{number}]")
    for number, link in enumerate(card.get("links", ())):
        yield from _link(link, f"{place}.links[{number}]")


def _suggestion(suggestion: Mapping[str, Json], place: str) -> Iterator[str]:
    yield from _members(suggestion, _SUGGESTION, place)
    if not suggestion.get("label"):
        yield f"F30 {place}.label"
    if not _UUID.fullmatch(suggestion.get("uuid", "")):
        yield f"F31 {place}.uuid"
    if suggestion.get("isRecommended", True) is not True:
        yield f"F32 {place}.isRecommended"
    if not suggestion.get("actions"):
        yield f"F33 {place}.actions"
    for number, action in enumerate(suggestion.get("actions", ())):
        yield from _action(action, f"{place}.actions[{number}]")


def _action(action: Mapping[str, Json], place: str) -> Iterator[str]:
    yield from _members(action, _ACTION, place)
    kind, resource = action.get("type"), action.get("resource")
    if kind not in {"create", "update", "delete"}:
        yield f"F40 {place}.type"
    if not action.get("description"):
        yield f"F41 {place}.description"
    if kind == "delete":
        if resource is not None or not _REFERENCE.fullmatch(action.get("resourceId", "")):
            yield f"F44 {place}.resourceId"
    elif not isinstance(resource, Mapping) or "resourceType" not in resource:
        yield f"F42 {place}.resource"
    elif kind == "update" and "id" not in resource:
        yield f"F43 {place}.resource.id"


def _link(link: Mapping[str, Json], place: str) -> Iterator[str]:
    yield from _members(link, _LINK, place)
    if not link.get("label") or link.get("type") not in {"absolute", "smart"}:
        yield f"F50 {place}"
    if not _ABSOLUTE.fullmatch(link.get("url", "")):
        yield f"F51 {place}.url"
    if "appContext" in link and link["type"] != "smart":
        yield f"F52 {place}.appContext"
