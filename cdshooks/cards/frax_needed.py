"""C01: low bone mass, and FRAX decides (GUIDELINE C, C01; the source article's own question)."""

from cdshooks.cards import labs, offers, parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.follow_up import LATER_MONTHS
from cdshooks.guideline.frax_inputs import FraxInputs, frax_inputs
from cdshooks.guideline.recommendations.frax import HIP_PERCENT, MAJOR_PERCENT, frax_applies
from cdshooks.guideline.recommendations.t_score import BETWEEN, OLD_MONTHS, is_old, spoken, who_class
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import number, site, t_score
from fhir_mappings.inputs import TScore


def sheet(case: Case) -> Sheet:
    """The card for osteopenia without a usable FRAX."""
    lowest = case.inputs.bone_density.lowest
    if lowest is None:
        raise AssertionError("the disposition rests on a T-score")
    applies, asked = frax_applies(case.inputs), frax_inputs(case.inputs)
    score = f"lowest T {t_score(lowest)} {site(lowest)}"
    to_do = (
        "calculate FRAX before deciding on drug therapy"
        if applies
        else f"{parts.outside_frax(case)} FRAX does not apply; decide individually"
    )
    return Sheet(
        topic=Topic.FRAX_NEEDED,
        indicator="info",
        summary=f"Low bone mass ({score}): {to_do}",
        detail=_detail(case, lowest, asked, applies=applies),
        offers=_offers(case, asked),
        about_frax=applies,
    )


def _detail(case: Case, lowest: TScore, asked: FraxInputs, *, applies: bool) -> str:
    why = f"{who_class(lowest)}: {spoken(lowest)}, {BETWEEN}. "
    why += (
        f"Here FRAX decides: drug therapy is considered from a 10-year hip probability of "
        f"{number(HIP_PERCENT)} % or a major osteoporotic one (MOF) of {number(MAJOR_PERCENT)} %."
        if applies
        else f"FRAX gives no results {parts.outside_frax(case)}: weigh fracture history, falls and life "
        "expectancy."
    )
    now = "Now, whatever FRAX says" if applies else "Now"
    known = parts.frax_values(case)
    dxa = (
        f"DXA now, the last is older than {OLD_MONTHS} months"
        if is_old(case.inputs)
        else f"DXA in {LATER_MONTHS // 12} years"
    )
    return paragraphs(
        (
            bold("Why", why),
            parts.values(case, classified=False),
            bold("Only one FRAX value found", f"{known[0]}; it takes both to exclude treatment.")
            if applies and len(known) == 1
            else None,
            None if applies else parts.frax_not_used(case),
            bold("For FRAX, found", f"{'; '.join(asked.found)}.") if applies else None,
            bold("To ask (not found is not a no)", f"{'; '.join(asked.lacking)}.")
            if applies and asked.lacking
            else None,
            f"**{now}:**\n\n{parts.foundation(case, low_impact=False)}",
            bold(
                "Not a drug on the T-score alone",
                "in osteopenia without high risk more than 100 people are treated to prevent one fracture "
                "(NNT > 100).",
            ),
            bold(
                "If FRAX meets a threshold",
                "consider alendronate 70 mg once weekly, after checking calcium, vitamin D, renal function, "
                "esophagus and the ability to sit upright for 30 minutes.",
            )
            if applies
            else None,
            bold("Follow-up", f"{dxa}; FRAX yearly." if applies else f"{dxa}."),
            parts.not_found(case),
            parts.to_check(case),
        )
    )


def _offers(case: Case, asked: FraxInputs) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    return referrals.chosen(
        offers.frax_task(case, to, asked),
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
        referrals.exercise_referral(case, to),
        referrals.smoking_cessation(case, to),
        referrals.alcohol_counselling(case, to),
        labs.secondary_cause_labs(case, to),
        referrals.fall_risk_referral(case, to),
        offers.dxa_now(case, to) if is_old(case.inputs) else None,
        referrals.nutrition_counselling(case, to),
    )
