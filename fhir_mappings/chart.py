"""The chart of one patient: resources that could be read, sorted by type, and what could not be had."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from fhir_mappings.reader import (
    AllergyIntolerance,
    Condition,
    DiagnosticReport,
    Irrelevant,
    Medication,
    MedicationRequest,
    MedicationStatement,
    Observation,
    OperationOutcome,
    Patient,
    Procedure,
    Readable,
    Unreadable,
)


class Source(StrEnum):
    """A part of the chart that is asked for as a whole, and can be there, empty, or not to be had."""

    PATIENT = "patient"
    BONE_DENSITY = "bone-density"
    DXA_REPORTS = "dxa-reports"
    FRAX = "frax"
    LABS = "labs"
    BODY_MEASURES = "body-measures"
    CONDITIONS = "conditions"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    PROCEDURES = "procedures"


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one patient. Each resource stands here once; nobody else's does.

    `unanswered` sources could not be had: what they feed is unknown, which is not the same as absent.
    `truncated` sources were cut short by whoever sent them.
    """

    patient: Patient | None = None
    observations: tuple[Observation, ...] = ()
    reports: tuple[DiagnosticReport, ...] = ()
    conditions: tuple[Condition, ...] = ()
    allergies: tuple[AllergyIntolerance, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    medication_requests: tuple[MedicationRequest, ...] = ()
    medication_statements: tuple[MedicationStatement, ...] = ()
    medications: tuple[Medication, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    other_patients: tuple[str, ...] = ()
    unanswered: frozenset[Source] = frozenset()
    truncated: frozenset[Source] = frozenset()


def assemble(
    patient_id: str,
    resources: Iterable[Readable | Unreadable | Irrelevant],
    *,
    unanswered: frozenset[Source] = frozenset(),
    truncated: frozenset[Source] = frozenset(),
) -> Chart:
    """Sort the resources of one patient into a chart.

    A resource that comes twice counts once (the later `meta.lastUpdated` where two differ); one whose
    subject is somebody else is named in `other_patients` and not used.
    """
    once: dict[tuple[type, str], Readable] = {}
    unnamed: list[Readable] = []
    unreadable: dict[Unreadable, None] = {}
    strangers: dict[str, None] = {}
    for resource in resources:
        if isinstance(resource, Unreadable):
            unreadable[resource] = None
        elif isinstance(resource, Irrelevant | OperationOutcome):
            continue
        elif not _is_of(patient_id, resource):
            strangers[resource.reference] = None
        elif resource.id is None:
            unnamed.append(resource)
        else:
            key = (type(resource), resource.id)
            once[key] = _later(once[key], resource) if key in once else resource
    kept = [*once.values(), *unnamed]
    return Chart(
        patient=next((each for each in kept if isinstance(each, Patient)), None),
        observations=tuple(each for each in kept if isinstance(each, Observation)),
        reports=tuple(each for each in kept if isinstance(each, DiagnosticReport)),
        conditions=tuple(each for each in kept if isinstance(each, Condition)),
        allergies=tuple(each for each in kept if isinstance(each, AllergyIntolerance)),
        procedures=tuple(each for each in kept if isinstance(each, Procedure)),
        medication_requests=tuple(each for each in kept if isinstance(each, MedicationRequest)),
        medication_statements=tuple(each for each in kept if isinstance(each, MedicationStatement)),
        medications=tuple(each for each in kept if isinstance(each, Medication)),
        unreadable=tuple(unreadable),
        other_patients=tuple(strangers),
        unanswered=unanswered,
        truncated=truncated,
    )


def _is_of(patient_id: str, resource: Readable) -> bool:
    if isinstance(resource, Patient):
        return resource.id == patient_id
    if isinstance(resource, Medication | OperationOutcome):
        return True
    subject = resource.subject
    # Without a subject the query's own `patient=` is the only word on whose it is, and it is believed.
    return subject is None or subject.id is None or subject.id == patient_id


def _later(one: Readable, other: Readable) -> Readable:
    changed = [each.meta.last_updated or "" if each.meta else "" for each in (one, other)]
    return other if changed[1] > changed[0] else one
