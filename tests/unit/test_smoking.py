"""Smoking: the latest answer decides, the problem list only without one, and words never say yes.

Mutations these tests kill: SMOKING_MONTHS 24 to 23 or 25; `>=` to `>` where answer and problem list are of one
day; "unknown" read as no; e-cigarettes read as smoking.
"""

from typing import Any

import pytest

from fhir_mappings.inputs import GuidelineInputs, Source
from tests.charts import (
    AS_OF,
    ICD10,
    LOINC,
    SMOKING,
    SNOMED,
    Json,
    ago,
    concept,
    condition,
    issues,
    mapped,
    observation,
)

DAILY, FORMER, UNKNOWN, VAPES = "449868002", "8517006", "266927001", "722499006"
TWO_YEARS_AGO = str(AS_OF.replace(year=2024))
RESOLVED = {"coding": [{"code": "resolved"}]}


def answer(code: str, system: str = SNOMED, **members: Any) -> Json:  # noqa: ANN401 - any element
    return observation(SMOKING, id=f"s-{code}", valueCodeableConcept=concept(code, system), **members)


def said(inputs: GuidelineInputs) -> tuple[bool | None, str] | None:
    return (inputs.smoking.current, inputs.smoking.status) if inputs.smoking else None


@pytest.mark.parametrize(
    ("code", "system", "expected"),
    [
        (DAILY, SNOMED, (True, "current smoker")),
        ("LA18976-3", LOINC, (True, "current smoker")),
        ("77176002", SNOMED, (True, "current smoker, confirm")),
        ("LA18979-7", LOINC, (True, "current smoker, confirm")),
        (FORMER, SNOMED, (False, "not a current smoker")),
        ("266919005", SNOMED, (False, "not a current smoker")),
        ("LA15920-4", LOINC, (False, "not a current smoker")),
        (UNKNOWN, SNOMED, (None, "unknown")),
        ("LA18980-5", LOINC, (None, "unknown")),
        (VAPES, SNOMED, (None, "e-cigarettes or smokeless tobacco")),
    ],
)
def test_each_answer_says_what_it_says(code: str, system: str, expected: tuple[bool | None, str]) -> None:
    inputs = mapped(answer(code, system))
    assert said(inputs) == expected
    assert issues(inputs) == []


def test_the_example_of_the_international_patient_summary_is_read() -> None:
    # IPS 2.0.0, Observation-tobacco-use-example (CC0-1.0), dated anew.
    inputs = mapped(
        {
            "resourceType": "Observation",
            "id": "tobacco-use-example",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": "72166-2", "display": "Tobacco smoking status"}]},
            "subject": {"reference": "Patient/p1"},
            "effectiveDateTime": "2025-07-15",
            "performer": [{"reference": "Patient/eumfh-39-07"}],
            "valueCodeableConcept": {
                "coding": [{"system": LOINC, "code": "LA15920-4", "display": "Former smoker"}]
            },
        }
    )
    assert said(inputs) == (False, "not a current smoker")


def test_an_answer_holds_for_24_months_and_not_a_day_more() -> None:
    assert said(mapped(answer(DAILY, day=TWO_YEARS_AGO))) == (True, "current smoker")
    assert mapped(answer(DAILY, day="2024-01-14")).smoking is None


def test_the_latest_answer_decides() -> None:
    inputs = mapped(answer(DAILY, day=ago(20)), answer(FORMER, day=ago(10)))
    assert said(inputs) == (False, "not a current smoker")
    assert inputs.smoking
    assert (inputs.smoking.reference, str(inputs.smoking.day)) == ("Observation/s-8517006", ago(10))
    # The latest is that nobody knows: an older yes does not stand in for it.
    assert said(mapped(answer(DAILY, day=ago(20)), answer(UNKNOWN, day=ago(10)))) == (None, "unknown")


def test_two_answers_of_one_day_that_contradict_each_other_are_no_answer() -> None:
    inputs = mapped(answer(DAILY), answer(FORMER))
    assert said(inputs) == (None, "unknown")
    assert issues(inputs) == ["conflict"]
    assert said(mapped(answer(DAILY), answer(VAPES))) == (True, "current smoker")


@pytest.mark.parametrize(
    ("members", "issue"),
    [
        ({"status": "preliminary"}, ["not-final"]),
        ({"status": None}, ["no-status"]),
        ({"day": ago(-2)}, ["future-date"]),
        ({"status": "entered-in-error"}, []),
        ({"dataAbsentReason": concept("unknown")}, []),
    ],
)
def test_an_answer_that_may_not_be_used_leaves_the_older_one(members: Json, issue: list[str]) -> None:
    inputs = mapped(answer(FORMER, day=ago(30)), answer(DAILY, **members))
    assert said(inputs) == (False, "not a current smoker")
    assert issues(inputs) == issue


def test_words_raise_a_question_and_say_neither_yes_nor_no() -> None:
    for value in ({"valueString": "Current every day smoker"}, {"valueCodeableConcept": {"text": "smoker"}}):
        inputs = mapped(observation(SMOKING, **value))
        assert said(inputs) == (None, "unknown")
        assert issues(inputs) == ["by-name-only"]


def test_an_answer_that_no_value_set_knows_is_told() -> None:
    inputs = mapped(answer("12345", "https://hospital.example/smoking"))
    assert said(inputs) == (None, "unknown")
    assert issues(inputs) == ["unmapped-code"]


def test_a_finding_without_a_value_is_an_answer() -> None:
    finding = {**observation(DAILY), "code": concept(DAILY, SNOMED)}
    assert said(mapped(finding)) == (True, "current smoker")
    # With a value of some kind it is a question that is not known.
    for value in ({"valueBoolean": False}, {"valueString": "no"}, {"valueInteger": 0}):
        assert mapped({**finding, **value}).smoking is None


@pytest.mark.parametrize(
    ("code", "system", "members", "expected"),
    [
        ("F17.210", ICD10, {}, (True, "current smoker")),
        ("F17.2100", ICD10, {}, (True, "current smoker")),
        ("77176002", SNOMED, {}, (True, "current smoker, confirm")),
        ("F17.210", ICD10, {"clinicalStatus": RESOLVED}, (False, "not a current smoker")),
        ("Z87.891", ICD10, {}, (False, "not a current smoker")),
        ("Z72.0", ICD10, {}, (None, "tobacco use, kind not stated")),
        ("F17.200", ICD10, {}, (None, "tobacco use, kind not stated")),
        ("F17.201", ICD10, {}, (False, "not a current smoker")),
        ("F17.290", ICD10, {"clinicalStatus": RESOLVED}, (None, "unknown")),
        ("F17.211", ICD10, {}, None),
        ("F17.220", ICD10, {}, None),
    ],
)
def test_without_an_answer_the_problem_list_speaks(
    code: str, system: str, members: Json, expected: tuple[bool | None, str] | None
) -> None:
    assert said(mapped(condition(code, system, **members))) == expected


def test_an_answer_goes_before_the_problem_list_either_way() -> None:
    listed = condition("F17.210", ICD10, recordedDate=ago(1))
    assert said(mapped(listed, answer(FORMER))) == (False, "not a current smoker")
    assert said(mapped(condition("Z87.891", ICD10, recordedDate=ago(1)), answer(DAILY))) == (
        True,
        "current smoker",
    )


def test_the_newest_entry_of_the_problem_list_counts() -> None:
    inputs = mapped(
        condition("F17.210", ICD10, recordedDate=ago(900)), condition("Z87.891", ICD10, recordedDate=ago(90))
    )
    assert said(inputs) == (False, "not a current smoker")


def test_an_old_no_outweighs_an_entry_that_is_older_still() -> None:
    old = answer(FORMER, day=ago(1000))
    assert said(mapped(old, condition("F17.210", ICD10, onsetDateTime=ago(1001)))) == (None, "unknown")
    assert said(mapped(old, condition("F17.210", ICD10, onsetDateTime=ago(1000)))) == (None, "unknown")
    assert said(mapped(old, condition("F17.210", ICD10))) == (None, "unknown")
    assert said(mapped(old, condition("F17.210", ICD10, onsetDateTime=ago(999)))) == (True, "current smoker")
    yes = answer(DAILY, day=ago(1000))
    assert said(mapped(yes, condition("F17.210", ICD10))) == (True, "current smoker")


def test_where_the_answers_could_not_be_looked_at_the_problem_list_says_no_yes() -> None:
    unseen = (Source.LIFESTYLE,)
    assert said(mapped(condition("F17.210", ICD10), unanswered=unseen)) == (None, "unknown")
    assert said(mapped(condition("Z87.891", ICD10), unanswered=unseen)) == (False, "not a current smoker")
