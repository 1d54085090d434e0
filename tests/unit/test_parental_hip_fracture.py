"""A parent's hip fracture in the three shapes that charts give it, and what only looks like one."""

from typing import Any

import pytest

from fhir_mappings.inputs import GuidelineInputs, Source
from tests.charts import (
    HIP_FRACTURE,
    ICD10,
    NO,
    PARENT_BROKE_HIP,
    SNOMED,
    YES,
    Json,
    ago,
    concept,
    condition,
    issues,
    mapped,
    observation,
    relative,
)

MATERNAL = "391096007"


def said(inputs: GuidelineInputs) -> bool | None:
    return inputs.parental_hip_fracture.is_so if inputs.parental_hip_fracture else None


def situation(**members: Any) -> Json:  # noqa: ANN401 - any element
    return {**observation(PARENT_BROKE_HIP, **members), "code": concept(PARENT_BROKE_HIP, SNOMED)}


@pytest.mark.parametrize("role", ["MTH", "FTH", "NMTH", "NFTH", "PRN", "NPRN"])
def test_a_mother_or_father_by_role(role: str) -> None:
    inputs = mapped(relative(role, HIP_FRACTURE))
    assert said(inputs) is True
    assert issues(inputs) == []


def test_a_mother_or_father_by_other_codes() -> None:
    assert said(mapped(relative("MTH", HIP_FRACTURE, system="http://hl7.org/fhir/v3/RoleCode"))) is True
    assert said(mapped(relative("72705000", HIP_FRACTURE, system=SNOMED))) is True
    assert said(mapped(relative("66839005", HIP_FRACTURE, system=SNOMED))) is True


@pytest.mark.parametrize("role", ["GRMTH", "MGRMTH", "PGRFTH", "SIS", "AUNT", "STPMTH", "ADOPTF", "CHILD"])
def test_nobody_else_counts(role: str) -> None:
    inputs = mapped(relative(role, HIP_FRACTURE))
    assert said(inputs) is None
    assert issues(inputs) == []


def test_the_fracture_has_to_be_of_the_hip_and_coded() -> None:
    in_icd = [{"code": concept("S72.001A", ICD10)}]
    assert said(mapped({**relative(), "condition": in_icd})) is True
    assert said(mapped(relative("MTH", MATERNAL))) is True
    for other in ("64859006", "125605004"):
        assert said(mapped(relative("MTH", other))) is None
    for condition_ in ({"code": concept("Z82.62", ICD10)}, {"code": {"text": "hip fracture"}}, {}):
        assert said(mapped({**relative(), "condition": [condition_]})) is None
    assert said(mapped(relative())) is None


@pytest.mark.parametrize(
    ("words", "role", "asked"),
    [
        ("Hip fracture at 82", "MTH", True),
        ("broke her hip", "FTH", True),
        ("Fractured neck of femur", "MTH", True),
        ("hip replacement", "MTH", False),
        ("fracture of wrist", "MTH", False),
        ("Hip fracture", "GRMTH", False),
    ],
)
def test_a_fracture_known_by_words_is_asked_about(words: str, role: str, asked: bool) -> None:
    inputs = mapped({**relative(role), "condition": [{"code": {"text": words}}]})
    assert said(inputs) is None
    assert issues(inputs) == ["by-name-only"] * asked


def test_a_relative_known_by_words_is_asked_about() -> None:
    for words in ({"text": "Mother"}, None):
        inputs = mapped({**relative("MTH", HIP_FRACTURE), "relationship": words})
        assert said(inputs) is None
        assert issues(inputs) == ["by-name-only"]


@pytest.mark.parametrize(
    ("members", "expected", "issue"),
    [
        ({"status": "partial"}, True, []),
        ({"status": "entered-in-error"}, None, []),
        ({"status": "health-unknown"}, None, []),
        ({"status": None}, None, ["no-status"]),
        ({"date": ago(-2)}, None, []),
        ({"date": "2011-03-18"}, True, []),
        # STU3 says so of a history that was not taken.
        ({"notDone": True}, None, ["wrong-version"]),
        ({"notDone": False}, True, []),
    ],
)
def test_only_a_history_that_was_taken_counts(members: Json, expected: bool | None, issue: list[str]) -> None:
    inputs = mapped({**relative("MTH", HIP_FRACTURE), **members})
    assert said(inputs) is expected
    assert issues(inputs) == issue


@pytest.mark.parametrize(
    ("resource", "other"),
    [
        # US Core 9, familymemberhistory-example (CC0-1.0).
        ("709044004", "FTH"),
        # FHIR R5, FamilyMemberHistory-negation (CC0-1.0): no history of a malignant tumor of breast.
        ("700146008", "MTH"),
        # FHIR STU3, FamilyMemberHistory-mother (CC0-1.0): embolic stroke.
        ("371041009", "MTH"),
    ],
)
def test_published_examples_of_other_diseases_say_nothing_of_it(resource: str, other: str) -> None:
    inputs = mapped(relative(other, resource))
    assert (said(inputs), issues(inputs)) == (None, [])


@pytest.mark.parametrize("code", [PARENT_BROKE_HIP, MATERNAL, "416072008", "445121000124105"])
def test_a_situation_on_the_problem_list(code: str) -> None:
    inputs = mapped(condition(code, clinicalStatus={"coding": [{"code": "inactive"}]}))
    assert said(inputs) is True
    assert inputs.parental_hip_fracture
    assert inputs.parental_hip_fracture.reference == f"Condition/c-{code}"


@pytest.mark.parametrize(
    ("verification", "expected"),
    [("confirmed", True), ("refuted", False), ("entered-in-error", None), ("unconfirmed", None)],
)
def test_a_situation_that_was_refuted_is_a_no(verification: str, expected: bool | None) -> None:
    stated = condition(PARENT_BROKE_HIP, verificationStatus={"coding": [{"code": verification}]})
    assert said(mapped(stated)) is expected


def test_what_is_recorded_later_is_not_there_yet() -> None:
    assert said(mapped(condition(PARENT_BROKE_HIP, recordedDate=ago(-1)))) is None
    assert said(mapped(condition(PARENT_BROKE_HIP, recordedDate=ago(0)))) is True


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, True),
        ({"valueBoolean": True}, True),
        ({"valueBoolean": False}, False),
        ({"valueCodeableConcept": concept(YES, SNOMED)}, True),
        ({"valueCodeableConcept": concept(NO, SNOMED)}, False),
        ({"valueCodeableConcept": concept("LA33-6")}, True),
        ({"valueCodeableConcept": concept("LA32-8")}, False),
        ({"valueCodeableConcept": concept("N", "http://terminology.hl7.org/CodeSystem/v2-0136")}, False),
        ({"valueCodeableConcept": concept("52101004", SNOMED)}, True),
        ({"valueCodeableConcept": concept("2667000", SNOMED)}, False),
        ({"valueCodeableConcept": concept("261665006", SNOMED)}, None),
        ({"valueCodeableConcept": {"text": "yes"}}, None),
        ({"valueString": "yes"}, None),
        ({"valueInteger": 1}, None),
        ({"dataAbsentReason": concept("asked-unknown")}, None),
        ({"status": "entered-in-error"}, None),
        ({"effectiveDateTime": "1999-01-01"}, True),
    ],
)
def test_a_situation_as_an_observation(value: Json, expected: bool | None) -> None:
    assert said(mapped(situation(**value))) is expected


def test_a_situation_as_the_answer_to_any_question() -> None:
    asked = observation("10157-6", valueCodeableConcept=concept(MATERNAL, SNOMED))
    assert said(mapped(asked)) is True
    assert said(mapped(observation("10157-6", valueCodeableConcept=concept("64859006", SNOMED)))) is None


def test_a_yes_outweighs_a_no_and_is_told() -> None:
    yes, no = relative("MTH", HIP_FRACTURE), situation(valueBoolean=False)
    inputs = mapped(yes, no)
    assert said(inputs) is True
    assert issues(inputs) == ["conflict", "conflict"]
    # What says no being out of sight makes it no more a yes than it was.
    assert said(mapped(yes, unanswered=(Source.LIFESTYLE,))) is True
