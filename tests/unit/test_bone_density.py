"""T-scores: which site, which study, which value decides.

Mutations these tests kill: USABLE_MONTHS 60 to 59 or 61 and `<` to `<=`; STUDY_SPAN 30 to 29 or 31 days.
"""

from decimal import Decimal

import pytest

from fhir_mappings.concepts import Concept
from fhir_mappings.inputs import GuidelineInputs
from fhir_mappings.local_codes import LocalCode
from fhir_mappings.mapping import map_chart
from fhir_mappings.value_sets import load
from tests.charts import (
    AS_OF,
    FEMUR,
    FOREARM,
    HIP,
    LOINC,
    OSTEOPOROTIC_HIP_FRACTURE,
    SNOMED,
    SPINE,
    Json,
    ago,
    answered,
    charted,
    clear_labs,
    concept,
    condition,
    evaluation,
    issues,
    mapped,
    observation,
    patient,
    report,
    suggested,
    t_score,
    topics,
)


def study(inputs: GuidelineInputs) -> list[tuple[str, str]]:
    return [(score.site.value, str(score.value)) for score in inputs.bone_density.study]


def site_of(**members: Json) -> str:
    (score,) = mapped({**t_score("-1.9"), **members}).bone_density.study
    return score.site.value


@pytest.mark.parametrize(
    ("code", "site"),
    [
        (SPINE, "lumbar-spine"),
        (FEMUR, "femur"),
        (HIP, "total-hip"),
        (FOREARM, "radius"),
        ("80948-3", "femur"),
    ],
)
def test_a_code_says_where_it_was_measured(code: str, site: str) -> None:
    assert site_of(code=concept(code)) == site


@pytest.mark.parametrize(
    ("code", "site"),
    [
        ("122496007", "lumbar-spine"),
        ("29627003", "femoral-neck"),
        ("24136001", "total-hip"),
        ("71341001", "femur"),
        ("62413002", "radius"),
    ],
)
def test_a_coded_body_site_says_it_better_than_the_code(code: str, site: str) -> None:
    assert site_of(code=concept(FEMUR), bodySite=concept(code, SNOMED)) == site


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("Left femoral neck", "femoral-neck"),
        ("Neck of femur", "femoral-neck"),
        ("L1-L4", "lumbar-spine"),
        ("Lumbar spine", "lumbar-spine"),
        ("Total hip", "total-hip"),
        ("proximal femur", "total-hip"),
        ("Femur", "femur"),
        ("Distal radius", "radius"),
        ("1/3 radius", "radius-33"),
        ("Forearm 33 %", "radius-33"),
        ("somewhere", "femur"),
    ],
)
def test_a_body_site_in_words_is_understood(text: str, site: str) -> None:
    assert site_of(code=concept(FEMUR), bodySite={"text": text}) == site


def test_the_name_of_the_code_tells_the_femoral_neck_from_the_femur() -> None:
    assert site_of(code=concept(FEMUR, display="DXA femur.neck T-score")) == "femoral-neck"


@pytest.mark.parametrize("display", ["DXA Radius and Ulna T-score", "left forearm", "wrist"])
def test_a_forearm_code_that_names_the_forearm_is_the_forearm(display: str) -> None:
    assert site_of(code=concept(FOREARM, display=display)) == "radius"


def test_the_code_that_generators_use_for_every_site_states_none() -> None:
    inputs = mapped({**t_score("-1.9"), "code": concept(FOREARM, display="DXA [T-score] Bone density")})
    assert study(inputs) == [("unspecified", "-1.9")]
    assert issues(inputs) == ["site-not-stated"]


def test_a_body_site_is_believed_also_beside_that_code() -> None:
    generic = concept(FOREARM, display="DXA [T-score] Bone density")
    assert site_of(code=generic, bodySite=concept("29627003", SNOMED)) == "femoral-neck"


@pytest.mark.parametrize("code", ["38266-3", "85390-3"])
def test_sites_outside_the_classification_are_never_used(code: str) -> None:
    assert study(mapped(t_score("-3.0", code))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ward's triangle",
        "trochanter",
        "heel",
        "lateral lumbar spine",
        "Lumbar spine, lateral",
        "thoracic spine",
        "QUS",
        "upper neck",
        "femoral shaft",
        "ultradistal radius",
        "Radius UD",
        "mid radius",
        "total forearm",
        "Forearm (total)",
    ],
)
def test_a_name_outside_the_classification_takes_the_value_out(text: str) -> None:
    assert study(mapped({**t_score("-3.0"), "bodySite": {"text": text}})) == []


@pytest.mark.parametrize(
    "text", ["L1", "L3 vertebra", "Lumbar vertebra L4", "Structure of third lumbar vertebra"]
)
def test_a_single_vertebra_is_no_lumbar_spine(text: str) -> None:
    assert study(mapped({**t_score("-3.0"), "bodySite": {"text": text}})) == []
    named = {**t_score("-3.0"), "code": concept(SPINE, display=f"DXA {text} T-score")}
    assert study(mapped(named)) == []


@pytest.mark.parametrize(
    "text",
    ["L1-L4", "L1-4", "L 1 – L 4", "L2 to L4", "L1, L2", "L1/L3", "Lumbar spine, L4 excluded", "vertebra"],
)
def test_two_vertebrae_or_more_are_the_lumbar_spine(text: str) -> None:
    inputs = mapped({**t_score("-1.9"), "bodySite": {"text": text}})
    assert study(inputs) == [("lumbar-spine", "-1.9")]


def test_a_vertebra_beside_the_spine_of_its_study_recommends_nothing() -> None:
    one = {**t_score("-2.6", id="one"), "bodySite": {"text": "L1"}}
    all_four = {**t_score("-1.5", id="all"), "bodySite": {"text": "L1-L4"}}
    answer = answered(one, all_four, *clear_labs())
    assert evaluation(answer)["disposition"] == "risk-assessment-needed"
    assert "start-alendronate" not in suggested(answer)


@pytest.mark.parametrize(
    "members",
    [
        {"method": {"text": "QCT"}},
        {"method": {"coding": [{"system": SNOMED, "display": "Quantitative computed tomography"}]}},
        {"method": {"text": "Quantitative ultrasound"}},
        {"device": {"display": "QUS scanner 4"}},
    ],
)
def test_what_was_not_measured_by_dxa_is_not_used(members: Json) -> None:
    answer = answered({**t_score("-2.7"), **members}, *clear_labs())
    assert evaluation(answer)["disposition"] == "no-bone-density"
    assert "start-alendronate" not in suggested(answer)


@pytest.mark.parametrize(
    "members",
    [
        {"method": {"text": "Dual energy X-ray absorptiometry"}},
        {"method": {"coding": [{"system": SNOMED, "code": "1"}]}},
        {"device": {"display": "Densitometer, mid-range", "reference": "Device/1"}},
        {"device": {"reference": "Device/1"}},
    ],
)
def test_a_method_that_is_dxa_or_not_named_changes_nothing(members: Json) -> None:
    assert study(mapped({**t_score("-2.7"), **members})) == [("lumbar-spine", "-2.7")]


def test_a_z_score_is_never_a_t_score() -> None:
    assert study(mapped(t_score("-3.0", "80943-0"))) == []


def test_the_hospitals_own_code_says_its_site() -> None:
    local = load().with_local(
        [
            LocalCode(
                system="urn:l", code="1", concept=Concept.T_SCORE_FEMORAL_NECK_OR_FEMUR, site="femoral-neck"
            )
        ]
    )
    chart = charted({**t_score("-1.9"), "code": concept("1", "urn:l")})
    (score,) = map_chart(chart, AS_OF, local).bone_density.study
    assert score.site == "femoral-neck"


def test_the_lowest_site_decides() -> None:
    inputs = mapped(t_score("-1.2", HIP), t_score("-1.9"), t_score("-1.5", FEMUR))
    assert study(inputs) == [("lumbar-spine", "-1.9"), ("femur", "-1.5"), ("total-hip", "-1.2")]
    assert inputs.bone_density.lowest == inputs.bone_density.study[0]


def test_left_and_right_are_two_measurements() -> None:
    left, right = t_score("-1.2", "80948-3"), t_score("-2.6", "80947-5")
    assert study(mapped(left, right)) == [("femur", "-2.6"), ("femur", "-1.2")]
    sides = [
        {**t_score(value, FEMUR), "bodySite": {"text": side}}
        for value, side in (("-1.2", "left hip"), ("-2.6", "right hip"))
    ]
    assert study(mapped(*sides)) == [("total-hip", "-2.6"), ("total-hip", "-1.2")]


def test_vertebral_levels_are_measurements_of_their_own() -> None:
    levels = [
        {**t_score(value), "bodySite": {"text": level}}
        for value, level in (("-1.2", "L2-L4"), ("-2.6", "L1-L4"))
    ]
    inputs = mapped(*levels)
    assert study(inputs) == [("lumbar-spine", "-2.6"), ("lumbar-spine", "-1.2")]
    assert inputs.conflicts == ()


def test_a_t_score_of_five_years_ago_is_used_and_one_of_a_day_more_is_stale() -> None:
    assert study(mapped(t_score("-2.7", day=ago(years=5)))) == [("lumbar-spine", "-2.7")]
    inputs = mapped(t_score("-2.7", day=ago(1, years=5)))
    assert study(inputs) == []
    assert issues(inputs) == ["stale"]
    assert [each.why for each in inputs.bone_density.unused] == ["stale"]


def test_a_partial_date_is_as_old_as_it_can_be() -> None:
    assert study(mapped(t_score("-2.7", day="2021-01"))) == []
    assert study(mapped(t_score("-2.7", day="2021-02"))) == [("lumbar-spine", "-2.7")]


def test_thirty_days_are_one_study_and_thirty_one_are_two() -> None:
    new = t_score("-1.2", HIP)
    assert len(mapped(new, t_score("-2.7", day=ago(40))).bone_density.study) == 2
    assert study(mapped(new, t_score("-2.7", day=ago(41)))) == [("total-hip", "-1.2")]


def test_the_day_of_a_study_is_that_of_its_latest_measurement() -> None:
    assert str(mapped(t_score("-1.2", HIP), t_score("-2.7", day=ago(40))).bone_density.day) == ago(10)
    assert mapped().bone_density.day is None


def test_the_forearm_counts_only_where_there_is_no_hip_and_no_spine_or_33_percent_is_stated() -> None:
    forearm = t_score("-3.0", FOREARM)
    assert study(mapped(forearm)) == [("radius", "-3.0")]
    assert issues(mapped(forearm)) == ["site-not-stated"]
    assert study(mapped(forearm, t_score("-1.2", HIP))) == [("total-hip", "-1.2")]
    third = {**forearm, "bodySite": {"text": "33% radius"}}
    assert study(mapped(third, t_score("-1.2", HIP))) == [("radius-33", "-3.0"), ("total-hip", "-1.2")]


def test_equal_values_of_one_site_and_day_are_one() -> None:
    inputs = mapped(t_score("-1.9", id="a"), t_score("-1.90", id="b"))
    assert study(inputs) == [("lumbar-spine", "-1.9")]
    assert inputs.conflicts == ()


def test_different_values_of_one_site_and_day_contradict_each_other() -> None:
    inputs = mapped(t_score("-1.4"), t_score("-2.7"))
    assert issues(inputs) == ["conflict", "conflict"]
    readings = [[str(score.value) for score in each.bone_density.study] for each in inputs.conflicts]
    assert readings == [["-2.7"], ["-1.4"]]
    assert not any(each.of_frax for each in inputs.conflicts)


def test_a_correction_settles_a_contradiction_the_latest_one_first() -> None:
    first = t_score("-2.7")
    corrected = t_score("-1.4", status="corrected", issued="2026-01-06T00:00:00Z")
    again = t_score("-1.5", status="corrected", meta={"lastUpdated": "2026-01-07T00:00:00Z"})
    assert study(mapped(first, corrected)) == [("lumbar-spine", "-1.4")]
    assert study(mapped(first, corrected, again)) == [("lumbar-spine", "-1.5")]
    assert mapped(first, corrected).conflicts == ()


def test_of_many_contradictions_the_lowest_and_the_highest_reading_are_decided_on() -> None:
    values = [t_score(f"-1.{number}") for number in range(10, 60)]
    hips = [t_score("-2.7", HIP), t_score("-1.4", HIP)]
    inputs = mapped(*values, *hips)
    lowest = [each.bone_density.lowest for each in inputs.conflicts]
    assert [str(score.value) for score in lowest if score] == ["-2.7", "-1.4"]


def test_values_of_two_days_in_one_study_do_not_contradict_each_other() -> None:
    inputs = mapped(t_score("-1.4"), t_score("-2.7", day=ago(12)))
    assert inputs.conflicts == ()
    assert len(inputs.bone_density.study) == 2


@pytest.mark.parametrize("comparator", ["<", ">"])
def test_a_bound_is_no_t_score(comparator: str) -> None:
    bound = t_score("-2.6")
    bound["valueQuantity"]["comparator"] = comparator
    inputs = mapped(bound)
    assert study(inputs) == []
    assert issues(inputs) == ["unreadable"]
    assert [each.why for each in inputs.bone_density.unused] == ["unreadable"]


def test_a_code_of_an_unknown_system_is_not_loinc() -> None:
    assert study(mapped({**t_score("-2.7"), "code": concept(SPINE, "urn:other")})) == []
    assert study(mapped({**t_score("-2.7"), "code": concept(SPINE, LOINC + "/")})) == [
        ("lumbar-spine", "-2.7")
    ]


def test_of_several_codes_of_a_body_site_the_known_one_counts() -> None:
    both = concept("1", SNOMED)
    both["coding"] += concept("29627003", SNOMED)["coding"]
    assert site_of(code=concept(HIP), bodySite=both) == "femoral-neck"


def test_a_body_site_by_an_unknown_code_is_understood_by_its_name() -> None:
    assert site_of(code=concept(HIP), bodySite=concept("1", SNOMED, "Lumbar spine")) == "lumbar-spine"


# What is there and was not used.


def unused(*resources: Json) -> list[tuple[str | None, str]]:
    return [
        (str(each.day) if each.day else None, each.why) for each in mapped(*resources).bone_density.unused
    ]


def of_site(name: str) -> Json:
    return {**t_score("-2.7"), "code": concept(FEMUR, display=f"{name} T-score")}


@pytest.mark.parametrize(
    "members",
    [
        {"code": {**concept(SPINE), "text": "Lumbar spine Z-score"}},
        {"code": concept(SPINE, display="DXA z score")},
        {"valueQuantity": {"value": Decimal("-2.7"), "unit": "Z-Score", "code": "1"}},
    ],
)
def test_what_is_called_a_z_score_is_none_whatever_its_code(members: Json) -> None:
    inputs = mapped({**t_score("-2.7"), **members})
    assert inputs.bone_density.lowest is None
    assert issues(inputs) == ["wrong-unit"]
    assert inputs.bone_density.unused[0].why in {"called a Z-score", "without a usable unit"}


def test_a_report_without_a_t_score_is_a_bone_density_that_is_not_used() -> None:
    assert unused(report()) == [(ago(10), "without a T-score")]
    assert unused(report(effectiveDateTime=None)) == [(None, "without a T-score")]
    assert unused(report(status="preliminary")) == [(ago(10), "not final")]
    assert unused(report(effectiveDateTime=ago(years=6))) == [(ago(years=6), "stale")]
    assert unused(report(status="entered-in-error")) == []
    assert unused(report(code=concept("24356-8"))) == []


def test_a_report_whose_t_score_is_here_says_nothing_more() -> None:
    score = t_score("-1.4", day=ago(10))
    assert unused(score, report(f"Observation/{score['id']}")) == []
    assert unused(t_score("-1.4", day=ago(40)), report()) == []
    assert unused(t_score("-1.4", day=ago(41)), report()) == [(ago(10), "without a T-score")]


@pytest.mark.parametrize(
    ("resource", "why"),
    [
        (t_score("-2.7", status=None), "without a status"),
        (t_score("-2.7", status="preliminary"), "not final"),
        ({**t_score("-2.7"), "code": concept("TS1", "urn:local", "T-score")}, "under an unknown code"),
        (of_site("Ward's triangle"), "of a site that does not count"),
        (of_site("L1"), "of a part of a site only"),
        (of_site("ultradistal radius"), "of a part of a site only"),
        (t_score("-2.7", method={"text": "QCT"}), "not by DXA"),
    ],
)
def test_the_reason_a_person_is_told(resource: Json, why: str) -> None:
    assert unused(resource) == [(ago(10), why)]
    (card,) = answered(resource)["cards"]
    assert "No usable bone density" in card["summary"]
    assert "No DXA on record" not in card["summary"]


def test_where_the_only_bone_density_cannot_be_used_a_fracture_recommends_nothing() -> None:
    hip = condition(OSTEOPOROTIC_HIP_FRACTURE, onsetDateTime=ago(years=3))
    assert suggested(answered(hip, *clear_labs()))["start-alendronate"] is True
    unread = t_score("-3.4", status="preliminary")
    assert suggested(answered(hip, unread, *clear_labs()))["start-alendronate"] is False


def test_an_older_lower_value_is_shown_as_previous_and_decides_nothing() -> None:
    newest = t_score("-1.5", day=ago(10))
    older = (t_score("-2.7", day=ago(700)), t_score("-2.6", day=ago(900)), t_score("-3.0", day=ago(years=6)))
    inputs = mapped(newest, *older)
    assert study(inputs) == [("lumbar-spine", "-1.5")]
    assert inputs.bone_density.previous is not None
    assert str(inputs.bone_density.previous.value) == "-2.7"
    (told,) = answered(newest, *older)["cards"]
    assert told["source"]["topic"]["code"] == "frax-needed"
    assert f"| T-score lumbar spine, previous | −2.7 | {ago(700)} |" in told["detail"]
    assert mapped(newest, t_score("-1.5", day=ago(700))).bone_density.previous is None
    assert mapped(newest, t_score("-1.2", day=ago(700))).bone_density.previous is None
    # Of the same study it is no older one.
    assert mapped(newest, t_score("-1.4", HIP, day=ago(40))).bone_density.previous is None


AWAITED = "exists; the recommendation will follow the final report"


@pytest.mark.parametrize(
    ("resources", "told"),
    [
        (
            (t_score("-1.6", day=ago(100)), t_score("-3.5", status="preliminary")),
            f"DXA of {ago(10)} {AWAITED}",
        ),
        (
            (t_score("-1.6", day=ago(100)), t_score("-3.5", status="preliminary", effectiveDateTime=None)),
            f"DXA of no date {AWAITED}",
        ),
        ((condition(OSTEOPOROTIC_HIP_FRACTURE), report(status="preliminary")), f"DXA of {ago(10)} {AWAITED}"),
        ((t_score("-1.6"), t_score("-3.5", day=ago(100), status="preliminary")), None),
        ((t_score("-1.6", day=ago(100)), t_score("-9.5")), None),
    ],
)
def test_a_newer_preliminary_dxa_is_told_in_words(resources: tuple[Json, ...], told: str | None) -> None:
    detail = str(answered(*resources)["cards"][0]["detail"])
    assert (AWAITED in detail) is (told is not None)
    assert (told or "") in detail


def test_a_dxa_of_more_than_five_years_ago_is_told_in_words() -> None:
    (told,) = answered(t_score("-2.7", day=ago(years=6)))["cards"]
    assert f"last DXA {ago(years=6)}, more than 5 years ago: not used; repeat it" in told["detail"]


def test_an_excluded_site_alone_is_nobodys_reason_for_a_card() -> None:
    assert answered(patient(58), of_site("Calcaneus"))["cards"] == []
    assert topics(answered(patient(58), of_site("L1"))) == ["dxa-screening"]


@pytest.mark.parametrize(
    "newer",
    [
        t_score("-2.9", status="preliminary"),
        t_score("-2.9", status=None),
        report(status="partial"),
        report(),
        observation(SPINE),
    ],
)
def test_a_newer_bone_density_that_is_not_used_is_said_beside_a_normal_one(newer: Json) -> None:
    normal = t_score("0.3", day=ago(400))
    assert "bone-density" in mapped(normal, newer).incomplete
    response = answered(normal, newer)
    assert evaluation(response)["disposition"] == "normal"
    assert topics(response) == ["data-problem"]


def test_an_older_one_that_is_not_used_is_not() -> None:
    normal = t_score("0.3", day=ago(10))
    for older in (
        t_score("-2.9", day=ago(500), status="preliminary"),
        t_score("-2.9", day=ago(years=6)),
        t_score("-2.9", day=ago(-9)),
    ):
        assert answered(normal, older)["cards"] == []


def test_a_newer_bone_density_that_is_not_used_unmarks_the_draft() -> None:
    low = t_score("-2.7", day=ago(400))
    assert suggested(answered(low, *clear_labs()))["start-alendronate"] is True
    newer = t_score("-1.1", status="preliminary")
    assert suggested(answered(low, *clear_labs(), newer))["start-alendronate"] is False


@pytest.mark.parametrize("words", ["L1-L4 T-score: -2.8", "T-Score −2.8 (Osteoporose)", "– 2.8 SD"])
def test_a_minus_sign_that_stands_in_the_note_only_may_have_been_lost(words: str) -> None:
    for lost in (
        t_score("2.8", note=[{"text": words}]),
        {**t_score("2.8"), "code": {**concept(SPINE), "text": words}},
    ):
        inputs = mapped(lost)
        assert not inputs.bone_density.study
        assert issues(inputs) == ["sign-suspect"]
        assert topics(answered(patient(60), lost)) == ["dxa-screening"]


def test_a_lost_sign_beside_another_site_leaves_the_draft_unmarked() -> None:
    chart = (t_score("-2.6", HIP), t_score("2.8", note=[{"text": "-2.8"}]), *clear_labs())
    assert suggested(answered(*chart))["start-alendronate"] is False


@pytest.mark.parametrize("words", ["+2.8", "2.8", "1-2.8", "-2.85", "change -0.3 since 2020", None])
def test_other_words_beside_a_t_score_above_zero_change_nothing(words: str | None) -> None:
    assert mapped(t_score("2.8", note=[{"text": words}, {}])).bone_density.study


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (t_score("-2.9", method={"text": "QCT"}), True),
        (t_score("-1.2", method={"text": "QCT"}, day=ago(2)), True),
        (t_score("-1.2", method={"text": "QCT"}), False),
    ],
)
def test_what_is_lower_or_newer_than_the_study_that_decides_and_not_used_is_told(
    other: Json, *, told: bool
) -> None:
    inputs = mapped(t_score("-1.5", HIP), {**other, "id": "other"})
    assert inputs.bone_density.lowest is not None
    assert [each.because for each in inputs.data_quality] == (
        ["T-score is not used: not by DXA"] if told else []
    )
