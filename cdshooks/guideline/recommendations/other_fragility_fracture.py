"""Other fragility fractures (GUIDELINE section 0, T3 and K1; A, S21; BHOF 2022).

When a fragility fracture of the proximal humerus, pelvis or distal forearm, or one coded as osteoporotic,
stands beside a lowest T-score below −1.0, Then treatment is indicated. When the T-score is −1.0 or above or
not known, Then drug therapy is to be considered: BHOF asks for low bone mass with these fractures.
"""

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes, yes_or_no
from cdshooks.guideline.fractures import fragility_fractures, needs_low_bone_mass, site_words
from cdshooks.guideline.recommendations.t_score import NORMAL, is_low, spoken
from cdshooks.guideline.words import day, number
from fhir_mappings.inputs import Fracture, GuidelineInputs, Source, TScore


def other_fracture(inputs: GuidelineInputs) -> Fracture | None:
    """The fragility fracture that these rules rest on."""
    return next((each for each in fragility_fractures(inputs) if needs_low_bone_mass(each)), None)


def _with_low_bone_mass(inputs: GuidelineInputs) -> Looked:
    fracture, lowest = other_fracture(inputs), inputs.bone_density.lowest
    if fracture is None:
        return _without_fracture(inputs)
    if lowest is None:
        return unknown(_without_score(fracture))
    return yes_or_no(_beside(fracture, lowest), met=is_low(lowest), reason=_reason(fracture))


def _without_low_bone_mass(inputs: GuidelineInputs) -> Looked:
    fracture, lowest = other_fracture(inputs), inputs.bone_density.lowest
    if fracture is None:
        return _without_fracture(inputs)
    if lowest is None:
        return yes(_without_score(fracture), reason=_reason(fracture))
    return yes_or_no(_beside(fracture, lowest), met=not is_low(lowest), reason=_reason(fracture))


def _without_fracture(inputs: GuidelineInputs) -> Looked:
    if Source.CONDITIONS in inputs.unanswered:
        return unknown("conditions could not be read")
    if any(needs_low_bone_mass(each) for each in inputs.fractures):
        return unknown("how the fracture happened is not recorded")
    return no("no other fragility fracture found in the chart")


def _reason(fracture: Fracture) -> str:
    return f"{site_words(fracture)} fracture"


def _because(fracture: Fracture) -> str:
    return f"{_reason(fracture)} ({day(fracture.day)}), {fracture.mechanism}"


def _without_score(fracture: Fracture) -> str:
    return f"{_because(fracture)}; no usable T-score"


def _beside(fracture: Fracture, lowest: TScore) -> str:
    side = "below" if is_low(lowest) else "not below"
    return f"{_because(fracture)}; {spoken(lowest)} is {side} {number(NORMAL)}"


OTHER_FRACTURE_WITH_LOW_BONE_MASS = Rule(
    id="other-fragility-fracture-with-low-bone-mass",
    sets=Disposition.TREAT,
    look=_with_low_bone_mass,
    citation="BHOF 2022: fracture of pelvis, proximal humerus or distal forearm with low bone mass",
    evidence="S",
    recommends=True,
)
OTHER_FRACTURE = Rule(
    id="other-fragility-fracture",
    sets=Disposition.CONSIDER,
    look=_without_low_bone_mass,
    citation="BHOF 2022: these fractures without low bone mass are decided on individually",
    evidence="S",
)
