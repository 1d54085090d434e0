"""The cards: which are shown, what they say and offer, and where their own limits lie.

Mutations these tests kill: the severe calcium 7.5 mg/dL and 1.87 mmol/L, the high calcium 10.5 and 2.62,
screening from 65 and 70 years, the DXA due after 23 and 24 months, the reviews after 5 and 3 years, calcium
targets from 51 and 71 years, and ACP's advice above 65, each by one step.
"""

import pytest

from cdshooks.cards.markdown import escape, table
from tests.charts import (
    CALCIUM,
    CALCIUM_MOLAR,
    EGFR,
    FEMUR,
    HEIGHT,
    ICD10,
    IONIZED,
    OSTEOPOROTIC_HIP_FRACTURE,
    SNOMED,
    VITAMIN_D,
    WEIGHT,
    Json,
    ago,
    allergy,
    answered,
    called,
    card,
    clear_labs,
    concept,
    condition,
    evaluation,
    frax,
    observation,
    order,
    patient,
    prefetch,
    procedure,
    suggested,
    t_score,
    topics,
)

SEVERE, LOW = t_score("-2.7"), t_score("-1.9")
FAILURE: Json = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
BELOW = frax("1.0", "9.0")


def findings(response: Json) -> dict[str, str]:
    return {each["topic"]: each["shown"] for each in evaluation(response).get("findings", ())}


def detail(response: Json, topic: str) -> str:
    text: str = card(response, topic)["detail"]
    return text


# Which cards.


@pytest.mark.protocol("F4")
@pytest.mark.parametrize(
    ("resources", "topic"),
    [
        ([LOW], "frax-needed"),
        ([SEVERE, *clear_labs()], "treatment-indicated"),
        ([LOW, *BELOW], "treatment-deferred"),
        ([patient(45), SEVERE], "t-score-not-applicable"),
        ([patient(45), condition("312894000")], "t-score-not-applicable"),
        ([patient(45), condition(OSTEOPOROTIC_HIP_FRACTURE)], "t-score-not-applicable"),
        ([patient(70, "other"), SEVERE], "data-problem"),
        ([t_score("-1.4"), SEVERE], "data-problem"),
        ([order("904431")], "on-treatment"),
        ([], "dxa-screening"),
    ],
)
def test_each_disposition_has_its_card(resources: list[Json], topic: str) -> None:
    response = answered(*resources)
    assert topics(response) == [topic]
    assert findings(response)[topic] == "card"


@pytest.mark.parametrize(
    "resources",
    [
        [t_score("-0.5")],
        [patient(16), SEVERE],
        [patient(70, deceasedBoolean=True), SEVERE],
        [patient(40), condition("77386006", onsetDateTime=ago(10)), SEVERE],
        [patient(45)],
        [patient(60)],
        [order("904431"), t_score("-2.0")],
    ],
)
def test_where_there_is_nothing_to_say_there_is_no_card(resources: list[Json]) -> None:
    assert answered(*resources)["cards"] == []


def test_nothing_to_say_is_told_from_not_looked_at() -> None:
    keys = {**prefetch(t_score("-0.5")), "conditions": FAILURE}
    response = called(keys)
    assert topics(response) == ["data-problem"]
    assert "conditions" in detail(response, "data-problem")
    keys = prefetch(t_score("-0.5"))
    keys["labs"]["link"] = [{"relation": "next"}]
    assert topics(called(keys)) == ["data-problem"]


def test_a_data_problem_beside_another_card_is_folded_into_it() -> None:
    response = answered(LOW, observation(VITAMIN_D, "32"))
    assert findings(response) == {"frax-needed": "card", "data-problem": "folded"}
    assert "25-OH vitamin D has no unit" in detail(response, "frax-needed")


def test_a_data_problem_of_a_normal_chart_is_told_in_the_trace_only() -> None:
    response = answered(t_score("-0.5"), observation(VITAMIN_D, "32"))
    assert response["cards"] == []
    assert findings(response) == {"data-problem": "capped"}


def test_at_most_two_cards_and_the_most_urgent_first() -> None:
    response = answered(
        SEVERE, *clear_labs(), condition("63305008"), observation(CALCIUM, "7.0", "mg/dL", day=ago())
    )
    assert topics(response) == ["correct-first", "treatment-indicated"]
    assert findings(response)["alendronate-unsuitable"] == "folded"
    assert "esophageal stricture" in detail(response, "treatment-indicated")
    assert [each["indicator"] for each in response["cards"]] == ["critical", "warning"]


def test_beside_therapy_without_a_card_a_further_finding_stands_on_the_one_that_is_shown() -> None:
    response = answered(
        order("904431"),
        t_score("-2.0"),
        condition("63305008"),
        observation(CALCIUM, "7.0", "mg/dL", day=ago()),
    )
    assert topics(response) == ["correct-first"]
    assert findings(response)["alendronate-unsuitable"] == "folded"
    assert "esophageal stricture" in detail(response, "correct-first")


# C02.


def test_a_treatment_card_names_every_reason_and_the_first_in_its_summary() -> None:
    response = answered(condition(OSTEOPOROTIC_HIP_FRACTURE), SEVERE, *clear_labs())
    found = card(response, "treatment-indicated")
    assert found["summary"] == "Meets treatment threshold: hip fracture. Consider starting alendronate"
    assert "at or below −2.5" in found["detail"]
    assert "not-fragility" in {each["code"] for each in found["overrideReasons"]}


@pytest.mark.protocol("J15")
def test_with_nothing_against_it_alendronate_is_recommended_first() -> None:
    response = answered(SEVERE, *clear_labs())
    assert next(iter(suggested(response).items())) == ("start-alendronate", True)
    assert "First line" in detail(response, "treatment-indicated")


def test_with_a_caution_it_is_offered_and_the_reason_is_told() -> None:
    response = answered(SEVERE)
    assert suggested(response)["start-alendronate"] is False
    assert "secondary-cause-labs" in suggested(response)
    assert "calcium not known and renal function not known" in detail(response, "treatment-indicated")


def test_with_a_block_it_is_not_offered_and_the_reason_is_in_the_summary() -> None:
    response = answered(SEVERE, *clear_labs(), condition("63305008"))
    found = card(response, "treatment-indicated")
    assert "start-alendronate" not in suggested(response)
    assert found["summary"].endswith("Oral alendronate not suitable: esophageal stricture")
    assert "First line" not in found["detail"]


def test_without_a_t_score_a_dxa_is_offered() -> None:
    assert "dxa-now" in suggested(answered(condition(OSTEOPOROTIC_HIP_FRACTURE), *clear_labs()))


@pytest.mark.parametrize(
    ("scores", "label"), [([SEVERE], "DXA in 12 months"), ([LOW, *frax("4.0")], "DXA in 24 months")]
)
def test_osteoporosis_is_measured_again_after_a_year_and_low_bone_mass_after_two(
    scores: list[Json], label: str
) -> None:
    assert label in detail(answered(*scores, *clear_labs()), "treatment-indicated")


def test_men_are_told_what_the_label_says_of_them() -> None:
    response = answered(patient(70, "male"), SEVERE, *clear_labs())
    assert "**Men:**" in detail(response, "treatment-indicated")
    assert "raloxifene" not in detail(response, "treatment-indicated")
    assert "raloxifene" in detail(answered(SEVERE, *clear_labs()), "treatment-indicated")


@pytest.mark.parametrize(("age", "told"), [(65, False), (66, True)])
def test_women_over_65_with_osteopenia_are_decided_on_individually(age: int, *, told: bool) -> None:
    response = answered(patient(age), LOW, *frax("4.0"), *clear_labs())
    assert ("ACP 2023:" in detail(response, "treatment-indicated")) is told


def test_osteoporosis_is_not_osteopenia_at_any_age() -> None:
    assert "ACP 2023:" not in detail(answered(patient(80), SEVERE, *clear_labs()), "treatment-indicated")


# C07.


@pytest.mark.parametrize(
    ("resource", "offered", "ruled_out"),
    [
        (condition("63305008"), ["zoledronic acid", "denosumab", "raloxifene"], []),
        (procedure(), ["zoledronic acid", "denosumab"], []),
        (
            observation(EGFR, "30", "mL/min", day=ago()),
            ["nephrology", "caution in renal"],
            ["zoledronic acid"],
        ),
        (allergy("46041"), ["denosumab", "raloxifene"], ["zoledronic acid"]),
        (condition("M87.180", ICD10), ["specialist"], ["zoledronic acid", "denosumab", "raloxifene"]),
    ],
)
def test_the_alternatives_are_those_that_the_block_leaves(
    resource: Json, offered: list[str], ruled_out: list[str]
) -> None:
    text = detail(answered(SEVERE, *clear_labs(), resource), "alendronate-unsuitable")
    assert [word for word in offered if word not in text] == []
    assert [word for word in ruled_out if word in text] == []


def test_raloxifene_is_no_alternative_for_men() -> None:
    response = answered(patient(70, "male"), SEVERE, *clear_labs(), condition("63305008"))
    assert "raloxifene" not in detail(response, "alendronate-unsuitable")


def test_what_was_not_read_is_told_and_no_draft_offered() -> None:
    keys = prefetch(SEVERE, *clear_labs())
    del keys["allergies"]
    response = called(keys)
    assert "start-alendronate" not in suggested(response)
    assert "alendronate-unsuitable" in findings(response)
    assert "allergies" in detail(response, "treatment-indicated")


def test_a_block_under_therapy_asks_for_a_review() -> None:
    response = answered(order("904431"), t_score("-2.0"), condition("63305008"))
    assert (
        card(response, "alendronate-unsuitable")["summary"] == "On alendronate: esophageal stricture; review"
    )


# C08.


@pytest.mark.parametrize(
    ("code", "value", "unit", "indicator"),
    [
        (CALCIUM, "7.5", "mg/dL", "warning"),
        (CALCIUM, "7.49", "mg/dL", "critical"),
        (CALCIUM_MOLAR, "1.87", "mmol/L", "warning"),
        (CALCIUM_MOLAR, "1.86", "mmol/L", "critical"),
        (IONIZED, "0.9", "mmol/L", "warning"),
    ],
)
def test_low_calcium_is_corrected_first_and_very_low_calcium_cannot_wait(
    code: str, value: str, unit: str, indicator: str
) -> None:
    response = answered(SEVERE, observation(code, value, unit), observation(EGFR, "78", "mL/min"))
    found = card(response, "correct-first")
    assert found["indicator"] == indicator
    assert found["summary"].startswith("Correct hypocalcemia before bone drug therapy (")
    assert "all contraindicated" in found["detail"]
    assert "start-alendronate" not in suggested(response)


def test_low_vitamin_d_is_corrected_first() -> None:
    labs = [*clear_labs(), observation(VITAMIN_D, "11.9", "ng/mL", day=ago())]
    found = card(answered(SEVERE, *labs), "correct-first")
    assert (found["indicator"], "20 ng/mL (IOM)" in found["detail"]) == ("warning", True)
    assert found["summary"].startswith(
        "Correct vitamin D deficiency before bone drug therapy (25-OH-D 11.9 ng/mL"
    )
    treated = card(answered(order("904431"), *labs), "correct-first")
    assert treated["summary"].startswith("On alendronate: vitamin D deficiency")


# C09.


@pytest.mark.parametrize(("day", "due"), [("2024-01-15", True), ("2024-01-16", False)])
def test_under_therapy_a_dxa_is_due_after_two_years(day: str, *, due: bool) -> None:
    response = answered(order("904431"), t_score("-2.0", day=day))
    assert (topics(response) == ["on-treatment"]) is due
    if due:
        assert suggested(response)["dxa-in-24-months"] is False
        assert "calcium" in suggested(response)


def test_under_therapy_without_any_dxa_one_is_due() -> None:
    assert "no usable DXA, DXA due" in card(answered(order("904431")), "on-treatment")["summary"]


@pytest.mark.parametrize(
    ("code", "start", "due"),
    [
        ("904431", "2021-01-15", True),
        ("904431", "2021-01-16", False),
        ("73056", "2021-01-15", True),
        ("115264", "2021-01-15", True),
        ("77655", "2023-01-15", True),
        ("77655", "2023-01-16", False),
        ("993449", "2016-01-15", False),
        ("904431", None, False),
    ],
)
def test_the_need_for_a_bisphosphonate_is_reviewed_in_time_and_never_that_for_denosumab(
    code: str, start: str | None, *, due: bool
) -> None:
    response = answered(order(code, authoredOn=start), t_score("-2.0"))
    # An order so old that nobody renewed is a question of its own.
    told = "".join(each["summary"] + each["detail"] for each in response["cards"])
    assert ("review at" in told) is due
    assert ("**Review:**" in told) is due
    assert "dxa-in-24-months" not in suggested(response)


def test_a_drug_known_by_name_only_says_so_on_its_card() -> None:
    assert "(known by name only)" in detail(answered(order(name="Fosamax 70 mg")), "on-treatment")


# C00.


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (patient(65), "woman 65+"),
        (patient(64), None),
        (patient(70, "male"), "man 70+"),
        (patient(69, "male"), None),
    ],
)
def test_screening_begins_at_65_for_women_and_at_70_for_men(who: Json, why: str | None) -> None:
    response = answered(who)
    summaries = [each["summary"] for each in response["cards"]]
    assert summaries == ([f"No DXA on record: bone density test recommended ({why})"] if why else [])
    assert ("dxa-now" in suggested(response)) is (why is not None)


@pytest.mark.parametrize(
    ("resources", "why"),
    [
        ([condition("312894000")], "low bone mass on the problem list"),
        ([condition("704336007")], "fragility fracture"),
        (frax("3.0"), "FRAX at or above a treatment threshold"),
        (frax(major="20.0"), "FRAX at or above a treatment threshold"),
        (frax("2.99", "19.9"), None),
    ],
)
def test_younger_people_are_measured_for_a_reason(resources: list[Json], why: str | None) -> None:
    summaries = [each["summary"] for each in answered(patient(56), *resources)["cards"]]
    if why is None:
        assert summaries == []
    else:
        assert why in summaries[0]


def test_a_density_that_could_not_be_used_is_named_and_is_no_screening() -> None:
    response = answered(patient(56), t_score("-2.7", status="preliminary"), t_score("-2.0", day="2019-01-01"))
    found = card(response, "dxa-screening")
    assert found["summary"].startswith("No usable bone density")
    assert ago(10) in found["summary"]
    assert "follow the final report" in found["detail"]
    stale = card(answered(patient(56), t_score("-2.0", day="2019-01-01")), "dxa-screening")
    assert stale["summary"] == "No usable bone density (DXA 2019-01-01: stale): order DXA"
    assert "final report" not in stale["detail"]


# C01, C04.


def test_the_frax_card_says_what_was_found_and_what_is_left_to_ask() -> None:
    neck = {**t_score("-1.9", FEMUR), "bodySite": concept("29627003", SNOMED)}
    response = answered(patient(62), neck, observation(WEIGHT, "65", "kg"), observation(HEIGHT, "165", "cm"))
    text = detail(response, "frax-needed")
    for word in (
        "age 62",
        "sex female",
        "weight 65 kg",
        "height 165 cm",
        "femoral neck T-score −1.9",
    ):
        assert word in text.partition("For FRAX, found")[2].partition("To ask")[0]
    assert "parental hip fracture" in text.partition("To ask")[2]
    assert card(response, "frax-needed")["links"][0]["url"] == "https://frax.shef.ac.uk/FRAX/"
    assert next(iter(suggested(response))) == "frax-task"


def test_one_frax_value_alone_is_named_and_excludes_nothing() -> None:
    text = detail(answered(LOW, *frax("2.0")), "frax-needed")
    assert "hip 2.0 %; it takes both to exclude treatment" in text


def test_beyond_its_ages_frax_is_neither_asked_for_nor_linked() -> None:
    response = answered(patient(91), LOW)
    assert "frax-task" not in suggested(response)
    assert "links" not in card(response, "frax-needed")
    assert "FRAX on record" not in detail(response, "frax-needed")


@pytest.mark.parametrize(
    ("age", "values", "said"),
    [
        (91, ("3.2", "18"), "**FRAX on record:** hip 3.2 % and MOF 18 %, not used beyond age 90."),
        (91, ("2.0",), "**FRAX on record:** hip 2.0 %, not used beyond age 90."),
        (90, ("2.0",), "**Only one FRAX value found:** hip 2.0 %; it takes both to exclude treatment."),
    ],
)
def test_frax_beyond_its_ages_is_named_as_not_used_and_not_as_half(
    age: int, values: tuple[str, ...], said: str
) -> None:
    told = detail(answered(patient(age), LOW, *frax(*values)), "frax-needed")
    lines = [line for line in told.splitlines() if "FRAX on record" in line or "Only one FRAX" in line]
    assert lines == [said]
    assert ("whatever FRAX says" in told) is (age <= 90)


@pytest.mark.parametrize(("day", "due"), [("2024-02-15", "DXA due now"), ("2024-02-16", "DXA 2026-02-16")])
def test_a_deferred_decision_is_measured_again_after_two_years_and_from_23_months_at_once(
    day: str, due: str
) -> None:
    response = answered(t_score("-1.9", day=day), *BELOW)
    assert card(response, "treatment-deferred")["summary"].endswith(due)
    assert next(iter(suggested(response))) == "dxa-in-24-months"


def test_a_deferred_decision_tells_why_and_what_helps() -> None:
    text = detail(answered(LOW, *BELOW), "treatment-deferred")
    assert "NNT in osteopenia without high risk exceeds 100" in text
    assert "hip 1.0 %, MOF 9.0 %" in text


# C11.


def test_missing_demographics_offer_frax_and_no_drug() -> None:
    assert set(suggested(answered(patient(70, "other"), SEVERE))) == {"frax-task"}
    assert "sex not usable" in card(answered(patient(70, "other"), SEVERE), "data-problem")["summary"]


def test_a_contradiction_offers_frax_only_where_frax_is_the_contradiction() -> None:
    assert suggested(answered(t_score("-1.4"), SEVERE)) == {}
    assert set(suggested(answered(LOW, *frax("12.0", "10.0")))) == {"frax-task"}


# Suggestions.


@pytest.mark.parametrize(
    ("resource", "missing"),
    [
        (order("1897"), {"calcium"}),
        (order("2418"), {"vitamin-d"}),
        (observation(CALCIUM, "10.51", "mg/dL"), {"calcium", "vitamin-d"}),
        (observation(CALCIUM, "10.5", "mg/dL"), set()),
        (observation(CALCIUM_MOLAR, "2.63", "mmol/L"), {"calcium", "vitamin-d"}),
        (observation(CALCIUM_MOLAR, "2.62", "mmol/L"), set()),
        (condition("E83.52", ICD10), {"calcium", "vitamin-d"}),
        (condition("66999008"), {"calcium"}),
        (condition("N20.0", ICD10), {"calcium"}),
        (condition("D86.0", ICD10), {"vitamin-d"}),
    ],
)
def test_calcium_and_vitamin_d_are_suggested_unless_taken_or_unsuitable(
    resource: Json, missing: set[str]
) -> None:
    assert {"calcium", "vitamin-d"} - set(suggested(answered(LOW, resource))) == missing


@pytest.mark.parametrize(
    ("labs", "tests"),
    [
        ([], {"Basic metabolic panel", "Albumin, serum"}),
        ([observation(EGFR, "78", "mL/min")], {"Calcium, serum", "Albumin, serum"}),
        ([observation(CALCIUM, "9.4", "mg/dL")], {"Creatinine, serum", "Albumin, serum"}),
        ([observation(IONIZED, "1.2", "mmol/L")], {"Creatinine, serum"}),
    ],
)
def test_only_missing_tests_are_ordered(labs: list[Json], tests: set[str]) -> None:
    response = answered(SEVERE, *labs, observation(VITAMIN_D, "32", "ng/mL"))
    ordered = {
        action["resource"]["code"]["text"]
        for suggestion in card(response, "treatment-indicated")["suggestions"]
        for action in suggestion["actions"]
        if action["extension"]["com.bone-health-cds.suggestion"] == "secondary-cause-labs"
    }
    assert ordered == tests | {"Alkaline phosphatase, serum", "TSH"}


def test_four_suggestions_are_shown_and_the_others_named() -> None:
    found = card(answered(LOW), "frax-needed")
    assert len(found["suggestions"]) == 4
    assert "Also consider" in found["detail"]
    none_hidden = card(answered(order("1897"), LOW, *clear_labs(), patient(62)), "frax-needed")
    assert "Also consider" not in none_hidden["detail"]


@pytest.mark.parametrize("user", ["Patient/p1", "RelatedPerson/1"])
@pytest.mark.parametrize(
    "resources",
    [
        [LOW],
        [SEVERE],
        [LOW, *BELOW],
        [],
        [order("904431")],
        [patient(70, "other")],
        [SEVERE, observation(CALCIUM, "7", "mg/dL")],
    ],
)
def test_who_cannot_sign_is_offered_no_drafts(user: str, resources: list[Json]) -> None:
    response = answered(*resources, user=user)
    assert response["cards"]
    assert suggested(response) == {}
    assert not any("selectionBehavior" in each for each in response["cards"])


def test_jogging_and_loaded_bending_are_out_where_bone_is_weak() -> None:
    assert "jogging" in detail(answered(LOW), "frax-needed")
    for weak in ([SEVERE, *clear_labs()], [condition("203450003"), *clear_labs()]):
        text = detail(answered(*weak), "treatment-indicated")
        assert "low-impact" in text
        assert "jogging" not in text


@pytest.mark.parametrize(
    ("who", "target"),
    [
        (patient(51), "1,200 mg/d"),
        (patient(50), "1,000 mg/d"),
        (patient(71, "male"), "1,200 mg/d"),
        (patient(70, "male"), "1,000 mg/d"),
        (patient(70, "other"), "1,000–1,200 mg/d"),
    ],
)
def test_the_calcium_target_is_that_of_age_and_sex(who: Json, target: str) -> None:
    (found,) = answered(who, LOW)["cards"]
    assert f"calcium {target} in all" in found["detail"]


@pytest.mark.parametrize(
    ("resource", "advice"),
    [
        (None, "calcium 1,200 mg/d in all, from food first, and vitamin D 800–1,000 IU/d (25-OH"),
        (
            observation(CALCIUM, "10.51", "mg/dL"),
            "no calcium or vitamin D supplement until the high calcium is explained",
        ),
        (
            condition("E83.52", ICD10),
            "no calcium or vitamin D supplement until the high calcium is explained",
        ),
        (
            condition("N20.0", ICD10),
            "calcium 1,200 mg/d from food, no supplement (kidney stones on record), and vitamin D 800–",
        ),
        (
            condition("66999008"),
            "calcium 1,200 mg/d from food, no supplement (hyperparathyroidism on record), and vitamin D 800–",
        ),
        (
            condition("D86.0", ICD10),
            (
                "calcium 1,200 mg/d in all, from food first, and no vitamin D supplement without "
                "specialist advice (sarcoidosis on record)"
            ),
        ),
    ],
)
def test_what_speaks_against_a_supplement_takes_the_advice_out_of_the_text(
    resource: Json | None, advice: str
) -> None:
    told = detail(answered(LOW, *([resource] if resource else [])), "frax-needed")
    assert f"- {advice}" in told
    assert told.count("vitamin D 800–1,000") == advice.count("vitamin D 800–")


def test_low_vitamin_d_is_not_called_easily_corrected_where_vitamin_d_may_harm() -> None:
    low = observation(VITAMIN_D, "15", "ng/mL")
    told = detail(answered(SEVERE, condition("D86.0", ICD10), low), "correct-first")
    assert (
        "No vitamin D supplement without specialist advice (sarcoidosis on record); the target is 20" in told
    )
    assert "easily corrected" not in told


# Form.


def test_every_card_ends_with_who_decides() -> None:
    assert detail(answered(LOW), "frax-needed").endswith("The clinician decides._")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>", "\\<b\\>"),
        ("a\n\n# b", "a \\# b"),
        ("[x](y)", "\\[x\\]\\(y\\)"),
        ("a|b", "a\\|b"),
        ("\\*", "\\\\\\*"),
        ("&lt;", "\\&lt;"),
    ],
)
def test_text_of_the_chart_is_disarmed(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_a_bar_in_a_cell_ends_no_cell() -> None:
    assert table(("A",), [("a|b",)]).splitlines()[-1] == "| a¦b |"


def test_many_problems_are_told_in_part_and_counted() -> None:
    many = [t_score("-2.0", id=f"x{number}", status="preliminary") for number in range(9)]
    assert "and 3 more, in the trace of this answer" in detail(answered(LOW, *many), "frax-needed")
    few = detail(answered(LOW, *many[:6]), "frax-needed")
    assert "more, in the trace" not in few
