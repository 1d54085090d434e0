"""Cancer therapy that takes hormones away which bone lives on (GUIDELINE B, 11)."""

import datetime

from fhir_mappings.chart import Chart
from fhir_mappings.code_facts import CodeFacts
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem
from fhir_mappings.dates import add_months, earliest_day
from fhir_mappings.inputs import CancerTherapy, Sex
from fhir_mappings.medicines.records import Entry
from fhir_mappings.medicines.strengths import facts_of
from fhir_mappings.notes import Notes
from fhir_mappings.observations import concepts_of
from fhir_mappings.procedures import NOT_DONE
from fhir_mappings.value_sets import Terminology

GRACE_DAYS = 30
"""A dose counts as current for so long after the next one was due."""
SHORTEST_MONTHS = 1
SHORTEST_DAYS = 30
"""How long a dose or a supply lasts where that is not on record: the shortest that is usual."""

RELEVANT = frozenset({Concept.AROMATASE_INHIBITORS, Concept.ADT_GNRH, Concept.GNRH_ADDBACK_GYN})
_COUNTED = frozenset({Concept.AROMATASE_INHIBITORS, Concept.ADT_GNRH})
_NAMES = {
    Concept.AROMATASE_INHIBITORS: "an aromatase inhibitor",
    Concept.ADT_GNRH: "a GnRH agonist or antagonist",
}


def map_cancer_therapy(
    chart: Chart,
    entries: tuple[Entry, ...],
    problems: tuple[Problem, ...],
    sex: Sex | None,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> tuple[CancerTherapy, ...]:
    """Current aromatase inhibitors and GnRH drugs, and castration; each once, by the earliest that says so.

    A drug is current by an active order or statement, or by a dose whose interval is over no more than 30 days
    ago. Combinations for endometriosis do not count, and neither do antiandrogens alone. What only a name says
    does not count either, and is noted.
    """
    found = [
        therapy
        for entry in entries
        if (therapy := _by_drug(entry, sex, as_of, terminology, notes)) is not None
    ]
    found += [
        CancerTherapy(
            drug=_NAMES[Concept.AROMATASE_INHIBITORS],
            kind="aromatase inhibitor",
            since=None,
            reference=problem.reference,
        )
        for problem in problems
        if problem.current and Concept.AROMATASE_INHIBITORS in problem.concepts
    ]
    found += _castration(chart, problems, as_of, terminology, notes)
    once: dict[tuple[str, str], CancerTherapy] = {}
    for therapy in sorted(found, key=lambda each: (each.since or datetime.date.max, each.reference)):
        once.setdefault((therapy.kind, therapy.drug), therapy)
    for entry in entries if not once else ():
        if entry.day is None and not entry.listed and entry.concepts & _COUNTED:
            because = "cancer therapy: on what day it was given or handed over is not on record, not counted"
            notes.add("unreadable", because, entry.reference)
    return tuple(once.values())


def _by_drug(
    entry: Entry, sex: Sex | None, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> CancerTherapy | None:
    concepts = entry.concepts & _COUNTED
    if not concepts or Concept.GNRH_ADDBACK_GYN in entry.concepts:
        return None
    facts = list(facts_of(entry.medicine, _COUNTED, terminology))
    if not ((entry.current and not entry.in_doubt) or _was_given(entry, facts, as_of)):
        return None
    if entry.by_name:
        notes.add(
            "by-name-only", "cancer therapy is known by its name only, and not counted", entry.reference
        )
        return None
    (concept, *_) = sorted(concepts)
    named = sorted(filter(None, {_name(each) for each in facts}))
    return CancerTherapy(
        drug=named[0] if named else _NAMES[concept],
        kind=(
            "aromatase inhibitor"
            if concept is Concept.AROMATASE_INHIBITORS
            else "ovarian suppression"
            if sex is Sex.FEMALE
            else "androgen deprivation"
        ),
        since=entry.day,
        reference=entry.reference,
    )


def _name(facts: CodeFacts) -> str | None:
    """The ingredient; else a display that is nothing but a name, as ATC's are."""
    if facts.ingredient is not None:
        return facts.ingredient
    return facts.display if facts.display is not None and facts.display.isalpha() else None


def _was_given(entry: Entry, facts: list[CodeFacts], as_of: datetime.date) -> bool:
    """Whether a dose or a supply still lasts, or was due to be followed no more than 30 days ago.

    An order of a depot that was carried out is a dose; one of tablets says nothing of how long they lasted.
    """
    if entry.day is None:
        return False
    is_depot = Concept.ADT_GNRH in entry.concepts and not any(each.dosing_interval for each in facts)
    if entry.listed and not (is_depot and entry.status == "completed"):
        return False
    months = [each.interval_months for each in facts if each.interval_months is not None]
    if is_depot and (months or entry.supply is None):
        over = add_months(entry.day, min(months, default=SHORTEST_MONTHS))
    else:
        over = entry.day + datetime.timedelta(days=entry.supply or SHORTEST_DAYS)
    return over + datetime.timedelta(days=GRACE_DAYS) >= as_of


def _castration(
    chart: Chart,
    problems: tuple[Problem, ...],
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> list[CancerTherapy]:
    """Removal of both testes, as a procedure or a diagnosis; of an unstated side it is a question."""
    found = [
        (problem.day, problem.reference)
        for problem in problems
        if Concept.ORCHIECTOMY_BILATERAL in problem.concepts
    ]
    for procedure in chart.procedures:
        concepts = concepts_of(procedure.code, terminology)
        day = earliest_day(procedure.performed)
        if procedure.status in NOT_DONE or (day is not None and day > as_of):
            continue
        if Concept.ORCHIECTOMY_BILATERAL in concepts:
            found.append((day, procedure.reference))
        elif Concept.ORCHIECTOMY_UNSPECIFIED in concepts:
            because = "orchiectomy: whether both sides were removed is not stated"
            notes.add("site-not-stated", because, procedure.reference)
    return [
        CancerTherapy(
            drug="bilateral orchiectomy", kind="androgen deprivation", since=day, reference=reference
        )
        for day, reference in found
    ]
