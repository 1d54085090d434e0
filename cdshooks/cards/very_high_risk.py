"""C10: fracture risk is very high, and an anabolic drug may come first (GUIDELINE C, C10; A, S34)."""

from cdshooks.cards import parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, bullets, paragraphs
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.bars.very_high_risk import flags
from cdshooks.guideline.fractures import fragility_fractures
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed
from cdshooks.wire.response import SUMMARY_LIMIT
from fhir_mappings.inputs import Disease


def sheet(case: Case) -> Sheet | None:
    """The card where something puts the patient at very high risk."""
    if not case.decision.fired("caution-very-high-risk"):
        return None
    found = flags(case.inputs)
    advice = _advice(case)
    to = case.recipient
    return Sheet(
        topic=Topic.VERY_HIGH_RISK,
        indicator="warning",
        summary=_summary(found),
        detail=paragraphs((f"**Why:**\n\n{bullets(found)}", parts.values(case), bold("Consider", advice))),
        folded=bold("Very high fracture risk", f"{listed(found)}. {advice[0].upper()}{advice[1:]}"),
        offers=(referrals.specialist_referral(to, reason=f"Very high fracture risk: {listed(found)}"),)
        if to
        else (),
        about_fracture=bool(fragility_fractures(case.inputs)),
    )


def _summary(found: list[str]) -> str:
    """As many of the flags as there is room for."""
    texts = (_told(found, shown) for shown in range(len(found), 1, -1))
    return next((text for text in texts if len(text) <= SUMMARY_LIMIT), _told(found, 1))


def _told(found: list[str], shown: int) -> str:
    more = f" and {len(found) - shown} more" if shown < len(found) else ""
    return (
        f"Very high fracture risk ({', '.join(found[:shown])}{more}): "
        "consider specialist referral / anabolic-first therapy"
    )


def _advice(case: Case) -> str:
    vessels = case.inputs.ever(Disease.MYOCARDIAL_INFARCTION, Disease.VTE_OR_STROKE)
    return (
        "teriparatide, abaloparatide or romosozumab, by a specialist, in severe or high-risk osteoporosis "
        "(AACE, Endocrine Society, ACP); romosozumab not within a year of a heart attack or stroke"
        f"{' (one is on record here)' if vessels else ''}. Follow an anabolic with an antiresorptive. "
        "Do not wait for it without any treatment."
    )
