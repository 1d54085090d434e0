"""Calcium and vitamin D that the patient already takes (GUIDELINE A, S08 and S09)."""

from typing import Literal

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Supplement
from fhir_mappings.medications import Entry

CALCIUM = frozenset(
    {
        Concept.CALCIUM_SUPPLEMENT,
        Concept.CALCIUM_VITD_COMBO_RECOGNISE_ONLY,
        Concept.CALCIUM_PRODUCT_INGREDIENT_ONLY,
    }
)
VITAMIN_D = frozenset(
    {
        Concept.VITAMIN_D_SUPPLEMENT,
        Concept.VITAMIN_D_PRODUCT_INGREDIENT_ONLY,
        Concept.CALCIUM_VITD_COMBO_RECOGNISE_ONLY,
        Concept.ALENDRONATE_PLUS_D3,
    }
)
RELEVANT = CALCIUM | VITAMIN_D


def map_supplements(entries: tuple[Entry, ...]) -> tuple[Supplement, ...]:
    """Calcium and vitamin D that are on the list now, one entry each."""
    found: list[Supplement] = []
    kinds: tuple[tuple[Literal["calcium", "vitamin D"], frozenset[Concept]], ...] = (
        ("calcium", CALCIUM),
        ("vitamin D", VITAMIN_D),
    )
    for name, concepts in kinds:
        entry = next((each for each in entries if each.current and each.concepts & concepts), None)
        if entry is not None:
            found.append(Supplement(name=name, reference=entry.reference))
    return tuple(found)
