"""What FRAX asks for: what the chart has of it, and what is left to ask (GUIDELINE B, 7)."""

from cdshooks.guideline.words import day, measured, t_score
from fhir_mappings.inputs import GuidelineInputs, Site

# FRAX inputs that this service does not look up in the chart: the task asks for them.
TO_ASK = (
    "parental hip fracture",
    "current smoking",
    "glucocorticoids (prednisone ≥ 5 mg/d for ≥ 3 months)",
    "rheumatoid arthritis",
    "secondary osteoporosis",
    "alcohol ≥ 3 units/d",
)


def frax_inputs(inputs: GuidelineInputs) -> tuple[list[str], list[str]]:
    """The inputs found, each with its value and day, and those that are left to ask."""
    person, found, lacking = inputs.person, [], []
    neck = next((score for score in inputs.bone_density.study if score.site is Site.FEMORAL_NECK), None)
    fragility = [fracture for fracture in inputs.fractures if fracture.fragility]
    for name, value in (
        ("age", str(person.age) if person.age is not None else None),
        ("sex", person.sex.value if person.sex else None),
        ("weight", f"{measured(inputs.weight, 1)} ({day(inputs.weight.day)})" if inputs.weight else None),
        ("height", f"{measured(inputs.height, 1)} ({day(inputs.height.day)})" if inputs.height else None),
        (
            "previous fracture",
            ", ".join(f"{each.site.replace('-', ' ')} ({day(each.day)})" for each in fragility) or None,
        ),
        ("femoral neck T-score", f"{t_score(neck)} ({day(neck.day)})" if neck else None),
    ):
        if value is None:
            lacking.append(name)
        else:
            found.append(f"{name} {value}")
    return found, [*lacking, *TO_ASK]
