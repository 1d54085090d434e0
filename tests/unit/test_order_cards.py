"""The cards of the order hooks: caps, what folds, suggestions, reasons to go on, what could not be checked."""

from typing import Any

import pytest

from cdshooks.cards.sheet import Sheet
from cdshooks.cards.silence import Answer, of_card
from cdshooks.guideline.topics import Topic
from cdshooks.wire.feedback import Outcome
from tests.charts import (
    AS_OF,
    CALCIUM,
    EGFR,
    FEMUR,
    SNOMED,
    VITAMIN_D,
    Json,
    ago,
    allergy,
    bundle,
    card,
    clear_labs,
    concept,
    condition,
    evaluation,
    observation,
    order,
    patient,
    prefetch,
    procedure,
    suggested,
    t_score,
    topics,
)
from tests.orders import (
    DAILY,
    DENOSUMAB_60,
    PREDNISONE,
    RISEDRONATE,
    WEEKLY,
    actions,
    draft,
    found,
    ordered,
    timing,
)

STRICTURE, UPRIGHT, ATYPICAL = condition("63305008"), condition("160685001"), condition("890095006")
FINE: list[Json] = [
    *clear_labs(),
    t_score("-2.7"),
    order("1897"),
    order("2418"),
    procedure("34043003", SNOMED),
]
ON_TIME = draft(dosage={"text": "1 tablet once weekly", **WEEKLY})


def test_a_critical_card_asks_why_and_offers_to_correct_or_remove() -> None:
    told = card(ordered(draft(dosage=DAILY), keys=prefetch(*FINE)), "order-daily-70")
    assert [each["code"] for each in told["overrideReasons"]][:2] == [
        "benefit-outweighs-risk",
        "verified-with-pharmacist",
    ]
    assert told["selectionBehavior"] == "at-most-one"
    assert [each["label"] for each in told["suggestions"]] == ["Change draft to once weekly", "Remove draft"]
    assert told["suggestions"][0]["isRecommended"]


def test_a_warning_has_the_usual_reasons_and_its_suggestions_may_be_combined() -> None:
    told = card(ordered(draft(dosage=timing(1, 2, "wk")), keys=prefetch(*FINE)), "order-underdose")
    assert "benefit-outweighs-risk" not in {each["code"] for each in told["overrideReasons"]}
    assert told["selectionBehavior"] == "any"


def test_what_has_no_card_of_its_own_stands_in_the_text_of_the_first() -> None:
    chart = [each for each in FINE if each.get("id") != "p-34043003"]
    answer = ordered(draft(dosage=DAILY), keys=prefetch(*chart))
    assert found(answer) == {"order-daily-70": "card", "order-dental": "folded"}
    assert "No dental exam in 12 months found" in answer["cards"][0]["detail"]


def test_three_cards_when_signing_and_what_is_left_is_told_in_the_first() -> None:
    chart = [t_score("-1.9"), STRICTURE, observation(VITAMIN_D, "14", "ng/mL")]
    answer = ordered(ON_TIME, keys=prefetch(*chart))
    assert topics(answer) == ["order-esophageal", "order-vitamin-d", "order-no-frax"]
    assert found(answer)["order-calcium-unknown"] == "folded"
    assert "No calcium level in 6 months" in answer["cards"][0]["detail"]


def test_a_topic_that_two_drafts_share_is_a_card_also_where_one_of_them_found_no_room() -> None:
    drafts = [draft(dosage=DAILY, id=f"d{number}") for number in range(4)]
    answer = ordered(*drafts, keys=prefetch(*FINE))
    assert topics(answer).count("order-daily-70") == 4
    lesser = [draft("1490065", id=f"d{number}") for number in range(4)]
    answer = ordered(*lesser, keys=prefetch(*FINE, order(RISEDRONATE)))
    assert topics(answer) == ["order-duplicate-therapy"] * 3
    assert found(answer)["order-duplicate-therapy"] == "card"


def test_the_same_new_order_is_offered_once_and_removal_on_every_card() -> None:
    answer = ordered(ON_TIME, keys=prefetch(t_score("-2.7"), order("1897"), order("2418")))
    assert [len(each.get("suggestions", ())) for each in answer["cards"]] == [1, 0]
    answer = ordered(ON_TIME, keys=prefetch(*FINE, STRICTURE, UPRIGHT))
    assert len(actions(answer, "delete")) == 2


def test_who_cannot_sign_is_offered_nothing() -> None:
    answer = ordered(draft(dosage=DAILY), keys=prefetch(STRICTURE), user="Patient/p1")
    assert suggested(answer) == {}
    assert "order-daily-70" in topics(answer)


def test_a_draft_without_an_id_is_told_about_and_left_alone() -> None:
    answer = ordered(draft(dosage=DAILY, id=None), keys=prefetch(*FINE))
    assert topics(answer) == ["order-daily-70"]
    assert "suggestions" not in answer["cards"][0]


@pytest.mark.parametrize(
    ("chart", "named", "unnamed"),
    [
        ([*FINE, STRICTURE], ["zoledronic acid 5 mg", "denosumab 60 mg", "raloxifene"], ["no further"]),
        ([patient(70, "male"), *FINE, STRICTURE], ["denosumab 60 mg"], ["raloxifene"]),
        (
            [*FINE, STRICTURE, observation(EGFR, "31", "mL/min/{1.73_m2}", day=ago(1))],
            ["nephrology"],
            ["zoledronic"],
        ),
        (
            [*FINE, STRICTURE, observation(CALCIUM, "7.4", "mg/dL", day=ago(1))],
            ["none before"],
            ["denosumab 60 mg"],
        ),
        ([*FINE, STRICTURE, allergy("46041")], ["denosumab 60 mg"], ["zoledronic acid 5 mg"]),
        ([*FINE, STRICTURE, ATYPICAL], ["only by a specialist"], ["zoledronic acid 5 mg"]),
        ([patient(40), *FINE, STRICTURE], ["none without a specialist"], ["denosumab 60 mg"]),
        ([patient(16), STRICTURE], ["none without a specialist"], ["denosumab 60 mg"]),
        ([patient(70, "unknown"), *FINE, STRICTURE], ["none without a specialist"], ["denosumab 60 mg"]),
    ],
)
def test_alternatives_are_those_that_fit_this_patient(
    chart: list[Json], named: list[str], unnamed: list[str]
) -> None:
    detail = card(ordered(ON_TIME, keys=prefetch(*chart)), "order-esophageal")["detail"]
    assert [each for each in named if each not in detail] == []
    assert [each for each in unnamed if each in detail] == []


def test_bone_density_is_not_offered_where_it_would_be_too_early() -> None:
    course = draft(PREDNISONE, "prednisone 5 mg", dosage=timing(1, 1, "d"), dispenseRequest=_supply(120))
    fresh = ordered(course, keys=prefetch(t_score("-1.9")))
    assert "dxa-now" not in suggested(fresh)
    old = ordered(course, keys=prefetch(t_score("-1.9", FEMUR, effectiveDateTime=ago(366))))
    assert "dxa-now" in suggested(old)


def _supply(days: int) -> Json:
    return {
        "expectedSupplyDuration": {
            "value": days,
            "unit": "d",
            "system": "http://unitsofmeasure.org",
            "code": "d",
        }
    }


def test_overdue_denosumab_is_told_unless_it_is_ordered_or_a_tablet_follows_in_time() -> None:
    def given(days: int) -> Json:
        dose = {"resourceType": "MedicationAdministration", "id": "g", "status": "completed"}
        medicine = {
            "medicationCodeableConcept": concept(DENOSUMAB_60, "http://www.nlm.nih.gov/research/umls/rxnorm")
        }
        return {**dose, **medicine, "subject": {"reference": "Patient/p1"}, "effectiveDateTime": ago(days)}

    raloxifene, denosumab = draft("1490065"), draft(DENOSUMAB_60)
    late = prefetch(*FINE, given(200))
    lapsed = prefetch(*FINE, given(300))
    assert "denosumab-overdue" in found(ordered(raloxifene, keys=late))
    assert "denosumab-overdue" not in found(ordered(ON_TIME, keys=late))
    assert card(ordered(ON_TIME, keys=lapsed), "denosumab-overdue")["indicator"] == "critical"
    assert "denosumab-overdue" not in found(ordered(denosumab, keys=lapsed))
    stopped = draft(DENOSUMAB_60, id="d2", status="stopped")
    assert "denosumab-overdue" in found(ordered(raloxifene, stopped, keys=lapsed))


# What could not be checked.


def told(*drafts: Json, hook: str = "order-sign", keys: Any = None, **call: Any) -> str:  # noqa: ANN401 - a prefetch
    return str(card(ordered(*drafts, hook=hook, keys=keys, **call), "data-problem")["summary"])


def test_every_part_that_a_check_of_the_order_needs_is_named() -> None:
    whole = prefetch(*FINE)
    for key, word in (
        ("allergies", "allergies"),
        ("conditions", "conditions"),
        ("labs", "labs"),
        ("procedures", "procedures"),
        ("body-measures", "body measures"),
        ("lifestyle", "lifestyle"),
        ("frax", "FRAX"),
        ("bone-density", "bone density"),
        ("dxa-reports", "DXA reports"),
        ("medication-dispenses", "dispenses"),
    ):
        lacking = {name: value for name, value in whole.items() if name != key}
        assert told(ON_TIME, keys=lacking) == f"Bone health could not check: {word}"


@pytest.mark.parametrize(("age", "named"), [(70, False), (55, True), (56, False)])
def test_pregnancy_is_asked_about_below_56_only(age: int, named: bool) -> None:
    keys = {
        name: each for name, each in prefetch(patient(age), *FINE).items() if name != "reproductive-status"
    }
    answer = ordered(ON_TIME, keys=keys)
    assert ("data-problem" in topics(answer)) is named


def test_a_list_that_was_cut_short_is_named_as_such() -> None:
    keys = prefetch(*FINE)
    keys["allergies"] = {**bundle(allergy("2670")), "link": [{"relation": "next", "url": "https://x/2"}]}
    assert told(ON_TIME, keys=keys) == "Bone health could not check: all allergies"


def test_another_kind_of_order_needs_another_part_of_the_chart() -> None:
    keys = {"patient": patient(70)}
    scan = {"resourceType": "ServiceRequest", "id": "s", "code": {"text": "DEXA scan"}}
    assert told(scan, keys=keys) == "Bone health could not check: bone density and DXA reports"
    course = draft(PREDNISONE, "prednisone 5 mg", dosage=timing(1, 1, "d"))
    assert (
        told(course, keys=keys) == "Bone health could not check: medications, dispenses and administrations"
    )


def test_an_unknown_age_and_sex_are_named() -> None:
    keys = prefetch({**patient(), "birthDate": "soon", "gender": "other"}, *FINE)
    assert told(ON_TIME, keys=keys) == "Bone health could not check: age and sex"
    another = {**prefetch(*FINE), "patient": {**patient(), "id": "another"}}
    assert told(ON_TIME, keys=another) == "Bone health could not check: patient"


@pytest.mark.parametrize(
    ("order", "issue"),
    [
        ({"resourceType": "MedicationOrder", "id": "o"}, "wrong-version"),
        (
            {"resourceType": "MedicationRequest", "id": "o", "medication": {"concept": {"text": "x"}}},
            "wrong-version",
        ),
        ({"resourceType": "MedicationRequest", "id": "o"}, "unreadable"),
        (
            {
                "resourceType": "MedicationRequest",
                "id": "o",
                "medicationReference": {"reference": "Medication/9"},
            },
            "not-fetched",
        ),
    ],
)
def test_an_order_that_nobody_could_read_is_named_when_it_is_signed(order: Json, issue: str) -> None:
    answer = ordered(order, keys=prefetch(*FINE))
    assert topics(answer) == ["data-problem"]
    assert answer["cards"][0]["summary"] == "Bone health could not check: an order that could not be read"
    (problem,) = evaluation(answer)["dataQuality"]
    assert (problem["issue"], problem["reference"]) == (issue, f"{order['resourceType']}/o")
    chosen = ordered(order, hook="order-select", keys=prefetch(*FINE))
    assert topics(chosen) == ([] if issue == "unreadable" else ["data-problem"])


def test_an_order_for_somebody_else_is_named_and_only_its_dose_is_checked() -> None:
    other = draft(dosage=DAILY, subject={"reference": "Patient/p2"})
    answer = ordered(other, ON_TIME | {"id": "d2"}, keys=prefetch(*FINE, STRICTURE))
    assert topics(answer) == ["order-daily-70", "order-esophageal", "data-problem"]
    assert answer["cards"][2]["summary"] == "Bone health could not check: an order for another patient"
    assert "is for another patient; only its dose was checked" in answer["cards"][2]["detail"]
    beside = draft(RISEDRONATE, id="d3", subject={"reference": "Patient/p2"})
    assert "order-duplicate-therapy" not in found(ordered(ON_TIME, beside, keys=prefetch(*FINE)))


def test_a_medicine_that_came_with_the_chart_is_found() -> None:
    pointer = {"reference": "Medication/m9"}
    pointing = draft(dosage=DAILY, medicationReference=pointer, medicationCodeableConcept=None)
    medicine = {"resourceType": "Medication", "id": "m9", "code": {"text": "Fosamax 70 mg"}}
    keys = prefetch(*FINE)
    keys["medication-requests"]["entry"].append({"resource": medicine})
    assert "order-daily-70" in topics(ordered(pointing, keys=keys))


def test_while_choosing_it_is_told_after_what_was_found() -> None:
    keys = {
        name: each for name, each in prefetch(t_score("-1.9"), *clear_labs()).items() if name != "allergies"
    }
    assert topics(ordered(ON_TIME, hook="order-select", keys=keys)) == ["order-no-frax", "data-problem"]
    assert topics(ordered(ON_TIME, keys=keys))[:2] == ["data-problem", "order-no-frax"]


@pytest.mark.parametrize(
    ("sheet", "silent"),
    [
        (Sheet(topic=Topic.DATA_PROBLEM, indicator="warning", summary="", detail="", stays=True), False),
        (Sheet(topic=Topic.DATA_PROBLEM, indicator="warning", summary="", detail=""), True),
        (Sheet(topic=Topic.DATA_PROBLEM, indicator="critical", summary="", detail=""), False),
    ],
)
def test_what_could_not_be_checked_at_signing_is_never_silenced(sheet: Sheet, silent: bool) -> None:
    mark: Any = "mark"
    answer = Answer(
        topic=sheet.topic.number,
        suggestion=0,
        mark=mark,
        outcome=Outcome.OVERRIDDEN,
        reason="will-address-later",
        on=AS_OF,
    )
    assert (of_card(sheet, [mark], [answer], AS_OF) is not None) is silent


# What the chart itself leaves open.


def test_a_value_that_could_not_be_used_is_told_beside() -> None:
    chart = [each for each in FINE if each.get("code") != concept(CALCIUM)]
    answer = ordered(ON_TIME, keys=prefetch(*chart, observation(CALCIUM, "2.2")))
    assert found(answer) == {"order-calcium-unknown": "card", "data-problem": "folded"}
    assert "Please check in the chart" in answer["cards"][0]["detail"]


def test_a_chart_that_contradicts_itself_has_a_card() -> None:
    twice = [t_score("-2.7"), t_score("-1.4", status="final") | {"id": "o-other"}]
    chart = [each for each in FINE if each.get("id", "")[:9] != "o-38267-1"]
    answer = ordered(ON_TIME, keys=prefetch(*chart, *twice))
    assert evaluation(answer)["disposition"] == "data-conflict"
    assert topics(answer) == ["data-problem"]
    lacking = {name: each for name, each in prefetch(*chart, *twice).items() if name != "allergies"}
    assert topics(ordered(ON_TIME, keys=lacking)) == ["data-problem"]


def test_every_summary_fits_and_every_card_says_why_and_of_which_order() -> None:
    chart = prefetch(
        patient(40),
        STRICTURE,
        UPRIGHT,
        ATYPICAL,
        allergy("46041"),
        order(RISEDRONATE),
        observation(CALCIUM, "7.6", "mg/dL"),
        observation(EGFR, "12", "mL/min/{1.73_m2}"),
        observation(VITAMIN_D, "9", "ng/mL"),
    )
    answer = ordered(draft(dosage=DAILY), keys=chart)
    assert len(answer["cards"]) >= 7
    for each in answer["cards"]:
        assert len(each["summary"]) < 140
        assert "**Why:**" in each["detail"]
        assert "MedicationRequest/d1" in each["detail"]
        assert each["detail"].endswith("The clinician decides._")


@pytest.mark.protocol("F13")
@pytest.mark.parametrize("mark", ["<b>", "</b>", "<!--", "<img src=x onerror=alert(1)>", r"\<b>", r"\\<b>"])
def test_markup_in_the_words_of_a_draft_stays_text(mark: str) -> None:
    """`ordered` holds every answer against the rules: an answer that broke them would not leave in dev mode."""
    response = ordered(draft(name=f"alendronate {mark} 70 mg", dosage={**DAILY, "text": f"daily {mark}"}))
    assert "order-daily-70" in found(response)
