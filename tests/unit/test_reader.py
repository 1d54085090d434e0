"""The reader: the same values as fhir.resources R4B where that accepts a resource, and survival of the rest."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class

from fhir_mappings.bundle import open_answer
from fhir_mappings.reader import (
    KINDS,
    Condition,
    DiagnosticReport,
    Irrelevant,
    Observation,
    Patient,
    Procedure,
    Reference,
    Unreadable,
    read,
)
from tests.charts import Json, wire
from tests.reading import differences

EXACT = Decimal("-3.7203722204883998")
SECRET = "Zebedee-1931"

RESOURCES: dict[str, Json] = {
    "Patient": {
        "resourceType": "Patient",
        "id": "p1",
        "meta": {"lastUpdated": "2026-01-01T00:00:00Z", "versionId": "3"},
        "name": [{"family": "Doe", "given": ["Jane"]}],
        "gender": "female",
        "birthDate": "1955-03-02",
        "deceasedBoolean": False,
        "extension": [
            {
                "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex",
                "valueCode": "F",
            },
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse",
                "extension": [
                    {
                        "url": "value",
                        "valueCodeableConcept": {"coding": [{"system": "urn:x", "code": "female-typical"}]},
                    }
                ],
            },
        ],
    },
    "Patient, deceased": {
        "resourceType": "Patient",
        "id": "p2",
        "deceasedDateTime": "2025-12-31T23:59:59+01:00",
    },
    "Observation": {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "category": [{"coding": [{"system": "urn:c", "code": "imaging"}]}],
        "code": {
            "coding": [
                {"system": "http://loinc.org", "code": "38267-1", "display": "T-score", "userSelected": True}
            ],
            "text": "T-score L1-L4",
        },
        "subject": {"reference": "Patient/p1", "display": "Jane"},
        "encounter": {"reference": "Encounter/e1"},
        "effectiveDateTime": "2026-01-05T09:30:00-05:00",
        "issued": "2026-01-06T00:00:00Z",
        "valueQuantity": {
            "value": EXACT,
            "comparator": "<",
            "unit": "T-Score",
            "system": "http://unitsofmeasure.org",
            "code": "1",
        },
        "bodySite": {"coding": [{"system": "http://snomed.info/sct", "code": "122496007"}]},
        "referenceRange": [
            {"low": {"value": Decimal("-2.50"), "unit": "1"}, "high": {"value": Decimal("1E+1")}, "text": "r"}
        ],
        "component": [
            {"code": {"text": "a"}, "valueQuantity": {"value": Decimal("0.100")}},
            {"code": {"text": "b"}, "valueInteger": -2},
            {"code": {"text": "c"}, "valueString": "low"},
            {"code": {"text": "d"}, "valueCodeableConcept": {"text": "osteopenia"}},
            {"code": {"text": "e"}, "dataAbsentReason": {"text": "not done"}},
        ],
    },
    "Observation, period and integer": {
        "resourceType": "Observation",
        "id": "o2",
        "status": "amended",
        "code": {"text": "a"},
        "effectivePeriod": {"start": "2026-01-01", "end": "2026-01-05"},
        "valueInteger": 7,
    },
    "Observation, instant and words": {
        "resourceType": "Observation",
        "id": "o3",
        "status": "final",
        "code": {"text": "a"},
        "effectiveInstant": "2026-01-05T09:30:00Z",
        "valueString": "−1.9",
    },
    "DiagnosticReport": {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "38269-7"}]},
        "subject": {"reference": "Patient/p1"},
        "effectivePeriod": {"start": "2026-01-01", "end": "2026-01-05"},
        "result": [{"reference": "Observation/o1"}, {"reference": "#in"}],
        "contained": [{"resourceType": "Observation", "id": "in", "status": "final", "code": {"text": "a"}}],
    },
    "Condition": {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": {"coding": [{"system": "urn:s", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": "urn:v", "code": "confirmed"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "312894000"}]},
        "subject": {"reference": "Patient/p1"},
        "encounter": {"reference": "Encounter/e1"},
        "onsetDateTime": "2020-05",
        "abatementDateTime": "2021",
        "recordedDate": "2020-06-01",
    },
    "Condition, onset by age": {
        "resourceType": "Condition",
        "id": "c2",
        "subject": {"reference": "Patient/p1"},
        "onsetAge": {"value": Decimal(52), "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"},
    },
    "Condition, onset by period": {
        "resourceType": "Condition",
        "id": "c3",
        "subject": {"reference": "Patient/p1"},
        "onsetPeriod": {"start": "2020", "end": "2021"},
    },
    "AllergyIntolerance": {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "clinicalStatus": {"coding": [{"system": "urn:s", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": "urn:v", "code": "confirmed"}]},
        "type": "intolerance",
        "code": {"text": "Fosamax"},
        "patient": {"reference": "Patient/p1"},
        "reaction": [{"substance": {"text": "alendronate"}, "manifestation": [{"text": "rash"}]}],
    },
    "Procedure": {
        "resourceType": "Procedure",
        "id": "pr1",
        "status": "completed",
        "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "43244"}]},
        "subject": {"reference": "Patient/p1"},
        "performedPeriod": {"start": "2025-12-01", "end": "2025-12-02"},
    },
    "Medication": {
        "resourceType": "Medication",
        "id": "m1",
        "code": {"text": "Fosamax"},
        "ingredient": [
            {
                "itemCodeableConcept": {"text": "alendronate"},
                "strength": {"numerator": {"value": 70}, "denominator": {"value": 1}},
            }
        ],
    },
    "MedicationRequest": {
        "resourceType": "MedicationRequest",
        "id": "mr1",
        "status": "active",
        "intent": "order",
        "doNotPerform": True,
        "medicationReference": {"reference": "#m1", "display": "Fosamax"},
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2025-10-07",
        "dosageInstruction": [{"sequence": 1, "text": "one a week"}],
        "priorPrescription": {"reference": "MedicationRequest/mr0"},
        "dispenseRequest": {
            "validityPeriod": {"end": "2026-10-07"},
            "numberOfRepeatsAllowed": 3,
            "expectedSupplyDuration": {"value": 90, "unit": "days"},
        },
        "contained": [{"resourceType": "Medication", "id": "m1", "code": {"text": "Fosamax"}}],
    },
    "MedicationStatement": {
        "resourceType": "MedicationStatement",
        "id": "ms1",
        "dosage": [{"text": "one a week"}],
        "status": "active",
        "medicationCodeableConcept": {"text": "Fosamax"},
        "subject": {"reference": "Patient/p1"},
        "effectivePeriod": {"start": "2025-01-01"},
        "dateAsserted": "2025-10-07",
    },
    "MedicationDispense": {
        "resourceType": "MedicationDispense",
        "id": "md1",
        "status": "completed",
        "medicationCodeableConcept": {"text": "prednisone 5 mg tablet"},
        "subject": {"reference": "Patient/p1"},
        "whenHandedOver": "2025-10-08",
        "daysSupply": {"value": 90, "unit": "d"},
        "dosageInstruction": [{"text": "one daily"}],
    },
    "MedicationAdministration": {
        "resourceType": "MedicationAdministration",
        "id": "ma1",
        "status": "completed",
        "medicationReference": {"reference": "Medication/m1"},
        "subject": {"reference": "Patient/p1"},
        "effectivePeriod": {"start": "2025-10-08", "end": "2025-10-09"},
        "dosage": {"dose": {"value": 5, "unit": "mg"}},
    },
    "FamilyMemberHistory": {
        "resourceType": "FamilyMemberHistory",
        "id": "f1",
        "status": "completed",
        "patient": {"reference": "Patient/p1"},
        "relationship": {"text": "mother"},
        "condition": [{"code": {"text": "hip fracture"}}],
    },
    "RiskAssessment": {
        "resourceType": "RiskAssessment",
        "id": "r1",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "method": {"text": "FRAX"},
        "occurrencePeriod": {"start": "2025-10-08"},
        "prediction": [{"outcome": {"text": "hip fracture"}, "probabilityDecimal": 3.1}],
    },
    "OperationOutcome": {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "not-supported", "diagnostics": "no"}],
    },
}


def test_there_is_an_example_of_every_kind_that_is_read() -> None:
    assert {each["resourceType"] for each in RESOURCES.values()} == KINDS


@pytest.mark.parametrize("name", RESOURCES)
def test_what_r4b_accepts_is_read_with_the_same_values(name: str) -> None:
    resource = RESOURCES[name]
    theirs = get_fhir_model_class(resource["resourceType"]).model_validate(resource).model_dump_json()
    ours = read(wire(resource))
    assert type(ours).__name__ == resource["resourceType"]
    assert differences(ours, json.loads(theirs, parse_float=Decimal), resource["resourceType"]) == []


@pytest.mark.parametrize(
    "text", ["-3.7203722204883998", "-2.50", "0.1", "128", "-0.0", "1E+3", "123456789.123456789123456789"]
)
def test_a_decimal_is_read_to_its_last_digit(text: str) -> None:
    raw = b'{"resourceType":"Observation","valueQuantity":{"value":' + text.encode() + b"}}"
    ours = read(raw)
    assert isinstance(ours, Observation)
    assert ours.value_quantity is not None
    assert str(ours.value_quantity.value) == str(Decimal(text))
    model = get_fhir_model_class("Quantity").model_validate({"value": Decimal(text)})
    assert ours.value_quantity.value == model.value  # type: ignore[attr-defined] # of the class found by name


def test_a_number_sent_as_a_string_is_that_number() -> None:
    ours = read(wire({"resourceType": "Observation", "valueQuantity": {"value": "-1.9"}}))
    assert isinstance(ours, Observation)
    assert ours.value_quantity is not None
    assert ours.value_quantity.value == Decimal("-1.9")


def test_null_members_and_empty_strings_are_survived() -> None:
    members = {field.encode_name: None for field in msgspec.structs.fields(Observation)}
    assert read(wire({**members, "resourceType": "Observation"})) == Observation()
    empty = read(wire({"resourceType": "Observation", "id": "", "status": "", "effectiveDateTime": ""}))
    assert isinstance(empty, Observation)
    assert empty.reference == "Observation"
    assert empty.effective is None


def test_elements_that_are_not_known_are_not_looked_at() -> None:
    strange = {"resourceType": "Patient", "id": "p1", "_birthDate": {"x": 1}, "future": [[{}]], "photo": 7}
    assert read(wire(strange)) == Patient(id="p1")


# The values that a careless message could quote.
@pytest.mark.parametrize(
    ("element", "value", "named"),
    [
        ("code", SECRET, "code"),
        ("status", 5, "status"),
        ("status", {"x": SECRET}, "status"),
        ("valueQuantity", {"unit": {"x": SECRET}}, "valueQuantity.unit"),
        ("valueQuantity", [SECRET], "valueQuantity"),
        ("valueInteger", SECRET, "valueInteger"),
        ("valueInteger", 1.5, "valueInteger"),
        ("component", [{"code": {"text": 5}}], "component[...].code.text"),
        ("component", {"code": SECRET}, "component"),
        ("code", {"coding": [None]}, "code.coding[...]"),
        ("referenceRange", [{"low": SECRET}], "referenceRange[...].low"),
        ("subject", {"reference": [SECRET]}, "subject.reference"),
    ],
)
def test_a_wrong_type_names_the_element_and_never_its_value(element: str, value: Any, named: str) -> None:  # noqa: ANN401
    found = read(wire({"resourceType": "Observation", "id": "o1", element: value}))
    assert isinstance(found, Unreadable)
    assert (found.kind, found.reference) == ("Observation", "Observation/o1")
    place = found.because.partition(": ")[0].replace("[0]", "[...]")
    assert place == named
    assert SECRET not in found.because


def test_an_unreadable_resource_without_an_id_is_named_by_its_type() -> None:
    found = read(wire({"resourceType": "Condition", "code": 5}))
    assert isinstance(found, Unreadable)
    assert found.reference == "Condition"


@pytest.mark.parametrize(
    "number",
    [
        *("NaN", "sNaN", "Infinity", "-Infinity", "1e3", "1e999999999", "1e", "--1", "0x10", ""),
        *(" 10", "10 ", "1_0", "+1", ".5", "5.", "\uff11", "1,5", "many", SECRET, True, {"x": 1}, [1]),
    ],
)
def test_of_strings_only_plain_decimals_are_numbers(number: object) -> None:
    found = read(wire({"resourceType": "Observation", "valueQuantity": {"value": number}}))
    assert isinstance(found, Observation)
    assert found.value_quantity is not None
    assert found.value_quantity.value is not None
    assert found.value_quantity.value.is_nan()


@pytest.mark.parametrize("number", ["1e999999999999999999999", "-1e-99999999999999999999", "1e99999999999"])
def test_a_number_beyond_all_numbers_is_none(number: str) -> None:
    raw = b'{"resourceType":"Observation","valueQuantity":{"value":' + number.encode() + b"}}"
    found = read(raw)
    assert isinstance(found, Observation)
    assert found.value_quantity is not None
    assert found.value_quantity.value is not None
    assert found.value_quantity.value.is_nan()


DEEP = 100_000


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"Patient"', id="a string"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"resourceType":"Patient"', id="cut off"),
        pytest.param(b'{"resourceType":"Patient"} x', id="more after it"),
        pytest.param(b'{"resourceType":5}', id="a type that is a number"),
        pytest.param(b'{"resourceType":"Patient","id":5}', id="an id that is a number"),
        pytest.param(b'{"resourceType":"Patient","id":"\\ud800"}', id="a lone surrogate"),
        pytest.param(b'{"resourceType":"Patient","id":"\xff"}', id="not UTF-8"),
        pytest.param(
            b'{"resourceType":"Patient","x":' + b"[" * DEEP + b"]" * DEEP + b"}", id="deep, unknown"
        ),
    ],
)
def test_what_is_no_resource_at_all_is_said_to_be_none(raw: bytes) -> None:
    assert read(raw) == Unreadable(kind=None, reference="entry", because="is not a FHIR resource")


def test_deep_nesting_in_an_element_that_is_read_ends_in_a_finding() -> None:
    deep = (
        b'{"resourceType":"Patient","id":"p1","extension":' + b'[{"extension":' * DEEP + b"[]" + b"}]" * DEEP
    )
    assert isinstance(read(deep + b"}"), Unreadable)


def test_a_missing_resource_type_is_no_kind_of_resource() -> None:
    for resource in ({"id": "x"}, {"id": "x", "resourceType": None}):
        found = read(wire(resource))
        assert isinstance(found, Unreadable)
        assert (found.kind, found.reference) == (None, "entry/x")


def test_a_type_that_is_not_read_is_irrelevant_whatever_it_holds() -> None:
    assert read(wire({"resourceType": "Basic", "code": 5, "id": "x"})) == Irrelevant(kind="Basic")


def test_a_lone_surrogate_in_an_answer_is_a_failure_and_never_an_absence() -> None:
    bad = b'{"resourceType":"Condition","id":"c1","code":{"text":"\\udfff"}}'
    assert open_answer(b'{"resourceType":"Bundle","entry":[{"resource":' + bad + b"}]}").state == "failed"


@pytest.mark.parametrize(
    ("reference", "id_", "kind"),
    [
        ("Patient/p1", "p1", "Patient"),
        ("https://ehr.example/fhir/Patient/p1", "p1", "Patient"),
        ("Patient/p1/_history/3", "p1", "Patient"),
        ("Patient/p1/", "p1", "p1"),
        ("urn:uuid:7c1f", "7c1f", None),
        ("urn:oid:1.2.3", "1.2.3", None),
        ("#in", "#in", None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_reference_points_at_an_id_whatever_its_form(
    reference: str | None, id_: str | None, kind: str | None
) -> None:
    found = Reference(reference=reference)
    assert found.id == id_
    if reference != "Patient/p1/":
        assert found.kind == kind


@pytest.mark.parametrize(
    ("members", "day"),
    [
        ({"effectiveDateTime": "2026-01-05", "effectivePeriod": {"end": "2026-01-06"}}, "2026-01-05"),
        ({"effectivePeriod": {"start": "2026-01-01", "end": "2026-01-05"}}, "2026-01-05"),
        ({"effectivePeriod": {"start": "2026-01-01"}}, "2026-01-01"),
        ({"effectivePeriod": {}}, None),
        ({"issued": "2026-01-05T00:00:00Z"}, None),
        ({}, None),
    ],
)
def test_clinical_time_is_the_effective_one_and_the_end_of_a_period(members: Json, day: str | None) -> None:
    for kind, class_ in (("Observation", Observation), ("DiagnosticReport", DiagnosticReport)):
        found = read(wire({"resourceType": kind, **members}))
        assert isinstance(found, class_)
        assert found.effective == day


def test_an_instant_is_a_clinical_time_too() -> None:
    found = read(wire(RESOURCES["Observation, instant and words"]))
    assert isinstance(found, Observation)
    assert found.effective == "2026-01-05T09:30:00Z"


@pytest.mark.parametrize(
    ("members", "day"),
    [
        ({"performedDateTime": "2025-12-01"}, "2025-12-01"),
        ({"performedPeriod": {"start": "2025-12-01", "end": "2025-12-02"}}, "2025-12-02"),
        ({"performedPeriod": {"start": "2025-12-01"}}, "2025-12-01"),
        ({}, None),
    ],
)
def test_a_procedure_was_done_when_it_ended(members: Json, day: str | None) -> None:
    found = read(wire({"resourceType": "Procedure", **members}))
    assert isinstance(found, Procedure)
    assert found.performed == day


def test_names_are_the_text_and_the_displays_that_are_there() -> None:
    code = {"text": "Hip", "coding": [{"display": "Fracture"}, {"code": "1"}, {"display": ""}]}
    found = read(wire({"resourceType": "Condition", "code": code}))
    assert isinstance(found, Condition)
    assert found.code is not None
    assert found.code.names == ("Hip", "Fracture")


@pytest.mark.parametrize("kind", sorted(KINDS - {"Patient", "OperationOutcome"}))
def test_what_may_turn_round_the_meaning_of_a_resource_keeps_it_from_being_read(kind: str) -> None:
    turned = {
        "resourceType": kind,
        "id": "x",
        "modifierExtension": [{"url": "urn:not", "valueBoolean": True}],
    }
    found = read(wire(turned))
    assert isinstance(found, Unreadable)
    assert (found.issue, found.because) == (
        "unreadable",
        "modifierExtension: may turn round what the resource says",
    )
