"""C13: a dose of denosumab is late (GUIDELINE C, C13; section 0, 6; FDA label, Endocrine Society 2020)."""

from cdshooks.cards import labs
from cdshooks.cards.case import Case
from cdshooks.cards.markdown import bold, paragraphs
from cdshooks.cards.sheet import Sheet
from cdshooks.guideline.bars import hypocalcemia
from cdshooks.guideline.decision import Topic
from cdshooks.guideline.on_therapy import denosumab_overdue


def sheet(case: Case) -> Sheet | None:
    """The card where the next dose is overdue; more urgent from the eighth month on."""
    overdue = denosumab_overdue(case.inputs)
    if overdue is None:
        return None
    to_do = "correct low calcium, then give" if hypocalcemia.is_low(case.inputs) else "give or bridge"
    to = case.recipient
    return Sheet(
        topic=Topic.DENOSUMAB_OVERDUE,
        indicator=overdue.lateness.value,
        summary=(
            f"Denosumab overdue: last dose {overdue.last_dose}. Delay raises vertebral fracture risk; {to_do}"
        ),
        detail=paragraphs(
            (
                bold("Why", f"60 mg are due every 6 months; the last dose on record is {overdue.last_dose}."),
                labs.known(case.inputs),
                bold("Do not let it lapse", "vertebral fractures rebound, often several. Never a holiday."),
                bold(
                    "Now",
                    f"{_calcium(case)} Give the dose. {_bridge(case)}",
                ),
                bold("If it was given elsewhere", "record the date."),
                labs.not_found(case.inputs),
            )
        ),
        offers=tuple(offer for offer in (labs.secondary_cause_labs(case, to),) if offer is not None)
        if to and case.inputs.labs.calcium is None
        else (),
    )


def _bridge(case: Case) -> str:
    if case.decision.fired("block-renal"):
        return "Bisphosphonates do not fit the renal function here: involve nephrology before any change."
    return (
        "If that is not possible, bridge with a bisphosphonate. "
        "To stop for good, go over to a bisphosphonate."
    )


def _calcium(case: Case) -> str:
    if hypocalcemia.is_low(case.inputs):
        return (
            "Calcium is low: correct it first, denosumab and bisphosphonates are contraindicated until then."
        )
    if case.inputs.labs.calcium is None:
        return "No calcium is known: check it first."
    return "Calcium was not low when last checked."
