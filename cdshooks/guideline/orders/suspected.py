"""Facts that are possible and not sure: by name only, or unconfirmed. They are worth a warning at most."""

import msgspec

from cdshooks.guideline.orders.check import OrderCase
from fhir_mappings.inputs import Disease


class Suspected(msgspec.Struct, frozen=True, kw_only=True):
    """A disease in doubt, and in words why."""

    disease: Disease
    because: str


def suspicion(case: OrderCase, *diseases: Disease) -> Suspected | None:
    """The first of these that is suspected."""
    found = next((each for each in case.inputs.suspicions if each.disease in diseases), None)
    if found is None:
        return None
    return Suspected(disease=found.disease, because=f"possible {found.disease} ({found.why}), please check")
