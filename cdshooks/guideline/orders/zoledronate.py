"""The oncology strength of zoledronic acid (GUIDELINE D, O-ZOL-STRENGTH).

When the 4 mg product is ordered for a patient whose bones are the reason, and neither the order nor the chart
says cancer, Then that is a warning: for osteoporosis it is 5 mg once a year.
"""

from cdshooks.guideline.decision import Disposition, Topic
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.words import listed
from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Disease

_CANCER = frozenset({Concept.MULTIPLE_MYELOMA, Concept.FRACTURE_NONOSTEOPOROTIC})
_BONE_LOSS_REASONS = frozenset({Concept.OSTEOPENIA, Concept.OSTEOPOROSIS, Concept.OSTEOPOROSIS_WITH_FRACTURE})
_BONE_LOSS = frozenset({Disposition.TREAT, Disposition.CONSIDER, Disposition.ALREADY_TREATED})


def _look(case: OrderCase) -> OrderFinding | None:
    order, inputs = case.order, case.inputs
    if Concept.ZOLEDRONIC_ACID_4MG_ONCOLOGY not in order.concepts or order.reasons & _CANCER:
        return None
    for_bone_loss = bool(order.reasons & _BONE_LOSS_REASONS)
    if not for_bone_loss and inputs.ever(Disease.MYELOMA, Disease.NEOPLASTIC_FRACTURE):
        return None
    grounds = [
        word
        for word, holds in (
            ("the order names osteoporosis", for_bone_loss),
            ("low bone mass on record", inputs.ever(Disease.OSTEOPENIA, Disease.OSTEOPOROSIS) is not None),
            ("a treatment criterion is met", case.decision.disposition in _BONE_LOSS),
        )
        if holds
    ]
    if not grounds:
        return None
    return OrderFinding(
        topic=Topic.ORDER_ZOLEDRONATE_STRENGTH,
        weight="warning",
        summary="Zoledronic acid 4 mg is the oncology strength; for osteoporosis 5 mg once a year",
        because=listed(grounds),
        order=order,
        remedies=(Remedy.REMOVE,),
    )


O_ZOL_STRENGTH = Check(
    id="O-ZOL-STRENGTH",
    topic=Topic.ORDER_ZOLEDRONATE_STRENGTH,
    look=_look,
    citation="FDA labels of zoledronic acid 5 mg/100 mL and 4 mg",
)
