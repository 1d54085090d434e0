"""Falls (GUIDELINE A, S14).

When the patient is old enough to fall easily, or has fallen, Then the risk of falls is assessed.
"""

from fhir_mappings.inputs import Disease, GuidelineInputs

FROM_AGE = 65
"""Years; at or above."""


def is_risk_assessed(inputs: GuidelineInputs) -> bool:
    """Whether age or falls ask for it."""
    age = inputs.person.age
    return inputs.has(Disease.FALLS) is not None or (age is not None and age >= FROM_AGE)
