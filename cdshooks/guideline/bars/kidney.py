"""Renal function (FDA label sections 5 and 8.6; GUIDELINE B, 17).

When creatinine clearance, or eGFR where clearance cannot be computed, is below 35 mL/min, or the two fall on
different sides of it, Then no alendronate. Nor under dialysis or in kidney failure, whatever was measured.
While creatinine changes fast, a value below 35 still withholds, and any other is not known to last.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Bar, Looked, no, unknown, yes, yes_or_no
from cdshooks.guideline.renal import is_below, judged, spoken
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Disease, GuidelineInputs, Renal, Source

LOWEST_CLEARANCE = Decimal(35)
"""mL/min; alendronate is not recommended below."""


def is_known(renal: Renal) -> bool:
    """Whether the chart says on which side of the limit the kidneys are."""
    return is_below(renal, LOWEST_CLEARANCE) is not None


def _renal(inputs: GuidelineInputs) -> Looked:
    below = is_below(inputs.renal, LOWEST_CLEARANCE)
    failed = inputs.has(Disease.DIALYSIS_OR_CKD_5)
    if failed is not None and not below:
        # Between two sessions of dialysis creatinine looks better than the kidneys are.
        return yes(f"{failed.disease} on record ({day(failed.day)})", reason=failed.disease.value)
    if below is None:
        return unknown(
            "laboratory values could not be read"
            if Source.LABS in inputs.unanswered
            else "no usable creatinine clearance or eGFR of the last 12 months"
        )
    low = [each.words for each in judged(inputs.renal, LOWEST_CLEARANCE) if each.below]
    because = f"{spoken(inputs.renal)}; the limit is {LOWEST_CLEARANCE}"
    return yes_or_no(because, met=below, reason=low[0] if low else None)


def _injury(inputs: GuidelineInputs) -> Looked:
    if inputs.renal.kidney_injury:
        return yes("creatinine rose to 1.5 times or more within seven days; wait until it is steady")
    return no("creatinine is steady, as far as it is known")


BLOCK_RENAL = Bar(
    id="block-renal",
    look=_renal,
    citation="FDA label section 8.6: not recommended with creatinine clearance below 35 mL/min",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
CAUTION_KIDNEY_INJURY = Bar(
    id="caution-kidney-injury",
    look=_injury,
    citation="GUIDELINE B, 17: acute kidney injury is not usable",
    can_be_settled=True,
)
