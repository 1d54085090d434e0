"""Years of a bisphosphonate behind the patient (GUIDELINE section 0, 5; FDA label section 5).

When an oral bisphosphonate was taken for five years in all, or zoledronic acid for three, Then the draft is
offered and not recommended: the bone may still hold enough, and atypical fractures grow with exposure.
"""

import datetime

from cdshooks.guideline.decision import Bar, Criterion, Met
from fhir_mappings.inputs import ORAL_BISPHOSPHONATES, Disease, GuidelineInputs

_YEAR = datetime.timedelta(days=365)
ORAL_YEARS = 5
"""Of an oral bisphosphonate, in all; at or above."""
INFUSION_YEARS = 3
"""Of zoledronic acid; at or above."""
ZOLEDRONIC_ACID = "zoledronic acid"
"""As the inputs name it."""


def _look(inputs: GuidelineInputs) -> Criterion:
    oral = sum(past.days for past in inputs.past_therapy if past.drug in ORAL_BISPHOSPHONATES)
    infused = sum(past.days for past in inputs.past_therapy if past.drug == ZOLEDRONIC_ACID)
    if oral >= ORAL_YEARS * _YEAR.days:
        because = f"oral bisphosphonates were taken for {ORAL_YEARS} years or more before"
    elif infused >= INFUSION_YEARS * _YEAR.days:
        because = f"{ZOLEDRONIC_ACID} was given for {INFUSION_YEARS} years or more before"
    elif inputs.ever(Disease.LONG_TERM_BISPHOSPHONATE):
        because = f"{Disease.LONG_TERM_BISPHOSPHONATE} is on record, without how long"
    else:
        because = "no earlier bisphosphonate of five years (zoledronic acid: three) found in the chart"
        return Criterion(id="caution-long-exposure", met=Met.NO, because=because)
    return Criterion(id="caution-long-exposure", met=Met.YES, because=because)


CAUTION_LONG_EXPOSURE = Bar(id="caution-long-exposure", look=_look, citation="GUIDELINE section 0, 5; B, 25")
