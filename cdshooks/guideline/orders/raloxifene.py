"""Raloxifene in those whom it harms (FDA label, boxed warning; GUIDELINE D, O-RLX).

When raloxifene is ordered for a man, or after venous thromboembolism or stroke, Then that is critical.
"""

from cdshooks.guideline.decision import Topic
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import RALOXIFENE
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Disease, Sex


def _look(case: OrderCase) -> OrderFinding | None:
    if case.drug != RALOXIFENE:
        return None
    history = case.inputs.ever(Disease.VTE_OR_STROKE)
    if history is not None:
        reason, because = f"{history.disease} on record", f"{history.disease} on record ({day(history.day)})"
    elif case.inputs.person.sex is Sex.MALE:
        reason, because = "not for men", "the patient is a man; raloxifene is for postmenopausal women only"
    else:
        return None
    return OrderFinding(
        topic=Topic.ORDER_RALOXIFENE,
        weight="critical",
        summary=f"Contraindicated: {reason} (raloxifene)",
        because=because,
        order=case.order,
        remedies=(Remedy.REMOVE,),
        alternatives=True,
    )


O_RLX = Check(
    id="O-RLX",
    topic=Topic.ORDER_RALOXIFENE,
    look=_look,
    citation="FDA label of raloxifene: boxed warning, section 4",
)
