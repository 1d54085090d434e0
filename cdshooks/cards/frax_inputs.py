"""What FRAX asks for: what the chart has of it, and what is left to ask (GUIDELINE B, 7)."""

from decimal import Decimal

from cdshooks.guideline.fractures import low_trauma_fractures, site_words
from cdshooks.guideline.words import day, measured, number, t_score
from fhir_mappings.inputs import Disease, GuidelineInputs, Site

GLUCOCORTICOID_MG = Decimal(5)
"""Of prednisone a day, for 90 days: FRAX's own definition."""
GLUCOCORTICOID_DAYS = 90


def frax_inputs(inputs: GuidelineInputs) -> tuple[list[str], list[str]]:
    """The inputs found, each with its value and day, and those that are left to ask."""
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
        ("previous fracture", broken or None, "previous fracture"),
        ("parental hip fracture", _parent(inputs), "parental hip fracture"),
        ("current smoking", _smoking(inputs), "current smoking"),
        (
            "glucocorticoids",
            _glucocorticoid(inputs),
            "glucocorticoids (prednisone ≥ 5 mg/d for ≥ 3 months)",
        ),
        ("rheumatoid arthritis", _diagnosed(inputs, Disease.RHEUMATOID_ARTHRITIS), "rheumatoid arthritis"),
        (
            "secondary osteoporosis",
            _diagnosed(inputs, Disease.SECONDARY_OSTEOPOROSIS),
            "secondary osteoporosis",
        ),
        ("alcohol", _alcohol(inputs), "alcohol ≥ 3 units/d"),
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
    return found, lacking


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
    if course is None or course.days_at_least(GLUCOCORTICOID_MG) < GLUCOCORTICOID_DAYS:
        return None
    return f"yes ({course.days_at_least(GLUCOCORTICOID_MG)} of 365 days at 5 mg/d or more)"


def _diagnosed(inputs: GuidelineInputs, disease: Disease) -> str | None:
    return "yes" if inputs.has(disease) else None


def _alcohol(inputs: GuidelineInputs) -> str | None:
    alcohol = inputs.alcohol
    return f"{number(alcohol.value, 1)} drinks/d ({day(alcohol.day)})" if alcohol else None
