"""Smoking (GUIDELINE B, 13): what FRAX and the risk factors mean by it is burnt tobacco, now."""

import datetime
from collections.abc import Iterable

from fhir_mappings.answers import newest_first
from fhir_mappings.chart import Chart
from fhir_mappings.code_facts import CodeFacts, Evidence
from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import Problem
from fhir_mappings.inputs import Smoking, SmokingStatus, Source
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, Readings
from fhir_mappings.reader import CodeableConcept
from fhir_mappings.value_sets import Terminology

SMOKING_MONTHS = 24
_MEANING: dict[Concept, SmokingStatus] = {
    Concept.SMOKING_CURRENT: "current smoker",
    Concept.SMOKING_UNSPECIFIED_TOBACCO: "tobacco use, kind not stated",
    Concept.NICOTINE_NONCOMBUSTIBLE: "e-cigarettes or smokeless tobacco",
    Concept.SMOKING_NOT_CURRENT: "not a current smoker",
}
_CURRENT: frozenset[SmokingStatus] = frozenset({"current smoker", "current smoker, confirm"})
# Of several answers that go together the first says more: who smokes and vapes, smokes.
_TELLING: tuple[SmokingStatus, ...] = (
    "current smoker",
    "current smoker, confirm",
    "tobacco use, kind not stated",
    "e-cigarettes or smokeless tobacco",
    "not a current smoker",
)


def map_smoking(
    chart: Chart,
    readings: Readings,
    problems: tuple[Problem, ...],
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
) -> Smoking | None:
    """The latest answer of the last 24 months; without one, what the problem list says.

    The problem list speaks only where the answers could be looked at: it outlives the last cigarette, and
    more must not follow from a chart of which less is known. None where the chart says nothing.
    """
    answered = _answered(readings, as_of, terminology, notes)
    if answered is not None:
        return answered
    listed = _listed(problems, terminology)
    if listed is None or not listed.current:
        return listed
    unseen = Source.LIFESTYLE in chart.unanswered | chart.truncated
    if unseen or _was_denied_since(listed.day, readings, as_of, terminology):
        return Smoking(current=None, day=listed.day, reference=listed.reference)
    return listed


def _was_denied_since(
    listed: datetime.date | None, readings: Readings, as_of: datetime.date, terminology: Terminology
) -> bool:
    """Whether the last answer, too old to count by itself, was no, and later than the problem list's entry."""
    answers = newest_first(
        readings.of(Concept.SMOKING_STATUS), as_of, Notes(), called="smoking status", of=Source.LIFESTYLE
    )
    day, answer = next(answers, (None, None))
    if day is None or answer is None or (listed is not None and day < listed):
        return False
    return not _statuses(answer.part.value_codeable_concept, terminology) & _CURRENT


def _answered(
    readings: Readings, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> Smoking | None:
    found = [
        *readings.of(Concept.SMOKING_STATUS),
        *(each for each in readings.of(*_MEANING) if _is_bare(each)),
    ]
    if not found:
        return None
    latest: datetime.date | None = None
    said: set[SmokingStatus] = set()
    reference = ""
    for day, reading in newest_first(
        found, as_of, notes, called="smoking status", of=Source.LIFESTYLE, months=SMOKING_MONTHS
    ):
        if latest is None:
            latest, reference = day, reading.reference
        elif day < latest:
            break
        code = reading.part.value_codeable_concept or (reading.code if _is_bare(reading) else None)
        meant = _statuses(code, terminology)
        if not meant:
            _note_unread(code, reading.reference, notes)
        said |= meant
    if latest is None:
        return None
    return _smoking(said, latest, reference, notes)


def _is_bare(reading: Reading) -> bool:
    """Whether the code is the whole statement: "Smokes tobacco daily", without a value."""
    part = reading.part
    return not (
        reading.is_text
        or reading.quantity is not None
        or part.value_boolean is not None
        or Concept.SMOKING_STATUS in reading.concepts
    )


def _note_unread(code: CodeableConcept | None, reference: str, notes: Notes) -> None:
    if code is not None and code.codings:
        notes.add(
            "unmapped-code",
            "smoking status has an answer that is in no value set",
            reference,
            of=Source.LIFESTYLE,
        )
    else:
        notes.add(
            "by-name-only",
            "smoking status is known by words only: confirm it",
            reference,
            of=Source.LIFESTYLE,
        )


def _listed(problems: tuple[Problem, ...], terminology: Terminology) -> Smoking | None:
    """The newest that the problem list says of it; what is over says that it is over."""
    stated = [
        (problem.day or datetime.date.min, problem.reference, found if problem.current else _ended(found))
        for problem in problems
        if not problem.concepts.isdisjoint(_MEANING) and (found := _statuses(problem.code, terminology))
    ]
    if not stated:
        return None
    newest = max(day for day, _, _ in stated)
    said = {status for day, _, statuses in stated for status in statuses if day == newest}
    reference = min(reference for day, reference, _ in stated if day == newest)
    return _smoking(said, newest if newest > datetime.date.min else None, reference, Notes())


def _ended(statuses: Iterable[SmokingStatus]) -> frozenset[SmokingStatus]:
    return frozenset("not a current smoker" if each in _CURRENT else "unknown" for each in statuses)


def _smoking(said: set[SmokingStatus], day: datetime.date | None, reference: str, notes: Notes) -> Smoking:
    if said & _CURRENT and "not a current smoker" in said:
        notes.add("conflict", "smoking status has two answers of one day", reference, of=Source.LIFESTYLE)
        return Smoking(current=None, day=day, reference=reference)
    status: SmokingStatus = next((each for each in _TELLING if each in said), "unknown")
    current = True if status in _CURRENT else False if status == "not a current smoker" else None
    return Smoking(current=current, status=status, day=day, reference=reference)


def _statuses(code: CodeableConcept | None, terminology: Terminology) -> frozenset[SmokingStatus]:
    """What the codes say; empty where none of them is known."""
    if code is None:
        return frozenset()
    return frozenset(
        _status(status, facts)
        for coding in code.codings
        for concept, status in _MEANING.items()
        if (facts := terminology.facts(coding.system, coding.code, concept)) is not None
    )


def _status(status: SmokingStatus, facts: CodeFacts) -> SmokingStatus:
    if facts.evidence is Evidence.UNKNOWN:
        return "unknown"
    if facts.remission:
        return "not a current smoker"
    return "current smoker, confirm" if facts.evidence is Evidence.CONFIRM else status
