"""Conditions as problems: which concepts, whether current, since when; unconfirmed ones do not decide."""

import datetime
from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

import msgspec

from fhir_mappings.chart import Chart
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import earliest_day, latest_day
from fhir_mappings.inputs import Source
from fhir_mappings.names import LONGEST_TEXT
from fhir_mappings.notes import Notes
from fhir_mappings.reader import NO_STATUS, CodeableConcept, Condition
from fhir_mappings.units import AGE, convert
from fhir_mappings.value_sets import NO_MEANING, Meaning, Terminology

_NOT_SO = frozenset({"refuted", "entered-in-error"})
_NOT_SURE = frozenset({"unconfirmed", "provisional", "differential"})
_DOUBTFUL = _NOT_SO | _NOT_SURE
_ACTIVE = frozenset({"active", "recurrence", "relapse"})
_OVER = frozenset({"inactive", "remission", "resolved"})
A_DAY = datetime.timedelta(days=1)
"""How far ahead of `as_of` a day may be, for time zones; what is dated later is not there yet."""


class Standing(Enum):
    """How sure the chart is of a condition."""

    SO = auto()
    DOUBTED = auto()
    NOT_SO = auto()


def standing(condition: Condition) -> Standing:
    """By the codes of its verification status.

    Words may only make an answer more careful: a condition whose status only reads "refuted" neither counts
    nor is it dismissed. So it is with codes that contradict each other.
    """
    status = condition.verification_status
    if status is None:
        return Standing.SO
    codes = status.codes
    if codes & _NOT_SO and "confirmed" not in codes:
        return Standing.NOT_SO
    return Standing.SO if _DOUBTFUL.isdisjoint(codes or status.words) else Standing.DOUBTED


def begins_after(condition: Condition, day: datetime.date) -> bool:
    """Whether it is dated in the future, as seen from that day."""
    began = earliest_day(_began(condition))
    return began is not None and began > day + A_DAY


class Told(NamedTuple):
    """A condition, and what its code means."""

    condition: Condition
    meaning: Meaning


def told_by(chart: Chart, terminology: Terminology) -> tuple[Told, ...]:
    """The conditions that mean anything to the guideline, and those that do not say what they are.

    Looked up once for all that ask: of a problem list most mean nothing here.
    """
    told = []
    for condition in chart.conditions:
        code = condition.code
        meaning = NO_MEANING if code is None else terminology.meaning_of(code)
        if meaning is not NO_MEANING or code is None or not (code.coding or code.text):
            told.append(Told(condition, meaning))
    return tuple(told)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that the guideline asks about. `day` is its onset, else the day it was recorded.

    `latest` is the last day that may be, which is the careful one where recency speaks against a drug. `age`
    is the patient's at onset, where only that is stated; then there is no day: it was recorded later. `notes`
    are the words beside it, as far as they are read.
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
    notes: tuple[str, ...] = ()


def map_problems(told: tuple[Told, ...], as_of: datetime.date, notes: Notes) -> tuple[Problem, ...]:
    """Every condition that is in a value set, began by the day after `as_of`, and is not refuted or in doubt.

    Without a clinical status a condition counts as current unless it has ended: where that matters it is
    the careful reading.
    """
    problems = []
    for condition, meaning in told:
        concepts = meaning.coded
        if condition.code is None or not concepts:
            continue
        sure = standing(condition)
        if sure is Standing.NOT_SO:
            continue
        if begins_after(condition, as_of):
            notes.add(
                "future-date", "diagnosis is dated in the future", condition.reference, of=Source.CONDITIONS
            )
            continue
        if sure is Standing.DOUBTED:
            called = " or ".join(sorted(concept.value.replace("-", " ") for concept in concepts))
            because = f"diagnosis is not confirmed: {called}"
            notes.add("not-final", because, condition.reference, of=Source.CONDITIONS)
            continue
        began = _began(condition)
        problems.append(
            Problem(
                concepts=concepts,
                code=condition.code,
                current=is_current(condition, as_of),
                day=earliest_day(began),
                latest=latest_day(began),
                age=_age(condition),
                ended=latest_day(condition.abatement_date_time),
                encounter=condition.encounter.id if condition.encounter else None,
                reference=condition.reference,
                notes=tuple((each.text or "")[:LONGEST_TEXT] for each in condition.note or ()),
            )
        )
    return tuple(problems)


def _began(condition: Condition) -> str | None:
    """The onset as written; the day of recording only where nothing is said of the onset in any form."""
    period = condition.onset_period
    onset = condition.onset_date_time or (period.start or period.end if period else None)
    said = condition.onset_age or condition.onset_range or condition.onset_string
    return onset or (None if said else condition.recorded_date)


def _age(condition: Condition) -> int | None:
    """The age at onset; of a range the youngest."""
    span = condition.onset_range
    age = condition.onset_age or (span.low or span.high if span else None)
    years = convert(age, AGE) if age else None
    return int(years) if isinstance(years, Decimal) else None


def is_current(condition: Condition, as_of: datetime.date) -> bool:
    """As its status says; without one, until it has ended."""
    status = (condition.clinical_status or NO_STATUS).codes
    if status & _ACTIVE:
        return True
    if status & _OVER:
        return False
    # Of a partial date the last day: where an end matters, being over is the less careful reading.
    abated = latest_day(condition.abatement_date_time)
    return abated is None or abated > as_of


def is_reflux_alone(display: str) -> bool:
    """By the value set's own name: reflux without esophagitis is nobody's reason to withhold a tablet."""
    return "reflux" in display.lower() and "with esophagitis" not in display.lower()
