"""Which checks concern which order."""

from cdshooks.guideline.orders.check import OrderCase
from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import ORAL_BISPHOSPHONATES
from fhir_mappings.medicines.bone_drugs import BISPHOSPHONATES
from fhir_mappings.orders import OrderKind

ALENDRONATE = "alendronate"
DENOSUMAB = "denosumab"
DENOSUMAB_FOR_CANCER = "denosumab 120 mg"
RALOXIFENE = "raloxifene"
ZOLEDRONIC_ACID = "zoledronic acid"
_MAY_BE_SWALLOWED = ORAL_BISPHOSPHONATES | {"a bisphosphonate"}
_STOPS_TURNOVER = BISPHOSPHONATES | {DENOSUMAB, DENOSUMAB_FOR_CANCER}


def treats_bone(case: OrderCase) -> bool:
    """Whether it is a drug that acts on bone, for osteoporosis or for cancer."""
    return OrderKind.BONE_DRUG in case.order.kinds


def treats_osteoporosis(case: OrderCase) -> bool:
    """Whether it is a bone drug that is not only for cancer."""
    for_cancer = Concept.ZOLEDRONIC_ACID_4MG_ONCOLOGY in case.order.concepts
    return treats_bone(case) and case.drug != DENOSUMAB_FOR_CANCER and not for_cancer


def is_alendronate(case: OrderCase) -> bool:
    """Whether it is alendronate, alone or with vitamin D."""
    return case.drug == ALENDRONATE


def is_swallowed(case: OrderCase) -> bool:
    """Whether it can hurt the esophagus."""
    return case.drug in _MAY_BE_SWALLOWED and not case.order.injected


def is_bisphosphonate(case: OrderCase) -> bool:
    """Whether it is of the class that an allergy and kidney failure speak against as a whole."""
    return case.drug in BISPHOSPHONATES


def stops_turnover(case: OrderCase) -> bool:
    """Whether it is a bisphosphonate or denosumab: they lower calcium, and may harm jaw and femur."""
    return case.drug in _STOPS_TURNOVER


def is_raloxifene(case: OrderCase) -> bool:
    """Whether it is raloxifene."""
    return case.drug == RALOXIFENE


def is_zoledronic_acid(case: OrderCase) -> bool:
    """Whether it is zoledronic acid, of either strength."""
    return case.drug == ZOLEDRONIC_ACID


def is_glucocorticoid(case: OrderCase) -> bool:
    """Whether it is a systemic glucocorticoid."""
    return OrderKind.GLUCOCORTICOID in case.order.kinds


def is_dxa(case: OrderCase) -> bool:
    """Whether bone density is to be measured."""
    return OrderKind.DXA in case.order.kinds
