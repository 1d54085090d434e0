"""FRAX probabilities that the chart holds."""

from fhir_mappings.inputs.facts import Fact
from fhir_mappings.inputs.measurements import Measurement


class Frax(Fact, frozen=True, kw_only=True):
    """Ten-year probabilities in percent, as the chart holds them; nothing here is ever computed."""

    hip: Measurement | None = None
    major: Measurement | None = None
    with_bmd: bool | None = None
    """Whether bone density went into it; None where the chart does not say."""

    @property
    def complete(self) -> bool:
        """Both probabilities are usable, which is what excluding treatment takes."""
        return self.hip is not None and self.major is not None
