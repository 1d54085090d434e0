"""A patient-view body of about 200 resources, as an EHR writes them: the chart of a woman with osteopenia."""

import json
from typing import Any

Resource = dict[str, Any]

_LABS = (
    ("17861-6", "Calcium [Mass/volume] in Serum or Plasma", 9.4, "mg/dL"),
    ("1751-7", "Albumin [Mass/volume] in Serum or Plasma", 4.2, "g/dL"),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", 0.8, "mg/dL"),
    ("98979-8", "Glomerular filtration rate", 78, "mL/min/{1.73_m2}"),
    ("62292-8", "25-Hydroxyvitamin D", 32, "ng/mL"),
)
_DRUGS = (
    ("314076", "lisinopril 10 MG Oral Tablet"),
    ("617311", "atorvastatin 40 MG Oral Tablet"),
    ("860975", "metformin hydrochloride 500 MG Oral Tablet"),
    ("1049221", "acetaminophen 325 MG / oxycodone hydrochloride 5 MG Oral Tablet"),
)
_PROBLEMS = (
    ("59621000", "Essential hypertension (disorder)", "I10"),
    ("15777000", "Prediabetes (finding)", "R73.03"),
    ("55822004", "Hyperlipidemia (disorder)", "E78.5"),
    ("444814009", "Viral sinusitis (disorder)", "J01.90"),
)
_PROSE = "Generated narrative of the record. " * 12
_NARRATIVE = {
    "status": "generated",
    "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{_PROSE}</p></div>',
}


def _common(kind: str, number: int) -> Resource:
    return {
        "resourceType": kind,
        "id": f"{kind.lower()}-{number:04d}",
        "meta": {
            "versionId": "1",
            "lastUpdated": "2026-01-05T08:00:00.000+00:00",
            "profile": [f"http://hl7.org/fhir/us/core/StructureDefinition/us-core-{kind.lower()}"],
        },
        "text": _NARRATIVE,
    }


def _observation(number: int, code: str, display: str, value: float, unit: str, *, day: str) -> Resource:
    return _common("Observation", number) | {
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "laboratory",
                        "display": "Laboratory",
                    }
                ]
            }
        ],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": code, "display": display}],
            "text": display,
        },
        "subject": {"reference": "Patient/bench"},
        "encounter": {"reference": f"Encounter/visit-{number % 40}"},
        "effectiveDateTime": f"{day}T07:44:08+00:00",
        "issued": f"{day}T07:44:08.416+00:00",
        "valueQuantity": {
            "value": value,
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": unit,
        },
    }


def _condition(number: int) -> Resource:
    snomed, display, icd10 = _PROBLEMS[number % len(_PROBLEMS)]
    terminology = "http://terminology.hl7.org/CodeSystem"
    return _common("Condition", number) | {
        "clinicalStatus": {"coding": [{"system": f"{terminology}/condition-clinical", "code": "active"}]},
        "verificationStatus": {
            "coding": [{"system": f"{terminology}/condition-ver-status", "code": "confirmed"}]
        },
        "code": {
            "coding": [
                {"system": "http://snomed.info/sct", "code": snomed, "display": display},
                {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": icd10, "display": display},
            ],
            "text": display,
        },
        "subject": {"reference": "Patient/bench"},
        "onsetDateTime": f"20{10 + number % 15}-03-01T10:00:00+00:00",
    }


def _order(number: int) -> Resource:
    code, display = _DRUGS[number % len(_DRUGS)]
    return _common("MedicationRequest", number) | {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [
                {
                    "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
                    "code": code,
                    "display": display,
                }
            ],
            "text": display,
        },
        "subject": {"reference": "Patient/bench"},
        "authoredOn": "2025-06-01T09:00:00+00:00",
        "dosageInstruction": [
            {
                "sequence": 1,
                "text": "one tablet daily",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
            }
        ],
    }


def _searchset(resources: list[Resource]) -> Resource:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources),
        "entry": [
            {
                "fullUrl": f"https://ehr.example/fhir/{each['resourceType']}/{each['id']}",
                "resource": each,
                "search": {"mode": "match"},
            }
            for each in resources
        ],
    }


def body(times: int = 1) -> bytes:
    """The body, in UTF-8. 201 resources: 2 T-scores, 100 laboratory values, 48 conditions, 50 orders.

    All but the T-scores and the patient are there `times` as often.
    """
    scores = [
        _observation(
            1, "38267-1", "DXA Lumbar spine [T-score] Bone density", -1.9, "{T-score}", day="2026-01-05"
        ),
        _observation(2, "38263-0", "DXA Femur [T-score] Bone density", -1.2, "{T-score}", day="2026-01-05"),
    ]
    labs = [
        _observation(100 + number, *_LABS[number % len(_LABS)], day=f"2025-{1 + number % 12:02d}-20")
        for number in range(100 * times)
    ]
    patient = _common("Patient", 0) | {"id": "bench", "gender": "female", "birthDate": "1963-06-01"}
    prefetch = {
        "patient": patient,
        "bone-density": _searchset(scores),
        "labs": _searchset(labs),
        "conditions": _searchset([_condition(number) for number in range(48 * times)]),
        "medication-requests": _searchset([_order(number) for number in range(50 * times)]),
        "dxa-reports": None,
        "frax": None,
        "body-measures": None,
        "medication-statements": None,
        "allergies": None,
        "procedures": None,
        "reproductive-status": None,
    }
    return json.dumps(
        {
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {"userId": "Practitioner/example", "patientId": "bench"},
            "extension": {"com.bone-health-cds.as-of": "2026-01-15"},
            "prefetch": prefetch,
        }
    ).encode()
