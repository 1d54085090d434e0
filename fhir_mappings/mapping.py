"""The one way from a chart to what the guideline decides on."""

import datetime

import msgspec

from fhir_mappings.allergies import map_allergy
from fhir_mappings.bone.bone_density import Densities, map_bone_density
from fhir_mappings.bone.fractures import map_fractures, note_uncounted
from fhir_mappings.bone.frax import FraxResults, map_frax
from fhir_mappings.bone.frax_results import frax_results
from fhir_mappings.bone.new_risks import TELL_OF_NEW_RISKS, latest_new_risk
from fhir_mappings.chart import Chart
from fhir_mappings.conditions import map_problems, told_by
from fhir_mappings.diagnoses import map_diagnoses
from fhir_mappings.inputs import (
    BoneDensity,
    Conflict,
    Diagnosis,
    Disease,
    Frax,
    GuidelineInputs,
    Source,
)
from fhir_mappings.laboratory.cause_labs import with_cause_labs
from fhir_mappings.laboratory.labs import map_measured
from fhir_mappings.laboratory.renal import map_renal
from fhir_mappings.medicines.bone_drugs import RELEVANT as BONE_DRUGS
from fhir_mappings.medicines.bone_drugs import TREATMENTS
from fhir_mappings.medicines.bone_therapy import map_other_bone_drugs, map_therapy
from fhir_mappings.medicines.cancer_therapy import RELEVANT as CANCER_DRUGS
from fhir_mappings.medicines.cancer_therapy import map_cancer_therapy
from fhir_mappings.medicines.glucocorticoids import RELEVANT as GLUCOCORTICOIDS
from fhir_mappings.medicines.glucocorticoids import map_glucocorticoid
from fhir_mappings.medicines.past_therapy import map_past_therapy
from fhir_mappings.medicines.records import map_entries
from fhir_mappings.medicines.supplements import RELEVANT as SUPPLEMENTS
from fhir_mappings.medicines.supplements import map_supplements
from fhir_mappings.notes import Notes
from fhir_mappings.observations import flatten
from fhir_mappings.person.absent_periods import CONTRACEPTIVES
from fhir_mappings.person.alcohol import map_alcohol
from fhir_mappings.person.body_measures import map_body_measures
from fhir_mappings.person.dental import map_dental_exam
from fhir_mappings.person.falls import map_falls
from fhir_mappings.person.parental_hip_fracture import map_parental_hip_fracture
from fhir_mappings.person.patient import birth_of, map_person
from fhir_mappings.person.smoking import map_smoking
from fhir_mappings.person.upright import map_cannot_stay_upright
from fhir_mappings.procedures import map_done, map_esophageal_procedure, map_possible_banding
from fhir_mappings.suspicions import map_suspicions
from fhir_mappings.value_sets import Terminology

_MEDICINES = BONE_DRUGS | GLUCOCORTICOIDS | CANCER_DRUGS | SUPPLEMENTS | CONTRACEPTIVES
_NOT_READ = frozenset({"unreadable", "not-fetched", "wrong-version"})
_UNUSABLE = frozenset(
    {"not-final", "no-status", "no-unit", "wrong-unit", "implausible", "unreadable", "by-name-only"}
)
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
    told = told_by(chart, terminology)
    problems = map_problems(told, as_of, notes)
    birth = birth_of(chart.patient, as_of, notes)
    done = map_done(chart, as_of, terminology, notes)
    entries = map_entries(chart, as_of, terminology, notes, _MEDICINES, TREATMENTS)
    person = map_person(chart, birth, problems, done, entries, readings, as_of, terminology, notes)
    diagnoses = (
        *map_diagnoses(problems, done, birth, as_of, terminology),
        *map_falls(problems, readings, as_of, terminology, notes),
    )
    densities = _sign_checked(map_bone_density(readings, as_of, terminology, notes), diagnoses, notes)
    fractures = map_fractures(problems, birth, as_of, terminology, notes)
    note_uncounted(told, notes)
    glucocorticoid = map_glucocorticoid(entries, as_of, terminology, notes)
    results = map_frax(
        frax_results(chart, readings, as_of, terminology, notes),
        as_of,
        notes,
        dxa=densities.density.day,
        new_risk=latest_new_risk(fractures, glucocorticoid, as_of),
        may_be_outdated=not TELL_OF_NEW_RISKS.isdisjoint(chart.unanswered),
    )
    if results.frax == Frax() and any(
        each.of is Source.FRAX and each.issue in _UNUSABLE for each in notes.all()
    ):
        notes.leave_open("FRAX result")
    measured = map_measured(readings, as_of, notes)
    labs = with_cause_labs(measured.labs, readings, as_of, notes)
    body = map_body_measures(readings, birth, as_of, notes)
    alcohol, alcohol_on_drinking_days = map_alcohol(readings, as_of, notes)
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
        glucocorticoid=glucocorticoid,
        cancer_therapy=map_cancer_therapy(chart, entries, problems, person.sex, as_of, terminology, notes),
        suspicions=(
            *map_suspicions(chart, told, entries, readings, person, as_of, terminology, notes),
            *map_possible_banding(chart, as_of, terminology),
        ),
        allergy=map_allergy(chart, terminology, notes),
        esophageal_procedure=map_esophageal_procedure(chart, as_of, terminology),
        weight=body.weight,
        height=body.height,
        bmi=body.bmi,
        height_losses=body.height_losses,
        smoking=map_smoking(chart, readings, problems, as_of, terminology, notes),
        alcohol=alcohol,
        alcohol_on_drinking_days=alcohol_on_drinking_days,
        parental_hip_fracture=map_parental_hip_fracture(chart, told, readings, as_of, terminology, notes),
        dental_exam=map_dental_exam(done, problems, as_of),
        cannot_stay_upright=map_cannot_stay_upright(readings, as_of, terminology, notes),
        labs=labs,
        renal=map_renal(person, labs, body.weight, measured.creatinines),
        data_quality=notes.all(),
        unanswered=chart.unanswered,
        incomplete=_incomplete(chart, notes),
        left_open=notes.left_open,
    )


def _note_chart(chart: Chart, notes: Notes) -> None:
    for resource in chart.unreadable:
        notes.add(
            resource.issue,
            f"could not be read ({resource.because})",
            resource.reference,
            of=_SOURCE_OF_KIND.get(resource.kind or ""),
        )
    for kind, reference in chart.contradictory:
        source = _SOURCE_OF_KIND[kind]
        notes.add(
            "conflict", "came twice with different content, and neither is the later", reference, of=source
        )
        notes.unsettle(source)
    for reference in chart.other_patients:
        notes.add("other-patient", "belongs to another patient and was not used", reference)
    for source in sorted(chart.unanswered):
        notes.add("not-fetched", f"{source.value.replace('-', ' ')} could not be read", of=source)
    for source in sorted(chart.truncated):
        notes.add("truncated", f"only a part of {source.value} was sent", of=source)


def _incomplete(chart: Chart, notes: Notes) -> frozenset[Source]:
    partly = {note.of for note in notes.all() if note.of and note.issue in _NOT_READ}
    return (chart.truncated | partly | notes.unsettled) - chart.unanswered


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
