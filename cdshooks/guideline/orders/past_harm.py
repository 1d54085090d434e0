"""Harm that such a drug did before (FDA label section 5; AAOMS 2022; GUIDELINE D, O-AFF).

When a bisphosphonate or denosumab is ordered, and osteonecrosis of the jaw or an atypical femoral fracture is
on record, Then that is critical; where only a name says so, it is a warning.
"""

from cdshooks.guideline.bars.past_harm import BLOCK_PAST_HARM
from cdshooks.guideline.decision import Met
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding
from cdshooks.guideline.orders.drugs import stops_turnover
from cdshooks.guideline.orders.suspected import suspicion
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import Disease, Source


def _look(case: OrderCase) -> OrderFinding | None:
    criterion = BLOCK_PAST_HARM.look(case.inputs)
    if criterion.met is Met.YES:
        return case.against(
            Topic.ORDER_PAST_HARM, "critical", f"Contraindicated: {criterion.reason}", criterion.because
        )
    found = suspicion(case, Disease.ONJ, Disease.ATYPICAL_FEMORAL_FRACTURE)
    return (
        None
        if found is None
        else case.against(
            Topic.ORDER_PAST_HARM, "warning", f"Possible {found.disease}: check before", found.because
        )
    )


O_AFF = Check(
    id="O-AFF",
    topic=Topic.ORDER_PAST_HARM,
    concerns=stops_turnover,
    needs=frozenset({Source.CONDITIONS}),
    look=_look,
    citation="FDA label section 5; AAOMS 2022",
)
