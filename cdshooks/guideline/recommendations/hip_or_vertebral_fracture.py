"""Hip or vertebral fragility fracture (GUIDELINE section 0, T1; BHOF 2022).

When a hip or vertebral fragility fracture stands in the chart, Then treatment is indicated, whatever bone
density and FRAX say.
"""

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes
from cdshooks.guideline.words import day
from fhir_mappings.inputs import FractureSite, GuidelineInputs, Mechanism, Source

_WORDS = {FractureSite.HIP: "hip fracture", FractureSite.VERTEBRA: "vertebral fracture"}


def _look(inputs: GuidelineInputs) -> Looked:
    for fracture in inputs.fractures:
        if fracture.fragility and fracture.site in _WORDS:
            word = _WORDS[fracture.site]
            presumed = "presumed fragility " if fracture.mechanism is Mechanism.PRESUMED else ""
            return yes(f"{word} ({day(fracture.day)}), {fracture.mechanism}", reason=presumed + word)
    if Source.CONDITIONS in inputs.unanswered:
        return unknown("conditions could not be read")
    if any(fracture.site in _WORDS for fracture in inputs.fractures):
        return unknown("how the hip or vertebral fracture happened is not recorded")
    return no("no hip or vertebral fragility fracture found in the chart")


HIP_OR_VERTEBRAL_FRACTURE = Rule(
    id="hip-or-vertebral-fracture",
    sets=Disposition.TREAT,
    look=_look,
    citation="BHOF 2022: hip or vertebral fracture, regardless of bone density",
    evidence="S",
    recommends=True,
)
