"""Exercise (GUIDELINE A, S12, S13 and S15; BHOF 2022).

When bone is low or has broken, Then physical therapy is suggested. When bone is very weak, Then jogging, loaded
bending and twisting are out.
"""

from cdshooks.guideline.fractures import DECIDE_ALONE
from cdshooks.guideline.recommendations.t_score import is_low, is_osteoporotic
from fhir_mappings.inputs import GuidelineInputs

MINUTES = 30
"""A day, at least."""


def is_referred(inputs: GuidelineInputs) -> bool:
    """Whether bone is low, or has broken however that happened."""
    return bool(inputs.fractures) or is_low(inputs.bone_density.lowest)


def is_fragile(inputs: GuidelineInputs) -> bool:
    """Bone so weak that jogging and loaded bending are out: osteoporosis, or a fracture of spine or hip."""
    broken = any(fracture.site in DECIDE_ALONE for fracture in inputs.fractures)
    return broken or is_osteoporotic(inputs.bone_density.lowest)
