"""Alcohol (GUIDELINE A, S17; BHOF 2022).

When more is drunk than bone bears, or an alcohol use disorder is on record, Then counselling is suggested. FRAX
counts from another amount, which is with the risk factors.
"""

from decimal import Decimal

from fhir_mappings.inputs import Disease, GuidelineInputs

DRINKS = Decimal(2)
"""A day; above."""


def is_too_much(inputs: GuidelineInputs) -> bool:
    """Whether it is surely more, or a disorder; of "< 5" nobody knows."""
    alcohol = inputs.alcohol
    above = alcohol is not None and alcohol.comparator != "<" and alcohol.value > DRINKS
    return above or inputs.has(Disease.ALCOHOL_USE_DISORDER) is not None
