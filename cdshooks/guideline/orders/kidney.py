"""Renal function before a bisphosphonate (FDA label section 8.6; GUIDELINE D, O-REN and O-REN-UNK).

When creatinine clearance, or eGFR where it cannot be computed, is below 35 mL/min, Then alendronate is not
recommended: below 30 that is critical; from 30 on, or where the two fall on different sides of 35, a warning.
When neither is known, Then that is told.
"""

from decimal import Decimal

from cdshooks.guideline.bars.kidney import BLOCK_RENAL, LOWEST_CLEARANCE, is_known
from cdshooks.guideline.decision import Met
from cdshooks.guideline.orders.check import Check, OrderCase, OrderFinding, Remedy, Weight
from cdshooks.guideline.orders.drugs import is_bisphosphonate
from cdshooks.guideline.orders.suspected import suspicion
from cdshooks.guideline.renal import judged, spoken
from cdshooks.guideline.topics import Topic
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Disease, Source

CRITICAL_BELOW = Decimal(30)
MONTHS = 12


def _low(case: OrderCase) -> OrderFinding | None:
    criterion = BLOCK_RENAL.look(case.inputs)
    if criterion.met is not Met.YES:
        return _in_doubt(case)
    value, weight = _weighed(case)
    return OrderFinding(
        topic=Topic.ORDER_RENAL,
        weight=weight,
        summary=f"{value}: {case.drug} not recommended below {LOWEST_CLEARANCE}",
        because=criterion.because,
        order=case.order,
        remedies=(Remedy.REMOVE,),
        alternatives=True,
    )


def _in_doubt(case: OrderCase) -> OrderFinding | None:
    """Kidney failure that only a name tells of, while no value speaks against it."""
    found = suspicion(case, Disease.DIALYSIS_OR_CKD_5)
    if found is None or is_known(case.inputs.renal):
        return None
    return OrderFinding(
        topic=Topic.ORDER_RENAL,
        weight="warning",
        summary=f"Possible {found.disease}: check renal function before {case.drug}",
        because=found.because,
        order=case.order,
        remedies=(Remedy.LABS,),
    )


def _weighed(case: OrderCase) -> tuple[str, Weight]:
    """The deciding value in words, and how heavily it weighs."""
    renal, failed = case.inputs.renal, case.inputs.has(Disease.DIALYSIS_OR_CKD_5)
    low, very_low = judged(renal, LOWEST_CLEARANCE), judged(renal, CRITICAL_BELOW)
    if failed is not None and not any(each.below for each in very_low[:1]):
        return failed.disease.value.capitalize(), "critical"
    if not low[0].below:
        # Clearance is not low, and eGFR is.
        return ", ".join(each.words for each in low), "warning"
    disagree = any(each.below is False for each in low)
    return low[0].words, "critical" if very_low[0].below and not disagree else "warning"


def _unknown(case: OrderCase) -> OrderFinding | None:
    inputs = case.inputs
    if Source.LABS in inputs.unanswered:
        return None
    if is_known(inputs.renal) or inputs.has(Disease.DIALYSIS_OR_CKD_5) is not None:
        return None
    since = add_months(inputs.as_of, -MONTHS)
    why = "creatinine is changing fast" if inputs.renal.kidney_injury else f"none in {MONTHS} months"
    return OrderFinding(
        topic=Topic.ORDER_RENAL_UNKNOWN,
        weight="info",
        summary=f"Renal function not known before {case.drug}: {why}",
        because=spoken(inputs.renal) or f"no usable creatinine or eGFR since {since}",
        order=case.order,
        remedies=(Remedy.LABS,),
    )


O_REN = Check(
    id="O-REN",
    topic=Topic.ORDER_RENAL,
    concerns=is_bisphosphonate,
    needs=frozenset({Source.LABS, Source.BODY_MEASURES, Source.CONDITIONS, Source.PATIENT}),
    look=_low,
    citation="FDA label section 8.6: not recommended with creatinine clearance below 35 mL/min",
)
O_REN_UNK = Check(
    id="O-REN-UNK",
    topic=Topic.ORDER_RENAL_UNKNOWN,
    concerns=is_bisphosphonate,
    needs=frozenset({Source.LABS}),
    look=_unknown,
    citation="GUIDELINE B, 17: twelve months",
)
