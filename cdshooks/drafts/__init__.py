"""Draft orders and tasks in FHIR R4, ready for the clinician to sign (GUIDELINE C, "Suggestions").

Each function answers with a complete resource of its own, free to change: a template that fhir.resources
modelled and validated beforehand (`cdshooks.drafts.models`, never imported here), filled for one patient.
Drafts only: the status is `draft`, and there is no `id` for the record system to trip over.
"""

from cdshooks.drafts.corrections import once_weekly
from cdshooks.drafts.filling import Draft, Recipient
from cdshooks.drafts.orders import (
    LabTest,
    alcohol_counselling,
    alendronate,
    calcium,
    dental_exam,
    dxa,
    exercise_referral,
    fall_risk_referral,
    lab,
    nutrition_counselling,
    smoking_cessation,
    specialist_referral,
    vitamin_d,
)
from cdshooks.drafts.tasks import FRAX_CALCULATOR, frax_task

__all__ = [
    "FRAX_CALCULATOR",
    "Draft",
    "LabTest",
    "Recipient",
    "alcohol_counselling",
    "alendronate",
    "calcium",
    "dental_exam",
    "dxa",
    "exercise_referral",
    "fall_risk_referral",
    "frax_task",
    "lab",
    "nutrition_counselling",
    "once_weekly",
    "smoking_cessation",
    "specialist_referral",
    "vitamin_d",
]
