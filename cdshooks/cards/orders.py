"""The cards of the order hooks (GUIDELINE D and C, "Alert-fatigue policy").

While an order is chosen two cards at most, when it is signed three; critical ones are never capped. What
finds no place of its own is told in another card's text, and in the trace either way.
"""

from collections.abc import Callable, Mapping

import msgspec

from cdshooks import drafts
from cdshooks.cards import denosumab_overdue, labs, offers, referrals
from cdshooks.cards.card import DISPLAYS, card_of
from cdshooks.cards.case import Case
from cdshooks.cards.drug_choice import alternatives
from cdshooks.cards.markdown import bold, bullets, escape, paragraphs
from cdshooks.cards.render import Rendered
from cdshooks.cards.sheet import Correction, Offer, Removal, Sheet, SuggestionId
from cdshooks.cards.signed import Signing
from cdshooks.drafts import Recipient
from cdshooks.guideline.bars.not_checked import not_checked
from cdshooks.guideline.decision import Topic
from cdshooks.guideline.orders import Hook, OrderFinding, Remedy
from cdshooks.guideline.words import listed
from cdshooks.wire.response import FindingTrace
from fhir_mappings.bone_drugs import BISPHOSPHONATES
from fhir_mappings.inputs import Source
from fhir_mappings.orders import DraftOrder, OrderKind, UnreadDraft

MOST_CARDS: Mapping[Hook, int] = {"order-select": 2, "order-sign": 3}
_WEIGHTS = ("critical", "warning", "info")
_DENOSUMAB = "denosumab"


def render_orders(
    case: Case,
    findings: tuple[OrderFinding, ...],
    orders: tuple[DraftOrder, ...],
    unread: tuple[UnreadDraft, ...],
    *,
    hook: Hook,
    signing: Signing,
) -> Rendered:
    """The cards of what was found in `orders`, the most urgent first, and what became of each finding."""
    sheets = [_sheet(finding, case) for finding in findings if finding.own_card]
    sheets += [
        sheet for sheet in (_overdue(case, orders), _not_checked(case, orders, unread)) if sheet is not None
    ]
    sheets.sort(key=lambda sheet: _WEIGHTS.index(sheet.indicator))
    critical = sum(sheet.indicator == "critical" for sheet in sheets)
    room = max(MOST_CARDS[hook], critical)
    shown, rest = sheets[:room], sheets[room:]
    lines = [finding for finding in findings if not finding.own_card]
    hidden = [*(sheet.topic for sheet in rest), *(line.topic for line in lines)]
    told = [bold(DISPLAYS[sheet.topic], escape(sheet.summary)) for sheet in rest]
    told += [bold(DISPLAYS[line.topic], f"{escape(line.summary)}: {escape(line.because)}.") for line in lines]
    if shown and told:
        host = shown[0]
        shown[0] = msgspec.structs.replace(host, detail=paragraphs((host.detail, *told)))
    traced = [
        *(FindingTrace(topic=sheet.topic, shown="card") for sheet in shown),
        *(FindingTrace(topic=topic, shown="folded" if shown else "capped") for topic in hidden),
    ]
    signed, traced_all = signing.sign(case, shown, traced, folded_into=shown[0].topic if shown else None)
    return Rendered(cards=tuple(card_of(each) for each in signed), findings=traced_all)


def _sheet(finding: OrderFinding, case: Case) -> Sheet:
    offered = _offers(finding, case)
    kinds = {type(change) for offer in offered for change in offer.changes}
    return Sheet(
        topic=finding.topic,
        indicator=finding.weight,
        summary=finding.summary,
        detail=paragraphs(
            (
                bold("Why", f"{escape(finding.because)}."),
                _order(finding.order),
                alternatives(case) if finding.alternatives and finding.weight == "critical" else None,
            )
        ),
        offers=offered,
        about_frax=Remedy.FRAX in finding.remedies,
        against_order=finding.weight == "critical",
        exclusive={Correction, Removal} <= kinds,
        order=finding.order.reference,
    )


def _order(order: DraftOrder) -> str:
    return bold("Order", f"{escape(order.name or order.resource_type)} ({escape(order.reference)}).")


def _overdue(case: Case, orders: tuple[DraftOrder, ...]) -> Sheet | None:
    """C13, unless the order is the late dose, or the bisphosphonate that has to follow."""
    drugs = {drug for order in orders for drug in order.drugs}
    if _DENOSUMAB in drugs or drugs & BISPHOSPHONATES:
        return None
    return denosumab_overdue.sheet(case)


def _not_checked(case: Case, orders: tuple[DraftOrder, ...], unread: tuple[UnreadDraft, ...]) -> Sheet | None:
    """C11: what these orders should have been held against and could not be. Never an empty list instead."""
    lacking = _lacking(case, orders)
    broken = [f"order {each.reference} ({each.because})" for each in unread]
    if not lacking and not broken:
        return None
    names = listed([*lacking, *(["an order that could not be read"] if broken else [])])
    return Sheet(
        topic=Topic.DATA_PROBLEM,
        indicator="warning",
        summary=f"Bone health: could not check {names}",
        detail=paragraphs(
            (
                bold("Could not be checked", f"{names}: unknown, which is not the same as absent."),
                f"**Not read:**\n\n{bullets([escape(each) for each in broken])}" if broken else None,
                "What could be checked is told beside. Check the rest in the chart before signing.",
            )
        ),
    )


def _lacking(case: Case, orders: tuple[DraftOrder, ...]) -> list[str]:
    """The parts of the chart that checks of these orders need and that could not be had, or came in part."""
    inputs = case.inputs
    drugs = any(OrderKind.BONE_DRUG in order.kinds for order in orders)
    steroids = any(OrderKind.GLUCOCORTICOID in order.kinds for order in orders)
    scans = any(OrderKind.DXA in order.kinds for order in orders)
    needed: list[Source] = []
    if drugs or steroids:
        needed += [Source.PATIENT, Source.MEDICATIONS]
    if drugs or scans:
        needed.append(Source.BONE_DENSITY)
    missing = [source for source in needed if source in inputs.unanswered]
    names = [source.value.replace("-", " ") for source in missing]
    if drugs:
        names += not_checked(inputs)
        names += [f"all {source.value.replace('-', ' ')}" for source in sorted(inputs.incomplete)]
    return list(dict.fromkeys(names))


def _offers(finding: OrderFinding, case: Case) -> tuple[Offer, ...]:
    to = case.recipient
    if to is None:
        return ()
    wanted = (_REMEDIES[remedy](finding, case, to) for remedy in finding.remedies)
    return tuple(offer for offer in wanted if offer is not None)


def _weekly(finding: OrderFinding, _case: Case, _to: Recipient) -> Offer | None:
    order = finding.order
    if order.id is None:
        return None
    return Offer(
        id=SuggestionId.CHANGE_TO_WEEKLY,
        label="Change draft to once weekly",
        changes=(
            Correction(
                description="Change the draft order to alendronate 70 mg once a WEEK, 12 tablets for 84 days",
                resource=drafts.once_weekly(order.members),
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


_REMEDIES: Mapping[Remedy, Callable[[OrderFinding, Case, Recipient], Offer | None]] = {
    Remedy.CHANGE_TO_WEEKLY: _weekly,
    Remedy.REMOVE: _remove,
    Remedy.FRAX: lambda _finding, case, to: offers.frax_task(case, to),
    Remedy.LABS: lambda _finding, case, to: labs.secondary_cause_labs(case, to),
    Remedy.CALCIUM: lambda _finding, case, to: offers.calcium(case, to),
    Remedy.VITAMIN_D: lambda _finding, case, to: offers.vitamin_d(case, to),
    Remedy.DXA: lambda _finding, case, to: offers.dxa_now(case, to),
    Remedy.DENTAL: lambda _finding, case, to: referrals.dental_exam(case, to),
}
