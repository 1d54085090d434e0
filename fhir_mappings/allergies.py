"""Allergy to bisphosphonates, of which one stands for all (GUIDELINE B, 23)."""

import re

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import BisphosphonateAllergy, Source
from fhir_mappings.names import suspected
from fhir_mappings.notes import Notes
from fhir_mappings.observations import concepts_of
from fhir_mappings.reader import NO_STATUS, AllergyIntolerance, CodeableConcept
from fhir_mappings.value_sets import Terminology

BISPHOSPHONATES = frozenset(
    {
        Concept.BISPHOSPHONATE_ALLERGY,
        Concept.ALENDRONATE_INGREDIENT,
        Concept.ALENDRONATE_70MG_TABLET,
        Concept.ALENDRONATE_10MG_TABLET,
        Concept.ALENDRONATE_UNSPECIFIED_PRODUCT,
        Concept.ALENDRONATE_PLUS_D3,
        Concept.RISEDRONATE,
        Concept.IBANDRONATE,
        Concept.ZOLEDRONIC_ACID,
        Concept.PAMIDRONATE,
        Concept.ETIDRONATE,
        Concept.OTHER_BISPHOSPHONATES_INTERNATIONAL,
    }
)
_HYPERSENSITIVE = re.compile(
    r"anaphyla|allerg|angio-?(?:o|ö|œ)?e?dem|urti[ck]ari|hives|rash|exanthem|bronchospasm|wheez|quincke|"
    r"stevens|epidermal|swelling of (?:the )?(?:face|lip|tongue|throat)|(?:face|facial|lip|tongue) swelling",
    re.IGNORECASE,
)
_NOT_SO = frozenset({"refuted", "entered-in-error"})
_OVER = frozenset({"resolved"})


def map_allergy(chart: Chart, terminology: Terminology, notes: Notes) -> BisphosphonateAllergy | None:
    """The weightiest recorded reaction to a bisphosphonate: allergy before intolerance, code before name.

    Doubtful entries count, since doubt about an allergy is a reason to ask; refuted and resolved ones do not.
    """
    for entry in chart.allergies:
        if _holds(entry) and not any(code and (code.coding or code.text) for code in _substances(entry)):
            notes.add("unreadable", "names no substance", entry.reference, of=Source.ALLERGIES)
    found = [each for entry in chart.allergies if (each := _recorded(entry, terminology)) is not None]
    if not found:
        return None
    first = min(found, key=lambda each: (each.intolerance, each.by_name, each.reference))
    if first.by_name:
        notes.add("by-name-only", "bisphosphonate allergy is known by its name only", first.reference)
    return first


def _recorded(entry: AllergyIntolerance, terminology: Terminology) -> BisphosphonateAllergy | None:
    if not _holds(entry):
        return None
    concepts = _substances(entry)
    coded = any(concepts_of(concept, terminology) & BISPHOSPHONATES for concept in concepts)
    names = [name for concept in concepts if concept is not None for name in concept.names]
    if not coded and not any(suspected(name) & BISPHOSPHONATES for name in names):
        return None
    return BisphosphonateAllergy(
        reference=entry.reference,
        by_name=not coded,
        intolerance=entry.type == "intolerance" and not _reads_like_hypersensitivity(entry),
    )


def _reads_like_hypersensitivity(entry: AllergyIntolerance) -> bool:
    """Whether what was seen is no upset stomach, however the entry is filed."""
    seen = (shown for reaction in entry.reaction or () for shown in reaction.manifestation or ())
    return any(_HYPERSENSITIVE.search(name) for shown in seen for name in shown.names)


def _holds(entry: AllergyIntolerance) -> bool:
    verification, clinical = entry.verification_status or NO_STATUS, entry.clinical_status or NO_STATUS
    return not (verification.codes & _NOT_SO or clinical.codes & _OVER)


def _substances(entry: AllergyIntolerance) -> list[CodeableConcept | None]:
    return [entry.code, *(reaction.substance for reaction in entry.reaction or ())]
