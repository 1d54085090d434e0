"""T-scores, and the study that decides."""

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from fhir_mappings.inputs.facts import Fact


class Site(StrEnum):
    """Where a T-score was measured (GUIDELINE B, 1)."""

    LUMBAR_SPINE = "lumbar-spine"
    FEMORAL_NECK = "femoral-neck"
    TOTAL_HIP = "total-hip"
    FEMUR = "femur"
    RADIUS_33 = "radius-33"
    RADIUS = "radius"
    UNSPECIFIED = "unspecified"
    OTHER = "other"


class TScore(Fact, frozen=True, kw_only=True):
    """One T-score, in standard deviations of the young reference."""

    site: Site
    value: Decimal
    day: datetime.date
    reference: str


Unusable = Literal[
    "stale",
    "not final",
    "without a status",
    "unreadable",
    "implausible",
    "without a usable unit",
    "without a T-score",
    "its report was retracted",
    "called a Z-score",
    "under an unknown code",
    "dated in the future",
    "of a site that does not count",
    "of a part of a site only",
    "not by DXA",
]
"""Why a bone density is not used, as it reads after "was not used:"."""


class UnusedDensity(Fact, frozen=True, kw_only=True):
    """A bone density that is in the chart and was not used, with the reason a person is told."""

    day: datetime.date | None
    why: Unusable


class BoneDensity(Fact, frozen=True, kw_only=True):
    """The deciding study: every usable T-score of the most recent one, the lowest first.

    Older studies are not mixed in; sites outside the WHO classification are left out. `previous` is the lowest
    of the older ones, where it is lower than every one of the study: to show, and never to decide on.
    """

    study: tuple[TScore, ...] = ()
    previous: TScore | None = None
    unused: tuple[UnusedDensity, ...] = ()

    @property
    def lowest(self) -> TScore | None:
        """The T-score that sets the class."""
        return self.study[0] if self.study else None

    @property
    def day(self) -> datetime.date | None:
        """The day of the study: the latest of its measurements."""
        return max((score.day for score in self.study), default=None)
