"""Low T-scores with risk factors (GUIDELINE section 0, K2 and K3; A, S07 and S22).

When the lowest T-score is below −2.0 and one listed risk factor is present, Then drug therapy is strongly to
be considered. When it is from −2.0 to −1.8 and two are, Then it is to be considered. Neither is a FRAX
threshold; both ask for FRAX, and alendronate is offered and never recommended.
"""

import functools
from decimal import Decimal

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes
from cdshooks.guideline.recommendations.t_score import spoken
from cdshooks.guideline.risk_factors import risk_factors, unknown_risk_factors
from cdshooks.guideline.words import listed, number, t_score
from fhir_mappings.inputs import GuidelineInputs, TScore

LOW = Decimal("-2.0")
"""Below: one risk factor is enough."""
NEAR = Decimal("-1.8")
"""From −2.0 to here, both included: it takes several."""
SEVERAL = 2
"""Risk factors that it takes near −2.0."""


def _below(inputs: GuidelineInputs, *, extra: bool) -> Looked:
    lowest = inputs.bone_density.lowest
    if lowest is None:
        return unknown("no usable T-score")
    if lowest.value >= LOW:
        return no(f"{spoken(lowest)} is not below {number(LOW)}")
    return _counted(inputs, lowest, needed=1, extra=extra)


def _near(inputs: GuidelineInputs, *, extra: bool) -> Looked:
    lowest = inputs.bone_density.lowest
    if lowest is None:
        return unknown("no usable T-score")
    if not LOW <= lowest.value <= NEAR:
        return no(f"{spoken(lowest)} is not between {number(LOW)} and {number(NEAR)}")
    return _counted(inputs, lowest, needed=SEVERAL, extra=extra)


def _counted(inputs: GuidelineInputs, lowest: TScore, *, needed: int, extra: bool) -> Looked:
    """Whether there are so many risk factors beside a T-score that is low enough."""
    found = [factor.because for factor in risk_factors(inputs, extra=extra)]
    count = f"{len(found)} risk factor{'' if len(found) == 1 else 's'}"
    if len(found) >= needed:
        because = f"{spoken(lowest)}, with {count}: {listed(found)}"
        return yes(because, reason=f"T-score {t_score(lowest)} with {count}")
    unasked = unknown_risk_factors(inputs)
    because = f"{spoken(lowest)}; {count} found, {needed} needed"
    if len(found) + len(unasked) < needed:
        return no(because)
    return unknown(f"{because}; not known: {listed(list(unasked))}")


def rules(*, extra: bool) -> tuple[Rule, Rule]:
    """K2 and K3, counting the listed risk factors only or also the `extra` ones."""
    return (
        Rule(
            id="t-score-below-2-with-risk-factor",
            sets=Disposition.CONSIDER,
            look=functools.partial(_below, extra=extra),
            citation="GUIDELINE A, S07: T-score below −2.0 with an additional risk factor",
            evidence="N",
        ),
        Rule(
            id="t-score-near-2-with-risk-factors",
            sets=Disposition.CONSIDER,
            look=functools.partial(_near, extra=extra),
            citation="GUIDELINE A, S22: T-score approaching −2.0 with multiple risk factors",
            evidence="N",
        ),
    )
