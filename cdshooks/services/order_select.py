"""order-select: an order is being chosen, and what speaks against it is there before it is written out."""

import functools

import msgspec

from cdshooks.chart.prefetch import ORDERS, templates
from cdshooks.services.orders import answer_orders
from cdshooks.services.service import Call, Service
from cdshooks.wire.request import OrderSelectContext
from cdshooks.wire.response import HookResponse

_context = msgspec.json.Decoder(OrderSelectContext)


def answer(call: Call) -> HookResponse:
    """The cards for the selected drafts.

    Raises:
        msgspec.ValidationError: the context is not one of order-select.
    """
    context = _context.decode(call.request.context)
    return answer_orders(call, context, "order-select", selected=frozenset(context.selections))


ORDER_SELECT_SERVICE = Service(
    id="bone-health-order-select",
    hook="order-select",
    context=OrderSelectContext,
    title="Bone health: drugs being ordered",
    description=(
        "Checks osteoporosis drugs, systemic glucocorticoids and DXA while they are chosen: contraindications, "
        "doses, duplicate therapy, and what should be known first."
    ),
    usage_requirements=(
        "FHIR R4. Looks at the drafts that context.selections names. Each prefetch key that is not sent and "
        "cannot be fetched is told on a card as not checked."
    ),
    prefetch=functools.partial(templates, ORDERS),
    context_may_suffice=True,
    answer=answer,
)
