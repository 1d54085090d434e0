"""Everything the guideline knows of one patient on one day."""

import datetime

from fhir_mappings.inputs.bone_density import BoneDensity
from fhir_mappings.inputs.diagnoses import (
    BisphosphonateAllergy,
    Diagnosis,
    Disease,
    EsophagealProcedure,
    Suspicion,
)
from fhir_mappings.inputs.facts import DataQuality, Fact, Recorded, Source
from fhir_mappings.inputs.fractures import Fracture
from fhir_mappings.inputs.frax import Frax
from fhir_mappings.inputs.labs import Labs, Renal
from fhir_mappings.inputs.lifestyle import BodyMassIndex, HeightLoss, Smoking
from fhir_mappings.inputs.measurements import Measurement
from fhir_mappings.inputs.medicines import BoneTherapy, CancerTherapy, Glucocorticoid, PastTherapy, Supplement
from fhir_mappings.inputs.person import Person


class Conflict(Fact, frozen=True, kw_only=True):
    """One way to read a chart that contradicts itself: the decision is made once for each."""

    bone_density: BoneDensity
    frax: Frax
    of_frax: bool


class GuidelineInputs(Fact, frozen=True, kw_only=True):
    """Everything the guideline knows of one patient on one day."""

    as_of: datetime.date
    person: Person
    bone_density: BoneDensity = BoneDensity()
    frax: Frax = Frax()
    conflicts: tuple[Conflict, ...] = ()
    fractures: tuple[Fracture, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    therapy: tuple[BoneTherapy, ...] = ()
    past_therapy: tuple[PastTherapy, ...] = ()
    other_bone_drugs: tuple[BoneTherapy, ...] = ()
    """Calcitonin and estrogen that are current: for duplicates and to show, never "on therapy" (G4)."""
    supplements: tuple[Supplement, ...] = ()
    glucocorticoid: Glucocorticoid | None = None
    cancer_therapy: tuple[CancerTherapy, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    allergy: BisphosphonateAllergy | None = None
    esophageal_procedure: EsophagealProcedure | None = None
    weight: Measurement | None = None
    height: Measurement | None = None
    bmi: BodyMassIndex | None = None
    height_losses: tuple[HeightLoss, ...] = ()
    """From the tallest height on record and from the tallest of ten years, where the patient was taller."""
    smoking: Smoking | None = None
    alcohol: Measurement | None = None
    """Drinks a day."""
    alcohol_on_drinking_days: Measurement | None = None
    """Drinks on a day on which any are taken: no average, so nothing is held against it."""
    parental_hip_fracture: Recorded | None = None
    dental_exam: Recorded | None = None
    """The latest one of the last 12 months."""
    cannot_stay_upright: Recorded | None = None
    """A structured answer to whether the patient can sit or stand for 30 minutes."""
    labs: Labs = Labs()
    renal: Renal = Renal()
    data_quality: tuple[DataQuality, ...] = ()
    unanswered: frozenset[Source] = frozenset()
    incomplete: frozenset[Source] = frozenset()
    """Sources that were answered, but cut short or with entries that could not be read."""
    left_open: tuple[str, ...] = ()
    """Values that may speak against a drug and cannot be used, each the only one of its kind."""

    def has(self, *diseases: Disease) -> Diagnosis | None:
        """The first of these diagnoses that is current."""
        return next((each for each in self.diagnoses if each.current and each.disease in diseases), None)

    def ever(self, *diseases: Disease) -> Diagnosis | None:
        """The first of these diagnoses, current or past."""
        return next((each for each in self.diagnoses if each.disease in diseases), None)
