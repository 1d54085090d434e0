"""T-scores: which site, which study, which value decides (GUIDELINE B, 1)."""

import bisect
import datetime
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from fhir_mappings.bone.bone_sites import T_SCORES, locate, why_not_used
from fhir_mappings.dates import add_months, earliest_day
from fhir_mappings.inputs import BoneDensity, Site, Source, TScore, Unusable, UnusedDensity
from fhir_mappings.notes import Notes
from fhir_mappings.observations import FINAL, Reading, Readings, Value, value_of
from fhir_mappings.reader import DiagnosticReport
from fhir_mappings.units import T_SCORE
from fhir_mappings.value_sets import Terminology

USABLE_MONTHS = 60
"""A T-score older than five years says nothing about today's bone."""
STUDY_SPAN = datetime.timedelta(days=30)
"""Measurements this close to the newest one belong to its study."""

_WHY_UNUSED: dict[str, Unusable] = {
    "not-final": "not final",
    "no-status": "without a status",
    "future-date": "dated in the future",
    "no-unit": "without a usable unit",
    "wrong-unit": "without a usable unit",
    "implausible": "implausible",
}


class Densities(msgspec.Struct, frozen=True, kw_only=True):
    """The deciding study, and every other study it could be where two values cannot both be true."""

    density: BoneDensity
    candidates: tuple[BoneDensity, ...] = ()


def map_bone_density(
    readings: Readings, as_of: datetime.date, terminology: Terminology, notes: Notes
) -> Densities:
    """The T-scores of the most recent study that may be used, and why others may not."""
    scores: dict[tuple[object, ...], list[tuple[TScore, Reading]]] = {}
    unused = _Unused(as_of)
    others: list[tuple[Value, Unusable, str]] = []
    found = readings.of(*T_SCORES)
    for reading in found:
        concepts = reading.concepts & T_SCORES.keys()
        value = _value(reading, as_of, notes, unused)
        if value is None:
            continue
        if value.day < unused.oldest:
            notes.add("stale", "T-score is older than five years", reading.reference, of=Source.BONE_DENSITY)
            unused.add(value.day, "stale")
            continue
        site, place = locate(reading, min(concepts), terminology)
        if site is Site.OTHER:
            why = why_not_used(reading)
            unused.add(value.day, why)
            others.append((value, why, reading.reference))
            continue
        score = TScore(site=site, value=value.number, day=value.day, reference=reading.reference)
        scores.setdefault((value.day, *place), []).append((score, reading))
    for reading in readings.unmapped:
        unused.add(reading.day, "under an unknown code")
    _look_for_reports(readings.dxa_reports, found, unused, notes)
    densities = _deciding([_settled(same) for same in scores.values()], unused.all(), notes)
    day = densities.density.day
    _note_others(others, densities.density, notes)
    if unused.may_decide(day):
        if day is None:
            notes.leave_open("bone density")
        else:
            notes.unsettle(Source.BONE_DENSITY)
    return densities


def _note_others(others: list[tuple[Value, Unusable, str]], density: BoneDensity, notes: Notes) -> None:
    """What does not decide, and is newer or lower than the study that does: nobody should wonder why."""
    if density.lowest is None or density.day is None:
        return
    for value, why, reference in others:
        if why != _OTHER_SITE and (value.day > density.day or value.number < density.lowest.value):
            notes.add("site-not-stated", f"T-score is not used: {why}", reference, of=Source.BONE_DENSITY)


class _Unused:
    """The bone densities that are there and not used."""

    def __init__(self, as_of: datetime.date) -> None:
        self.oldest = add_months(as_of, -USABLE_MONTHS)
        self._found: list[UnusedDensity] = []

    def add(self, day: datetime.date | None, why: Unusable) -> None:
        self._found.append(UnusedDensity(day=day, why=why))

    def all(self) -> tuple[UnusedDensity, ...]:
        return tuple(self._found)

    def may_decide(self, day: datetime.date | None) -> bool:
        """Whether one might have decided in the place of the study of that day, or where there is none."""
        return any(
            each.day is None or day is None or each.day > day
            for each in self._found
            if each.why not in _NEVER_DECIDE
        )


_OTHER_SITE: Unusable = "of a site that does not count"
_NEVER_DECIDE = frozenset(
    {"stale", "dated in the future", _OTHER_SITE, "of a part of a site only", "not by DXA"}
)


def _look_for_reports(
    reports: Iterable[DiagnosticReport], scores: Iterable[Reading], unused: _Unused, notes: Notes
) -> None:
    """Reports of a study of which no T-score is in the chart, neither listed nor of the same month."""
    listed = {id(reading.report) for reading in scores}
    days = sorted({reading.day for reading in scores if reading.day is not None})
    for report in reports:
        day = earliest_day(report.effective)
        if id(report) in listed or (day is not None and _is_near(day, days)):
            continue
        if day is not None and day < unused.oldest:
            unused.add(day, "stale")
        elif report.status in FINAL:
            unused.add(day, "without a T-score")
            notes.add("unreadable", "DXA report has no T-score that can be read", report.reference)
        else:
            unused.add(day, "not final")
            notes.add("not-final", "DXA report is not final", report.reference, of=Source.BONE_DENSITY)


def _is_near(day: datetime.date, days: Sequence[datetime.date]) -> bool:
    """Whether one of the days, which are in order, is of the same month."""
    first = bisect.bisect_left(days, day - STUDY_SPAN)
    return first < len(days) and days[first] <= day + STUDY_SPAN


def _value(reading: Reading, as_of: datetime.date, notes: Notes, unused: _Unused) -> Value | None:
    if reading.went_with_its_report:
        because = "T-score is listed by a report that was retracted"
        notes.add("not-final", because, reading.reference, of=Source.BONE_DENSITY)
        unused.add(reading.day, "its report was retracted")
        return None
    own = Notes()
    value = value_of(reading, (T_SCORE,), as_of, own, called="T-score", of=Source.BONE_DENSITY)
    for note in own.all():
        notes.add(note.issue, note.because, note.reference, of=note.of)
        valueless = note.issue == "unreadable" and not reading.carries_value
        why = _WHY_UNUSED.get(note.issue, "unreadable")
        unused.add(reading.day, "without a T-score" if valueless else why)
    if value is None:
        return None
    if reading.comparator:
        notes.add("unreadable", "T-score is only a bound", reading.reference, of=Source.BONE_DENSITY)
        unused.add(reading.day, "unreadable")
        return None
    if reading.is_called_z_score:
        notes.add("wrong-unit", "T-score is called a Z-score", reading.reference, of=Source.BONE_DENSITY)
        unused.add(reading.day, "called a Z-score")
        return None
    if value.number > 0 and _is_negative_in_words(reading, value.number):
        because = "T-score is above zero, and below zero in the words beside it"
        notes.add("sign-suspect", because, reading.reference, of=Source.BONE_DENSITY)
        notes.unsettle(Source.BONE_DENSITY)
        unused.add(reading.day, "unreadable")
        return None
    return value


def _is_negative_in_words(reading: Reading, number: Decimal) -> bool:
    """Whether the name of the measurement, or a note to it, has the same number with a minus sign."""
    words = [*reading.code.names, *(note.text or "" for note in reading.observation.note or ())]
    minus = re.compile(rf"(?<![\d.])[-−–]\s?{re.escape(str(number))}(?!\d)")
    return any(minus.search(each) for each in words)


def _settled(same: list[tuple[TScore, Reading]]) -> tuple[TScore, ...]:
    """One score where the values agree or a correction settles it, else each of those that disagree."""
    corrections = [each for each in same if each[1].status == "corrected"]
    if corrections:
        return (max(corrections, key=lambda each: each[1].issued)[0],)
    return tuple({score.value: score for score, _ in reversed(same)}.values())


# The class follows the lowest T-score: where the lowest and the highest of every contradiction give the same
# answer, so does whatever lies between them.
def _lowest(group: tuple[TScore, ...]) -> TScore:
    return min(group, key=lambda score: (score.value, score.reference))


def _highest(group: tuple[TScore, ...]) -> TScore:
    return max(group, key=lambda score: (score.value, score.reference))


def _previous(before: Sequence[TScore], study: Sequence[TScore]) -> TScore | None:
    """The lowest of those before the study, where it is lower than any of it; of equal ones the younger."""
    if not before:
        return None
    lowest = min(before, key=lambda score: (score.value, -score.day.toordinal(), score.reference))
    return lowest if lowest.value < _lowest(tuple(study)).value else None


def _deciding(
    settled: list[tuple[TScore, ...]], unused: tuple[UnusedDensity, ...], notes: Notes
) -> Densities:
    # The forearm counts where 33 % is stated, and otherwise only when there is no hip and no spine.
    central = [each for each in settled if each[0].site is not Site.RADIUS] or settled
    if len(central) < len(settled):
        for score in (each[0] for each in settled if each[0].site is Site.RADIUS):
            notes.add(
                "site-not-stated",
                "forearm T-score does not state 33 %, and is not used beside those of hip or spine",
                score.reference,
            )
    newest = max((each[0].day for each in central), default=None)
    if newest is None:
        return Densities(density=BoneDensity(unused=unused))
    study = [each for each in central if each[0].day >= newest - STUDY_SPAN]
    for group in study:
        if len(group) > 1:
            for score in group:
                notes.add(
                    "conflict",
                    "T-score contradicts another of the same site and day",
                    score.reference,
                    of=Source.BONE_DENSITY,
                )
        if group[0].site in {Site.UNSPECIFIED, Site.RADIUS}:
            notes.add("site-not-stated", "T-score does not state its site", group[0].reference)
    before = [_lowest(each) for each in central if each[0].day < newest - STUDY_SPAN]
    candidates = tuple(
        BoneDensity(
            study=tuple(sorted(chosen, key=lambda score: (score.value, score.site))),
            previous=_previous(before, chosen),
            unused=unused,
        )
        for chosen in dict.fromkeys((tuple(map(_lowest, study)), tuple(map(_highest, study))))
    )
    lowest_first = sorted(candidates, key=lambda density: density.study[0].value)
    return Densities(density=lowest_first[0], candidates=tuple(lowest_first) if len(candidates) > 1 else ())
