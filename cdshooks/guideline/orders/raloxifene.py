"""Raloxifene in those whom it harms (FDA label, boxed warning; GUIDELINE D, O-RLX).

When raloxifene is ordered for a man, or after venous thromboembolism or stroke, Then that is critical; where
that is in doubt, it is a warning.
"""

from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding
from cdshooks.guideline.orders.drugs import is_raloxifene
from cdshooks.guideline.orders.suspected import suspicion
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Disease, Sex, Source


def _look(case: OrderCase) -> OrderFinding | None:
    history = case.inputs.ever(Disease.VTE_OR_STROKE)
    if history is not None:
        reason, because = f"{history.disease} on record", f"{history.disease} on record ({day(history.day)})"
    elif case.inputs.person.sex is Sex.MALE:
        reason, because = "not for men", "the patient is a man; raloxifene is for postmenopausal women only"
    else:
        found = suspicion(case, Disease.VTE_OR_STROKE)
        if found is None:
            return None
        return case.against(
            Topic.ORDER_RALOXIFENE, "warning", f"Possible {found.disease}: check before", found.because
        )
    return case.against(Topic.ORDER_RALOXIFENE, "critical", f"Contraindicated: {reason}", because)


O_RLX = Check(
    id="O-RLX",
    topic=Topic.ORDER_RALOXIFENE,
    concerns=is_raloxifene,
    needs=frozenset({Source.PATIENT, Source.CONDITIONS}),
    look=_look,
    citation="FDA label of raloxifene: boxed warning, section 4",
)
