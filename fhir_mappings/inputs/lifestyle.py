"""Body measures and habits that bear on bone."""

import datetime
from decimal import Decimal
from typing import Literal

from fhir_mappings.inputs.facts import Fact

SmokingStatus = Literal[
    "current smoker",
    "current smoker, confirm",
    "not a current smoker",
    "tobacco use, kind not stated",
    "e-cigarettes or smokeless tobacco",
    "unknown",
]
"""What a chart can say; only the first two are what FRAX and the risk factors mean by smoking."""


class Smoking(Fact, frozen=True, kw_only=True):
    """The latest smoking status of the last 24 months; `current` is None where that is not known."""

    current: bool | None
    status: SmokingStatus = "unknown"
    day: datetime.date | None
    reference: str


class BodyMassIndex(Fact, frozen=True, kw_only=True):
    """In kg/m². Without a `reference` it was computed from weight and height."""

    value: Decimal
    day: datetime.date
    reference: str | None = None


class HeightLoss(Fact, frozen=True, kw_only=True):
    """How much shorter the patient is now than at the tallest adult height on record.

    `observed` where only the last ten years were looked at: then it was measured as it came about.
    """

    cm: Decimal
    tallest_day: datetime.date
    reference: str
    observed: bool = False
