"""Years of a bisphosphonate behind the patient (GUIDELINE section 0, 5; FDA label section 5).

When an oral bisphosphonate was taken for five years in all, or zoledronic acid for three, Then the draft is
offered and not recommended: the bone may still hold enough, and atypical fractures grow with exposure.
"""

import datetime

from cdshooks.guideline.decision import Bar, Criterion, Met
from fhir_mappings.inputs import GuidelineInputs

_YEAR = datetime.timedelta(days=365)
ORAL_YEARS = 5
INFUSION_YEARS = 3
_YEARS = {
    "alendronate": ORAL_YEARS,
    "risedronate": ORAL_YEARS,
    "ibandronate": ORAL_YEARS,
    "zoledronic acid": INFUSION_YEARS,
}


def _look(inputs: GuidelineInputs) -> Criterion:
    oral = 0
    for past in inputs.past_therapy:
        years = _YEARS.get(past.drug)
        if years == ORAL_YEARS:
            oral += past.days
        if years is not None and (past.days if years == INFUSION_YEARS else oral) >= years * _YEAR.days:
            because = f"{past.drug} was taken for {years} years or more before"
            return Criterion(id="caution-long-exposure", met=Met.YES, because=because)
    because = "no earlier bisphosphonate of five years (zoledronic acid: three) found in the chart"
    return Criterion(id="caution-long-exposure", met=Met.NO, because=because)


CAUTION_LONG_EXPOSURE = Bar(id="caution-long-exposure", look=_look, citation="GUIDELINE section 0, 5; B, 25")
