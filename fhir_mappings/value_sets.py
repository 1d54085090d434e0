"""What a code stands for: the shipped value sets, and the codes that a hospital adds to them.

The value sets are FHIR ValueSet resources beside this module, one per `Concept`, generated from terminology/.
A concept is recognised by system and code only. The tables are built once, and a look-up adds nothing to
them; all that is remembered of charts is what the last few thousand codes stood for, and what as many code
elements meant, these by a keyed hash.
"""

import functools
import importlib.resources
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.drug_codes import NDC, NDC_ALIASES, products_of
from fhir_mappings.names import suspected_in
from fhir_mappings.reader import CodeableConcept

EXTENSIONS = "urn:bone-health-cds:"
LONGEST_CODE = 128
"""A longer code is in no value set, whatever it says."""

REMEMBERED = 4096
"""Codes per system whose look-up is remembered, and code elements; beyond that, all are forgotten and
remembering starts anew."""

# SNOMED CT has the longest codes: free text in a code's place is not remembered.
_LONGEST_REMEMBERED = 18
_ICD10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
_SNOMED_CT = "http://snomed.info/sct"
# What else charts call a system: other editions, bare object identifiers, the names of HL7 v2 tables.
_OTHER_NAMES = (
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


class Confidence(StrEnum):
    """How well it is known what a code means."""

    VERIFIED = "verified"
    """Code and display were seen together in the named source."""
    VERIFIED_INGREDIENT = "verified-ingredient"
    """The drug was seen, its strength was not: good for recognising it, never for a dose."""
    LOCAL = "local"
    """The hospital says so."""


class Evidence(StrEnum):
    """How far a code may decide, where the source limits it."""

    DIRECT = "direct"
    PROXY = "proxy"
    WEAK_PROXY = "weak-proxy"
    SUPPORTIVE_ONLY = "supportive-only"
    CONFIRM = "confirm"
    """Counts, and the card asks to confirm it."""
    UNKNOWN = "unknown"
    """The answer "not known", which is not a no."""


class Ingredient(msgspec.Struct, frozen=True, kw_only=True):
    """One ingredient of a product with several; the strength is absent where it is not in milligrams."""

    ingredient: str
    strength_mg: Decimal | None = None


class CodeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a code as a member of one value set.

    Strengths are those of one unit of the form, and absent where the source does not state them. They are
    always absent on a code that is verified for its ingredient only.
    """

    display: str | None = None
    confidence: Confidence = Confidence.VERIFIED
    ingredient: str | None = None
    brand: str | None = None
    form: str | None = None
    route: str | None = None
    strength_mg: Decimal | None = None
    strength_mg_per_ml: Decimal | None = None
    total_mg: Decimal | None = None
    """Milligrams in one container of a solution: a syringe, a vial, a bag."""
    pack_count: int | None = None
    components: tuple[Ingredient, ...] = ()
    interval_months: int | None = None
    """How long one dose of a depot lasts, as labelled in the US."""
    dosing_interval: str | None = None
    site: str | None = None
    side: str | None = None
    evidence: Evidence | None = None
    temporal: str | None = None

    def __post_init__(self) -> None:
        strengths = (self.strength_mg, self.strength_mg_per_ml, self.total_mg)
        of_components = tuple(each.strength_mg for each in self.components)
        if not self.doses and any(each is not None for each in (*strengths, *of_components)):
            raise ValueError("a code verified for its ingredient only has a strength")

    @property
    def doses(self) -> bool:
        """Whether a dose may be computed from this code at all."""
        return self.confidence is not Confidence.VERIFIED_INGREDIENT

    @property
    def proxy(self) -> bool:
        """Whether the code only raises a question: it stands beside what was asked, or supports it."""
        return self.evidence in {Evidence.PROXY, Evidence.WEAK_PROXY, Evidence.SUPPORTIVE_ONLY}

    @property
    def remission(self) -> bool:
        """Whether the code says that the condition is past."""
        return self.temporal == "remission"


class LocalCode(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital's own code and what it stands for there; `site` is stated for T-scores and only there."""

    system: str
    code: str
    concept: Concept
    site: str | None = None
    display: str | None = None


class _Extension(msgspec.Struct, frozen=True, rename="camel"):
    url: str
    value_string: str | None = None
    value_code: str | None = None
    value_decimal: Decimal | None = None
    value_integer: int | None = None
    extension: tuple["_Extension", ...] = ()


class _Member(msgspec.Struct, frozen=True):
    code: str
    display: str | None = None
    extension: tuple[_Extension, ...] = ()


class _Filter(msgspec.Struct, frozen=True):
    value: str


class _Part(msgspec.Struct, frozen=True):
    """An include or an exclude: codes of one system, by enumeration or by one expression."""

    system: str
    concept: tuple[_Member, ...] = ()
    filter: tuple[_Filter, ...] = ()
    extension: tuple[_Extension, ...] = ()


class _Compose(msgspec.Struct, frozen=True):
    include: tuple[_Part, ...]
    exclude: tuple[_Part, ...] = ()


class _ValueSet(msgspec.Struct, frozen=True):
    id: Concept
    compose: _Compose


class _Stem(msgspec.Struct, frozen=True):
    """Codes that are in a value set by how they begin."""

    included: re.Pattern[str]
    excluded: tuple[re.Pattern[str], ...]
    concept: Concept
    facts: CodeFacts

    def covers(self, code: str) -> bool:
        return bool(self.included.fullmatch(code)) and not any(each.fullmatch(code) for each in self.excluded)


class _CodeSystem:
    """The codes of one system. Filled by `Terminology`, and only read from then on."""

    __slots__ = ("canonical", "concepts", "facts", "fold", "remembered", "stems")

    def __init__(self, canonical: str, fold: Callable[[str], str]) -> None:
        self.canonical = canonical
        self.fold = fold
        self.concepts: dict[str, frozenset[Concept]] = {}
        self.facts: dict[tuple[str, Concept], CodeFacts] = {}
        # By the characters that every code of the stem begins with: three, or one where it is a range.
        self.stems: dict[str, tuple[_Stem, ...]] = {}
        # What codes stand for that are spelled otherwise, covered by a stem, or nothing here: by far the most.
        self.remembered: dict[str, frozenset[Concept]] = {}

    def add(self, code: str, concept: Concept, facts: CodeFacts) -> None:
        self.concepts[code] = self.concepts.get(code, _NONE) | {concept}
        self.facts[code, concept] = facts

    def remove(self, code: str, concepts: frozenset[Concept]) -> None:
        self.concepts[code] = self.concepts.get(code, _NONE) - concepts
        for concept in concepts:
            self.facts.pop((code, concept), None)

    def add_stem(self, stem: _Stem) -> None:
        start = re.match(r"[A-Z](?:[0-9A-Z]{2})?", stem.included.pattern)
        if start is None:
            raise ValueError(f"{stem.concept}: {stem.included.pattern!r} does not begin with a letter")
        self.stems[start[0]] = (*self.stems.get(start[0], ()), stem)

    def covering(self, code: str) -> Iterator[_Stem]:
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


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What a code element means to the guideline.

    `coded`: the concepts that its codes stand for. `named`: those that its words name, which may only make an
    answer more careful. `elsewhere`: where its codes stand for nothing, the concepts that they would stand for
    in ICD-10-CM, of those that name another edition of ICD-10 or no system at all.
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
    """The value sets, and the codes that a hospital added. Immutable, and safe to share between threads."""

    __slots__ = ("_aliases", "_codes", "_local", "_meanings", "_products", "_systems", "_value_sets")

    def __init__(
        self,
        value_sets: tuple[_ValueSet, ...],
        aliases: Mapping[str, tuple[str, ...]],
        local: tuple[LocalCode, ...] = (),
        products: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._value_sets = value_sets
        self._aliases = aliases
        self._local = local
        self._products = products or {}
        self._codes: dict[Concept, tuple[tuple[str, str], ...]] = {}
        # By Python's keyed hash of the whole element: no word of a chart outlives the call it came with. Of 64
        # bits: that one element is taken for another is to be expected once in 10¹³ calls of 200 look-ups.
        self._meanings: dict[int, Meaning] = {}
        # Every spelling of a system that is known beforehand, and its folded form for all others.
        self._systems: dict[str, _CodeSystem] = {}
        for canonical, others in aliases.items():
            system = _CodeSystem(canonical, _icd10_spelling if canonical == _ICD10_CM else _upper_spelling)
            for spelling in (canonical, *others):
                self._systems[spelling] = self._systems[_folded(spelling)] = system
        for value_set in value_sets:
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
        return (_folded(system), code.strip()) if table is None else (table.canonical, table.fold(code))

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
        return Terminology(self._value_sets, self._aliases, (*self._local, *codes), self._products)

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
                self.concepts(system, coding.code)
                for coding in codings
                for system, called in _OTHER_NAMES
                if coding.system is None or called.search(coding.system)
            )
        )

    def _system(self, system: str) -> _CodeSystem | None:
        found = self._systems.get(system)
        return self._systems.get(_folded(system)) if found is None else found

    def _add(self, value_set: _ValueSet) -> None:
        concept = value_set.id
        excluded = value_set.compose.exclude
        codes = []
        for part in value_set.compose.include:
            table = self._systems[part.system]
            if part.filter:
                stem = _Stem(
                    included=re.compile(part.filter[0].value),
                    excluded=tuple(
                        re.compile(each.value)
                        for other in excluded
                        if other.system == part.system
                        for each in other.filter
                    ),
                    concept=concept,
                    facts=_facts(None, part.extension),
                )
                table.add_stem(stem)
            for member in part.concept:
                table.add(member.code, concept, _facts(member.display, member.extension))
                codes.append((part.system, member.code))
        self._codes[concept] = tuple(codes)

    def _add_products(self) -> None:
        """National Drug Codes stand for what their RxNorm codes stand for."""
        drugs = _CodeSystem(NDC, products_of(self._products))
        for spelling in (NDC, *NDC_ALIASES):
            self._systems[spelling] = self._systems[_folded(spelling)] = drugs
        for product, rxcuis in self._products.items():
            for rxcui in rxcuis:
                for concept in self._systems[_RXNORM].concepts[rxcui]:
                    facts = self._systems[_RXNORM].facts[rxcui, concept]
                    known = drugs.facts.get((product, concept), facts)
                    drugs.add(product, concept, facts if _same_dose(known, facts) else _undosed(facts))

    def _add_local(self, local: LocalCode) -> None:
        table = self._system(local.system)
        if table is None:
            table = _CodeSystem(local.system.strip(), str.strip)
            self._systems[table.canonical] = self._systems[_folded(local.system)] = table
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
    folder = importlib.resources.files("fhir_mappings").joinpath("value_sets")
    value_sets = tuple(
        msgspec.json.decode(folder.joinpath(f"{concept}.json").read_bytes(), type=_ValueSet)
        for concept in Concept
    )
    aliases = msgspec.json.decode(
        folder.joinpath("code-systems.json").read_bytes(), type=dict[str, tuple[str, ...]]
    )
    products = msgspec.json.decode(
        folder.joinpath("national-drug-codes.json").read_bytes(), type=dict[str, tuple[str, ...]]
    )
    return Terminology(value_sets, aliases, products=products)


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


def _facts(display: str | None, extensions: tuple[_Extension, ...]) -> CodeFacts:
    """Extensions named after a fact, as that fact; the others are for people who read the file."""
    return msgspec.convert({"display": display, **_stated(extensions)}, CodeFacts)


def _stated(extensions: tuple[_Extension, ...]) -> dict[str, object]:
    stated: dict[str, object] = {}
    components = []
    for each in extensions:
        name = each.url.removeprefix(EXTENSIONS).replace("-", "_")
        if name == "component":
            components.append(_stated(each.extension))
        else:
            values = (each.value_string, each.value_code, each.value_decimal, each.value_integer)
            stated[name] = next((value for value in values if value is not None), None)
    return {**stated, "components": components} if components else stated


def _folded(system: str) -> str:
    """A system without what people add to it or leave out."""
    bare = system.partition("|")[0].strip().rstrip("/").lower()
    return bare.removeprefix("https://").removeprefix("http://")


def _upper_spelling(code: str) -> str:
    return code.strip().upper()


def _icd10_spelling(code: str) -> str:
    """The spelling with the dot after the category: M80.08XA for m8008xa."""
    bare = code.strip().upper().replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if bare[3:] else bare
