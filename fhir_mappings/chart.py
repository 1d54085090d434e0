"""The chart of one patient: resources that could be read, sorted by type, and what could not be had."""

import itertools
import operator
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar, cast

import msgspec

from fhir_mappings.inputs import Source
from fhir_mappings.reader import (
    NO_STATUS,
    AllergyIntolerance,
    Condition,
    DiagnosticReport,
    FamilyMemberHistory,
    Irrelevant,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Patient,
    Procedure,
    Readable,
    Reference,
    Resource,
    RiskAssessment,
    Unreadable,
)

_Kind = TypeVar("_Kind", bound=Resource)
_ID = operator.attrgetter("id")
# Whom a subject may be beside a patient, with ids of their own.
_NO_PATIENTS = frozenset({"Group", "RelatedPerson", "Person", "Practitioner"})


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
    dispenses: tuple[MedicationDispense, ...] = ()
    administrations: tuple[MedicationAdministration, ...] = ()
    family_history: tuple[FamilyMemberHistory, ...] = ()
    risk_assessments: tuple[RiskAssessment, ...] = ()
    medications: dict[str, Medication] = {}
    """By id, for the orders and statements that point at them."""
    unreadable: tuple[Unreadable, ...] = ()
    other_patients: tuple[str, ...] = ()
    contradictory: tuple[tuple[str, str], ...] = ()
    """Type and reference of what came in two versions of which neither is the later; both are in the chart."""
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

    A resource that comes twice counts once (the later `meta.lastUpdated` where two differ). Where two differ
    and neither is the later, both stay: nobody knows which is true. One whose subject is somebody else is
    named in `other_patients` and not used.
    """
    by_kind: defaultdict[type, list[Readable | Unreadable | Irrelevant]] = defaultdict(list)
    # Each key's answer is of one type, so that they come in long runs of a type.
    for kind, run in itertools.groupby(resources, type):
        by_kind[kind].extend(run)
    strangers: list[str] = []
    contradictory: list[tuple[str, str]] = []

    def every(kind: type[_Kind]) -> tuple[_Kind, ...]:
        found = cast("list[_Kind] | None", by_kind.get(kind))
        return _own(found, patient_id, strangers, contradictory) if found else ()

    return Chart(
        patient=next(iter(every(Patient)), None),
        observations=every(Observation),
        reports=every(DiagnosticReport),
        conditions=every(Condition),
        allergies=every(AllergyIntolerance),
        procedures=every(Procedure),
        medication_requests=every(MedicationRequest),
        medication_statements=every(MedicationStatement),
        dispenses=every(MedicationDispense),
        administrations=every(MedicationAdministration),
        family_history=every(FamilyMemberHistory),
        risk_assessments=every(RiskAssessment),
        medications={each.id: each for each in every(Medication) if each.id},
        unreadable=tuple(dict.fromkeys(cast("list[Unreadable]", by_kind.get(Unreadable, ())))),
        other_patients=tuple(dict.fromkeys(strangers)),
        # Asked for last: the list is full by then.
        contradictory=tuple(contradictory),
        unanswered=unanswered,
        truncated=truncated,
    )


def _own(
    resources: list[_Kind], patient_id: str, strangers: list[str], contradictory: list[tuple[str, str]]
) -> tuple[_Kind, ...]:
    """The patient's resources of one type, each once; those of others are named in `strangers`.

    They are in the order of their ids, so that no answer hangs on the order in which a server lists them.
    """
    reference = f"Patient/{patient_id}"
    # Nearly all of nearly all charts name the patient in so many words, and each id once.
    ids = {
        each.id
        for each in resources
        if each.subject is not None and each.subject.reference == reference and not each.focus
    }
    if len(ids) == len(resources) and None not in ids:
        return tuple(sorted(resources, key=_ID))
    versions: dict[str, list[_Kind]] = {}
    for number, resource in enumerate(resources):
        if not _is_of(patient_id, reference, resource):
            strangers.append(resource.reference)
            continue
        # Without an id two resources cannot be told to be one.
        versions.setdefault(resource.id or f" {number}", []).append(resource)
    kept: list[_Kind] = []
    for key in sorted(versions):
        newest = _newest(versions[key])
        if len(newest) > 1 and not all(map(_is_retracted, newest)):
            contradictory.append((type(newest[0]).__name__, newest[0].reference))
        kept += newest
    return tuple(kept)


def belongs_to(patient_id: str, resource: Resource) -> bool:
    """Whether a resource is the patient's own, or names nobody and was found by asking for the patient's."""
    return _is_of(patient_id, f"Patient/{patient_id}", resource)


def _is_of(patient_id: str, reference: str, resource: Resource) -> bool:
    subject = resource.subject
    # What stands on this record and is about a parent, a child or a donor.
    if any(_is_somebody_else(patient_id, each) for each in resource.focus or ()):
        return False
    if subject is not None:
        if subject.reference == reference:
            return True
        return subject.id is None or (subject.id == patient_id and subject.kind not in _NO_PATIENTS)
    # Without a subject the query's own `patient=` is the only word on whose it is, and it is believed.
    return not isinstance(resource, Patient) or resource.id == patient_id


def _is_somebody_else(patient_id: str, pointer: Reference) -> bool:
    return pointer.kind in _NO_PATIENTS or (pointer.kind == "Patient" and pointer.id != patient_id)


def _is_retracted(resource: Resource) -> bool:
    verification = getattr(resource, "verification_status", None) or NO_STATUS
    return "entered-in-error" in {getattr(resource, "status", None), *verification.codes}


def _newest(versions: list[_Kind]) -> list[_Kind]:
    """Those that were changed last, each content once, in an order that hangs on nothing else."""
    if len(versions) == 1:
        return versions
    changed = [each.meta.last_updated or "" if each.meta else "" for each in versions]
    last = max(changed)
    newest = [each for each, when in zip(versions, changed, strict=True) if when == last]
    contents = {msgspec.json.encode(each): each for each in newest}
    return [contents[content] for content in sorted(contents)]
