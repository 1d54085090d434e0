"""What is offered against the finding of an order check (GUIDELINE D, column "suggestion")."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from cdshooks import drafts
from cdshooks.cards import labs, offers, referrals
from cdshooks.cards.case import Case
from cdshooks.cards.sheet import Correction, Creation, Offer, Removal, Sheet, SuggestionId
from cdshooks.drafts import Recipient
from cdshooks.guideline.frax_inputs import frax_inputs
from cdshooks.guideline.orders import OrderFinding, Remedy
from cdshooks.guideline.orders.dxa import is_early
from fhir_mappings.concepts import Concept


def offers_of(finding: OrderFinding, case: Case) -> tuple[Offer, ...]:
    """The suggestions in the order of the guideline; none where nobody looks who could sign them."""
    to = case.recipient
    if to is None:
        return ()
    wanted = (_REMEDIES[remedy](finding, case, to) for remedy in finding.remedies)
    return tuple(offer for offer in wanted if offer is not None)


def each_new_order_once(sheets: Iterable[Sheet]) -> list[Sheet]:
    """The cards without new orders that a card before offers already: accepting all must not order twice.

    What changes the draft itself stays on every card: it may be taken from any of them.
    """
    taken: set[SuggestionId] = set()
    distinct = []
    for sheet in sheets:
        kept = [offer for offer in sheet.offers if offer.id not in taken]
        taken |= {offer.id for offer in kept if isinstance(offer.changes[0], Creation)}
        distinct.append(msgspec.structs.replace(sheet, offers=tuple(kept)))
    return distinct


def _weekly(finding: OrderFinding, _case: Case, _to: Recipient) -> Offer | None:
    order = finding.order
    if order.id is None:
        return None
    with_vitamin_d = Concept.ALENDRONATE_PLUS_D3 in order.concepts
    return Offer(
        id=SuggestionId.CHANGE_TO_WEEKLY,
        label="Change draft to once weekly",
        changes=(
            Correction(
                description="Change the draft order to alendronate 70 mg once a WEEK, 12 tablets for 84 days",
                resource=drafts.once_weekly(order.members, with_vitamin_d=with_vitamin_d),
            ),
        ),
        recommended=True,
    )


def _remove(finding: OrderFinding, _case: Case, _to: Recipient) -> Offer | None:
    order = finding.order
    if order.id is None:
        return None
    return Offer(
        id=SuggestionId.REMOVE_ORDER,
        label="Remove draft",
        changes=(Removal(description="Remove the draft order", reference=order.reference),),
    )


def _dxa(_finding: OrderFinding, case: Case, to: Recipient) -> Offer | None:
    """Bone density now, unless it would be too early itself."""
    return None if is_early(case.inputs, case.inputs.as_of) else offers.dxa_now(case, to)


_REMEDIES: Mapping[Remedy, Callable[[OrderFinding, Case, Recipient], Offer | None]] = {
    Remedy.CHANGE_TO_WEEKLY: _weekly,
    Remedy.REMOVE: _remove,
    Remedy.FRAX: lambda _finding, case, to: offers.frax_task(case, to, frax_inputs(case.inputs)),
    Remedy.LABS: lambda _finding, case, to: labs.secondary_cause_labs(case, to),
    Remedy.CALCIUM: lambda _finding, case, to: offers.calcium(case, to),
    Remedy.VITAMIN_D: lambda _finding, case, to: offers.vitamin_d(case, to),
    Remedy.DXA: _dxa,
    Remedy.DENTAL: lambda _finding, case, to: referrals.dental_exam(case, to),
}
