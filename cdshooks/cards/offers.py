"""The suggestions: when each applies, what it is called, which drafts it holds (GUIDELINE C, "Suggestions")."""

import datetime
from decimal import Decimal

from cdshooks import drafts
from cdshooks.cards.case import Case
from cdshooks.cards.frax_inputs import frax_inputs
from cdshooks.cards.sheet import Creation, Offer, SuggestionId
from cdshooks.drafts import LabTest, Recipient
from cdshooks.guideline.bars.caution_not_known import unknown_labs
from cdshooks.guideline.decision import Draft
from cdshooks.guideline.recommendations.t_score import OSTEOPOROSIS
from cdshooks.guideline.words import listed
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import Disease, FractureSite, Source

HIGH_CALCIUM = {"mg/dL": Decimal("10.5"), "mmol/L": Decimal("2.62")}
"""Above this no calcium and no vitamin D is suggested (GUIDELINE B, 18)."""
EARLY_DXA_MONTHS = 23
"""A DXA this old is due again now (GUIDELINE A, S35)."""


def frax_task(case: Case, to: Recipient) -> Offer:
    """The task to calculate FRAX, with the inputs at hand."""
    found, lacking = frax_inputs(case.inputs)
    return Offer(
        id=SuggestionId.FRAX_TASK,
        label="Add task: complete FRAX (prefilled inputs)",
        creations=(
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
        creations=(
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
    reason = listed([criterion.reason or criterion.because for criterion in case.decision.met])
    return Offer(
        id=SuggestionId.START_ALENDRONATE,
        label="Consider starting alendronate 70 mg once weekly",
        creations=(
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
        creations=(
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
        creations=(
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
    high = value is not None and value.kind != "ionized" and value.value > HIGH_CALCIUM[value.unit]
    return high or case.inputs.has(Disease.HYPERCALCEMIA) is not None


def exercise_referral(case: Case, to: Recipient) -> Offer | None:
    """Physical therapy for low bone mass; low-impact where bone is very weak."""
    lowest = case.inputs.bone_density.lowest
    return (
        Offer(
            id=SuggestionId.EXERCISE_REFERRAL,
            label="Refer: PT for strength, weight-bearing and balance",
            creations=(
                Creation(
                    description="Create a draft referral to physical therapy",
                    resource=drafts.exercise_referral(
                        to, reason="Low bone mass or fragility fracture", low_impact=is_fragile(case)
                    ),
                ),
            ),
        )
        if lowest is not None or case.inputs.fractures
        else None
    )


def is_fragile(case: Case) -> bool:
    """Bone so weak that jogging and loaded bending are out: T ≤ −2.5, or a fracture of spine or hip."""
    lowest = case.inputs.bone_density.lowest
    broken = any(
        fracture.site in {FractureSite.VERTEBRA, FractureSite.HIP} for fracture in case.inputs.fractures
    )
    return broken or (lowest is not None and lowest.value <= OSTEOPOROSIS)


def dxa_now(_: Case, to: Recipient) -> Offer:
    """Bone density without delay."""
    return Offer(
        id=SuggestionId.DXA_NOW,
        label="Order DXA",
        creations=(
            Creation(
                description="Create a draft order: central DXA",
                resource=drafts.dxa(to, due=None, reason="No usable bone density on record"),
            ),
        ),
    )


def dxa_in(case: Case, to: Recipient, *, months: int, after: datetime.date) -> Offer:
    """Bone density so many months after a day; now where that has passed."""
    due = max(add_months(after, months), case.inputs.as_of)
    return Offer(
        id=SuggestionId.DXA_12 if months == 12 else SuggestionId.DXA_24,  # noqa: PLR2004 - the two there are
        label=f"Order DXA due {due}",
        creations=(
            Creation(
                description=f"Create a draft order: central DXA, due {due}",
                resource=drafts.dxa(to, due=due, reason="Follow-up of bone density"),
            ),
        ),
    )


def _missing_tests(case: Case, *, vitamin_d: bool) -> tuple[LabTest, ...]:
    """The tests whose values the chart does not tell, of those that gate alendronate."""
    labs = case.inputs.labs
    unknown = unknown_labs(case.inputs)
    tests: list[LabTest] = []
    if len(unknown) > 1:
        tests.append(LabTest.BASIC_METABOLIC_PANEL)
    elif unknown:
        tests.append(LabTest.CALCIUM if unknown == ["calcium"] else LabTest.CREATININE)
    if labs.albumin is None and labs.ionized_calcium is None:
        tests.append(LabTest.ALBUMIN)
    if vitamin_d and labs.vitamin_d is None:
        tests.append(LabTest.VITAMIN_D)
    return tuple(tests)


def secondary_cause_labs(case: Case, to: Recipient, *, vitamin_d: bool = True) -> Offer | None:
    """One suggestion with an action for each missing test; `vitamin_d` unless it is suggested beside it."""
    tests = _missing_tests(case, vitamin_d=vitamin_d)
    if not tests:
        return None
    return Offer(
        id=SuggestionId.LABS,
        label=f"Order secondary-cause labs ({len(tests)} not found in chart)",
        creations=tuple(
            Creation(
                description=f"Create a draft order: {test.replace('-', ' ')}",
                resource=drafts.lab(to, test, reason="Before bone drug therapy; secondary causes"),
            )
            for test in tests
        ),
    )


def vitamin_d_level(case: Case, to: Recipient) -> Offer | None:
    """A 25-OH vitamin D level where none is known."""
    if case.inputs.labs.vitamin_d is not None:
        return None
    return Offer(
        id=SuggestionId.VITAMIN_D_LEVEL,
        label="25-OH vitamin D level",
        creations=(
            Creation(
                description="Create a draft order: 25-OH vitamin D",
                resource=drafts.lab(
                    to, LabTest.VITAMIN_D, reason="Vitamin D status before bone drug therapy"
                ),
            ),
        ),
    )


def dental_exam(_: Case, to: Recipient) -> Offer:
    """A dental examination before or at the start; never a reason to wait."""
    return Offer(
        id=SuggestionId.DENTAL_EXAM,
        label="Dental exam before or at start, unless done within 12 months",
        creations=(
            Creation(
                description="Create a draft referral: dental examination", resource=drafts.dental_exam(to)
            ),
        ),
    )
