"""Weight, height, body mass index and lost height (GUIDELINE B, 15)."""

import datetime
from collections.abc import Iterator

import msgspec

from fhir_mappings.concepts import Concept
from fhir_mappings.dates import years_between
from fhir_mappings.inputs import BodyMassIndex, HeightLoss, Measurement, Source
from fhir_mappings.measurements import Search, measurements
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Readings
from fhir_mappings.units import BODY_MASS_INDEX, HEIGHT, WEIGHT

WEIGHT_MONTHS = 12
HEIGHT_MONTHS = 120
ADULT_AGE = 18
BMI_DIFFERENCE = 2
"""A stated index further than this from weight and height of the same day is one of somebody else."""
_LIFETIME_MONTHS = 1440

_WEIGHT = Search(
    concept=Concept.BODY_WEIGHT,
    analytes=(WEIGHT,),
    called="weight",
    months=WEIGHT_MONTHS,
    of=Source.BODY_MEASURES,
    gates=True,
)
_HEIGHT = Search(
    concept=Concept.BODY_HEIGHT,
    analytes=(HEIGHT,),
    called="height",
    months=HEIGHT_MONTHS,
    of=Source.BODY_MEASURES,
)
_BMI = Search(
    concept=Concept.BMI,
    analytes=(BODY_MASS_INDEX,),
    called="body mass index",
    months=WEIGHT_MONTHS,
    of=Source.BODY_MEASURES,
)
_ANY_HEIGHT = msgspec.structs.replace(_HEIGHT, months=_LIFETIME_MONTHS)


class BodyMeasures(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the patient's body, in kg, cm and kg/m²."""

    weight: Measurement | None
    height: Measurement | None
    bmi: BodyMassIndex | None
    height_losses: tuple[HeightLoss, ...]


def map_body_measures(
    readings: Readings, birth: datetime.date | None, as_of: datetime.date, notes: Notes
) -> BodyMeasures:
    """The newest weight of a year, the newest adult height of ten, the index of both, and lost height.

    Without a date of birth no height is known to be an adult's, but the newest is taken: nothing is decided
    of a patient whose age is not known.
    """
    weight = next(measurements(readings, _WEIGHT, as_of, notes), None)
    heights = _of_an_adult(readings, birth)
    height = next(measurements(heights, _HEIGHT, as_of, notes), None)
    return BodyMeasures(
        weight=weight,
        height=height,
        bmi=_bmi(next(measurements(readings, _BMI, as_of, notes), None), weight, height, notes),
        height_losses=tuple(_height_losses(height, heights, as_of)) if birth is not None else (),
    )


def _of_an_adult(readings: Readings, birth: datetime.date | None) -> Readings:
    """The heights measured from 18 on; what a child measured is neither used nor a problem."""
    heights = readings.of(Concept.BODY_HEIGHT)
    if birth is None:
        return Readings(heights)
    return Readings(
        each for each in heights if each.day is None or years_between(birth, each.day) >= ADULT_AGE
    )


def _bmi(
    stated: Measurement | None, weight: Measurement | None, height: Measurement | None, notes: Notes
) -> BodyMassIndex | None:
    """As stated, unless the weight is newer; unknown where a stated one cannot be of this weight and height."""
    computed = None
    if weight is not None and height is not None:
        metres = height.value / 100
        computed = BodyMassIndex(value=weight.value / (metres * metres), day=weight.day)
    if stated is None or (computed is not None and stated.day < computed.day):
        return computed
    if (
        computed is not None
        and stated.day == computed.day
        and abs(stated.value - computed.value) > BMI_DIFFERENCE
    ):
        notes.add(
            "conflict",
            "body mass index does not fit the weight of the same day and the height",
            stated.reference,
            of=Source.BODY_MEASURES,
        )
        return None
    return BodyMassIndex(value=stated.value, day=stated.day, reference=stated.reference)


def _height_losses(now: Measurement | None, heights: Readings, as_of: datetime.date) -> Iterator[HeightLoss]:
    if now is None:
        return
    # What is wrong with old heights is nobody's concern, so it is not noted.
    for search, observed in ((_ANY_HEIGHT, False), (_HEIGHT, True)):
        found = measurements(heights, search, as_of, Notes())
        tallest = max(found, key=lambda each: (each.value, each.day), default=now)
        lost = tallest.value - now.value
        if lost > 0:
            yield HeightLoss(cm=lost, tallest_day=tallest.day, reference=tallest.reference, observed=observed)
