"""C08: low calcium or vitamin D is corrected before any bone drug (GUIDELINE C, C08)."""

from cdshooks.cards import offers
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Offer, Sheet
from cdshooks.guideline.bars import BLOCKS, CAUTIONS, hypocalcemia
from cdshooks.guideline.decision import Criterion, Topic
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
    low_calcium = wanting[0].id == "block-hypocalcemia" and calcium is not None
    severe = low_calcium and calcium is not None and hypocalcemia.is_severe(calcium)
    if low_calcium and calcium is not None:
        what, value = "hypocalcemia", f"{calcium.kind} Ca {number(calcium.value)} {calcium.unit}"
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
                "Alendronate, zoledronic acid and denosumab are all contraindicated until calcium is normal."
                if low_calcium
                else "Deficiency is common and easily corrected; the target is 20 ng/mL (IOM), 30 by BHOF and "
                "AACE.",
            )
        ),
        offers=_offers(case, low_calcium=low_calcium),
    )


def _offers(case: Case, *, low_calcium: bool) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    wanted = (
        offers.calcium(case, to) if low_calcium else None,
        offers.vitamin_d(case, to),
        offers.vitamin_d_level(case, to),
    )
    return tuple(offer for offer in wanted if offer is not None)
