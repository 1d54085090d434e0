"""Conditions as problems: which concepts, whether current, since when; unconfirmed ones do not decide."""

import datetime

import msgspec

from fhir_mappings.chart import Chart, Source
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day
from fhir_mappings.notes import Notes
from fhir_mappings.observations import concepts_of
from fhir_mappings.reader import CodeableConcept, Condition
from fhir_mappings.value_sets import Terminology

_NOT_SO = frozenset({"refuted", "entered-in-error"})
_NOT_SURE = frozenset({"unconfirmed", "provisional", "differential"})
_OVER = frozenset({"inactive", "remission", "resolved"})


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that the guideline asks about. `day` is its onset, else the day it was recorded."""

    concepts: frozenset[Concept]
    code: CodeableConcept
    current: bool
    day: datetime.date | None
    encounter: str | None
    reference: str


def map_problems(
    chart: Chart, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> tuple[Problem, ...]:
    """Every condition that is in a value set, began by `as_of`, and is neither refuted nor in doubt.

    Without a clinical status a condition counts as current unless it has ended: where that matters it is
    the careful reading.
    """
    problems = []
    for condition in chart.conditions:
        concepts = concepts_of(condition.code, terminology)
        if condition.code is None or not concepts:
            continue
        verification = _codes(condition.verification_status)
        if verification & _NOT_SO:
            continue
        day = _began(condition)
        if day is not None and day > as_of:
            continue
        if verification & _NOT_SURE:
            notes.add("not-final", "diagnosis is not confirmed", condition.reference, of=Source.CONDITIONS)
            continue
        problems.append(
            Problem(
                concepts=concepts,
                code=condition.code,
                current=_is_current(condition, as_of),
                day=day,
                encounter=condition.encounter.id if condition.encounter else None,
                reference=condition.reference,
            )
        )
    return tuple(problems)


def _codes(status: CodeableConcept | None) -> frozenset[str]:
    codings = status.codings if status else ()
    return frozenset(coding.code.lower() for coding in codings if coding.code)


def _began(condition: Condition) -> datetime.date | None:
    period = condition.onset_period
    return earliest_day(
        condition.onset_date_time
        or (period.start or period.end if period else None)
        or condition.recorded_date
    )


def _is_current(condition: Condition, as_of: datetime.date) -> bool:
    if _codes(condition.clinical_status) & _OVER:
        return False
    abated = earliest_day(condition.abatement_date_time)
    return abated is None or abated > as_of
