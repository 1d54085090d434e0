"""C01: low bone mass, and FRAX decides (GUIDELINE C, C01; the source article's own question)."""

from cdshooks.cards import offers, parts
from cdshooks.cards.case import Case
from cdshooks.cards.frax_inputs import frax_inputs
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.decision import Topic
from cdshooks.guideline.recommendations.frax import (
    HIP_PERCENT,
    MAJOR_PERCENT,
    OLDEST,
    YOUNGEST,
    frax_applies,
)
from cdshooks.guideline.words import day, listed, number, site, t_score
from fhir_mappings.inputs import TScore


def sheet(case: Case) -> Sheet:
    """The card for osteopenia without a usable FRAX."""
    lowest = case.inputs.bone_density.lowest
    if lowest is None:
        raise AssertionError("the disposition rests on a T-score")
    applies = frax_applies(case.inputs)
    score = f"lowest T {t_score(lowest)} {site(lowest)}"
    to_do = (
        "calculate FRAX before deciding on drug therapy"
        if applies
        else f"{_outside(case)} FRAX does not apply; decide individually"
    )
    return Sheet(
        topic=Topic.FRAX_NEEDED,
        indicator="info",
        summary=f"Low bone mass ({score}): {to_do}",
        detail=_detail(case, lowest, applies=applies),
        offers=_offers(case, applies=applies),
        about_frax=applies,
    )


def _outside(case: Case) -> str:
    age = case.inputs.person.age
    return f"under age {YOUNGEST}" if age is not None and age < YOUNGEST else f"beyond age {OLDEST}"


def _detail(case: Case, lowest: TScore, *, applies: bool) -> str:
    found, lacking = frax_inputs(case.inputs)
    why = (
        f"osteopenia: lowest T-score {t_score(lowest)} ({site(lowest)}, {day(lowest.day)}), between −2.5 and "
        "−1.0. "
    )
    why += (
        f"Here FRAX decides: drug therapy is considered from a 10-year hip probability of "
        f"{number(HIP_PERCENT)} % or a major osteoporotic one (MOF) of {number(MAJOR_PERCENT)} %."
        if applies
        else f"FRAX gives no results {_outside(case)}: weigh fracture history, falls and life expectancy."
    )
    frax = case.inputs.frax
    partial = [
        f"{name} {number(value.value)} %"
        for name, value in (("hip", frax.hip), ("MOF", frax.major))
        if value is not None
    ]
    return paragraphs(
        (
            bold("Why", why),
            parts.values(case),
            bold("Only one FRAX value found", f"{listed(partial)}; it takes both to exclude treatment.")
            if partial
            else None,
            bold("For FRAX, found", f"{'; '.join(found)}.") if applies else None,
            bold("To ask (not found is not a no)", f"{'; '.join(lacking)}.") if applies else None,
            f"**Now, whatever FRAX says:**\n\n{parts.foundation(case, low_impact=False)}",
            bold(
                "Not a drug on the T-score alone",
                "in osteopenia without high risk more than 100 people are treated to prevent one fracture.",
            ),
            bold(
                "If FRAX meets a threshold",
                "consider alendronate 70 mg once weekly, after checking calcium, vitamin D, renal function, "
                "esophagus and the ability to sit upright for 30 minutes.",
            )
            if applies
            else None,
            bold("Follow-up", "DXA in 2 years; FRAX yearly." if applies else "DXA in 2 years."),
            parts.not_found(case),
            parts.to_check(case),
        )
    )


def _offers(case: Case, *, applies: bool) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    wanted = (
        offers.frax_task(case, to) if applies else None,
        offers.calcium(case, to),
        offers.vitamin_d(case, to),
        offers.exercise_referral(case, to),
        offers.secondary_cause_labs(case, to),
    )
    return tuple(offer for offer in wanted if offer is not None)
