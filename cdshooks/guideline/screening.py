"""Who should have a bone density test (GUIDELINE section 0, 4; USPSTF 2025, BHOF 2022).

When no T-score is usable, and low bone mass, a fragility fracture or a FRAX result speaks for one, or age does,
or a postmenopausal woman has a risk factor, Then a DXA is recommended.
"""

from cdshooks.guideline.decision import Decision
from cdshooks.guideline.fractures import fragility_fractures
from cdshooks.guideline.recommendations.frax import is_at_threshold
from fhir_mappings.inputs import Disease, GuidelineInputs, Sex

WOMEN_FROM, MEN_FROM = 65, 70
"""Years of age from which everybody is tested."""
AT_RISK = "postmenopausal with risk factors"


def who(inputs: GuidelineInputs, decision: Decision) -> str | None:
    """What makes this patient one who should be tested, in a few words; None where nothing does."""
    age, sex = inputs.person.age or 0, inputs.person.sex
    if inputs.ever(Disease.OSTEOPENIA, Disease.OSTEOPOROSIS):
        return "low bone mass on the problem list"
    if fragility_fractures(inputs):
        return "fragility fracture"
    if is_at_threshold(inputs.frax):
        return "FRAX at or above a treatment threshold"
    if sex is Sex.FEMALE and age >= WOMEN_FROM:
        return f"woman {WOMEN_FROM}+"
    if sex is Sex.MALE and age >= MEN_FROM:
        return f"man {MEN_FROM}+"
    return AT_RISK if sex is Sex.FEMALE and decision.risk_factors else None
