"""Which checks concern which drug."""

from cdshooks.guideline.orders.check import OrderCase
from fhir_mappings.bone_drugs import BISPHOSPHONATES
from fhir_mappings.inputs import ORAL_BISPHOSPHONATES

ALENDRONATE = "alendronate"
DENOSUMAB = "denosumab"
DENOSUMAB_FOR_CANCER = "denosumab 120 mg"
RALOXIFENE = "raloxifene"
_MAY_BE_SWALLOWED = ORAL_BISPHOSPHONATES | {"a bisphosphonate"}
_STOPS_TURNOVER = BISPHOSPHONATES | {DENOSUMAB, DENOSUMAB_FOR_CANCER}


def is_swallowed(case: OrderCase) -> bool:
    """Whether it is a tablet that can hurt the esophagus."""
    return case.drug in _MAY_BE_SWALLOWED


def is_bisphosphonate(case: OrderCase) -> bool:
    """Whether it is of the class that an allergy and kidney failure speak against as a whole."""
    return case.drug in BISPHOSPHONATES


def stops_turnover(case: OrderCase) -> bool:
    """Whether it is a bisphosphonate or denosumab: they lower calcium, and may harm jaw and femur."""
    return case.drug in _STOPS_TURNOVER
