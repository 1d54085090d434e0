"""Which fragility fractures decide on what (GUIDELINE section 0, T1 and T3; BHOF 2022)."""

import datetime
from itertools import chain

from fhir_mappings.inputs import Fracture, FractureSite, GuidelineInputs, Mechanism

DECIDE_ALONE = frozenset({FractureSite.HIP, FractureSite.VERTEBRA})
"""Sites at which a fragility fracture indicates treatment whatever bone density is."""

SAME_EVENT = datetime.timedelta(days=180)
"""Within this, fractures of one site are one."""

_WORDS = {
    FractureSite.HIP: "hip",
    FractureSite.VERTEBRA: "vertebral",
    FractureSite.PROXIMAL_HUMERUS: "proximal humerus",
    FractureSite.PELVIS: "pelvis",
    FractureSite.DISTAL_FOREARM: "distal forearm",
    FractureSite.OTHER: "other",
    FractureSite.UNSPECIFIED: "other",
}


def needs_low_bone_mass(fracture: Fracture) -> bool:
    """Whether it decides together with low bone mass: by its site, or coded as osteoporotic without one."""
    if fracture.site in DECIDE_ALONE or fracture.site is FractureSite.OTHER:
        return False
    return fracture.site is not FractureSite.UNSPECIFIED or fracture.mechanism is Mechanism.OSTEOPOROTIC


def fragility_fractures(inputs: GuidelineInputs) -> list[Fracture]:
    """Those of the chart that count as fragility fractures."""
    return [fracture for fracture in inputs.fractures if fracture.fragility]


def low_trauma_fractures(inputs: GuidelineInputs) -> list[Fracture]:
    """The fragility fractures, and those of other bones after a low fall, which are a risk only."""
    return [fracture for fracture in inputs.fractures if fracture.low_trauma]


def site_words(fracture: Fracture) -> str:
    """The site as a card names it, "hip" or "proximal humerus"; without one, that it is osteoporotic."""
    if fracture.site is FractureSite.UNSPECIFIED and fracture.mechanism is Mechanism.OSTEOPOROTIC:
        return "osteoporotic"
    return _WORDS[fracture.site]


def latest_day(fracture: Fracture) -> datetime.date | None:
    """The last day it may have happened: recency speaks for care."""
    return fracture.latest or fracture.day


def fragility_events(inputs: GuidelineInputs) -> int:
    """How many times bone broke: of one site within 180 days it is one fracture, told again (B, 9).

    A fracture without a site is another one only where none with a site is as near: charts code one event as
    "fracture of hip" and as "pathological fracture due to osteoporosis".
    """
    seen: dict[FractureSite, list[datetime.date | None]] = {}
    # Those without a site last.
    for fracture in sorted(fragility_fractures(inputs), key=_has_no_site):
        days = seen.setdefault(fracture.site, [])
        told = chain.from_iterable(seen.values()) if _has_no_site(fracture) else days
        if not any(_is_same(fracture.day, day) for day in told):
            days.append(fracture.day)
    return sum(len(days) for days in seen.values())


def _has_no_site(fracture: Fracture) -> bool:
    return fracture.site is FractureSite.UNSPECIFIED


def _is_same(one: datetime.date | None, other: datetime.date | None) -> bool:
    return one is None or other is None or abs(one - other) <= SAME_EVENT
