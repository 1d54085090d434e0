"""Code systems as charts spell them, and what the codes of each stand for."""

import re
from collections.abc import Callable, Iterator

import msgspec

from fhir_mappings.code_facts import CodeFacts
from fhir_mappings.concepts import Concept

LONGEST_CODE = 128
"""A longer code is in no value set, whatever it says."""

REMEMBERED = 4096
"""Codes per system whose look-up is remembered, and code elements; beyond that, all are forgotten and
remembering starts anew."""

# SNOMED CT has the longest codes: free text in a code's place is not remembered.
_LONGEST_REMEMBERED = 18
_NONE: frozenset[Concept] = frozenset()


class Stem(msgspec.Struct, frozen=True):
    """Codes that are in a value set by how they begin."""

    included: re.Pattern[str]
    excluded: tuple[re.Pattern[str], ...]
    concept: Concept
    facts: CodeFacts

    def covers(self, code: str) -> bool:
        """Whether a folded code is one of them."""
        return bool(self.included.fullmatch(code)) and not any(each.fullmatch(code) for each in self.excluded)


class CodeSystem:
    """The codes of one system. Filled by `Terminology`, and only read from then on."""

    __slots__ = ("canonical", "concepts", "facts", "fold", "remembered", "stems")

    def __init__(self, canonical: str, fold: Callable[[str], str]) -> None:
        self.canonical = canonical
        self.fold = fold
        self.concepts: dict[str, frozenset[Concept]] = {}
        self.facts: dict[tuple[str, Concept], CodeFacts] = {}
        # By the characters that every code of the stem begins with: three, or one where it is a range.
        self.stems: dict[str, tuple[Stem, ...]] = {}
        # What codes stand for that are spelled otherwise, covered by a stem, or nothing here: by far the most.
        self.remembered: dict[str, frozenset[Concept]] = {}

    def add(self, code: str, concept: Concept, facts: CodeFacts) -> None:
        """Let an enumerated code stand for the concept too."""
        self.concepts[code] = self.concepts.get(code, _NONE) | {concept}
        self.facts[code, concept] = facts

    def remove(self, code: str, concepts: frozenset[Concept]) -> None:
        """Let a code stand for none of these any more."""
        self.concepts[code] = self.concepts.get(code, _NONE) - concepts
        for concept in concepts:
            self.facts.pop((code, concept), None)

    def add_stem(self, stem: Stem) -> None:
        """Let all codes that begin so stand for its concept. Raises ValueError where that is no letter."""
        start = re.match(r"[A-Z](?:[0-9A-Z]{2})?", stem.included.pattern)
        if start is None:
            raise ValueError(f"{stem.concept}: {stem.included.pattern!r} does not begin with a letter")
        self.stems[start[0]] = (*self.stems.get(start[0], ()), stem)

    def covering(self, code: str) -> Iterator[Stem]:
        """The stems that cover a folded code."""
        for start in (code[:3], code[:1]):
            for stem in self.stems.get(start, ()):
                if stem.covers(code):
                    yield stem

    def settle(self) -> None:
        """Give enumerated codes the concepts of their stems too: what is found is the whole answer."""
        for code, concepts in self.concepts.items():
            self.concepts[code] = concepts.union(stem.concept for stem in self.covering(code))

    def resolve(self, code: str) -> frozenset[Concept]:
        """The concepts of a code that is not spelled as the value sets spell it, or not enumerated there."""
        found = self.remembered.get(code)
        if found is not None:
            return found
        if len(code) > LONGEST_CODE:
            return _NONE
        found = self._by_stem(code)
        if len(code) <= _LONGEST_REMEMBERED:
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            self.remembered[code] = found
        return found

    def _by_stem(self, code: str) -> frozenset[Concept]:
        folded = self.fold(code)
        found = self.concepts.get(folded)
        return frozenset(stem.concept for stem in self.covering(folded)) if found is None else found


def folded(system: str) -> str:
    """A system without what people add to it or leave out."""
    bare = system.partition("|")[0].strip().rstrip("/").lower()
    return bare.removeprefix("https://").removeprefix("http://")


def upper_spelling(code: str) -> str:
    """A code without blanks, in capitals."""
    return code.strip().upper()


def icd10_spelling(code: str) -> str:
    """The spelling with the dot after the category: M80.08XA for m8008xa."""
    bare = code.strip().upper().replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if bare[3:] else bare
