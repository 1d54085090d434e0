"""Older women with osteopenia (ACP 2023).

When a woman above the age has osteopenia, Then a drug is an individual decision: the evidence is of low
certainty.
"""

from cdshooks.guideline.recommendations.t_score import in_osteopenia
from fhir_mappings.inputs import GuidelineInputs, Sex

OLDER_THAN = 65
"""Years of age; above."""


def is_older_woman_with_osteopenia(inputs: GuidelineInputs) -> bool:
    """Whether the words of the ACP are about this patient."""
    person = inputs.person
    older = person.sex is Sex.FEMALE and person.age is not None and person.age > OLDER_THAN
    return older and in_osteopenia(inputs.bone_density.lowest)
