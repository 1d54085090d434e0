"""Laboratory values that gate a drug or hint at another cause of bone loss."""

import datetime
from decimal import Decimal
from typing import Literal

from fhir_mappings.inputs.facts import Fact
from fhir_mappings.inputs.measurements import Measurement


class Calcium(Fact, frozen=True, kw_only=True):
    """The calcium that decides (GUIDELINE B, 18): ionized where it is closest, else corrected, else total."""

    kind: Literal["corrected", "uncorrected", "ionized"]
    value: Decimal
    unit: str
    day: datetime.date
    low_limit: Decimal
    parts: tuple[Measurement, ...]
    comparator: Literal["<", ">"] | None = None

    @property
    def low(self) -> bool:
        """Below the laboratory's own limit, else below the guideline's; a bound counts as what it bounds."""
        return self.value < self.low_limit if self.comparator is None else self.comparator == "<"


class Renal(Fact, frozen=True, kw_only=True):
    """Renal function (GUIDELINE B, 17): creatinine clearance where it can be computed, else eGFR.

    `clearance` is Cockcroft–Gault in mL/min from creatinine, weight, age and sex. In a `kidney_injury` neither
    value says how the kidneys usually work: a low one counts against a drug, and no other counts for it.
    """

    clearance: Decimal | None = None
    clearance_day: datetime.date | None = None
    clearance_from: tuple[str, ...] = ()
    egfr: Measurement | None = None
    kidney_injury: bool = False


class Labs(Fact, frozen=True, kw_only=True):
    """The laboratory values that gate alendronate or hint at another cause, newest usable ones."""

    total_calcium: Measurement | None = None
    ionized_calcium: Measurement | None = None
    albumin: Measurement | None = None
    calcium: Calcium | None = None
    creatinine: Measurement | None = None
    egfr: Measurement | None = None
    vitamin_d: Measurement | None = None
    tsh: Measurement | None = None
    pth: Measurement | None = None
    alkaline_phosphatase: Measurement | None = None
    testosterone: Measurement | None = None
