"""Allergy to a bisphosphonate (FDA label section 4; GUIDELINE D, O-HYP; B, 23).

When a bisphosphonate is ordered, and an allergy to any of them is on record or they are recorded as
contraindicated, Then that is critical; where only a name says so, or it is in doubt, it is a warning. An
intolerance is no allergy: it is a warning where the drug is to be swallowed.
"""

from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding
from cdshooks.guideline.orders.drugs import is_bisphosphonate, is_swallowed
from cdshooks.guideline.orders.suspected import suspicion
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Disease, Source


def _look(case: OrderCase) -> OrderFinding | None:
    topic = Topic.ORDER_HYPERSENSITIVITY
    recorded = case.inputs.allergy
    advised_against = case.inputs.has(Disease.BISPHOSPHONATE_CONTRAINDICATED)
    allergic = recorded is not None and not recorded.intolerance
    if recorded is not None and allergic and not recorded.by_name:
        because = f"allergy to a bisphosphonate on record ({recorded.reference})"
        return case.against(topic, "critical", "Contraindicated: bisphosphonate allergy on record", because)
    if advised_against is not None:
        because = f"{advised_against.disease} ({day(advised_against.day)}), {advised_against.reference}"
        return case.against(topic, "critical", f"Contraindicated: {advised_against.disease}", because)
    if recorded is not None and allergic:
        because = f"allergy to a bisphosphonate on record, known by its name only ({recorded.reference})"
        return case.against(topic, "warning", "Possible bisphosphonate allergy: check before", because)
    found = suspicion(case, Disease.BISPHOSPHONATE_ALLERGY, Disease.BISPHOSPHONATE_CONTRAINDICATED)
    if found is not None:
        return case.against(topic, "warning", f"Possible: {found.disease}, check before", found.because)
    if recorded is not None and is_swallowed(case):
        because = f"an intolerance to a bisphosphonate is on record ({recorded.reference})"
        summary = "Intolerance to a bisphosphonate on record: another route may be better"
        return case.against(topic, "warning", summary, because)
    return None


O_HYP = Check(
    id="O-HYP",
    topic=Topic.ORDER_HYPERSENSITIVITY,
    concerns=is_bisphosphonate,
    needs=frozenset({Source.ALLERGIES}),
    look=_look,
    citation="FDA label section 4: hypersensitivity",
)
