"""Cancer therapy that takes the hormones away (GUIDELINE section 0, T6; A, S24; ASCO 2019).

When an aromatase inhibitor, androgen deprivation or a GnRH drug is current, Then treatment is indicated where
the lowest T-score is −2.0 or below, and to be considered where it is above or not known. The source says
"start"; on drug exposure alone this guideline does not. Alendronate is offered and never recommended.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes
from cdshooks.guideline.recommendations.t_score import spoken
from cdshooks.guideline.words import listed, t_score
from fhir_mappings.inputs import GuidelineInputs, Source

T_SCORE = Decimal("-2.0")
"""At or below: treat."""


def _look(inputs: GuidelineInputs) -> Looked:
    if not inputs.cancer_therapy:
        if Source.MEDICATIONS in inputs.unanswered:
            return unknown("medications could not be read")
        return no("no current aromatase inhibitor, androgen deprivation or GnRH drug found in the chart")
    lowest = inputs.bone_density.lowest
    named = listed([f"{each.drug} ({each.kind})" for each in inputs.cancer_therapy])
    return yes(
        f"{named}; {spoken(lowest) if lowest else 'no usable T-score'}",
        reason=f"{inputs.cancer_therapy[0].drug}, T-score {t_score(lowest) if lowest else 'unknown'}",
        lesser=lowest is None or lowest.value > T_SCORE,
    )


CANCER_THERAPY = Rule(
    id="cancer-therapy",
    sets=Disposition.TREAT,
    otherwise=Disposition.CONSIDER,
    look=_look,
    citation="ASCO 2019, consensus on aromatase inhibitors: bone protection from a T-score of −2.0 down",
    evidence="P",
)
