"""Which calcium decides, and against which limit (GUIDELINE B, 18)."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from fhir_mappings.inputs import Calcium, Measurement

ALBUMIN_WITHIN = datetime.timedelta(days=7)
"""Albumin, or an ionized calcium that outranks the total, is of the same week."""
LOW_TOTAL = {"mg/dL": Decimal("8.5"), "mmol/L": Decimal("2.12")}
LOW_IONIZED = {"mmol/L": Decimal("1.12"), "mg/dL": Decimal("4.5")}
# Between these lie laboratories' own lower limits. Beyond them it is another one's: ionized calcium's beside a
# total, or one at which somebody is called.
_LIMITS_TOTAL = {"mg/dL": (Decimal("8.0"), Decimal("9.5")), "mmol/L": (Decimal("2.0"), Decimal("2.38"))}
_LIMITS_IONIZED = {"mmol/L": (Decimal("1.0"), Decimal("1.3")), "mg/dL": (Decimal("4.0"), Decimal("5.2"))}
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
    total = [each for each in total if each.below(_low_limit(each, ionized=False)) is not None]
    ionized = [each for each in ionized if each.below(_low_limit(each, ionized=True)) is not None]
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


def is_limit(limit: Decimal, unit: str, *, ionized: bool) -> bool:
    """Whether it can be a laboratory's lower limit of calcium."""
    lowest, highest = (_LIMITS_IONIZED if ionized else _LIMITS_TOTAL)[unit]
    return lowest <= limit <= highest


def _low_limit(measured: Measurement, *, ionized: bool) -> Decimal:
    """The laboratory's own where it is one of calcium, else the guideline's."""
    own = measured.lab_low
    if own is not None and is_limit(own, measured.unit, ionized=ionized):
        return own
    return (LOW_IONIZED if ionized else LOW_TOTAL)[measured.unit]


def _ionized(measured: Measurement) -> Calcium:
    return Calcium(
        kind="ionized",
        value=measured.value,
        unit=measured.unit,
        day=measured.day,
        low_limit=_low_limit(measured, ionized=True),
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
        low_limit=_low_limit(measured, ionized=False),
        parts=parts,
        comparator=measured.comparator,
    )
