"""Imminent risk (GUIDELINE B, 8).

When a fragility fracture is of the last two years, Then the next one is most likely now: the decision is not
put off.
"""

from cdshooks.guideline.fractures import fragility_fractures, latest_day
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import GuidelineInputs

MONTHS = 24
"""A fracture within so many months."""


def is_imminent(inputs: GuidelineInputs) -> bool:
    """Whether a fragility fracture may have been so recent."""
    start = add_months(inputs.as_of, -MONTHS)
    days = [latest_day(each) for each in fragility_fractures(inputs)]
    return any(last is not None and last >= start for last in days)
