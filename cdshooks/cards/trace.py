"""The trace: what was decided, on which values, and what is missing (GUIDELINE, "Codes on the wire")."""

from collections.abc import Iterator, Mapping

from cdshooks import GUIDELINE_VERSION
from cdshooks.cards.case import Case
from cdshooks.cards.traced_inputs import traced_inputs
from cdshooks.guideline.bars.kidney import is_known
from cdshooks.guideline.decision import Disposition
from cdshooks.wire.response import (
    CriterionTrace,
    DataQualityTrace,
    Evaluation,
    FindingTrace,
)
from fhir_mappings.inputs import Sex, Source

_OSTEOPENIA = frozenset({Disposition.RISK_ASSESSMENT_NEEDED})
_FED_BY = {
    Source.CONDITIONS: (
        "menopause",
        "fracture.hip",
        "fracture.vertebra",
        "rheumatoid-arthritis",
        "esophageal-disease",
        "upright",
    ),
    Source.MEDICATIONS: (
        "bone-therapy",
        "glucocorticoid.mg-per-day",
        "glucocorticoid.days",
        "cancer-therapy",
        "calcium-supplement",
        "vitamin-d-supplement",
    ),
    Source.FRAX: ("frax.hip", "frax.major"),
    Source.LABS: (
        "calcium",
        "albumin",
        "creatinine",
        "egfr",
        "vitamin-d",
        "tsh",
        "pth",
        "alkaline-phosphatase",
    ),
    Source.BODY_MEASURES: ("weight", "height", "bmi"),
    Source.LIFESTYLE: ("smoking", "alcohol", "parental-hip-fracture", "upright"),
    Source.FAMILY_HISTORY: ("parental-hip-fracture",),
    Source.ALLERGIES: ("bisphosphonate-allergy",),
    Source.PROCEDURES: ("esophageal-procedure", "dental-exam"),
    Source.REPRODUCTIVE_STATUS: ("pregnancy",),
}
"""What is unknown when a source could not be had."""
_RESTS_ON_BONE_DENSITY = frozenset(
    {
        Disposition.NO_BONE_DENSITY,
        Disposition.INSUFFICIENT_DEMOGRAPHICS,
        Disposition.TREAT,
        Disposition.CONSIDER,
        Disposition.ALREADY_TREATED,
    }
)
_BARS = frozenset({Disposition.TREAT, Disposition.CONSIDER, Disposition.ALREADY_TREATED})


def trace(case: Case, findings: tuple[FindingTrace, ...], prefetch: Mapping[str, str]) -> Evaluation:
    """The evaluation extension of one answer; lists that would be empty are left out."""
    decision, inputs = case.decision, case.inputs
    return Evaluation(
        disposition=decision.disposition,
        guideline_version=GUIDELINE_VERSION,
        as_of=inputs.as_of.isoformat(),
        criteria=tuple(
            CriterionTrace(id=each.id, met=each.met.value, because=each.because) for each in decision.criteria
        )
        or None,
        findings=findings or None,
        inputs=tuple(traced_inputs(inputs)) or None,
        missing=tuple(dict.fromkeys(_missing(case))) or None,
        data_quality=tuple(
            DataQualityTrace(issue=each.issue, because=each.because, reference=each.reference)
            for each in inputs.data_quality
        )
        or None,
        prefetch=dict(prefetch) or None,
    )


def _missing(case: Case) -> Iterator[str]:
    """Inputs that would have mattered to this answer and are not there."""
    inputs, disposition = case.inputs, case.decision.disposition
    for source in sorted(inputs.unanswered):
        yield from _FED_BY.get(source, ())
    if disposition is Disposition.YOUNG and inputs.person.sex is Sex.FEMALE and not inputs.person.menopause:
        yield "menopause"
    if inputs.person.age is None:
        yield "age"
    if inputs.person.sex is None:
        yield "sex"
    if disposition in _RESTS_ON_BONE_DENSITY and inputs.bone_density.lowest is None:
        yield "t-score.lowest"
    if disposition in _OSTEOPENIA | {Disposition.CONSIDER}:
        for name, value in (
            ("frax.hip", inputs.frax.hip),
            ("frax.major", inputs.frax.major),
            ("weight", inputs.weight),
            ("height", inputs.height),
            ("parental-hip-fracture", inputs.parental_hip_fracture),
            ("smoking", inputs.smoking),
            ("alcohol", inputs.alcohol),
        ):
            if value is None:
                yield name
    if disposition in _OSTEOPENIA | _BARS:
        if inputs.labs.calcium is None:
            yield "calcium"
        if not is_known(inputs.renal):
            yield "creatinine-clearance"
            yield "egfr"
        if inputs.labs.vitamin_d is None:
            yield "vitamin-d"
