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

_ENDED_BY_SOMEBODY = frozenset({"stopped", "on-hold", "not-taken"})
_UNDATED = "when it was given or handed over is not on record"
_STOPPED = "it was handed over, and stopped or put on hold on no known day"
_Days = tuple[datetime.date, datetime.date]


def map_therapy(
    entries: tuple[Entry, ...],
    problems: tuple[Problem, ...],
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> tuple[BoneTherapy, ...]:
    """Current osteoporosis drugs: active orders and statements, depots that still act, recent supplies.

    One entry a drug, since the first order of the course; coded evidence goes before a name. A status code
    for the long-term use of bisphosphonates is one too, where no bisphosphonate is known otherwise. What was
    given or handed over on no known day may be current, and counts as such.
    """
    known = by_drug(entries, DRUGS)
    therapy = []
    for drug, of_drug in known.items():
        current = current_entries(drug, known, as_of)
        if current:
            therapy.append(_therapy(drug, known, current, as_of, terminology, notes))
            continue
        for held in of_drug:
            if held.status == "on-hold" and held.listed:
                because = f"{drug} is on hold, and not counted as current: is it to go on?"
                notes.add("not-final", because, held.reference)
    return (*therapy, *_by_status_code(therapy, problems, notes))


def map_other_bone_drugs(
    entries: tuple[Entry, ...], as_of: datetime.date, terminology: Terminology, notes: Notes
) -> tuple[BoneTherapy, ...]:
    """Calcitonin and estrogen that are current."""
    known = by_drug(entries, OTHERS)
    return tuple(
        _therapy(drug, known, current, as_of, terminology, notes)
        for drug in known
        if (current := current_entries(drug, known, as_of))
    )


def current_entries(drug: str, known: dict[str, list[Entry]], as_of: datetime.date) -> list[Entry]:
    """The entries by which a drug is current: what is listed as such first, coded before by name.

    Denosumab that only acts on is not, where another bone drug has taken over from it.
    """
    entries = known[drug]
    over = [each for each in entries if each.listed and not each.current]
    acting = [
        each
        for each in entries
        if each.current
        or (_still_acts(each, as_of) if drug in DOSE_MONTHS else _is_supplied(each, over, as_of))
    ]
    if not any(each.current for each in acting) and _followed(drug, known, as_of):
        return []
    return sorted(
        acting,
        key=lambda each: (each.by_name, not each.current, each.day or datetime.date.max, each.reference),
    )


def course_since(drug: str, known: dict[str, list[Entry]], as_of: datetime.date) -> datetime.date | None:
    """The day the course of a current drug began; None where it is not current, or begins on no known day."""
    return _since(drug, known[drug], current_entries(drug, known, as_of))


def dose_days(entry: Entry) -> _Days | None:
    """The first and the last day on which the last dose that an entry tells of may have been given.

    A statement that is over tells of doses until its end. None where no day is on record.
    """
    if entry.kind is Kind.STATEMENT and not entry.current and entry.ended is not None:
        return min(entry.day or entry.ended, entry.ended), entry.ended
    if entry.day is None or entry.latest is None:
        return None
    return entry.day, entry.latest


def _therapy(
    drug: str,
    known: dict[str, list[Entry]],
    current: list[Entry],
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> BoneTherapy:
    entries, first = known[drug], current[0]
    in_doubt = _doubt(drug, entries, current)
    for entry in current:
        if entry.by_name:
            notes.add("by-name-only", f"{drug} is known by its name only", entry.reference)
        # Beside what is known to be taken the day of a tablet's supply is of no matter, that of a depot is.
        if not entry.current and dose_days(entry) is None and (in_doubt or drug in DOSE_MONTHS):
            because = f"{drug}: on what day it was given or handed over is not on record"
            notes.add("unreadable", because, entry.reference)
    stale = _is_stale(entries, current, as_of)
    if stale:
        notes.add("stale", f"{drug} order is older than two years; is it still taken?", first.reference)
    if in_doubt == _STOPPED:
        notes.add("conflict", f"{drug}: {in_doubt}; is it taken?", first.reference)
    dosed = _last_dose(entries, as_of)
    since = _since(drug, entries, current)
    latest = min((each.latest for each in entries if each.day == since and each.latest), default=since)
    return BoneTherapy(
        drug=drug,
        since=since,
        since_latest=latest if latest != since else None,
        reference=first.reference,
        references=tuple(entry.reference for entry in current),
        by_name=first.by_name,
        in_doubt=in_doubt,
        last_dose=dosed[1] if dosed else None,
        last_dose_from=dosed[0] if dosed and dosed[0] != dosed[1] else None,
        followed=_followed(drug, known, as_of),
        not_followed_by=_not_followed_by(drug, known, as_of),
        covered_until=None if drug in DOSE_MONTHS else _covered_until(entries),
        stale=stale,
        weekly_tablet_daily=any(
            is_weekly_tablet_daily(each, terminology) for each in current if each.kind is Kind.ORDER
        ),
    )


def _still_acts(entry: Entry, as_of: datetime.date) -> bool:
    """Whether a depot was given, or may have been, in the last 18 months: without a day nobody knows."""
    if not entry.taken:
        return False
    days = dose_days(entry)
    return days is None or days[1] >= add_months(as_of, -DEPOT_MONTHS)


def _is_supplied(entry: Entry, over: list[Entry], as_of: datetime.date) -> bool:
    """Whether a supply or a dose reaches to this day, or may, and nobody has ended what it belongs to."""
    if entry.listed:
        return False
    if entry.latest is None:
        return not any(_is_named(each, entry) and _is_long_over(each, as_of) for each in over)
    days = (entry.supply if entry.supply is not None else ASSUMED_DAYS) + GRACE_DAYS
    if entry.latest + datetime.timedelta(days=days) <= as_of:
        return False
    return not any(each.status in _ENDED_BY_SOMEBODY and _covers(each, entry) for each in over)


def _is_named(listed: Entry, supply: Entry) -> bool:
    return listed.reference.rpartition("/")[2] in supply.orders


def _is_long_over(listed: Entry, as_of: datetime.date) -> bool:
    """Whether what was handed over under it is used up, or somebody has ended it."""
    if listed.status in _ENDED_BY_SOMEBODY:
        return True
    return listed.latest is not None and add_months(listed.latest, RENEWAL_MONTHS) < as_of


def _covers(listed: Entry, supply: Entry) -> bool:
    """Whether a supply was handed over under an order of these dates; a name alone ends nothing coded."""
    if _is_named(listed, supply):
        return True
    if listed.day is None or listed.latest is None or supply.latest is None:
        return False
    until = listed.ended or add_months(listed.day, RENEWAL_MONTHS)
    return listed.latest <= supply.latest <= until and (supply.by_name or not listed.by_name)


def _doubt(drug: str, entries: list[Entry], current: list[Entry]) -> str | None:
    """Why nobody knows whether a drug is current that no list has as such; None where it is known."""
    if any(each.current for each in current):
        return None
    if all(dose_days(each) is None for each in current):
        return _UNDATED
    ended = (each for each in entries if each.listed and each.status in _ENDED_BY_SOMEBODY)
    if drug not in DOSE_MONTHS and any(each.day is None for each in ended):
        return _STOPPED
    return None


def _followed(drug: str, known: dict[str, list[Entry]], as_of: datetime.date) -> bool:
    """Whether another bone drug came after the last dose of denosumab, and took over from it.

    A name may not end the question of the next dose, nor may an order that is over: nobody knows whether it
    was followed.
    """
    return any(_takes_over(*each) for each in _after_denosumab(drug, known, as_of))


def _not_followed_by(drug: str, known: dict[str, list[Entry]], as_of: datetime.date) -> tuple[str, ...]:
    """What may have taken over from denosumab and is not counted, each once, in words."""
    after = _after_denosumab(drug, known, as_of)
    if any(_takes_over(*each) for each in after):
        return ()
    told = (f"{other} of {each.day or 'no known day'} ({_why_not(each)})" for other, each in after)
    return tuple(dict.fromkeys(told))


def _why_not(entry: Entry) -> str:
    if entry.by_name:
        return "known by its name only"
    return "without a known status" if entry.in_doubt else entry.status


def _after_denosumab(
    drug: str, known: dict[str, list[Entry]], as_of: datetime.date
) -> list[tuple[str, Entry]]:
    """Other bone drugs of which something is, or may be, on record after the last dose of denosumab."""
    dosed = _last_dose(known[drug], as_of) if drug == "denosumab" else None
    if dosed is None:
        return []
    return [
        (other, each)
        for other, entries in known.items()
        if other != drug
        for each in entries
        if each.taken and (each.current if each.day is None else each.day > dosed[1])
    ]


def _takes_over(drug: str, entry: Entry) -> bool:
    """Whether it is sure that a drug is taken, or was had, since a known day: by code, and not only ordered."""
    if entry.day is None or entry.by_name or entry.in_doubt:
        return False
    return entry.current or not entry.listed or (drug in DOSE_MONTHS and entry.status == "completed")


def _is_stale(entries: list[Entry], current: list[Entry], as_of: datetime.date) -> bool:
    """Whether an active order has nothing younger than two years beside it that says the drug is taken."""
    old = add_months(as_of, -STALE_MONTHS)
    listed = [each for each in current if each.current]
    if not listed or any(each.day is None for each in listed):
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
        # "9999-12-31" is how some write that there is no end.
        gap = datetime.timedelta(days=GAP_DAYS)
        return min(entry.covered, datetime.date.max - gap) + gap
    if entry.listed:
        return add_months(day, RENEWAL_MONTHS)
    return day + datetime.timedelta(days=ASSUMED_DAYS + GAP_DAYS)


def _last_dose(entries: list[Entry], as_of: datetime.date) -> _Days | None:
    """From when to when the last dose may have been: given, handed over or an order carried out.

    Failing these, the last order. A dose that only a name tells of makes it possible that the last one was
    later, and no more than that, where others are known by code.
    """
    taken = [each for each in entries if each.taken and dose_days(each) is not None]
    given = [each for each in taken if not each.listed or (_is_carried_out(each) and not each.by_name)]
    told = given or [each for each in taken if each.kind is Kind.ORDER]
    sure = [each for each in told if not each.by_name] or told
    begins = [days[0] for each in sure if (days := dose_days(each))]
    ends = [days[1] for each in told if each in sure or not each.listed if (days := dose_days(each))]
    if not begins:
        return None
    return min(max(begins), as_of), min(max(ends), as_of)


def _is_carried_out(entry: Entry) -> bool:
    return entry.status == "completed" or (entry.kind is Kind.STATEMENT and not entry.current)


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
