"""C13: a dose of denosumab is late (GUIDELINE C, C13; section 0, 6; FDA label, Endocrine Society 2020)."""

from cdshooks.cards import labs
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.bars import hypocalcemia
from cdshooks.guideline.on_therapy import DENOSUMAB_MONTHS, Overdue, denosumab_overdue
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed


def sheet(case: Case) -> Sheet | None:
    """The card where the next dose is overdue; more urgent from the eighth month on."""
    overdue = denosumab_overdue(case.inputs)
    if overdue is None:
        return None
    to_do = "correct low calcium, then give" if hypocalcemia.is_low(case.inputs) else "give or bridge"
    to = case.recipient
    overdue_words = "overdue" if overdue.sure else "may be overdue"
    return Sheet(
        topic=Topic.DENOSUMAB_OVERDUE,
        indicator=overdue.lateness.value,
        summary=(
            f"Denosumab {overdue_words}: last dose {overdue.last_dose}. "
            f"Delay raises vertebral fracture risk; {to_do}"
        ),
        detail=paragraphs(
            (
                bold(
                    "Why",
                    f"60 mg are due every {DENOSUMAB_MONTHS} months; the last dose on record is "
                    f"{overdue.last_dose}.",
                ),
                None if overdue.sure else bold("First", "ask on what day the last dose was given."),
                _not_followed_by(overdue),
                labs.known(case.inputs),
                bold("Do not let it lapse", "vertebral fractures rebound, often several. Never a holiday."),
                bold(
                    "Now",
                    f"{_calcium(case)} {_give(case, overdue)} {_bridge(case)}",
                ),
                bold("If it was given elsewhere", "record the date."),
                labs.not_found(case.inputs, labs.BEFORE_A_DRUG),
            )
        ),
        offers=tuple(offer for offer in (labs.secondary_cause_labs(case, to),) if offer is not None)
        if to and case.inputs.labs.calcium is None
        else (),
    )


def _not_followed_by(overdue: Overdue) -> str | None:
    if not overdue.not_followed_by:
        return None
    return bold(
        "Not counted as what follows it",
        f"{listed(list(overdue.not_followed_by))}. If it is taken, record that, and no dose is due.",
    )


def _bridge(case: Case) -> str:
    if case.decision.fired("block-renal"):
        return "Bisphosphonates do not fit the renal function here: involve nephrology before any change."
    return (
        "If that is not possible, bridge with a bisphosphonate. "
        "To stop for good, go over to a bisphosphonate."
    )


def _give(case: Case, overdue: Overdue) -> str:
    """That the dose is given: not before calcium is known and not low, and only where it is due."""
    settled = overdue.sure and not overdue.not_followed_by
    ready = case.inputs.labs.calcium is not None and not hypocalcemia.is_low(case.inputs)
    if settled:
        return "Give the dose." if ready else "Then give the dose."
    return "If it is due, give the dose." if ready else "Then, if it is due, give the dose."


def _calcium(case: Case) -> str:
    if hypocalcemia.is_low(case.inputs):
        return (
            "Calcium is low: correct it first, denosumab and bisphosphonates are contraindicated until then."
        )
    if case.inputs.labs.calcium is None:
        return "No calcium is known: check it first."
    return "Calcium was not low when last checked."
