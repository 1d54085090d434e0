"""The laboratory values that gate alendronate (GUIDELINE B, 12, 17–19)."""

import datetime
import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec

from fhir_mappings.calcium import ALBUMIN_WITHIN, deciding_calcium
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Labs, Measurement, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, Readings, value_of
from fhir_mappings.renal import ACUTE_WITHIN
from fhir_mappings.units import (
    ALBUMIN,
    CALCIUM_MASS,
    CALCIUM_MOLAR,
    CREATININE,
    EGFR,
    IONIZED_MASS,
    IONIZED_MOLAR,
    VITAMIN_D,
    Analyte,
    Fault,
    convert,
)

LAB_MONTHS = 12


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Which values are looked for: the concept, the units it may come in, and how far back.

    Of several analytes the first whose unit fits is taken.
    """

    concept: Concept
    analytes: tuple[Analyte, ...]
    called: str
    months: int = LAB_MONTHS
    of: Source = Source.LABS


_CALCIUM = Search(concept=Concept.CALCIUM_TOTAL, analytes=(CALCIUM_MASS, CALCIUM_MOLAR), called="calcium")
_IONIZED = Search(
    concept=Concept.CALCIUM_IONIZED, analytes=(IONIZED_MOLAR, IONIZED_MASS), called="ionized calcium"
)
_ALBUMIN = Search(concept=Concept.ALBUMIN_SERUM, analytes=(ALBUMIN,), called="albumin")
_CREATININE = Search(concept=Concept.CREATININE_SERUM, analytes=(CREATININE,), called="creatinine")
_EGFR = Search(concept=Concept.EGFR, analytes=(EGFR,), called="eGFR")
# Equations with a race coefficient count only where there is nothing else (NKF/ASN 2021).
_EGFR_BY_RACE = Search(concept=Concept.EGFR_RACE_BASED, analytes=(EGFR,), called="eGFR")
_VITAMIN_D = Search(concept=Concept.VITAMIN_D_25OH, analytes=(VITAMIN_D,), called="25-OH vitamin D")


def measurements(
    readings: Readings, search: Search, as_of: datetime.date, notes: Notes
) -> Iterator[Measurement]:
    """The usable values within the look-back, the newest first.

    Lazily: a value is looked at, and its problem noted, only when none newer will do. So a bad value is
    noted where it would have been used, and an old one that nobody asked for is not.
    """
    found = readings.of(search.concept)
    if not found:
        return
    oldest = add_months(as_of, -search.months)
    for reading in sorted(found, key=_written, reverse=True):
        day = reading.day
        if day is not None and day < oldest:
            return
        analyte = _fitting(reading, search.analytes)
        value = value_of(reading, analyte, as_of, notes, called=search.called, of=search.of)
        if value is None:
            continue
        low, high = _limits(reading, analyte)
        yield Measurement(
            value=value.number,
            unit=analyte.unit,
            day=value.day,
            reference=reading.reference,
            comparator=_comparator(reading),
            lab_low=low,
            lab_high=high,
        )


def _written(reading: Reading) -> str:
    return reading.observation.effective_date_time or reading.written_day


def _comparator(reading: Reading) -> Literal["<", ">"] | None:
    stated = reading.quantity.comparator if reading.quantity else None
    if not stated:
        return None
    return "<" if stated.startswith("<") else ">"


def _fitting(reading: Reading, analytes: tuple[Analyte, ...]) -> Analyte:
    quantity = reading.quantity
    if quantity is not None and len(analytes) > 1:
        for analyte in analytes:
            if convert(quantity, analyte) is not Fault.WRONG_UNIT:
                return analyte
    return analytes[0]


def _limits(reading: Reading, analyte: Analyte) -> tuple[Decimal | None, Decimal | None]:
    """The laboratory's own limits, where it gives one range: several are for several kinds of people."""
    if len(reading.ranges) != 1 or reading.quantity is None:
        return None, None
    own = reading.quantity
    limits: list[Decimal | None] = []
    for bound in (reading.ranges[0].low, reading.ranges[0].high):
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


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The laboratory values of a chart. `creatinines` reach back a week from the newest."""

    labs: Labs
    creatinines: tuple[Measurement, ...]


def map_measured(readings: Readings, as_of: datetime.date, notes: Notes) -> Measured:
    """The newest usable value of each; of two on one day the more careful one."""

    def newest(search: Search) -> list[Measurement]:
        """Every value of the newest day that has one."""
        values = measurements(readings, search, as_of, notes)
        first = next(values, None)
        if first is None:
            return []
        return [first, *itertools.takewhile(lambda each: each.day == first.day, values)]

    def lowest(search: Search) -> Measurement | None:
        return min(newest(search), key=lambda each: each.value, default=None)

    total, ionized = newest(_CALCIUM), newest(_IONIZED)
    albumins = _near(measurements(readings, _ALBUMIN, as_of, notes), total, before=ALBUMIN_WITHIN)
    creatinines = _week(measurements(readings, _CREATININE, as_of, notes))
    today = [each for each in creatinines if each.day == creatinines[0].day]
    labs = Labs(
        total_calcium=min(total, key=lambda each: each.value, default=None),
        ionized_calcium=min(ionized, key=lambda each: each.value, default=None),
        albumin=next(iter(albumins), None),
        calcium=deciding_calcium(total, ionized, albumins),
        creatinine=max(today, key=lambda each: each.value, default=None),
        egfr=lowest(_EGFR) or lowest(_EGFR_BY_RACE),
        vitamin_d=lowest(_VITAMIN_D),
    )
    return Measured(labs=labs, creatinines=tuple(creatinines))


def _near(
    newest_first: Iterator[Measurement], others: list[Measurement], *, before: datetime.timedelta
) -> list[Measurement]:
    """Those that are not older than the others by more than so much; without others the newest alone."""
    if not others:
        return list(itertools.islice(newest_first, 1))
    return list(itertools.takewhile(lambda each: each.day >= others[0].day - before, newest_first))


def _week(newest_first: Iterator[Measurement]) -> list[Measurement]:
    first = next(newest_first, None)
    if first is None:
        return []
    return [first, *itertools.takewhile(lambda each: each.day >= first.day - ACUTE_WITHIN, newest_first)]
