"""Which readings may be used: status, date, value, components, reports and their results."""

import pytest

from fhir_mappings.inputs import GuidelineInputs
from tests.charts import (
    CALCIUM,
    FEMUR,
    HIP,
    LOINC,
    SPINE,
    Json,
    ago,
    answered,
    clear_labs,
    concept,
    evaluation,
    issues,
    mapped,
    observation,
    quantity,
    report,
    suggested,
    t_score,
)


def scores(inputs: GuidelineInputs) -> list[str]:
    return [str(score.value) for score in inputs.bone_density.study]


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_what_is_final_may_be_used(status: str) -> None:
    assert scores(mapped(t_score("-1.9", status=status))) == ["-1.9"]


@pytest.mark.parametrize("status", ["preliminary", "registered", "unknown", "Final"])
def test_what_is_not_final_is_noted_and_not_used(status: str) -> None:
    inputs = mapped(t_score("-2.7", status=status))
    assert scores(inputs) == []
    assert issues(inputs) == ["not-final"]
    assert [each.why for each in inputs.bone_density.unused] == ["not final"]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_was_retracted_is_as_if_it_were_not_there(status: str) -> None:
    inputs = mapped(t_score("-2.7", status=status))
    assert scores(inputs) == issues(inputs) == []
    assert inputs.bone_density.unused == ()


@pytest.mark.parametrize("status", [None, ""])
def test_without_a_status_nothing_is_known_to_be_final(status: str | None) -> None:
    inputs = mapped(t_score("-2.7", status=status))
    assert scores(inputs) == []
    assert issues(inputs) == ["no-status"]


def test_a_value_that_is_said_to_be_absent_is_no_value() -> None:
    inputs = mapped(t_score("-2.7", dataAbsentReason={"text": "unknown"}))
    assert scores(inputs) == issues(inputs) == []


@pytest.mark.parametrize("day", [None, "", "last week"])
def test_a_value_without_a_readable_date_is_not_used(day: str | None) -> None:
    inputs = mapped(t_score("-2.7", effectiveDateTime=day, issued=ago()))
    assert scores(inputs) == []
    assert issues(inputs) == ["unreadable"]


def test_tomorrow_is_a_time_zone_and_the_day_after_is_the_future() -> None:
    assert scores(mapped(t_score("-2.7", day=ago(-1)))) == ["-2.7"]
    inputs = mapped(t_score("-2.7", day=ago(-2)))
    assert scores(inputs) == []
    assert issues(inputs) == ["future-date"]
    assert [each.why for each in inputs.bone_density.unused] == ["dated in the future"]


@pytest.mark.parametrize(
    "value", [{"valueString": "-2.7"}, {"valueCodeableConcept": {"text": "osteoporosis"}}]
)
def test_words_are_not_a_number(value: Json) -> None:
    inputs = mapped(observation(SPINE, **value))
    assert scores(inputs) == []
    assert issues(inputs) == ["unreadable"]
    assert [each.why for each in inputs.bone_density.unused] == ["unreadable"]


@pytest.mark.parametrize("empty", [{}, {"valueQuantity": {}}, {"valueQuantity": None}])
def test_a_t_score_without_any_value_is_a_bone_density_that_says_nothing(empty: Json) -> None:
    inputs = mapped(observation(SPINE, **empty))
    assert scores(inputs) == []
    assert issues(inputs) == ["unreadable"]
    assert inputs.incomplete == frozenset()
    assert [each.why for each in inputs.bone_density.unused] == ["without a T-score"]


def test_an_integer_is_a_number_without_a_unit() -> None:
    assert scores(mapped(observation(SPINE, valueInteger=-2))) == ["-2"]
    assert issues(mapped(observation(CALCIUM, valueInteger=9))) == ["no-unit"]


@pytest.mark.parametrize(
    ("value", "unit", "issue", "why"),
    [
        ("-1.2", "g/cm2", "wrong-unit", "without a usable unit"),
        ("-7.1", None, "implausible", "implausible"),
    ],
)
def test_a_density_that_is_not_used_says_why(value: str, unit: str | None, issue: str, why: str) -> None:
    inputs = mapped(observation(SPINE, value, unit))
    assert issues(inputs) == [issue]
    assert [(str(each.day), each.why) for each in inputs.bone_density.unused] == [(ago(10), why)]


def test_components_are_read_with_the_date_and_status_of_their_panel() -> None:
    parts = [
        {"code": concept(SPINE), "valueQuantity": quantity("-1.9", "{T-score}")},
        {"code": concept(HIP), "valueQuantity": quantity("-1.2", "{T-score}")},
        {"code": concept(FEMUR), "dataAbsentReason": {"text": "no"}},
        {"valueQuantity": quantity("-3.0")},
    ]
    panel = observation("38268-9", component=parts)
    inputs = mapped(panel)
    assert scores(inputs) == ["-1.9", "-1.2"]
    assert {str(score.day) for score in inputs.bone_density.study} == {ago(10)}
    assert scores(mapped({**panel, "status": "preliminary"})) == []


def test_a_code_among_others_is_found() -> None:
    code = {
        "coding": [{"system": "urn:local", "code": "1"}, {"system": LOINC, "code": SPINE}, {"code": SPINE}]
    }
    assert scores(mapped({**t_score("-1.9"), "code": code})) == ["-1.9"]


@pytest.mark.parametrize("code", [None, {}, {"text": "T-score"}, {"coding": []}])
def test_without_a_code_nothing_is_read(code: Json | None) -> None:
    assert scores(mapped({**t_score("-1.9"), "code": code})) == []


@pytest.mark.parametrize(
    ("text", "unit"),
    [("DXA T-score left hip", None), ("T score", None), ("Tscore", None), ("bone", "T-Score")],
)
def test_what_looks_like_a_t_score_and_is_in_no_value_set_is_reported(text: str, unit: str | None) -> None:
    local = {**observation("X", "-2.7", unit), "code": concept("BMD-1", "urn:local", text)}
    inputs = mapped(local)
    assert scores(inputs) == []
    assert issues(inputs) == ["unmapped-code"]


@pytest.mark.parametrize(
    "text",
    ["PROMIS physical function T-score", "VR-12 T-score", "Questionnaire T-score", "Test score", "Height"],
)
def test_scores_of_questionnaires_and_other_values_are_left_alone(text: str) -> None:
    assert issues(mapped({**observation("X", "48"), "code": concept("1", "urn:local", text)})) == []


def test_an_unmapped_t_score_that_was_retracted_or_has_no_value_is_not_reported() -> None:
    local = {
        **observation("X", "-2.7", status="entered-in-error"),
        "code": concept("1", "urn:local", "T-score"),
    }
    assert issues(mapped(local)) == []
    assert issues(mapped({**observation("X"), "code": concept("1", "urn:local", "T-score")})) == []


def undated(**members: str) -> Json:
    return {**t_score("-2.7", id="o1", **members), "effectiveDateTime": None}


def test_a_result_without_a_date_has_that_of_the_dxa_report_that_lists_it() -> None:
    inputs = mapped(undated(), report("Observation/o1", effectiveDateTime=ago(20)))
    assert [str(score.day) for score in inputs.bone_density.study] == [ago(20)]


def test_the_date_of_a_result_is_its_own_where_it_has_one() -> None:
    inputs = mapped(t_score("-2.7", id="o1"), report("Observation/o1", effectiveDateTime=ago(20)))
    assert [str(score.day) for score in inputs.bone_density.study] == [ago(10)]


@pytest.mark.parametrize(
    "members",
    [
        {"code": concept("24627-2")},
        {"code": None},
        {"status": "entered-in-error"},
        {"status": "cancelled"},
        {"result": None},
        {"result": [{"display": "T-score"}]},
        {"result": [{"reference": "Observation/o2"}]},
    ],
)
def test_other_and_retracted_reports_lend_no_date(members: Json) -> None:
    assert scores(mapped(undated(), report("Observation/o1", **members))) == []


@pytest.mark.parametrize("code", [concept("38268-9"), concept("77080", "http://www.ama-assn.org/go/cpt")])
def test_reports_are_recognised_by_loinc_and_cpt(code: Json) -> None:
    assert scores(mapped(undated(), report("Observation/o1", code=code))) == ["-2.7"]


@pytest.mark.parametrize(
    ("status", "issue"), [("preliminary", "not-final"), ("partial", "not-final"), (None, "no-status")]
)
def test_what_a_report_that_is_not_final_lists_is_not_final(status: str | None, issue: str) -> None:
    inputs = mapped(t_score("-2.7", id="o1"), report("Observation/o1", status=status))
    assert scores(inputs) == []
    assert issues(inputs) == [issue]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_a_retracted_report_lists_went_with_it(status: str) -> None:
    chart = (t_score("-2.7", id="o1"), report("Observation/o1", status=status))
    inputs = mapped(*chart)
    assert scores(inputs) == []
    assert issues(inputs) == ["not-final"]
    assert [each.why for each in inputs.bone_density.unused] == ["its report was retracted"]
    answer = answered(*chart, *clear_labs())
    assert evaluation(answer)["disposition"] == "no-bone-density"
    assert "start-alendronate" not in suggested(answer)
    assert answer["cards"][0]["summary"].startswith("No usable bone density")


def test_an_older_study_beside_a_retracted_one_recommends_nothing() -> None:
    older = t_score("-2.6", day=ago(400))
    answer = answered(
        older, t_score("-1.2", id="o1"), report("Observation/o1", status="cancelled"), *clear_labs()
    )
    assert evaluation(answer)["disposition"] == "treat"
    assert suggested(answer)["start-alendronate"] is False


def test_what_another_report_still_lists_stands() -> None:
    chart = (
        t_score("-2.7", id="o1"),
        report("Observation/o1", id="first", status="entered-in-error"),
        report("Observation/o1", id="second"),
    )
    assert scores(mapped(*chart)) == scores(mapped(*reversed(chart))) == ["-2.7"]


def test_the_members_of_a_panel_are_as_final_as_the_report_that_lists_the_panel() -> None:
    panel = observation("38269-7", id="panel", hasMember=[{"reference": "Observation/o1"}, {"display": "?"}])
    score = t_score("-2.7", id="o1")
    assert scores(mapped(panel, score, report("Observation/panel"))) == ["-2.7"]
    assert scores(mapped(panel, score, report("Observation/panel", status="preliminary"))) == []
    assert scores(mapped(panel, score, report("Observation/elsewhere"))) == ["-2.7"]


def test_a_final_report_does_not_make_a_result_final() -> None:
    assert scores(mapped(t_score("-2.7", id="o1", status="preliminary"), report("Observation/o1"))) == []


def contained(*resources: Json, **members: str) -> Json:
    return {**report("#in", **members), "contained": list(resources)}


def test_observations_inside_a_report_are_read() -> None:
    inside = {**t_score("-2.7", id="in"), "effectiveDateTime": None, "subject": None}
    inputs = mapped(contained(inside))
    assert scores(inputs) == ["-2.7"]
    assert [score.reference for score in inputs.bone_density.study] == ["Observation/r1#in"]
    retracted = mapped(contained(inside, status="cancelled"))
    assert (scores(retracted), issues(retracted)) == ([], [])
    assert issues(mapped(contained(inside, status="preliminary"))) == ["not-final"]


def test_inside_a_report_a_broken_observation_is_noted_and_others_are_passed_over() -> None:
    broken = {"resourceType": "Observation", "id": "in", "code": 5}
    inputs = mapped(contained(broken, {"resourceType": "Specimen"}, {"resourceType": "Condition", "code": 5}))
    assert [(each.issue, each.reference) for each in inputs.data_quality] == [
        ("unreadable", "DiagnosticReport/r1"),
        ("unreadable", "DiagnosticReport/r1"),
    ]
    assert "bone-density" in inputs.incomplete
