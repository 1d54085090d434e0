"""What only people can say of the codes on the wire; a code without words fails the run."""

from collections.abc import Mapping

from cdshooks.cards.sheet import SuggestionId
from cdshooks.guideline import falls
from cdshooks.guideline.alcohol import DRINKS
from cdshooks.guideline.bars.hypocalcemia import SEVERE
from cdshooks.guideline.bars.vitamin_d import REPLETE
from cdshooks.guideline.decision import Disposition
from cdshooks.guideline.on_therapy import (
    DENOSUMAB_CRITICAL_MONTHS,
    DENOSUMAB_CURRENT_MONTHS,
    DENOSUMAB_MONTHS,
)
from cdshooks.guideline.recommendations.frax import OLDEST, YOUNGEST
from cdshooks.guideline.risk_factors import LOW_BMI
from cdshooks.guideline.screening import MEN_FROM, WOMEN_FROM
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import PREGNANCY_AGE, FractureSite, Site
from fhir_mappings.person.reproductive_status import PREGNANCY_DAYS

DISPOSITIONS: Mapping[Disposition, tuple[str, str, str]] = {
    Disposition.HOSPICE: ("G0", "Deceased, or hospice or palliative care is on record.", "none"),
    Disposition.PEDIATRIC: ("G1", "Under 18.", "none"),
    Disposition.PREGNANCY: (
        "G2",
        f"Pregnancy or breast-feeding within {PREGNANCY_DAYS} days, and younger than {PREGNANCY_AGE}.",
        "none",
    ),
    Disposition.INSUFFICIENT_DEMOGRAPHICS: (
        "G2b",
        "The age is not known, or no sex of male or female.",
        "`data-problem`",
    ),
    Disposition.YOUNG: (
        "G3",
        "Neither a postmenopausal woman nor a man of 50 or more.",
        (
            "`t-score-not-applicable` where the chart holds a T-score, a diagnosis of low bone mass, a "
            "fragility fracture or long-term glucocorticoids; else none"
        ),
    ),
    Disposition.ALREADY_TREATED: (
        "G4",
        "An osteoporosis drug is current.",
        (
            "`on-treatment` where a DXA, a refill, a renewal or a review is due; one finding beside it, or "
            "alone; else none"
        ),
    ),
    Disposition.TREAT: (
        "T1 to T6",
        "A treatment threshold is met.",
        "`treatment-indicated`, and one finding beside it",
    ),
    Disposition.CONSIDER: (
        "K1 to K3, T5, T6",
        "Drug therapy is to be considered.",
        "`treatment-consider`, and one finding beside it",
    ),
    Disposition.DATA_CONFLICT: (
        "G5",
        "Two usable values cannot both be true, and the answer depends on which is.",
        "`data-problem`",
    ),
    Disposition.RISK_ASSESSMENT_NEEDED: (
        "F1",
        "Osteopenia, and FRAX is not usable in full.",
        "`frax-needed`",
    ),
    Disposition.DEFER: ("F2", "Osteopenia, both FRAX values usable and below.", "`treatment-deferred`"),
    Disposition.NORMAL: ("N1", "The lowest T-score is −1.0 or above.", "none"),
    Disposition.NO_BONE_DENSITY: (
        "N2",
        "There is no usable T-score.",
        "`dxa-screening` where the chart gives a reason to measure; else none",
    ),
}
CARDS: Mapping[Topic, tuple[str, str, str]] = {
    Topic.DXA_SCREENING: (
        "C00",
        "info",
        (
            f"No usable bone density in a woman of {WOMEN_FROM} or a man of {MEN_FROM} or more, with a "
            "diagnosis of low bone mass, a fragility fracture, a FRAX value at a threshold, or a DXA that "
            "could not be used, or in a younger postmenopausal woman with a risk factor."
        ),
    ),
    Topic.FRAX_NEEDED: ("C01", "info", "Osteopenia without a usable FRAX."),
    Topic.TREATMENT_INDICATED: ("C02", "warning", "A treatment threshold is met."),
    Topic.TREATMENT_CONSIDER: ("C03", "info", "Drug therapy is to be considered."),
    Topic.TREATMENT_DEFERRED: ("C04", "info", "Osteopenia with FRAX below both thresholds."),
    Topic.ALENDRONATE_UNSUITABLE: (
        "C07",
        "warning",
        (
            "A block other than low calcium or vitamin D is met, and the disposition is `treat` or "
            "`consider`; or an oral bisphosphonate is current."
        ),
    ),
    Topic.CORRECT_FIRST: (
        "C08",
        (
            f"warning; critical where total calcium is below {SEVERE['mg/dL']} mg/dL ({SEVERE['mmol/L']} "
            "mmol/L), or tetany is diagnosed"
        ),
        (
            f"Calcium is low, or 25-OH vitamin D is below {REPLETE} ng/mL, and the disposition is `treat`, "
            "`consider` or `already-treated`."
        ),
    ),
    Topic.ON_TREATMENT: (
        "C09",
        "info",
        "On treatment, and a DXA, a refill, a renewal or a review of the drug is due.",
    ),
    Topic.SECONDARY_CAUSE: (
        "C06",
        "warning",
        "Bone is low or broken, and a laboratory value or a diagnosis hints at another cause.",
    ),
    Topic.VERY_HIGH_RISK: (
        "C10",
        "warning",
        "Something puts a patient who is to be treated at very high risk, or one broke a bone under therapy.",
    ),
    Topic.DENOSUMAB_OVERDUE: (
        "C13",
        f"warning; critical from {DENOSUMAB_CRITICAL_MONTHS} months on",
        (
            f"The last dose of denosumab was more than {DENOSUMAB_MONTHS} and at most "
            f"{DENOSUMAB_CURRENT_MONTHS} months ago."
        ),
    ),
    Topic.ORDER_DAILY_70: (
        "O-DAILY70",
        "critical",
        "An active order of alendronate 70 mg is written to be taken daily.",
    ),
    Topic.DATA_PROBLEM: (
        "C11",
        "info",
        (
            "Demographics or a conflict prevent a recommendation; or a part of the chart is missing or "
            "incomplete and there is no other card to say so on."
        ),
    ),
    Topic.T_SCORE_NOT_APPLICABLE: ("C12", "info", "T-scores do not classify this patient."),
}
_SUPPLEMENT = "all of C00 to C04, `on-treatment`, `correct-first`"
_DECIDED = "`frax-needed`, `treatment-indicated`, `treatment-consider`, `treatment-deferred`"
_LIFESTYLE = f"{_DECIDED}, `on-treatment`, `dxa-screening`"
SUGGESTIONS: Mapping[SuggestionId, tuple[str, str, str]] = {
    SuggestionId.FRAX_TASK: (
        "Task",
        "`frax-needed`, `treatment-consider`, `data-problem`",
        (
            f"From {YOUNGEST} to {OLDEST} years, where FRAX is not usable in full; on `data-problem` where "
            "demographics are unusable or FRAX is the conflict."
        ),
    ),
    SuggestionId.START_ALENDRONATE: (
        "MedicationRequest",
        "`treatment-indicated`, `treatment-consider`",
        "No block is met. `isRecommended` is true where T1 to T5 indicate treatment and no caution is met.",
    ),
    SuggestionId.CALCIUM: (
        "MedicationRequest",
        _SUPPLEMENT,
        "Not where calcium is on the list or high, nor with hyperparathyroidism or kidney stones.",
    ),
    SuggestionId.VITAMIN_D: (
        "MedicationRequest",
        _SUPPLEMENT,
        "Not where vitamin D is on the list or calcium is high, nor with sarcoidosis.",
    ),
    SuggestionId.EXERCISE_REFERRAL: (
        "ServiceRequest",
        f"{_DECIDED}, `on-treatment`",
        (
            "The T-score is below −1.0, or a fracture is on record. Low-impact from a T-score of −2.5 down and "
            "after a vertebral or hip fracture."
        ),
    ),
    SuggestionId.DXA_24: (
        "ServiceRequest",
        "`treatment-indicated`, `treatment-consider`, `treatment-deferred`, `on-treatment`",
        "24 months after the last DXA, or after today where treatment is indicated; never in the past.",
    ),
    SuggestionId.DXA_12: (
        "ServiceRequest",
        "`treatment-indicated`, `treatment-consider`",
        (
            "In place of 24 months where the lowest T-score is −2.5 or below, on long-term glucocorticoids, "
            "and at very high risk."
        ),
    ),
    SuggestionId.DXA_NOW: (
        "ServiceRequest",
        f"`dxa-screening`, {_DECIDED}",
        "There is no usable T-score, or it is older than 24 months.",
    ),
    SuggestionId.LABS: (
        "ServiceRequest, one for each test",
        f"{_DECIDED}, `secondary-cause`, `correct-first`, `denosumab-overdue`",
        (
            "Calcium, creatinine (or both as a basic metabolic panel), albumin, alkaline phosphatase, 25-OH "
            "vitamin D, TSH, PTH where calcium or vitamin D is abnormal, testosterone in men: those that are "
            "missing."
        ),
    ),
    SuggestionId.VITAMIN_D_LEVEL: (
        "ServiceRequest",
        "`treatment-indicated`, `on-treatment`, `correct-first`",
        "25-OH vitamin D is not known.",
    ),
    SuggestionId.DENTAL_EXAM: (
        "ServiceRequest",
        "`treatment-indicated`, `treatment-consider`",
        "None is on record in 12 months; it blocks nothing.",
    ),
    SuggestionId.FRAX_IN_12_MONTHS: ("Task", "`treatment-deferred`", "With a due date in 12 months."),
    SuggestionId.SPECIALIST_REFERRAL: (
        "ServiceRequest",
        "`very-high-risk`, `secondary-cause`; `treatment-indicated` where these are folded into it",
        "As text: each hospital has its own code.",
    ),
    SuggestionId.FALL_RISK_REFERRAL: (
        "ServiceRequest",
        _LIFESTYLE,
        f"From {falls.FROM_AGE} years, and after falls.",
    ),
    SuggestionId.SMOKING_CESSATION: ("ServiceRequest", _LIFESTYLE, "Current smoking."),
    SuggestionId.ALCOHOL_COUNSELLING: (
        "ServiceRequest",
        f"{_LIFESTYLE}, `secondary-cause`",
        f"More than {DRINKS} drinks a day, or an alcohol use disorder.",
    ),
    SuggestionId.NUTRITION_COUNSELLING: ("ServiceRequest", _LIFESTYLE, f"BMI below {LOW_BMI} kg/m²."),
    SuggestionId.CHANGE_TO_WEEKLY: (
        "update of the draft",
        "cards on orders",
        "A draft of the 70 mg strength that is not once weekly.",
    ),
    SuggestionId.REMOVE_ORDER: ("delete of the draft", "cards on orders", "The draft should not be signed."),
}
ISSUES: Mapping[str, str] = {
    "unreadable": "A resource, a date or a value could not be read.",
    "wrong-version": "A resource is written as another version of FHIR has it. It is not used.",
    "no-status": "There is no status. A value is not used then; a medicine counts as current.",
    "not-final": "A result is not final, or a diagnosis is not confirmed. It does not decide.",
    "future-date": "A value is dated in the future. It is not used.",
    "stale": "A value is too old to be used, or an order is so old that it is doubtful.",
    "no-unit": "A value has no unit and needs one. It is not used.",
    "wrong-unit": "A value has a unit that does not belong to it. It is not used.",
    "implausible": "A value is outside of what is possible. It is not used.",
    "sign-suspect": "Every T-score is above zero beside a diagnosis of low bone mass.",
    "conflict": "Two values cannot both be true. The chart is decided once for each.",
    "site-not-stated": "A T-score does not say where it was measured.",
    "by-name-only": "A drug or an allergy is known by its name and by no code.",
    "unmapped-code": "A value is called a T-score, and its code is in no value set and no local code map.",
    "other-patient": "A resource belongs to another patient. It is not used.",
    "dose-unreadable": "The dose of a glucocorticoid could not be read. It is unknown then, and not zero.",
    "mechanism-unknown": "How a fracture happened is not recorded. It does not count as a fragility fracture.",
    "truncated": "A part of what a key asks for is missing.",
    "not-fetched": "A part of the chart could not be had; or an order points at a Medication that is not "
    "here, and does not name it.",
    "as-of-ignored": "The request stated a day to evaluate for, and the settings do not honour that.",
}
STATES: Mapping[str, str] = {
    "supplied": "The key held resources.",
    "empty": "The key was null, a Bundle without resources, or an OperationOutcome that only says that the "
    "resource type is not supported. It was looked up, and there is nothing.",
    "fetched": "The FHIR server of the call was asked for it, or for its further pages, and all came.",
    "failed": "The key held an OperationOutcome with an error, or nothing that FHIR knows; or the FHIR server "
    "did not give it.",
    "truncated": "A part came: a further page could not be had, or the token covers a part only. What came is "
    "used, and the rest counts as missing.",
    "omitted": "The key was not in the prefetch, and no FHIR server may be asked. It was not looked up.",
    "not-granted": "The key was not in the prefetch, and the access token does not cover it. It was not looked "
    "up.",
}
MEMBERS: Mapping[str, str] = {
    "disposition": "The one answer of the call; see below.",
    "guidelineVersion": "The version of the clinical rules, as a semantic version.",
    "asOf": "The day the call was evaluated for.",
    "criteria": "All criteria that were looked at, in order: `id`, `met` (yes, no, unknown), `because`.",
    "findings": (
        "Every finding: `topic`, and `shown` as a card, folded into another card, capped, or silenced. "
        "`silencedBy` lists what earlier answers keep from being shown: `answer` (a reason, or `accepted`), "
        "the day it was `answered`, `until` when it holds, and the `suggestion` where it is not the whole card."
    ),
    "inputs": "Every value that could matter: `name`, `value`, `unit`, `date`, `reference`; derived values "
    "have `derivedFrom` in place of `reference`.",
    "missing": "Names of inputs that would have mattered.",
    "dataQuality": "What could not be used as it stands: `issue`, `because`, `reference`.",
    "prefetch": "What each prefetch key held; see below.",
}
INPUTS: Mapping[str, str] = {
    "age": "whole years, in `a`",
    "sex": "female or male",
    "menopause": "what is known of it",
    "pregnancy": "that it is on record",
    **{f"t-score.{site}": "`{T-score}`" for site in Site if site not in {Site.RADIUS, Site.OTHER}},
    "t-score.lowest": "`{T-score}`, derived",
    "frax.hip": "`%`",
    "frax.major": "`%`",
    **{f"fracture.{site}": "what is known of how it happened" for site in FractureSite},
    "bone-therapy": "a current osteoporosis drug",
    "glucocorticoid.mg-per-day": "prednisone equivalent, in `mg/d`; derived from the orders named",
    "glucocorticoid.days": "in `d`; derived likewise",
    "cancer-therapy": "the drug or operation, and its kind",
    "rheumatoid-arthritis": "on record, or past",
    "calcium-supplement": "that it is on the list; also of antacids and iron: in the morning, if so",
    "vitamin-d-supplement": "that it is on the list",
    "antacid": "that it is on the list",
    "iron": "that it is on the list",
    "esophageal-disease": "the disease",
    "esophageal-procedure": "banding or sclerotherapy",
    "upright": "whether the patient can be for half an hour",
    "dental-exam": "that one was done in the last 12 months",
    "bisphosphonate-allergy": "allergy or intolerance",
    "weight": "`kg`",
    "height": "`cm`",
    "bmi": "`kg/m2`; derived where it has no reference",
    "smoking": "current smoker (or to confirm), not a current smoker, tobacco or e-cigarettes, unknown",
    "alcohol": "`{drinks}/d`; `{drinks}/{drinking day}` where only that is known, which decides nothing",
    "parental-hip-fracture": "yes or no",
    "calcium": "`mg/dL` or `mmol/L`, as reported",
    "calcium.ionized": "`mmol/L` or `mg/dL`, as reported",
    "calcium.corrected": "as calcium, derived",
    "albumin": "`g/dL`",
    "creatinine": "`mg/dL`",
    "creatinine-clearance": "`mL/min`, derived",
    "egfr": "`mL/min/{1.73_m2}`",
    "vitamin-d": "`ng/mL`",
    "tsh": "`mIU/L`",
    "pth": "`pg/mL`",
    "alkaline-phosphatase": "`U/L`",
}
"""Names that stand in `inputs` and `missing`; not taken from the code, so a test looks for others."""
