"""Whether anything but a T-score speaks for the drug (GUIDELINE D, O-NOFRAX and O-BELOW).

When a bone drug is ordered in osteopenia without a fracture or glucocorticoid that decides, and FRAX is not
usable, Then that is a warning: the T-score alone is no indication. When both FRAX values are below the
thresholds, Then that is said.
"""

from cdshooks.guideline.decision import Disposition, Topic
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.recommendations.frax import frax_applies
from cdshooks.guideline.recommendations.t_score import in_osteopenia, spoken
from cdshooks.guideline.words import day, number

_OPEN = frozenset({Disposition.RISK_ASSESSMENT_NEEDED, Disposition.CONSIDER})


def _without_frax(case: OrderCase) -> OrderFinding | None:
    inputs, lowest = case.inputs, case.inputs.bone_density.lowest
    if not case.treats_bone or case.decision.disposition not in _OPEN:
        return None
    if lowest is None or not in_osteopenia(lowest) or inputs.frax.complete or not frax_applies(inputs):
        return None
    return OrderFinding(
        topic=Topic.ORDER_NO_FRAX,
        weight="warning",
        summary="No FRAX on record: T-score alone is not an indication in osteopenia",
        because=f"{spoken(lowest)}, and FRAX is not usable in full",
        order=case.order,
        remedies=(Remedy.FRAX,),
    )


def _below(case: OrderCase) -> OrderFinding | None:
    frax = case.inputs.frax
    if not case.treats_bone or case.decision.disposition is not Disposition.DEFER:
        return None
    if frax.hip is None or frax.major is None:
        return None
    chances = f"hip {number(frax.hip.value)} %, MOF {number(frax.major.value)} %"
    return OrderFinding(
        topic=Topic.ORDER_BELOW_THRESHOLD,
        weight="info",
        summary=f"FRAX below treatment threshold ({chances})",
        because=f"FRAX {chances} ({day(frax.hip.day)}), thresholds 3 % and 20 %",
        order=case.order,
    )


O_NOFRAX = Check(
    id="O-NOFRAX",
    topic=Topic.ORDER_NO_FRAX,
    look=_without_frax,
    citation="BHOF 2022: low bone mass is decided on with FRAX, not on the T-score alone",
)
O_BELOW = Check(
    id="O-BELOW",
    topic=Topic.ORDER_BELOW_THRESHOLD,
    look=_below,
    citation="BHOF 2022: both probabilities below the US thresholds",
)
