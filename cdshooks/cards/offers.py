"""Suggestions of tasks, medicines and DXA: when each applies, what it is called, which drafts it holds.

GUIDELINE C, "Suggestions". Laboratory tests are in `labs`, referrals in `referrals`.
"""

import datetime

from cdshooks import drafts
from cdshooks.cards.case import Case
from cdshooks.cards.sheet import Creation, Offer, SuggestionId
from cdshooks.drafts import Recipient
from cdshooks.guideline.calcium_and_vitamin_d import is_calcium_suggested, is_vitamin_d_suggested
from cdshooks.guideline.decision import Draft
from cdshooks.guideline.follow_up import FRAX_MONTHS, SOON_MONTHS
from cdshooks.guideline.frax_inputs import FraxInputs
from cdshooks.guideline.recommendations.frax import frax_applies
from cdshooks.guideline.words import listed
from fhir_mappings.dates import add_months


def frax_task(case: Case, to: Recipient, asked: FraxInputs) -> Offer | None:
    """The task to calculate FRAX, with the inputs at hand; none where FRAX gives no results."""
    if not frax_applies(case.inputs):
        return None
    return Offer(
        id=SuggestionId.FRAX_TASK,
        label="Add task: complete FRAX (prefilled inputs)",
        changes=(
            Creation(
                description="Create a task to calculate FRAX, with the inputs found in the chart",
                resource=drafts.frax_task(to, found=asked.found, not_found=asked.lacking),
            ),
        ),
    )


def frax_in_12_months(case: Case, to: Recipient, asked: FraxInputs) -> Offer:
    """The same task for a year later."""
    due = add_months(case.inputs.as_of, FRAX_MONTHS)
    return Offer(
        id=SuggestionId.FRAX_IN_12_MONTHS,
        label=f"Add task: repeat FRAX by {due}",
        changes=(
            Creation(
                description=f"Create a task to calculate FRAX again in {FRAX_MONTHS} months",
                resource=drafts.frax_task(to, found=asked.found, not_found=asked.lacking, due=due),
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
    """Calcium, unless it is taken or something speaks against it."""
    if not is_calcium_suggested(case.inputs):
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
    """Vitamin D, unless it is taken or something speaks against it."""
    if not is_vitamin_d_suggested(case.inputs):
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
