"""Five years of the same tablet (ASBMR 2016, BHOF 2022; GUIDELINE D, O-HOLIDAY).

When an oral bisphosphonate is renewed that has been taken for five years or more in all, Then the need for
it is reviewed.
"""

import datetime

from cdshooks.guideline.bars.long_exposure import ORAL_YEARS
from cdshooks.guideline.on_therapy import ORAL_LIMIT_YEARS, pause_or_go_on
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day
from fhir_mappings.dates import add_months, years_between
from fhir_mappings.inputs import ORAL_BISPHOSPHONATES, Source


def _look(case: OrderCase) -> OrderFinding | None:
    drug, inputs = case.drug, case.inputs
    since = next((each.since for each in inputs.therapy if each.drug == drug and each.since), None)
    if since is None:
        return None
    earlier = sum(each.days for each in inputs.past_therapy if each.drug == drug)
    begun = since - datetime.timedelta(days=earlier)
    if add_months(begun, 12 * ORAL_YEARS) > inputs.as_of:
        return None
    review = pause_or_go_on(years_between(begun, inputs.as_of), ORAL_LIMIT_YEARS, inputs)
    before = f", and {earlier} days before that" if earlier else ""
    return OrderFinding(
        topic=Topic.ORDER_DRUG_HOLIDAY,
        weight="info",
        summary=f"{ORAL_YEARS}+ years on {drug}: review need for continued therapy",
        because=f"{drug} since {day(since)}{before}; {review}",
        order=case.order,
        remedies=(Remedy.DXA,),
    )


def _is_oral(case: OrderCase) -> bool:
    return case.drug in ORAL_BISPHOSPHONATES


O_HOLIDAY = Check(
    id="O-HOLIDAY",
    topic=Topic.ORDER_DRUG_HOLIDAY,
    concerns=_is_oral,
    needs=frozenset({Source.MEDICATIONS}),
    look=_look,
    citation="ASBMR 2016; BHOF 2022",
)
