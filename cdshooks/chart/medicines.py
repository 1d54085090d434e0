"""The medicines that orders and statements point at."""

import re
from collections.abc import Iterable

from cdshooks.wire.request import FHIR_ID
from fhir_mappings.bundle import Contents
from fhir_mappings.reader import (
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)

_POINTING = (MedicationRequest, MedicationStatement, MedicationDispense, MedicationAdministration)
POINTING = frozenset(kind.__name__ for kind in _POINTING)
"""The resource types that point at medicines."""
_CONCERNED: frozenset[type] = frozenset({Medication, *_POINTING})
_ID = re.compile(FHIR_ID)
_POINTS = "Medication/"


def pointed_at(held: Iterable[Contents], base: str) -> tuple[str, ...]:
    """The ids of those that are pointed at on the server of `base`, and that did not come along."""
    here: set[str | None] = set()
    wanted: dict[str, None] = {}
    root = base.rstrip("/") + "/"
    for contents in held:
        if contents.kinds.isdisjoint(_CONCERNED):
            continue
        for resource in contents.resources:
            if isinstance(resource, Medication):
                here.add(resource.id)
            elif isinstance(resource, _POINTING):
                pointer = resource.medication_reference
                if pointer is not None and (pointer.reference or "").removeprefix(root).startswith(_POINTS):
                    wanted[pointer.id or ""] = None
    return tuple(each for each in wanted if each not in here and _ID.match(each))
