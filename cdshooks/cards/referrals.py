"""Suggestions of referrals and counselling: when each applies (GUIDELINE C, "Suggestions"; A, S12–S18, S44)."""

from cdshooks import drafts
from cdshooks.cards.case import Case
from cdshooks.cards.sheet import Creation, Offer, SuggestionId
from cdshooks.drafts import Draft, Recipient
from cdshooks.guideline import alcohol, exercise, falls
from cdshooks.guideline.risk_factors import is_bmi_low


def _offer(suggestion: SuggestionId, label: str, description: str, resource: Draft) -> Offer:
    return Offer(id=suggestion, label=label, changes=(Creation(description=description, resource=resource),))


def exercise_referral(case: Case, to: Recipient) -> Offer | None:
    """Physical therapy for low bone mass or after a fracture; low-impact where bone is very weak."""
    if not exercise.is_referred(case.inputs):
        return None
    return _offer(
        SuggestionId.EXERCISE_REFERRAL,
        "Refer: PT for strength, weight-bearing and balance",
        "Create a draft referral to physical therapy",
        drafts.exercise_referral(
            to, reason="Low bone mass or fragility fracture", low_impact=exercise.is_fragile(case.inputs)
        ),
    )


def fall_risk_referral(case: Case, to: Recipient) -> Offer | None:
    """An assessment for older people, and after falls."""
    if not falls.is_risk_assessed(case.inputs):
        return None
    return _offer(
        SuggestionId.FALL_RISK_REFERRAL,
        "Refer: fall-risk assessment",
        "Create a draft order: fall-risk assessment",
        drafts.fall_risk_referral(to),
    )


def smoking_cessation(case: Case, to: Recipient) -> Offer | None:
    """For who smokes."""
    smoking = case.inputs.smoking
    if smoking is None or not smoking.current:
        return None
    return _offer(
        SuggestionId.SMOKING_CESSATION,
        "Refer: stop smoking",
        "Create a draft referral to stop smoking",
        drafts.smoking_cessation(to),
    )


def alcohol_counselling(case: Case, to: Recipient) -> Offer | None:
    """For who drinks too much."""
    if not alcohol.is_too_much(case.inputs):
        return None
    return _offer(
        SuggestionId.ALCOHOL_COUNSELLING,
        f"Counselling: alcohol at most 1–{alcohol.DRINKS} drinks a day",
        "Create a draft order: counselling about alcohol",
        drafts.alcohol_counselling(to),
    )


def nutrition_counselling(case: Case, to: Recipient) -> Offer | None:
    """For low body weight."""
    if not is_bmi_low(case.inputs):
        return None
    return _offer(
        SuggestionId.NUTRITION_COUNSELLING,
        "Counselling: nutrition, low body weight",
        "Create a draft order: counselling about nutrition",
        drafts.nutrition_counselling(to),
    )


def dental_exam(case: Case, to: Recipient) -> Offer | None:
    """A dental examination before or at the start, unless there was one; never a reason to wait."""
    if case.inputs.dental_exam is not None and case.inputs.dental_exam.is_so:
        return None
    return _offer(
        SuggestionId.DENTAL_EXAM,
        "Dental exam before or at start (none in 12 months found)",
        "Create a draft referral: dental examination",
        drafts.dental_exam(to),
    )


def specialist_referral(to: Recipient, *, reason: str) -> Offer:
    """Endocrinology or a fracture liaison service."""
    return _offer(
        SuggestionId.SPECIALIST_REFERRAL,
        "Refer: endocrinology / fracture liaison service",
        "Create a draft referral to endocrinology or fracture liaison",
        drafts.specialist_referral(to, reason=reason),
    )


def lifestyle(case: Case, to: Recipient) -> tuple[Offer | None, ...]:
    """What helps whatever else is decided, after everything that the guideline puts first."""
    return (
        smoking_cessation(case, to),
        alcohol_counselling(case, to),
        nutrition_counselling(case, to),
        fall_risk_referral(case, to),
    )


def chosen(*wanted: Offer | None) -> tuple[Offer, ...]:
    """Those that apply, each once, in their order."""
    first: dict[SuggestionId, Offer] = {}
    for offer in wanted:
        if offer is not None:
            first.setdefault(offer.id, offer)
    return tuple(first.values())
