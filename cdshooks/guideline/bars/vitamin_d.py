"""Vitamin D (FDA label section 5; GUIDELINE A, S10, S41; B, 19).

When 25-OH vitamin D is below 12 ng/mL, Then it is corrected first. When it is 12 to 19.9, Then the draft is
offered and not recommended until it is replete.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Bar, Criterion, Met
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


def _look(inputs: GuidelineInputs, bar_id: str, low: Decimal, high: Decimal) -> Criterion:
    value = inputs.labs.vitamin_d
    below = None if value is None else value.below(high)
    if value is None or below is None:
        because = "no usable 25-OH vitamin D of the last 12 months"
        return Criterion(id=bar_id, met=Met.UNKNOWN, because=because)
    met = below and (low == 0 or not value.below(low))
    side = "below" if met or value.below(low) else "not below"
    because = f"25-OH vitamin D {measured(value, 1)} ({day(value.day)}) is {side} {high} ng/mL"
    return Criterion(
        id=bar_id,
        met=Met.YES if met else Met.NO,
        because=because,
        reason=f"low vitamin D ({measured(value, 1)})",
    )


def _severe(inputs: GuidelineInputs) -> Criterion:
    return _look(inputs, "block-vitamin-d", Decimal(0), SEVERE)


def _low(inputs: GuidelineInputs) -> Criterion:
    return _look(inputs, "caution-vitamin-d", SEVERE, REPLETE)


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
)
