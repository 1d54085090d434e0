"""Low T-scores with risk factors (GUIDELINE section 0, K2 and K3; A, S07 and S22).

When the lowest T-score is below −2.0 and one listed risk factor is present, Then drug therapy is strongly to
be considered. When it is from −2.0 to −1.8 and two are, Then it is to be considered. Neither is a FRAX
threshold; both ask for FRAX, and alendronate is offered and never recommended.
"""

import functools
from decimal import Decimal

from cdshooks.guideline.decision import Criterion, Disposition, Met, Rule
from cdshooks.guideline.recommendations.t_score import spoken
from cdshooks.guideline.risk_factors import risk_factors, unknown_risk_factors
from cdshooks.guideline.words import listed, t_score
from fhir_mappings.inputs import GuidelineInputs

LOW = Decimal("-2.0")
"""Below: one risk factor is enough."""
NEAR = Decimal("-1.8")
"""From −2.0 to here, both included: it takes several."""
SEVERAL = 2
"""Risk factors that it takes near −2.0."""

_BELOW, _CLOSE = "t-score-below-2-with-risk-factor", "t-score-near-2-with-risk-factors"


def _below(inputs: GuidelineInputs, *, extra: bool) -> Criterion:
    lowest = inputs.bone_density.lowest
    in_range = None if lowest is None else lowest.value < LOW
    return _look(inputs, _BELOW, in_range=in_range, needed=1, extra=extra)


def _close(inputs: GuidelineInputs, *, extra: bool) -> Criterion:
    lowest = inputs.bone_density.lowest
    in_range = None if lowest is None else LOW <= lowest.value <= NEAR
    return _look(inputs, _CLOSE, in_range=in_range, needed=SEVERAL, extra=extra)


def _look(
    inputs: GuidelineInputs, criterion_id: str, *, in_range: bool | None, needed: int, extra: bool
) -> Criterion:
    lowest = inputs.bone_density.lowest
    if lowest is None:
        return Criterion(id=criterion_id, met=Met.UNKNOWN, because="no usable T-score")
    if not in_range:
        asked = "below −2.0" if criterion_id == _BELOW else "between −2.0 and −1.8"
        return Criterion(id=criterion_id, met=Met.NO, because=f"{spoken(lowest)} is not {asked}")
    found = [factor.because for factor in risk_factors(inputs, extra=extra)]
    count = f"{len(found)} risk factor{'' if len(found) == 1 else 's'}"
    if len(found) >= needed:
        because = f"{spoken(lowest)}, with {count}: {listed(found)}"
        reason = f"T-score {t_score(lowest)} with {count}"
        return Criterion(id=criterion_id, met=Met.YES, because=because, reason=reason)
    unknown = unknown_risk_factors(inputs)
    because = f"{spoken(lowest)}; {count} found, {needed} needed"
    if len(found) + len(unknown) < needed:
        return Criterion(id=criterion_id, met=Met.NO, because=because)
    because += f"; not known: {listed(list(unknown))}"
    return Criterion(id=criterion_id, met=Met.UNKNOWN, because=because)


def rules(*, extra: bool) -> tuple[Rule, Rule]:
    """K2 and K3, counting the listed risk factors only or also the `extra` ones."""
    return (
        Rule(
            id=_BELOW,
            sets=Disposition.CONSIDER,
            look=functools.partial(_below, extra=extra),
            citation="GUIDELINE A, S07: T-score below −2.0 with an additional risk factor",
            evidence="N",
        ),
        Rule(
            id=_CLOSE,
            sets=Disposition.CONSIDER,
            look=functools.partial(_close, extra=extra),
            citation="GUIDELINE A, S22: T-score approaching −2.0 with multiple risk factors",
            evidence="N",
        ),
    )
