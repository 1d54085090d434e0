"""Falls of the past year, on the problem list and as answers (GUIDELINE A, S14)."""

import datetime
from collections.abc import Iterator

from fhir_mappings.answers import is_so, newest_first
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Diagnosis, Disease, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, Readings
from fhir_mappings.value_sets import Terminology

FALL_MONTHS = 12
FALLS_IN_PAST_YEAR = "52552-7"
_FALLS = frozenset({Concept.LOW_ENERGY_FALL, Concept.FALL_UNSPECIFIED})


def map_falls(
    problems: tuple[Problem, ...],
    readings: Readings,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> tuple[Diagnosis, ...]:
    """Falls, `current` those of the past year and the undated ones that still stand on the problem list."""
    return (*_listed(problems, as_of), *_answered(readings, as_of, terminology, notes))


def _listed(problems: tuple[Problem, ...], as_of: datetime.date) -> Iterator[Diagnosis]:
    oldest = add_months(as_of, -FALL_MONTHS)
    for problem in problems:
        if not problem.concepts.isdisjoint(_FALLS):
            current = problem.current if problem.day is None else problem.day >= oldest
            yield Diagnosis(
                disease=Disease.FALLS, current=current, reference=problem.reference, day=problem.day
            )


def _answered(
    readings: Readings, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> Iterator[Diagnosis]:
    """The newest answer about the past year, where it says that there were falls, or how many."""
    asked = [
        each
        for each in readings.of(Concept.FALLS_HISTORY)
        if any(coding.code == FALLS_IN_PAST_YEAR for coding in each.code.codings)
    ]
    answers = newest_first(
        asked, as_of, notes, called="falls in the past year", of=Source.LIFESTYLE, months=FALL_MONTHS
    )
    day, answer = next(answers, (None, None))
    if answer is not None and _fell(answer, terminology):
        yield Diagnosis(disease=Disease.FALLS, current=True, reference=answer.reference, day=day)


def _fell(answer: Reading, terminology: Terminology) -> bool:
    quantity = answer.quantity
    if quantity is not None:
        return quantity.value is not None and quantity.value > 0
    has_value = answer.is_text or answer.part.value_boolean is not None
    return has_value and is_so(answer, terminology) is True
