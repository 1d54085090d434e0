"""People as the guideline sees them: typed inputs, without a chart to read them from."""

import datetime
from decimal import Decimal
from typing import Any

from cdshooks.cards.case import Case
from cdshooks.cards.identity import CardKeys
from cdshooks.cards.render import Rendered, render
from cdshooks.cards.signed import Signing
from cdshooks.drafts import Recipient
from cdshooks.guideline.decide import decide
from fhir_mappings.dates import add_months
from fhir_mappings.inputs import (
    BoneDensity,
    BoneTherapy,
    Calcium,
    CancerTherapy,
    Diagnosis,
    Disease,
    DoseSpan,
    Fracture,
    FractureSite,
    Frax,
    Glucocorticoid,
    GuidelineInputs,
    Labs,
    Measurement,
    Mechanism,
    Menopause,
    Person,
    Recorded,
    Renal,
    Sex,
    Site,
    Smoking,
    TScore,
)

AS_OF = datetime.date(2026, 1, 15)
TODAY = Recipient(
    patient="Patient/1", encounter=None, requester="Practitioner/1", authored_on=datetime.date(2026, 1, 15)
)
SMOKES = Smoking(current=True, day=AS_OF, reference="Observation/smoking")
PARENT = Recorded(is_so=True, reference="FamilyMemberHistory/1")


def days_ago(days: int) -> datetime.date:
    return AS_OF - datetime.timedelta(days=days)


def months_ago(months: int, days: int = 0) -> datetime.date:
    return add_months(AS_OF, -months) - datetime.timedelta(days=days)


def measured(value: str, unit: str = "mg/dL", **members: Any) -> Measurement:  # noqa: ANN401 - any member
    return Measurement(
        value=Decimal(value), unit=unit, day=days_ago(10), reference="Observation/1", **members
    )


def calcium(value: str = "9.4", kind: Any = "corrected", **members: Any) -> Calcium:  # noqa: ANN401 - as above
    total = measured(value, **members)
    return Calcium(
        kind=kind, value=total.value, unit=total.unit, day=total.day, low_limit=Decimal("8.5"), parts=(total,)
    )


def clear_labs(**members: Any) -> Labs:  # noqa: ANN401 - any member
    """Values that speak against nothing; every secondary-cause test is known."""
    found: dict[str, Any] = {
        "calcium": calcium(),
        "total_calcium": measured("9.4"),
        "albumin": measured("4.0", "g/dL"),
        "creatinine": measured("0.8"),
        "vitamin_d": measured("32", "ng/mL"),
        "tsh": measured("2.0", "m[IU]/L", lab_low=Decimal("0.4"), lab_high=Decimal("4.5")),
        "alkaline_phosphatase": measured("70", "U/L", lab_high=Decimal(120)),
        "testosterone": measured("450", "ng/dL"),
    }
    return Labs(**{**found, **members})


def renal(egfr: str = "78", **members: Any) -> Renal:  # noqa: ANN401 - any member
    return Renal(egfr=measured(egfr, "mL/min/{1.73_m2}"), **members)


def density(*values: str, site: Site = Site.FEMORAL_NECK, day: datetime.date | None = None) -> BoneDensity:
    """One study, the lowest first."""
    scores = (
        TScore(site=site, value=Decimal(value), day=day or days_ago(10), reference="Observation/dxa")
        for value in values
    )
    return BoneDensity(study=tuple(sorted(scores, key=lambda score: score.value)))


def frax(hip: str | None = None, major: str | None = None) -> Frax:
    return Frax(hip=measured(hip, "%") if hip else None, major=measured(major, "%") if major else None)


def fracture(
    site: FractureSite = FractureSite.DISTAL_FOREARM,
    *,
    mechanism: Mechanism = Mechanism.LOW_ENERGY,
    day: datetime.date | None = datetime.date(2020, 6, 1),
    **members: Any,  # noqa: ANN401 - any member
) -> Fracture:
    return Fracture(site=site, mechanism=mechanism, day=day, reference="Condition/fracture", **members)


def diagnosis(disease: Disease, **members: Any) -> Diagnosis:  # noqa: ANN401 - any member
    return Diagnosis(**{"disease": disease, "current": True, "reference": "Condition/1", **members})


def steroid(mg: str = "7.5", days: int = 90, *, current: bool = True) -> Glucocorticoid:
    """Prednisone every day, until today."""
    span = DoseSpan(start=days_ago(days - 1), end=AS_OF, mg_per_day=Decimal(mg))
    return Glucocorticoid(
        drugs=("prednisone",), spans=(span,), current=current, references=("MedicationRequest/1",)
    )


def therapy(drug: str = "alendronate", **members: Any) -> BoneTherapy:  # noqa: ANN401 - any member
    return BoneTherapy(
        **{"drug": drug, "since": months_ago(24), "reference": "MedicationRequest/2", **members}
    )


LETROZOLE = CancerTherapy(
    drug="letrozole", kind="aromatase inhibitor", since=months_ago(12), reference="MedicationRequest/3"
)


def person(age: int = 62, sex: Sex | None = Sex.FEMALE, **members: Any) -> Person:  # noqa: ANN401 - any member
    menopause = Menopause.BY_AGE if sex is Sex.FEMALE else None
    return Person(
        **{
            "age": age,
            "sex": sex,
            "deceased": False,
            "menopause": menopause,
            "reference": "Patient/1",
            **members,
        }
    )


def woman(lowest: str | None = "-1.9", *, age: int = 62, **members: Any) -> GuidelineInputs:  # noqa: ANN401
    """A postmenopausal woman with clear laboratory values, and one T-score of the femoral neck or none."""
    return GuidelineInputs(
        **{
            "as_of": AS_OF,
            "person": person(age),
            "bone_density": density(lowest) if lowest else BoneDensity(),
            "labs": clear_labs(),
            "renal": renal(),
            **members,
        }
    )


def man(lowest: str | None = "-1.9", *, age: int = 62, **members: Any) -> GuidelineInputs:  # noqa: ANN401
    return woman(lowest, **{"person": person(age, Sex.MALE), **members})


def shown(inputs: GuidelineInputs, *, to: Recipient | None = TODAY) -> Rendered:
    """The cards of these inputs."""
    case = Case(decision=decide(inputs), inputs=inputs, recipient=to)
    signature = CardKeys.ephemeral().signature(
        client="tests", patient_id="1", hook_instance="d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
    )
    return render(case, Signing(signature=signature, as_of=inputs.as_of))
