"""C02: a treatment threshold is met (GUIDELINE C, C02)."""

from cdshooks.cards import drug_choice, labs, offers, parts, referrals, unsuitable
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.bars.caution_not_known import unknown_labs
from cdshooks.guideline.bars.long_exposure import ORAL_YEARS
from cdshooks.guideline.decision import Draft
from cdshooks.guideline.exercise import is_fragile
from cdshooks.guideline.follow_up import dxa_months
from cdshooks.guideline.fractures import fragility_fractures
from cdshooks.guideline.recommendations.t_score import is_old
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed


def sheet(case: Case) -> Sheet:
    """The card for a patient in whom treatment is indicated."""
    decision = case.decision
    reasons = [criterion.reason or criterion.because for criterion in decision.grounds]
    blocks = drug_choice.blocks(case)
    summary = f"Meets treatment threshold: {reasons[0]}. "
    if blocks:
        unchecked = unsuitable.is_only_unchecked(case)
        summary += "Alendronate not offered" if unchecked else "Oral alendronate not suitable"
        summary += f": {blocks[0]}"
    elif decision.fired("caution-very-high-risk"):
        summary += "Very high risk: consider specialist, anabolic first"
    else:
        summary += "Consider starting alendronate"
    return Sheet(
        topic=Topic.TREATMENT_INDICATED,
        indicator="warning",
        summary=summary,
        detail=_detail(case, blocks),
        offers=_offers(case),
        about_fracture=bool(fragility_fractures(case.inputs)),
    )


def _detail(case: Case, blocks: list[str]) -> str:
    return paragraphs(
        (
            bold("Why", f"{'; '.join(criterion.because for criterion in case.decision.grounds)}."),
            parts.values(case),
            bold("Oral alendronate is not offered", f"{listed(blocks)}.") if blocks else None,
            drug_choice.not_recommended(case),
            # Of the thresholds only that of cancer therapy does not recommend the tablet.
            bold("Offered, not recommended", "cancer therapy alone decides here.")
            if case.decision.draft is Draft.OFFERED and not case.decision.cautions
            else None,
            parts.imminent(case),
            parts.before_prescribing(case),
            None if blocks else drug_choice.first_line(),
            None if blocks else drug_choice.alternatives_in_short(case),
            drug_choice.special(case),
            "**Foundation:**\n\n" + parts.foundation(case, low_impact=is_fragile(case.inputs)),
            bold("Follow-up", _follow_up(case, blocks)),
            parts.none_found(case),
            parts.not_found(case),
            parts.to_check(case),
        )
    )


def _follow_up(case: Case, blocks: list[str]) -> str:
    dxa = parts.next_dxa(case)
    return f"{dxa}." if blocks else f"adherence at 3 months, {dxa}, reassess the need at {ORAL_YEARS} years."


def _offers(case: Case) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    unknown = case.decision.draft is not Draft.NOT_INDICATED and bool(unknown_labs(case.inputs))
    no_score = case.inputs.bone_density.lowest is None
    months = dxa_months(case.inputs, case.decision)
    return referrals.chosen(
        offers.start_alendronate(case, to),
        labs.secondary_cause_labs(case, to, vitamin_d=False) if unknown else None,
        labs.vitamin_d_level(case, to),
        offers.dxa_now(case, to) if no_score else None,
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
        referrals.dental_exam(case, to),
        referrals.exercise_referral(case, to),
        offers.dxa_now(case, to)
        if is_old(case.inputs)
        else offers.dxa_in(case, to, months=months, after=case.inputs.as_of),
        labs.secondary_cause_labs(case, to, vitamin_d=False),
        *referrals.lifestyle(case, to),
    )
