"""Names in free text: what a drug or a condition is called where nobody coded it."""

import functools
import importlib.resources
import re
import secrets
import unicodedata
from collections.abc import Iterable

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.reader import CodeableConcept

LONGEST_TEXT = 500
"""Characters that are read of a text; a name stands at its beginning or it is prose."""
REMEMBERED = 4096
"""Texts whose answer is remembered; beyond that, all are forgotten and remembering starts anew."""


class _NamePattern(msgspec.Struct, frozen=True):
    """How one concept is called. The lists of names are there for people; `regex` is made of them.

    Every text that `regex` matches has one of the `fragments`.
    """

    concept: Concept
    generic: tuple[str, ...]
    brand: tuple[str, ...]
    regex: str
    fragments: tuple[str, ...]
    exclude: tuple[str, ...]


_SENTENCE_END = re.compile(r"[.;]\s")


class _Compiled(msgspec.Struct, frozen=True):
    concept: Concept
    named: re.Pattern[str]
    excluded: re.Pattern[str] | None
    fragments: tuple[str, ...]

    def is_named_in(self, text: str) -> bool:
        if not self.named.search(text):
            return False
        if self.excluded is None or not self.excluded.search(text):
            return True
        # A word rules out what stands in its own sentence, and nothing in another.
        return any(
            self.named.search(part) and not self.excluded.search(part) for part in _SENTENCE_END.split(text)
        )


# Marks that make accents, and characters that nobody sees: zero-width spaces, soft hyphens, directions.
_NO_LETTERS = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\ufeff]+"
)
_SPELLED_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ð": "d", "’": "'", "‘": "'"})

# Texts are remembered by two of Python's keyed hashes, 128 bits in all, and not by themselves: no word of a
# chart outlives the call it came with.
_SALT = secrets.token_hex(16)
_remembered: dict[tuple[int, int], frozenset[Concept]] = {}


def suspected(text: str) -> frozenset[Concept]:
    """The concepts that the text names, unless it also has a word that rules the concept out.

    For the careful side only: what is found here may withhold a draft, unmark it or raise a question. It
    never fires a recommendation (GUIDELINE, "Matching by text"). Names are found as whole words in any letter
    case. "prednisolone eye drops" is no systemic glucocorticoid: a sentence with such a word does not
    name the concept at all. Nothing is understood of negation or time: "no longer takes Fosamax" names
    alendronate.

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


def folded(text: str) -> str:
    """The text as names are looked for in it: small letters of one width, without accents and blanks between.

    Full-width letters and ligatures are read as what they stand for (Unicode compatibility, NFKD), "ö" as
    "o", "ß" as "ss". Characters that nobody sees are left out.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold()).translate(_SPELLED_OUT)
        text = _NO_LETTERS.sub("", text)
    return " ".join(text.lower().split())


def _search(text: str) -> frozenset[Concept]:
    plain = folded(text)
    return frozenset(pattern.concept for pattern in candidates(plain) if pattern.is_named_in(plain))


def candidates(plain: str) -> Iterable[_Compiled]:
    """The patterns that may match a folded text: looking for their fragments is cheap, trying them is not."""
    found: dict[Concept, _Compiled] = {}
    for fragment, patterns in _by_fragment():
        if fragment in plain:
            found.update((pattern.concept, pattern) for pattern in patterns)
    return found.values()


@functools.cache
def _by_fragment() -> tuple[tuple[str, tuple[_Compiled, ...]], ...]:
    by_fragment: dict[str, list[_Compiled]] = {}
    for pattern in _patterns():
        for fragment in pattern.fragments:
            by_fragment.setdefault(fragment, []).append(pattern)
    return tuple((fragment, tuple(patterns)) for fragment, patterns in by_fragment.items())


@functools.cache
def _patterns() -> tuple[_Compiled, ...]:
    file = importlib.resources.files("fhir_mappings").joinpath("value_sets", "name-patterns.json")
    return tuple(
        _Compiled(
            concept=pattern.concept,
            named=re.compile(_folded_expression(pattern.regex), re.IGNORECASE),
            excluded=_whole_phrases(pattern.exclude),
            fragments=tuple(map(folded, pattern.fragments)),
        )
        for pattern in msgspec.json.decode(file.read_bytes(), type=tuple[_NamePattern, ...])
    )


def _folded_expression(regex: str) -> str:
    return "".join([each if each.isascii() else folded(each) for each in regex])


def _whole_phrases(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    """Any of the phrases as whole words or their plural: "otic" is not in "exotic", "gel" is in "gels"."""
    if not phrases:
        return None
    spelled = (r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", phrase))) for phrase in phrases)
    return re.compile(rf"\b(?:{'|'.join(spelled)})s?\b", re.IGNORECASE)
