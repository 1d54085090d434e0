"""Structured answers to whether the patient can sit or stand for half an hour (GUIDELINE B, 22)."""

import datetime

from fhir_mappings.answers import is_so, newest_first
from fhir_mappings.code_facts import Evidence
from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Recorded, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, Readings
from fhir_mappings.value_sets import Terminology

ANSWER_MONTHS = 12
# Bed-ridden is near enough; who is in a wheelchair can usually sit.
_ENOUGH = frozenset({None, Evidence.DIRECT, Evidence.PROXY})


def map_cannot_stay_upright(
    readings: Readings, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> Recorded | None:
    """The newest observation of the last 12 months that says so, or denies it, by code.

    Either the observation's code is the finding, alone or with yes or no, or its value is.
    """
    found = [each for each in readings.of(Concept.CANNOT_SIT_UPRIGHT) if says_uprightness(each, terminology)]
    for day, reading in newest_first(
        found, as_of, notes, called="inability to stay upright", of=Source.LIFESTYLE, months=ANSWER_MONTHS
    ):
        said = is_so(reading, terminology)
        if said is not None:
            return Recorded(is_so=said, day=day, reference=reading.reference)
    return None


def says_uprightness(reading: Reading, terminology: Terminology) -> bool:
    """Whether its code or its value is a finding that is near enough."""
    value = reading.part.value_codeable_concept
    return any(
        facts.evidence in _ENOUGH
        for coding in (*reading.code.codings, *(value.codings if value else ()))
        if (facts := terminology.facts(coding.system, coding.code, Concept.CANNOT_SIT_UPRIGHT)) is not None
    )
