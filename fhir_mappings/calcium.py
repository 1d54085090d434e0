"""Which calcium decides, and against which limit (GUIDELINE B, 18)."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from fhir_mappings.inputs import Calcium, Measurement

ALBUMIN_WITHIN = datetime.timedelta(days=7)
"""Albumin, or an ionized calcium that outranks the total, is of the same week."""
LOW_TOTAL = {"mg/dL": Decimal("8.5"), "mmol/L": Decimal("2.12")}
LOW_IONIZED = {"mmol/L": Decimal("1.12"), "mg/dL": Decimal("4.5")}
# Per g/dL of albumin below 4.0: 0.8 mg/dL; in SI, per g/L below 40: 0.02 mmol/L, so 0.2 per g/dL.
_NORMAL_ALBUMIN = Decimal("4.0")
_PER_ALBUMIN = {"mg/dL": Decimal("0.8"), "mmol/L": Decimal("0.2")}


def deciding_calcium(
    total: Sequence[Measurement], ionized: Sequence[Measurement], albumin: Sequence[Measurement]
) -> Calcium | None:
    """The calcium the guideline decides on; None where none is usable. Each sequence is newest first.

    An ionized calcium within seven days of the newest total, or newer, outranks it. The total is corrected
    by an albumin within seven days, else taken as it is. Of several on the deciding day the lowest counts. A
    value that is only a bound ("< 9") and leaves open on which side of the limit it is does not count.
    """
    total = [each for each in total if each.below(_low_limit(each, LOW_TOTAL)) is not None]
    ionized = [each for each in ionized if each.below(_low_limit(each, LOW_IONIZED)) is not None]
    day = total[0].day if total else None
    if ionized and (day is None or ionized[0].day >= day - ALBUMIN_WITHIN):
        return _ionized(min(_of_first_day(ionized), key=lambda each: each.value))
    if not total:
        return None
    options = [_total(each, _nearest(albumin, each.day)) for each in _of_first_day(total)]
    return min(options, key=lambda each: each.value - each.low_limit)


def _of_first_day(newest_first: Sequence[Measurement]) -> list[Measurement]:
    return [each for each in newest_first if each.day == newest_first[0].day]


def _nearest(albumin: Sequence[Measurement], day: datetime.date) -> Measurement | None:
    near = [each for each in albumin if abs(each.day - day) <= ALBUMIN_WITHIN]
    return min(near, key=lambda each: (abs(each.day - day), -each.value), default=None)


def _low_limit(measured: Measurement, limits: Mapping[str, Decimal]) -> Decimal:
    return measured.lab_low or limits[measured.unit]


def _ionized(measured: Measurement) -> Calcium:
    return Calcium(
        kind="ionized",
        value=measured.value,
        unit=measured.unit,
        day=measured.day,
        low_limit=_low_limit(measured, LOW_IONIZED),
        parts=(measured,),
        comparator=measured.comparator,
    )


def _total(measured: Measurement, albumin: Measurement | None) -> Calcium:
    value = measured.value
    parts: tuple[Measurement, ...] = (measured,)
    if measured.comparator is not None:
        albumin = None
    if albumin is not None:
        value += _PER_ALBUMIN[measured.unit] * (_NORMAL_ALBUMIN - albumin.value)
        parts = (measured, albumin)
    return Calcium(
        kind="corrected" if albumin is not None else "uncorrected",
        value=value,
        unit=measured.unit,
        day=measured.day,
        low_limit=_low_limit(measured, LOW_TOTAL),
        parts=parts,
        comparator=measured.comparator,
    )
