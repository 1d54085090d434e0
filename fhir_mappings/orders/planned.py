"""How long an order is to go on, by what it says itself: its dosage, its supply, its validity."""

import math
from decimal import Decimal
from fractions import Fraction

from fhir_mappings.dates import earliest_day, latest_day
from fhir_mappings.dosage import Regimen, Strength
from fhir_mappings.dosage.amounts import measured
from fhir_mappings.dosage.json import member, number, text
from fhir_mappings.dosage.timing import period_in_days

_MOST_REPEATS = 99


def planned_days(resource: object, regimen: Regimen, strength: Strength) -> int | None:
    """Days from the first to the last dose; None where the order does not say.

    The dosage's own bounds go first; then the supply, times one more than its repeats; then the quantity at
    the regimen's highest dose, likewise; then the period in which it may be supplied.
    """
    if regimen.days is not None:
        return regimen.days
    request = member(resource, "dispenseRequest")
    repeats = number(member(request, "numberOfRepeatsAllowed"))
    times = 1 + int(min(repeats, Decimal(_MOST_REPEATS))) if repeats is not None and repeats > 0 else 1
    supplied = period_in_days(member(request, "expectedSupplyDuration"))
    if supplied is None:
        supplied = _lasting(member(request, "quantity"), regimen, strength)
    if supplied is not None:
        return max(math.floor(supplied * times), 1)
    validity = member(request, "validityPeriod")
    start = latest_day(text(member(validity, "start"))) or latest_day(text(member(resource, "authoredOn")))
    end = earliest_day(text(member(validity, "end")))
    return (end - start).days + 1 if start is not None and end is not None and end >= start else None


def _lasting(quantity: object, regimen: Regimen, strength: Strength) -> Fraction | None:
    """How long so many tablets last."""
    amount, daily = measured(quantity), regimen.mg_per_day
    if amount is None or daily is None or daily.high == 0 or amount[1] != "count" or strength.mg is None:
        return None
    return Fraction(amount[0]) * Fraction(strength.mg) / Fraction(daily.high)
