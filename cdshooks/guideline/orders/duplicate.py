"""A second drug for osteoporosis (GUIDELINE D, O-DUP).

When a bone drug is ordered beside another that is current, or beside another in the same call, Then that is a
warning, and critical where both are bisphosphonates. Exempt are a renewal or another strength of the same
drug, an order that replaces one being stopped, and going from denosumab to a bisphosphonate. What is stopped is
told by its id: that another order of the same drug goes does not end the one that stays. Denosumab counts
for seven months after a dose; the inputs know zoledronate as current for eighteen.
"""

from collections.abc import Iterator

import msgspec

from cdshooks.guideline.on_therapy import DENOSUMAB_CRITICAL_MONTHS
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import DENOSUMAB, DENOSUMAB_FOR_CANCER, treats_bone
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import begun, between
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import BoneTherapy, Source
from fhir_mappings.medicines.bone_drugs import BISPHOSPHONATES
from fhir_mappings.orders import DraftOrder, OrderKind

_SHORT_ACTING = frozenset({DENOSUMAB, DENOSUMAB_FOR_CANCER})
_ENDED = frozenset({"stopped", "ended"})
_ALSO = frozenset({"calcitonin"})
"""Of the drugs that are no treatment of osteoporosis to the guideline: what stops the loss of bone too."""


class _Other(msgspec.Struct, frozen=True, kw_only=True):
    """A drug beside the one that is ordered; `sure` unless only its name says what it is."""

    drug: str
    summary: str
    because: str
    sure: bool = True


def _look(case: OrderCase) -> OrderFinding | None:
    found = sorted(_others(case), key=lambda each: not _is_critical(each, case))
    if not found:
        return None
    other = found[0]
    return OrderFinding(
        topic=Topic.ORDER_DUPLICATE_THERAPY,
        weight="critical" if _is_critical(other, case) else "warning",
        summary=f"Duplicate bone therapy: {other.summary}",
        because="; ".join(each.because for each in found),
        order=case.order,
        remedies=(Remedy.REMOVE,),
    )


def _is_critical(other: _Other, case: OrderCase) -> bool:
    """Two bisphosphonates; of the same one ordered twice nobody knows whether it is to be taken twice."""
    return {other.drug, case.drug} <= BISPHOSPHONATES and other.sure and other.drug != case.drug


def _others(case: OrderCase) -> Iterator[_Other]:
    """Each other drug and why it counts: what is current, then what is ordered in the same call."""
    for therapy in (
        *case.inputs.therapy,
        *(each for each in case.inputs.other_bone_drugs if each.drug in _ALSO),
    ):
        if not _is_exempt(therapy, case):
            last = therapy.last_dose
            since = between(therapy.last_dose_from, last) if last else begun(therapy)
            # A status code says that a bisphosphonate is taken, and not which: it may be this one.
            named = therapy.by_name or therapy.reference.startswith("Condition/")
            yield _Other(
                drug=therapy.drug,
                summary=f"already on {therapy.drug}",
                because=f"{therapy.drug} is current ({since}), {therapy.reference}",
                sure=not named,
            )
    if not _is_live(case.order) and case.order.id in {each.prior for each in case.others if each.prior}:
        # This one goes as soon as the other is signed, which is held against what stays.
        return
    replaced = _replaced(case)
    for other in sorted(case.others, key=lambda each: each.reference):
        if OrderKind.BONE_DRUG not in other.kinds or other.gone:
            continue
        if other.id in replaced and not _is_live(other):
            continue
        drug = other.drugs[0]
        if drug != case.drug:
            summary = f"{drug} is ordered too"
        elif _is_second_order(other, case.order):
            summary = f"{drug} is ordered twice"
        else:
            continue
        yield _Other(drug=drug, summary=summary, because=f"{summary}, {other.reference}")


def _is_live(order: DraftOrder) -> bool:
    """Whether it is to be signed with this call, also where another one names it as what it replaces."""
    return order.status in {"draft", ""}


def _is_second_order(other: DraftOrder, order: DraftOrder) -> bool:
    """Whether the same drug is drafted again, in whatever strength, and neither renews nor changes an order."""
    same = other.id is not None and other.id == order.id
    return _is_live(other) and _is_live(order) and order.prior is None and not same


def _is_exempt(therapy: BoneTherapy, case: OrderCase) -> bool:
    """The same drug again, what has to follow denosumab, a dose that has worn off, or what is being stopped."""
    if therapy.drug == case.drug or (therapy.drug == DENOSUMAB and case.drug in BISPHOSPHONATES):
        return True
    last = therapy.last_dose
    if therapy.drug in _SHORT_ACTING and last is not None:
        return case.inputs.as_of > add_months(last, DENOSUMAB_CRITICAL_MONTHS)
    # An order that goes with this call is not followed any longer, whatever the list still says of it.
    orders = {each for each in therapy.references if each.startswith("MedicationRequest/")}
    if not orders and any(each.status in _ENDED and therapy.drug in each.drugs for each in case.others):
        # A statement or a supply names no order: the one that is stopped may be it.
        return True
    ids = {each.rpartition("/")[2] for each in orders or therapy.references}
    return bool(ids) and ids <= _replaced(case)


def _replaced(case: OrderCase) -> set[str]:
    """Ids of the orders that another one of the call replaces or stops."""
    return {each.prior for each in (case.order, *case.others) if each.prior and not each.gone} | {
        each.id for each in case.others if each.gone and each.id
    }


O_DUP = Check(
    id="O-DUP",
    topic=Topic.ORDER_DUPLICATE_THERAPY,
    concerns=treats_bone,
    needs=frozenset({Source.MEDICATIONS, Source.DISPENSES, Source.ADMINISTRATIONS, Source.PROCEDURES}),
    look=_look,
    citation="GUIDELINE D: two drugs against the loss of bone add harm, not benefit (BHOF 2022)",
)
