"""Menopause, pregnancy and breast-feeding (GUIDELINE B, 4 and 24)."""

import datetime

from fhir_mappings.concepts import Concept
from fhir_mappings.conditions import A_DAY, Problem
from fhir_mappings.dates import add_months, earliest_day, latest_day
from fhir_mappings.inputs import PREGNANCY_AGE, Menopause, Sex, Source
from fhir_mappings.medicines.records import Entry
from fhir_mappings.notes import Notes
from fhir_mappings.observations import FINAL, RETRACTED, Readings, concepts_of
from fhir_mappings.person.absent_periods import MAY_TELL, contraception, other_cause
from fhir_mappings.procedures import Done
from fhir_mappings.value_sets import Terminology

POSTMENOPAUSAL_AGE = 55
PRESUMED_POSTMENOPAUSAL_AGE = 50
PERIODS_MONTHS = 12
"""Without a period for longer than this, and from the age below, menopause is behind her."""
PERIODS_AGE = 40
PREGNANCY_DAYS = 300
PREGNANT = frozenset({Concept.PREGNANCY, Concept.LACTATION})


def map_menopause(
    sex: Sex | None,
    age: int | None,
    problems: tuple[Problem, ...],
    done: tuple[Done, ...],
    entries: tuple[Entry, ...],
    readings: Readings,
    as_of: datetime.date,
    terminology: Terminology,
    notes: Notes,
    *,
    unseen: frozenset[Source] = frozenset(),
) -> tuple[Menopause | None, str | None]:
    """What is known of a woman's menopause, and the resource that says so where one does.

    Oophorectomy goes before the last period, and that before what age makes likely; but from 55 a bleeding
    that was entered as a period asks for confirmation and makes nobody premenopausal. A diagnosis of menopause
    goes before it too, unless a period within twelve months contradicts it below 55. Below 50 contraception
    means premenopausal, and a long absence of periods proves nothing beside another cause of it, nor while
    `unseen` has a source that might tell of either. From 50 to 54 menopause is presumed only where the last
    period was asked for: what was not looked at must not count for more than what would have been found.
    """
    if sex is not Sex.FEMALE or age is None:
        return None, None
    removed = _ovaries_removed(problems, done)
    if removed is not None:
        return Menopause.DOCUMENTED, removed
    diagnosed = next((each.reference for each in problems if _proves_menopause(each, terminology)), None)
    period = _last_period(readings, as_of)
    if age < POSTMENOPAUSAL_AGE:
        _note_doubtful_periods(readings, as_of, notes)
    recent = period is not None and period[0] >= add_months(as_of, -PERIODS_MONTHS)
    if diagnosed is not None and period is not None and recent and age < POSTMENOPAUSAL_AGE:
        because = "a period within twelve months contradicts the diagnosis of menopause"
        for reference in (diagnosed, period[1]):
            notes.add("conflict", because, reference, of=Source.REPRODUCTIVE_STATUS)
        return Menopause.PREMENOPAUSAL, period[1]
    if diagnosed is not None:
        return Menopause.DOCUMENTED, diagnosed
    if period is not None and age >= POSTMENOPAUSAL_AGE:
        return (Menopause.PRESUMED if recent else Menopause.DOCUMENTED), period[1]
    if age >= POSTMENOPAUSAL_AGE:
        return Menopause.BY_AGE, None
    if period is not None and recent:
        return Menopause.PREMENOPAUSAL, period[1]
    if age >= PRESUMED_POSTMENOPAUSAL_AGE:
        if period is not None:
            return Menopause.DOCUMENTED, period[1]
        return (None if Source.REPRODUCTIVE_STATUS in unseen else Menopause.PRESUMED), None
    in_use = contraception(problems, done, entries, as_of)
    if in_use is not None:
        return Menopause.PREMENOPAUSAL, in_use
    proves = MAY_TELL.isdisjoint(unseen) and not other_cause(problems, done, entries, as_of)
    if period is not None and age >= PERIODS_AGE and proves:
        return Menopause.DOCUMENTED, period[1]
    return None, None


def _ovaries_removed(problems: tuple[Problem, ...], done: tuple[Done, ...]) -> str | None:
    """What says that both were removed."""
    told: tuple[Problem | Done, ...] = (*problems, *done)
    return next((each.reference for each in told if Concept.BILATERAL_OOPHORECTOMY in each.concepts), None)


def _last_period(readings: Readings, as_of: datetime.date) -> tuple[datetime.date, str] | None:
    """The latest day that was stated as that of the last period."""
    stated = []
    for reading in readings.of(Concept.LAST_MENSTRUAL_PERIOD):
        first = earliest_day(reading.observation.value_date_time)
        last = latest_day(reading.observation.value_date_time)
        if reading.status in FINAL and first is not None and last is not None and first <= as_of:
            # Of a partial date the last day that it may mean by now: a period so recent speaks against.
            stated.append((min(last, as_of), reading.reference))
    return max(stated, default=None)


def _note_doubtful_periods(readings: Readings, as_of: datetime.date, notes: Notes) -> None:
    """A last period that is not final, or not a day, may have been last week: what is known is incomplete."""
    for reading in readings.of(Concept.LAST_MENSTRUAL_PERIOD):
        if reading.status in RETRACTED or reading.is_absent:
            continue
        stated = earliest_day(reading.observation.value_date_time)
        if stated is not None and stated < add_months(as_of, -PERIODS_MONTHS):
            continue
        if reading.status not in FINAL:
            notes.add(
                "not-final", "last period is not final", reading.reference, of=Source.REPRODUCTIVE_STATUS
            )
        elif stated is None:
            notes.add("unreadable", "last period is not a readable day", reading.reference)
        else:
            continue
        notes.unsettle(Source.REPRODUCTIVE_STATUS)


def _proves_menopause(problem: Problem, terminology: Terminology) -> bool:
    """Codes that also cover the time around menopause are only supportive."""
    for coding in problem.code.codings:
        facts = terminology.facts(coding.system, coding.code, Concept.MENOPAUSE)
        if facts is not None and not facts.proxy:
            return True
    return False


def map_pregnancy(
    sex: Sex | None,
    age: int | None,
    problems: tuple[Problem, ...],
    readings: Readings,
    as_of: datetime.date,
    terminology: Terminology,
) -> str | None:
    """The resource that says that she is pregnant or breast-feeding, within 300 days; None where none does.

    Not asked of men, nor from the age of 56. The newest pregnancy status outranks the older ones; of
    several on one day one is enough.
    """
    if sex is Sex.MALE or (age is not None and age >= PREGNANCY_AGE):
        return None
    recent = as_of - datetime.timedelta(days=PREGNANCY_DAYS)
    for problem in problems:
        relevant = problem.current and problem.concepts & PREGNANT
        if relevant and (problem.latest is None or problem.latest >= recent):
            return problem.reference
    statuses = [
        (reading.day, reading.reference, reading.part.value_codeable_concept)
        for reading in readings.of(Concept.PREGNANCY_STATUS_OBS)
        if reading.status in FINAL and reading.day is not None and recent <= reading.day <= as_of + A_DAY
    ]
    newest = max((day for day, _, _ in statuses), default=None)
    return next(
        (
            reference
            for day, reference, value in sorted(statuses, key=lambda each: each[1])
            if day == newest and concepts_of(value, terminology) & PREGNANT
        ),
        None,
    )
