"""Osteoporosis drugs that are current (GUIDELINE section 0, 6; table B, 25; A, S39)."""

import datetime

from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import BoneTherapy
from fhir_mappings.medicines.bone_drugs import (
    BISPHOSPHONATES,
    DEPOT_MONTHS,
    DOSE_MONTHS,
    DRUGS,
    OTHERS,
    by_drug,
)
from fhir_mappings.medicines.records import Entry, Kind
from fhir_mappings.medicines.weekly_tablet import is_weekly_tablet_daily
from fhir_mappings.notes import Notes
from fhir_mappings.value_sets import Terminology

STALE_MONTHS = 24
"""An order this old that nothing renewed is still current therapy, and a question."""
RENEWAL_MONTHS = 15
"""A year's order and 90 days: what was ordered again by then was not interrupted."""
GAP_DAYS = 90
"""A longer gap ends a course."""
GRACE_DAYS = 30
"""What was supplied or given counts as current so long after it should have been used up."""
ASSUMED_DAYS = 90
"""How long a supply, or a dose that is no depot, lasts if that is not on record: the longest usual."""

_Listed = tuple[datetime.date | None, datetime.date | None]
_ENDED_BY_SOMEBODY = frozenset({"stopped", "on-hold", "not-taken"})


def map_therapy(
    entries: tuple[Entry, ...],
    problems: tuple[Problem, ...],
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> tuple[BoneTherapy, ...]:
    """Current osteoporosis drugs: active orders and statements, depots that still act, recent supplies.

    One entry a drug, since the first order of the course; coded evidence goes before a name. A status code
    for the long-term use of bisphosphonates is one too, where no bisphosphonate is known otherwise.
    """
    known = by_drug(entries, DRUGS)
    therapy = []
    for drug, of_drug in known.items():
        current = _current(drug, of_drug, as_of)
        if not any(each.current for each in current) and _followed(drug, current, known):
            continue
        if current:
            therapy.append(_therapy(drug, of_drug, current, as_of, terminology, notes))
        else:
            for held in of_drug:
                if held.status == "on-hold" and held.listed:
                    because = f"{drug} is on hold, and not counted as current: is it to go on?"
                    notes.add("not-final", because, held.reference)
    return (*therapy, *_by_status_code(therapy, problems, notes))


def map_other_bone_drugs(
    entries: tuple[Entry, ...], as_of: datetime.date, terminology: Terminology, notes: Notes
) -> tuple[BoneTherapy, ...]:
    """Calcitonin and estrogen that are current."""
    return tuple(
        _therapy(drug, of_drug, current, as_of, terminology, notes)
        for drug, of_drug in by_drug(entries, OTHERS).items()
        if (current := _current(drug, of_drug, as_of))
    )


def course_since(drug: str, entries: list[Entry], as_of: datetime.date) -> datetime.date | None:
    """The day the course of a current drug began; None where it is not current, or begins on no known day."""
    current = _current(drug, entries, as_of)
    return _since(drug, entries, current)


def _therapy(
    drug: str,
    entries: list[Entry],
    current: list[Entry],
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> BoneTherapy:
    first = current[0]
    for entry in current:
        if entry.by_name:
            notes.add("by-name-only", f"{drug} is known by its name only", entry.reference)
    stale = _is_stale(entries, current, as_of)
    if stale:
        notes.add("stale", f"{drug} order is older than two years; is it still taken?", first.reference)
    return BoneTherapy(
        drug=drug,
        since=_since(drug, entries, current),
        reference=first.reference,
        references=tuple(entry.reference for entry in current),
        by_name=first.by_name,
        last_dose=_last_dose(entries, as_of),
        covered_until=None if drug in DOSE_MONTHS else _covered_until(entries),
        stale=stale,
        weekly_tablet_daily=any(
            is_weekly_tablet_daily(each, terminology) for each in current if each.kind is Kind.ORDER
        ),
    )


def _current(drug: str, entries: list[Entry], as_of: datetime.date) -> list[Entry]:
    """The entries by which the drug is current: what is listed as such first, coded before by name."""
    ends = {(each.day, each.ended) for each in entries if each.listed and each.status in _ENDED_BY_SOMEBODY}
    acting = [
        each
        for each in entries
        if each.current
        or (_still_acts(each, as_of) if drug in DOSE_MONTHS else _is_supplied(each, ends, as_of))
    ]
    return sorted(
        acting,
        key=lambda each: (each.by_name, not each.current, each.day or datetime.date.max, each.reference),
    )


def _still_acts(entry: Entry, as_of: datetime.date) -> bool:
    """Whether a depot was given, or may have been, in the last 18 months."""
    given = not entry.listed or entry.status in {"completed", "stopped"}
    return given and entry.latest is not None and entry.latest >= add_months(as_of, -DEPOT_MONTHS)


def _is_supplied(entry: Entry, ends: set[_Listed], as_of: datetime.date) -> bool:
    """Whether a supply or a dose reaches to this day, and nobody has ended what it belongs to."""
    if entry.listed or entry.latest is None:
        return False
    days = (entry.supply if entry.supply is not None else ASSUMED_DAYS) + GRACE_DAYS
    if entry.latest + datetime.timedelta(days=days) <= as_of:
        return False
    return not any(_covers(listed, entry.latest) for listed in ends)


def _covers(listed: _Listed, supplied: datetime.date) -> bool:
    """Whether a supply may have been handed over that day under an order of these dates."""
    begun, ended = listed
    return begun is None or begun <= supplied <= (ended or add_months(begun, RENEWAL_MONTHS))


def _followed(drug: str, current: list[Entry], known: dict[str, list[Entry]]) -> bool:
    """Whether another bone drug came after the last dose of denosumab, and took over from it."""
    last = max((each.latest for each in current if each.latest), default=None)
    if drug != "denosumab" or last is None:
        return False
    return any(
        each.day is not None and each.day > last and not each.by_name and each.taken
        for other, entries in known.items()
        if other != drug
        for each in entries
    )


def _is_stale(entries: list[Entry], current: list[Entry], as_of: datetime.date) -> bool:
    """Whether an active order has nothing younger than two years beside it that says the drug is taken."""
    old = add_months(as_of, -STALE_MONTHS)
    if any(each.day is None for each in current):
        return False
    for each in entries:
        if each.kind is Kind.STATEMENT and each.current:
            # Without the day it was stated, a list of what is taken is as young as the chart.
            said = each.asserted or as_of
        else:
            said = each.latest or datetime.date.min
        if said >= old and each.taken:
            return False
    return True


def _since(drug: str, entries: list[Entry], current: list[Entry]) -> datetime.date | None:
    """The first day from which each next entry came before the last had run out by 90 days."""
    since = min((each.day for each in current if each.day), default=None)
    if since is None:
        return None
    earlier = [(each.day, each) for each in entries if each.day is not None and each.taken]
    for day, entry in sorted(earlier, key=lambda each: each[0], reverse=True):
        if day < since <= _reach(drug, entry, day):
            since = day
    return since


def _reach(drug: str, entry: Entry, day: datetime.date) -> datetime.date:
    """The last day on which what follows still goes on with the same course."""
    if drug in DOSE_MONTHS:
        return add_months(day, DEPOT_MONTHS)
    if entry.covered is not None:
        return entry.covered + datetime.timedelta(days=GAP_DAYS)
    if entry.listed:
        return add_months(day, RENEWAL_MONTHS)
    return day + datetime.timedelta(days=ASSUMED_DAYS + GAP_DAYS)


def _last_dose(entries: list[Entry], as_of: datetime.date) -> datetime.date | None:
    """The last day of a dose: given, handed over or an order carried out; failing these, of any order."""
    taken = [each for each in entries if each.latest is not None and each.taken]
    given = [each for each in taken if not each.listed or each.status == "completed"]
    ordered = [each for each in taken if each.kind is Kind.ORDER]
    days = [min(each.latest, as_of) for each in given or ordered if each.latest]
    return max(days, default=None)


def _covered_until(entries: list[Entry]) -> datetime.date | None:
    """The last day of the last supply; of an order's own only where none was handed over under it since."""
    supplies = [each for each in entries if each.kind is Kind.DISPENSE and each.covered is not None]
    last = max((each.day for each in supplies if each.day), default=datetime.date.min)
    orders = [
        each
        for each in entries
        if each.kind is Kind.ORDER
        and (each.current or each.status == "completed")
        and (each.day is None or each.day > last)
    ]
    return max((each.covered for each in (*supplies, *orders) if each.covered), default=None)


def _by_status_code(
    therapy: list[BoneTherapy], problems: tuple[Problem, ...], notes: Notes
) -> tuple[BoneTherapy, ...]:
    """A code for the long-term use of bisphosphonates says neither which nor since when: the careful side."""
    if any(each.drug in BISPHOSPHONATES for each in therapy):
        return ()
    for problem in problems:
        if problem.current and Concept.BISPHOSPHONATE_LONGTERM_USE_STATUS in problem.concepts:
            because = "a bisphosphonate is known by a status code only: which, and is it still taken?"
            notes.add("by-name-only", because, problem.reference)
            return (BoneTherapy(drug="a bisphosphonate", since=None, reference=problem.reference),)
    return ()
