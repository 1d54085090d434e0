"""What a card or finding is about: the one list of topics (GUIDELINE, "Codes on the wire")."""

from enum import StrEnum
from typing import Self


class Topic(StrEnum):
    """A topic: its code on the wire, its number in the uuids of cards, and its title.

    A number stays with its code for good: feedback on a card comes weeks after it, and reports reach back
    years. What is new takes the next free number; the number of what is gone is never given to anything else.
    """

    number: int
    display: str

    def __new__(cls, code: str, number: int, display: str) -> Self:
        """A member is its code."""
        topic = str.__new__(cls, code)
        topic._value_ = code
        topic.number = number
        topic.display = display
        return topic

    DXA_SCREENING = "dxa-screening", 1, "Bone density test recommended"
    FRAX_NEEDED = "frax-needed", 2, "FRAX needed before a decision on drug therapy"
    TREATMENT_INDICATED = "treatment-indicated", 3, "Treatment threshold met"
    TREATMENT_CONSIDER = "treatment-consider", 4, "Consider drug therapy"
    TREATMENT_DEFERRED = "treatment-deferred", 5, "Drug therapy not indicated now"
    SECONDARY_CAUSE = "secondary-cause", 6, "Possible secondary cause of bone loss"
    ALENDRONATE_UNSUITABLE = "alendronate-unsuitable", 7, "Oral alendronate not suitable"
    CORRECT_FIRST = "correct-first", 8, "Correct before bone drug therapy"
    ON_TREATMENT = "on-treatment", 9, "Follow-up on bone drug therapy"
    VERY_HIGH_RISK = "very-high-risk", 10, "Very high fracture risk"
    DATA_PROBLEM = "data-problem", 11, "Data problem"
    T_SCORE_NOT_APPLICABLE = "t-score-not-applicable", 12, "T-score categories do not apply"
    DENOSUMAB_OVERDUE = "denosumab-overdue", 13, "Denosumab overdue"
    ORDER_DAILY_70 = "order-daily-70", 14, "Weekly dose ordered daily"
    ORDER_UNDERDOSE = "order-underdose", 15, "Below the treatment dose"
    ORDER_DOSE_UNREADABLE = "order-dose-unreadable", 16, "Dose or frequency not readable"
    ORDER_DOSE_CONFLICT = "order-dose-conflict", 17, "Text and structure of the dose disagree"
    ORDER_ESOPHAGEAL = "order-esophageal", 18, "Esophageal disease"
    ORDER_VARICES = "order-varices", 19, "Esophageal varices, banding or sclerotherapy"
    ORDER_UPRIGHT = "order-upright", 20, "Cannot stay upright"
    ORDER_HYPOCALCEMIA = "order-hypocalcemia", 21, "Hypocalcemia"
    ORDER_CALCIUM_UNKNOWN = "order-calcium-unknown", 22, "Calcium not known"
    ORDER_RENAL = "order-renal", 23, "Renal function too low"
    ORDER_RENAL_UNKNOWN = "order-renal-unknown", 24, "Renal function not known"
    ORDER_HYPERSENSITIVITY = "order-hypersensitivity", 25, "Allergy to a bisphosphonate"
    ORDER_PREGNANCY = "order-pregnancy", 26, "Pregnancy or breast-feeding"
    ORDER_PEDIATRIC = "order-pediatric", 27, "Under 18"
    ORDER_PREMENOPAUSAL = "order-premenopausal", 28, "Premenopausal, or a man under 50"
    ORDER_DUPLICATE_THERAPY = "order-duplicate-therapy", 29, "Duplicate bone therapy"
    ORDER_VITAMIN_D = "order-vitamin-d", 30, "Low vitamin D"
    ORDER_CALCIUM_VITAMIN_D = "order-calcium-vitamin-d", 31, "Calcium and vitamin D intake"
    ORDER_ADMINISTRATION_TIMING = "order-administration-timing", 32, "Timing with calcium, antacids and iron"
    ORDER_DENTAL = "order-dental", 33, "Dental examination"
    ORDER_NO_FRAX = "order-no-frax", 34, "No FRAX on record"
    ORDER_BELOW_THRESHOLD = "order-below-threshold", 35, "FRAX below the treatment threshold"
    ORDER_DRUG_HOLIDAY = "order-drug-holiday", 36, "Review of long-term therapy"
    ORDER_PAST_HARM = (
        "order-atypical-fracture-or-onj",
        37,
        "Prior osteonecrosis of the jaw or atypical fracture",
    )
    ORDER_GLUCOCORTICOID = "order-glucocorticoid", 38, "Long course of glucocorticoids"
    ORDER_DXA_EARLY = "order-dxa-early", 39, "DXA soon after the last"
    ORDER_RALOXIFENE = "order-raloxifene", 40, "Raloxifene contraindicated"
    ORDER_ZOLEDRONATE_STRENGTH = "order-zoledronate-strength", 41, "Strength of zoledronic acid"
