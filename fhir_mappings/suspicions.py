"""What speaks against a tablet by name only, or by a diagnosis in doubt.

Text and doubt may only make an answer more careful (GUIDELINE, "Matching by text"): what is found here unmarks
a draft and raises a question. It never fires a recommendation, and never sets a disposition.
"""

import datetime
from collections.abc import Iterable

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day
from fhir_mappings.inputs import Disease, Suspicion
from fhir_mappings.names import suspected
from fhir_mappings.notes import Notes
from fhir_mappings.observations import concepts_of
from fhir_mappings.reader import NO_STATUS, CodeableConcept
from fhir_mappings.value_sets import Terminology

_CAREFUL: dict[Concept, Disease] = {
    Concept.ESOPHAGEAL_STRICTURE: Disease.ESOPHAGEAL_STRICTURE,
    Concept.ACHALASIA: Disease.ACHALASIA,
    Concept.ESOPHAGEAL_VARICES: Disease.ESOPHAGEAL_VARICES,
    Concept.VARICEAL_BANDING_SCLEROTHERAPY: Disease.ESOPHAGEAL_VARICES,
    Concept.CANNOT_SIT_UPRIGHT: Disease.CANNOT_SIT_UPRIGHT,
    Concept.ONJ: Disease.ONJ,
    Concept.ATYPICAL_FEMORAL_FRACTURE: Disease.ATYPICAL_FEMORAL_FRACTURE,
}
_NOT_SO = frozenset({"refuted", "entered-in-error"})
_NOT_SURE = frozenset({"unconfirmed", "provisional", "differential"})
_NOT_DONE = frozenset({"preparation", "not-done", "entered-in-error"})


def map_suspicions(
    chart: Chart, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> tuple[Suspicion, ...]:
    """Possible contraindications: conditions and procedures known by name only, and unconfirmed diagnoses."""
    found: list[Suspicion] = []
    for condition in chart.conditions:
        status = (condition.verification_status or NO_STATUS).codes
        if condition.code is None or status & _NOT_SO:
            continue
        concepts = concepts_of(condition.code, terminology)
        doubted = concepts & _CAREFUL.keys() if status & _NOT_SURE else frozenset()
        named = frozenset() if concepts else _named(condition.code)
        began = earliest_day(condition.onset_date_time or condition.recorded_date)
        if (doubted or named) and (began is None or began <= as_of):
            found += _suspicions(
                doubted or named, condition.reference, "unconfirmed" if doubted else "by name"
            )
    for procedure in chart.procedures:
        if (
            procedure.code is None
            or procedure.status in _NOT_DONE
            or concepts_of(procedure.code, terminology)
        ):
            continue
        day = earliest_day(procedure.performed)
        if day is None or day <= as_of:
            found += _suspicions(_named(procedure.code), procedure.reference, "by name")
    for suspicion in found:
        if suspicion.why == "by name":
            notes.add("by-name-only", f"{suspicion.disease} is known by its name only", suspicion.reference)
    return tuple(found)


def _named(code: CodeableConcept) -> frozenset[Concept]:
    found: frozenset[Concept] = frozenset()
    for name in dict.fromkeys(code.names):
        found |= suspected(name)
    return found & _CAREFUL.keys()


def _suspicions(concepts: Iterable[Concept], reference: str, why: str) -> list[Suspicion]:
    diseases = sorted({_CAREFUL[concept] for concept in concepts})
    return [Suspicion(disease=disease, why=why, reference=reference) for disease in diseases]
