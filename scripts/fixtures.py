"""Write the hand-made charts of fixtures/: `python scripts/fixtures.py`, then `cdshooks replay --update`.

Each chart is a few lines at the end of this file, and those of the order hooks are in order_fixtures.py;
everything above is how an EHR writes such facts down in FHIR R4, much as US Core asks. All people are invented.
The other folders of fixtures/ hold other people's data, which nothing here touches.
"""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cdshooks.chart.prefetch import PATIENT_VIEW

Json = dict[str, Any]

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
AS_OF = "2026-01-15"
SERVER = "https://ehr.example/fhir"

CPT = "http://www.ama-assn.org/go/cpt"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"

NOT_SENT = object()
"""The client did not resolve this key. (null is: it did, and there is nothing.)"""

SEXES = {"female": "F", "male": "M"}


# How an EHR writes things down.


def concept(system: str, code: str, display: str, *more: Json, text: str | None = None) -> Json:
    """A CodeableConcept; `more` are translations of its code."""
    coding = [{"system": system, "code": code, "display": display}, *more]
    return {"coding": coding, "text": text or display}


def meta(profile: str, updated: str = "2026-01-12T08:15:00-05:00") -> Json:
    """What the server says of a resource."""
    return {"versionId": "1", "lastUpdated": updated, "profile": [f"{US_CORE}/{profile}"]}


def person(case: str, gender: str, born: str, given: str, family: str, **members: Any) -> Json:  # noqa: ANN401 - any element
    """A Patient, with the case as its id."""
    birth_sex = (
        [{"url": f"{US_CORE}/us-core-birthsex", "valueCode": SEXES[gender]}] if gender in SEXES else []
    )
    return {
        "resourceType": "Patient",
        "id": case,
        "meta": meta("us-core-patient"),
        **({"extension": birth_sex} if birth_sex else {}),
        "identifier": [
            {
                "use": "usual",
                "type": concept(f"{HL7}/v2-0203", "MR", "Medical record number"),
                "system": "urn:oid:2.999.1",
                "value": str(uuid.uuid5(uuid.NAMESPACE_URL, case).int % 10_000_000).zfill(7),
            }
        ],
        "active": True,
        "name": [{"use": "official", "family": family, "given": [given]}],
        "gender": gender,
        "birthDate": born,
        **members,
    }


def subject(of: Json) -> Json:
    """Whose a resource is."""
    name = of["name"][0]
    return {"reference": f"Patient/{of['id']}", "display": f"{name['given'][0]} {name['family']}"}


def when(day: str, time: str = "09:30:00") -> str:
    """A dateTime on that day."""
    return f"{day}T{time}-05:00"


def observation(of: Json, id_: str, category: str, code: Json, day: str, **members: Any) -> Json:  # noqa: ANN401 - any element
    """An Observation, final unless stated otherwise."""
    name = {"imaging": "Imaging", "laboratory": "Laboratory", "vital-signs": "Vital Signs", "exam": "Exam"}
    name["social-history"] = "Social History"
    profile = {"laboratory": "us-core-observation-lab", "vital-signs": "us-core-vital-signs"}
    return {
        "resourceType": "Observation",
        "id": id_,
        "meta": meta(profile.get(category, "us-core-observation-clinical-result")),
        "status": "final",
        "category": [concept(f"{HL7}/observation-category", category, name[category])],
        "code": code,
        "subject": subject(of),
        "effectiveDateTime": when(day),
        "issued": when(day, "16:05:00"),
        **members,
    }


def amount(value: float, unit: str, code: str | None = None) -> Json:
    """A Quantity in UCUM."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code or unit}


RADIOLOGIST = [{"reference": "Practitioner/radiology-1", "display": "Rosa Lindqvist, MD"}]
LABORATORY = [{"reference": "Organization/laboratory-1", "display": "Riverside Hospital Laboratory"}]
PHYSICIAN = {"reference": "Practitioner/primary-care-1", "display": "Ada Brennan, MD"}

SITES = {
    "spine": (
        concept(LOINC, "38267-1", "DXA Lumbar spine [T-score] Bone density", text="T-score, lumbar spine"),
        concept(SNOMED, "122496007", "Lumbar spine structure", text="L1-L4"),
    ),
    "neck": (
        concept(LOINC, "38263-0", "DXA Femur [T-score] Bone density", text="T-score, femoral neck"),
        concept(SNOMED, "29627003", "Structure of neck of femur", text="Femoral neck"),
    ),
    "hip": (
        concept(LOINC, "38264-8", "DXA Hip [T-score] Bone density", text="T-score, total hip"),
        concept(SNOMED, "24136001", "Hip joint structure", text="Total hip"),
    ),
}


def t_score(of: Json, site: str, value: float, day: str = "2026-01-05", **members: Any) -> Json:  # noqa: ANN401 - any element
    """One site's T-score of a DXA."""
    code, place = SITES[site]
    measured = {"valueQuantity": amount(value, "T-score", "{T-score}")} | members
    id_ = measured.pop("id", f"dxa-{site}-{day}")
    dxa = {"performer": RADIOLOGIST, "bodySite": place}
    return observation(of, id_, "imaging", code, day, **dxa, **measured)


def frax(of: Json, hip: float, major: float, day: str = "2026-01-08") -> list[Json]:
    """Both 10-year probabilities, as percentages."""
    names = {
        "hip": concept(
            LOINC,
            "90266-8",
            "Hip fracture 10-year probability [Likelihood] Fracture Risk Assessment",
            text="FRAX hip",
        ),
        "major": concept(
            LOINC,
            "90265-0",
            "Major osteoporotic fracture 10-year probability [Likelihood] Fracture Risk Assessment",
            text="FRAX major osteoporotic",
        ),
    }
    return [
        observation(
            of,
            f"frax-{name}-{day}",
            "exam",
            names[name],
            day,
            performer=[PHYSICIAN],
            valueQuantity=amount(value, "%"),
        )
        for name, value in (("hip", hip), ("major", major))
    ]


def lab(of: Json, name: str, value: float, day: str = "2025-12-18") -> Json:
    """One laboratory value with the reference range of the laboratory."""
    loinc, display, unit, low, high = {
        "calcium": ("17861-6", "Calcium [Mass/volume] in Serum or Plasma", "mg/dL", 8.6, 10.3),
        "albumin": ("1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", 3.5, 5.0),
        "creatinine": ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0.5, 1.1),
        "egfr": (
            "98979-8",
            (
                "Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood "
                "by Creatinine-based formula (CKD-EPI 2021)"
            ),
            "mL/min/{1.73_m2}",
            60,
            None,
        ),
        "vitamin-d": (
            "62292-8",
            "25-Hydroxyvitamin D3+25-Hydroxyvitamin D2 [Mass/volume] in Serum or Plasma",
            "ng/mL",
            20,
            100,
        ),
    }[name]
    limits = {"low": amount(low, unit)} | ({"high": amount(high, unit)} if high is not None else {})
    return observation(
        of,
        f"{name}-{day}",
        "laboratory",
        concept(LOINC, loinc, display),
        day,
        performer=LABORATORY,
        valueQuantity=amount(value, unit),
        referenceRange=[limits],
    )


def labs(of: Json, **values: float) -> list[Json]:
    """Everything that alendronate asks for, in order unless stated otherwise."""
    usual = {"calcium": 9.4, "albumin": 4.1, "creatinine": 0.8, "egfr": 82, "vitamin_d": 34}
    return [lab(of, name.replace("_", "-"), value) for name, value in (usual | values).items()]


def measures(of: Json, weight: float = 63.5, height: float = 163) -> list[Json]:
    """Body weight and height, in kg and cm."""
    day = "2026-01-12"
    return [
        observation(
            of,
            f"weight-{day}",
            "vital-signs",
            concept(LOINC, "29463-7", "Body weight"),
            day,
            valueQuantity=amount(weight, "kg"),
        ),
        observation(
            of,
            f"height-{day}",
            "vital-signs",
            concept(LOINC, "8302-2", "Body height"),
            day,
            valueQuantity=amount(height, "cm"),
        ),
    ]


def condition(
    of: Json, id_: str, code: Json, onset: str, *, status: str = "active", encounter: str | None = None
) -> Json:
    """A problem on the list, or the diagnosis of an encounter where there is one."""
    category, shown, profile = (
        ("encounter-diagnosis", "Encounter Diagnosis", "us-core-condition-encounter-diagnosis")
        if encounter
        else ("problem-list-item", "Problem List Item", "us-core-condition-problems-health-concerns")
    )
    return {
        "resourceType": "Condition",
        "id": id_,
        "meta": meta(profile),
        "clinicalStatus": concept(f"{HL7}/condition-clinical", status, status.capitalize()),
        "verificationStatus": concept(f"{HL7}/condition-ver-status", "confirmed", "Confirmed"),
        "category": [concept(f"{HL7}/condition-category", category, shown)],
        "code": code,
        "subject": subject(of),
        **({"encounter": {"reference": f"Encounter/{encounter}"}} if encounter else {}),
        "onsetDateTime": onset,
        "recordedDate": onset,
        "recorder": PHYSICIAN,
    }


def osteoporosis(of: Json) -> Json:
    """Osteoporosis on the problem list."""
    snomed = {"system": SNOMED, "code": "64859006", "display": "Osteoporosis (disorder)"}
    code = concept(ICD10, "M81.0", "Age-related osteoporosis without current pathological fracture", snomed)
    return condition(of, "osteoporosis", code, "2026-01-06")


def hypertension(of: Json) -> Json:
    """Something that has nothing to do with bone."""
    return condition(
        of, "hypertension", concept(ICD10, "I10", "Essential (primary) hypertension"), "2014-03-11"
    )


def order(of: Json, id_: str, authored: str, sig: str, **drug: Json) -> Json:
    """An active outpatient order."""
    return {
        "resourceType": "MedicationRequest",
        "id": id_,
        "meta": meta("us-core-medicationrequest"),
        "status": "active",
        "intent": "order",
        "category": [concept(f"{HL7}/medicationrequest-category", "outpatient", "Outpatient")],
        **drug,
        "subject": subject(of),
        "authoredOn": authored,
        "requester": PHYSICIAN,
        "dosageInstruction": [{"text": sig}],
    }


def lisinopril(of: Json) -> Json:
    """A medicine that has nothing to do with bone."""
    code = concept(RXNORM, "314076", "lisinopril 10 MG Oral Tablet")
    return order(
        of, "lisinopril", "2025-09-02", "Take 1 tablet by mouth once daily", medicationCodeableConcept=code
    )


def operation_outcome(code: str, diagnostics: str) -> Json:
    """An error in place of an answer."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "diagnostics": diagnostics}],
    }


# How a client sends them.


def searchset(kind: str, patient_id: str, resources: list[Json]) -> Json:
    """A page that a FHIR server answers with; a Medication comes along with the order that points at it."""
    entry = [
        {
            "fullUrl": f"{SERVER}/{each['resourceType']}/{each['id']}",
            "resource": each,
            "search": {"mode": "match" if each["resourceType"] == kind else "include"},
        }
        for each in resources
    ]
    matches = sum(1 for each in resources if each["resourceType"] == kind)
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": matches,
        "link": [{"relation": "self", "url": f"{SERVER}/{kind}?patient={patient_id}"}],
        **({"entry": entry} if entry else {}),
    }


def call(case: str, patient: Json | None, **answers: Any) -> Json:  # noqa: ANN401 - resources, null or an outcome
    """The body of a call with every key that discovery asks for: those not named hold an empty searchset."""
    unknown = answers.keys() - {query.key.replace("-", "_") for query in PATIENT_VIEW}
    if unknown:
        raise ValueError(f"{case}: no service asks for {', '.join(sorted(unknown))}")
    prefetch: Json = {}
    for query in PATIENT_VIEW:
        answer = answers.get(query.key.replace("-", "_"), [])
        if query.resource_type == "Patient":
            answer = patient if patient is not None else NOT_SENT
        if answer is NOT_SENT:
            continue
        prefetch[query.key] = (
            searchset(query.resource_type, case, answer) if isinstance(answer, list) else answer
        )
    return {
        "hook": "patient-view",
        "hookInstance": str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:bone-health-cds:fixture:{case}")),
        "fhirServer": SERVER,
        "context": {"userId": "Practitioner/primary-care-1", "patientId": case, "encounterId": "visit-1"},
        "prefetch": prefetch,
        "extension": {"com.bone-health-cds.as-of": AS_OF},
    }


# The charts.


def charts() -> Iterator[tuple[str, Json]]:
    """Every hand-made case: its folder and the body of its call."""
    yield from _what_the_guideline_decides()
    yield from _what_stands_against_alendronate()
    yield from _who_it_is_not_for()
    yield from _how_charts_are_written()
    yield from _risk_factors()
    yield from _what_is_wrong_with_data()
    yield from _what_is_no_valid_call()


def _what_the_guideline_decides() -> Iterator[tuple[str, Json]]:
    case = "source-patient"
    of = person(case, "female", "1963-06-01", "Joan", "Example")
    yield case, call(case, of, bone_density=[t_score(of, "spine", -1.9), t_score(of, "neck", -1.2)])

    case = "frax-hip-at-threshold"
    of = person(case, "female", "1960-02-17", "Marta", "Fictitious")
    yield case, call(case, of, **_low_bone_mass(of), frax=frax(of, 3.0, 10.0), labs=labs(of))

    case = "frax-below-thresholds"
    of = person(case, "female", "1960-02-17", "Greta", "Fictitious")
    yield case, call(case, of, **_low_bone_mass(of), frax=frax(of, 2.9, 19.9), labs=labs(of))

    case = "t-score-osteoporosis"
    of = person(case, "female", "1958-11-23", "Helen", "Invented")
    yield (
        case,
        call(
            case,
            of,
            bone_density=[t_score(of, "spine", -2.5), t_score(of, "neck", -1.9), t_score(of, "hip", -1.7)],
            labs=labs(of),
            body_measures=measures(of),
            conditions=[hypertension(of)],
            medication_requests=[lisinopril(of)],
        ),
    )

    case = "hip-fracture-without-dxa"
    of = person(case, "female", "1954-08-30", "Ruth", "Sample")
    fracture = concept(
        ICD10,
        "S72.001A",
        "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture",
        {"system": SNOMED, "code": "5913000", "display": "Fracture of neck of femur (disorder)"},
    )
    fall = concept(
        ICD10,
        "W01.0XXA",
        "Fall on same level from slipping, tripping and stumbling without subsequent striking against object, "
        "initial encounter",
    )
    yield (
        case,
        call(
            case,
            of,
            conditions=[
                condition(
                    of, "hip-fracture", fracture, "2023-09-14", status="resolved", encounter="emergency-1"
                ),
                condition(of, "fall", fall, "2023-09-14", status="resolved", encounter="emergency-1"),
                hypertension(of),
            ],
            labs=labs(of),
            body_measures=measures(of, weight=58.2, height=160),
        ),
    )

    case = "woman-66-without-dxa"
    of = person(case, "female", "1959-04-09", "Irene", "Sample")
    nothing = {query.key.replace("-", "_"): None for query in PATIENT_VIEW if query.key != "patient"}
    yield case, call(case, of, **nothing)

    case = "man-66"
    of = person(case, "male", "1959-07-21", "Walter", "Example")
    yield (
        case,
        call(
            case,
            of,
            bone_density=[t_score(of, "spine", -2.2), t_score(of, "neck", -2.6)],
            labs=labs(of, creatinine=1.0, egfr=79),
            body_measures=measures(of, weight=78.4, height=178),
        ),
    )

    case = "man-66-without-dxa"
    of = person(case, "male", "1959-07-21", "Peter", "Example")
    yield case, call(case, of, conditions=[hypertension(of)], medication_requests=[lisinopril(of)])

    case = "on-alendronate"
    of = person(case, "female", "1956-12-02", "Sofia", "Fictitious")
    drug = {
        "resourceType": "Medication",
        "id": "alendronate-70-mg",
        "meta": meta("us-core-medication"),
        "code": concept(RXNORM, "904431", "alendronic acid 70 MG Oral Tablet"),
        "status": "active",
    }
    weekly = order(
        of,
        "alendronate",
        "2024-06-10",
        "Take 1 tablet by mouth once a week",
        medicationReference={"reference": "Medication/alendronate-70-mg"},
    )
    weekly["dosageInstruction"][0]["timing"] = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}}
    yield (
        case,
        call(
            case,
            of,
            bone_density=[
                t_score(of, "spine", -2.7, day="2023-11-20"),
                t_score(of, "neck", -2.1, day="2023-11-20"),
            ],
            labs=labs(of),
            conditions=[osteoporosis(of)],
            medication_requests=[weekly, drug, lisinopril(of)],
        ),
    )


def _low_bone_mass(of: Json) -> Json:
    """The chart of somebody for whom FRAX decides."""
    return {
        "bone_density": [t_score(of, "spine", -1.9), t_score(of, "neck", -1.6)],
        "body_measures": measures(of),
        "conditions": [hypertension(of)],
        "medication_requests": [lisinopril(of)],
    }


def _osteoporotic(of: Json) -> Json:
    """The chart of somebody who is to be treated, with nothing against alendronate."""
    return {
        "bone_density": [t_score(of, "spine", -2.8), t_score(of, "neck", -2.3)],
        "labs": labs(of),
        "body_measures": measures(of),
        "conditions": [osteoporosis(of), hypertension(of)],
        "medication_requests": [lisinopril(of)],
    }


def _what_stands_against_alendronate() -> Iterator[tuple[str, Json]]:
    case = "hypocalcemia"
    of = person(case, "female", "1957-05-14", "Nora", "Invented")
    # The total alone is within the range of the laboratory.
    yield case, call(case, of, **_osteoporotic(of) | {"labs": labs(of, calcium=8.6, albumin=4.7)})

    case = "egfr-34"
    of = person(case, "female", "1953-03-03", "Elsa", "Sample")
    reduced = labs(of, creatinine=1.6, egfr=34)
    yield case, call(case, of, **_osteoporotic(of) | {"labs": reduced, "body_measures": []})

    case = "no-laboratory-values"
    of = person(case, "female", "1957-02-17", "Paula", "Example")
    yield case, call(case, of, **_low_bone_mass(of) | {"body_measures": None}, frax=frax(of, 3.4, 21.0))

    case = "conditions-not-sent"
    of = person(case, "female", "1960-02-17", "Dora", "Fictitious")
    yield case, call(case, of, **_osteoporotic(of) | {"conditions": NOT_SENT})

    case = "medications-failed"
    of = person(case, "female", "1960-02-17", "Clara", "Invented")
    down = operation_outcome("timeout", "The medication service did not answer in time.")
    sent = _osteoporotic(of) | {"medication_requests": down, "medication_statements": down}
    yield case, call(case, of, **sent)

    case = "achalasia"
    of = person(case, "female", "1957-05-14", "Vera", "Sample")
    snomed = {"system": SNOMED, "code": "45564002", "display": "Achalasia of esophagus"}
    achalasia = condition(
        of, "achalasia", concept(ICD10, "K22.0", "Achalasia of cardia", snomed), "2019-10-02"
    )
    chart = _osteoporotic(of)
    yield case, call(case, of, **chart | {"conditions": [*chart["conditions"], achalasia]})

    case = "bisphosphonate-allergy"
    of = person(case, "female", "1957-05-14", "Alma", "Example")
    hives = {"coding": [{"system": SNOMED, "code": "126485001", "display": "Urticaria"}], "text": "Hives"}
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "alendronate-allergy",
        "meta": meta("us-core-allergyintolerance"),
        "clinicalStatus": concept(f"{HL7}/allergyintolerance-clinical", "active", "Active"),
        "verificationStatus": concept(f"{HL7}/allergyintolerance-verification", "confirmed", "Confirmed"),
        "type": "allergy",
        "category": ["medication"],
        "criticality": "high",
        "code": concept(RXNORM, "46041", "alendronate"),
        "patient": subject(of),
        "onsetDateTime": "2021-04-19",
        "recordedDate": "2021-04-20",
        "reaction": [{"manifestation": [hives], "severity": "moderate"}],
    }
    yield case, call(case, of, **_osteoporotic(of), allergies=[allergy])


def _who_it_is_not_for() -> Iterator[tuple[str, Json]]:
    case = "girl-15"
    of = person(case, "female", "2010-06-25", "Lily", "Example")
    yield case, call(case, of, bone_density=[t_score(of, "spine", -2.6)])

    case = "premenopausal-woman-38"
    of = person(case, "female", "1987-09-12", "Karen", "Fictitious")
    yield case, call(case, of, bone_density=[t_score(of, "spine", -2.6), t_score(of, "neck", -1.4)])

    case = "gender-unknown"
    of = person(case, "unknown", "1959-01-30", "Robin", "Sample")
    yield case, call(case, of, **_osteoporotic(of))


def _how_charts_are_written() -> Iterator[tuple[str, Json]]:
    case = "dxa-report"
    of = person(case, "female", "1963-06-01", "Edith", "Invented")
    inside = [
        t_score(of, "spine", -1.9, id="spine"),
        t_score(of, "neck", -1.2, id="neck"),
    ]
    for each in inside:
        # What a report contains lives in it: no versions, and nothing that the report says itself.
        for name in ("meta", "effectiveDateTime", "issued"):
            del each[name]
    report = {
        "resourceType": "DiagnosticReport",
        "id": "dxa-report-2026-01-05",
        "meta": meta("us-core-diagnosticreport-note"),
        "contained": inside,
        "status": "final",
        "category": [concept(LOINC, "LP29684-5", "Radiology")],
        "code": concept(LOINC, "38269-7", "Study report Skeletal system DXA"),
        "subject": subject(of),
        "effectiveDateTime": when("2026-01-05"),
        "issued": when("2026-01-05", "16:05:00"),
        "performer": RADIOLOGIST,
        "result": [{"reference": f"#{each['id']}"} for each in inside],
        "conclusion": "Low bone mass at the lumbar spine.",
    }
    yield case, call(case, of, dxa_reports=[report])

    case = "dxa-panel"
    of = person(case, "female", "1963-06-01", "Olga", "Sample")
    panel = observation(
        of,
        "dxa-panel-2026-01-05",
        "imaging",
        concept(LOINC, "83311-1", "Bone density quantitative measurement by DXA panel"),
        "2026-01-05",
        performer=RADIOLOGIST,
        component=[
            {"code": code, "valueQuantity": value}
            for code, value in (
                (SITES["spine"][0], amount(-1.9, "T-score", "{T-score}")),
                (
                    concept(LOINC, "85394-5", "DXA Lumbar spine [Z-score] Bone density"),
                    amount(-0.4, "Z-score", "{Z-score}"),
                ),
                (
                    concept(LOINC, "24966-4", "DXA Lumbar spine [Mass/Area] Bone density"),
                    amount(0.838, "g/cm2"),
                ),
                (SITES["neck"][0], amount(-1.2, "T-score", "{T-score}")),
            )
        ],
    )
    yield case, call(case, of, bone_density=[panel])


def _risk_factors() -> Iterator[tuple[str, Json]]:
    case = "risk-factors"
    of = person(case, "female", "1961-04-09", "Nora", "Invented")
    smoking = concept(SNOMED, "449868002", "Smokes tobacco daily")
    lifestyle = [
        observation(
            of,
            "smoking-2025-11-20",
            "social-history",
            concept(LOINC, "72166-2", "Tobacco smoking status"),
            "2025-11-20",
            valueCodeableConcept=smoking,
        ),
        observation(
            of,
            "alcohol-2025-11-20",
            "social-history",
            concept(LOINC, "74013-4", "Alcoholic drinks per day"),
            "2025-11-20",
            valueQuantity=amount(1, "{drinks}/d"),
        ),
    ]
    mother = {
        "resourceType": "FamilyMemberHistory",
        "id": "mother",
        "meta": meta("us-core-familymemberhistory"),
        "status": "completed",
        "patient": subject(of),
        "date": "2025-11-20",
        "relationship": concept(f"{HL7}/v3-RoleCode", "MTH", "mother"),
        "condition": [{"code": concept(SNOMED, "5913000", "Fracture of neck of femur")}],
    }
    density = [t_score(of, "spine", -1.4), t_score(of, "neck", -1.6)]
    probabilities = [
        {"outcome": concept(LOINC, "90266-8", "Hip fracture 10-year probability"), "probabilityDecimal": 2.1},
        {
            "outcome": concept(LOINC, "90265-0", "Major osteoporotic fracture 10-year probability"),
            "probabilityDecimal": 15.5,
        },
    ]
    assessment = {
        "resourceType": "RiskAssessment",
        "id": "frax-2026-01-08",
        "status": "final",
        "method": {"text": "FRAX with BMD"},
        "subject": subject(of),
        "occurrenceDateTime": when("2026-01-08"),
        "performer": PHYSICIAN,
        "basis": [{"reference": f"Observation/{each['id']}"} for each in density],
        "prediction": probabilities,
    }
    yield (
        case,
        call(
            case,
            of,
            bone_density=density,
            risk_assessments=[assessment],
            lifestyle=lifestyle,
            family_history=[mother],
            body_measures=measures(of),
            labs=labs(of),
        ),
    )


def _what_is_wrong_with_data() -> Iterator[tuple[str, Json]]:
    case = "t-score-as-text"
    of = person(case, "female", "1963-06-01", "Anna", "Example")
    worded = [t_score(of, "spine", 0), t_score(of, "neck", 0)]
    for each, words in zip(worded, ("-1.9", "-1.2"), strict=True):
        del each["valueQuantity"]
        each["valueString"] = words
    yield case, call(case, of, bone_density=worded)

    case = "t-score-entered-in-error"
    of = person(case, "female", "1963-06-01", "Berta", "Fictitious")
    retracted = t_score(of, "spine", -2.9, id="dxa-spine-retracted", status="entered-in-error")
    sent = [retracted, t_score(of, "spine", -1.9), t_score(of, "neck", -1.2)]
    yield case, call(case, of, bone_density=sent)

    case = "dxa-preliminary"
    of = person(case, "female", "1963-06-01", "Celia", "Invented")
    preliminary = [
        t_score(of, "spine", -2.6, status="preliminary"),
        t_score(of, "neck", -2.1, status="preliminary"),
    ]
    yield case, call(case, of, bone_density=preliminary)

    case = "broken-entry"
    of = person(case, "female", "1963-06-01", "Dina", "Sample")
    broken = t_score(of, "hip", -1.0)
    broken["code"] = "38264-8"
    sent = [t_score(of, "spine", -1.9), broken, t_score(of, "neck", -1.2)]
    yield case, call(case, of, bone_density=sent)

    case = "conflicting-t-scores"
    of = person(case, "female", "1963-06-01", "Eva", "Example")
    twice = [
        t_score(of, "spine", -1.4),
        t_score(of, "spine", -2.7, id="dxa-spine-2026-01-05-second"),
        t_score(of, "neck", -1.2),
    ]
    yield case, call(case, of, bone_density=twice, labs=labs(of))

    case = "other-patients-t-score"
    of = person(case, "female", "1963-06-01", "Flora", "Fictitious")
    somebody = person("somebody-else", "female", "1950-01-01", "Gerda", "Invented")
    mixed = [
        t_score(of, "spine", -1.9),
        t_score(somebody, "hip", -3.1, id="dxa-of-somebody-else"),
        t_score(of, "neck", -1.2),
    ]
    yield case, call(case, of, bone_density=mixed)


def _what_is_no_valid_call() -> Iterator[tuple[str, Json]]:
    case = "patient-missing"
    of = person(case, "female", "1963-06-01", "Hanna", "Sample")
    sent = [t_score(of, "spine", -1.9), t_score(of, "neck", -1.2)]
    yield case, call(case, None, bone_density=sent)

    case = "bone-density-missing"
    of = person(case, "female", "1963-06-01", "Ida", "Example")
    yield case, call(case, of, bone_density=NOT_SENT)

    case = "no-patient-id"
    of = person(case, "female", "1963-06-01", "Klara", "Fictitious")
    sent = [t_score(of, "spine", -1.9), t_score(of, "neck", -1.2)]
    body = call(case, of, bone_density=sent)
    del body["context"]["patientId"]
    yield case, body


def main() -> None:
    """Write every hand-made request."""
    from scripts.order_fixtures import orders  # noqa: PLC0415 - it is made of what stands here

    for case, body in (*charts(), *orders()):
        folder = FIXTURES / case
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(body, indent=2, ensure_ascii=False) + "\n"
        (folder / "request.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
