"""When bone density and FRAX are looked at again without a drug or after its start (GUIDELINE A, S35 and S45).

When bone is osteoporotic, under long-term glucocorticoids, or at very high risk, Then DXA comes after a year;
else after two. What is due under therapy is with the therapy.
"""

from cdshooks.guideline.decision import Decision
from cdshooks.guideline.recommendations.t_score import is_osteoporotic
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import GuidelineInputs

SOON_MONTHS, LATER_MONTHS = 12, 24
"""From one DXA to the next."""
REPEATABLE_MONTHS = 23
"""A DXA this old may be repeated now: payers pay from here on."""
FRAX_MONTHS = 12
"""From one FRAX below the thresholds to the next."""


def dxa_months(inputs: GuidelineInputs, decision: Decision) -> int:
    """A year where bone is at stake most, else two."""
    at_stake = decision.fired("glucocorticoid") or decision.fired("caution-very-high-risk")
    return SOON_MONTHS if at_stake or is_osteoporotic(inputs.bone_density.lowest) else LATER_MONTHS


def is_dxa_repeatable(inputs: GuidelineInputs) -> bool:
    """Whether the deciding DXA is so old that the next may be done now."""
    last = inputs.bone_density.day
    return last is not None and add_months(last, REPEATABLE_MONTHS) <= inputs.as_of
