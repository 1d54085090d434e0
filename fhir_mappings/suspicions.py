"""What speaks against a tablet by name only, or by a diagnosis in doubt.

Text and doubt may only make an answer more careful (GUIDELINE, "Matching by text"): what is found here unmarks
a draft and raises a question. It never fires a recommendation, and never sets a disposition.
"""

import datetime
from collections.abc import Iterable

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day
from fhir_mappings.inputs import Disease, Source, Suspicion
from fhir_mappings.names import suspected_in
from fhir_mappings.notes import Notes
from fhir_mappings.observations import concepts_of
from fhir_mappings.reader import NO_STATUS
from fhir_mappings.value_sets import Terminology

_CAREFUL: dict[Concept, Disease] = {
    Concept.ESOPHAGEAL_STRICTURE: Disease.ESOPHAGEAL_STRICTURE,
    Concept.ACHALASIA: Disease.ACHALASIA,
    Concept.ESOPHAGEAL_VARICES: Disease.ESOPHAGEAL_VARICES,
    Concept.VARICEAL_BANDING_SCLEROTHERAPY: Disease.ESOPHAGEAL_VARICES,
    Concept.HYPOCALCEMIA: Disease.HYPOCALCEMIA,
    Concept.TETANY: Disease.HYPOCALCEMIA,
    Concept.VTE_STROKE_HISTORY: Disease.VTE_OR_STROKE,
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
        if condition.code is None or not (condition.code.coding or condition.code.text):
            if not (condition.verification_status or NO_STATUS).codes & _NOT_SO:
                notes.add("unreadable", "names no condition", condition.reference, of=Source.CONDITIONS)
            continue
        concepts = terminology.concepts_of(condition.code.coding or ())
        careful = (concepts or suspected_in(condition.code)) & _CAREFUL.keys()
        if not careful:
            continue
        status = (condition.verification_status or NO_STATUS).codes
        began = earliest_day(condition.onset_date_time or condition.recorded_date)
        if status & _NOT_SO or (began is not None and began > as_of):
            continue
        if not concepts:
            found += _suspicions(careful, condition.reference, "by name")
        elif status & _NOT_SURE:
            found += _suspicions(careful, condition.reference, "unconfirmed")
    for procedure in chart.procedures:
        if (
            procedure.code is None
            or procedure.status in _NOT_DONE
            or concepts_of(procedure.code, terminology)
        ):
            continue
        careful = suspected_in(procedure.code) & _CAREFUL.keys()
        day = earliest_day(procedure.performed)
        if careful and (day is None or day <= as_of):
            found += _suspicions(careful, procedure.reference, "by name")
    for suspicion in found:
        if suspicion.why == "by name":
            notes.add("by-name-only", f"{suspicion.disease} is known by its name only", suspicion.reference)
    return tuple(found)


def _suspicions(concepts: Iterable[Concept], reference: str, why: str) -> list[Suspicion]:
    diseases = sorted({_CAREFUL[concept] for concept in concepts})
    return [Suspicion(disease=disease, why=why, reference=reference) for disease in diseases]
