"""Renal function (FDA label sections 5 and 8.6; GUIDELINE B, 17).

When creatinine clearance, or eGFR where clearance cannot be computed, is below 35 mL/min, or the two fall on
different sides of it, Then no alendronate. Nor under dialysis or in kidney failure, whatever was measured.
While creatinine changes fast, a value below 35 still withholds, and any other is not known to last.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Bar, Looked, no, unknown, yes, yes_or_no
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day, measured, number
from fhir_mappings.inputs import Disease, GuidelineInputs, Renal, Source

LOWEST_CLEARANCE = Decimal(35)
"""mL/min; alendronate is not recommended below."""


def spoken(renal: Renal) -> str:
    """Clearance and eGFR, as far as they are known, and whether creatinine is changing fast."""
    parts = []
    if renal.clearance is not None:
        parts.append(f"CrCl {number(renal.clearance, 1)} mL/min ({day(renal.clearance_day)})")
    if renal.egfr is not None:
        parts.append(f"eGFR {measured(renal.egfr, 1)} ({day(renal.egfr.day)})")
    if parts and renal.kidney_injury:
        parts.append("in acute kidney injury")
    return ", ".join(parts)


def is_known(renal: Renal) -> bool:
    """Whether the chart says on which side of the limit the kidneys are."""
    return _below(renal) is not None


def _below(renal: Renal) -> bool | None:
    """Below if either is: where they disagree the lower one withholds the draft.

    In an acute injury a value that is not low says nothing of the days to come: not known.
    """
    clearance = None if renal.clearance is None else renal.clearance < LOWEST_CLEARANCE
    filtration = None if renal.egfr is None else renal.egfr.below(LOWEST_CLEARANCE)
    if clearance or filtration:
        return True
    if renal.kidney_injury:
        return None
    return filtration if clearance is None else clearance


def _short(renal: Renal) -> str:
    if renal.clearance is not None and renal.clearance < LOWEST_CLEARANCE:
        return f"CrCl {number(renal.clearance, 1)} mL/min"
    return f"eGFR {measured(renal.egfr, 1)}" if renal.egfr else "renal function"


def _renal(inputs: GuidelineInputs) -> Looked:
    below = _below(inputs.renal)
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
    because = f"{spoken(inputs.renal)}; the limit is {LOWEST_CLEARANCE}"
    return yes_or_no(because, met=below, reason=_short(inputs.renal))


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
    id="caution-kidney-injury", look=_injury, citation="GUIDELINE B, 17: acute kidney injury is not usable"
)
