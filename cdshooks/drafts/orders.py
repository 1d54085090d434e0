"""Draft MedicationRequests and ServiceRequests. Every `reason` is what the clinician reads: never empty."""

import datetime
from enum import StrEnum

from cdshooks.drafts.filling import Draft, Recipient, fill


class LabTest(StrEnum):
    """Tests for secondary causes of bone loss, and those to know before a bone drug (GUIDELINE C, S-LABS).

    The values are the guideline's input names where the test answers one.
    """

    BASIC_METABOLIC_PANEL = "basic-metabolic-panel"
    CALCIUM = "calcium"
    CREATININE = "creatinine"
    ALBUMIN = "albumin"
    ALKALINE_PHOSPHATASE = "alkaline-phosphatase"
    VITAMIN_D = "vitamin-d"
    TSH = "tsh"
    PTH = "pth"
    TESTOSTERONE = "testosterone"


def alendronate(to: Recipient, *, reason: str) -> Draft:
    """Alendronate 70 mg by mouth once a week, 12 tablets for 84 days (S26, S27; FDA label §2.1).

    The day of the week is the patient's choice and not in the draft. Whether the drug may be offered at all
    is not asked here: that is the guideline's answer.
    """
    return fill("start-alendronate", to, reason=reason)


def calcium(to: Recipient) -> Draft:
    """Calcium carbonate 1,250 mg, which is 500 mg of elemental calcium, once a day with food (S08)."""
    return fill("calcium", to)


def vitamin_d(to: Recipient) -> Draft:
    """Vitamin D3 1,000 IU by mouth once a day (S09: 800–1,000 IU)."""
    return fill("vitamin-d", to)


def exercise_referral(to: Recipient, *, reason: str, low_impact: bool) -> Draft:
    """Physical therapy for weight-bearing, resistance and balance exercise (S12–S15).

    `low_impact` has to be true from a T-score of −2.5 down, and after a vertebral fracture: then no jogging,
    and no loaded flexion or twisting of the spine.
    """
    return fill("exercise-referral-low-impact" if low_impact else "exercise-referral", to, reason=reason)


def dxa(to: Recipient, *, due: datetime.date | None, reason: str) -> Draft:
    """Central bone density by DXA on the day it is `due` (S35, S45); without one, now."""
    draft = fill("dxa", to, reason=reason)
    if due is None:
        del draft["occurrenceDateTime"]
    else:
        draft["occurrenceDateTime"] = due.isoformat()
    return draft


def lab(to: Recipient, test: LabTest, *, reason: str) -> Draft:
    """One laboratory test; several are several orders."""
    return fill(f"lab-{test}", to, reason=reason)


def dental_exam(to: Recipient) -> Draft:
    """A dental examination before or at the start of a bone drug; it never holds up treatment (S44)."""
    return fill("dental-exam", to)


def fall_risk_referral(to: Recipient) -> Draft:
    """An assessment of the risk of falls (S14)."""
    return fill("fall-risk-referral", to)


def smoking_cessation(to: Recipient) -> Draft:
    """A referral to stop smoking (S16)."""
    return fill("smoking-cessation", to)


def alcohol_counselling(to: Recipient) -> Draft:
    """Counselling about alcohol (S17)."""
    return fill("alcohol-counselling", to)


def nutrition_counselling(to: Recipient) -> Draft:
    """Counselling about nutrition, for low body weight (S18)."""
    return fill("nutrition-counselling", to)


def specialist_referral(to: Recipient, *, reason: str) -> Draft:
    """A referral to endocrinology or fracture liaison, as text: each hospital has its own code for it."""
    return fill("specialist-referral", to, reason=reason)
