"""One module per CDS service, and the tuple that lists them."""

from cdshooks.services.order_select import ORDER_SELECT_SERVICE
from cdshooks.services.order_sign import ORDER_SIGN_SERVICE
from cdshooks.services.patient_view import PATIENT_VIEW_SERVICE
from cdshooks.services.service import Service

SERVICES: tuple[Service, ...] = (PATIENT_VIEW_SERVICE, ORDER_SELECT_SERVICE, ORDER_SIGN_SERVICE)
"""Every service this house offers, in the order of discovery."""
