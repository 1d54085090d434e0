"""Whether a parent broke a hip (GUIDELINE B, 16).

Charts say so in three ways: as family history of a mother or father, as a situation on the problem list, and
as an observation of that situation. "Family history of osteoporosis" is something else, and so is a
grandmother's hip.
"""

import datetime
import re

from fhir_mappings.answers import is_so, newest_first
from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Told
from fhir_mappings.dates import earliest_day
from fhir_mappings.inputs import Recorded, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Readings, concepts_of
from fhir_mappings.reader import NO_STATUS, CodeableConcept, FamilyMemberHistory
from fhir_mappings.value_sets import Terminology

_USABLE = frozenset({"completed", "partial"})
_NOT_SURE = frozenset({"unconfirmed", "provisional", "differential"})
_CALLED = "parental hip fracture"
_HIP_FRACTURE = re.compile(
    r"\b(?:hip|femoral neck|neck of (?:the )?femur)\b.*\b(?:fractur|broke)"
    r"|\b(?:fractur|broke)\w*\b.*\b(?:hip|femoral neck|neck of (?:the )?femur)\b",
    re.IGNORECASE,
)


def map_parental_hip_fracture(
    chart: Chart,
    told: tuple[Told, ...],
    readings: Readings,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> Recorded | None:
    """Yes if any part of the chart says so in codes, else no if one says no, else None.

    A yes outweighs a no, noted as a conflict: so a part of the chart that could not be had adds nothing.
    """
    found = [
        *_of_relatives(chart, as_of, terminology, notes),
        *_of_problems(told, as_of),
        *_of_observations(readings, as_of, terminology, notes),
    ]
    if not found:
        return None
    if len({each.is_so for each in found}) > 1:
        for each in found:
            notes.add(
                "conflict", f"{_CALLED} is recorded and denied", each.reference, of=Source.FAMILY_HISTORY
            )
    return max(found, key=lambda each: (each.is_so, each.day or datetime.date.min, each.reference))


def _of_relatives(
    chart: Chart, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> list[Recorded]:
    found = []
    for relative in chart.family_history:
        if not _broke_hip(relative, terminology):
            _note_words(relative, terminology, notes)
            continue
        day = earliest_day(relative.date)
        if not relative.status:
            notes.add(
                "no-status", "family history has no status", relative.reference, of=Source.FAMILY_HISTORY
            )
        elif relative.status not in _USABLE or (day is not None and day > as_of):
            continue
        elif relative.not_done:
            notes.add(
                "wrong-version",
                "family history is marked as not done, as STU3 does",
                relative.reference,
                of=Source.FAMILY_HISTORY,
            )
        elif Concept.PARENT in concepts_of(relative.relationship, terminology):
            found.append(Recorded(is_so=True, day=day, reference=relative.reference))
        elif not _is_coded(relative.relationship):
            notes.add(
                "by-name-only",
                "a relative's hip fracture is recorded, but not by a code which relative it was",
                relative.reference,
                of=Source.FAMILY_HISTORY,
            )
    return found


def _note_words(relative: FamilyMemberHistory, terminology: Terminology, notes: Notes) -> None:
    """Ask about a parent's hip fracture that only words tell of."""
    called = [
        name
        for condition in relative.condition or ()
        if condition.code is not None and not _is_coded(condition.code)
        for name in condition.code.names
    ]
    if (
        relative.status in _USABLE
        and any(_HIP_FRACTURE.search(name) for name in called)
        and Concept.PARENT in concepts_of(relative.relationship, terminology)
    ):
        notes.add(
            "by-name-only",
            "a parent's hip fracture is recorded by words only: confirm it",
            relative.reference,
            of=Source.FAMILY_HISTORY,
        )


def _broke_hip(relative: FamilyMemberHistory, terminology: Terminology) -> bool:
    """By a code: of a fractured hip, or of the situation itself."""
    return any(
        _says_hip(coding.system, coding.code, terminology)
        for condition in relative.condition or ()
        if condition.code is not None
        for coding in condition.code.codings
    )


def _says_hip(system: str | None, code: str | None, terminology: Terminology) -> bool:
    for concept in (Concept.FRACTURE_HIP, Concept.PARENTAL_HIP_FRACTURE):
        facts = terminology.facts(system, code, concept)
        if facts is not None and not facts.proxy:
            return True
    return False


def _is_coded(code: CodeableConcept | None) -> bool:
    return code is not None and any(coding.system and coding.code for coding in code.codings)


def _of_problems(told: tuple[Told, ...], as_of: datetime.date) -> list[Recorded]:
    """A situation stays true, whatever its clinical status; one that was refuted is a no."""
    found = []
    for condition, meaning in told:
        if Concept.PARENTAL_HIP_FRACTURE not in meaning.coded:
            continue
        verification = (condition.verification_status or NO_STATUS).codes
        day = earliest_day(condition.recorded_date or condition.onset_date_time)
        if verification & _NOT_SURE or "entered-in-error" in verification or (day and day > as_of):
            continue
        found.append(Recorded(is_so="refuted" not in verification, day=day, reference=condition.reference))
    return found


def _of_observations(
    readings: Readings, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> list[Recorded]:
    """Each that says yes or no, the code's mere presence being a yes."""
    answers = newest_first(
        readings.of(Concept.PARENTAL_HIP_FRACTURE), as_of, notes, called=_CALLED, of=Source.LIFESTYLE
    )
    return [
        Recorded(is_so=said, day=day, reference=reading.reference)
        for day, reading in answers
        if (said := is_so(reading, terminology)) is not None
    ]
