"""Calcium and vitamin D that the patient already takes (GUIDELINE A, S08 and S09)."""

from typing import Literal

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Supplement
from fhir_mappings.medications import CALCIUM, VITAMIN_D, Taken


def map_supplements(taken: tuple[Taken, ...]) -> tuple[Supplement, ...]:
    """Calcium and vitamin D that are on the list now, one entry each."""
    found: list[Supplement] = []
    kinds: tuple[tuple[Literal["calcium", "vitamin D"], frozenset[Concept]], ...] = (
        ("calcium", CALCIUM),
        ("vitamin D", VITAMIN_D),
    )
    for name, concepts in kinds:
        entry = next((each for each in taken if each.current and each.concepts & concepts), None)
        if entry is not None:
            found.append(Supplement(name=name, reference=entry.reference))
    return tuple(found)
