"""A bone density too soon after the last (BHOF 2022; GUIDELINE D, O-DXA-EARLY; A, S38).

When a DXA is ordered for less than twelve months after the last usable one, Then that is said. Payers mostly
ask for 23 months.
"""

import datetime

from cdshooks.guideline import follow_up
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding
from cdshooks.guideline.orders.drugs import is_dxa
from cdshooks.guideline.topics import Topic
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import GuidelineInputs, Source

LEAST_MONTHS = 12


def is_early(inputs: GuidelineInputs, due: datetime.date) -> bool:
    """Whether a bone density on that day would be too soon after the last."""
    last = inputs.bone_density.day
    return last is not None and due < add_months(last, LEAST_MONTHS)


def _look(case: OrderCase) -> OrderFinding | None:
    # An order whose day has passed is carried out now.
    due = max(case.order.due or case.inputs.as_of, case.inputs.as_of)
    if not is_early(case.inputs, due):
        return None
    last = case.inputs.bone_density.day
    return OrderFinding(
        topic=Topic.ORDER_DXA_EARLY,
        weight="info",
        summary=f"Last DXA {last}; repeat sooner than {follow_up.LATER_MONTHS // 12} years rarely changes care",
        because=f"the last usable DXA is of {last}, the order is for {due}; "
        f"Medicare pays from {follow_up.REPEATABLE_MONTHS} months on",
        order=case.order,
    )


O_DXA_EARLY = Check(
    id="O-DXA-EARLY",
    topic=Topic.ORDER_DXA_EARLY,
    concerns=is_dxa,
    needs=frozenset({Source.BONE_DENSITY, Source.DXA_REPORTS}),
    look=_look,
    citation="BHOF 2022: every 1 to 2 years at most",
)
