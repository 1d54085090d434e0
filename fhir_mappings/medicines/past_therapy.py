"""Osteoporosis drugs that were taken before, and for how long (GUIDELINE section 0, 5; table B, 25)."""

import datetime

from fhir_mappings.dates import add_months
from fhir_mappings.inputs import PastTherapy
from fhir_mappings.medicines.bone_drugs import DOSE_MONTHS, DRUGS, by_drug
from fhir_mappings.medicines.bone_therapy import GAP_DAYS, course_since, dose_days
from fhir_mappings.medicines.records import Entry, Kind

_A_DAY = datetime.timedelta(days=1)
_Days = tuple[datetime.date, datetime.date]


def map_past_therapy(entries: tuple[Entry, ...], as_of: datetime.date) -> tuple[PastTherapy, ...]:
    """How long each osteoporosis drug was taken in all before the current course, as far as that is on record.

    Days that two entries share count once, and gaps up to 90 days are no interruption. What has no end on
    record adds nothing: it is not known. A dose of zoledronate counts for a year, of denosumab for six months;
    the last day of these is that of the last dose.
    """
    past = []
    known = by_drug(entries, DRUGS)
    for drug, of_drug in known.items():
        since = course_since(drug, known, as_of)
        latest = as_of if since is None else since - _A_DAY
        taken = [
            (days, each)
            for each in of_drug
            if not each.current and _was_taken(drug, each) and (days := _days(drug, each, latest)) is not None
        ]
        if taken:
            (_, end), last = max(taken, key=lambda each: (each[0][1], each[1].reference))
            begins, ends = end, end
            if drug in DOSE_MONTHS:
                begins, ends = _last_dose([each for _, each in taken], latest)
            past.append(
                PastTherapy(
                    drug=drug,
                    days=_in_all([days for days, _ in taken]),
                    reference=last.reference,
                    last_day=ends,
                    last_day_from=begins if begins != ends else None,
                )
            )
    return tuple(past)


def _was_taken(drug: str, entry: Entry) -> bool:
    """What is on hold was taken before, where it says from when until when: a holiday is no missed dose."""
    if entry.taken:
        return True
    listed = entry.kind is Kind.STATEMENT or (entry.kind is Kind.ORDER and drug not in DOSE_MONTHS)
    return listed and entry.status == "on-hold" and entry.ended is not None


def _days(drug: str, entry: Entry, latest: datetime.date) -> _Days | None:
    if drug in DOSE_MONTHS:
        days = dose_days(entry)
        if days is None or days[0] > latest:
            return None
        dose = add_months(days[0], DOSE_MONTHS[drug]) - _A_DAY
        stated = entry.ended if entry.kind is Kind.STATEMENT else None
        return days[0], min(max(dose, stated or dose), latest)
    if entry.day is None or entry.day > latest:
        return None
    if entry.covered is None or entry.covered < entry.day:
        return None
    return entry.day, min(entry.covered, latest)


def _last_dose(doses: list[Entry], latest: datetime.date) -> _Days:
    """From when to when the last of these doses may have been given."""
    days = [each for dose in doses if (each := dose_days(dose)) is not None]
    return min(max(begins for begins, _ in days), latest), min(max(ends for _, ends in days), latest)


def _in_all(spans: list[_Days]) -> int:
    """Days in all, gaps that are no interruption included."""
    days, covered = 0, None
    for start, end in sorted(spans):
        if covered is None or (start - covered).days > GAP_DAYS + 1:
            days += (end - start).days + 1
            covered = end
        elif end > covered:
            days += (end - covered).days
            covered = end
    return days
