"""T-scores: which site, which study, which value decides (GUIDELINE B, 1)."""

import datetime
import itertools
import re

import msgspec

from fhir_mappings.chart import Source
from fhir_mappings.concepts import Concept
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import BoneDensity, Site, TScore, Unusable, UnusedDensity
from fhir_mappings.notes import Notes
from fhir_mappings.observations import Reading, Value, value_of
from fhir_mappings.units import T_SCORE
from fhir_mappings.value_sets import Terminology

USABLE_MONTHS = 60
"""A T-score older than five years says nothing about today's bone."""
STUDY_SPAN = datetime.timedelta(days=30)
"""Measurements this close to the newest one belong to its study."""

T_SCORES: dict[Concept, Site] = {
    Concept.T_SCORE_LUMBAR_SPINE: Site.LUMBAR_SPINE,
    Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR: Site.FEMUR,
    Concept.T_SCORE_TOTAL_HIP: Site.TOTAL_HIP,
    Concept.T_SCORE_FOREARM: Site.RADIUS,
    Concept.T_SCORE_EXCLUDED_SITES: Site.OTHER,
}

# The code that LOINC defines as radius and ulna, and that the Synthea generator writes for every site.
_GENERIC_FOREARM = "38265-5"
_ONE_THIRD = re.compile(r"33\s*%|\b33\s?percent|1/3|one[\s-]third|⅓", re.IGNORECASE)
_OTHER_SITE = re.compile(
    r"ward|trochant|calcane|heel|humer|tibia|phalan|finger|\blateral\s+(?:lumbar\s+)?spine|whole[\s-]body|"
    r"total[\s-]body|pqct|\bqct\b|\bqus\b|ultrasound",
    re.IGNORECASE,
)
_NECK = re.compile(r"\bneck\b", re.IGNORECASE)
_SITE_NAMES: tuple[tuple[re.Pattern[str], Site], ...] = (
    (_NECK, Site.FEMORAL_NECK),
    (re.compile(r"lumbar|spine|\bL1\b|\bL2\b|vertebra", re.IGNORECASE), Site.LUMBAR_SPINE),
    (re.compile(r"\bhip\b|proximal femur", re.IGNORECASE), Site.TOTAL_HIP),
    (re.compile(r"\bfemur\b|\bfemoral\b", re.IGNORECASE), Site.FEMUR),
    (re.compile(r"radius|radial|ulna|forearm", re.IGNORECASE), Site.RADIUS),
)
_FOREARM = re.compile(r"radius|radial|ulna|forearm|wrist", re.IGNORECASE)

_LEVEL = re.compile(r"\bL[1-5](?:\s?[-–]\s?L?[1-5])?\b", re.IGNORECASE)
_LEFT = re.compile(r"\bleft\b|-L\b", re.IGNORECASE)
_RIGHT = re.compile(r"\bright\b|-R\b", re.IGNORECASE)

_CANDIDATES = 16
"""So many readings of a self-contradicting study are decided on; a study with more has no answer anyway."""

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
    readings: tuple[Reading, ...], as_of: datetime.date, terminology: Terminology, notes: Notes
) -> Densities:
    """The T-scores of the most recent study that may be used, and why others may not."""
    scores: dict[tuple[object, ...], list[tuple[TScore, Reading]]] = {}
    unused: list[UnusedDensity] = []
    oldest = add_months(as_of, -USABLE_MONTHS)
    for reading in readings:
        concepts = reading.concepts & T_SCORES.keys()
        if not concepts:
            continue
        value = _value(reading, as_of, notes, unused)
        if value is None:
            continue
        if value.day < oldest:
            notes.add("stale", "T-score is older than five years", reading.reference, of=Source.BONE_DENSITY)
            unused.append(UnusedDensity(day=value.day, why="stale"))
            continue
        site = _site(reading, min(concepts), terminology)
        if site is Site.OTHER:
            continue
        score = TScore(site=site, value=value.number, day=value.day, reference=reading.reference)
        scores.setdefault((value.day, *_place(reading, site)), []).append((score, reading))
    return _deciding([_settled(same) for same in scores.values()], tuple(unused), notes)


def _value(reading: Reading, as_of: datetime.date, notes: Notes, unused: list[UnusedDensity]) -> Value | None:
    own = Notes()
    value = value_of(reading, T_SCORE, as_of, own, called="T-score", of=Source.BONE_DENSITY)
    for note in own.all():
        notes.add(note.issue, note.because, note.reference, of=note.of)
        if note.issue != "future-date":
            unused.append(UnusedDensity(day=reading.day, why=_WHY_UNUSED.get(note.issue, "unreadable")))
    return value


def _names(reading: Reading) -> str:
    site = reading.body_site
    return " ".join((*reading.code.names, *(site.names if site else ())))


def _site(reading: Reading, concept: Concept, terminology: Terminology) -> Site:
    """By bodySite, then by what the text names, then by the local code map, then by the code."""
    named = _names(reading)
    by_code = T_SCORES[concept]
    if by_code is Site.OTHER or _OTHER_SITE.search(named):
        return Site.OTHER
    site = _body_site(reading, terminology) or (Site.FEMORAL_NECK if _NECK.search(named) else None)
    if site is None:
        facts = reading.facts(terminology, concept)
        site = Site(facts.site) if facts is not None and facts.site else by_code
        if _is_generic(reading, site):
            return Site.UNSPECIFIED
    if site is Site.RADIUS and _ONE_THIRD.search(named):
        return Site.RADIUS_33
    return site


def _body_site(reading: Reading, terminology: Terminology) -> Site | None:
    if reading.body_site is None:
        return None
    for coding in reading.body_site.codings:
        facts = terminology.facts(coding.system, coding.code, Concept.BODY_SITE)
        if facts is not None and facts.site:
            return Site(facts.site) if facts.site in set(Site) else Site.RADIUS
    named = " ".join(reading.body_site.names)
    return next((site for pattern, site in _SITE_NAMES if pattern.search(named)), None)


def _is_generic(reading: Reading, site: Site) -> bool:
    """Whether a forearm code stands for any site: its display is there and does not name the forearm."""
    return (
        site is Site.RADIUS
        and any(coding.code == _GENERIC_FOREARM and coding.display for coding in reading.code.codings)
        and not _FOREARM.search(" ".join(reading.code.names))
    )


def _place(reading: Reading, site: Site) -> tuple[object, ...]:
    """What has to be the same for two values to be of the same bone: site, code, side, vertebral level."""
    named = _names(reading)
    level = _LEVEL.search(named)
    coded = tuple(coding.code for coding in reading.body_site.codings) if reading.body_site else ()
    return (
        site,
        tuple(coding.code for coding in reading.code.codings),
        coded,
        bool(_LEFT.search(named)),
        bool(_RIGHT.search(named)),
        level.group().upper() if level else None,
    )


def _settled(same: list[tuple[TScore, Reading]]) -> tuple[TScore, ...]:
    """One score where the values agree or a correction settles it, else each of those that disagree."""
    corrections = [each for each in same if each[1].status == "corrected"]
    if corrections:
        return (max(corrections, key=lambda each: each[1].issued)[0],)
    return tuple({score.value: score for score, _ in reversed(same)}.values())


def _deciding(
    settled: list[tuple[TScore, ...]], unused: tuple[UnusedDensity, ...], notes: Notes
) -> Densities:
    # The forearm counts where 33 % is stated, and otherwise only when there is no hip and no spine.
    central = [each for each in settled if each[0].site is not Site.RADIUS] or settled
    newest = max((each[0].day for each in central), default=None)
    if newest is None:
        return Densities(density=BoneDensity(unused=unused))
    study = [each for each in central if each[0].day >= newest - STUDY_SPAN]
    for group in study:
        if len(group) > 1:
            for score in group:
                notes.add(
                    "conflict",
                    "another T-score of the same site and day has a different value",
                    score.reference,
                    of=Source.BONE_DENSITY,
                )
        if group[0].site in {Site.UNSPECIFIED, Site.RADIUS}:
            notes.add("site-not-stated", "T-score does not state its site", group[0].reference)
    candidates = tuple(
        BoneDensity(study=tuple(sorted(chosen, key=lambda score: (score.value, score.site))), unused=unused)
        for chosen in itertools.islice(itertools.product(*study), _CANDIDATES)
    )
    lowest_first = sorted(candidates, key=lambda density: density.study[0].value)
    return Densities(density=lowest_first[0], candidates=tuple(lowest_first) if len(candidates) > 1 else ())
