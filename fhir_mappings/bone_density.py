"""T-scores: which site, which study, which value decides (GUIDELINE B, 1)."""

import datetime

import msgspec

from fhir_mappings.bone_sites import T_SCORES, locate
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import BoneDensity, Site, Source, TScore, Unusable, UnusedDensity
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, Readings, Value, value_of
from fhir_mappings.units import T_SCORE
from fhir_mappings.value_sets import Terminology

USABLE_MONTHS = 60
"""A T-score older than five years says nothing about today's bone."""
STUDY_SPAN = datetime.timedelta(days=30)
"""Measurements this close to the newest one belong to its study."""

_WHY_UNUSED: dict[str, Unusable] = {
    "not-final": "not final",
    "no-status": "not final",
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
    unused: list[UnusedDensity] = []
    oldest = add_months(as_of, -USABLE_MONTHS)
    for reading in readings.of(*T_SCORES):
        concepts = reading.concepts & T_SCORES.keys()
        value = _value(reading, as_of, notes, unused)
        if value is None:
            continue
        if value.day < oldest:
            notes.add("stale", "T-score is older than five years", reading.reference, of=Source.BONE_DENSITY)
            unused.append(UnusedDensity(day=value.day, why="stale"))
            continue
        site, place = locate(reading, min(concepts), terminology)
        if site is Site.OTHER:
            continue
        score = TScore(site=site, value=value.number, day=value.day, reference=reading.reference)
        scores.setdefault((value.day, *place), []).append((score, reading))
    return _deciding([_settled(same) for same in scores.values()], tuple(unused), notes)


def _value(reading: Reading, as_of: datetime.date, notes: Notes, unused: list[UnusedDensity]) -> Value | None:
    own = Notes()
    value = value_of(reading, T_SCORE, as_of, own, called="T-score", of=Source.BONE_DENSITY)
    for note in own.all():
        notes.add(note.issue, note.because, note.reference, of=note.of)
        if note.issue != "future-date":
            unused.append(UnusedDensity(day=reading.day, why=_WHY_UNUSED.get(note.issue, "unreadable")))
    if value is not None and reading.quantity is not None and reading.quantity.comparator:
        notes.add("unreadable", "T-score is only a bound", reading.reference, of=Source.BONE_DENSITY)
        unused.append(UnusedDensity(day=reading.day, why="unreadable"))
        return None
    return value


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
    candidates = tuple(
        BoneDensity(study=tuple(sorted(chosen, key=lambda score: (score.value, score.site))), unused=unused)
        for chosen in dict.fromkeys((tuple(map(_lowest, study)), tuple(map(_highest, study))))
    )
    lowest_first = sorted(candidates, key=lambda density: density.study[0].value)
    return Densities(density=lowest_first[0], candidates=tuple(lowest_first) if len(candidates) > 1 else ())
