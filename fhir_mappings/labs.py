"""The laboratory values that gate alendronate (GUIDELINE B, 12, 17–19)."""

import datetime
import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec

from fhir_mappings.calcium import ALBUMIN_WITHIN, deciding_calcium, is_limit
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import A_DAY
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Calcium, Labs, Measurement, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import FINAL, RETRACTED, Reading, Readings, value_of
from fhir_mappings.reader import ReferenceRange
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

_BOUNDS: dict[str, Literal["<", ">"]] = {"<": "<", "<=": "<", ">": ">", ">=": ">"}
LAB_MONTHS = 12


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Which values are looked for: the concept, the units it may come in, and how far back.

    Of several analytes the first whose unit fits is taken. What `gates` a drug is in doubt, with its whole
    source, while there is a newer value that cannot be used.
    """

    concept: Concept
    analytes: tuple[Analyte, ...]
    called: str
    months: int = LAB_MONTHS
    of: Source = Source.LABS
    gates: bool = False


_CALCIUM = Search(
    concept=Concept.CALCIUM_TOTAL, analytes=(CALCIUM_MASS, CALCIUM_MOLAR), called="calcium", gates=True
)
_IONIZED = Search(
    concept=Concept.CALCIUM_IONIZED,
    analytes=(IONIZED_MOLAR, IONIZED_MASS),
    called="ionized calcium",
    gates=True,
)
_ALBUMIN = Search(concept=Concept.ALBUMIN_SERUM, analytes=(ALBUMIN,), called="albumin", gates=True)
_CREATININE = Search(
    concept=Concept.CREATININE_SERUM, analytes=(CREATININE,), called="creatinine", gates=True
)
_EGFR = Search(concept=Concept.EGFR, analytes=(EGFR,), called="eGFR", gates=True)
# Equations with a race coefficient count only where there is nothing else (NKF/ASN 2021), or warn.
_EGFR_BY_RACE = Search(concept=Concept.EGFR_RACE_BASED, analytes=(EGFR,), called="eGFR", gates=True)
_VITAMIN_D = Search(
    concept=Concept.VITAMIN_D_25OH, analytes=(VITAMIN_D,), called="25-OH vitamin D", gates=True
)


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
        analyte = _fitting(reading, search.analytes)
        value = value_of(reading, analyte, as_of, notes, called=search.called, of=search.of)
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
        elif first and reading.is_flagged_low:
            notes.doubt(search.called, value.day)
        first = False
        low, high = _limits(reading, analyte)
        yield Measurement(
            value=value.number,
            unit=analyte.unit,
            day=value.day,
            reference=reading.reference,
            comparator=_BOUNDS[comparator] if comparator else None,
            lab_low=low,
            lab_high=high,
        )
    if first and passed is not None:
        notes.doubt(search.called, passed.day)


def _may_matter(reading: Reading, as_of: datetime.date) -> bool:
    """Whether a reading that cannot be used tells of a value: one that is awaited or yet to come does not."""
    if reading.status in RETRACTED or (reading.day is not None and reading.day > as_of + A_DAY):
        return False
    return reading.carries_value or (reading.status in FINAL and not reading.is_absent)


def _written(reading: Reading) -> str:
    return reading.observation.effective_date_time or reading.written_day


def _fitting(reading: Reading, analytes: tuple[Analyte, ...]) -> Analyte:
    quantity = reading.quantity
    if quantity is not None and len(analytes) > 1:
        for analyte in analytes:
            if convert(quantity, analyte) is not Fault.WRONG_UNIT:
                return analyte
    return analytes[0]


def _limits(reading: Reading, analyte: Analyte) -> tuple[Decimal | None, Decimal | None]:
    """The laboratory's own normal limits, where it gives one range: several are for several kinds of people.

    Limits of another kind, such as those beyond which somebody is called, say nothing of what is normal.
    """
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
    for each in (*total, *ionized):
        if each.lab_low is not None and not is_limit(each.lab_low, each.unit, ionized=each in ionized):
            notes.add("implausible", "the lower limit beside a calcium is none of calcium", each.reference)
    albumins = _near(measurements(readings, _ALBUMIN, as_of, notes), total, before=ALBUMIN_WITHIN)
    creatinines = _week(measurements(readings, _CREATININE, as_of, notes))
    today = [each for each in creatinines if each.day == creatinines[0].day]
    labs = Labs(
        total_calcium=min(total, key=lambda each: each.value, default=None),
        ionized_calcium=min(ionized, key=lambda each: each.value, default=None),
        albumin=next(iter(albumins), None),
        calcium=_undoubted(deciding_calcium(total, ionized, albumins), notes),
        creatinine=max(today, key=lambda each: each.value, default=None),
        egfr=_filtration(lowest(_EGFR), lowest(_EGFR_BY_RACE)),
        vitamin_d=lowest(_VITAMIN_D),
    )
    return Measured(labs=labs, creatinines=tuple(creatinines))


def _undoubted(calcium: Calcium | None, notes: Notes) -> Calcium | None:
    """None where one that is not low may not be the last word: a low one speaks for itself."""
    if calcium is None or calcium.low:
        return calcium
    doubted = [each.called for each in (_CALCIUM, _IONIZED) if notes.is_doubted(each.called, calcium.day)]
    if not doubted:
        return calcium
    notes.add(
        "conflict",
        f"a newer {doubted[0]} cannot be used, or the laboratory calls this one low: not taken as normal",
        calcium.parts[0].reference,
    )
    return None


def _filtration(current: Measurement | None, by_race: Measurement | None) -> Measurement | None:
    """The eGFR without a race coefficient; a newer one with it where that is lower."""
    if current is None or by_race is None:
        return current or by_race
    return by_race if by_race.day > current.day and by_race.value < current.value else current


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
