"""Structured answers about staying upright, falls of the past year, and dental examinations.

Mutations these tests kill: ANSWER_MONTHS, FALL_MONTHS and EXAM_MONTHS 12 to 11 or 13.
"""

from typing import Any

import pytest

from fhir_mappings.inputs import Disease, GuidelineInputs
from tests.charts import (
    AS_OF,
    BED_RIDDEN,
    FALLS,
    ICD10,
    NO,
    SNOMED,
    YES,
    Json,
    ago,
    answered,
    clear_labs,
    concept,
    condition,
    issues,
    mapped,
    observation,
    procedure,
    suggested,
    t_score,
)

A_YEAR_AGO, LONGER_AGO = str(AS_OF.replace(year=2025)), "2025-01-14"
CDT = "http://www.ada.org/cdt"
RESOLVED = {"coding": [{"code": "resolved"}]}


def cannot(inputs: GuidelineInputs) -> bool | None:
    return inputs.cannot_stay_upright.is_so if inputs.cannot_stay_upright else None


def finding(code: str = BED_RIDDEN, system: str = SNOMED, day: str = ago(10), **members: Any) -> Json:  # noqa: ANN401
    return {**observation(code, day=day, **members), "code": concept(code, system)}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (finding(), True),
        (finding("Z74.01", ICD10), True),
        (finding("225602000"), True),
        (finding(valueBoolean=False), False),
        (finding(valueCodeableConcept=concept(YES, SNOMED)), True),
        (finding(valueCodeableConcept=concept(NO, SNOMED)), False),
        (finding(valueCodeableConcept=concept(BED_RIDDEN, SNOMED)), True),
        # An answer that says it all, whatever was asked.
        (observation("75246-8", valueCodeableConcept=concept(BED_RIDDEN, SNOMED)), True),
        (finding("225612007"), None),
        (observation("75246-8", valueCodeableConcept=concept("225612007", SNOMED)), None),
        (observation("75246-8", valueCodeableConcept={"text": "bed-ridden"}), None),
        (finding(valueString="no"), None),
        (finding(status="preliminary"), None),
        (finding(day=A_YEAR_AGO), True),
        (finding(day=LONGER_AGO), None),
    ],
)
def test_being_unable_to_stay_upright_is_an_answer_of_the_last_year(
    resource: Json, expected: bool | None
) -> None:
    assert cannot(mapped(resource)) is expected


def test_the_newest_answer_counts() -> None:
    inputs = mapped(finding(day=ago(30)), finding(day=ago(3), valueBoolean=False))
    assert cannot(inputs) is False
    assert inputs.cannot_stay_upright
    assert str(inputs.cannot_stay_upright.day) == ago(3)


def falls(inputs: GuidelineInputs) -> list[tuple[bool, str | None]]:
    return [
        (each.current, str(each.day) if each.day else None)
        for each in inputs.diagnoses
        if each.disease is Disease.FALLS
    ]


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        (finding(status="preliminary"), "unconfirmed"),
        (finding(status="preliminary", valueBoolean=True), "unconfirmed"),
        (finding(status=None), "unconfirmed"),
        (finding(effectiveDateTime=None), "without a date"),
        (finding(day=ago(-3)), "dated in the future"),
        (finding(status="preliminary", day=LONGER_AGO), None),
        (finding(status="preliminary", valueBoolean=False), None),
        (finding(status="entered-in-error"), None),
        (finding("225612007", status="preliminary"), None),
        (finding(), None),
    ],
)
def test_an_answer_that_does_not_count_is_a_question(resource: Json, why: str | None) -> None:
    assert [each.why for each in mapped(resource).suspicions] == ([why] if why else [])
    answer = answered(t_score("-2.7"), *clear_labs(), resource)
    blocked = cannot(mapped(resource)) is True
    assert suggested(answer).get("start-alendronate") == (None if blocked else why is None)


@pytest.mark.parametrize(
    ("code", "system"),
    [("R29.6", ICD10), ("Z91.81", ICD10), ("W01.0XXA", ICD10), ("W19.XXXA", ICD10), ("1912002", SNOMED)],
)
def test_falls_of_the_past_year_on_the_problem_list(code: str, system: str) -> None:
    found = condition(code, system, onsetDateTime=A_YEAR_AGO, clinicalStatus=RESOLVED)
    assert falls(mapped(found)) == [(True, A_YEAR_AGO)]
    assert falls(mapped(condition(code, system, onsetDateTime=LONGER_AGO))) == [(False, LONGER_AGO)]
    assert falls(mapped(condition(code, system))) == [(True, None)]
    assert falls(mapped(condition(code, system, clinicalStatus=RESOLVED))) == [(False, None)]


def test_a_fall_from_a_height_is_an_accident() -> None:
    assert falls(mapped(condition("W13.0XXA", ICD10, onsetDateTime=ago(10)))) == []


@pytest.mark.parametrize(
    ("value", "fell"),
    [
        ({"valueInteger": 1}, True),
        ({"valueInteger": 0}, False),
        ({"valueQuantity": {"value": 2}}, True),
        ({"valueQuantity": {"unit": "falls"}}, False),
        ({"valueBoolean": True}, True),
        ({"valueBoolean": False}, False),
        ({"valueCodeableConcept": concept("LA33-6")}, True),
        ({"valueCodeableConcept": concept("LA32-8")}, False),
        ({"valueString": "twice"}, False),
        # The question alone is no answer.
        ({}, False),
        ({"valueInteger": 1, "effectiveDateTime": A_YEAR_AGO}, True),
        ({"valueInteger": 1, "effectiveDateTime": LONGER_AGO}, False),
    ],
)
def test_falls_as_an_answer(value: Json, fell: bool) -> None:
    assert bool(falls(mapped(observation(FALLS, **value)))) is fell


def test_a_fall_risk_assessment_is_no_fall() -> None:
    assert falls(mapped(observation("73830-2", valueBoolean=True))) == []


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (procedure("D0120", CDT, performedDateTime=A_YEAR_AGO), True),
        (procedure("D0120", CDT, performedDateTime=LONGER_AGO), False),
        (procedure("D0150", "http://terminology.hl7.org/CodeSystem/CD2"), True),
        (procedure("34043003", SNOMED), True),
        (procedure("34043003", SNOMED, performedDateTime=None), False),
        (procedure("34043003", SNOMED, performedDateTime=ago(0)), True),
        (procedure("34043003", SNOMED, performedDateTime=ago(-1)), False),
        (procedure("34043003", SNOMED, status="not-done"), False),
        (procedure("34043003", SNOMED, status="in-progress"), False),
        (procedure("34043003", SNOMED, status=None), False),
        (procedure("55162003", SNOMED), False),
        (condition("Z01.20", ICD10, recordedDate=A_YEAR_AGO), True),
        (condition("Z01.20", ICD10, recordedDate=LONGER_AGO), False),
        (condition("Z01.20", ICD10), False),
    ],
)
def test_a_dental_examination_of_the_last_year(resource: Json, found: bool) -> None:
    assert (mapped(resource).dental_exam is not None) is found


def test_the_latest_examination_is_named() -> None:
    visit = {"start": ago(31), "end": ago(30)}
    inputs = mapped(
        procedure("D0120", CDT, performedDateTime=ago(200)),
        procedure("34043003", SNOMED, performedPeriod=visit, performedDateTime=None),
    )
    assert inputs.dental_exam
    assert (str(inputs.dental_exam.day), inputs.dental_exam.reference) == (ago(30), "Procedure/p-34043003")


@pytest.mark.parametrize(
    "alien",
    [{"notDone": True}, {"notPerformed": True}, {"notDone": False}, {"occurrenceDateTime": ago(10)}],
)
def test_a_procedure_of_another_version_is_told_and_not_used(alien: Json) -> None:
    inputs = mapped(procedure("D0120", CDT, **alien))
    assert inputs.dental_exam is None
    assert issues(inputs) == ["wrong-version"]
