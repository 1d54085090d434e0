"""Fractures, and whether they are fragility fractures (GUIDELINE B, 8 and 9)."""

import datetime
import re

from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem
from fhir_mappings.dates import years_between
from fhir_mappings.inputs import Fracture, FractureSite, Mechanism, Source
from fhir_mappings.notes import Notes
from fhir_mappings.value_sets import CodeFacts, Terminology

ADULT = 40
"""Fractures before this age say nothing about bone loss."""
PRESUMED_HIP_AGE = 65
PRESUMED_VERTEBRA_AGE = 50

_SITES: tuple[tuple[Concept, FractureSite], ...] = (
    (Concept.FRACTURE_HIP, FractureSite.HIP),
    (Concept.FRACTURE_VERTEBRA, FractureSite.VERTEBRA),
    (Concept.FRACTURE_DISTAL_FOREARM, FractureSite.DISTAL_FOREARM),
    (Concept.FRACTURE_PROXIMAL_HUMERUS, FractureSite.PROXIMAL_HUMERUS),
    (Concept.FRACTURE_PELVIS, FractureSite.PELVIS),
)
_OSTEOPOROTIC = frozenset({Concept.OSTEOPOROSIS_WITH_FRACTURE, Concept.HISTORY_FRAGILITY_FRACTURE})
_OTHER_CAUSE = frozenset(
    {
        Concept.FRACTURE_NONOSTEOPOROTIC,
        Concept.ATYPICAL_FEMORAL_FRACTURE,
        Concept.FRACTURE_NOT_FRAGILITY_SITE,
        Concept.HISTORY_FRACTURE_NOT_FRAGILITY,
    }
)
# Wedge compression in ICD-10-CM: S22.0x0, S32.0x0; collapsed vertebra: M48.5.
_WEDGE = re.compile(r"(?:S[23]2\.?0\d0|M48\.?5)", re.IGNORECASE)
_WEDGE_NAME = re.compile(r"wedge|compression|collapse", re.IGNORECASE)
_OSTEOPOROTIC_NAME = re.compile(r"osteoporotic|due to (?:\w+ )*osteoporosis", re.IGNORECASE)
# Open fractures suggest higher energy: ICD-10-CM 7th characters B and C, and SNOMED CT's names.
_OPEN = re.compile(r"S\d\d\.?\w{3}[BC]$", re.IGNORECASE)
_OPEN_NAME = re.compile(r"\bopen\b", re.IGNORECASE)


def map_fractures(
    problems: tuple[Problem, ...],
    birth: datetime.date | None,
    terminology: Terminology,
    notes: Notes,
) -> tuple[Fracture, ...]:
    """Fractures of the sites the guideline counts, with what is known of how they happened.

    Left out: high-energy, neoplastic, stress and atypical fractures, those of skull, hand and foot, and
    those before the age of 40. Those of unknown mechanism stay, and never count as fragility fractures.
    """
    fractures = []
    for problem in problems:
        site = _site(problem, terminology)
        if site is None or problem.concepts & _OTHER_CAUSE:
            continue
        age = years_between(birth, problem.day) if birth and problem.day else problem.age
        if age is not None and age < ADULT:
            continue
        mechanism = _mechanism(problem, site, age, problems, terminology)
        if mechanism is None:
            continue
        if mechanism is Mechanism.UNKNOWN:
            notes.add(
                "mechanism-unknown",
                f"how the {site.value.replace('-', ' ')} fracture happened is not recorded",
                problem.reference,
                of=Source.CONDITIONS,
            )
        fractures.append(
            Fracture(
                site=site,
                mechanism=mechanism,
                day=problem.day,
                latest=problem.latest,
                reference=problem.reference,
            )
        )
    return tuple(fractures)


def _site(problem: Problem, terminology: Terminology) -> FractureSite | None:
    for concept, site in _SITES:
        if concept in problem.concepts:
            facts = _facts(problem, concept, terminology)
            # "Fracture of forearm" may be anywhere on it.
            return FractureSite.UNSPECIFIED if facts and all(each.proxy for each in facts) else site
    unspecific = _OSTEOPOROTIC | {Concept.FRACTURE_PATHOLOGICAL_NEC}
    return FractureSite.UNSPECIFIED if problem.concepts & unspecific else None


def _facts(problem: Problem, concept: Concept, terminology: Terminology) -> list[CodeFacts]:
    found = (terminology.facts(coding.system, coding.code, concept) for coding in problem.code.codings)
    return [facts for facts in found if facts is not None]


def _mechanism(
    problem: Problem,
    site: FractureSite,
    age: int | None,
    problems: tuple[Problem, ...],
    terminology: Terminology,
) -> Mechanism | None:
    """None where the cause is known to be another one."""
    if problem.concepts & _OSTEOPOROTIC or _is_named(problem, _OSTEOPOROTIC_NAME, terminology):
        return Mechanism.OSTEOPOROTIC
    causes = [other for other in problems if other is not problem and _same_event(problem, other)]
    if any(Concept.HIGH_ENERGY_MECHANISM in other.concepts for other in (problem, *causes)):
        return None
    if any(_fell_low(other, terminology) for other in causes):
        return Mechanism.LOW_ENERGY if site is not FractureSite.UNSPECIFIED else Mechanism.UNKNOWN
    unspecified_cause = any(Concept.FALL_UNSPECIFIED in other.concepts for other in causes)
    if age is None or unspecified_cause or _is_open(problem):
        return Mechanism.UNKNOWN
    if site is FractureSite.HIP and age >= PRESUMED_HIP_AGE:
        return Mechanism.PRESUMED
    wedge = site is FractureSite.VERTEBRA and _is_wedge(problem, terminology)
    return Mechanism.PRESUMED if wedge and age >= PRESUMED_VERTEBRA_AGE else Mechanism.UNKNOWN


def _same_event(one: Problem, other: Problem) -> bool:
    if one.encounter is not None and other.encounter is not None:
        return one.encounter == other.encounter
    return one.day is not None and one.day == other.day


def _fell_low(problem: Problem, terminology: Terminology) -> bool:
    return any(not facts.proxy for facts in _facts(problem, Concept.LOW_ENERGY_FALL, terminology))


def _is_wedge(problem: Problem, terminology: Terminology) -> bool:
    coded = any(_WEDGE.match(coding.code or "") for coding in problem.code.codings)
    return coded or _is_named(problem, _WEDGE_NAME, terminology)


def _is_named(problem: Problem, pattern: re.Pattern[str], terminology: Terminology) -> bool:
    """By the value set's own name for the code, not by what the chart calls it: text never fires a rule."""
    return any(
        pattern.search(facts.display or "")
        for concept, _ in _SITES
        for facts in _facts(problem, concept, terminology)
    )


def _is_open(problem: Problem) -> bool:
    return any(
        _OPEN.match(coding.code or "") or _OPEN_NAME.search(coding.display or "")
        for coding in problem.code.codings
    )
