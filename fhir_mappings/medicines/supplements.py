"""Calcium and vitamin D that the patient already takes (GUIDELINE A, S08 and S09), antacids and iron.

The last two are asked for only because they bind an oral bisphosphonate that is taken with them, as calcium
does (GUIDELINE D, O-CAIRON).
"""

from collections.abc import Mapping
from typing import Literal

from fhir_mappings.concepts import Concept
from fhir_mappings.dosage import is_in_the_morning
from fhir_mappings.inputs import Supplement
from fhir_mappings.medicines.records import Entry

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
_ANTACIDS = frozenset({Concept.ANTACID})
_IRON = frozenset({Concept.IRON_ORAL})
_KINDS: Mapping[Literal["calcium", "vitamin D", "antacids", "iron"], frozenset[Concept]] = {
    "calcium": CALCIUM,
    "vitamin D": VITAMIN_D,
    "antacids": _ANTACIDS,
    "iron": _IRON,
}
_BIND = CALCIUM | _ANTACIDS | _IRON
RELEVANT = VITAMIN_D | _BIND


def map_supplements(entries: tuple[Entry, ...]) -> tuple[Supplement, ...]:
    """What of these is on the list now, one entry each: one that is taken in the morning before the others.

    Vitamin D does not bind a tablet, and when it is taken is not asked.
    """
    found: list[Supplement] = []
    for name, concepts in _KINDS.items():
        current = [each for each in entries if each.current and each.concepts & concepts]
        early = [each for each in current if concepts <= _BIND and is_in_the_morning(each.dosage)]
        first = next(iter(early or current), None)
        if first is not None:
            found.append(Supplement(name=name, reference=first.reference, in_the_morning=bool(early)))
    return tuple(found)
