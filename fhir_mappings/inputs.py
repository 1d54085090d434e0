"""What the guideline decides on: typed, each value with its unit, its day and the resource it came from.

None means unknown. Whether an unknown was looked for and not found, or could not be looked for, is told by
`GuidelineInputs.unanswered`. Names in the trace are those of GUIDELINE.md, "Input names".
"""

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec


class Source(StrEnum):
    """A part of the chart that is asked for as a whole, and can be there, empty, or not to be had."""

    PATIENT = "patient"
    BONE_DENSITY = "bone-density"
    DXA_REPORTS = "dxa-reports"
    FRAX = "frax"
    LABS = "labs"
    BODY_MEASURES = "body-measures"
    CONDITIONS = "conditions"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    PROCEDURES = "procedures"
    REPRODUCTIVE_STATUS = "reproductive-status"


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A typed value of the chart."""


Issue = Literal[
    "unreadable",
    "wrong-version",
    "no-status",
    "not-final",
    "future-date",
    "stale",
    "no-unit",
    "wrong-unit",
    "implausible",
    "sign-suspect",
    "conflict",
    "site-not-stated",
    "by-name-only",
    "unmapped-code",
    "other-patient",
    "dose-unreadable",
    "mechanism-unknown",
    "truncated",
    "not-fetched",
    "as-of-ignored",
]
"""The data-quality issues of GUIDELINE.md, "Codes on the wire"."""


class DataQuality(Fact, frozen=True, kw_only=True):
    """Something in the chart that could not be used as it stands; `because` quotes nothing personal."""

    issue: Issue
    because: str
    reference: str | None = None
    of: Source | None = None
    """The part of the chart it concerns, where a decision depends on knowing that."""


PREGNANCY_AGE = 56
"""From this age pregnancy is no longer asked about (GUIDELINE B, 24)."""


class Sex(StrEnum):
    """Sex as far as the guideline tells people apart; other and unknown are not usable for it."""

    FEMALE = "female"
    MALE = "male"


class Menopause(StrEnum):
    """What is known of menopause (GUIDELINE B, 4)."""

    DOCUMENTED = "postmenopausal"
    BY_AGE = "postmenopausal by age"
    PRESUMED = "presumed postmenopausal, confirm"
    PREMENOPAUSAL = "premenopausal"


class Person(Fact, frozen=True, kw_only=True):
    """Who the patient is to the guideline. `age` is in whole years, the lower one where the day is open."""

    age: int | None
    sex: Sex | None
    deceased: bool
    menopause: Menopause | None
    menopause_reference: str | None = None
    hospice_reference: str | None = None
    pregnancy_reference: str | None = None
    reference: str


class Site(StrEnum):
    """Where a T-score was measured (GUIDELINE B, 1)."""

    LUMBAR_SPINE = "lumbar-spine"
    FEMORAL_NECK = "femoral-neck"
    TOTAL_HIP = "total-hip"
    FEMUR = "femur"
    RADIUS_33 = "radius-33"
    RADIUS = "radius"
    UNSPECIFIED = "unspecified"
    OTHER = "other"


class TScore(Fact, frozen=True, kw_only=True):
    """One T-score, in standard deviations of the young reference."""

    site: Site
    value: Decimal
    day: datetime.date
    reference: str


Unusable = Literal["stale", "not final", "unreadable", "implausible", "without a usable unit"]


class UnusedDensity(Fact, frozen=True, kw_only=True):
    """A bone density that is in the chart and was not used, with the reason a person is told."""

    day: datetime.date | None
    why: Unusable


class BoneDensity(Fact, frozen=True, kw_only=True):
    """The deciding study: every usable T-score of the most recent one, the lowest first.

    Older studies are not mixed in; sites outside the WHO classification are left out.
    """

    study: tuple[TScore, ...] = ()
    unused: tuple[UnusedDensity, ...] = ()

    @property
    def lowest(self) -> TScore | None:
        """The T-score that sets the class."""
        return self.study[0] if self.study else None

    @property
    def day(self) -> datetime.date | None:
        """The day of the study: the latest of its measurements."""
        return max((score.day for score in self.study), default=None)


class Measurement(Fact, frozen=True, kw_only=True):
    """A number in the unit the guideline reads it in.

    `comparator` is "<" or ">" where the laboratory reported only a bound ("eGFR > 60").
    """

    value: Decimal
    unit: str
    day: datetime.date
    reference: str
    comparator: Literal["<", ">"] | None = None
    lab_low: Decimal | None = None
    lab_high: Decimal | None = None

    def below(self, limit: Decimal) -> bool | None:
        """Whether it is below the limit; None where the reported bound leaves that open."""
        if self.comparator == ">" and self.value < limit:
            return None
        if self.comparator == "<" and self.value > limit:
            return None
        if self.comparator == "<":
            return True
        return self.value < limit

    @property
    def shown(self) -> str:
        """The number as reported, with its comparator."""
        return f"{self.comparator} {self.value}" if self.comparator else str(self.value)


class Frax(Fact, frozen=True, kw_only=True):
    """Ten-year probabilities in percent, as the chart holds them; nothing here is ever computed."""

    hip: Measurement | None = None
    major: Measurement | None = None

    @property
    def complete(self) -> bool:
        """Both probabilities are usable, which is what excluding treatment takes."""
        return self.hip is not None and self.major is not None


class FractureSite(StrEnum):
    """Where a fracture was."""

    HIP = "hip"
    VERTEBRA = "vertebra"
    DISTAL_FOREARM = "distal-forearm"
    PROXIMAL_HUMERUS = "proximal-humerus"
    PELVIS = "pelvis"
    UNSPECIFIED = "unspecified"


class Mechanism(StrEnum):
    """What is known of how it broke (GUIDELINE B, 9)."""

    OSTEOPOROTIC = "coded as osteoporotic"
    LOW_ENERGY = "fall from standing height or less"
    PRESUMED = "presumed fragility, confirm mechanism"
    UNKNOWN = "mechanism unknown"


class Fracture(Fact, frozen=True, kw_only=True):
    """A fracture that may be a fragility fracture; high-energy and neoplastic ones are left out.

    `latest` is the last day that a partial date may mean.
    """

    site: FractureSite
    mechanism: Mechanism
    day: datetime.date | None
    latest: datetime.date | None = None
    reference: str

    @property
    def fragility(self) -> bool:
        """Whether it counts as a fragility fracture."""
        return self.mechanism is not Mechanism.UNKNOWN


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


class Diagnosis(Fact, frozen=True, kw_only=True):
    """A diagnosis in the chart; `current` unless it is resolved, inactive or in remission."""

    disease: Disease
    current: bool
    reference: str
    day: datetime.date | None = None
    ended: datetime.date | None = None


class Suspicion(Fact, frozen=True, kw_only=True):
    """A contraindication that is possible and not sure: known "by name" only, or "unconfirmed"."""

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


class BoneTherapy(Fact, frozen=True, kw_only=True):
    """A current osteoporosis drug. `by_name` is true where only its name is known."""

    drug: str
    since: datetime.date | None
    reference: str
    by_name: bool = False


class PastTherapy(Fact, frozen=True, kw_only=True):
    """An osteoporosis drug that was taken before: on how many days, as far as that is on record."""

    drug: str
    days: int
    reference: str


class Supplement(Fact, frozen=True, kw_only=True):
    """Calcium or vitamin D that the patient already takes."""

    name: Literal["calcium", "vitamin D"]
    reference: str


class Calcium(Fact, frozen=True, kw_only=True):
    """The calcium that decides (GUIDELINE B, 18): ionized where it is closest, else corrected, else total."""

    kind: Literal["corrected", "uncorrected", "ionized"]
    value: Decimal
    unit: str
    day: datetime.date
    low_limit: Decimal
    parts: tuple[Measurement, ...]
    comparator: Literal["<", ">"] | None = None

    @property
    def low(self) -> bool:
        """Below the laboratory's own limit, else below the guideline's; a bound counts as what it bounds."""
        return self.value < self.low_limit if self.comparator is None else self.comparator == "<"


class Renal(Fact, frozen=True, kw_only=True):
    """Renal function (GUIDELINE B, 17): creatinine clearance where it can be computed, else eGFR.

    `clearance` is Cockcroft–Gault in mL/min from creatinine, weight, age and sex.
    """

    clearance: Decimal | None = None
    clearance_day: datetime.date | None = None
    clearance_from: tuple[str, ...] = ()
    egfr: Measurement | None = None
    kidney_injury: bool = False


class Labs(Fact, frozen=True, kw_only=True):
    """The laboratory values that gate alendronate, newest usable ones."""

    total_calcium: Measurement | None = None
    ionized_calcium: Measurement | None = None
    albumin: Measurement | None = None
    calcium: Calcium | None = None
    creatinine: Measurement | None = None
    egfr: Measurement | None = None
    vitamin_d: Measurement | None = None


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
    supplements: tuple[Supplement, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()
    allergy: BisphosphonateAllergy | None = None
    esophageal_procedure: EsophagealProcedure | None = None
    weight: Measurement | None = None
    height: Measurement | None = None
    labs: Labs = Labs()
    renal: Renal = Renal()
    data_quality: tuple[DataQuality, ...] = ()
    unanswered: frozenset[Source] = frozenset()
    incomplete: frozenset[Source] = frozenset()
    """Sources that were answered, but cut short or with entries that could not be read."""

    def has(self, *diseases: Disease) -> Diagnosis | None:
        """The first of these diagnoses that is current."""
        return next((each for each in self.diagnoses if each.current and each.disease in diseases), None)

    def ever(self, *diseases: Disease) -> Diagnosis | None:
        """The first of these diagnoses, current or past."""
        return next((each for each in self.diagnoses if each.disease in diseases), None)
