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
from fhir_mappings.inputs import GuidelineInputs
from fhir_mappings.orders import DraftOrder

__all__ = ["CHECKS", "Check", "Hook", "OrderFinding", "Remedy", "Weight", "check_orders"]

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


def check_orders(
    inputs: GuidelineInputs,
    decision: Decision,
    orders: tuple[DraftOrder, ...],
    *,
    beside: tuple[DraftOrder, ...],
    hook: Hook,
) -> tuple[OrderFinding, ...]:
    """What is found of each of `orders`, the most urgent first. `beside` are all drafts of the call.

    Pure, and whatever the disposition is. An order that is not to be followed (stopped, cancelled) is not
    checked; it may be what another one replaces.
    """
    found = [
        finding
        for order in orders
        if not order.gone
        for finding in _of(
            OrderCase(
                order=order,
                others=tuple(each for each in beside if each is not order),
                inputs=inputs,
                decision=decision,
                hook=hook,
            )
        )
    ]
    return tuple(sorted(found, key=lambda finding: ("critical", "warning", "info").index(finding.weight)))


def _of(case: OrderCase) -> list[OrderFinding]:
    looks = (check.look(case) for check in CHECKS)
    return [finding for finding in looks if finding is not None]
