"""Whether anything but a T-score speaks for the drug (GUIDELINE D, O-NOFRAX and O-BELOW).

When a bone drug is ordered in osteopenia, nothing else indicates it, and FRAX is not usable, Then that is a
warning: the T-score alone is no indication. When both FRAX values are below the thresholds, and nothing else
speaks for the drug, Then that is said. Neither is said of one under therapy: FRAX is for the untreated.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Disposition, Met
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy
from cdshooks.guideline.orders.drugs import treats_osteoporosis
from cdshooks.guideline.recommendations import frax as thresholds
from cdshooks.guideline.recommendations.cancer_therapy import CANCER_THERAPY
from cdshooks.guideline.recommendations.frax import FRAX_HIP, FRAX_MAJOR, frax_applies
from cdshooks.guideline.recommendations.glucocorticoid import GLUCOCORTICOID
from cdshooks.guideline.recommendations.hip_or_vertebral_fracture import HIP_OR_VERTEBRAL_FRACTURE
from cdshooks.guideline.recommendations.other_fragility_fracture import OTHER_FRACTURE_WITH_LOW_BONE_MASS
from cdshooks.guideline.recommendations.t_score import in_osteopenia, spoken
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day, number
from fhir_mappings.inputs import Source

_NOT_CLASSIFIED = frozenset(
    {
        Disposition.PEDIATRIC,
        Disposition.PREGNANCY,
        Disposition.YOUNG,
        Disposition.DATA_CONFLICT,
        Disposition.ALREADY_TREATED,
    }
)
"""Where a T-score is no class, may be another one, or FRAX is for nobody under treatment."""
_INDICATES = (
    HIP_OR_VERTEBRAL_FRACTURE,
    OTHER_FRACTURE_WITH_LOW_BONE_MASS,
    GLUCOCORTICOID,
    FRAX_HIP,
    FRAX_MAJOR,
)


def _without_frax(case: OrderCase) -> OrderFinding | None:
    inputs, lowest = case.inputs, case.inputs.bone_density.lowest
    if lowest is None or not in_osteopenia(lowest) or inputs.frax.complete or inputs.therapy:
        return None
    # That FRAX could not be looked up is said as such.
    if case.decision.disposition in _NOT_CLASSIFIED or Source.FRAX in inputs.unanswered:
        return None
    found = [rule.look(inputs) for rule in (*_INDICATES, CANCER_THERAPY)]
    if any(each.met is Met.YES and not each.lesser for each in found):
        return None
    unfit = "" if frax_applies(inputs) else "; FRAX has no results at this age: decide individually"
    return OrderFinding(
        topic=Topic.ORDER_NO_FRAX,
        weight="warning",
        summary="No FRAX on record: T-score alone is not an indication in osteopenia",
        because=f"{spoken(lowest)}, and FRAX is not usable in full{unfit}",
        order=case.order,
        remedies=(Remedy.FRAX,),
    )


def _below(case: OrderCase) -> OrderFinding | None:
    frax = case.inputs.frax
    if case.decision.disposition is not Disposition.DEFER or frax.hip is None or frax.major is None:
        return None
    chances = f"hip {number(frax.hip.value)} %, MOF {number(frax.major.value)} %"
    limits = f"{_percent(thresholds.HIP_PERCENT)} and {_percent(thresholds.MAJOR_PERCENT)}"
    return OrderFinding(
        topic=Topic.ORDER_BELOW_THRESHOLD,
        weight="info",
        summary=f"FRAX below treatment threshold ({chances})",
        because=f"FRAX {chances} ({day(frax.hip.day)}), thresholds {limits}",
        order=case.order,
    )


def _percent(threshold: Decimal) -> str:
    """The threshold without decimals that say nothing."""
    return f"{number(threshold.normalize())} %"


_NEEDED = frozenset(
    {Source.BONE_DENSITY, Source.DXA_REPORTS, Source.FRAX, Source.CONDITIONS, Source.MEDICATIONS}
)

O_NOFRAX = Check(
    id="O-NOFRAX",
    topic=Topic.ORDER_NO_FRAX,
    concerns=treats_osteoporosis,
    needs=_NEEDED,
    look=_without_frax,
    citation="BHOF 2022: low bone mass is decided on with FRAX, not on the T-score alone",
)
O_BELOW = Check(
    id="O-BELOW",
    topic=Topic.ORDER_BELOW_THRESHOLD,
    concerns=treats_osteoporosis,
    needs=_NEEDED,
    look=_below,
    citation="BHOF 2022: both probabilities below the US thresholds",
)
