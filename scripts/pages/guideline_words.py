"""What only people can say of the guideline: names of rules, rows of the source, what is open for sign-off.

Numbers that decide are not typed here but taken from the constant that the code decides by; what the source
itself says is in its own numbers.
"""

import datetime
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from cdshooks.guideline import falls
from cdshooks.guideline.alcohol import DRINKS
from cdshooks.guideline.bars.esophagus import RECENT as BANDING_RECENT
from cdshooks.guideline.bars.kidney import LOWEST_CLEARANCE
from cdshooks.guideline.bars.vitamin_d import REPLETE, SEVERE
from cdshooks.guideline.on_therapy import DXA_MONTHS, REFILL_GAP
from cdshooks.guideline.recommendations import cancer_therapy, glucocorticoid
from cdshooks.guideline.recommendations import frax as frax_rule
from cdshooks.guideline.recommendations.t_score import NORMAL, OSTEOPOROSIS
from cdshooks.guideline.recommendations.t_score_with_risk_factors import LOW, NEAR, SEVERAL
from cdshooks.guideline.risk_factors import LOW_BMI
from fhir_mappings import units
from fhir_mappings.bone.bone_density import USABLE_MONTHS
from fhir_mappings.bone.fractures import ADULT
from fhir_mappings.bone.frax import DXA_MARGIN, VALID
from fhir_mappings.inputs import FractureSite
from fhir_mappings.laboratory.calcium import ALBUMIN_WITHIN
from fhir_mappings.measurements import LAB_MONTHS
from fhir_mappings.medicines.bone_drugs import DEPOT_MONTHS
from fhir_mappings.medicines.bone_therapy import STALE_MONTHS
from fhir_mappings.medicines.cancer_therapy import GRACE_DAYS
from fhir_mappings.medicines.glucocorticoids import CURRENT_DAYS, LOOK_BACK_DAYS
from fhir_mappings.person.alcohol import ALCOHOL_MONTHS
from fhir_mappings.person.body_measures import HEIGHT_MONTHS, WEIGHT_MONTHS
from fhir_mappings.person.dental import EXAM_MONTHS
from fhir_mappings.person.patient import OLDEST
from fhir_mappings.person.reproductive_status import (
    PERIODS_MONTHS,
    POSTMENOPAUSAL_AGE,
    PREGNANCY_DAYS,
    PRESUMED_POSTMENOPAUSAL_AGE,
)
from fhir_mappings.person.smoking import SMOKING_MONTHS
from fhir_mappings.person.upright import ANSWER_MONTHS
from fhir_mappings.units import Analyte

RULES: Mapping[str, str] = {
    "hospice-or-deceased": "G0",
    "pediatric": "G1",
    "pregnancy-or-lactation": "G2",
    "demographics-unusable": "G2b",
    "not-postmenopausal-or-over-50": "G3",
    "on-bone-therapy": "G4",
    "data-conflict": "G5",
    "hip-or-vertebral-fracture": "T1",
    "t-score-osteoporosis": "T2",
    "other-fragility-fracture-with-low-bone-mass": "T3",
    "frax-hip": "T4",
    "frax-major": "T4",
    "glucocorticoid": "T5",
    "cancer-therapy": "T6",
    "other-fragility-fracture": "K1",
    "t-score-below-2-with-risk-factor": "K2",
    "t-score-near-2-with-risk-factors": "K3",
    "osteopenia-without-frax": "F1",
    "osteopenia-frax-below": "F2",
    "t-score-normal": "N1",
    "no-usable-t-score": "N2",
}

EVIDENCE: Mapping[str, str] = {
    "S": "sure: the primary guideline says so",
    "P": "probable: the right idea, its exact wording was not checked again",
    "N": "the source article alone",
}

REFERENCES: Mapping[str, str] = {
    "BHOF 2022": "LeBoff MS et al., Clinician's Guide to Prevention and Treatment of Osteoporosis",
    "AACE 2020": "Camacho PM et al., AACE/ACE guidelines for postmenopausal osteoporosis",
    "Endocrine Society 2019/2020": "Eastell R et al. and Shoback D et al., postmenopausal osteoporosis",
    "ACP 2023": "Qaseem A et al., drugs for osteoporosis and low bone mass",
    "ACR 2022": "American College of Rheumatology, glucocorticoid-induced osteoporosis",
    "ASCO 2019": "American Society of Clinical Oncology, osteoporosis in survivors of cancer",
    "USPSTF 2025": "US Preventive Services Task Force, screening for osteoporosis",
    "NOGG 2024": "National Osteoporosis Guideline Group, United Kingdom",
    "ISCD 2019/2023": "International Society for Clinical Densitometry, official positions",
    "WHO 1994": "World Health Organization, classes of bone density",
    "AAOMS 2022": "American Association of Oral and Maxillofacial Surgeons, osteonecrosis of the jaw",
    "FDA label": "Prescribing information of alendronate",
}


def spoken(value: object) -> str:
    """A threshold as people write it."""
    if isinstance(value, datetime.timedelta):
        return f"{value.days} days"
    if isinstance(value, dict):
        return ", ".join(f"{spoken(each)} {unit}" for unit, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(spoken(each) for each in value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace("-", "−")
    return str(value)


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """How an input is looked up: how far back, in which quantities, and what else one has to know."""

    back: str
    analytes: tuple[Analyte, ...] = ()
    note: str = ""


_LABS = f"{LAB_MONTHS} months"
_T = Input(
    back=f"{USABLE_MONTHS} months",
    analytes=(units.T_SCORE,),
    note="The most recent study; its lowest site decides.",
)
_FRAX_BACK = f"{VALID.days} days, no older than the DXA by more than {DXA_MARGIN.days} days"
_FRACTURE = Input(back="lifetime", note=f"From the age of {ADULT} on; one site within 180 days once.")

INPUTS: Mapping[str, Input] = {
    "age": Input(back="–", note=f"0 to {OLDEST}; the youngest possible where the day of birth is open."),
    "sex": Input(back="–", note="Birth sex or sex for clinical use go before gender."),
    "menopause": Input(
        back=f"lifetime; a last period {PERIODS_MONTHS} months",
        note=f"By age from {POSTMENOPAUSAL_AGE}; from {PRESUMED_POSTMENOPAUSAL_AGE} presumed, to confirm.",
    ),
    "pregnancy": Input(back=f"{PREGNANCY_DAYS} days"),
    "t-score.lumbar-spine": _T,
    "t-score.femoral-neck": _T,
    "t-score.total-hip": _T,
    "t-score.femur": _T,
    "t-score.radius-33": _T,
    "t-score.unspecified": _T,
    "t-score.lowest": _T,
    "frax.hip": Input(
        back=_FRAX_BACK, analytes=(units.FRAX_HIP,), note="Never older than a new risk factor."
    ),
    "frax.major": Input(back=_FRAX_BACK, analytes=(units.FRAX_MAJOR,), note="As frax.hip."),
    **{f"fracture.{site}": _FRACTURE for site in FractureSite},
    "bone-therapy": Input(
        back=f"active; a depot {DEPOT_MONTHS} months",
        note=f"An order that nobody renewed for {STALE_MONTHS} months is current and questioned.",
    ),
    "glucocorticoid.mg-per-day": Input(
        back=f"{LOOK_BACK_DAYS} days; current up to {CURRENT_DAYS} days after its end",
        note="In milligrams of prednisone.",
    ),
    "glucocorticoid.days": Input(back=f"{LOOK_BACK_DAYS} days", note="Counted cumulatively."),
    "cancer-therapy": Input(back=f"current; a dose until {GRACE_DAYS} days after the next was due"),
    "rheumatoid-arthritis": Input(back="current"),
    "calcium-supplement": Input(back="current"),
    "vitamin-d-supplement": Input(back="current"),
    "antacid": Input(back="current"),
    "iron": Input(back="current"),
    "esophageal-disease": Input(back="lifetime"),
    "esophageal-procedure": Input(back=f"{BANDING_RECENT.days} days"),
    "upright": Input(back=f"current; an answer {ANSWER_MONTHS} months"),
    "dental-exam": Input(back=f"{EXAM_MONTHS} months"),
    "bisphosphonate-allergy": Input(back="lifetime"),
    "weight": Input(back=f"{WEIGHT_MONTHS} months", analytes=(units.WEIGHT,)),
    "height": Input(back=f"{HEIGHT_MONTHS} months", analytes=(units.HEIGHT,)),
    "bmi": Input(
        back=f"{WEIGHT_MONTHS} months", analytes=(units.BODY_MASS_INDEX,), note="Given or computed."
    ),
    "smoking": Input(back=f"{SMOKING_MONTHS} months"),
    "alcohol": Input(back=f"{ALCOHOL_MONTHS} months", analytes=(units.DRINKS_PER_DAY,)),
    "parental-hip-fracture": Input(back="lifetime"),
    "calcium": Input(back=_LABS, analytes=(units.CALCIUM_MASS, units.CALCIUM_MOLAR)),
    "calcium.ionized": Input(
        back=_LABS,
        analytes=(units.IONIZED_MOLAR, units.IONIZED_MASS),
        note="Outranks a total calcium of the same week.",
    ),
    "calcium.corrected": Input(
        back=_LABS, note=f"By an albumin of at most {ALBUMIN_WITHIN.days} days before or after."
    ),
    "albumin": Input(back=_LABS, analytes=(units.ALBUMIN,)),
    "creatinine": Input(back=_LABS, analytes=(units.CREATININE,)),
    "creatinine-clearance": Input(back=_LABS, note="Cockcroft–Gault, actual weight."),
    "egfr": Input(back=_LABS, analytes=(units.EGFR,)),
    "vitamin-d": Input(back=_LABS, analytes=(units.VITAMIN_D,)),
    "tsh": Input(back=_LABS, analytes=(units.TSH,)),
    "pth": Input(back=_LABS, analytes=(units.PTH,)),
    "alkaline-phosphatase": Input(back=_LABS, analytes=(units.ALKALINE_PHOSPHATASE,)),
}


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of the source: what it says in short, where it is decided or shown, and what proves it.

    `by` are ids of vignettes, or files and test functions.
    """

    says: str
    where: str
    by: tuple[str, ...]


_CARDS, _FINDINGS = "tests/unit/test_cards.py", "tests/unit/test_finding_cards.py"
_FOUNDATION = f"{_CARDS}::test_a_deferred_decision_tells_why_and_what_helps"
_TARGET = f"{_CARDS}::test_the_calcium_target_is_that_of_age_and_sex"
_SUPPLEMENTS = f"{_CARDS}::test_calcium_and_vitamin_d_are_suggested_unless_taken_or_unsuitable"
_HELPS = f"{_FINDINGS}::test_what_helps_is_named_on_every_card_that_decides"
_ALTERNATIVES = f"{_CARDS}::test_the_alternatives_are_those_that_the_block_leaves"
_JOGGING = f"{_CARDS}::test_jogging_and_loaded_bending_are_out_where_bone_is_weak"
_FRAX_CARD = f"{_CARDS}::test_the_frax_card_says_what_was_found_and_what_is_left_to_ask"

STATEMENTS: Mapping[str, Statement] = {
    "S01": Statement(
        says="Lumbar spine −1.9 and femoral neck −1.2 are osteopenia.",
        where=(
            f"The lowest T-score between {spoken(OSTEOPOROSIS)} and {spoken(NORMAL)}, both excluded; said on "
            "each card with a T-score."
        ),
        by=("SOURCE-02", "T-E8", "OWN-T-101"),
    ),
    "S02": Statement(
        says="Measures without drugs first, and FRAX to decide on drugs.",
        where="`osteopenia-without-frax`, card `frax-needed`.",
        by=("SOURCE-02",),
    ),
    "S03": Statement(
        says="No decision on the T-score alone.",
        where="No draft in `risk-assessment-needed` and `defer`; the number needed to treat on their cards.",
        by=("SOURCE-02", "SOURCE-05", _FOUNDATION),
    ),
    "S04": Statement(
        says="FRAX with bone density and clinical risk factors.",
        where="Suggestion `frax-task`, with what was found for it; card `frax-needed` lists what is to ask.",
        by=("SOURCE-02", _FRAX_CARD),
    ),
    "S05": Statement(
        says=f"Treat from a hip probability of {spoken(frax_rule.HIP_PERCENT)} %.",
        where="`frax-hip`.",
        by=("SOURCE-04", "FRAX-E1", "OWN-FRAX-H299"),
    ),
    "S06": Statement(
        says=f"Or from a major osteoporotic one of {spoken(frax_rule.MAJOR_PERCENT)} %.",
        where="`frax-major`. The thresholds of the US model only.",
        by=("FRAX-E3", "OWN-FRAX-M199"),
    ),
    "S07": Statement(
        says=f"Strongly consider below {spoken(LOW)} with one more risk factor.",
        where="`t-score-below-2-with-risk-factor`, card `treatment-consider`.",
        by=("OWN-K2-SMOKES", "OWN-K2-EDGE"),
    ),
    "S08": Statement(
        says="Calcium 1,000–1,200 mg a day, from food or tablets.",
        where="The foundation on each card, suggestion `calcium`.",
        by=("SOURCE-02", "OWN-NO-CA", _TARGET),
    ),
    "S09": Statement(
        says="Vitamin D 800–1,000 IU a day.",
        where="The foundation on each card, suggestion `vitamin-d`.",
        by=("SOURCE-02", _SUPPLEMENTS),
    ),
    "S10": Statement(
        says=f"25-OH vitamin D of {spoken(REPLETE)} ng/mL or more.",
        where="`caution-vitamin-d`, `block-vitamin-d`, card `correct-first`; both targets are quoted.",
        by=("VD-20", "OWN-VD-199"),
    ),
    "S11": Statement(
        says="The foundation holds whatever the drug.",
        where="On each card that decides, also under therapy.",
        by=(_HELPS, _FOUNDATION),
    ),
    "S12": Statement(
        says="Weight-bearing exercise.",
        where="Suggestion `exercise-referral`; without jogging and loaded bending where bone is weak.",
        by=("SOURCE-02", _JOGGING),
    ),
    "S13": Statement(says="Resistance training.", where="The same suggestion.", by=(_JOGGING,)),
    "S14": Statement(
        says="Balance training, tai chi, physical therapy.",
        where=f"The same, and `fall-risk-referral` from {falls.FROM_AGE} and after falls.",
        by=(_HELPS,),
    ),
    "S15": Statement(
        says="At least 30 minutes of activity daily.", where="The foundation on each card.", by=(_JOGGING,)
    ),
    "S16": Statement(
        says="Stop smoking.", where="Suggestion `smoking-cessation`.", by=("OWN-K2-SMOKES", _HELPS)
    ),
    "S17": Statement(
        says="Alcohol: one or two drinks a day at most.",
        where=f"Suggestion `alcohol-counselling` above {spoken(DRINKS)} drinks a day, and with the diagnosis.",
        by=("OWN-F1-LIFESTYLE", "OWN-F1-ALCOHOL-2"),
    ),
    "S18": Statement(
        says="A healthy weight.",
        where=f"BMI below {spoken(LOW_BMI)} is a risk factor; suggestion `nutrition-counselling`.",
        by=("OWN-K2-BMI", "OWN-K2-BMI-OK", _HELPS),
    ),
    "S19": Statement(
        says="Start a bisphosphonate, alendronate first.",
        where="Card `treatment-indicated`, suggestion `start-alendronate`, worded as to consider.",
        by=("SOURCE-04", "OWN-T-25"),
    ),
    "S20": Statement(
        says="1. FRAX at a threshold.", where="`frax-hip`, `frax-major`.", by=("SOURCE-04", "OWN-FRAX-ONE-H3")
    ),
    "S21": Statement(
        says="2. A fragility fracture, also without osteoporosis in DXA.",
        where=(
            "`hip-or-vertebral-fracture` whatever bone density is; other sites with low bone mass, else to "
            "consider: `other-fragility-fracture`."
        ),
        by=("FX-HIP", "OWN-T3-HUMERUS", "FX-WRIST-NORMAL"),
    ),
    "S22": Statement(
        says="3. A T-score approaching −2.0 with several risk factors.",
        where=f"`t-score-near-2-with-risk-factors`: from {spoken(LOW)} to {spoken(NEAR)}, with {SEVERAL}.",
        by=("SOURCE-03", "OWN-K3-UPPER", "OWN-K3-ABOVE"),
    ),
    "S23": Statement(
        says="4. Glucocorticoids above 7.5 mg for more than three months.",
        where=(
            f"`glucocorticoid`: {spoken(glucocorticoid.MG_PER_DAY)} mg and {glucocorticoid.DAYS} days are "
            "included, and said to be at the threshold."
        ),
        by=("GC-E1", "GC-E3", "OWN-T5-BOUND"),
    ),
    "S24": Statement(
        says="5. Aromatase inhibitors, androgen deprivation, GnRH drugs.",
        where=f"`cancer-therapy`: treat from {spoken(cancer_therapy.T_SCORE)} down, else consider.",
        by=("AI-1", "OWN-T6-ABOVE", "OWN-T6-NO-DXA"),
    ),
    "S25": Statement(
        says="First for safety, cost and efficacy.",
        where="The text of `treatment-indicated`.",
        by=("tests/unit/test_guideline_page.py::test_the_treatment_card_says_what_the_source_says_of_it",),
    ),
    "S26": Statement(
        says="70 mg once weekly, or 10 mg daily.",
        where="Suggestion `start-alendronate`; the alternative in words.",
        by=(
            "OWN-T-25",
            "tests/unit/test_guideline_page.py::test_the_treatment_card_says_what_the_source_says_of_it",
        ),
    ),
    "S27": Statement(
        says="Fasting in the morning, and upright for 30 minutes.",
        where="The instruction of the draft, and the card.",
        by=("tests/unit/test_guideline_page.py::test_the_draft_tells_how_to_take_it",),
    ),
    "S28": Statement(
        says="Not with abnormalities of the esophagus.",
        where="`block-esophageal`.",
        by=("X-ESO1", "OWN-ESO-STRICTURE"),
    ),
    "S29": Statement(says="Not where one cannot stay upright.", where="`block-upright`.", by=("X-UPR",)),
    "S30": Statement(
        says="Not with hypocalcemia.",
        where="`block-hypocalcemia`, card `correct-first`.",
        by=("CA-LOW", "CA-ION"),
    ),
    "S30b": Statement(
        says="Added: hypersensitivity, renal function, pregnancy.",
        where=(
            f"`block-hypersensitivity`, `block-renal` below {spoken(LOWEST_CLEARANCE)} mL/min, "
            "`block-pregnancy`."
        ),
        by=("X-HYP", "REN-E3", "REN-CG", "SC-PREG"),
    ),
    "S31": Statement(
        says="Zoledronic acid instead.",
        where="The alternatives: clearance and calcium of this patient stand beside it.",
        by=("X-ESO1", _ALTERNATIVES),
    ),
    "S32": Statement(
        says="Denosumab instead.",
        where="The alternatives, with the rebound when it is stopped and the boxed warning in kidney disease.",
        by=("REN-E3", _ALTERNATIVES),
    ),
    "S33": Statement(
        says="Raloxifene in younger postmenopausal women.",
        where="The alternatives; not for men, nor with thrombosis, stroke or coronary risk.",
        by=(_ALTERNATIVES, f"{_CARDS}::test_raloxifene_is_no_alternative_for_men"),
    ),
    "S34": Statement(
        says="Teriparatide in severe cases.", where="Card `very-high-risk`.", by=("VHR", "OWN-C10-T301")
    ),
    "S35": Statement(
        says="Deferred: DXA in two years.",
        where="`osteopenia-frax-below`, suggestion `dxa-in-24-months`; at once where it is due.",
        by=(
            "SOURCE-05",
            f"{_CARDS}::test_a_deferred_decision_is_measured_again_after_two_years_and_from_23_months_at_once",
        ),
    ),
    "S36": Statement(
        says="FRAX once a year.",
        where=f"A FRAX older than {VALID.days} days is not used; suggestion `frax-in-12-months`.",
        by=("FRAX-OLD", "OWN-FRAX-365", "OWN-FRAX-366", "SOURCE-05"),
    ),
    "S37": Statement(says="Go on without drugs.", where="Card `treatment-deferred`.", by=(_FOUNDATION,)),
    "S38": Statement(
        says="Under therapy DXA every two years.",
        where=f"Card `on-treatment` from {DXA_MONTHS} months on.",
        by=("OWN-TX-DXA-DUE", "OWN-TX-DXA-NOTDUE"),
    ),
    "S39": Statement(
        says="Adherence: only 5–62 % is adequate.",
        where=f"Card `on-treatment`: a gap of more than {spoken(REFILL_GAP)} in supply.",
        by=("OWN-C09-GAP", "OWN-C09-NO-GAP"),
    ),
    "S40": Statement(
        says="Look for secondary causes.",
        where="Card `secondary-cause`, suggestion `secondary-cause-labs`.",
        by=("OWN-C06-TSH", "OWN-C06-CELIAC", f"{_CARDS}::test_only_missing_tests_are_ordered"),
    ),
    "S41": Statement(
        says="Vitamin D deficiency is common.",
        where="Suggestion `vitamin-d-level` where it is not known; card `correct-first`.",
        by=("OWN-VD-UNKNOWN", "VD-NMOL"),
    ),
    "S42": Statement(
        says="No bisphosphonate without calcium and vitamin D.",
        where=(
            f"`block-vitamin-d` below {spoken(SEVERE)} ng/mL; calcium and vitamin D are suggested beside the "
            "draft."
        ),
        by=("OWN-VD-119", "OWN-T-25"),
    ),
    "S43": Statement(
        says="Not after recent banding or sclerotherapy.",
        where=f"`block-banding` for {spoken(BANDING_RECENT)}; `caution-varices`.",
        by=("X-BAND", "OWN-BAND-90", "OWN-BAND-91", "OWN-ESO-VARICES"),
    ),
    "S44": Statement(
        says="Dental screening.",
        where=f"Suggestion `dental-exam` where none is on record in {EXAM_MONTHS} months; it blocks nothing.",
        by=(f"{_FINDINGS}::test_a_dental_exam_within_a_year_is_not_asked_for_again",),
    ),
    "S45": Statement(
        says="DXA two years after, or one year after a start.",
        where="Suggestions `dxa-in-24-months` and `dxa-in-12-months`.",
        by=(f"{_FINDINGS}::test_bone_density_is_measured_again_after_one_year_or_two",),
    ),
    "S46": Statement(
        says="FRAX needs age, weight, height and risk factors.",
        where="Card `frax-needed`: what was found, and what is to ask.",
        by=(_FRAX_CARD,),
    ),
    "S47": Statement(
        says="The clinician judges.",
        where="The last line of every card.",
        by=(f"{_CARDS}::test_every_card_ends_with_who_decides",),
    ),
}

OPEN: tuple[str, ...] = (
    "Glucocorticoids: both limits are included, where the source says more than (S23).",
    "Glucocorticoids with normal bone density: to consider.",
    f"“Approaching −2.0” reaches to {spoken(NEAR)}, and “multiple” is {SEVERAL} (S22).",
    "Fragility fractures of other sites without low bone mass: to consider, where the source says start (S21).",
    "Aromatase inhibitors, androgen deprivation and GnRH drugs without bone density: to consider (S24).",
    f"“Recent” banding is {spoken(BANDING_RECENT)} (S43).",
    f"Renal function from 30 to {spoken(LOWEST_CLEARANCE)}: no draft; on orders a warning and not critical.",
    f"FRAX is valid for {VALID.days} days (S36).",
    "DXA 12 or 24 months after a start (S45).",
    "Men from 50 are included.",
    f"Vitamin D is low below {spoken(REPLETE)} ng/mL, not below 30 (S10).",
)
