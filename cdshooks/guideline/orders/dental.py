"""The teeth before a drug that stops the turnover of bone (AAOMS 2022; GUIDELINE D, O-DENTAL).

When a bisphosphonate or denosumab is ordered and no dental examination of the last twelve months is found,
Then that is said: as a line on another card, and on a card of its own only while the order is being chosen.
It never holds up treatment.
"""

from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import stops_turnover
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import Source


def _look(case: OrderCase) -> OrderFinding | None:
    exam = case.inputs.dental_exam
    # That procedures could not be had is said as such.
    if (exam is not None and exam.is_so) or Source.PROCEDURES in case.inputs.unanswered:
        return None
    return OrderFinding(
        topic=Topic.ORDER_DENTAL,
        weight="info",
        summary=f"No dental exam in 12 months found: advise one before or at start of {case.drug}",
        because="no dental examination of the last 12 months found in the chart",
        order=case.order,
        remedies=(Remedy.DENTAL,),
        own_card=not case.signing,
    )


O_DENTAL = Check(
    id="O-DENTAL",
    topic=Topic.ORDER_DENTAL,
    concerns=stops_turnover,
    needs=frozenset({Source.PROCEDURES}),
    look=_look,
    citation="FDA label section 5 and AAOMS 2022: consider a dental examination before",
)
