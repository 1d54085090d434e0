"""Allergy to a bisphosphonate (FDA label section 4; GUIDELINE D, O-HYP; B, 23).

When a bisphosphonate is ordered, and an allergy to any of them is on record or they are recorded as
contraindicated, Then that is critical; where only a name says so, or it is in doubt, it is a warning. An
intolerance is no allergy: it is a warning where the drug is to be swallowed.
"""

from cdshooks.guideline.decision import Topic
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import is_bisphosphonate, is_swallowed
from cdshooks.guideline.orders.suspected import suspicion
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Disease, Source


def _look(case: OrderCase) -> OrderFinding | None:
    recorded = case.inputs.allergy
    advised_against = case.inputs.has(Disease.BISPHOSPHONATE_CONTRAINDICATED)
    allergic = recorded is not None and not recorded.intolerance
    if recorded is not None and allergic and not recorded.by_name:
        because = f"allergy to a bisphosphonate on record ({recorded.reference})"
        return _finding(case, "Contraindicated: bisphosphonate allergy on record", because, sure=True)
    if advised_against is not None:
        because = f"{advised_against.disease} ({day(advised_against.day)}), {advised_against.reference}"
        return _finding(case, f"Contraindicated: {advised_against.disease}", because, sure=True)
    if recorded is not None and allergic:
        because = f"allergy to a bisphosphonate on record, known by its name only ({recorded.reference})"
        return _finding(case, "Possible bisphosphonate allergy: check before", because, sure=False)
    found = suspicion(case, Disease.BISPHOSPHONATE_ALLERGY, Disease.BISPHOSPHONATE_CONTRAINDICATED)
    if found is not None:
        return _finding(case, f"Possible: {found.disease}, check before", found.because, sure=False)
    if recorded is not None and is_swallowed(case):
        because = f"an intolerance to a bisphosphonate is on record ({recorded.reference})"
        summary = "Intolerance to a bisphosphonate on record: another route may be better"
        return _finding(case, summary, because, sure=False)
    return None


def _finding(case: OrderCase, summary: str, because: str, *, sure: bool) -> OrderFinding:
    return OrderFinding(
        topic=Topic.ORDER_HYPERSENSITIVITY,
        weight="critical" if sure else "warning",
        summary=f"{summary} ({case.drug})",
        because=because,
        order=case.order,
        remedies=(Remedy.REMOVE,),
        alternatives=sure,
    )


O_HYP = Check(
    id="O-HYP",
    topic=Topic.ORDER_HYPERSENSITIVITY,
    concerns=is_bisphosphonate,
    needs=frozenset({Source.ALLERGIES}),
    look=_look,
    citation="FDA label section 4: hypersensitivity",
)
