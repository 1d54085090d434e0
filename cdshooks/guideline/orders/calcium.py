"""Calcium before a drug that lowers it (FDA label section 4; GUIDELINE D, O-HCA and O-CA-UNK).

When the deciding calcium is low, or low calcium is diagnosed and nothing newer speaks against it, Then a
bisphosphonate or denosumab is contraindicated until it is corrected. When no calcium of the last six months
is known, Then that is told.
"""

from cdshooks.guideline.bars.hypocalcemia import BLOCK_HYPOCALCEMIA, spoken
from cdshooks.guideline.decision import Met
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import stops_turnover
from cdshooks.guideline.orders.suspected import suspicion
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import number
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Disease, Source

MONTHS = 6
"""How old a calcium may be before a drug that lowers it."""


def _low(case: OrderCase) -> OrderFinding | None:
    criterion = BLOCK_HYPOCALCEMIA.look(case.inputs)
    calcium = case.inputs.labs.calcium
    if criterion.met is Met.YES:
        value = (
            f"{calcium.kind} Ca {number(calcium.value)} {calcium.unit}"
            if calcium is not None and calcium.low
            else "by diagnosis"
        )
        return OrderFinding(
            topic=Topic.ORDER_HYPOCALCEMIA,
            weight="critical",
            summary=f"Contraindicated: hypocalcemia ({value}); correct first",
            because=criterion.because,
            order=case.order,
            remedies=(Remedy.REMOVE, Remedy.LABS),
            alternatives=True,
        )
    found = suspicion(case, Disease.HYPOCALCEMIA)
    if found is None or _is_recent(case):
        return None
    return OrderFinding(
        topic=Topic.ORDER_HYPOCALCEMIA,
        weight="warning",
        summary=f"Possible hypocalcemia: check calcium before {case.drug}",
        because=found.because,
        order=case.order,
        remedies=(Remedy.LABS,),
    )


def _unknown(case: OrderCase) -> OrderFinding | None:
    if BLOCK_HYPOCALCEMIA.look(case.inputs).met is Met.YES:
        return None
    # That laboratory values could not be had at all is said as such.
    calcium = case.inputs.labs.calcium
    if Source.LABS in case.inputs.unanswered or _is_recent(case):
        return None
    return OrderFinding(
        topic=Topic.ORDER_CALCIUM_UNKNOWN,
        weight="info",
        summary=f"No calcium level in {MONTHS} months before {case.drug}",
        because=f"the last one is older: {spoken(calcium)}"
        if calcium
        else "no usable calcium found in the chart",
        order=case.order,
        remedies=(Remedy.LABS,),
    )


def _is_recent(case: OrderCase) -> bool:
    """Whether a calcium of the last six months is known."""
    calcium = case.inputs.labs.calcium
    return calcium is not None and calcium.day >= add_months(case.inputs.as_of, -MONTHS)


O_HCA = Check(
    id="O-HCA",
    topic=Topic.ORDER_HYPOCALCEMIA,
    concerns=stops_turnover,
    needs=frozenset({Source.LABS, Source.CONDITIONS}),
    look=_low,
    citation="FDA labels of bisphosphonates and denosumab, section 4: hypocalcemia",
)
O_CA_UNK = Check(
    id="O-CA-UNK",
    topic=Topic.ORDER_CALCIUM_UNKNOWN,
    concerns=stops_turnover,
    needs=frozenset({Source.LABS}),
    look=_unknown,
    citation="GUIDELINE B, 18: six months before an order",
)
