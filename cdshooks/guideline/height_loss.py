"""Lost height (GUIDELINE B, 15; BHOF 2022).

When the patient is 4 cm or more shorter than at the tallest, Then imaging of the spine is suggested: vertebral
fractures are often silent.
"""

from decimal import Decimal

from fhir_mappings.inputs import HeightLoss

CENTIMETRES = Decimal(4)
"""At or above."""


def asks_for_imaging(loss: HeightLoss) -> bool:
    """Whether enough was lost to look for vertebral fractures."""
    return loss.cm >= CENTIMETRES
