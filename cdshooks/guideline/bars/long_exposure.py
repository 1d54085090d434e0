"""Years of a bisphosphonate behind the patient (GUIDELINE section 0, 5; FDA label section 5).

When an oral bisphosphonate was taken for five years in all, or zoledronic acid for three, Then the draft is
offered and not recommended: the bone may still hold enough, and atypical fractures grow with exposure.
"""

import datetime

from cdshooks.guideline.decision import Bar, Looked, no, yes
from fhir_mappings.inputs import ORAL_BISPHOSPHONATES, Disease, GuidelineInputs

_YEAR = datetime.timedelta(days=365)
ORAL_YEARS = 5
"""Of an oral bisphosphonate, in all; at or above."""
INFUSION_YEARS = 3
"""Of zoledronic acid; at or above."""
ZOLEDRONIC_ACID = "zoledronic acid"
"""As the inputs name it."""


def _look(inputs: GuidelineInputs) -> Looked:
    oral = sum(past.days for past in inputs.past_therapy if past.drug in ORAL_BISPHOSPHONATES)
    infused = sum(past.days for past in inputs.past_therapy if past.drug == ZOLEDRONIC_ACID)
    if oral >= ORAL_YEARS * _YEAR.days:
        return yes(f"oral bisphosphonates were taken for {ORAL_YEARS} years or more before")
    if infused >= INFUSION_YEARS * _YEAR.days:
        return yes(f"{ZOLEDRONIC_ACID} was given for {INFUSION_YEARS} years or more before")
    if inputs.ever(Disease.LONG_TERM_BISPHOSPHONATE):
        return yes(f"{Disease.LONG_TERM_BISPHOSPHONATE} is on record, without how long")
    return no("no earlier bisphosphonate of five years (zoledronic acid: three) found in the chart")


CAUTION_LONG_EXPOSURE = Bar(id="caution-long-exposure", look=_look, citation="GUIDELINE section 0, 5; B, 25")
