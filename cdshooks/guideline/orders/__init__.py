"""The checks of a draft order (GUIDELINE D). One row of the guideline, one check."""

from cdshooks.guideline.decision import Decision
from cdshooks.guideline.orders.allergy import O_HYP
from cdshooks.guideline.orders.calcium import O_CA_UNK, O_HCA
from cdshooks.guideline.orders.check import Check, Hook, OrderCase, OrderFinding, Remedy, Weight
from cdshooks.guideline.orders.dental import O_DENTAL
from cdshooks.guideline.orders.dose import O_DAILY70, O_DOSE_CONFLICT, O_DOSE_UNK, O_UNDERDOSE
from cdshooks.guideline.orders.duplicate import O_DUP
from cdshooks.guideline.orders.dxa import O_DXA_EARLY
from cdshooks.guideline.orders.glucocorticoid import O_GC
from cdshooks.guideline.orders.holiday import O_HOLIDAY
from cdshooks.guideline.orders.indication import O_BELOW, O_NOFRAX
from cdshooks.guideline.orders.kidney import O_REN, O_REN_UNK
from cdshooks.guideline.orders.past_harm import O_AFF
from cdshooks.guideline.orders.raloxifene import O_RLX
from cdshooks.guideline.orders.scope import O_PEDS, O_PREG, O_YOUNG
from cdshooks.guideline.orders.supplements import O_CAD, O_CAIRON, O_VITD
from cdshooks.guideline.orders.swallowing import O_ESO, O_UPR, O_VAR
from cdshooks.guideline.orders.zoledronate import O_ZOL_STRENGTH
from fhir_mappings.inputs import GuidelineInputs, Source
from fhir_mappings.orders import DraftOrder

__all__ = [
    "CHECKS",
    "DRAFT_ALONE",
    "Check",
    "Hook",
    "OrderFinding",
    "Remedy",
    "Weight",
    "check_orders",
    "needed",
]

CHECKS: tuple[Check, ...] = (
    O_DAILY70,
    O_DOSE_CONFLICT,
    O_DOSE_UNK,
    O_UNDERDOSE,
    O_HCA,
    O_ESO,
    O_VAR,
    O_UPR,
    O_HYP,
    O_REN,
    O_AFF,
    O_PREG,
    O_PEDS,
    O_YOUNG,
    O_DUP,
    O_RLX,
    O_ZOL_STRENGTH,
    O_VITD,
    O_NOFRAX,
    O_CA_UNK,
    O_REN_UNK,
    O_HOLIDAY,
    O_GC,
    O_BELOW,
    O_CAD,
    O_DXA_EARLY,
    O_DENTAL,
    O_CAIRON,
)
"""Every check, the weightiest first among those of the same indicator."""


DRAFT_ALONE = (O_DAILY70, O_DOSE_CONFLICT, O_DOSE_UNK)
"""What the draft says by itself, whoever it is for."""


_WEIGHTS = ("critical", "warning", "info")


def check_orders(
    inputs: GuidelineInputs,
    decision: Decision,
    orders: tuple[DraftOrder, ...],
    *,
    beside: tuple[DraftOrder, ...],
    hook: Hook,
    checks: tuple[Check, ...] = CHECKS,
) -> tuple[OrderFinding, ...]:
    """What is found of each of `orders`, the most urgent first. `beside` are all drafts of the call.

    Pure, whatever the disposition is, and whatever the order of the drafts. An order that is not to be followed
    (stopped, cancelled) is not checked; it may be what another one replaces. The same draft sent twice counts
    once.
    """
    distinct = {(each.reference, bytes(each.raw)): each for each in beside}
    found = []
    for order in {(each.reference, bytes(each.raw)): each for each in orders}.values():
        if not order.gone:
            others = [each for key, each in distinct.items() if key != (order.reference, bytes(order.raw))]
            case = OrderCase(order=order, others=tuple(others), inputs=inputs, decision=decision, hook=hook)
            found += [
                (_WEIGHTS.index(finding.weight), place, order.reference, finding)
                for place, check in enumerate(checks)
                if check.concerns(case) and (finding := check.look(case)) is not None
            ]
    return tuple(finding for *_, finding in sorted(found, key=lambda each: each[:3]))


def needed(
    inputs: GuidelineInputs, decision: Decision, orders: tuple[DraftOrder, ...], hook: Hook
) -> frozenset[Source]:
    """The parts of the chart that the checks of these orders rest on."""
    cases = [
        OrderCase(order=order, others=(), inputs=inputs, decision=decision, hook=hook)
        for order in orders
        if not order.gone
    ]
    return frozenset[Source]().union(
        *(check.needs for case in cases for check in CHECKS if check.concerns(case))
    )
