"""Vitamin D (FDA label section 5; GUIDELINE A, S10, S41; B, 19).

When 25-OH vitamin D is below 12 ng/mL, Then it is corrected first. When it is 12 to 19.9, Then the draft is
offered and not recommended until it is replete.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Bar, Looked, unknown, yes_or_no
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day, measured
from fhir_mappings.inputs import GuidelineInputs, Measurement

SEVERE = Decimal(12)
"""ng/mL; below: severe deficiency."""
REPLETE = Decimal(20)
"""ng/mL; IOM. BHOF and AACE aim at 30, which the card says and the rule does not use."""
AIM = Decimal(30)
"""ng/mL; BHOF and AACE. Below it a card says so, and nothing follows."""


def spoken(value: Measurement) -> str:
    """The level with its day, and whether it is short of what BHOF aims at."""
    short = value.below(AIM) and not value.below(REPLETE)
    return (
        f"25-OH vitamin D {measured(value, 1)} ({day(value.day)}{', insufficient per BHOF' if short else ''})"
    )


def _severe(inputs: GuidelineInputs) -> Looked:
    return _look(inputs, SEVERE)


def _low(inputs: GuidelineInputs) -> Looked:
    return _look(inputs, REPLETE, but_not_below=SEVERE)


def _look(inputs: GuidelineInputs, limit: Decimal, but_not_below: Decimal | None = None) -> Looked:
    level = inputs.labs.vitamin_d
    below = None if level is None else level.below(limit)
    if level is None or below is None:
        return unknown("no usable 25-OH vitamin D of the last 12 months")
    side = "below" if below else "not below"
    return yes_or_no(
        f"25-OH vitamin D {measured(level, 1)} ({day(level.day)}) is {side} {limit} ng/mL",
        met=below and (but_not_below is None or not level.below(but_not_below)),
        reason=f"low vitamin D ({measured(level, 1)})",
    )


BLOCK_VITAMIN_D = Bar(
    id="block-vitamin-d",
    look=_severe,
    citation="FDA label section 5: correct disturbances of mineral metabolism first",
    topic=Topic.CORRECT_FIRST,
)
CAUTION_VITAMIN_D = Bar(
    id="caution-vitamin-d",
    look=_low,
    citation="IOM 2011: 20 ng/mL; FDA label section 5",
    topic=Topic.CORRECT_FIRST,
    can_be_settled=True,
)
