"""What order-select and order-sign share: drafts held against the chart (GUIDELINE D)."""

from collections.abc import Iterator

import msgspec

from cdshooks import GUIDELINE_VERSION
from cdshooks.cards.case import Case
from cdshooks.cards.orders import Checked, render_orders
from cdshooks.cards.trace import trace
from cdshooks.chart.prefetch import ORDERS
from cdshooks.guideline.decide import decide
from cdshooks.guideline.orders import DRAFT_ALONE, Hook, OrderFinding, check_orders
from cdshooks.services.service import Call, recipient_of, with_day_ignored
from cdshooks.wire.request import OrderSignContext
from cdshooks.wire.response import EVALUATION, DataQualityTrace, Evaluation, HookResponse
from fhir_mappings.chart import Chart
from fhir_mappings.inputs import DataQuality
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
        return HookResponse(cards=(), extension={EVALUATION: _nothing(call, chosen)})
    gathered = call.gather(context.patient_id, ORDERS)
    if gathered.chart.medications:
        # A draft may point at one of them.
        drafts = read_draft_orders(context.draft_orders, call.terminology, gathered.chart)
        chosen = drafts if selected is None else drafts.selected(selected)
    checked = _of_patient(context.patient_id, chosen, drafts)
    inputs = with_day_ignored(call, map_chart(gathered.chart, call.as_of, call.terminology))
    inputs = msgspec.structs.replace(inputs, data_quality=(*inputs.data_quality, *_problems(checked)))
    decision = decide(inputs, extra_risk_factors=call.extra_risk_factors)
    case = Case(decision=decision, inputs=inputs, recipient=recipient_of(call, context))
    findings = check_orders(inputs, decision, checked.orders, beside=checked.beside, hook=hook)
    rendered = render_orders(
        case,
        (*_of_strangers(call, checked, hook), *findings),
        checked,
        hook=hook,
        signing=call.signing(context.patient_id),
    )
    evaluation = trace(case, rendered.findings, gathered.ledger)
    return HookResponse(cards=rendered.cards, extension={EVALUATION: evaluation})


def _nothing(call: Call, drafts: DraftOrders) -> Evaluation:
    """The trace where the chart was not read; it names the drafts that could not be read either."""
    unread = tuple(
        DataQualityTrace(issue=each.issue, because=each.because, reference=each.reference)
        for each in drafts.unread
    )
    return Evaluation(
        disposition=NOT_EVALUATED,
        guideline_version=GUIDELINE_VERSION,
        as_of=call.as_of.isoformat(),
        data_quality=unread or None,
    )


def _of_patient(patient_id: str, chosen: DraftOrders, drafts: DraftOrders) -> Checked:
    return Checked(
        orders=tuple(each for each in chosen.orders if each.is_of(patient_id)),
        beside=tuple(each for each in drafts.orders if each.is_of(patient_id)),
        unread=chosen.unread,
        strangers=tuple(each for each in chosen.orders if not each.is_of(patient_id)),
    )


def _of_strangers(call: Call, checked: Checked, hook: Hook) -> tuple[OrderFinding, ...]:
    """What orders for somebody else say by themselves; this chart is not theirs."""
    if not checked.strangers:
        return ()
    nothing = map_chart(Chart(), call.as_of, call.terminology)
    return check_orders(nothing, decide(nothing), checked.strangers, beside=(), hook=hook, checks=DRAFT_ALONE)


def _problems(checked: Checked) -> Iterator[DataQuality]:
    for unread in checked.unread:
        yield DataQuality(issue=unread.issue, because=unread.because, reference=unread.reference)
    for order in checked.strangers:
        because = "an order for another patient; only its dose was checked"
        yield DataQuality(issue="other-patient", because=because, reference=order.reference)


def _concern_us(drafts: DraftOrders, hook: Hook) -> bool:
    """Whether there is anything to look at: a drug or examination of ours, or an order nobody could read.

    Calcium and vitamin D alone are no reason to read a chart. While an order is still being written it may not
    name its drug yet.
    """
    supplements = {OrderKind.CALCIUM, OrderKind.VITAMIN_D}
    orders = any(order.kinds - supplements and not order.gone for order in drafts.orders)
    unread = any(each.issue != "unreadable" or hook == "order-sign" for each in drafts.unread)
    return orders or unread
