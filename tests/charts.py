"""Small charts for tests: resources as a client sends them, and the ways of the house through them.

Numbers are given as text and stand on the wire exactly so.
"""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.guideline.decide import decide
from cdshooks.guideline.decision import Criterion, Decision
from cdshooks.services.patient_view import answer
from cdshooks.services.service import Call
from cdshooks.wire.request import CarefulRequest
from cdshooks.wire.response import encode
from cdshooks.wire.rules import broken_rules
from fhir_mappings.chart import Chart, assemble
from fhir_mappings.inputs import GuidelineInputs, Source
from fhir_mappings.mapping import map_chart
from fhir_mappings.reader import read
from fhir_mappings.value_sets import load

Json = dict[str, Any]

AS_OF = datetime.date(2026, 1, 15)
PATIENT = "p1"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
UCUM = "http://unitsofmeasure.org"

SPINE, FEMUR, HIP, FOREARM = "38267-1", "38263-0", "38264-8", "38265-5"
FRAX_HIP, FRAX_MAJOR = "90266-8", "90265-0"
CALCIUM, CALCIUM_MOLAR, IONIZED, ALBUMIN = "17861-6", "2000-8", "1995-0", "1751-7"
CREATININE, EGFR, VITAMIN_D = "2160-0", "98979-8", "62292-8"
TSH, PTH, ALP, TESTOSTERONE = "3016-3", "2731-8", "6768-6", "2986-8"
WEIGHT, HEIGHT, BMI = "29463-7", "8302-2", "39156-5"
SMOKING, DRINKS, DRINKS_PER_DRINKING_DAY, FALLS = "72166-2", "74013-4", "11287-0", "52552-7"
PARENT_BROKE_HIP, BED_RIDDEN = "445501000124107", "160685001"
YES, NO = "373066001", "373067005"
PREGNANCY_STATUS, LAST_PERIOD = "82810-3", "8665-2"
HIP_FRACTURE, OSTEOPOROTIC_HIP_FRACTURE, COLLES = "5913000", "704334005", "123971006"

_encoder = msgspec.json.Encoder(decimal_format="number")


def wire(resource: object) -> bytes:
    """JSON as it comes from a client; decimals as numbers, to the last digit."""
    return _encoder.encode(resource)


def ago(days: int = 0, *, years: int = 0) -> str:
    """The day so long before the day the charts are looked at."""
    return str(AS_OF.replace(year=AS_OF.year - years) - datetime.timedelta(days=days))


def concept(code: str, system: str = LOINC, display: str | None = None) -> Json:
    coding = {"system": system, "code": code}
    return {"coding": [coding if display is None else {**coding, "display": display}]}


def patient(age: int = 70, gender: str = "female", **members: Any) -> Json:  # noqa: ANN401 - any element
    return {
        "resourceType": "Patient",
        "id": PATIENT,
        "gender": gender,
        "birthDate": ago(years=age),
        **members,
    }


def quantity(value: str, unit: str | None = None, **members: Any) -> Json:  # noqa: ANN401 - any element
    stated: Json = {"value": Decimal(value), **members}
    return stated if unit is None else {**stated, "unit": unit}


def observation(
    code: str,
    value: str | None = None,
    unit: str | None = None,
    *,
    day: str = ago(10),
    **members: Any,  # noqa: ANN401 - any element
) -> Json:
    """A final observation; without an id of its own it gets one that says what it is."""
    resource: Json = {
        "resourceType": "Observation",
        "id": f"o-{code}-{value}-{day}".replace(" ", ""),
        "status": "final",
        "code": concept(code),
        "subject": {"reference": f"Patient/{PATIENT}"},
        "effectiveDateTime": day,
    }
    if value is not None:
        resource["valueQuantity"] = quantity(value, unit)
    return {**resource, **members}


def t_score(value: str, code: str = SPINE, **members: Any) -> Json:  # noqa: ANN401 - any element
    return observation(code, value, "{T-score}", **members)


def frax(hip: str | None = None, major: str | None = None, *, day: str = ago(5)) -> list[Json]:
    found = ((FRAX_HIP, hip), (FRAX_MAJOR, major))
    return [observation(code, value, "%", day=day) for code, value in found if value is not None]


def condition(code: str, system: str = SNOMED, **members: Any) -> Json:  # noqa: ANN401 - any element
    return {
        "resourceType": "Condition",
        "id": f"c-{code}",
        "code": concept(code, system),
        "subject": {"reference": f"Patient/{PATIENT}"},
        **members,
    }


def order(code: str | None = None, name: str | None = None, **members: Any) -> Json:  # noqa: ANN401 - as above
    medicine: Json = concept(code, RXNORM) if code else {}
    return {
        "resourceType": "MedicationRequest",
        "id": f"m-{code or name}".replace(" ", "-"),
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {**medicine, "text": name} if name else medicine,
        "subject": {"reference": f"Patient/{PATIENT}"},
        "authoredOn": ago(100),
        **members,
    }


def statement(code: str | None = None, name: str | None = None, **members: Any) -> Json:  # noqa: ANN401
    medicine: Json = concept(code, RXNORM) if code else {}
    return {
        "resourceType": "MedicationStatement",
        "id": f"s-{code or name}".replace(" ", "-"),
        "status": "active",
        "medicationCodeableConcept": {**medicine, "text": name} if name else medicine,
        "subject": {"reference": f"Patient/{PATIENT}"},
        "effectivePeriod": {"start": ago(100)},
        **members,
    }


def allergy(code: str | None = None, name: str | None = None, **members: Any) -> Json:  # noqa: ANN401
    substance: Json = concept(code, RXNORM) if code else {}
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"a-{code or name}".replace(" ", "-"),
        "code": {**substance, "text": name} if name else substance,
        "patient": {"reference": f"Patient/{PATIENT}"},
        **members,
    }


def procedure(code: str = "43244", system: str = CPT, **members: Any) -> Json:  # noqa: ANN401
    return {
        "resourceType": "Procedure",
        "id": f"p-{code}",
        "status": "completed",
        "code": concept(code, system),
        "subject": {"reference": f"Patient/{PATIENT}"},
        "performedDateTime": ago(10),
        **members,
    }


def relative(role: str = "MTH", *codes: str, system: str = ROLE, **members: Any) -> Json:  # noqa: ANN401
    """A mother, unless stated otherwise, and what she had, in SNOMED CT."""
    return {
        "resourceType": "FamilyMemberHistory",
        "id": f"f-{role}",
        "status": "completed",
        "patient": {"reference": f"Patient/{PATIENT}"},
        "relationship": concept(role, system),
        "condition": [{"code": concept(code, SNOMED)} for code in codes],
        **members,
    }


def assessment(*predictions: Json, day: str = ago(5), **members: Any) -> Json:  # noqa: ANN401 - any element
    return {
        "resourceType": "RiskAssessment",
        "id": f"ra-{day}",
        "status": "final",
        "subject": {"reference": f"Patient/{PATIENT}"},
        "occurrenceDateTime": day,
        "prediction": list(predictions),
        **members,
    }


def report(*results: str, **members: Any) -> Json:  # noqa: ANN401 - any element
    return {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "code": concept("38269-7"),
        "subject": {"reference": f"Patient/{PATIENT}"},
        "effectiveDateTime": ago(10),
        "result": [{"reference": result} for result in results],
        **members,
    }


def clear_labs() -> list[Json]:
    """Calcium, albumin, renal function and vitamin D that speak against nothing."""
    return [
        observation(CALCIUM, "9.4", "mg/dL"),
        observation(ALBUMIN, "4.2", "g/dL"),
        observation(EGFR, "78", "mL/min/{1.73_m2}"),
        observation(VITAMIN_D, "32", "ng/mL"),
    ]


def charted(*resources: Json, unanswered: Iterable[Source] = ()) -> Chart:
    """The chart of these resources; a patient of 70 joins where none is among them."""
    has_patient = any(each.get("resourceType") == "Patient" for each in resources)
    everything = resources if has_patient else (patient(), *resources)
    return assemble(PATIENT, [read(wire(each)) for each in everything], unanswered=frozenset(unanswered))


def mapped(
    *resources: Json, unanswered: Iterable[Source] = (), as_of: datetime.date = AS_OF
) -> GuidelineInputs:
    return map_chart(charted(*resources, unanswered=unanswered), as_of, load())


def decided(*resources: Json, unanswered: Iterable[Source] = ()) -> Decision:
    return decide(mapped(*resources, unanswered=unanswered))


def criterion(decision: Decision, criterion_id: str) -> Criterion:
    return next(each for each in decision.criteria if each.id == criterion_id)


def issues(inputs: GuidelineInputs) -> list[str]:
    return [each.issue for each in inputs.data_quality]


_KEY_OF_KIND = {
    "Patient": "patient",
    "DiagnosticReport": "dxa-reports",
    "Condition": "conditions",
    "MedicationRequest": "medication-requests",
    "MedicationStatement": "medication-statements",
    "MedicationDispense": "medication-dispenses",
    "MedicationAdministration": "medication-administrations",
    "AllergyIntolerance": "allergies",
    "Procedure": "procedures",
    "FamilyMemberHistory": "family-history",
    "RiskAssessment": "risk-assessments",
}
_KEY_OF_CODE = {
    FRAX_HIP: "frax",
    FRAX_MAJOR: "frax",
    PREGNANCY_STATUS: "reproductive-status",
    LAST_PERIOD: "reproductive-status",
    WEIGHT: "body-measures",
    HEIGHT: "body-measures",
    BMI: "body-measures",
    **dict.fromkeys(
        (SMOKING, DRINKS, DRINKS_PER_DRINKING_DAY, FALLS, PARENT_BROKE_HIP, BED_RIDDEN), "lifestyle"
    ),
    **dict.fromkeys(
        (CALCIUM, CALCIUM_MOLAR, IONIZED, ALBUMIN, CREATININE, EGFR, VITAMIN_D, TSH, PTH, ALP, TESTOSTERONE),
        "labs",
    ),
}


def bundle(*resources: object) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": resource} for resource in resources],
    }


def key_of(resource: Mapping[str, Any]) -> str:
    """The prefetch key whose query would have found it; anything may turn up among the conditions."""
    if resource["resourceType"] == "Observation":
        return _KEY_OF_CODE.get(resource["code"]["coding"][0]["code"], "bone-density")
    return _KEY_OF_KIND.get(resource["resourceType"], "conditions")


def prefetch(*resources: Json) -> Json:
    """Every key of patient-view, each with the resources its query would find; empty Bundles are a none."""
    found: dict[str, list[Json]] = {query.key: [] for query in PATIENT_VIEW}
    for resource in resources:
        found[key_of(resource)].append(resource)
    people = found.pop("patient") or [patient()]
    return {"patient": people[0], **{key: bundle(*each) for key, each in found.items()}}


def called(keys: Json, *, user: str = "Practitioner/1", as_of: datetime.date = AS_OF) -> Json:
    """The whole answer of patient-view, as it stands on the wire."""
    body = wire(
        {
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {"userId": user, "patientId": PATIENT, "encounterId": "e1"},
            "prefetch": keys,
        }
    )
    request = msgspec.json.decode(body, type=CarefulRequest)
    response: Json = msgspec.json.decode(
        encode(answer(Call(request=request, as_of=as_of, terminology=load())))
    )
    assert broken_rules(response) == []
    return response


def answered(*resources: Json, user: str = "Practitioner/1", as_of: datetime.date = AS_OF) -> Json:
    return called(prefetch(*resources), user=user, as_of=as_of)


def evaluation(response: Json) -> Json:
    found: Json = response["extension"]["com.bone-health-cds.evaluation"]
    return found


def suggested(response: Json) -> dict[str, bool]:
    """Every suggestion of every card by its id, with whether it is recommended."""
    return {
        action["extension"]["com.bone-health-cds.suggestion"]: suggestion.get("isRecommended", False)
        for card in response["cards"]
        for suggestion in card.get("suggestions", ())
        for action in suggestion["actions"]
    }


def topics(response: Json) -> list[str]:
    return [card["source"]["topic"]["code"] for card in response["cards"]]


def card(response: Json, topic: str) -> Json:
    found: Json = next(each for each in response["cards"] if each["source"]["topic"]["code"] == topic)
    return found
