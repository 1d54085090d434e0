"""Conditions as problems: which concepts, whether current, since when; unconfirmed ones do not decide."""

import datetime
from decimal import Decimal

import msgspec

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day, latest_day
from fhir_mappings.inputs import Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import concepts_of
from fhir_mappings.reader import NO_STATUS, CodeableConcept, Condition
from fhir_mappings.units import AGE, convert
from fhir_mappings.value_sets import Terminology

_NOT_SO = frozenset({"refuted", "entered-in-error"})
_NOT_SURE = frozenset({"unconfirmed", "provisional", "differential"})
_OVER = frozenset({"inactive", "remission", "resolved"})


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that the guideline asks about. `day` is its onset, else the day it was recorded.

    `latest` is the last day that may be, which is the careful one where recency speaks against a drug. `age`
    is the patient's at onset, where only that is stated; then there is no day: it was recorded later.
    """

    concepts: frozenset[Concept]
    code: CodeableConcept
    current: bool
    day: datetime.date | None
    latest: datetime.date | None
    age: int | None
    ended: datetime.date | None
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
        verification = (condition.verification_status or NO_STATUS).codes
        if verification & _NOT_SO:
            continue
        began = _began(condition)
        day, latest = earliest_day(began), latest_day(began)
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
                latest=latest,
                age=_age(condition),
                ended=latest_day(condition.abatement_date_time),
                encounter=condition.encounter.id if condition.encounter else None,
                reference=condition.reference,
            )
        )
    return tuple(problems)


def _began(condition: Condition) -> str | None:
    period = condition.onset_period
    onset = condition.onset_date_time or (period.start or period.end if period else None)
    return onset or (None if condition.onset_age else condition.recorded_date)


def _age(condition: Condition) -> int | None:
    age = condition.onset_age
    years = convert(age, AGE) if age else None
    return int(years) if isinstance(years, Decimal) else None


def _is_current(condition: Condition, as_of: datetime.date) -> bool:
    if (condition.clinical_status or NO_STATUS).codes & _OVER:
        return False
    abated = earliest_day(condition.abatement_date_time)
    return abated is None or abated > as_of
