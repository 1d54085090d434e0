"""Why a clinician may not follow a card (GUIDELINE C, "overrideReasons")."""

import functools

from cdshooks.cards.sheet import Sheet
from cdshooks.wire.response import Coding

SYSTEM = "urn:bone-health-cds:override-reason"

_ALWAYS = (
    ("patient-declined", "Patient declined"),
    ("contraindicated", "Contraindication or intolerance not in chart"),
    ("managed-by-specialist", "Managed by a specialist"),
    ("limited-life-expectancy", "Limited life expectancy"),
    ("data-wrong", "Chart data incorrect"),
    ("will-address-later", "Will address later (90 days)"),
)
_FRAX_DONE = ("frax-done-elsewhere", "FRAX calculated outside the chart")
_NOT_FRAGILITY = ("not-fragility", "Fracture was traumatic")
_ON_CRITICAL_ORDERS = (
    ("benefit-outweighs-risk", "Benefit outweighs risk (comment required)"),
    ("verified-with-pharmacist", "Verified with pharmacist"),
)
_THE_CHART_IS_NOT_ALL = tuple(each for each in _ALWAYS if each[0] in {"data-wrong", "managed-by-specialist"})

EVERY_REASON = frozenset(code for code, _ in (*_ALWAYS, _FRAX_DONE, _NOT_FRAGILITY, *_ON_CRITICAL_ORDERS))
"""Every reason that a card may offer. Feedback is taken with these alone; any other is kept as OTHER."""
COMMENT_REQUIRED = frozenset({"benefit-outweighs-risk"})
"""Reasons that say nothing without a comment."""
OTHER = "other"


def override_reasons(sheet: Sheet) -> tuple[Coding, ...]:
    """The reasons that make sense on this card."""
    if sheet.against_order:
        return _codings((*_ON_CRITICAL_ORDERS, *_THE_CHART_IS_NOT_ALL))
    return _reasons(about_frax=sheet.about_frax, about_fracture=sheet.about_fracture)


@functools.cache
def _reasons(*, about_frax: bool, about_fracture: bool) -> tuple[Coding, ...]:
    reasons = (
        *((_FRAX_DONE,) if about_frax else ()),
        *((_NOT_FRAGILITY,) if about_fracture else ()),
        *_ALWAYS,
    )
    return _codings(reasons)


def _codings(reasons: tuple[tuple[str, str], ...]) -> tuple[Coding, ...]:
    return tuple(Coding(system=SYSTEM, code=code, display=display) for code, display in reasons)
