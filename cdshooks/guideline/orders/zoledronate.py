"""The oncology strength of zoledronic acid (GUIDELINE D, O-ZOL-STRENGTH).

When the 4 mg product is ordered for a patient whose bones are the reason, and neither the order nor the chart
says cancer or hypercalcemia, Then that is a warning: for osteoporosis it is 5 mg once a year.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Disposition
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding
from cdshooks.guideline.orders.drugs import is_zoledronic_acid
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import listed
from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Disease, Source

ONCOLOGY_MG = Decimal(4)
_OTHER_REASONS = frozenset(
    {
        Concept.MULTIPLE_MYELOMA,
        Concept.FRACTURE_NONOSTEOPOROTIC,
        Concept.FRACTURE_NEOPLASTIC,
        Concept.HYPERCALCEMIA,
        Concept.BONE_METASTASIS,
    }
)
_OTHER_DISEASES = (
    Disease.MYELOMA,
    Disease.NEOPLASTIC_FRACTURE,
    Disease.BONE_METASTASIS,
    Disease.HYPERCALCEMIA,
)
_BONE_LOSS_REASONS = frozenset({Concept.OSTEOPENIA, Concept.OSTEOPOROSIS, Concept.OSTEOPOROSIS_WITH_FRACTURE})
_BONE_LOSS = frozenset({Disposition.TREAT, Disposition.CONSIDER, Disposition.ALREADY_TREATED})


def _look(case: OrderCase) -> OrderFinding | None:
    order, inputs = case.order, case.inputs
    if not _is_4_mg(case) or order.reasons & _OTHER_REASONS:
        return None
    for_bone_loss = bool(order.reasons & _BONE_LOSS_REASONS)
    for_cancer = Concept.MALIGNANCY in order.reasons or inputs.ever(*_OTHER_DISEASES) or inputs.cancer_therapy
    if for_cancer and not for_bone_loss:
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
    )


def _is_4_mg(case: OrderCase) -> bool:
    """By its code or brand, its strength, or the dose that is to be given."""
    order = case.order
    doses = (order.structure.mg_per_dose, order.text.mg_per_dose)
    given = any(dose is not None and dose.low == dose.high == ONCOLOGY_MG for dose in doses)
    by_code = Concept.ZOLEDRONIC_ACID_4MG_ONCOLOGY in order.concepts
    return by_code or order.strength.mg == ONCOLOGY_MG or given


O_ZOL_STRENGTH = Check(
    id="O-ZOL-STRENGTH",
    topic=Topic.ORDER_ZOLEDRONATE_STRENGTH,
    concerns=is_zoledronic_acid,
    needs=frozenset({Source.BONE_DENSITY, Source.CONDITIONS, Source.MEDICATIONS}),
    look=_look,
    citation="FDA labels of zoledronic acid 5 mg/100 mL and 4 mg",
)
