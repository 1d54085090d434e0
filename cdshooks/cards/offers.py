"""Suggestions of tasks, medicines and DXA: when each applies, what it is called, which drafts it holds.

GUIDELINE C, "Suggestions". Laboratory tests are in `labs`, referrals in `referrals`.
"""

import datetime

from cdshooks import drafts
from cdshooks.cards.case import Case
from cdshooks.cards.frax_inputs import frax_inputs
from cdshooks.cards.sheet import Creation, Offer, SuggestionId
from cdshooks.drafts import Recipient
from cdshooks.guideline import secondary_cause
from cdshooks.guideline.decision import Draft
from cdshooks.guideline.recommendations.frax import frax_applies
from cdshooks.guideline.recommendations.t_score import OSTEOPOROSIS
from cdshooks.guideline.words import listed
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Disease, Source

EARLY_DXA_MONTHS = 23
"""A DXA this old is due again now (GUIDELINE A, S35)."""
SOON_MONTHS, LATER_MONTHS = 12, 24
"""When bone density is measured again after a start: in a year where bone is at stake most (A, S45)."""


def frax_task(case: Case, to: Recipient) -> Offer | None:
    """The task to calculate FRAX, with the inputs at hand; none where FRAX gives no results."""
    if not frax_applies(case.inputs):
        return None
    found, lacking = frax_inputs(case.inputs)
    return Offer(
        id=SuggestionId.FRAX_TASK,
        label="Add task: complete FRAX (prefilled inputs)",
        changes=(
            Creation(
                description="Create a task to calculate FRAX, with the inputs found in the chart",
                resource=drafts.frax_task(to, found=found, not_found=lacking),
            ),
        ),
    )


def frax_in_12_months(case: Case, to: Recipient) -> Offer:
    """The same task for a year later."""
    found, lacking = frax_inputs(case.inputs)
    due = add_months(case.inputs.as_of, 12)
    return Offer(
        id=SuggestionId.FRAX_IN_12_MONTHS,
        label=f"Add task: repeat FRAX by {due}",
        changes=(
            Creation(
                description="Create a task to calculate FRAX again in 12 months",
                resource=drafts.frax_task(to, found=found, not_found=lacking, due=due),
            ),
        ),
    )


def start_alendronate(case: Case, to: Recipient) -> Offer | None:
    """The weekly draft, unless something speaks against it; recommended only where nothing is open."""
    if case.decision.draft not in {Draft.RECOMMENDED, Draft.OFFERED}:
        return None
    reason = listed([criterion.reason or criterion.because for criterion in case.decision.grounds])
    return Offer(
        id=SuggestionId.START_ALENDRONATE,
        label="Consider starting alendronate 70 mg once weekly",
        changes=(
            Creation(
                description="Create a draft order: alendronate 70 mg tablet, one tablet once a WEEK",
                resource=drafts.alendronate(to, reason=reason),
            ),
        ),
        recommended=case.decision.draft is Draft.RECOMMENDED,
    )


def calcium(case: Case, to: Recipient) -> Offer | None:
    """Calcium, unless it is on the list, or calcium is high, or stones or hyperparathyroidism are on record."""
    inputs = case.inputs
    if _is_taken_or_unknown(case, "calcium") or is_hypercalcemic(case):
        return None
    if inputs.has(Disease.HYPERPARATHYROIDISM) or inputs.ever(Disease.NEPHROLITHIASIS):
        return None
    return Offer(
        id=SuggestionId.CALCIUM,
        label="Calcium carbonate 1,250 mg (500 mg elemental calcium) daily with food",
        changes=(
            Creation(
                description="Create a draft order: calcium carbonate, once daily with food",
                resource=drafts.calcium(to),
            ),
        ),
    )


def vitamin_d(case: Case, to: Recipient) -> Offer | None:
    """Vitamin D, unless it is on the list, or calcium is high, or sarcoidosis is on record."""
    inputs = case.inputs
    if _is_taken_or_unknown(case, "vitamin D") or is_hypercalcemic(case):
        return None
    if inputs.ever(Disease.SARCOIDOSIS):
        return None
    return Offer(
        id=SuggestionId.VITAMIN_D,
        label="Vitamin D3 1,000 IU daily",
        changes=(
            Creation(
                description="Create a draft order: vitamin D3 1,000 IU, once daily",
                resource=drafts.vitamin_d(to),
            ),
        ),
    )


def _is_taken_or_unknown(case: Case, supplement: str) -> bool:
    """Whether it is on the list, or the list or what speaks against it could not be read."""
    unread = case.inputs.unanswered & {Source.MEDICATIONS, Source.CONDITIONS}
    return bool(unread) or any(each.name == supplement for each in case.inputs.supplements)


def is_hypercalcemic(case: Case) -> bool:
    """High calcium by the deciding value or by diagnosis."""
    value = case.inputs.labs.calcium
    high = value is not None and secondary_cause.is_hypercalcemic(value)
    return high or case.inputs.has(Disease.HYPERCALCEMIA) is not None


def dxa_now(case: Case, to: Recipient) -> Offer:
    """Bone density without delay."""
    last = case.inputs.bone_density.day
    return Offer(
        id=SuggestionId.DXA_NOW,
        label=f"Order DXA now (last {last})" if last else "Order DXA",
        changes=(
            Creation(
                description="Create a draft order: central DXA",
                resource=drafts.dxa(
                    to, due=None, reason=f"Last DXA {last}" if last else "No usable bone density on record"
                ),
            ),
        ),
    )


def dxa_in(case: Case, to: Recipient, *, months: int, after: datetime.date) -> Offer:
    """Bone density so many months after a day; now where that has passed."""
    due = max(add_months(after, months), case.inputs.as_of)
    return Offer(
        id=SuggestionId.DXA_12 if months == SOON_MONTHS else SuggestionId.DXA_24,
        label=f"Order DXA due {due}",
        changes=(
            Creation(
                description=f"Create a draft order: central DXA, due {due}",
                resource=drafts.dxa(to, due=due, reason="Follow-up of bone density"),
            ),
        ),
    )


def follow_up_months(case: Case) -> int:
    """A year where bone is osteoporotic, on glucocorticoids, or at very high risk; else two (A, S45)."""
    lowest = case.inputs.bone_density.lowest
    osteoporotic = lowest is not None and lowest.value <= OSTEOPOROSIS
    soon = osteoporotic or case.decision.fired("glucocorticoid")
    return SOON_MONTHS if soon or case.decision.fired("caution-very-high-risk") else LATER_MONTHS
