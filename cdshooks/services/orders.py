"""What order-select and order-sign share: drafts held against the chart (GUIDELINE D)."""

from cdshooks import GUIDELINE_VERSION
from cdshooks.cards.case import Case
from cdshooks.cards.orders import render_orders
from cdshooks.cards.trace import trace
from cdshooks.chart.gather import gather
from cdshooks.chart.prefetch import ORDERS
from cdshooks.guideline.decide import decide
from cdshooks.guideline.orders import Hook, check_orders
from cdshooks.services.service import Call, recipient_of, with_day_ignored
from cdshooks.wire.request import OrderSignContext
from cdshooks.wire.response import EVALUATION, Evaluation, HookResponse
from fhir_mappings.mapping import map_chart
from fhir_mappings.orders import DraftOrders, OrderKind, read_draft_orders

NOT_EVALUATED = "not-evaluated"
"""The disposition where an order concerns nobody here and the chart was not read."""


def answer_orders(
    call: Call, context: OrderSignContext, hook: Hook, *, selected: frozenset[str] | None
) -> HookResponse:
    """The cards for the drafts of the call; of `selected` ones only, where that is not None.

    Orders that concern nobody here end the call before the chart is looked at. A chart that cannot be had does
    not: what could be checked is told, and what could not.
    """
    drafts = read_draft_orders(context.draft_orders, call.terminology)
    chosen = drafts if selected is None else drafts.selected(selected)
    if not _concern_us(chosen, hook):
        nothing = Evaluation(
            disposition=NOT_EVALUATED, guideline_version=GUIDELINE_VERSION, as_of=call.as_of.isoformat()
        )
        return HookResponse(cards=(), extension={EVALUATION: nothing})
    gathered = gather(context.patient_id, call.request.prefetch, ORDERS)
    # Medicines that a draft points at may have come with the chart.
    drafts = read_draft_orders(context.draft_orders, call.terminology, gathered.chart)
    chosen = drafts if selected is None else drafts.selected(selected)
    inputs = with_day_ignored(call, map_chart(gathered.chart, call.as_of, call.terminology))
    decision = decide(inputs, extra_risk_factors=call.extra_risk_factors)
    case = Case(decision=decision, inputs=inputs, recipient=recipient_of(call, context))
    findings = check_orders(inputs, decision, chosen.orders, beside=drafts.orders, hook=hook)
    rendered = render_orders(
        case,
        findings,
        chosen.orders,
        chosen.unread,
        hook=hook,
        signing=call.signing(context.patient_id),
    )
    evaluation = trace(case, rendered.findings, gathered.ledger)
    return HookResponse(cards=rendered.cards, extension={EVALUATION: evaluation})


def _concern_us(drafts: DraftOrders, hook: Hook) -> bool:
    """Whether there is anything to look at: a drug or examination of ours, or an order nobody could read.

    Calcium and vitamin D alone are no reason to read a chart. While an order is still being written it may not
    name its drug yet.
    """
    supplements = {OrderKind.CALCIUM, OrderKind.VITAMIN_D}
    orders = any(order.kinds - supplements and not order.gone for order in drafts.orders)
    unread = any(each.issue != "unreadable" or hook == "order-sign" for each in drafts.unread)
    return orders or unread
