"""One module per CDS service, and the tuple that lists them."""

from cdshooks.services.service import Service

SERVICES: tuple[Service, ...] = ()
"""Every service this house offers, in the order of discovery."""
