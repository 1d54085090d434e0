"""Alcohol (GUIDELINE B, 14): drinks a day, and apart from that the drinks of a drinking day."""

import datetime
from collections.abc import Iterator

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Measurement, Source
from fhir_mappings.measurements import Search, measurements
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, Readings
from fhir_mappings.units import DRINKS_PER_DAY

ALCOHOL_MONTHS = 24
PER_DRINKING_DAY = "11287-0"
HISTORY = "11331-6"
DRINKING_DAY_UNIT = "{drinks}/{drinking day}"
"""So that nobody takes it for drinks a day."""
_SEARCH = Search(
    concept=Concept.ALCOHOL_INTAKE,
    analytes=(DRINKS_PER_DAY,),
    called="alcohol",
    months=ALCOHOL_MONTHS,
    of=Source.LIFESTYLE,
)


def map_alcohol(
    readings: Readings, as_of: datetime.date, notes: Notes
) -> tuple[Measurement | None, Measurement | None]:
    """The newest drinks a day, and the newest drinks of a drinking day, of the last 24 months.

    The second is no average: who drinks four on Sundays has four there. Whether somebody drinks at all
    (11331-6) says nothing of how much.
    """
    found = readings.of(Concept.ALCOHOL_INTAKE)
    daily = (each for each in found if not _has(each, PER_DRINKING_DAY, HISTORY))
    on_drinking_days = (each for each in found if _has(each, PER_DRINKING_DAY))
    usual = _newest(on_drinking_days, as_of, notes)
    if usual is not None:
        usual = msgspec.structs.replace(usual, unit=DRINKING_DAY_UNIT)
    return _newest(daily, as_of, notes), usual


def _newest(found: Iterator[Reading], as_of: datetime.date, notes: Notes) -> Measurement | None:
    return next(measurements(Readings(found), _SEARCH, as_of, notes), None)


def _has(reading: Reading, *codes: str) -> bool:
    return any(coding.code in codes for coding in reading.code.codings)
