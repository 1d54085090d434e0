"""Hip or vertebral fragility fracture (GUIDELINE section 0, T1; BHOF 2022).

When a hip or vertebral fragility fracture stands in the chart, Then treatment is indicated, whatever bone
density and FRAX say.
"""

from cdshooks.guideline.decision import Criterion, Disposition, Met, Rule
from cdshooks.guideline.words import day
from fhir_mappings.inputs import FractureSite, GuidelineInputs, Mechanism, Source

_WORDS = {FractureSite.HIP: "hip fracture", FractureSite.VERTEBRA: "vertebral fracture"}


def _look(inputs: GuidelineInputs) -> Criterion:
    for fracture in inputs.fractures:
        if fracture.fragility and fracture.site in _WORDS:
            word = _WORDS[fracture.site]
            presumed = "presumed fragility " if fracture.mechanism is Mechanism.PRESUMED else ""
            because = f"{word} ({day(fracture.day)}), {fracture.mechanism}"
            return Criterion(
                id="hip-or-vertebral-fracture", met=Met.YES, because=because, reason=presumed + word
            )
    if Source.CONDITIONS in inputs.unanswered:
        because = "conditions could not be read"
    elif any(fracture.site in _WORDS for fracture in inputs.fractures):
        because = "how the hip or vertebral fracture happened is not recorded"
    else:
        return Criterion(
            id="hip-or-vertebral-fracture",
            met=Met.NO,
            because="no hip or vertebral fragility fracture found in the chart",
        )
    return Criterion(id="hip-or-vertebral-fracture", met=Met.UNKNOWN, because=because)


HIP_OR_VERTEBRAL_FRACTURE = Rule(
    id="hip-or-vertebral-fracture",
    sets=Disposition.TREAT,
    look=_look,
    citation="BHOF 2022: hip or vertebral fracture, regardless of bone density",
    evidence="S",
    recommends=True,
)
