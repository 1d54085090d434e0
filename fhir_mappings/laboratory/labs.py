"""The laboratory values that gate alendronate (GUIDELINE B, 12, 17–19)."""

import datetime
import itertools
from collections.abc import Iterator

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Calcium, Labs, Measurement
from fhir_mappings.laboratory.calcium import ALBUMIN_WITHIN, deciding_calcium, is_limit
from fhir_mappings.laboratory.renal import LOOKED_BACK
from fhir_mappings.measurements import Search, measurements
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Readings
from fhir_mappings.units import (
    ALBUMIN,
    CALCIUM_MASS,
    CALCIUM_MOLAR,
    CREATININE,
    EGFR,
    IONIZED_MASS,
    IONIZED_MOLAR,
    VITAMIN_D,
)

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


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The laboratory values of a chart. `creatinines` reach back three months from the newest."""

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
    creatinines = _of_an_injury(measurements(readings, _CREATININE, as_of, notes))
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


def _of_an_injury(newest_first: Iterator[Measurement]) -> list[Measurement]:
    first = next(newest_first, None)
    if first is None:
        return []
    return [first, *itertools.takewhile(lambda each: each.day >= first.day - LOOKED_BACK, newest_first)]
