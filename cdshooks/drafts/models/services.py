"""The draft ServiceRequests (GUIDELINE C, "Suggestions": all but S-FRAX, S-ALN, S-CA and S-VITD)."""

from collections.abc import Mapping

from fhir.resources.R4B.codeableconcept import CodeableConcept
from fhir.resources.R4B.servicerequest import ServiceRequest

from cdshooks.drafts.models.elements import CPT, LOINC, SNOMED, UNFILLED_DAY, coding, concept, order
from cdshooks.drafts.orders import LabTest


def _exercise(program: str, instruction: str) -> ServiceRequest:
    return ServiceRequest(
        **order(),
        code=concept(
            "Physical therapy: weight-bearing, resistance and balance exercise",
            coding(SNOMED, "91251008", "Physical therapy procedure"),
        ),
        orderDetail=[concept(program)],
        patientInstruction=instruction,
    )


# S12–S15. Half an hour a day is the source's; the therapist says how to get there.
EXERCISE = _exercise(
    "Weight-bearing exercise (walking, jogging, dancing), resistance training, and balance training such as "
    "tai chi; build up to at least 30 minutes of moderate activity daily",
    "Build up to at least 30 minutes of moderate activity every day: walking, jogging or dancing, "
    "strength training, and balance training such as tai chi.",
)

# S12: with osteoporosis or a vertebral fracture, impact and a loaded spine can break what they should build.
LOW_IMPACT_EXERCISE = _exercise(
    "Low-impact weight-bearing exercise (walking), resistance training, and balance training such as tai "
    "chi; build up to at least 30 minutes of moderate activity daily. Low-impact; avoid loaded "
    "flexion/twisting of the spine; no jogging or jumping",
    "Build up to at least 30 minutes of moderate activity every day: walking, strength training, and balance "
    "training such as tai chi. No jogging or jumping. Do not bend forward or twist while lifting or holding "
    "a weight.",
)

# LOINC first: clients show the first coding, and the CPT code has to go without a display.
DXA = ServiceRequest(
    **order(),
    code=concept(
        "DXA bone density of hip and lumbar spine",
        coding(LOINC, "38268-9", "DXA Skeletal system Views for bone density"),
        coding(CPT, "77080"),
    ),
    occurrenceDateTime=UNFILLED_DAY,
)

DENTAL_EXAM = ServiceRequest(
    **order("Dental examination before or at the start of a bone drug"),
    code=concept("Dental examination", coding(SNOMED, "306303000", "Referral to dental surgeon (procedure)")),
)

FALL_RISK = ServiceRequest(
    **order("Risk of falls with low bone mass or fragility fracture"),
    code=concept("Fall-risk assessment", coding(LOINC, "73830-2", "Fall risk assessment")),
)

SMOKING_CESSATION = ServiceRequest(
    **order("Current smoking; it speeds bone loss and raises fracture risk"),
    code=concept(
        "Referral to stop smoking",
        coding(SNOMED, "395700008", "Referral to smoking cessation advisor (procedure)"),
    ),
)

ALCOHOL = ServiceRequest(
    **order("Alcohol above 2 drinks a day, or alcohol use disorder; it raises fracture risk"),
    code=concept(
        "Counseling about alcohol",
        coding(SNOMED, "413473000", "Counseling about alcohol consumption (procedure)"),
    ),
)

NUTRITION = ServiceRequest(
    **order("Low body weight, which raises fracture risk"),
    code=concept(
        "Counseling about nutrition",
        coding(SNOMED, "441041000124100", "Counseling about nutrition (regime/therapy)"),
    ),
)

SPECIALIST = ServiceRequest(**order(), code=concept("Referral to endocrinology or fracture liaison service"))

LAB_CODES: Mapping[LabTest, CodeableConcept] = {
    LabTest.BASIC_METABOLIC_PANEL: concept(
        "Basic metabolic panel", coding(LOINC, "24321-2", "Basic metabolic 2000 panel - Serum or Plasma")
    ),
    LabTest.CALCIUM: concept(
        "Calcium, serum", coding(LOINC, "17861-6", "Calcium [Mass/volume] in Serum or Plasma")
    ),
    LabTest.CREATININE: concept(
        "Creatinine, serum", coding(LOINC, "2160-0", "Creatinine [Mass/volume] in Serum or Plasma")
    ),
    LabTest.ALBUMIN: concept(
        "Albumin, serum", coding(LOINC, "1751-7", "Albumin [Mass/volume] in Serum or Plasma")
    ),
    LabTest.ALKALINE_PHOSPHATASE: concept(
        "Alkaline phosphatase, serum",
        coding(LOINC, "6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma"),
    ),
    LabTest.VITAMIN_D: concept(
        "25-hydroxyvitamin D, total",
        coding(
            LOINC,
            "62292-8",
            "25-Hydroxyvitamin D3+25-Hydroxyvitamin D2 [Mass/volume] in Serum or Plasma",
        ),
    ),
    LabTest.TSH: concept("TSH", coding(LOINC, "3016-3", "Thyrotropin [Units/volume] in Serum or Plasma")),
    LabTest.PTH: concept(
        "PTH, intact", coding(LOINC, "2731-8", "Parathyrin.intact [Mass/volume] in Serum or Plasma")
    ),
    LabTest.TESTOSTERONE: concept(
        "Testosterone, total", coding(LOINC, "2986-8", "Testosterone [Mass/volume] in Serum or Plasma")
    ),
}

SERVICES: Mapping[str, ServiceRequest] = {
    "exercise-referral": EXERCISE,
    "exercise-referral-low-impact": LOW_IMPACT_EXERCISE,
    "dxa": DXA,
    "dental-exam": DENTAL_EXAM,
    "fall-risk-referral": FALL_RISK,
    "smoking-cessation": SMOKING_CESSATION,
    "alcohol-counselling": ALCOHOL,
    "nutrition-counselling": NUTRITION,
    "specialist-referral": SPECIALIST,
    **{f"lab-{test}": ServiceRequest(**order(), code=code) for test, code in LAB_CODES.items()},
}
