"""C03: drug therapy is to be considered (GUIDELINE C, C03; section 0, 7)."""

from cdshooks.cards import drug_choice, labs, offers, parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.decision import Draft
from cdshooks.guideline.exercise import is_fragile
from cdshooks.guideline.follow_up import dxa_months
from cdshooks.guideline.fractures import site_words
from cdshooks.guideline.frax_inputs import frax_inputs
from cdshooks.guideline.recommendations.frax import (
    HIP_PERCENT,
    MAJOR_PERCENT,
    at_threshold,
    frax_applies,
)
from cdshooks.guideline.recommendations.glucocorticoid import MG_PER_DAY
from cdshooks.guideline.recommendations.other_fragility_fracture import other_fracture
from cdshooks.guideline.recommendations.t_score import BETWEEN, NORMAL, in_osteopenia, is_old
from cdshooks.guideline.recommendations.t_score_with_risk_factors import LOW
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed, number, t_score

_STRONGLY, _NEAR = "t-score-below-2-with-risk-factor", "t-score-near-2-with-risk-factors"


def sheet(case: Case) -> Sheet:
    """The card for a patient in whom drug therapy is to be considered."""
    return Sheet(
        topic=Topic.TREATMENT_CONSIDER,
        indicator="info",
        summary=_summary(case),
        detail=_detail(case),
        offers=_offers(case),
        about_frax=_asks_for_frax(case),
        about_fracture=other_fracture(case.inputs) is not None,
    )


def _asks_for_frax(case: Case) -> bool:
    return frax_applies(case.inputs) and not case.inputs.frax.complete


def _summary(case: Case) -> str:
    ground, lowest = case.decision.grounds[0], case.inputs.bone_density.lowest
    score = f"T-score {t_score(lowest)}" if lowest else "get DXA"
    reason = ground.reason or ground.because
    if ground.id == _STRONGLY:
        return f"{reason}: strongly consider drug therapy; {_frax_next(case, 'complete FRAX')}"
    if ground.id == _NEAR:
        near = reason.replace(" with ", f" near {number(LOW)} with ", 1)
        if _asks_for_frax(case):
            return f"{near}: consider drug therapy after FRAX"
        return f"{near}: consider drug therapy; {_frax_next(case, '')}"
    if ground.id == "glucocorticoid" and case.inputs.glucocorticoid is not None:
        days = case.inputs.glucocorticoid.days_at_least(MG_PER_DAY)
        return f"{reason[0].upper()}{reason[1:]} for {days} days: consider bone protection; {score}"
    fracture = other_fracture(case.inputs)
    if ground.id == "other-fragility-fracture" and fracture is not None:
        site = site_words(fracture)
        return f"{site[0].upper()}{site[1:]} fragility fracture: consider drug therapy; {score}"
    drug = case.inputs.cancer_therapy[0].drug
    return f"On {drug}: consider bone protection; T-score {t_score(lowest) if lowest else 'unknown'}"


def _frax_next(case: Case, asked: str) -> str:
    """Of K2 and K3: in osteopenia a probability at its threshold would have indicated treatment."""
    if not frax_applies(case.inputs):
        return "FRAX does not apply at this age"
    return "FRAX below thresholds" if case.inputs.frax.complete else asked


def _detail(case: Case) -> str:
    decision = case.decision
    blocks = drug_choice.blocks(case)
    dxa = parts.next_dxa(case)
    by_risk_factor = any(each.id in {_STRONGLY, _NEAR} for each in decision.grounds)
    return paragraphs(
        (
            bold("Why", f"{'; '.join(criterion.because for criterion in decision.grounds)}."),
            parts.values(case),
            "This criterion is not a FRAX threshold." if by_risk_factor else None,
            _frax_says(case),
            bold("Oral alendronate is not offered", f"{listed(blocks)}.") if blocks else None,
            drug_choice.not_recommended(case),
            parts.imminent(case),
            bold("Offered, not recommended", "the decision is an individual one.")
            if decision.draft is Draft.OFFERED and not decision.cautions
            else None,
            parts.before_prescribing(case),
            None if blocks else drug_choice.first_line(),
            None if blocks else drug_choice.alternatives_in_short(case),
            drug_choice.special(case),
            "**Foundation:**\n\n" + parts.foundation(case, low_impact=is_fragile(case.inputs)),
            bold("Follow-up", f"{dxa}; FRAX yearly." if frax_applies(case.inputs) else f"{dxa}."),
            parts.none_found(case),
            parts.not_found(case),
            parts.to_check(case),
        )
    )


def _frax_says(case: Case) -> str | None:
    if not frax_applies(case.inputs):
        told = bold("FRAX", f"gives no results {parts.outside_frax(case)}; decide individually.")
        return parts.paragraphs_of(told, parts.frax_not_used(case))
    lowest = case.inputs.bone_density.lowest
    reached = at_threshold(case.inputs.frax)
    if reached:
        here = f"the T-score is {t_score(lowest)}" if lowest else "no T-score is known"
        return bold(
            "FRAX",
            f"{listed(reached)}; these thresholds are for T-scores {BETWEEN}, and here {here}: weigh it.",
        )
    if case.inputs.frax.complete:
        return bold("FRAX", "both probabilities are below the treatment thresholds.")
    here = "" if in_osteopenia(lowest) else f" (here {t_score(lowest) if lowest else 'not known'})"
    return bold(
        "FRAX first",
        f"from a hip probability of {number(HIP_PERCENT)} % or a major one of {number(MAJOR_PERCENT)} %, with "
        f"a T-score below {number(NORMAL)}{here}, treatment is indicated.",
    )


def _offers(case: Case) -> tuple[Offer, ...]:
    to, last = case.recipient, case.inputs.bone_density.day
    if to is None:
        return ()
    months = dxa_months(case.inputs, case.decision)
    return referrals.chosen(
        offers.frax_task(case, to, frax_inputs(case.inputs)) if _asks_for_frax(case) else None,
        referrals.smoking_cessation(case, to),
        offers.start_alendronate(case, to),
        offers.dxa_now(case, to) if last is None else None,
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
        None
        if last is None
        else offers.dxa_now(case, to)
        if is_old(case.inputs)
        else offers.dxa_in(case, to, months=months, after=last),
        referrals.exercise_referral(case, to),
        labs.secondary_cause_labs(case, to),
        referrals.dental_exam(case, to) if case.decision.draft is Draft.OFFERED else None,
        *referrals.lifestyle(case, to),
    )
