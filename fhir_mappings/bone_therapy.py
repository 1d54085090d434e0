"""Osteoporosis drugs, current and past (GUIDELINE section 0, 5 and 6; table B, 25)."""

import datetime

from fhir_mappings.dates import add_months
from fhir_mappings.inputs import BoneTherapy, PastTherapy
from fhir_mappings.medications import DRUGS, Taken
from fhir_mappings.notes import Notes

STALE_MONTHS = 24
"""An order this old that nothing renewed is still current therapy, and a question."""
DEPOT_MONTHS = 18
"""Zoledronate and denosumab go on acting this long after the last dose."""
RENEWAL_MONTHS = 15
"""A year's order and 90 days: what was ordered again by then was not interrupted."""

_A_DAY = datetime.timedelta(days=1)
_DEPOT = frozenset({"zoledronic acid", "denosumab"})


def map_therapy(taken: tuple[Taken, ...], as_of: datetime.date, notes: Notes) -> tuple[BoneTherapy, ...]:
    """Current osteoporosis drugs: active orders and statements, and depots that still act.

    One entry a drug, since the first order of the course; coded evidence goes before a name.
    """
    known: dict[str, list[Taken]] = {}
    for entry in sorted(taken, key=lambda each: (each.by_name, each.day or datetime.date.max)):
        drug = _drug_of(entry)
        if drug is not None:
            known.setdefault(drug, []).append(entry)
    therapy = []
    for drug, entries in known.items():
        current = [each for each in entries if each.current or _still_acts(each, drug, as_of)]
        if not current:
            continue
        for entry in current:
            if entry.by_name:
                notes.add("by-name-only", f"{drug} is known by its name only", entry.reference)
        old = add_months(as_of, -STALE_MONTHS)
        if all(each.current and each.order and each.day is not None and each.day < old for each in current):
            notes.add(
                "stale", f"{drug} order is older than two years; is it still taken?", current[0].reference
            )
        therapy.append(
            BoneTherapy(
                drug=drug,
                since=_since(entries, current, drug),
                reference=current[0].reference,
                by_name=current[0].by_name,
            )
        )
    return tuple(therapy)


def _since(entries: list[Taken], current: list[Taken], drug: str) -> datetime.date | None:
    """The first order from which each next one followed before the last had run out by 90 days."""
    since = min((each.day for each in current if each.day), default=None)
    for day in sorted({each.day for each in entries if each.day}, reverse=True):
        if since is not None and add_months(day, DEPOT_MONTHS if drug in _DEPOT else RENEWAL_MONTHS) >= since:
            since = min(since, day)
    return since


def map_past_therapy(taken: tuple[Taken, ...], as_of: datetime.date) -> tuple[PastTherapy, ...]:
    """How long each osteoporosis drug was taken in all, as far as orders and statements have both ends.

    Days that two of them share count once. What has no end on record adds nothing: it is not known.
    """
    days: dict[str, int] = {}
    covered: dict[str, datetime.date] = {}
    last: dict[str, Taken] = {}
    for entry in sorted(taken, key=lambda each: (each.day or datetime.date.min, each.reference)):
        drug = _drug_of(entry)
        if drug is None or entry.current or entry.day is None or entry.ended is None:
            continue
        end = min(entry.ended, as_of)
        # Days up to `covered` have been counted.
        begin = max(entry.day, covered[drug] + _A_DAY) if drug in covered else entry.day
        days[drug] = days.get(drug, 0) + max((end - begin).days + 1, 0)
        covered[drug] = max(end, covered.get(drug, end))
        last[drug] = entry
    return tuple(
        PastTherapy(drug=drug, days=count, reference=last[drug].reference) for drug, count in days.items()
    )


def _drug_of(entry: Taken) -> str | None:
    return next((name for concept, name in DRUGS if concept in entry.concepts), None)


def _still_acts(entry: Taken, drug: str, as_of: datetime.date) -> bool:
    if drug not in _DEPOT or not entry.completed or entry.latest is None:
        return False
    return entry.latest >= add_months(as_of, -DEPOT_MONTHS)
