"""C12: T-score categories are not for this person (GUIDELINE C, C12)."""

from cdshooks.cards import parts
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.recommendations.glucocorticoid import is_long_term
from cdshooks.guideline.recommendations.scope import MEN_FROM
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import Disease

_ADVICE = (
    f"In premenopausal women and men under {MEN_FROM} ISCD recommends Z-scores; Z ≤ −2.0 is “below the "
    "expected range for age”. Look for secondary causes; bisphosphonates only with specialist input (long "
    "skeletal half-life; pregnancy potential)."
)


_GIOP = bold(
    "GIOP: specialist",
    f"long-term glucocorticoids before menopause or under {MEN_FROM} are a risk of their own; refer for an "
    "individual decision (ACR 2022).",
)


def sheet(case: Case) -> Sheet | None:
    """The card where something might be misread: a T-score, a diagnosis, a fracture, a steroid."""
    inputs = case.inputs
    low_bone_mass = inputs.ever(Disease.OSTEOPENIA, Disease.OSTEOPOROSIS)
    fragility = any(fracture.fragility for fracture in inputs.fractures)
    on_glucocorticoids = is_long_term(inputs.glucocorticoid)
    if not (inputs.bone_density.lowest or low_bone_mass or fragility or on_glucocorticoids):
        return None
    return Sheet(
        topic=Topic.T_SCORE_NOT_APPLICABLE,
        indicator="info",
        summary=(
            f"T-score categories do not apply (premenopausal / under {MEN_FROM}): "
            "use Z-score and clinical context"
        ),
        detail=paragraphs(
            (
                bold("Why", f"{case.decision.grounds[-1].because}."),
                _ADVICE,
                _GIOP if on_glucocorticoids else None,
                parts.values(case),
                parts.not_found(case),
                parts.to_check(case),
            )
        ),
    )
