"""Lost height (GUIDELINE B, 15; BHOF 2022).

When the patient is 4 cm or more shorter than at the tallest, or 2 cm than at the tallest of the last ten years,
Then imaging of the spine is suggested: vertebral fractures are often silent.
"""

from decimal import Decimal

from fhir_mappings.inputs import GuidelineInputs, HeightLoss

CENTIMETRES = Decimal(4)
"""At or above, from the tallest height on record."""
OBSERVED_CENTIMETRES = Decimal(2)
"""At or above, from the tallest of the last ten years."""


def height_loss(inputs: GuidelineInputs) -> HeightLoss | None:
    """The loss that is enough to look for vertebral fractures; the one in all before the one of ten years."""
    return next((each for each in inputs.height_losses if _is_enough(each)), None)


def _is_enough(loss: HeightLoss) -> bool:
    return loss.cm >= (OBSERVED_CENTIMETRES if loss.observed else CENTIMETRES)
