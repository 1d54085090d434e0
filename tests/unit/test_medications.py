"""Medicines: which are current, known by code or by name, and what still acts.

Mutations these tests kill: STALE_MONTHS 24 and DEPOT_MONTHS 18 by one month or one day, and their comparisons.
"""

from typing import Any

import pytest

from fhir_mappings.inputs import GuidelineInputs
from tests.charts import Json, ago, issues, mapped, order, statement

ALENDRONATE, ZOLEDRONATE, DENOSUMAB, CALCIUM, VITAMIN_D, PLUS_D3 = (
    "904431",
    "77655",
    "993449",
    "1897",
    "2418",
    "904492",
)
IRON = "310325"
BEFORE_18_MONTHS, A_DAY_MORE = "2024-07-15", "2024-07-14"


def drugs(inputs: GuidelineInputs) -> list[str]:
    return [each.drug for each in inputs.therapy]


def names(*resources: Json) -> list[str]:
    return drugs(mapped(*resources))


@pytest.mark.parametrize(
    ("code", "drug"),
    [
        (ALENDRONATE, "alendronate"),
        ("46041", "alendronate"),
        (PLUS_D3, "alendronate"),
        ("73056", "risedronate"),
        ("115264", "ibandronate"),
        (ZOLEDRONATE, "zoledronic acid"),
        (DENOSUMAB, "denosumab"),
    ],
)
def test_an_active_order_or_statement_is_current_therapy(code: str, drug: str) -> None:
    assert names(order(code)) == names(statement(code)) == [drug]


def test_one_drug_is_named_once_since_its_earliest_order() -> None:
    inputs = mapped(
        order(ALENDRONATE, id="b", authoredOn=ago(10)),
        order(ALENDRONATE, id="a", authoredOn=ago(100)),
        statement(ALENDRONATE, effectivePeriod={"start": ago(50)}),
        order(ALENDRONATE, id="c", authoredOn=None),
    )
    (therapy,) = inputs.therapy
    assert (str(therapy.since), therapy.reference, therapy.by_name) == (
        ago(100),
        "MedicationRequest/a",
        False,
    )


@pytest.mark.parametrize(
    "status", ["entered-in-error", "cancelled", "draft", "completed", "stopped", "on-hold", "Completed "]
)
def test_an_order_that_is_not_active_is_not_current(status: str) -> None:
    assert names(order(ALENDRONATE, status=status)) == []


@pytest.mark.parametrize("status", [None, ""])
def test_an_order_without_a_status_counts_and_is_noted(status: str | None) -> None:
    inputs = mapped(order(ALENDRONATE, status=status))
    assert drugs(inputs) == ["alendronate"]
    assert issues(inputs) == ["no-status"]


@pytest.mark.parametrize("members", [{"doNotPerform": True}, {"intent": "proposal"}, {"intent": "option"}])
def test_a_proposal_or_an_order_not_to_give_it_is_no_therapy(members: Json) -> None:
    assert names(order(ALENDRONATE, **members)) == []


@pytest.mark.parametrize("members", [{"intent": "plan"}, {"intent": None}, {"doNotPerform": False}])
def test_other_orders_are(members: Json) -> None:
    assert names(order(ALENDRONATE, **members)) == ["alendronate"]


@pytest.mark.parametrize("status", ["ACTIVE", " active", "unknown", "xyz"])
def test_an_order_that_nothing_says_to_be_over_counts_as_current(status: str) -> None:
    assert names(order(ALENDRONATE, status=status)) == ["alendronate"]


def test_an_order_may_be_a_day_ahead_and_beyond_that_is_not_there_yet() -> None:
    assert names(order(ALENDRONATE, authoredOn=ago(-1))) == ["alendronate"]
    later = mapped(order(ALENDRONATE, authoredOn=ago(-2)))
    assert later.therapy == ()
    assert issues(later) == ["future-date"]


@pytest.mark.parametrize(
    ("end", "current"),
    [(ago(), True), (ago(1), False), (None, True), ("2026-01", True), ("2026", True), ("2025", False)],
)
def test_a_statement_is_current_to_the_last_day_of_its_period(end: str | None, *, current: bool) -> None:
    said = statement(ALENDRONATE, effectivePeriod={"start": ago(100), "end": end})
    assert (names(said) == ["alendronate"]) is current


@pytest.mark.parametrize(
    ("members", "since"),
    [
        ({"effectiveDateTime": ago(20), "dateAsserted": ago(5)}, ago(20)),
        ({"effectivePeriod": {"start": ago(30)}, "dateAsserted": ago(5)}, ago(30)),
        ({"effectivePeriod": None, "dateAsserted": ago(5)}, ago(5)),
        ({"effectivePeriod": {}, "dateAsserted": None}, None),
    ],
)
def test_a_statement_begins_with_what_it_says_of_it(members: Json, since: str | None) -> None:
    (therapy,) = mapped(statement(ALENDRONATE, **members)).therapy
    assert (str(therapy.since) if therapy.since else None) == since


def test_an_order_older_than_two_years_is_current_and_a_question() -> None:
    assert issues(mapped(order(ALENDRONATE, authoredOn=ago(years=2)))) == []
    inputs = mapped(order(ALENDRONATE, authoredOn=ago(1, years=2)))
    assert drugs(inputs) == ["alendronate"]
    assert issues(inputs) == ["stale"]


@pytest.mark.parametrize("code", [ZOLEDRONATE, DENOSUMAB])
@pytest.mark.parametrize("status", ["completed", "stopped"])
def test_a_depot_acts_for_eighteen_months_after_it_was_given(code: str, status: str) -> None:
    assert len(names(order(code, status=status, authoredOn=BEFORE_18_MONTHS))) == 1
    assert names(order(code, status=status, authoredOn=A_DAY_MORE)) == []


def test_a_depot_of_which_only_the_month_is_known_may_have_been_given_on_its_last_day() -> None:
    given = statement(ZOLEDRONATE, status="completed", effectivePeriod={"start": "2024-07"})
    assert names(given) == ["zoledronic acid"]
    assert names({**given, "effectivePeriod": {"start": "2024-06"}}) == []


@pytest.mark.parametrize("members", [{"status": "on-hold"}, {"status": "not-taken", "authoredOn": None}])
def test_a_depot_that_was_not_given_does_not_act(members: Json) -> None:
    assert names(order(ZOLEDRONATE, **members)) == []


def test_a_tablet_stops_acting_when_it_is_stopped() -> None:
    assert names(order(ALENDRONATE, status="completed", authoredOn=ago(10))) == []


@pytest.mark.parametrize("name", ["Fosamax 70 mg", "alendronate sodium 70 mg weekly"])
def test_a_drug_known_by_name_only_is_current_therapy_and_flagged(name: str) -> None:
    inputs = mapped(order(name=name))
    assert [(each.drug, each.by_name) for each in inputs.therapy] == [("alendronate", True)]
    assert issues(inputs) == ["by-name-only"]


def test_coded_evidence_goes_before_a_name() -> None:
    inputs = mapped(order(name="Fosamax", authoredOn=ago(300)), order(ALENDRONATE, authoredOn=ago(10)))
    (therapy,) = inputs.therapy
    assert (therapy.by_name, therapy.reference) == (False, f"MedicationRequest/m-{ALENDRONATE}")


@pytest.mark.parametrize("resource", [order(name="aspirin"), order("1191"), order("1")])
def test_other_medicines_are_left_alone(resource: Json) -> None:
    inputs = mapped(resource)
    assert drugs(inputs) == issues(inputs) == []


def pointing(reference: str, display: str | None = None, **members: Any) -> Json:  # noqa: ANN401 - any element
    pointer = {"reference": reference, "display": display}
    return order(id="m", medicationCodeableConcept=None, medicationReference=pointer, **members)


MEDICATION: Json = {
    "resourceType": "Medication",
    "id": "x",
    "code": {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": ALENDRONATE}]},
}
BY_INGREDIENT: Json = {
    "resourceType": "Medication",
    "id": "x",
    "ingredient": [{"itemCodeableConcept": MEDICATION["code"]}, {"itemReference": {"reference": "#y"}}],
}


@pytest.mark.parametrize("medication", [MEDICATION, BY_INGREDIENT])
def test_a_medicine_is_found_where_the_order_points(medication: Json) -> None:
    assert names(pointing("Medication/x"), medication) == ["alendronate"]
    assert names(
        pointing("#x", contained=[{"resourceType": "Basic"}, {**medication, "id": "y"}, medication])
    ) == ["alendronate"]


def test_a_contained_medicine_is_not_taken_for_one_outside_of_the_same_id() -> None:
    assert names(pointing("#y", contained=[MEDICATION])) == []


def test_where_the_medicine_is_not_here_its_name_says_which_or_it_is_noted() -> None:
    assert names(pointing("Medication/x", "Fosamax 70 mg")) == ["alendronate"]
    for lost in (pointing("Medication/x"), pointing("#x")):
        inputs = mapped(lost)
        assert issues(inputs) == ["not-fetched"]
        assert "medications" in inputs.incomplete


@pytest.mark.parametrize(
    "resources",
    [
        [pointing("Medication/x"), {"resourceType": "Medication", "id": "x", "code": {}}],
        [pointing("Medication/x"), {"resourceType": "Medication", "id": "x"}],
        [order()],
        [{**order(ALENDRONATE), "medicationCodeableConcept": None}],
        [{**order(ALENDRONATE), "medicationCodeableConcept": {"coding": []}}],
    ],
)
def test_an_order_that_names_no_medicine_may_be_of_any(resources: list[Json]) -> None:
    inputs = mapped(*resources)
    assert drugs(inputs) == []
    assert issues(inputs) == ["unreadable"]
    assert "medications" in inputs.incomplete


@pytest.mark.parametrize(
    ("resource", "supplements"),
    [
        (order(CALCIUM), ["calcium"]),
        (statement(VITAMIN_D), ["vitamin D"]),
        (order(PLUS_D3), ["vitamin D"]),
        (order(name="calcium carbonate 500 mg"), ["calcium"]),
        (order(CALCIUM, status="stopped"), []),
        (order(IRON), ["iron"]),
        (order(name="Multivitamin with iron"), ["iron"]),
        (order(name="Iron sucrose 20 mg/mL"), []),
        (order(name="Maalox suspension"), ["antacids"]),
        (order(name="Milk of Magnesia"), ["antacids"]),
        (statement(name="Aluminum hydroxide 320 mg"), ["antacids"]),
        (order(name="lisinopril 10 mg"), []),
    ],
)
def test_what_is_taken_beside_is_seen(resource: Json, supplements: list[str]) -> None:
    assert [each.name for each in mapped(resource).supplements] == supplements


def repeat(**members: object) -> Json:
    return {"dosageInstruction": [{"timing": {"repeat": members}}]}


def sig(words: str) -> Json:
    return {"dosageInstruction": [{"text": words}]}


def coded(**coding: str) -> Json:
    return {"dosageInstruction": [{"timing": {"code": {"coding": [coding]}}}]}


@pytest.mark.parametrize(
    "dosage",
    [
        *(
            repeat(when=[code])
            for code in ("MORN", "MORN.early", "WAKE", "ACM", "CM", "PCM", "C", "AC", "PC")
        ),
        repeat(when="CM"),
        repeat(when=["CV", "CM"]),
        repeat(timeOfDay=["20:00:00", "08:00:00"]),
        repeat(timeOfDay=["09:59:59"]),
        coded(code="QAM"),
        coded(code="am"),
        coded(display="every morning"),
        {"dosageInstruction": [{"text": "1 tab daily"}, {"text": "2 tabs in the morning"}]},
        {"dosageInstruction": {"patientInstruction": "Take with breakfast"}},
        {"dosageInstruction": [{"additionalInstruction": [{"text": "upon waking"}]}]},
        {"dosageInstruction": [{"additionalInstruction": [{"coding": [{"display": "With breakfast"}]}]}]},
        {"dosageInstruction": [{"timing": {"code": {"text": "each morning"}}}]},
        sig("600 mg on rising"),
        sig("TAKE 1 TABLET EVERY MORNING"),
        sig("1 tablet with meals"),
        sig("1 tablet before each meal"),
        sig("take when you wake up"),
        sig("1 tab q am"),
        sig("1 tab qAM and qHS"),
        sig("1 tab in the a.m."),
        sig("1 tab at 8am"),
        sig("1 tab at 8:30 AM and 10 PM"),
        sig("1 tab at 08:00"),
        sig("Do not crush. Take in the morning"),
    ],
    ids=str,
)
def test_what_would_bind_a_tablet_taken_in_the_morning(dosage: Json) -> None:
    for medicine in (order(CALCIUM, **dosage), order(IRON, **dosage), order(name="Maalox", **dosage)):
        assert [each.in_the_morning for each in mapped(medicine).supplements] == [True]


@pytest.mark.parametrize(
    "dosage",
    [
        {},
        *(repeat(when=[code]) for code in ("EVE", "HS", "CV", "CD", "MORN.late", "NOON", "unknown")),
        repeat(timeOfDay=["10:00:00", "18:00:00"]),
        repeat(timeOfDay=[9]),
        coded(code="BID"),
        coded(code="QPM", display="every evening"),
        sig("1 tablet twice daily"),
        sig("1 tablet at bedtime"),
        sig("1 tab at 11 am"),
        sig("1 tab at 8:00 pm"),
        sig("Not in the morning; at bedtime"),
        sig("Avoid taking with breakfast"),
        {"dosageInstruction": "in the morning"},
        {"dosageInstruction": [None, 7, {"timing": "CM", "text": 3, "additionalInstruction": [8]}]},
    ],
    ids=str,
)
def test_what_does_not_say_morning_is_not_taken_then(dosage: Json) -> None:
    assert [each.in_the_morning for each in mapped(order(CALCIUM, **dosage)).supplements] == [False]


def test_of_several_the_one_in_the_morning_is_told() -> None:
    late, early = order(CALCIUM, id="a"), order(CALCIUM, id="b", **sig("with breakfast"))
    over = order(IRON, id="c", status="stopped", **sig("with breakfast"))
    (supplement,) = mapped(late, early, over).supplements
    assert (supplement.reference, supplement.in_the_morning) == ("MedicationRequest/b", True)


def test_a_statement_has_its_dosage_under_another_name() -> None:
    (supplement,) = mapped(statement(CALCIUM, dosage=[{"text": "every morning"}])).supplements
    assert supplement.in_the_morning


def test_when_vitamin_d_is_taken_does_not_matter() -> None:
    (supplement,) = mapped(order(VITAMIN_D, **sig("every morning"))).supplements
    assert not supplement.in_the_morning


def since(*resources: Json) -> str:
    (therapy,) = mapped(*resources).therapy
    return str(therapy.since)


# Kills RENEWAL_MONTHS 15 → 14 or 16 and the `>=` beside it.
@pytest.mark.parametrize(("before", "begins"), [("2024-07-15", "2024-07-15"), ("2024-07-14", "2025-10-15")])
def test_a_course_goes_back_to_the_order_that_was_renewed_within_fifteen_months(
    before: str, begins: str
) -> None:
    earlier = order(ALENDRONATE, id="a", status="completed", authoredOn=before)
    assert since(order(ALENDRONATE, id="b", authoredOn="2025-10-15"), earlier) == begins


@pytest.mark.parametrize(("before", "begins"), [("2023-04-15", "2023-04-15"), ("2023-04-14", "2024-10-15")])
def test_a_course_of_infusions_goes_back_eighteen_months_each(before: str, begins: str) -> None:
    given = [order(ZOLEDRONATE, id=day, status="completed", authoredOn=day) for day in (before, "2024-10-15")]
    assert since(*given) == begins


def test_a_drug_is_old_only_where_nothing_newer_says_it_is_taken() -> None:
    old = order(ALENDRONATE, id="a", authoredOn=ago(years=3))
    assert issues(mapped(old)) == ["stale"]
    assert issues(mapped(old, order(ALENDRONATE, id="b", authoredOn=ago(10)))) == []
    assert issues(mapped(old, statement(ALENDRONATE))) == []


def past(start: str, end: str | None, code: str = ALENDRONATE, **members: Any) -> Json:  # noqa: ANN401 - any element
    period = {"start": start, "end": end}
    said = {"id": f"s-{start}", "status": "completed", "effectivePeriod": period, **members}
    return statement(code, **said)


@pytest.mark.parametrize(
    ("resources", "days"),
    [
        ([past("2015-01-01", "2015-01-10")], [10]),
        ([past("2015-01-01", "2015-01-10"), past("2015-01-06", "2015-01-15")], [15]),
        ([past("2015-01-01", "2015-01-10"), past("2016-01-01", "2016-01-10")], [20]),
        ([past(ago(5), ago(-5))], [6]),
        ([past("2015-01-01", None)], []),
        ([past("2015-01-01", "2015-01-10", status="entered-in-error")], []),
        ([past("2015-01-01", "2015-01-10", "1191")], []),
        ([past("2015-01-01", "2015-01-10", CALCIUM)], []),
        ([past("x", "2015-01-10")], []),
    ],
)
def test_past_therapy_counts_the_days_on_record_once(resources: list[Json], days: list[int]) -> None:
    assert [each.days for each in mapped(*resources).past_therapy] == days


def test_what_is_current_is_not_past() -> None:
    assert mapped(order(ALENDRONATE), statement(ALENDRONATE)).past_therapy == ()


def test_the_name_of_a_code_that_nobody_knows_is_read_too() -> None:
    unknown = {"coding": [{"system": "urn:local", "code": "1", "display": "Fosamax 70 mg"}], "text": "tablet"}
    assert [each.by_name for each in mapped(order(medicationCodeableConcept=unknown)).therapy] == [True]
