"""A regimen in the words of a prescription: "70 mg weekly", "10 mg every other day"."""

from decimal import Decimal

from cdshooks.guideline.words import number
from fhir_mappings.dosage import Amount, Regimen

_FREQUENCIES = {
    Decimal(28) / Decimal("121.75"): "monthly",
    Decimal("0.25"): "every 4 weeks",
    Decimal("0.5"): "every 2 weeks",
    Decimal(1): "weekly",
    Decimal(2): "twice weekly",
    Decimal(3): "3 times a week",
    Decimal("3.5"): "every other day",
    Decimal(7): "daily",
    Decimal(14): "twice daily",
    Decimal(21): "3 times daily",
}


def spoken(regimen: Regimen) -> str:
    """How much and how often; nothing where it does not say how often."""
    often = regimen.doses_per_week
    if often is None:
        return ""
    amount = regimen.mg_per_dose
    much = f"{_range(amount)} mg " if amount is not None else ""
    return f"{much}{_frequency(often)}"


def _frequency(often: Amount) -> str:
    if often.is_range:
        return f"{_range(often)} times a week"
    return _FREQUENCIES.get(often.low) or f"{number(often.low)} times a week"


def _range(amount: Amount) -> str:
    return f"{number(amount.low)}–{number(amount.high)}" if amount.is_range else number(amount.low)
