"""Renal function: creatinine clearance where it can be computed, beside eGFR (GUIDELINE B, 17)."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from fhir_mappings.inputs import Labs, Measurement, Person, Renal, Sex

ACUTE_RISE = Decimal("1.5")
ACUTE_WITHIN = datetime.timedelta(days=7)
PEAK_WITHIN = datetime.timedelta(days=90)
"""How long before the newest creatinine the peak may have been: what lasts longer is chronic."""
LOOKED_BACK = PEAK_WITHIN + ACUTE_WITHIN
"""How far before the newest creatinine what it rose from may stand."""
RECOVERED_WITHIN = Decimal("1.2")
"""Times what creatinine had been before it rose; at or below, it is back."""
RECOVERED_DAYS = 2
"""On how many days it has to be."""
_FEMALE = Decimal("0.85")


def map_renal(
    person: Person, labs: Labs, weight: Measurement | None, creatinines: Sequence[Measurement]
) -> Renal:
    """Cockcroft–Gault clearance from the newest creatinine and actual weight, and the newest eGFR.

    Creatinine that rose to 1.5 times or more within seven days is acute kidney injury, until an eGFR is more
    than seven days younger than the last creatinine: that one is of the time after it; or until creatinine is
    back. `creatinines` is newest first, as far back as `LOOKED_BACK`.
    """
    injured = _is_injured(creatinines)
    if injured and labs.egfr is not None and labs.egfr.day > creatinines[0].day + ACUTE_WITHIN:
        return Renal(egfr=labs.egfr)
    creatinine = labs.creatinine
    clearance = _clearance(person, creatinine, weight)
    if clearance is None or creatinine is None or weight is None:
        return Renal(egfr=labs.egfr, kidney_injury=injured)
    return Renal(
        clearance=clearance,
        clearance_day=creatinine.day,
        clearance_from=(creatinine.reference, weight.reference),
        egfr=labs.egfr,
        kidney_injury=injured,
    )


def _clearance(person: Person, creatinine: Measurement | None, weight: Measurement | None) -> Decimal | None:
    if creatinine is None or weight is None or person.age is None or person.sex is None:
        return None
    if creatinine.comparator or weight.comparator:
        return None
    clearance = (140 - person.age) * weight.value / (72 * creatinine.value)
    return clearance * _FEMALE if person.sex is Sex.FEMALE else clearance


def _is_injured(creatinines: Sequence[Measurement]) -> bool:
    """Whether creatinine rose so within a week, in the time that is looked at, and is not known to be back.

    It is back where the last two days on which it was measured are more than seven days after the peak, and
    both within 1.2 times of what it had been before.
    """
    lowest: dict[datetime.date, Decimal] = {}
    highest: dict[datetime.date, Decimal] = {}
    for each in creatinines:
        lowest[each.day] = min(each.value, lowest.get(each.day, each.value))
        highest[each.day] = max(each.value, highest.get(each.day, each.value))
    last_days = sorted(highest, reverse=True)[:RECOVERED_DAYS]

    def is_over(peak: datetime.date, baseline: Decimal) -> bool:
        return len(last_days) == RECOVERED_DAYS and all(
            day > peak + ACUTE_WITHIN and highest[day] <= RECOVERED_WITHIN * baseline for day in last_days
        )

    return any(
        high >= ACUTE_RISE * low and not is_over(later, low)
        for later, high in highest.items()
        if later >= last_days[0] - PEAK_WITHIN
        for earlier, low in lowest.items()
        if datetime.timedelta(0) <= later - earlier <= ACUTE_WITHIN
    )
