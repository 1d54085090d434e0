"""Numbers in the unit the guideline reads them in."""

import datetime
from decimal import Decimal
from typing import Literal

from fhir_mappings.inputs.facts import Fact


class Measurement(Fact, frozen=True, kw_only=True):
    """A number in the unit the guideline reads it in.

    `comparator` is "<" or ">" where the laboratory reported only a bound ("eGFR > 60").
    """

    value: Decimal
    unit: str
    day: datetime.date
    reference: str
    comparator: Literal["<", ">"] | None = None
    lab_low: Decimal | None = None
    lab_high: Decimal | None = None
    flagged: Literal["low", "high"] | None = None
    """What the laboratory itself calls it."""

    def below(self, limit: Decimal) -> bool | None:
        """Whether it is below the limit; None where the reported bound leaves that open."""
        if self.comparator == ">" and self.value < limit:
            return None
        if self.comparator == "<" and self.value > limit:
            return None
        if self.comparator == "<":
            return True
        return self.value < limit

    @property
    def shown(self) -> str:
        """The number as reported, with its comparator."""
        return f"{self.comparator} {self.value}" if self.comparator else str(self.value)
