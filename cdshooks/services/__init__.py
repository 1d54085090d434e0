"""One module per CDS service, and the tuple that lists them."""

from cdshooks.services.patient_view import PATIENT_VIEW_SERVICE
from cdshooks.services.service import Service

SERVICES: tuple[Service, ...] = (PATIENT_VIEW_SERVICE,)
"""Every service this house offers, in the order of discovery."""
