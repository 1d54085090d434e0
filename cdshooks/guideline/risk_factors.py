"""The risk factors that K2 and K3 count (GUIDELINE section 0, "RF list"; A, S07; BHOF 2022, FRAX).

Age, a low-trauma fracture of a site that decides nothing by itself, a parent's hip fracture, current smoking,
a current glucocorticoid below T5, and low body weight; where a hospital wants it so also alcohol, rheumatoid
arthritis and secondary osteoporosis. They count as the chart states them. What it does not state is unknown,
and neither present nor absent.
"""

from collections.abc import Callable
from decimal import Decimal

from cdshooks.guideline.decision import RiskFactor
from cdshooks.guideline.fractures import DECIDE_ALONE, low_trauma_fractures, needs_low_bone_mass
from cdshooks.guideline.words import day, measured, number
from fhir_mappings.inputs import Disease, GuidelineInputs

OLDER_THAN = 65
"""Years of age; above."""
LOW_BMI = Decimal(20)
"""kg/m²; below."""
LOW_WEIGHT = Decimal("57.6")
"""kg, 127 lb; below (BHOF 2022, screening)."""
GLUCOCORTICOID_MG = Decimal("2.5")
"""mg of prednisone a day, from which a current course of 90 days counts; below T5."""
GLUCOCORTICOID_DAYS = 90
"""Of the last 365; at or above."""
ALCOHOL_DRINKS = Decimal(3)
"""A day; FRAX counts from here. One of the `extra` risk factors."""


def risk_factors(inputs: GuidelineInputs, *, extra: bool = False) -> tuple[RiskFactor, ...]:
    """Those present. With `extra`, also those that only FRAX asks for (setting `extra_risk_factors`)."""
    looks = (*_COUNTED, *_EXTRA) if extra else _COUNTED
    return tuple(found for found in (look(inputs) for look in looks) if found is not None)


def unknown_risk_factors(inputs: GuidelineInputs) -> tuple[str, ...]:
    """Those of which the chart tells neither that they are present nor that they are absent."""
    return tuple(
        name
        for name, unknown in (
            ("parental hip fracture", inputs.parental_hip_fracture is None),
            ("smoking", inputs.smoking is None or inputs.smoking.current is None),
            ("body weight", inputs.bmi is None and inputs.weight is None),
        )
        if unknown
    )


def _age(inputs: GuidelineInputs) -> RiskFactor | None:
    age = inputs.person.age
    if age is None or age <= OLDER_THAN:
        return None
    return RiskFactor(name=f"age over {OLDER_THAN}", because=f"age {age}")


def _fracture(inputs: GuidelineInputs) -> RiskFactor | None:
    # The hip, the spine, and with low bone mass the forearm, the humerus and the pelvis decide by themselves.
    for fracture in low_trauma_fractures(inputs):
        if fracture.site not in DECIDE_ALONE and not needs_low_bone_mass(fracture):
            because = f"low-trauma fracture ({day(fracture.day)})"
            return RiskFactor(name="prior fracture", because=because)
    return None


def _parent(inputs: GuidelineInputs) -> RiskFactor | None:
    recorded = inputs.parental_hip_fracture
    if recorded is None or not recorded.is_so:
        return None
    return RiskFactor(name="parental hip fracture", because="parental hip fracture")


def _smoking(inputs: GuidelineInputs) -> RiskFactor | None:
    if inputs.smoking is None or not inputs.smoking.current:
        return None
    return RiskFactor(name="current smoking", because=f"current smoking ({day(inputs.smoking.day)})")


def _glucocorticoid(inputs: GuidelineInputs) -> RiskFactor | None:
    course = inputs.glucocorticoid
    if course is None or not course.current:
        return None
    days = course.days_at_least(GLUCOCORTICOID_MG)
    if days < GLUCOCORTICOID_DAYS:
        return None
    because = f"glucocorticoid of {GLUCOCORTICOID_MG} mg/d of prednisone or more for {days} days"
    return RiskFactor(name="glucocorticoid use", because=because)


def is_bmi_low(inputs: GuidelineInputs) -> bool:
    """Whether the body mass index is known and low."""
    return inputs.bmi is not None and inputs.bmi.value < LOW_BMI


def _low_weight(inputs: GuidelineInputs) -> RiskFactor | None:
    if inputs.bmi is not None and is_bmi_low(inputs):
        because = f"BMI {number(inputs.bmi.value, 1)} kg/m² ({day(inputs.bmi.day)})"
    elif inputs.weight is not None and inputs.weight.below(LOW_WEIGHT):
        because = f"weight {measured(inputs.weight, 1)} ({day(inputs.weight.day)})"
    else:
        return None
    return RiskFactor(name="low body weight", because=because)


def _alcohol(inputs: GuidelineInputs) -> RiskFactor | None:
    if inputs.alcohol is None or inputs.alcohol.below(ALCOHOL_DRINKS) is not False:
        return None
    because = f"alcohol {number(inputs.alcohol.value, 1)} drinks/d ({day(inputs.alcohol.day)})"
    return RiskFactor(name="alcohol", because=because)


def _diagnosed(inputs: GuidelineInputs, disease: Disease) -> RiskFactor | None:
    found = inputs.has(disease)
    return RiskFactor(name=disease.value, because=disease.value) if found else None


def _arthritis(inputs: GuidelineInputs) -> RiskFactor | None:
    return _diagnosed(inputs, Disease.RHEUMATOID_ARTHRITIS)


def _secondary(inputs: GuidelineInputs) -> RiskFactor | None:
    return _diagnosed(inputs, Disease.SECONDARY_OSTEOPOROSIS)


_Look = Callable[[GuidelineInputs], RiskFactor | None]
_COUNTED: tuple[_Look, ...] = (_age, _fracture, _parent, _smoking, _glucocorticoid, _low_weight)
_EXTRA: tuple[_Look, ...] = (_alcohol, _arthritis, _secondary)
