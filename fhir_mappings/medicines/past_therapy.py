"""Osteoporosis drugs that were taken before, and for how long (GUIDELINE section 0, 5; table B, 25)."""

import datetime

from fhir_mappings.dates import add_months
from fhir_mappings.inputs import PastTherapy
from fhir_mappings.medicines.bone_drugs import DOSE_MONTHS, DRUGS, by_drug
from fhir_mappings.medicines.bone_therapy import GAP_DAYS, course_since
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
    for drug, of_drug in by_drug(entries, DRUGS).items():
        since = course_since(drug, of_drug, as_of)
        latest = as_of if since is None else since - _A_DAY
        taken = [
            (days, each)
            for each in of_drug
            if not each.current and each.taken and (days := _days(drug, each, latest)) is not None
        ]
        if taken:
            (_, end), last = max(taken, key=lambda each: (each[0][1], each[1].reference))
            past.append(
                PastTherapy(
                    drug=drug,
                    days=_in_all([days for days, _ in taken]),
                    reference=last.reference,
                    last_day=min(last.ended or last.latest or end, end) if drug in DOSE_MONTHS else end,
                )
            )
    return tuple(past)


def _days(drug: str, entry: Entry, latest: datetime.date) -> _Days | None:
    if entry.day is None or entry.day > latest:
        return None
    if drug in DOSE_MONTHS:
        dose = add_months(entry.day, DOSE_MONTHS[drug]) - _A_DAY
        stated = entry.ended if entry.kind is Kind.STATEMENT else None
        return entry.day, min(max(dose, stated or dose), latest)
    if entry.covered is None or entry.covered < entry.day:
        return None
    return entry.day, min(entry.covered, latest)


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
