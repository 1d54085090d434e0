"""C04: low bone mass, FRAX below both thresholds (GUIDELINE C, C04; A, S35–S37)."""

from cdshooks.cards import labs, offers, parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.follow_up import LATER_MONTHS, is_dxa_repeatable
from cdshooks.guideline.frax_inputs import frax_inputs
from cdshooks.guideline.recommendations.frax import HIP_PERCENT, MAJOR_PERCENT
from cdshooks.guideline.recommendations.t_score import spoken, who_class
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day, number
from fhir_mappings.dates import add_months


def sheet(case: Case) -> Sheet:
    """The card for osteopenia with both FRAX probabilities below the thresholds."""
    frax, lowest = case.inputs.frax, case.inputs.bone_density.lowest
    if frax.hip is None or frax.major is None or lowest is None:
        raise AssertionError("the disposition rests on a T-score and on both probabilities")
    dxa = "DXA due now" if is_dxa_repeatable(case.inputs) else f"DXA {add_months(lowest.day, LATER_MONTHS)}"
    hip, major = number(frax.hip.value), number(frax.major.value)
    return Sheet(
        topic=Topic.TREATMENT_DEFERRED,
        indicator="info",
        summary=(
            f"Low bone mass, FRAX below treatment threshold (hip {hip}%, MOF {major}%): "
            f"drug therapy not indicated by FRAX; {dxa}"
        ),
        detail=paragraphs(
            (
                bold(
                    "Why",
                    f"{who_class(lowest)}: {spoken(lowest)}; FRAX hip {hip} %, MOF {major} % "
                    f"({day(frax.hip.day)}), thresholds {number(HIP_PERCENT)} % and {number(MAJOR_PERCENT)} %.",
                ),
                parts.values(case, classified=False),
                "NNT in osteopenia without high risk exceeds 100.",
                "**Go on with:**\n\n" + parts.foundation(case, low_impact=False),
                bold("Follow-up", f"{dxa}; FRAX again in a year, or after a fracture or a new risk factor."),
                parts.not_found(case),
                parts.to_check(case),
            )
        ),
        offers=_offers(case),
        about_frax=True,
    )


def _offers(case: Case) -> tuple[Offer, ...]:
    to, last = case.recipient, case.inputs.bone_density.day
    if to is None or last is None:
        return ()
    after = add_months(case.inputs.as_of, -LATER_MONTHS) if is_dxa_repeatable(case.inputs) else last
    return referrals.chosen(
        offers.dxa_in(case, to, months=LATER_MONTHS, after=after),
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
        referrals.exercise_referral(case, to),
        offers.frax_in_12_months(case, to, frax_inputs(case.inputs)),
        labs.secondary_cause_labs(case, to),
        *referrals.lifestyle(case, to),
    )
