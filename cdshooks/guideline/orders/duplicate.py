"""A second drug for osteoporosis (GUIDELINE D, O-DUP).

When a bone drug is ordered beside another that is current, or beside another in the same call, Then that is a
warning, and critical where both are bisphosphonates. Exempt are a renewal or another strength of the same
drug, an order that replaces one being stopped in the same call, and going from denosumab to a bisphosphonate.
"""

from collections.abc import Iterator

from cdshooks.guideline.decision import Topic
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import DENOSUMAB
from cdshooks.guideline.words import day
from fhir_mappings.bone_drugs import BISPHOSPHONATES
from fhir_mappings.orders import OrderKind


def _look(case: OrderCase) -> OrderFinding | None:
    if not case.treats_bone:
        return None
    found = next(_others(case), None)
    if found is None:
        return None
    drug, because, by_name = found
    both = {drug, case.drug} <= BISPHOSPHONATES
    return OrderFinding(
        topic=Topic.ORDER_DUPLICATE_THERAPY,
        # A drug that is known by its name only makes it a warning.
        weight="critical" if both and not by_name else "warning",
        summary=f"Duplicate bone therapy: already on {drug}",
        because=because,
        order=case.order,
        remedies=(Remedy.REMOVE,),
    )


def _others(case: OrderCase) -> Iterator[tuple[str, str, bool]]:
    """Each other drug, why it counts, and whether only its name says what it is; the heaviest first."""
    # An order that goes with this call is not followed any longer, whatever the list still says of it.
    replaced = {each.prior for each in (case.order, *case.others) if each.prior} | {
        each.id for each in case.others if each.gone and each.id
    }
    current = [
        (
            each.drug,
            f"{each.drug} is current ({day(each.last_dose or each.since)}), {each.reference}",
            each.by_name,
        )
        for each in case.inputs.therapy
        if each.reference.rpartition("/")[2] not in replaced
    ]
    beside = [
        (drug, f"{drug} is ordered in the same call, {each.reference}", False)
        for each in case.others
        if OrderKind.BONE_DRUG in each.kinds and not each.gone and each.id not in replaced
        for drug in each.drugs
    ]
    found = [each for each in (*current, *beside) if not _is_wanted(each[0], case)]
    yield from sorted(found, key=lambda each: (each[0] not in BISPHOSPHONATES, each[2]))


def _is_wanted(drug: str, case: OrderCase) -> bool:
    """The same drug again, or what has to follow denosumab."""
    return drug == case.drug or (drug == DENOSUMAB and case.drug in BISPHOSPHONATES)


O_DUP = Check(
    id="O-DUP",
    topic=Topic.ORDER_DUPLICATE_THERAPY,
    look=_look,
    citation="GUIDELINE D: two drugs against the loss of bone add harm, not benefit (BHOF 2022)",
)
