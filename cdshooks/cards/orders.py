"""The cards of the order hooks (GUIDELINE D and C, "Alert-fatigue policy").

While an order is chosen two cards at most, when it is signed three; critical ones are never capped. What
finds no place of its own is told in another card's text, and in the trace either way.
"""

from collections.abc import Mapping

import msgspec

from cdshooks.cards import data_problem, denosumab_overdue, orders_unchecked, parts
from cdshooks.cards.card import card_of
from cdshooks.cards.case import Case
from cdshooks.cards.drug_choice import alternatives_to_order
from cdshooks.cards.markdown import bold, escape, paragraphs
from cdshooks.cards.order_offers import each_new_order_once, offers_of
from cdshooks.cards.render import Rendered
from cdshooks.cards.sheet import Correction, Removal, Sheet
from cdshooks.cards.signed import Signing
from cdshooks.guideline.decision import Disposition
from cdshooks.guideline.orders import Hook, OrderFinding, Remedy
from cdshooks.guideline.topics import Topic
from cdshooks.wire.response import FindingTrace
from fhir_mappings.medicines.bone_drugs import BISPHOSPHONATES
from fhir_mappings.orders import DraftOrder, UnreadDraft

MOST_CARDS: Mapping[Hook, int] = {"order-select": 2, "order-sign": 3}
_WEIGHTS = ("critical", "warning", "info")
_DENOSUMAB = "denosumab"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The drafts of a call: `orders` of the patient that were looked at, and `beside` all that the patient has.

    `unread` could not be read, and `strangers` are for somebody else.
    """

    orders: tuple[DraftOrder, ...]
    beside: tuple[DraftOrder, ...]
    unread: tuple[UnreadDraft, ...] = ()
    strangers: tuple[DraftOrder, ...] = ()


def render_orders(
    case: Case, findings: tuple[OrderFinding, ...], checked: Checked, *, hook: Hook, signing: Signing
) -> Rendered:
    """The cards of what was found, the most urgent first, and what became of each finding."""
    found = [_sheet(finding, case) for finding in findings if finding.own_card]
    unchecked = orders_unchecked.sheet(case, checked.orders, checked.unread, checked.strangers, hook)
    wider = (_overdue(case, checked.beside), None if unchecked else _contradiction(case))
    rest = [*found, *(sheet for sheet in wider if sheet is not None)]
    # What could not be checked is told before other warnings when the order is signed.
    sheets = [*([unchecked] if unchecked else []), *rest] if hook == "order-sign" else rest
    sheets += [unchecked] if unchecked and hook == "order-select" else []
    sheets.sort(key=lambda sheet: _WEIGHTS.index(sheet.indicator))
    room = max(MOST_CARDS[hook], sum(sheet.indicator == "critical" for sheet in sheets))
    shown, left = each_new_order_once(sheets[:room]), sheets[room:]
    lines = [finding for finding in findings if not finding.own_card]
    told = [bold(sheet.topic.display, escape(sheet.summary)) for sheet in left]
    told += [bold(line.topic.display, f"{escape(line.summary)}: {escape(line.because)}.") for line in lines]
    hidden = [*(sheet.topic for sheet in left), *(line.topic for line in lines)]
    problems = None if unchecked else parts.to_check(case)
    told += [problems] if problems else []
    hidden += [Topic.DATA_PROBLEM] if case.inputs.data_quality else []
    if shown and told:
        shown[0] = msgspec.structs.replace(shown[0], detail=paragraphs((shown[0].detail, *told)))
    traced = {sheet.topic: FindingTrace(topic=sheet.topic, shown="card") for sheet in shown}
    for topic in hidden:
        traced.setdefault(topic, FindingTrace(topic=topic, shown="folded" if shown else "capped"))
    host = shown[0].topic if shown else None
    signed, all_traced = signing.sign(case, shown, traced.values(), folded_into=host)
    return Rendered(cards=tuple(card_of(each) for each in signed), findings=all_traced)


def _sheet(finding: OrderFinding, case: Case) -> Sheet:
    offered = offers_of(finding, case)
    kinds = {type(change) for offer in offered for change in offer.changes}
    return Sheet(
        topic=finding.topic,
        indicator=finding.weight,
        summary=finding.summary,
        detail=paragraphs(
            (
                bold("Why", f"{escape(finding.because)}."),
                _order(finding.order),
                alternatives_to_order(case) if finding.alternatives else None,
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


def _overdue(case: Case, drafts: tuple[DraftOrder, ...]) -> Sheet | None:
    """C13, unless the dose is being ordered, or a bisphosphonate in time to follow it.

    Once it is more than a month late, whoever goes over to a bisphosphonate has to know that too.
    """
    sheet = denosumab_overdue.sheet(case)
    drugs = {drug for order in drafts if not order.gone for drug in order.drugs}
    if sheet is None or _DENOSUMAB in drugs:
        return None
    return None if drugs & BISPHOSPHONATES and sheet.indicator != "critical" else sheet


def _contradiction(case: Case) -> Sheet | None:
    """C11 where the chart contradicts itself: whether the drug is indicated cannot be told."""
    if case.decision.disposition is not Disposition.DATA_CONFLICT:
        return None
    return data_problem.sheet(case)
