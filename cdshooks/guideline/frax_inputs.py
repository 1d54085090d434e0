"""What FRAX asks for (GUIDELINE B, 7).

What the chart has of it is told with its day; the rest is left to ask, for what is not found is not a no.
"""

from decimal import Decimal

import msgspec

from cdshooks.guideline.fractures import low_trauma_fractures, site_words
from cdshooks.guideline.risk_factors import ALCOHOL_DRINKS
from cdshooks.guideline.words import day, listed, measured, number, t_score
from fhir_mappings.inputs import Disease, GuidelineInputs, Mechanism, Site

GLUCOCORTICOID_MG = Decimal(5)
"""Of prednisone a day; FRAX's own definition."""
GLUCOCORTICOID_DAYS = 90
"""Of the last 365, for the three months of FRAX."""


class FraxInputs(msgspec.Struct, frozen=True, kw_only=True):
    """The inputs found, each with its value and day, and those that are left to ask."""

    found: list[str]
    lacking: list[str]


def frax_inputs(inputs: GuidelineInputs) -> FraxInputs:
    """The inputs of FRAX for this patient."""
    person, found, lacking = inputs.person, [], []
    neck = next((score for score in inputs.bone_density.study if score.site is Site.FEMORAL_NECK), None)
    broken = ", ".join(f"{site_words(each)} ({day(each.day)})" for each in low_trauma_fractures(inputs))
    for name, value, asked in (
        ("age", str(person.age) if person.age is not None else None, "age"),
        ("sex", person.sex.value if person.sex else None, "sex"),
        (
            "weight",
            f"{measured(inputs.weight, 1)} ({day(inputs.weight.day)})" if inputs.weight else None,
            "weight",
        ),
        (
            "height",
            f"{measured(inputs.height, 1)} ({day(inputs.height.day)})" if inputs.height else None,
            "height",
        ),
        ("previous fracture", broken or None, f"previous fracture{_how(inputs)}"),
        ("parental hip fracture", _parent(inputs), "parental hip fracture"),
        ("current smoking", _smoking(inputs), "current smoking"),
        (
            "glucocorticoids",
            _glucocorticoid(inputs),
            f"glucocorticoids (prednisone ≥ {GLUCOCORTICOID_MG} mg/d for ≥ 3 months)",
        ),
        ("rheumatoid arthritis", _diagnosed(inputs, Disease.RHEUMATOID_ARTHRITIS), "rheumatoid arthritis"),
        (
            "secondary osteoporosis",
            _diagnosed(inputs, Disease.SECONDARY_OSTEOPOROSIS),
            "secondary osteoporosis",
        ),
        ("alcohol", _alcohol(inputs), f"alcohol ≥ {ALCOHOL_DRINKS} units/d"),
        (
            "femoral neck T-score",
            f"{t_score(neck)} ({day(neck.day)})" if neck else None,
            "femoral neck T-score",
        ),
    ):
        if value is None:
            lacking.append(asked)
        else:
            found.append(f"{name} {value}")
    return FraxInputs(found=found, lacking=lacking)


def _how(inputs: GuidelineInputs) -> str:
    """The fractures on record of which nobody knows how they happened, as a question."""
    unknown = [
        f"{site_words(each)} {day(each.day)}"
        for each in inputs.fractures
        if each.mechanism is Mechanism.UNKNOWN
    ]
    return f": {listed(unknown)}, how?" if unknown else ""


def _parent(inputs: GuidelineInputs) -> str | None:
    recorded = inputs.parental_hip_fracture
    return None if recorded is None else "yes" if recorded.is_so else "no"


def _smoking(inputs: GuidelineInputs) -> str | None:
    smoking = inputs.smoking
    if smoking is None or smoking.current is None:
        return None
    return f"{'yes' if smoking.current else 'no'} ({day(smoking.day)})"


def _glucocorticoid(inputs: GuidelineInputs) -> str | None:
    course = inputs.glucocorticoid
    days = course.days_at_least(GLUCOCORTICOID_MG) if course is not None else 0
    return (
        f"yes ({days} of 365 days at {GLUCOCORTICOID_MG} mg/d or more)"
        if days >= GLUCOCORTICOID_DAYS
        else None
    )


def _diagnosed(inputs: GuidelineInputs, disease: Disease) -> str | None:
    return "yes" if inputs.has(disease) else None


def _alcohol(inputs: GuidelineInputs) -> str | None:
    alcohol = inputs.alcohol
    return f"{number(alcohol.value, 1)} drinks/d ({day(alcohol.day)})" if alcohol else None
