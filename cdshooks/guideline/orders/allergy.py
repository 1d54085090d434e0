"""Allergy to a bisphosphonate (FDA label section 4; GUIDELINE D, O-HYP).

When a bisphosphonate is ordered and an allergy to any of them is on record, Then that is critical; where only
a name says so, or it was an intolerance, it is a warning.
"""

from cdshooks.guideline.bars.hypersensitivity import BLOCK_HYPERSENSITIVITY, CAUTION_INTOLERANCE
from cdshooks.guideline.decision import Met, Topic
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import is_bisphosphonate


def _look(case: OrderCase) -> OrderFinding | None:
    if not is_bisphosphonate(case):
        return None
    allergy, intolerance = BLOCK_HYPERSENSITIVITY.look(case.inputs), CAUTION_INTOLERANCE.look(case.inputs)
    recorded = case.inputs.allergy
    if allergy.met is Met.YES:
        by_name = recorded is not None and recorded.by_name
        summary = f"Contraindicated: {allergy.reason} on record ({case.drug})"
        return _finding(case, critical=not by_name, summary=summary, because=allergy.because)
    if intolerance.met is Met.YES:
        summary = f"Intolerance to a bisphosphonate on record: another route may be better ({case.drug})"
        return _finding(case, critical=False, summary=summary, because=intolerance.because)
    return None


def _finding(case: OrderCase, *, critical: bool, summary: str, because: str) -> OrderFinding:
    return OrderFinding(
        topic=Topic.ORDER_HYPERSENSITIVITY,
        weight="critical" if critical else "warning",
        summary=summary,
        because=because,
        order=case.order,
        remedies=(Remedy.REMOVE,),
        alternatives=True,
    )


O_HYP = Check(
    id="O-HYP",
    topic=Topic.ORDER_HYPERSENSITIVITY,
    look=_look,
    citation="FDA label section 4: hypersensitivity",
)
