"""Readings as numbers in the unit of the guideline, with the limits that the laboratory states beside them."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import A_DAY
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Measurement, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import FINAL, RETRACTED, Reading, Readings, value_of
from fhir_mappings.reader import ReferenceRange
from fhir_mappings.units import Analyte, convert

_BOUNDS: dict[str, Literal["<", ">"]] = {"<": "<", "<=": "<", ">": ">", ">=": ">"}
LAB_MONTHS = 12


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Which values are looked for: the concept, the units it may come in, and how far back.

    Of several analytes the first whose unit fits is taken. What `gates` a drug is in doubt, with its whole
    source, while there is a newer value that cannot be used. Where there is no other, that is left open.
    """

    concept: Concept
    analytes: tuple[Analyte, ...]
    called: str
    months: int = LAB_MONTHS
    of: Source = Source.LABS
    gates: bool = False


def measurements(
    readings: Readings, search: Search, as_of: datetime.date, notes: Notes
) -> Iterator[Measurement]:
    """The usable values within the look-back, the newest first.

    Lazily: a value is looked at, and its problem noted, only when none newer will do. So a bad value is
    noted where it would have been used, and an old one that nobody asked for is not. Where one that cannot be
    used is newer than the first, or the laboratory flags the first as low, that is in doubt: `Notes.doubt`.
    """
    found = readings.of(search.concept)
    if not found:
        return
    oldest = add_months(as_of, -search.months)
    passed: Reading | None = None
    first = True
    for reading in sorted(found, key=_written, reverse=True):
        day = reading.day
        if day is not None and day < oldest:
            break
        value = value_of(reading, search.analytes, as_of, notes, called=search.called, of=search.of)
        comparator = reading.comparator
        if value is not None and comparator and comparator not in _BOUNDS:
            notes.add("unreadable", f"{search.called} is not a plain number", reading.reference, of=search.of)
            value = None
        if value is None:
            passed = passed or (reading if _may_matter(reading, as_of) else None)
            continue
        if first and passed is not None and _written(passed) > _written(reading):
            notes.doubt(search.called, passed.day)
            if search.gates:
                notes.unsettle(search.of)
        elif first and reading.flagged == "low":
            notes.doubt(search.called, value.day)
        first = False
        low, high = _limits(reading, value.analyte)
        yield Measurement(
            value=value.number,
            unit=value.analyte.unit,
            day=value.day,
            reference=reading.reference,
            comparator=_BOUNDS[comparator] if comparator else None,
            lab_low=low,
            lab_high=high,
            flagged=reading.flagged,
        )
    if first and passed is not None:
        notes.doubt(search.called, passed.day)
        if search.gates:
            notes.leave_open(search.called)


def _may_matter(reading: Reading, as_of: datetime.date) -> bool:
    """Whether a reading that cannot be used tells of a value: one that is awaited or yet to come does not."""
    if reading.status in RETRACTED or (reading.day is not None and reading.day > as_of + A_DAY):
        return False
    return reading.carries_value or (reading.status in FINAL and not reading.is_absent)


def _written(reading: Reading) -> str:
    return reading.observation.effective_date_time or reading.written_day


def _limits(reading: Reading, analyte: Analyte) -> tuple[Decimal | None, Decimal | None]:
    """The laboratory's own normal limits, where it gives one range: several are for several kinds of people.

    Limits of another kind, such as those beyond which somebody is called, say nothing of what is normal.
    """
    if not reading.ranges:
        return None, None
    ranges = [each for each in reading.ranges if _is_normal(each)]
    own = reading.quantity if len(ranges) == 1 else None
    if own is None:
        return None, None
    limits: list[Decimal | None] = []
    for bound in (ranges[0].low, ranges[0].high):
        if bound is None or bound.value is None:
            limits.append(None)
            continue
        # A limit without a unit is in the unit of the value it stands beside.
        stated = (
            bound
            if bound.unit or bound.code
            else type(bound)(value=bound.value, unit=own.unit, system=own.system, code=own.code)
        )
        limit = convert(stated, analyte)
        limits.append(limit if isinstance(limit, Decimal) else None)
    return limits[0], limits[1]


def _is_normal(limits: ReferenceRange) -> bool:
    codes = [coding.code for coding in limits.type.codings] if limits.type else []
    return limits.type is None or "normal" in codes or (limits.type.text or "").strip().lower() == "normal"
