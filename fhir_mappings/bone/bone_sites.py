"""Where a T-score was measured, and on which side: from codes, bodySite and names (GUIDELINE B, 1)."""

import re

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Site
from fhir_mappings.observations import Reading
from fhir_mappings.value_sets import Terminology

T_SCORES: dict[Concept, Site] = {
    Concept.T_SCORE_LUMBAR_SPINE: Site.LUMBAR_SPINE,
    Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR: Site.FEMUR,
    Concept.T_SCORE_TOTAL_HIP: Site.TOTAL_HIP,
    Concept.T_SCORE_FOREARM: Site.RADIUS,
    Concept.T_SCORE_EXCLUDED_SITES: Site.OTHER,
}

# The code that LOINC defines as radius and ulna, and that the Synthea generator writes for every site.
_GENERIC_FOREARM = "38265-5"
_ONE_THIRD = re.compile(r"33\s*%|\b33\s?percent|1/3|one[\s-]third|⅓")
# Parts of words are looked for as such: expressions over all of them cost twenty times as much.
_FOREARM = ("radius", "radial", "ulna", "forearm")
_OTHER_SITES = (
    "ward",
    "trochant",
    "calcane",
    "heel",
    "humer",
    "tibia",
    "phalan",
    "finger",
    "whole body",
    "whole-body",
    "total body",
    "total-body",
    "pqct",
    "ultrasound",
)
_OTHER_WORDS = frozenset({"qct", "qus"})
_LATERAL_SPINE = re.compile(r"\blateral\s+(?:lumbar\s+)?spine")
_WORD = re.compile(r"[a-z0-9]+")
_LEVELS = frozenset({"l1", "l2", "l3", "l4", "l5"})
_LEFT = frozenset({"left", "l"})
_RIGHT = frozenset({"right", "r"})


class _Named:
    """What people call the measurement, in lower case: the whole, and its words."""

    def __init__(self, *names: str) -> None:
        self.text = " ".join(names).lower()
        self.words = frozenset(_WORD.findall(self.text))

    def has(self, parts: tuple[str, ...]) -> bool:
        return any(part in self.text for part in parts)

    @property
    def is_other_site(self) -> bool:
        if self.has(_OTHER_SITES) or not self.words.isdisjoint(_OTHER_WORDS):
            return True
        return "lateral" in self.words and _LATERAL_SPINE.search(self.text) is not None

    @property
    def site(self) -> Site | None:
        """The first site it names, the narrowest first."""
        words = self.words
        if "neck" in words:
            return Site.FEMORAL_NECK
        if self.has(("lumbar", "spine", "vertebra")) or not words.isdisjoint({"l1", "l2"}):
            return Site.LUMBAR_SPINE
        if "hip" in words or "proximal femur" in self.text:
            return Site.TOTAL_HIP
        if not words.isdisjoint({"femur", "femoral"}):
            return Site.FEMUR
        return Site.RADIUS if self.has(_FOREARM) else None


def locate(reading: Reading, concept: Concept, terminology: Terminology) -> tuple[Site, tuple[object, ...]]:
    """The site of a T-score, and its place: what two values have to share to be of the same bone.

    That is site, codes, side and vertebral levels.
    """
    named = _named(reading)
    site = _site(reading, named, concept, terminology)
    words = named.words
    coded = tuple([coding.code for coding in reading.body_site.codings]) if reading.body_site else ()
    return site, (
        site,
        tuple([coding.code for coding in reading.code.codings]),
        coded,
        not words.isdisjoint(_LEFT),
        not words.isdisjoint(_RIGHT),
        words & _LEVELS,
    )


def _site(reading: Reading, named: _Named, concept: Concept, terminology: Terminology) -> Site:
    """By bodySite, then by what the text names, then by the local code map, then by the code."""
    by_code = T_SCORES[concept]
    if by_code is Site.OTHER or named.is_other_site:
        return Site.OTHER
    site = _body_site(reading, terminology) or (Site.FEMORAL_NECK if "neck" in named.words else None)
    if site is None:
        facts = reading.facts(terminology, concept)
        site = Site(facts.site) if facts is not None and facts.site else by_code
        if _is_generic(reading, site):
            return Site.UNSPECIFIED
    if site is Site.RADIUS and _ONE_THIRD.search(named.text):
        return Site.RADIUS_33
    return site


def _named(reading: Reading) -> _Named:
    site = reading.body_site
    return _Named(*reading.code.names, *(site.names if site else ()))


def _body_site(reading: Reading, terminology: Terminology) -> Site | None:
    if reading.body_site is None:
        return None
    for coding in reading.body_site.codings:
        facts = terminology.facts(coding.system, coding.code, Concept.BODY_SITE)
        if facts is not None and facts.site:
            return Site(facts.site)
    return _Named(*reading.body_site.names).site


def _is_generic(reading: Reading, site: Site) -> bool:
    """Whether a forearm code stands for any site: its display is there and does not name the forearm."""
    return (
        site is Site.RADIUS
        and any(coding.code == _GENERIC_FOREARM and coding.display for coding in reading.code.codings)
        and not _Named(*reading.code.names).has((*_FOREARM, "wrist"))
    )
