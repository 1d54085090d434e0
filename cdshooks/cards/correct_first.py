"""C08: low calcium or vitamin D is corrected before any bone drug (GUIDELINE C, C08)."""

from cdshooks.cards import labs, offers, parts, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.bars import BLOCKS, CAUTIONS, hypocalcemia
from cdshooks.guideline.bars.vitamin_d import AIM, REPLETE
from cdshooks.guideline.decision import Criterion
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day, listed, measured, number


def _wanting(case: Case) -> list[Criterion]:
    ours = {bar.id for bar in (*BLOCKS, *CAUTIONS) if bar.topic is Topic.CORRECT_FIRST}
    return [each for each in (*case.decision.blocks, *case.decision.cautions) if each.id in ours]


def sheet(case: Case) -> Sheet | None:
    """The card where calcium or vitamin D is low."""
    wanting = _wanting(case)
    if not wanting:
        return None
    calcium, vitamin_d = case.inputs.labs.calcium, case.inputs.labs.vitamin_d
    low_calcium = wanting[0].id == "block-hypocalcemia"
    severe = hypocalcemia.is_severe(case.inputs)
    if low_calcium:
        what = "hypocalcemia"
        measured_low = calcium is not None and calcium.low
        value = (
            f"{calcium.kind} Ca {number(calcium.value)} {calcium.unit}"
            if calcium is not None and measured_low
            else wanting[0].reason or wanting[0].because
        )
    else:
        what = "vitamin D deficiency"
        value = f"25-OH-D {measured(vitamin_d, 1)}, {day(vitamin_d.day)}" if vitamin_d else ""
    therapy = case.inputs.therapy
    summary = (
        f"On {therapy[0].drug}: {what} ({value}); review"
        if therapy
        else f"Correct {what} before bone drug therapy ({value})"
    )
    return Sheet(
        topic=Topic.CORRECT_FIRST,
        indicator="critical" if severe else "warning",
        summary=summary,
        detail=paragraphs(
            (
                bold("Why", f"{listed([criterion.because for criterion in wanting])}."),
                labs.known(case.inputs),
                bold("Urgent", "very low or symptomatic calcium is treated today.") if severe else None,
                "Alendronate, zoledronic acid and denosumab are all contraindicated until calcium is normal."
                if low_calcium
                else _vitamin_d(case),
                labs.not_found(case.inputs, labs.OF_CALCIUM),
            )
        ),
        folded=bold("Correct first", f"{listed([criterion.because for criterion in wanting])}."),
        offers=_offers(case, low_calcium=low_calcium),
    )


def _vitamin_d(case: Case) -> str:
    target = f"the target is {REPLETE} ng/mL (IOM), {AIM} by BHOF and AACE."
    without = parts.without_vitamin_d(case.inputs)
    if without is not None:
        return f"{without[0].upper()}{without[1:]}; {target}"
    return f"Deficiency is common and easily corrected; {target}"


def _offers(case: Case, *, low_calcium: bool) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    return referrals.chosen(
        offers.calcium(case, to) if low_calcium else None,
        offers.vitamin_d(case, to),
        labs.vitamin_d_level(case, to),
        labs.secondary_cause_labs(case, to, vitamin_d=False),
    )
