"""Drugs for osteoporosis, by which an entry is told to be one, and how long a dose of them lasts."""

import re
from collections.abc import Iterable

from fhir_mappings.concepts import Concept
from fhir_mappings.medicines.records import Entry
from fhir_mappings.names import suspected

DRUGS: tuple[tuple[Concept, str], ...] = (
    (Concept.ALENDRONATE_INGREDIENT, "alendronate"),
    (Concept.ALENDRONATE_70MG_TABLET, "alendronate"),
    (Concept.ALENDRONATE_10MG_TABLET, "alendronate"),
    (Concept.ALENDRONATE_UNSPECIFIED_PRODUCT, "alendronate"),
    (Concept.ALENDRONATE_PLUS_D3, "alendronate"),
    (Concept.RISEDRONATE, "risedronate"),
    (Concept.IBANDRONATE, "ibandronate"),
    (Concept.ZOLEDRONIC_ACID, "zoledronic acid"),
    (Concept.ZOLEDRONIC_ACID_5MG_OSTEOPOROSIS, "zoledronic acid"),
    (Concept.ZOLEDRONIC_ACID_4MG_ONCOLOGY, "zoledronic acid"),
    (Concept.PAMIDRONATE, "pamidronate"),
    (Concept.ETIDRONATE, "etidronate"),
    (Concept.OTHER_BISPHOSPHONATES_INTERNATIONAL, "a bisphosphonate"),
    (Concept.OTHER_BONE_DRUGS_INTERNATIONAL, "strontium ranelate or lasofoxifene"),
    # Before the other: what is both, by its brand, is the oncology product.
    (Concept.DENOSUMAB_120MG_ONCOLOGY, "denosumab 120 mg"),
    (Concept.DENOSUMAB, "denosumab"),
    (Concept.RALOXIFENE, "raloxifene"),
    (Concept.BAZEDOXIFENE_CE, "bazedoxifene"),
    (Concept.TERIPARATIDE, "teriparatide"),
    (Concept.ABALOPARATIDE, "abaloparatide"),
    (Concept.ROMOSOZUMAB, "romosozumab"),
)
OTHERS: tuple[tuple[Concept, str], ...] = (
    (Concept.CALCITONIN, "calcitonin"),
    (Concept.ESTROGEN_THERAPY_INGREDIENTS, "estrogen"),
)
"""Drugs that act on bone and are not counted as treatment of osteoporosis."""
BISPHOSPHONATES = frozenset(
    {
        "alendronate",
        "risedronate",
        "ibandronate",
        "zoledronic acid",
        "pamidronate",
        "etidronate",
        "a bisphosphonate",
    }
)
TREATMENTS = frozenset(concept for concept, _ in DRUGS)
RELEVANT = TREATMENTS | {concept for concept, _ in OTHERS}

DEPOT_MONTHS = 18
"""Zoledronate and denosumab go on acting this long after the last dose (GUIDELINE section 0, 6)."""
DOSE_MONTHS = {"zoledronic acid": 12, "denosumab": 6, "denosumab 120 mg": 1}
"""For how long one dose of a depot is given."""


_ONCOLOGY = re.compile(r"(?<!\d)(?:120 ?mg|70 ?mg/ml)", re.IGNORECASE)
_OSTEOPOROSIS = re.compile(r"(?<!\d)60 ?mg", re.IGNORECASE)


def by_drug(entries: Iterable[Entry], drugs: tuple[tuple[Concept, str], ...]) -> dict[str, list[Entry]]:
    """The entries of each drug that there are any of, in the order in which they come."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        drug = next((name for concept, name in drugs if concept in entry.concepts), None)
        if drug == "denosumab" and _is_oncology_by_name(entry):
            drug = "denosumab 120 mg"
        if drug is not None:
            found.setdefault(drug, []).append(entry)
    return found


def _is_oncology_by_name(entry: Entry) -> bool:
    """Whether denosumab whose code tells no strength is called Xgeva or 120 mg."""
    names = " ".join(name for code in entry.medicine.codes for name in code.names)
    if _OSTEOPOROSIS.search(names):
        return False
    return bool(_ONCOLOGY.search(names)) or Concept.DENOSUMAB_120MG_ONCOLOGY in suspected(names)
