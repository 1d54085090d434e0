"""What a code stands for: the shipped value sets, and the codes that a hospital adds to them.

The value sets are FHIR ValueSet resources beside this module, one per `Concept`, generated from terminology/.
A concept is recognised by system and code only. The tables are built once, and a look-up adds nothing to
them; all that is remembered of charts is what the last few thousand codes stood for, and what as many code
elements meant, these by a keyed hash.
"""

import functools
import re
from collections.abc import Iterable
from typing import Protocol

import msgspec

from fhir_mappings.code_facts import CodeFacts, Confidence, LocalCode
from fhir_mappings.code_systems import (
    LONGEST_CODE,
    REMEMBERED,
    CodeSystem,
    Stem,
    folded,
    icd10_spelling,
    upper_spelling,
)
from fhir_mappings.concepts import Concept
from fhir_mappings.drug_codes import NDC, NDC_ALIASES, products_of
from fhir_mappings.names import suspected_in
from fhir_mappings.reader import CodeableConcept
from fhir_mappings.value_set_files import Shipped, ValueSet, facts_of, read_shipped

_ICD10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
_ICD9_CM = "http://hl7.org/fhir/sid/icd-9-cm"
_SNOMED_CT = "http://snomed.info/sct"
# What else charts call a system: other editions, bare object identifiers, the names of HL7 v2 tables.
_OTHER_NAMES = (
    (_ICD9_CM, re.compile(r"icd-?9|^i9c?$|2\.16\.840\.1\.113883\.6\.(?:2|103)$", re.IGNORECASE)),
    (
        _ICD10_CM,
        re.compile(r"icd-?10|/icd/release/10|^i10c?$|2\.16\.840\.1\.113883\.6\.(?:3|90)$", re.IGNORECASE),
    ),
    (_SNOMED_CT, re.compile(r"snomed|\bsct\b|2\.16\.840\.1\.113883\.6\.96$", re.IGNORECASE)),
)
_RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_NONE: frozenset[Concept] = frozenset()

T_SCORE_SITES = frozenset(
    {
        Concept.T_SCORE_LUMBAR_SPINE,
        Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR,
        Concept.T_SCORE_TOTAL_HIP,
        Concept.T_SCORE_FOREARM,
    }
)
"""The T-scores that the guideline may read. They exclude each other: a measurement has one site."""


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What a code element means to the guideline.

    `coded`: the concepts that its codes stand for. `named`: those that its words name, which may only make an
    answer more careful. `elsewhere`: where its codes stand for nothing, the concepts that they would stand for
    in ICD-10-CM, of those that name another edition of ICD-10 or no system at all; and those of ICD-9-CM.
    """

    coded: frozenset[Concept] = _NONE
    named: frozenset[Concept] = _NONE
    elsewhere: frozenset[Concept] = _NONE


NO_MEANING = Meaning()
"""The one meaning of every code element that the guideline does not ask about: by far the most."""


class _Coded(Protocol):
    """A coding of FHIR."""

    @property
    def system(self) -> str | None: ...
    @property
    def code(self) -> str | None: ...


class Terminology:
    """The value sets, and the codes that a hospital added; safe to share between threads.

    What it says never changes; what it remembers of looks does.
    """

    __slots__ = ("_codes", "_icd9", "_local", "_meanings", "_shipped", "_systems")

    def __init__(self, shipped: Shipped, local: tuple[LocalCode, ...] = ()) -> None:
        self._shipped = shipped
        self._local = local
        self._codes: dict[Concept, tuple[tuple[str, str], ...]] = {}
        # By Python's keyed hash of the whole element: no word of a chart outlives the call it came with. Of 64
        # bits: that one element is taken for another is to be expected once in 10¹³ calls of 200 look-ups.
        self._meanings: dict[int, Meaning] = {}
        # Every spelling of a system that is known beforehand, and its folded form for all others.
        self._systems: dict[str, CodeSystem] = {}
        # Of old charts, and a question at most: no code of it stands for anything by itself.
        self._icd9 = CodeSystem(_ICD9_CM, icd10_spelling)
        for canonical, others in shipped.aliases.items():
            system = CodeSystem(canonical, icd10_spelling if canonical == _ICD10_CM else upper_spelling)
            for spelling in (canonical, *others):
                self._systems[spelling] = self._systems[folded(spelling)] = system
        for value_set in shipped.value_sets:
            self._add(value_set)
        self._add_products()
        for system in set(self._systems.values()):
            system.settle()
        for code in local:
            self._add_local(code)

    def concepts(self, system: str | None, code: str | None) -> frozenset[Concept]:
        """Every concept that the code stands for; empty for a code, or a system, that is not known.

        Tolerates other spellings of the system (aliases, http or https, a trailing slash, blanks, a version
        after "|") and of the code (blanks, letter case, an ICD-10-CM code without its dot).
        """
        if system is None or code is None:
            return _NONE
        table = self._systems.get(system) or self._system(system)
        if table is None:
            return _NONE
        return table.concepts.get(code) or table.resolve(code)

    def concepts_of(self, codings: Iterable[_Coded]) -> frozenset[Concept]:
        """Every concept that any of the codings stands for: `concepts`, without a call for each."""
        found, systems = _NONE, self._systems
        for coding in codings:
            system, code = coding.system, coding.code
            if system is None or code is None:
                continue
            table = systems.get(system) or self._system(system)
            if table is None:
                continue
            concepts = table.concepts.get(code) or table.remembered.get(code)
            if concepts is None:
                concepts = table.resolve(code)
            if concepts:
                found = found | concepts if found else concepts
        return found

    def meaning_of(self, code: CodeableConcept) -> Meaning:
        """What the codes and the words of `code` mean, remembered: one look where charts repeat themselves."""
        key = hash(code)
        found = self._meanings.get(key)
        if found is None:
            found = self._meaning(code)
            if len(self._meanings) >= REMEMBERED:
                self._meanings.clear()
            self._meanings[key] = found
        return found

    def facts(self, system: str | None, code: str | None, concept: Concept) -> CodeFacts | None:
        """What is known of the code as a member of that value set; None where it is not one.

        A code that is in the value set by how it begins has the display of its category.
        """
        if system is None or code is None or len(code) > LONGEST_CODE:
            return None
        table = self._system(system)
        if table is None:
            return None
        folded = table.fold(code)
        found = table.facts.get((folded, concept))
        if found is not None:
            return found
        return next((stem.facts for stem in table.covering(folded) if stem.concept is concept), None)

    def canonical(self, system: str, code: str) -> tuple[str, str]:
        """System and code in one spelling, equal for whatever `concepts` takes for the same code."""
        table = self._system(system)
        return (folded(system), code.strip()) if table is None else (table.canonical, table.fold(code))

    def codes(self, concept: Concept) -> tuple[tuple[str, str], ...]:
        """The enumerated (system, code) pairs of a value set in file order, local ones last; for queries.

        Codes that are in the value set by how they begin cannot be enumerated and are not here.
        """
        return self._codes.get(concept, ())

    def with_local(self, codes: Iterable[LocalCode]) -> "Terminology":
        """A terminology that knows these codes too.

        A code mapped to a T-score leaves the T-scores of other sites that the value sets give it, because the
        hospital knows where it measured. Otherwise a code keeps what it stood for.
        """
        return Terminology(self._shipped, (*self._local, *codes))

    def _meaning(self, code: CodeableConcept) -> Meaning:
        coded = self.concepts_of(code.codings)
        found = Meaning(
            coded=coded,
            named=suspected_in(code),
            elsewhere=_NONE if coded else self._in_another_edition(code.codings),
        )
        return NO_MEANING if found == NO_MEANING else found

    def _in_another_edition(self, codings: Iterable[_Coded]) -> frozenset[Concept]:
        return _NONE.union(
            *(
                self._of_edition(system, coding.code)
                for coding in codings
                for system, called in _OTHER_NAMES
                if coding.system is None or called.search(coding.system)
            )
        )

    def _of_edition(self, system: str, code: str | None) -> frozenset[Concept]:
        if system == _ICD9_CM:
            return self._icd9.resolve(code) if code else _NONE
        return self.concepts(system, code)

    def _system(self, system: str) -> CodeSystem | None:
        found = self._systems.get(system)
        return self._systems.get(folded(system)) if found is None else found

    def _add(self, value_set: ValueSet) -> None:
        concept = value_set.id
        excluded = value_set.compose.exclude
        codes = []
        for part in value_set.compose.include:
            table = self._icd9 if part.system == _ICD9_CM else self._systems[part.system]
            if part.filter:
                stem = Stem(
                    included=re.compile(part.filter[0].value),
                    excluded=tuple(
                        re.compile(each.value)
                        for other in excluded
                        if other.system == part.system
                        for each in other.filter
                    ),
                    concept=concept,
                    facts=facts_of(None, part.extension),
                )
                table.add_stem(stem)
            for member in part.concept:
                table.add(member.code, concept, facts_of(member.display, member.extension))
                if table is not self._icd9:
                    codes.append((part.system, member.code))
        self._codes[concept] = tuple(codes)

    def _add_products(self) -> None:
        """National Drug Codes stand for what their RxNorm codes stand for."""
        drugs = CodeSystem(NDC, products_of(self._shipped.products))
        for spelling in (NDC, *NDC_ALIASES):
            self._systems[spelling] = self._systems[folded(spelling)] = drugs
        for product, rxcuis in self._shipped.products.items():
            for rxcui in rxcuis:
                for concept in self._systems[_RXNORM].concepts[rxcui]:
                    facts = self._systems[_RXNORM].facts[rxcui, concept]
                    known = drugs.facts.get((product, concept), facts)
                    drugs.add(product, concept, facts if _same_dose(known, facts) else _undosed(facts))

    def _add_local(self, local: LocalCode) -> None:
        table = self._system(local.system)
        if table is None:
            table = CodeSystem(local.system.strip(), str.strip)
            self._systems[table.canonical] = self._systems[folded(local.system)] = table
        code = table.fold(local.code)
        if local.concept in T_SCORE_SITES:
            table.remove(code, T_SCORE_SITES)
        facts = CodeFacts(display=local.display, confidence=Confidence.LOCAL, site=local.site)
        table.add(code, local.concept, facts)
        pair = (table.canonical, code)
        self._codes[local.concept] = (*(each for each in self._codes[local.concept] if each != pair), pair)


@functools.cache
def load() -> Terminology:
    """The shipped value sets, read once per process.

    Raises:
        msgspec.ValidationError: where a shipped file is damaged.
    """
    return Terminology(read_shipped())


def _same_dose(one: CodeFacts, other: CodeFacts) -> bool:
    """Whether two products hold the same in one unit, such as the tablet and the pack of it."""
    return (one.strength_mg, one.strength_mg_per_ml, one.total_mg) == (
        other.strength_mg,
        other.strength_mg_per_ml,
        other.total_mg,
    )


def _undosed(facts: CodeFacts) -> CodeFacts:
    """What is left where one code stands for products of several strengths: good for recognising only."""
    return CodeFacts(confidence=Confidence.VERIFIED_INGREDIENT, ingredient=facts.ingredient)
