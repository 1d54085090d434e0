"""The laboratory values and body measures that gate alendronate (GUIDELINE B, 12, 15, 17–19)."""

import datetime
from decimal import Decimal

from fhir_mappings.calcium import deciding_calcium
from fhir_mappings.chart import Source
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Labs, Measurement
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, value_of
from fhir_mappings.units import (
    ALBUMIN,
    CALCIUM_MASS,
    CALCIUM_MOLAR,
    CREATININE,
    EGFR,
    HEIGHT,
    IONIZED_MASS,
    IONIZED_MOLAR,
    VITAMIN_D,
    WEIGHT,
    Analyte,
    Fault,
    convert,
)

LAB_MONTHS = 12
WEIGHT_MONTHS = 12
HEIGHT_MONTHS = 120

_COMPARATOR = {"<": "<", "<=": "<", ">": ">", ">=": ">"}


def measurements(
    readings: tuple[Reading, ...],
    concept: Concept,
    analytes: tuple[Analyte, ...],
    as_of: datetime.date,
    notes: Notes,
    *,
    called: str,
    months: int = LAB_MONTHS,
    of: Source = Source.LABS,
) -> list[Measurement]:
    """Every usable value of the concept within the look-back, the newest first.

    Of several analytes the first whose unit fits is taken. Values older than the look-back are left out
    without a note: nobody expects an old value to be mended.
    """
    oldest = add_months(as_of, -months)
    found: list[Measurement] = []
    for reading in readings:
        if concept not in reading.concepts or (reading.day is not None and reading.day < oldest):
            continue
        analyte = _fitting(reading, analytes)
        value = value_of(reading, analyte, as_of, notes, called=called, of=of)
        if value is None:
            continue
        low, high = _limits(reading, analyte)
        comparator = reading.quantity.comparator if reading.quantity else None
        found.append(
            Measurement(
                value=value.number,
                unit=analyte.unit,
                day=value.day,
                reference=reading.reference,
                comparator=_COMPARATOR.get(comparator or ""),  # type: ignore[arg-type] # keys are checked above
                lab_low=low,
                lab_high=high,
            )
        )
    found.sort(key=lambda each: each.day, reverse=True)
    return found


def _fitting(reading: Reading, analytes: tuple[Analyte, ...]) -> Analyte:
    quantity = reading.quantity
    if quantity is not None:
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


def map_labs(readings: tuple[Reading, ...], as_of: datetime.date, notes: Notes) -> Labs:
    """The newest usable value of each; of two on one day the more careful one."""

    def newest(
        concept: Concept, *analytes: Analyte, called: str, careful_is_high: bool = False
    ) -> Measurement | None:
        found = measurements(readings, concept, analytes, as_of, notes, called=called)
        today = [each for each in found if each.day == found[0].day]
        if careful_is_high:
            return max(today, key=lambda each: each.value, default=None)
        return min(today, key=lambda each: each.value, default=None)

    calcium = measurements(
        readings, Concept.CALCIUM_TOTAL, (CALCIUM_MASS, CALCIUM_MOLAR), as_of, notes, called="calcium"
    )
    ionized = measurements(
        readings,
        Concept.CALCIUM_IONIZED,
        (IONIZED_MOLAR, IONIZED_MASS),
        as_of,
        notes,
        called="ionized calcium",
    )
    albumin = measurements(readings, Concept.ALBUMIN_SERUM, (ALBUMIN,), as_of, notes, called="albumin")
    return Labs(
        total_calcium=next(iter(calcium), None),
        ionized_calcium=next(iter(ionized), None),
        albumin=next(iter(albumin), None),
        calcium=deciding_calcium(calcium, ionized, albumin),
        creatinine=newest(Concept.CREATININE_SERUM, CREATININE, called="creatinine", careful_is_high=True),
        egfr=newest(Concept.EGFR, EGFR, called="eGFR")
        or newest(Concept.EGFR_RACE_BASED, EGFR, called="eGFR"),
        vitamin_d=newest(Concept.VITAMIN_D_25OH, VITAMIN_D, called="25-OH vitamin D"),
    )


def creatinine_series(readings: tuple[Reading, ...], as_of: datetime.date, notes: Notes) -> list[Measurement]:
    """Every usable creatinine of the last 12 months in mg/dL, the newest first: a rise shows in them."""
    return measurements(readings, Concept.CREATININE_SERUM, (CREATININE,), as_of, notes, called="creatinine")


def map_weight(readings: tuple[Reading, ...], as_of: datetime.date, notes: Notes) -> Measurement | None:
    """The newest body weight of the last 12 months, in kg."""
    found = measurements(
        readings,
        Concept.BODY_WEIGHT,
        (WEIGHT,),
        as_of,
        notes,
        called="weight",
        months=WEIGHT_MONTHS,
        of=Source.BODY_MEASURES,
    )
    return next(iter(found), None)


def map_height(readings: tuple[Reading, ...], as_of: datetime.date, notes: Notes) -> Measurement | None:
    """The newest body height of the last ten years, in cm."""
    found = measurements(
        readings,
        Concept.BODY_HEIGHT,
        (HEIGHT,),
        as_of,
        notes,
        called="height",
        months=HEIGHT_MONTHS,
        of=Source.BODY_MEASURES,
    )
    return next(iter(found), None)
