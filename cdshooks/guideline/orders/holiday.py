"""Five years of the same tablet (ASBMR 2016, BHOF 2022; GUIDELINE D, O-HOLIDAY).

When an oral bisphosphonate is renewed that has been taken for five years or more, Then the need for it is
reviewed.
"""

from cdshooks.guideline.bars.long_exposure import ORAL_YEARS
from cdshooks.guideline.decision import Topic
from cdshooks.guideline.on_therapy import why_to_go_on
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.words import day, listed
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import ORAL_BISPHOSPHONATES


def _look(case: OrderCase) -> OrderFinding | None:
    drug, as_of = case.drug, case.inputs.as_of
    if drug not in ORAL_BISPHOSPHONATES:
        return None
    since = next((each.since for each in case.inputs.therapy if each.drug == drug and each.since), None)
    if since is None or add_months(since, 12 * ORAL_YEARS) > as_of:
        return None
    reasons = why_to_go_on(case.inputs)
    return OrderFinding(
        topic=Topic.ORDER_DRUG_HOLIDAY,
        weight="info",
        summary=f"{ORAL_YEARS}+ years on {drug}: review need for continued therapy",
        because=f"{drug} since {day(since)}"
        + (f"; for going on speaks: {listed(reasons)}" if reasons else "; a holiday may be considered"),
        order=case.order,
        remedies=(Remedy.DXA,),
    )


O_HOLIDAY = Check(
    id="O-HOLIDAY", topic=Topic.ORDER_DRUG_HOLIDAY, look=_look, citation="ASBMR 2016; BHOF 2022"
)
