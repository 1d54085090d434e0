"""Diagnoses, allergies and procedures that the guideline asks about."""

import datetime
from enum import StrEnum

from fhir_mappings.inputs.facts import Fact


class Disease(StrEnum):
    """Diagnoses that the guideline asks about."""

    OSTEOPENIA = "osteopenia"
    OSTEOPOROSIS = "osteoporosis"
    ESOPHAGEAL_STRICTURE = "esophageal stricture"
    ACHALASIA = "achalasia"
    ESOPHAGEAL_VARICES = "esophageal varices"
    ESOPHAGITIS = "esophageal disease"
    CANNOT_SIT_UPRIGHT = "cannot sit or stand upright"
    ONJ = "osteonecrosis of the jaw"
    ATYPICAL_FEMORAL_FRACTURE = "atypical femoral fracture"
    BISPHOSPHONATE_CONTRAINDICATED = "bisphosphonates recorded as contraindicated"
    HYPERCALCEMIA = "hypercalcemia"
    HYPERPARATHYROIDISM = "hyperparathyroidism"
    NEPHROLITHIASIS = "kidney stones"
    SARCOIDOSIS = "sarcoidosis"
    HYPOCALCEMIA = "hypocalcemia"
    TETANY = "tetany"
    HYPERTHYROIDISM = "hyperthyroidism"
    HYPOGONADISM = "hypogonadism"
    MALABSORPTION = "celiac disease or malabsorption"
    ALCOHOL_USE_DISORDER = "alcohol use disorder"
    MYELOMA = "multiple myeloma"
    NEOPLASTIC_FRACTURE = "pathological fracture with malignancy"
    BONE_METASTASIS = "bone metastasis"
    RHEUMATOID_ARTHRITIS = "rheumatoid arthritis"
    SECONDARY_OSTEOPOROSIS = "secondary osteoporosis"
    """The FRAX input: type 1 diabetes, osteogenesis imperfecta, chronic liver disease and so on."""
    FALLS = "falls"
    PAGET = "Paget disease of bone"
    VTE_OR_STROKE = "venous thromboembolism or stroke"
    MYOCARDIAL_INFARCTION = "myocardial infarction"
    CORONARY_DISEASE = "coronary heart disease"
    DIALYSIS_OR_CKD_5 = "dialysis or kidney failure"
    LONG_TERM_BISPHOSPHONATE = "long-term use of bisphosphonates"
    OSTEOPOROSIS_DRUG = "treatment with another osteoporosis drug"
    """Only as a suspicion, from words of a diagnosis or a procedure, or on hold: others are `BoneTherapy`."""
    BISPHOSPHONATE_ALLERGY = "bisphosphonate allergy"
    """Only as a suspicion: what is recorded as an allergy is `BisphosphonateAllergy`."""
    PREGNANCY = "pregnancy"
    """Only as a suspicion: what is sure is in `Person`."""
    ABSENT_PERIODS = "other reason for absent periods than menopause"
    """Only as a suspicion: contraception and the like, where menopause is told from a last period below 50."""
    LONG_TERM_STEROIDS = "long-term use of systemic steroids"


class Diagnosis(Fact, frozen=True, kw_only=True):
    """A diagnosis in the chart; `current` unless it is resolved, inactive or in remission."""

    disease: Disease
    current: bool
    reference: str
    day: datetime.date | None = None
    ended: datetime.date | None = None


class Suspicion(Fact, frozen=True, kw_only=True):
    """A contraindication that is possible and not sure.

    `why` is "by name" where only text says so, else "unconfirmed", "on hold" and the like.
    """

    disease: Disease
    why: str
    reference: str


class BisphosphonateAllergy(Fact, frozen=True, kw_only=True):
    """A recorded reaction to a bisphosphonate: `by_name` if no code says so, `intolerance` if only that."""

    reference: str
    by_name: bool
    intolerance: bool


class EsophagealProcedure(Fact, frozen=True, kw_only=True):
    """Banding or sclerotherapy of esophageal varices; without a readable day it counts as recent."""

    day: datetime.date | None
    reference: str
