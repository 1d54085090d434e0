"""Other fragility fractures (GUIDELINE section 0, T3 and K1; A, S21; BHOF 2022).

When a fragility fracture of the proximal humerus, pelvis or distal forearm, or one coded as osteoporotic,
stands beside a lowest T-score below −1.0, Then treatment is indicated. When the T-score is −1.0 or above or
not known, Then drug therapy is to be considered: BHOF asks for low bone mass with these fractures.
"""

from cdshooks.guideline.decision import Criterion, Disposition, Met, Rule
from cdshooks.guideline.fractures import fragility_fractures, needs_low_bone_mass, site_words
from cdshooks.guideline.recommendations.t_score import NORMAL, spoken
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Fracture, GuidelineInputs, Source

_TREAT, _CONSIDER = "other-fragility-fracture-with-low-bone-mass", "other-fragility-fracture"


def other_fracture(inputs: GuidelineInputs) -> Fracture | None:
    """The fragility fracture that these rules rest on."""
    return next((each for each in fragility_fractures(inputs) if needs_low_bone_mass(each)), None)


def _because(fracture: Fracture) -> str:
    return f"{site_words(fracture)} fracture ({day(fracture.day)}), {fracture.mechanism}"


def _look(inputs: GuidelineInputs, criterion_id: str, *, low_bone_mass: bool) -> Criterion:
    fracture, lowest = other_fracture(inputs), inputs.bone_density.lowest
    if fracture is None:
        return _without_fracture(inputs, criterion_id)
    reason = f"{site_words(fracture)} fracture"
    if lowest is None:
        met = Met.UNKNOWN if low_bone_mass else Met.YES
        because = f"{_because(fracture)}; no usable T-score"
    else:
        is_low = lowest.value < NORMAL
        met = Met.YES if is_low is low_bone_mass else Met.NO
        because = f"{_because(fracture)}; {spoken(lowest)} is {'below' if is_low else 'not below'} −1.0"
    return Criterion(id=criterion_id, met=met, because=because, reason=reason)


def _without_fracture(inputs: GuidelineInputs, criterion_id: str) -> Criterion:
    if Source.CONDITIONS in inputs.unanswered:
        return Criterion(id=criterion_id, met=Met.UNKNOWN, because="conditions could not be read")
    if any(needs_low_bone_mass(each) for each in inputs.fractures):
        because = "how the fracture happened is not recorded"
        return Criterion(id=criterion_id, met=Met.UNKNOWN, because=because)
    because = "no other fragility fracture found in the chart"
    return Criterion(id=criterion_id, met=Met.NO, because=because)


def _with_low_bone_mass(inputs: GuidelineInputs) -> Criterion:
    return _look(inputs, _TREAT, low_bone_mass=True)


def _without_low_bone_mass(inputs: GuidelineInputs) -> Criterion:
    return _look(inputs, _CONSIDER, low_bone_mass=False)


OTHER_FRACTURE_WITH_LOW_BONE_MASS = Rule(
    id=_TREAT,
    sets=Disposition.TREAT,
    look=_with_low_bone_mass,
    citation="BHOF 2022: fracture of pelvis, proximal humerus or distal forearm with low bone mass",
    evidence="S",
    recommends=True,
)
OTHER_FRACTURE = Rule(
    id=_CONSIDER,
    sets=Disposition.CONSIDER,
    look=_without_low_bone_mass,
    citation="BHOF 2022: these fractures without low bone mass are decided on individually",
    evidence="S",
)
