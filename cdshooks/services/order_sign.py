"""order-sign: the last look at orders before they are signed."""

import functools

import msgspec

from cdshooks.chart.prefetch import ORDERS, templates
from cdshooks.services.orders import answer_orders
from cdshooks.services.service import Call, Service
from cdshooks.wire.request import OrderSignContext
from cdshooks.wire.response import HookResponse

_context = msgspec.json.Decoder(OrderSignContext)


def answer(call: Call) -> HookResponse:
    """The cards for every draft of the call.

    Raises:
        msgspec.ValidationError: the context is not one of order-sign.
    """
    return answer_orders(call, _context.decode(call.request.context), "order-sign", selected=None)


ORDER_SIGN_SERVICE = Service(
    id="bone-health-order-sign",
    hook="order-sign",
    context=OrderSignContext,
    title="Bone health: orders being signed",
    description=(
        "Checks osteoporosis drugs, systemic glucocorticoids and DXA before they are signed: a weekly tablet "
        "ordered daily, contraindications, duplicate therapy, low calcium and renal function."
    ),
    usage_requirements=(
        "FHIR R4. Looks at every draft in context.draftOrders. Each prefetch key that is not sent and "
        "cannot be fetched is told on a card as not checked."
    ),
    prefetch=functools.partial(templates, ORDERS),
    context_may_suffice=True,
    answer=answer,
)
