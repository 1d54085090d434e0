"""The one way from a chart to what the guideline decides on."""

import datetime

import msgspec

from fhir_mappings.allergies import map_allergy
from fhir_mappings.bone_density import Densities, map_bone_density
from fhir_mappings.bone_drugs import RELEVANT as BONE_DRUGS
from fhir_mappings.bone_therapy import map_other_bone_drugs, map_therapy
from fhir_mappings.cancer_therapy import RELEVANT as CANCER_DRUGS
from fhir_mappings.cancer_therapy import map_cancer_therapy
from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem, map_problems
from fhir_mappings.fractures import map_fractures
from fhir_mappings.frax import FraxResults, map_frax
from fhir_mappings.glucocorticoids import RELEVANT as GLUCOCORTICOIDS
from fhir_mappings.glucocorticoids import map_glucocorticoid
from fhir_mappings.inputs import (
    BoneDensity,
    Conflict,
    Diagnosis,
    Disease,
    GuidelineInputs,
    Source,
)
from fhir_mappings.labs import map_measured
from fhir_mappings.medications import map_entries
from fhir_mappings.notes import Notes
from fhir_mappings.observations import flatten
from fhir_mappings.past_therapy import map_past_therapy
from fhir_mappings.patient import birth_of, map_person
from fhir_mappings.procedures import map_esophageal_procedure
from fhir_mappings.renal import map_renal
from fhir_mappings.supplements import RELEVANT as SUPPLEMENTS
from fhir_mappings.supplements import map_supplements
from fhir_mappings.suspicions import map_suspicions
from fhir_mappings.value_sets import Evidence, Terminology

_DISEASES: dict[Concept, Disease] = {
    Concept.OSTEOPENIA: Disease.OSTEOPENIA,
    Concept.OSTEOPOROSIS: Disease.OSTEOPOROSIS,
    Concept.OSTEOPOROSIS_WITH_FRACTURE: Disease.OSTEOPOROSIS,
    Concept.ESOPHAGEAL_STRICTURE: Disease.ESOPHAGEAL_STRICTURE,
    Concept.ACHALASIA: Disease.ACHALASIA,
    Concept.ESOPHAGEAL_VARICES: Disease.ESOPHAGEAL_VARICES,
    Concept.ESOPHAGEAL_OTHER: Disease.ESOPHAGITIS,
    Concept.ESOPHAGEAL_MOTILITY_OTHER: Disease.ESOPHAGITIS,
    Concept.CANNOT_SIT_UPRIGHT: Disease.CANNOT_SIT_UPRIGHT,
    Concept.ONJ: Disease.ONJ,
    Concept.ATYPICAL_FEMORAL_FRACTURE: Disease.ATYPICAL_FEMORAL_FRACTURE,
    Concept.BISPHOSPHONATE_CONTRAINDICATED: Disease.BISPHOSPHONATE_CONTRAINDICATED,
    Concept.HYPERCALCEMIA: Disease.HYPERCALCEMIA,
    Concept.HYPERPARATHYROIDISM: Disease.HYPERPARATHYROIDISM,
    Concept.NEPHROLITHIASIS: Disease.NEPHROLITHIASIS,
    Concept.SARCOID_GRANULOMATOUS: Disease.SARCOIDOSIS,
    Concept.BISPHOSPHONATE_LONGTERM_USE_STATUS: Disease.LONG_TERM_BISPHOSPHONATE,
    Concept.GLUCOCORTICOID_LONGTERM_STATUS: Disease.LONG_TERM_STEROIDS,
}
_MEDICINES = BONE_DRUGS | GLUCOCORTICOIDS | CANCER_DRUGS | SUPPLEMENTS
_LOW_BONE_MASS = frozenset({Disease.OSTEOPENIA, Disease.OSTEOPOROSIS})

_SOURCE_OF_KIND = {
    "Patient": Source.PATIENT,
    "Condition": Source.CONDITIONS,
    "MedicationRequest": Source.MEDICATIONS,
    "MedicationStatement": Source.MEDICATIONS,
    "Medication": Source.MEDICATIONS,
    "Observation": Source.LABS,
    "DiagnosticReport": Source.DXA_REPORTS,
    "AllergyIntolerance": Source.ALLERGIES,
    "Procedure": Source.PROCEDURES,
    "MedicationDispense": Source.DISPENSES,
    "MedicationAdministration": Source.ADMINISTRATIONS,
    "FamilyMemberHistory": Source.FAMILY_HISTORY,
    "RiskAssessment": Source.FRAX,
}


def map_chart(chart: Chart, as_of: datetime.date, terminology: Terminology) -> GuidelineInputs:
    """What the guideline knows of this patient on that day.

    Pure: the same chart, day and terminology give the same inputs, whatever the order of the resources.
    Nothing raises; what could not be used is in `data_quality`.
    """
    notes = Notes()
    _note_chart(chart, notes)
    readings = flatten(chart, terminology, notes)
    problems = map_problems(chart, as_of, terminology, notes)
    birth = birth_of(chart.patient, as_of, notes)
    person = map_person(chart, birth, problems, readings, as_of, terminology)
    diagnoses = _diagnoses(problems, terminology)
    densities = _sign_checked(map_bone_density(readings, as_of, terminology, notes), diagnoses, notes)
    fractures = map_fractures(problems, birth, terminology, notes)
    results = map_frax(
        readings,
        as_of,
        notes,
        dxa=densities.density.day,
        new_risk=max((min(each.latest, as_of) for each in fractures if each.latest), default=None),
    )
    entries = map_entries(chart, as_of, terminology, notes, _MEDICINES)
    measured = map_measured(readings, as_of, notes)
    return GuidelineInputs(
        as_of=as_of,
        person=person,
        bone_density=densities.density,
        frax=results.frax,
        conflicts=_conflicts(densities, results),
        fractures=fractures,
        diagnoses=diagnoses,
        therapy=map_therapy(entries, problems, as_of, terminology, notes),
        past_therapy=map_past_therapy(entries, as_of),
        other_bone_drugs=map_other_bone_drugs(entries, as_of, terminology, notes),
        supplements=map_supplements(entries),
        glucocorticoid=map_glucocorticoid(entries, as_of, terminology, notes),
        cancer_therapy=map_cancer_therapy(chart, entries, problems, person.sex, as_of, terminology, notes),
        suspicions=map_suspicions(chart, as_of, terminology, notes),
        allergy=map_allergy(chart, terminology, notes),
        esophageal_procedure=map_esophageal_procedure(chart, as_of, terminology),
        weight=measured.weight,
        height=measured.height,
        labs=measured.labs,
        renal=map_renal(person, measured.labs, measured.weight, measured.creatinines),
        data_quality=notes.all(),
        unanswered=chart.unanswered,
        incomplete=_incomplete(chart, notes),
    )


def _note_chart(chart: Chart, notes: Notes) -> None:
    for resource in chart.unreadable:
        notes.add(
            resource.issue,
            f"could not be read ({resource.because})",
            resource.reference,
            of=_SOURCE_OF_KIND.get(resource.kind or ""),
        )
    for reference in chart.other_patients:
        notes.add("other-patient", "belongs to another patient and was not used", reference)
    for source in sorted(chart.unanswered):
        notes.add("not-fetched", f"{source.value.replace('-', ' ')} could not be read", of=source)
    for source in sorted(chart.truncated):
        notes.add("truncated", f"only a part of {source.value} was sent", of=source)


def _incomplete(chart: Chart, notes: Notes) -> frozenset[Source]:
    partly = {note.of for note in notes.all() if note.of and note.issue in {"unreadable", "not-fetched"}}
    return (chart.truncated | partly) - chart.unanswered


def _diagnoses(problems: tuple[Problem, ...], terminology: Terminology) -> tuple[Diagnosis, ...]:
    return tuple(
        Diagnosis(
            disease=disease,
            current=problem.current,
            reference=problem.reference,
            day=problem.day,
            ended=problem.ended,
        )
        for problem in problems
        for concept, disease in _DISEASES.items()
        if concept in problem.concepts and _says(problem, concept, terminology)
    )


def _says(problem: Problem, concept: Concept, terminology: Terminology) -> bool:
    """Whether a code says the disease itself, or is near enough: bed-ridden is, wheelchair-bound is not."""
    enough = {None, Evidence.DIRECT, *({Evidence.PROXY} if concept is Concept.CANNOT_SIT_UPRIGHT else ())}
    for coding in problem.code.codings:
        facts = terminology.facts(coding.system, coding.code, concept)
        if facts is None or facts.evidence not in enough:
            continue
        if concept is not Concept.ESOPHAGEAL_OTHER or not _is_reflux_alone(facts.display or ""):
            return True
    return False


def _is_reflux_alone(display: str) -> bool:
    """By the value set's own name: reflux without esophagitis is nobody's reason to withhold a tablet."""
    return "reflux" in display.lower() and "with esophagitis" not in display.lower()


def _sign_checked(densities: Densities, diagnoses: tuple[Diagnosis, ...], notes: Notes) -> Densities:
    """A lowest T-score above zero beside a diagnosis of low bone mass may have lost its minus sign."""
    lowest = densities.density.lowest
    if lowest is None or lowest.value <= 0 or _LOW_BONE_MASS.isdisjoint(each.disease for each in diagnoses):
        return densities
    notes.add(
        "sign-suspect",
        "every T-score is above zero beside a diagnosis of low bone mass: has a minus sign been lost?",
        lowest.reference,
        of=Source.BONE_DENSITY,
    )
    study = tuple(
        sorted(
            (msgspec.structs.replace(score, value=-score.value) for score in densities.density.study),
            key=lambda score: (score.value, score.site),
        )
    )
    negated = BoneDensity(study=study, unused=densities.density.unused)
    return Densities(density=densities.density, candidates=(densities.density, negated))


def _conflicts(densities: Densities, results: FraxResults) -> tuple[Conflict, ...]:
    return tuple(
        Conflict(bone_density=density, frax=frax, of_frax=bool(results.candidates))
        for density in densities.candidates or (densities.density,)
        for frax in results.candidates or (results.frax,)
        if densities.candidates or results.candidates
    )
