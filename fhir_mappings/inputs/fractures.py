"""Fractures, and what is known of how they came about."""

import datetime
from enum import StrEnum

from fhir_mappings.inputs.facts import Fact


class FractureSite(StrEnum):
    """Where a fracture was."""

    HIP = "hip"
    VERTEBRA = "vertebra"
    DISTAL_FOREARM = "distal-forearm"
    PROXIMAL_HUMERUS = "proximal-humerus"
    PELVIS = "pelvis"
    OTHER = "other"
    """A bone the guideline does not name: it tells of risk, and decides nothing."""
    UNSPECIFIED = "unspecified"


class Mechanism(StrEnum):
    """What is known of how it broke (GUIDELINE B, 9)."""

    OSTEOPOROTIC = "coded as osteoporotic"
    LOW_ENERGY = "fall from standing height or less"
    PRESUMED = "presumed fragility, confirm mechanism"
    UNKNOWN = "mechanism unknown"


class Fracture(Fact, frozen=True, kw_only=True):
    """One event that may be a fragility fracture; high-energy and neoplastic ones are left out.

    However often the chart codes it, an event stands here once. `day` is the first day on which it can have
    happened, as far as the chart tells; `latest` the last day that a partial date may mean. Both are None
    where only its treatment or its late effects are dated, or nothing is: then it is not known how recent
    it is. `reference` is the resource that dates it, `references` are all that speak of it.
    """

    site: FractureSite
    mechanism: Mechanism
    day: datetime.date | None
    latest: datetime.date | None = None
    reference: str
    references: tuple[str, ...] = ()

    @property
    def fragility(self) -> bool:
        """Whether it counts as a fragility fracture."""
        return self.low_trauma and self.site is not FractureSite.OTHER

    @property
    def low_trauma(self) -> bool:
        """Whether a healthy bone would not have broken: a risk factor, at whatever site."""
        return self.mechanism is not Mechanism.UNKNOWN
