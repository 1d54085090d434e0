"""What the guideline decides on: typed, each value with its unit, its day and the resource it came from.

None means unknown. Whether an unknown was looked for and not found, or could not be looked for, is told by
`GuidelineInputs.unanswered`. Names in the trace are those of GUIDELINE.md, "Input names".
"""

from fhir_mappings.inputs.bone_density import BoneDensity, Site, TScore, Unusable, UnusedDensity
from fhir_mappings.inputs.diagnoses import (
    BisphosphonateAllergy,
    Diagnosis,
    Disease,
    EsophagealProcedure,
    Suspicion,
)
from fhir_mappings.inputs.facts import DataQuality, Fact, Issue, Recorded, Source
from fhir_mappings.inputs.fractures import Fracture, FractureSite, Mechanism
from fhir_mappings.inputs.frax import Frax
from fhir_mappings.inputs.guideline_inputs import Conflict, GuidelineInputs
from fhir_mappings.inputs.labs import Calcium, Labs, Renal
from fhir_mappings.inputs.lifestyle import BodyMassIndex, HeightLoss, Smoking, SmokingStatus
from fhir_mappings.inputs.measurements import Measurement
from fhir_mappings.inputs.medicines import (
    ORAL_BISPHOSPHONATES,
    BoneTherapy,
    CancerTherapy,
    DoseSpan,
    Glucocorticoid,
    PastTherapy,
    Supplement,
)
from fhir_mappings.inputs.person import PREGNANCY_AGE, Menopause, Person, Sex

__all__ = [
    "ORAL_BISPHOSPHONATES",
    "PREGNANCY_AGE",
    "BisphosphonateAllergy",
    "BodyMassIndex",
    "BoneDensity",
    "BoneTherapy",
    "Calcium",
    "CancerTherapy",
    "Conflict",
    "DataQuality",
    "Diagnosis",
    "Disease",
    "DoseSpan",
    "EsophagealProcedure",
    "Fact",
    "Fracture",
    "FractureSite",
    "Frax",
    "Glucocorticoid",
    "GuidelineInputs",
    "HeightLoss",
    "Issue",
    "Labs",
    "Measurement",
    "Mechanism",
    "Menopause",
    "PastTherapy",
    "Person",
    "Recorded",
    "Renal",
    "Sex",
    "Site",
    "Smoking",
    "SmokingStatus",
    "Source",
    "Supplement",
    "Suspicion",
    "TScore",
    "Unusable",
    "UnusedDensity",
]
