"""Names in free text: what a drug or a condition is called where nobody coded it."""

import functools
import importlib.resources
import re
import secrets

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.reader import CodeableConcept

LONGEST_TEXT = 500
"""Characters that are read of a text; a name stands at its beginning or it is prose."""
REMEMBERED = 4096
"""Texts whose answer is remembered; beyond that, all are forgotten and remembering starts anew."""


class _NamePattern(msgspec.Struct, frozen=True):
    """How one concept is called. The lists of names are there for people; `regex` is made of them."""

    concept: Concept
    generic: tuple[str, ...]
    brand: tuple[str, ...]
    regex: str
    exclude: tuple[str, ...]


class _Compiled(msgspec.Struct, frozen=True):
    concept: Concept
    named: re.Pattern[str]
    excluded: re.Pattern[str] | None

    def is_named_in(self, text: str) -> bool:
        return bool(self.named.search(text)) and not (self.excluded and self.excluded.search(text))


# Texts are remembered by two of Python's keyed hashes, 128 bits in all, and not by themselves: no word of a
# chart outlives the call it came with.
_SALT = secrets.token_hex(16)
_remembered: dict[tuple[int, int], frozenset[Concept]] = {}


def suspected(text: str) -> frozenset[Concept]:
    """The concepts that the text names, unless it also has a word that rules the concept out.

    For the careful side only: what is found here may withhold a draft, unmark it or raise a question. It
    never fires a recommendation (GUIDELINE, "Matching by text"). Names are found as whole words in any letter
    case. "prednisolone eye drops" is no systemic glucocorticoid: a text with such a word does not name the
    concept at all. Nothing is understood of negation or time: "no longer takes Fosamax" names alendronate.

    Only the first `LONGEST_TEXT` characters are read. Some patterns are meant for one kind of text:
    `BISPHOSPHONATE_ALLERGY` for allergies, and it is named by every bisphosphonate.
    """
    beginning = text[:LONGEST_TEXT]
    key = (hash(beginning), hash(beginning + _SALT))
    found = _remembered.get(key)
    if found is None:
        found = _search(beginning)
        if len(_remembered) >= REMEMBERED:
            _remembered.clear()
        _remembered[key] = found
    return found


def suspected_in(code: CodeableConcept) -> frozenset[Concept]:
    """The concepts that the text of `code`, or what a coding is displayed as, names; see `suspected`."""
    found: frozenset[Concept] = frozenset()
    text = code.text
    if text:
        found = suspected(text)
    seen = text
    for coding in code.coding or ():
        # The text mostly repeats the display, and one display another.
        if coding.display and coding.display != seen:
            seen = coding.display
            found |= suspected(seen)
    return found


def _search(text: str) -> frozenset[Concept]:
    plain = " ".join(text.lower().replace("’", "'").split())
    return frozenset(pattern.concept for pattern in _patterns() if pattern.is_named_in(plain))


@functools.cache
def _patterns() -> tuple[_Compiled, ...]:
    file = importlib.resources.files("fhir_mappings").joinpath("value_sets", "name-patterns.json")
    return tuple(
        _Compiled(
            concept=pattern.concept,
            named=re.compile(pattern.regex, re.IGNORECASE),
            excluded=_whole_phrases(pattern.exclude),
        )
        for pattern in msgspec.json.decode(file.read_bytes(), type=tuple[_NamePattern, ...])
    )


def _whole_phrases(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of the phrases as whole words or their plural: "otic" is not in "exotic", "gel" is in "gels"."""
    if not phrases:
        return None
    spelled = (r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", phrase))) for phrase in phrases)
    return re.compile(rf"\b(?:{'|'.join(spelled)})s?\b", re.IGNORECASE)
