"""Body measures and habits that bear on bone."""

import datetime
from decimal import Decimal

from fhir_mappings.inputs.facts import Fact


class Smoking(Fact, frozen=True, kw_only=True):
    """The latest smoking status of the last 24 months; `current` is None where the answer is "unknown"."""

    current: bool | None
    day: datetime.date | None
    reference: str


class BodyMassIndex(Fact, frozen=True, kw_only=True):
    """In kg/m². Without a `reference` it was computed from weight and height."""

    value: Decimal
    day: datetime.date
    reference: str | None = None


class HeightLoss(Fact, frozen=True, kw_only=True):
    """How much shorter, in cm, the patient is now than the tallest adult height on record."""

    cm: Decimal
    tallest_day: datetime.date
    reference: str
