"""Where a T-score was measured, on which side and how: codes, bodySite, method, names (GUIDELINE B, 1)."""

import re

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import Site, Unusable
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
    "thoracic",
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
)
_PARTS = ("ultradistal", "ultra distal", "ultra-distal")
_PART_WORDS = frozenset({"ud", "mid", "shaft"})
# The classification is of DXA: what is measured in another way has other limits.
_OTHER_METHODS = (
    "pqct",
    "ultrasound",
    "sonograph",
    "echograph",
    "tomograph",
    "radiogrammetry",
    "magnetic resonance",
)
_METHOD_WORDS = frozenset({"qct", "qus", "rems", "mri"})
_LATERAL_SPINE = re.compile(r"\blateral\s+(?:lumbar\s+)?spine|\bspine\W+lateral\b")
_PART_OF_NECK = re.compile(r"\b(?:upper|lower|superior|inferior)\s+(?:femoral\s+)?neck")
_WHOLE_FOREARM = re.compile(r"\btotal\s+(?:forearm|radius)|\b(?:forearm|radius)\W+total\b")
_WORD = re.compile(r"[a-z0-9]+")
_LEVELS = frozenset({"l1", "l2", "l3", "l4", "l5"})
_SEVERAL_LEVELS = re.compile(
    r"\bl\s?[1-5]\s*(?:-|–|—|/|to|through|thru)\s*l?\s?[1-5]\b|exclu|without|except|omit"
)
_ONE_VERTEBRA = re.compile(r"\b(?:first|second|third|fourth|fifth)\s+lumbar\s+vertebra")
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
        """Whether it names a site that is outside the classification."""
        if self.has(_OTHER_SITES) or self.is_part_of_site:
            return True
        return "lateral" in self.words and _LATERAL_SPINE.search(self.text) is not None

    @property
    def is_part_of_site(self) -> bool:
        """Whether it names a region beside the one that counts: ultradistal, upper neck, one vertebra."""
        words = self.words
        return (
            self.has(_PARTS)
            or not words.isdisjoint(_PART_WORDS)
            or ("neck" in words and _PART_OF_NECK.search(self.text) is not None)
            or ("total" in words and _WHOLE_FOREARM.search(self.text) is not None)
            or self.is_one_vertebra
        )

    @property
    def is_other_method(self) -> bool:
        """Whether it names a way of measuring that is none of DXA."""
        return self.has(_OTHER_METHODS) or not self.words.isdisjoint(_METHOD_WORDS)

    @property
    def is_one_vertebra(self) -> bool:
        """Whether it names a single vertebra: two at least make a lumbar spine (ISCD)."""
        if len(self.words & _LEVELS) == 1:
            return _SEVERAL_LEVELS.search(self.text) is None
        return "vertebra" in self.text and _ONE_VERTEBRA.search(self.text) is not None

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


def why_not_used(reading: Reading) -> Unusable:
    """What a person is told of a T-score that `locate` puts at another site."""
    named = _named(reading)
    if named.is_other_method or _is_not_dxa(reading):
        return "not by DXA"
    return "of a part of a site only" if named.is_part_of_site else "of a site that does not count"


def _site(reading: Reading, named: _Named, concept: Concept, terminology: Terminology) -> Site:
    """By bodySite, then by what the text names, then by the local code map, then by the code."""
    by_code = T_SCORES[concept]
    if by_code is Site.OTHER or named.is_other_site or named.is_other_method or _is_not_dxa(reading):
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


def _is_not_dxa(reading: Reading) -> bool:
    """Whether the method or the device says so."""
    method, device = reading.observation.method, reading.observation.device
    names = (*(method.names if method else ()), (device.display or "") if device else "")
    return any(names) and _Named(*names).is_other_method


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
