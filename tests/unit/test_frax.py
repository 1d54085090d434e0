"""FRAX as the chart holds it: which results still hold, and which contradict each other.

Mutations these tests kill: VALID 365 to 364 or 366 days; DXA_MARGIN 30 to 29 or 31; `<` to `<=` at a fracture.
"""

import pytest

from cdshooks.guideline.decide import decide
from fhir_mappings.inputs import GuidelineInputs, Source
from tests.charts import (
    FRAX_HIP,
    OSTEOPOROTIC_HIP_FRACTURE,
    Json,
    ago,
    answered,
    clear_labs,
    condition,
    decided,
    frax,
    issues,
    mapped,
    observation,
    suggested,
    t_score,
)


def read(inputs: GuidelineInputs) -> tuple[str | None, str | None]:
    found = inputs.frax
    return (str(found.hip.value) if found.hip else None, str(found.major.value) if found.major else None)


def test_both_probabilities_are_read_as_reported() -> None:
    inputs = mapped(*frax("2.99", "19.90"))
    assert read(inputs) == ("2.99", "19.90")
    assert inputs.frax.complete
    assert not mapped(*frax("2.99")).frax.complete
    assert not mapped(*frax(major="19.9")).frax.complete


def test_a_result_holds_for_365_days_and_not_one_more() -> None:
    assert read(mapped(*frax("2.0", day=ago(365)))) == ("2.0", None)
    inputs = mapped(*frax("2.0", day=ago(366)))
    assert read(inputs) == (None, None)
    assert issues(inputs) == ["stale"]


def test_a_result_may_be_thirty_days_older_than_the_latest_dxa_and_not_one_more() -> None:
    dxa = t_score("-1.5", day=ago(10))
    assert read(mapped(dxa, *frax("2.0", day=ago(40)))) == ("2.0", None)
    inputs = mapped(dxa, *frax("2.0", day=ago(41)))
    assert read(inputs) == (None, None)
    assert issues(inputs) == ["stale"]


def test_a_result_from_before_a_fracture_no_longer_describes_the_patient() -> None:
    fracture = condition(OSTEOPOROTIC_HIP_FRACTURE, onsetDateTime=ago(10))
    assert read(mapped(fracture, *frax("2.0", day=ago(10)))) == ("2.0", None)
    assert read(mapped(fracture, *frax("2.0", day=ago(11)))) == (None, None)


def test_a_fracture_of_which_only_the_month_is_known_may_have_been_on_its_last_day() -> None:
    fracture = condition(OSTEOPOROTIC_HIP_FRACTURE, onsetDateTime="2025-12")
    assert read(mapped(fracture, *frax("2.0", day="2025-12-30"))) == (None, None)
    assert read(mapped(fracture, *frax("2.0", day="2025-12-31"))) == ("2.0", None)
    this_month = condition(OSTEOPOROTIC_HIP_FRACTURE, onsetDateTime="2026-01")
    assert read(mapped(this_month, *frax("2.0", day=ago()))) == ("2.0", None)


def test_a_fracture_without_a_day_makes_nothing_stale() -> None:
    assert read(mapped(condition(OSTEOPOROTIC_HIP_FRACTURE), *frax("2.0"))) == ("2.0", None)


def test_the_newest_result_counts_and_of_one_day_the_lower() -> None:
    assert read(mapped(*frax("4.0", day=ago(30)), *frax("2.0", day=ago(20)))) == ("2.0", None)
    assert read(mapped(*frax("2.0", day=ago(30)), *frax("4.0", day=ago(20)))) == ("4.0", None)
    assert read(mapped(*frax("4.0"), *frax("2.0"))) == ("2.0", None)


@pytest.mark.parametrize(
    ("members", "issue"),
    [
        ({"valueQuantity": {"value": 3.5}}, "no-unit"),
        ({"valueQuantity": {"value": 0.035, "unit": "1"}}, "wrong-unit"),
        ({"valueQuantity": {"value": 0.03, "unit": "%"}}, "implausible"),
        ({"valueQuantity": {"value": 3.5, "unit": "%", "comparator": ">"}}, "unreadable"),
        ({"valueQuantity": None, "valueString": "3.5 %"}, "unreadable"),
        ({"status": "preliminary"}, "not-final"),
        ({"effectiveDateTime": ago(-2)}, "future-date"),
    ],
)
def test_what_cannot_be_used_counts_as_missing_and_is_noted(members: Json, issue: str) -> None:
    inputs = mapped({**observation(FRAX_HIP, "3.5", "%"), **members})
    assert read(inputs) == (None, None)
    assert issues(inputs) == [issue]


def test_a_retracted_result_is_as_if_it_were_not_there() -> None:
    inputs = mapped(observation(FRAX_HIP, "3.5", "%", status="entered-in-error"))
    assert read(inputs) == (None, None)
    assert issues(inputs) == []


def test_hip_above_major_is_a_contradiction_to_be_decided_each_way() -> None:
    inputs = mapped(*frax("12.0", "10.0"))
    assert issues(inputs) == ["conflict", "conflict"]
    assert [(each.frax.hip is None, each.frax.major is None) for each in inputs.conflicts] == [
        (False, True),
        (True, False),
    ]
    assert all(each.of_frax for each in inputs.conflicts)


def test_hip_equal_to_major_is_no_contradiction() -> None:
    assert mapped(*frax("10.0", "10.0")).conflicts == ()


def test_two_values_of_one_day_contradict_each_other_and_each_is_decided_on() -> None:
    inputs = mapped(t_score("-1.9"), *frax("2.5", "10"), {**frax("3.5", "10")[0], "id": "again"})
    assert [each.frax.hip and str(each.frax.hip.value) for each in inputs.conflicts] == ["2.5", "3.5"]
    assert {note.issue for note in inputs.data_quality} == {"conflict"}


def test_a_correction_settles_which_value_of_a_day_counts() -> None:
    corrected = {**frax("3.5", "10")[0], "id": "again", "status": "corrected"}
    inputs = mapped(t_score("-1.9"), *frax("2.5", "10"), corrected)
    assert inputs.frax.hip is not None
    assert str(inputs.frax.hip.value) == "3.5"
    assert inputs.conflicts == ()


@pytest.mark.parametrize(
    ("result", "recommended"),
    [
        (observation(FRAX_HIP, "12"), False),
        (observation(FRAX_HIP, "12", "%", status="preliminary"), False),
        (observation(FRAX_HIP, "12", "%", status="entered-in-error"), True),
        (observation(FRAX_HIP, "12", "%", day=ago(years=3)), True),
        (observation(FRAX_HIP, "2", "%"), True),
    ],
)
def test_a_result_that_cannot_be_used_may_have_said_that_risk_is_very_high(
    result: Json, *, recommended: bool
) -> None:
    answer = answered(t_score("-2.6"), *clear_labs(), result)
    assert suggested(answer)["start-alendronate"] is recommended


@pytest.mark.parametrize("source", [Source.CONDITIONS, Source.MEDICATIONS])
def test_what_could_not_be_read_may_have_outdated_a_result(source: Source) -> None:
    chart = (t_score("-1.9"), *frax("4.0", "9.0"))
    assert decided(*chart).disposition == "treat"
    unread = mapped(*chart, unanswered=[source])
    assert not unread.frax.complete
    assert [each.issue for each in unread.data_quality if "out of date" in each.because] == ["stale"] * 2
    assert decide(unread).disposition == "risk-assessment-needed"
    # One of today is younger than anything that could have outdated it.
    today = (t_score("-1.9"), *frax("4.0", "9.0", day=ago()))
    assert decided(*today, unanswered=[source]).disposition == "treat"
