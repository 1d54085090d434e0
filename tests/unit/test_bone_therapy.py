"""Bone therapy by what was supplied and given, when the last dose was, and what it was before.

Mutations these tests kill: 18, 24, 15 and 6 months and 30, 90 days by one, and their comparisons.
"""

import datetime
import itertools
from decimal import Decimal
from typing import Any

import pytest

from fhir_mappings.dates import add_months
from fhir_mappings.inputs import BoneTherapy, Disease, Source
from tests.charts import (
    AS_OF,
    ICD10,
    RXNORM,
    Json,
    ago,
    answered,
    card,
    clear_labs,
    concept,
    condition,
    evaluation,
    issues,
    mapped,
    order,
    procedure,
    statement,
    suggested,
    t_score,
    topics,
)

ALENDRONATE, ALENDRONATE_10_MG, PLUS_D3, RISEDRONATE = "904431", "904396", "904492", "73056"
ZOLEDRONATE, DENOSUMAB, XGEVA, CALCITONIN, ESTRADIOL = "77655", "993456", "1046402", "36118", "4083"
A_DAY = datetime.timedelta(days=1)


def had(
    handed_over: str | None,
    supply: int | None = 84,
    code: str = ALENDRONATE,
    **members: Any,  # noqa: ANN401 - any element
) -> Json:
    return {
        "resourceType": "MedicationDispense",
        "id": f"d-{handed_over}",
        "status": "completed",
        "medicationCodeableConcept": concept(code, RXNORM),
        "subject": {"reference": "Patient/p1"},
        "whenHandedOver": handed_over,
        **({"daysSupply": {"value": supply, "unit": "d"}} if supply else {}),
        **members,
    }


def given(day: str | None, code: str = DENOSUMAB, **members: Any) -> Json:  # noqa: ANN401 - any element
    return {
        "resourceType": "MedicationAdministration",
        "id": f"g-{code}-{day}",
        "status": "completed",
        "medicationCodeableConcept": concept(code, RXNORM),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": day,
        **members,
    }


def by_name(day: str) -> Json:
    return {**given(day), "id": f"n-{day}", "medicationCodeableConcept": {"text": "Prolia 60 mg"}}


def therapy(*resources: Json) -> tuple[BoneTherapy, ...]:
    return mapped(*resources).therapy


def drugs(*resources: Json) -> list[str]:
    return [each.drug for each in therapy(*resources)]


def only(*resources: Json) -> BoneTherapy:
    (found,) = therapy(*resources)
    return found


def only_denosumab(*resources: Json) -> BoneTherapy:
    return next(each for each in therapy(*resources) if each.drug == "denosumab")


def months(count: int, days: int = 0) -> str:
    """The day so many months ago, and so many days before it."""
    return str(add_months(AS_OF, -count) - days * A_DAY)


# By a supply or a dose alone


@pytest.mark.parametrize(("supply", "last"), [(84, 113), (28, 57), (None, 119)])
def test_a_supply_alone_is_current_until_thirty_days_after_it_is_used_up(
    supply: int | None, last: int
) -> None:
    assert drugs(had(ago(last), supply)) == ["alendronate"]
    assert drugs(had(ago(last + 1), supply)) == []


@pytest.mark.parametrize(
    "status", ["cancelled", "declined", "entered-in-error", "preparation", "on-hold", "stopped"]
)
def test_what_was_not_handed_over_is_not_current(status: str) -> None:
    assert drugs(had(ago(3), status=status)) == []


@pytest.mark.parametrize(
    "resource",
    [
        had(None),
        had("last spring"),
        given(None, "115264"),
        given(None),
        given("2025-13-40"),
        given(None, ZOLEDRONATE),
        had(None, None, DENOSUMAB),
        order(ZOLEDRONATE, status="completed", authoredOn=None),
        statement(DENOSUMAB, status="stopped", effectivePeriod=None),
    ],
)
def test_a_supply_or_a_dose_without_a_day_may_be_current(resource: Json) -> None:
    """Nobody knows when it was: neither is the tablet offered, nor is the doubt kept silent."""
    inputs = mapped(resource)
    (found,) = inputs.therapy
    assert (found.in_doubt, found.since) == ("when it was given or handed over is not on record", None)
    assert issues(inputs) == ["unreadable"]
    response = answered(t_score("-2.7"), *clear_labs(), resource)
    assert evaluation(response)["disposition"] == "already-treated"
    assert "start-alendronate" not in suggested(response)
    assert "may be current, please check" in card(response, "data-problem")["summary"]


def test_what_is_due_under_a_drug_in_doubt_is_told_with_the_doubt() -> None:
    due = card(answered(given(None)), "on-treatment")
    assert due["summary"] == "On denosumab (in doubt): no usable DXA, DXA due"
    assert "denosumab may be current; no usable DXA" in due["detail"]
    assert "**In doubt:** when it was given" in due["detail"]
    assert "| denosumab | in doubt | no date |" in due["detail"]


def test_a_day_settles_what_a_record_without_one_leaves_open() -> None:
    for resources in ([given(None), given(ago(30))], [had(None), had(ago(30))], [had(None), renewed()]):
        assert only(*resources).in_doubt is None
    assert only(given(None), given(months(18, 1))).in_doubt


@pytest.mark.parametrize(
    ("status", "ordered", "current"),
    [
        ("stopped", ago(20), False),
        ("completed", str(add_months(AS_OF, -15) - A_DAY), False),
        ("completed", str(add_months(AS_OF, -15)), True),
        ("completed", None, True),
    ],
)
def test_a_supply_without_a_day_says_no_more_than_the_order_that_it_names(
    status: str, ordered: str | None, *, current: bool
) -> None:
    over = order(ALENDRONATE, id="o", status=status, authoredOn=ordered)
    named = had(None, authorizingPrescription=[{"reference": "MedicationRequest/o"}])
    assert bool(drugs(over, named)) is current
    assert drugs(over, had(None)) == ["alendronate"]


@pytest.mark.parametrize("status", ["stopped", "on-hold", "not-taken"])
def test_what_somebody_ended_is_not_current_by_its_last_supply(status: str) -> None:
    said = statement(ALENDRONATE, status=status, effectivePeriod={"start": ago(20)})
    assert drugs(said, had(ago(10))) == []


@pytest.mark.parametrize("status", ["stopped", "on-hold", "not-taken"])
def test_of_what_ended_on_no_known_day_nobody_knows_whether_it_was_this_supply(status: str) -> None:
    said = statement(ALENDRONATE, status=status, effectivePeriod=None)
    inputs = mapped(said, had(ago(10)))
    (found,) = inputs.therapy
    assert found.in_doubt == "it was handed over, and stopped or put on hold on no known day"
    assert issues(inputs) == ["conflict"]
    ended = order(ALENDRONATE, id="o", status=status, authoredOn=None)
    assert drugs(ended, had(ago(10), authorizingPrescription=[{"reference": "MedicationRequest/o"}])) == []


def test_the_day_of_a_supply_is_of_no_matter_beside_an_active_order_and_that_of_a_depot_is() -> None:
    assert issues(mapped(renewed(), had(None))) == []
    assert issues(mapped(order(DENOSUMAB), given(None))) == ["unreadable"]


def test_a_bone_drug_of_the_future_unmarks_the_draft() -> None:
    """The day may be a slip: 2027 for 2026."""
    for later in (order(ALENDRONATE, authoredOn=ago(-2)), had(ago(-300)), given("2027")):
        offered = suggested(answered(t_score("-2.7"), *clear_labs(), later))
        assert offered["start-alendronate"] is False
    estrogen = order(ESTRADIOL, authoredOn=ago(-2))
    assert suggested(answered(t_score("-2.7"), *clear_labs(), estrogen))["start-alendronate"]


@pytest.mark.parametrize(
    ("begun", "said"), [("2019", "2019"), ("2019-03", "2019-03"), ("2019-03-04", "2019-03-04"), (None, None)]
)
def test_the_beginning_of_a_course_is_told_as_written(begun: str | None, said: str | None) -> None:
    response = answered(order(ALENDRONATE, authoredOn=begun))
    [traced] = [each for each in evaluation(response)["inputs"] if each["name"] == "bone-therapy"]
    assert traced.get("date") == said
    due = card(response, "on-treatment")
    since = f" since {said}" if said else ""
    assert due["summary"].startswith(f"On alendronate{since}: no usable DXA, DXA due")
    assert f"| alendronate | current | {said or 'no date'} |" in due["detail"]
    told = {each["id"]: each["because"] for each in evaluation(response)["criteria"]}
    assert told["on-bone-therapy"].endswith(f"on record{since}" if said else "on record without a date")


def test_a_name_ends_no_supply_that_is_known_by_code() -> None:
    ended = order(name="Fosamax", status="stopped", authoredOn=ago(20))
    by_name = had(ago(10), medicationCodeableConcept={"text": "Fosamax"})
    assert drugs(ended, had(ago(10))) == ["alendronate"]
    assert drugs(ended, by_name) == []


@pytest.mark.parametrize(
    "before",
    [
        order(ALENDRONATE, status="completed", authoredOn=ago(20)),
        order(ALENDRONATE, status="stopped", authoredOn=ago(5)),
        order(ALENDRONATE, status="stopped", authoredOn=str(add_months(AS_OF - 10 * A_DAY, -15) - A_DAY)),
        statement(ALENDRONATE, status="stopped", effectivePeriod={"start": ago(300), "end": ago(11)}),
        order(RISEDRONATE, status="stopped", authoredOn=ago(20)),
    ],
)
def test_what_was_handed_over_since_is_current_again(before: Json) -> None:
    assert "alendronate" in drugs(before, had(ago(10)))


@pytest.mark.parametrize(("days", "current"), [(119, True), (120, False)])
def test_a_dose_that_is_no_depot_counts_for_three_months_and_thirty_days(days: int, *, current: bool) -> None:
    assert bool(drugs(given(ago(days), "115264"))) is current


@pytest.mark.parametrize("code", [ZOLEDRONATE, DENOSUMAB])
def test_a_depot_that_was_given_acts_for_eighteen_months(code: str) -> None:
    assert len(drugs(given(months(18), code))) == 1
    assert drugs(given(months(18, 1), code)) == []
    for status in ("not-done", "entered-in-error", "on-hold"):
        assert drugs(given(months(2), code, status=status)) == []


def test_a_supply_alone_withholds_the_draft_and_starts_nothing() -> None:
    chart = [t_score("-2.7"), *clear_labs()]
    assert suggested(answered(*chart))["start-alendronate"]
    for sign in (had(ago(10)), given(ago(100))):
        response = answered(*chart, sign)
        assert evaluation(response)["disposition"] == "already-treated"
        assert "start-alendronate" not in suggested(response)


# Denosumab


@pytest.mark.parametrize("day", [months(6), months(7, 1), ago(3)])
def test_the_last_dose_is_the_last_one_given(day: str) -> None:
    listed = [order(DENOSUMAB, authoredOn=ago(1)), given(months(12)), given(day)]
    for records in itertools.permutations(listed):
        assert str(only(*records).last_dose) == day


@pytest.mark.parametrize(
    ("records", "day"),
    [
        ([order(DENOSUMAB, authoredOn=ago(200))], ago(200)),
        ([order(DENOSUMAB, status="completed", authoredOn=ago(200))], ago(200)),
        ([order(DENOSUMAB, authoredOn=ago(9)), had(ago(200), None, DENOSUMAB)], ago(200)),
        ([order(DENOSUMAB, status="completed", authoredOn=ago(9)), given(ago(200))], ago(9)),
        ([given("2026-01")], ago()),
        ([statement(DENOSUMAB)], None),
        ([statement(DENOSUMAB, effectivePeriod={"start": "2019", "end": ago(60)})], ago(60)),
    ],
)
def test_the_last_dose_is_handed_over_or_failing_that_ordered(records: list[Json], day: str | None) -> None:
    assert only(*records).last_dose == (datetime.date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("records", "first", "last"),
    [
        ([given("2025-05")], "2025-05-01", "2025-05-31"),
        ([given("2025")], "2025-01-01", "2025-12-31"),
        ([given("2025"), given("2025-06-10")], "2025-06-10", "2025-12-31"),
        ([given("2025-06-10")], None, "2025-06-10"),
        (
            [statement(DENOSUMAB, effectivePeriod={"start": "2025-02-01", "end": "2025-12-15"})],
            "2025-02-01",
            "2025-12-15",
        ),
        ([statement(DENOSUMAB, effectivePeriod={"end": "2025-12-15"})], None, "2025-12-15"),
        ([given("2025-02-01"), by_name("2025-12-15")], "2025-02-01", "2025-12-15"),
        ([by_name("2025-02-01"), by_name("2025-12-15")], None, "2025-12-15"),
        ([given("2025-12-15"), by_name("2025-02-01")], None, "2025-12-15"),
        ([given("2025-02-01"), order(name="Prolia", status="completed")], None, "2025-02-01"),
        ([order(DENOSUMAB, authoredOn="2025-02-01"), by_name("2025-12-15")], None, "2025-12-15"),
        ([order(DENOSUMAB, authoredOn="2025-02-01"), order(name="Prolia")], None, "2025-02-01"),
    ],
)
def test_the_last_dose_is_known_as_far_as_code_and_day_tell(
    records: list[Json], first: str | None, last: str
) -> None:
    """What only a name tells makes it possible that the last dose was later, and no more than that."""
    found = only(*records)
    assert (str(found.last_dose_from) if found.last_dose_from else None, str(found.last_dose)) == (
        first,
        last,
    )


@pytest.mark.parametrize(
    "other",
    [
        order(ALENDRONATE, authoredOn=ago(199)),
        had(ago(199)),
        order("1490065", authoredOn=ago(30)),
        order(ZOLEDRONATE, status="completed", authoredOn=ago(199)),
    ],
)
def test_another_bone_drug_after_the_last_dose_takes_over(other: Json) -> None:
    assert "denosumab" not in drugs(given(ago(200)), other)
    assert "denosumab" in [each.drug for each in mapped(given(ago(200)), other).past_therapy]


def test_denosumab_that_is_still_ordered_stays_current_beside_what_took_over() -> None:
    both = therapy(order(DENOSUMAB), order(ALENDRONATE, authoredOn=ago(1)))
    assert [(each.drug, each.followed) for each in both] == [("alendronate", False), ("denosumab", True)]


def test_what_took_over_and_is_used_up_leaves_denosumab_on_the_card() -> None:
    response = answered(t_score("-2.7"), *clear_labs(), given(ago(300)), had(ago(200)))
    assert evaluation(response)["disposition"] == "treat"
    assert (
        f"**Denosumab before:** last on record {ago(300)}" in card(response, "treatment-indicated")["detail"]
    )


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (order(ALENDRONATE, status="stopped"), f"alendronate of {ago(100)} (stopped)"),
        (order(ALENDRONATE, status="completed"), f"alendronate of {ago(100)} (completed)"),
        (order(name="Fosamax"), f"alendronate of {ago(100)} (known by its name only)"),
        (statement(name="Fosamax"), f"alendronate of {ago(100)} (known by its name only)"),
        (order(ALENDRONATE, status=None), f"alendronate of {ago(100)} (without a known status)"),
        (order(ALENDRONATE, authoredOn=None), "alendronate of no known day (active)"),
    ],
)
def test_what_nobody_knows_to_have_followed_leaves_the_late_dose_critical_and_is_named(
    other: Json, told: str
) -> None:
    late = only_denosumab(given(ago(300)), other)
    assert (late.followed, late.not_followed_by) == (False, (told,))
    overdue = card(answered(given(ago(300)), other), "denosumab-overdue")
    assert overdue["indicator"] == "critical"
    assert f"**Not counted as what follows it:** {told}" in overdue["detail"]


@pytest.mark.parametrize(
    ("day", "indicator", "said"),
    [
        ("2025-06", "critical", "Denosumab overdue: last dose 2025-06. "),
        ("2025", "warning", "Denosumab may be overdue: last dose 2025. "),
        ("2025-07", "warning", "Denosumab may be overdue: last dose 2025-07. "),
    ],
)
def test_a_partial_day_is_told_as_written_and_its_earliest_day_asks_for_the_dose(
    day: str, indicator: str, said: str
) -> None:
    overdue = card(answered(given(day)), "denosumab-overdue")
    assert (overdue["indicator"], overdue["summary"][: len(said)]) == (indicator, said)
    assert ("ask on what day the last dose was given" in overdue["detail"]) is ("may be" in said)


def test_a_partial_day_in_time_asks_nothing() -> None:
    assert "denosumab-overdue" not in topics(answered(given("2025-08")))


def test_a_later_dose_by_name_makes_a_late_dose_a_question() -> None:
    overdue = card(answered(given(ago(300)), by_name(ago(60))), "denosumab-overdue")
    assert overdue["indicator"] == "warning"
    assert overdue["summary"].startswith(f"Denosumab may be overdue: last dose {ago(300)} or later. ")


@pytest.mark.parametrize(
    "other",
    [
        order(ALENDRONATE, status="completed", authoredOn=ago(200)),
        order(ALENDRONATE, status="on-hold", authoredOn=ago(100)),
        order(name="Fosamax", status="completed", authoredOn=ago(100)),
        order(CALCITONIN, authoredOn=ago(100)),
    ],
)
def test_what_came_before_or_was_not_taken_does_not(other: Json) -> None:
    assert drugs(given(ago(200)), other) == ["denosumab"]


@pytest.mark.parametrize(
    "medicine",
    [
        concept(XGEVA, RXNORM),
        {"text": "Xgeva 120 mg/1.7 mL"},
        {**concept("993449", RXNORM), "text": "denosumab 120 mg"},
        {**concept("993449", RXNORM), "text": "denosumab (Xgeva)"},
        {"text": "denosumab 70 mg/mL"},
    ],
)
def test_the_oncology_product_is_told_apart(medicine: Json) -> None:
    assert drugs(order(medicationCodeableConcept=medicine)) == ["denosumab 120 mg"]


@pytest.mark.parametrize(
    "medicine",
    [concept(DENOSUMAB, RXNORM), {**concept("993449", RXNORM), "text": "denosumab 60 mg (not Xgeva)"}],
)
def test_the_osteoporosis_product_stays_what_it_is(medicine: Json) -> None:
    assert drugs(order(medicationCodeableConcept=medicine)) == ["denosumab"]


# Supplies


def renewed(**members: Any) -> Json:  # noqa: ANN401 - any element
    return order(ALENDRONATE, authoredOn=ago(100), **members)


SUPPLY = {"expectedSupplyDuration": {"value": 84, "code": "d"}, "numberOfRepeatsAllowed": 1}


@pytest.mark.parametrize(
    ("records", "until"),
    [
        ([renewed()], None),
        ([renewed(dispenseRequest=SUPPLY)], ago(100 - 167)),
        ([renewed(dispenseRequest={"validityPeriod": {"end": ago(50)}})], ago(50)),
        ([renewed(dispenseRequest={**SUPPLY, "numberOfRepeatsAllowed": -3})], ago(17)),
        ([renewed(dispenseRequest=SUPPLY), had(ago(100))], ago(17)),
        ([renewed(dispenseRequest=SUPPLY), had(ago(101))], ago(100 - 167)),
        ([renewed(), had(ago(100)), had(ago(16))], ago(-67)),
        ([renewed(), had(ago(100), None)], None),
        ([renewed(), order(ALENDRONATE, id="o", status="stopped", dispenseRequest=SUPPLY)], None),
        ([renewed(), order(ALENDRONATE, id="o", authoredOn=None, dispenseRequest=SUPPLY)], None),
    ],
)
def test_what_is_covered_is_known_by_the_last_supply(records: list[Json], until: str | None) -> None:
    found = only(*records)
    assert found.covered_until == (datetime.date.fromisoformat(until) if until else None)


def test_a_depot_has_no_supply() -> None:
    assert only(order(DENOSUMAB, dispenseRequest=SUPPLY), given(ago(3))).covered_until is None


# Stale


def test_a_supply_or_a_dose_within_two_years_keeps_an_old_order_from_being_stale() -> None:
    old = order(ALENDRONATE, authoredOn=ago(years=4))
    assert only(old).stale
    for newer in (
        had(months(24)),
        given(months(24), ALENDRONATE),
        order(ALENDRONATE, id="o", status="completed"),
    ):
        found = only(old, newer)
        assert not found.stale
    for older in (had(months(24, 1)), had(None), order(ALENDRONATE, id="o", status="on-hold")):
        assert only(old, older).stale


@pytest.mark.parametrize(("asserted", "stale"), [(months(24), False), (months(24, 1), True), (None, False)])
def test_a_statement_is_as_young_as_it_was_made(asserted: str | None, *, stale: bool) -> None:
    said = statement(ALENDRONATE, effectivePeriod={"start": ago(years=5)}, dateAsserted=asserted)
    found = mapped(said)
    assert found.therapy[0].stale is stale
    assert issues(found) == (["stale"] if stale else [])


# Since


@pytest.mark.parametrize(("gap", "begins"), [(90, ago(500)), (91, ago(100))])
def test_a_course_goes_back_over_gaps_of_ninety_days(gap: int, begins: str) -> None:
    ended = str(AS_OF - (100 + gap) * A_DAY)
    said = statement(ALENDRONATE, status="completed", effectivePeriod={"start": ago(500), "end": ended})
    assert str(only(renewed(), said).since) == begins
    supply = had(ago(100 + gap + 83))
    assert str(only(renewed(), supply).since) == (ago(100 + gap + 83) if gap == 90 else begins)


def test_an_end_of_the_calendar_is_no_error() -> None:
    endless = {"start": ago(300), "end": "9999-12-31"}
    said = statement(ALENDRONATE, status="completed", effectivePeriod=endless)
    assert str(only(said, had(ago(20))).since) == ago(300)


@pytest.mark.parametrize(("days", "joined"), [(180, True), (181, False)])
def test_a_supply_of_unknown_length_lasts_for_ninety_days(days: int, *, joined: bool) -> None:
    found = only(renewed(), had(ago(100 + days), None))
    assert str(found.since) == ago(100 + days if joined else 100)


def test_an_order_on_hold_is_no_part_of_a_course() -> None:
    held = order(ALENDRONATE, id="h", status="on-hold", authoredOn=ago(200))
    assert str(only(renewed(), held).since) == ago(100)


# Weekly tablets


def instructed(mg: str | None, per_week: int, code: str = ALENDRONATE, unit: str = "mg") -> Json:
    dosage: Json = {"timing": {"repeat": {"frequency": per_week, "period": 1, "periodUnit": "wk"}}}
    if mg is not None:
        dosage["doseAndRate"] = [{"doseQuantity": {"value": Decimal(mg), "unit": unit}}]
    return order(code, dosageInstruction=[dosage])


@pytest.mark.parametrize(
    ("ordered", "daily"),
    [
        (instructed("70", 7), True),
        (instructed("70", 2), True),
        (instructed("70", 1), False),
        (instructed("1", 7, unit="tablet"), True),
        (instructed(None, 7), True),
        (instructed(None, 7, PLUS_D3), True),
        (instructed(None, 7, "904465"), False),
        (instructed("35", 7, "46041"), True),
        (instructed("34", 7, "46041"), False),
        (instructed("10", 7, ALENDRONATE_10_MG), False),
        (instructed(None, 7, "46041"), False),
        (instructed("70", 7, RISEDRONATE), False),
        (order(ALENDRONATE), False),
        (order(ALENDRONATE, dosageInstruction=[{"text": "once a week"}]), False),
        (order(ALENDRONATE, dosageInstruction=[{"text": "take 1 tablet daily"}]), True),
        (order(ALENDRONATE, dosageInstruction=[{"text": "Take one tablet by mouth once a week"}]), False),
    ],
)
def test_a_weekly_tablet_that_is_ordered_daily_is_seen(ordered: Json, *, daily: bool) -> None:
    assert only(ordered).weekly_tablet_daily is daily


# What is not therapy, and what is by a code alone


@pytest.mark.parametrize(("code", "drug"), [(CALCITONIN, "calcitonin"), (ESTRADIOL, "estrogen")])
def test_calcitonin_and_estrogen_are_beside_therapy(code: str, drug: str) -> None:
    inputs = mapped(order(code))
    assert inputs.therapy == ()
    assert [each.drug for each in inputs.other_bone_drugs] == [drug]
    assert mapped(order(code, status="stopped")).other_bone_drugs == ()


def test_the_status_code_for_bisphosphonates_is_current_therapy() -> None:
    inputs = mapped(condition("Z79.83", ICD10))
    assert [(each.drug, each.since, each.reference) for each in inputs.therapy] == [
        ("a bisphosphonate", None, "Condition/c-Z79.83")
    ]
    assert issues(inputs) == ["by-name-only"]
    assert inputs.has(Disease.LONG_TERM_BISPHOSPHONATE)
    assert drugs(condition("Z79.83", ICD10), order(ALENDRONATE)) == ["alendronate"]
    assert drugs(condition("Z79.83", ICD10), order("1490065")) == ["raloxifene", "a bisphosphonate"]
    resolved = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
    assert drugs(condition("Z79.83", ICD10, **resolved)) == []


def test_the_status_code_for_steroids_is_a_diagnosis_and_no_dose() -> None:
    inputs = mapped(condition("Z79.52", ICD10))
    assert inputs.has(Disease.LONG_TERM_STEROIDS)
    assert inputs.glucocorticoid is None


def test_a_drug_on_hold_is_said() -> None:
    assert issues(mapped(order(ALENDRONATE, status="on-hold"))) == ["not-final"]
    assert issues(mapped(order(ALENDRONATE, status="on-hold"), renewed(id="o"))) == []
    assert issues(mapped(order(ALENDRONATE, status="completed"))) == []


# Before


def earlier(*resources: Json) -> list[tuple[str, int, str]]:
    return [(each.drug, each.days, str(each.last_day)) for each in mapped(*resources).past_therapy]


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([given("2020-01-10", ZOLEDRONATE)], [("zoledronic acid", 366, "2020-01-10")]),
        ([given("2020-01-10"), given("2020-07-10")], [("denosumab", 366, "2020-07-10")]),
        ([given("2020-01-10"), given("2021-01-10")], [("denosumab", 363, "2021-01-10")]),
        (
            [
                statement(
                    ZOLEDRONATE,
                    status="completed",
                    effectivePeriod={"start": "2015-01-01", "end": "2017-12-31"},
                )
            ],
            [("zoledronic acid", 1096, "2017-12-31")],
        ),
        ([had("2020-01-01", 90), had("2020-06-29", 90)], [("alendronate", 270, "2020-09-26")]),
        ([had("2020-01-01", 90), had("2020-06-30", 90)], [("alendronate", 180, "2020-09-27")]),
        ([had("2020-01-01", 90), had("2020-01-01", 30, id="x")], [("alendronate", 90, "2020-03-30")]),
        ([had("2020-01-01", 90), had("2020-01-15", 30)], [("alendronate", 90, "2020-03-30")]),
        ([had("2020-01-01", None)], []),
        ([order(ALENDRONATE, status="on-hold", dispenseRequest=SUPPLY)], []),
        ([order(ALENDRONATE, status="stopped", dispenseRequest={"validityPeriod": {"end": ago(200)}})], []),
    ],
)
def test_past_therapy_is_told_by_doses_and_supplies(
    records: list[Json], found: list[tuple[str, int, str]]
) -> None:
    assert earlier(*records) == found


def test_what_belongs_to_the_current_course_is_not_past() -> None:
    assert earlier(renewed(), had(ago(150)), had(ago(100))) == []
    assert earlier(renewed(), had(ago(400))) == [("alendronate", 84, ago(317))]
    undated = order(ALENDRONATE, authoredOn=None)
    assert earlier(undated, had(ago(400))) == [("alendronate", 84, ago(317))]


def test_no_order_of_the_records_changes_the_answer() -> None:
    records = [
        renewed(),
        had(ago(100)),
        had(ago(400)),
        given(months(7)),
        order(DENOSUMAB, status="completed", authoredOn=months(14)),
        statement(
            RISEDRONATE, status="completed", effectivePeriod={"start": "2015-01-01", "end": "2016-01-01"}
        ),
    ]
    first = mapped(*records)
    for shuffled in itertools.permutations(records):
        again = mapped(*shuffled)
        assert (again.therapy, again.past_therapy) == (first.therapy, first.past_therapy)


@pytest.mark.parametrize(
    ("handed_over", "current"),
    [
        ("2024-10-15", False),
        ("2024-10-14", True),
        ("2026-01-15", False),
        ("2026-01-16", True),
    ],
)
def test_a_supply_belongs_to_an_ended_order_of_fifteen_months(handed_over: str, *, current: bool) -> None:
    """From the day of the order to fifteen months later, both included; then the supply is another one."""
    supply = 900 if handed_over < "2025" else 84
    ended = order(ALENDRONATE, status="stopped", authoredOn="2024-10-15")
    assert bool(therapy(ended, had(handed_over, supply))) is current


@pytest.mark.parametrize(("since", "days"), [("2024-01-10", 31), ("2024-02-10", 29)])
def test_one_dose_of_the_oncology_product_is_a_month(since: str, days: int) -> None:
    [past] = mapped(given(since, XGEVA)).past_therapy
    assert (past.drug, past.days) == ("denosumab 120 mg", days)


# Infusions and injections among the procedures.

HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"


def infused(code: str, day: str | None = ago(100), **members: Any) -> Json:  # noqa: ANN401 - any element
    return {**procedure(code, HCPCS, performedDateTime=day), "id": f"p-{code}-{day}", **members}


@pytest.mark.parametrize(
    ("code", "drug"),
    [
        ("J3489", "zoledronic acid"),
        ("J0897", "denosumab"),
        ("J1740", "ibandronate"),
        ("J2430", "pamidronate"),
        ("J1436", "etidronate"),
        ("J3110", "teriparatide"),
        ("J3111", "romosozumab"),
    ],
)
def test_a_procedure_that_is_the_dose_of_a_bone_drug_is_one(code: str, drug: str) -> None:
    inputs = mapped(infused(code))
    assert [(each.drug, each.last_dose, each.by_name) for each in inputs.therapy] == [
        (drug, AS_OF - datetime.timedelta(days=100), False)
    ]
    assert inputs.suspicions == ()
    answer = answered(t_score("-2.7"), *clear_labs(), infused(code))
    assert evaluation(answer)["disposition"] == "already-treated"


def test_a_dose_among_the_procedures_acts_as_long_as_any_other() -> None:
    code = {"coding": [{"system": HCPCS, "code": "J3489", "display": "Injection, zoledronic acid, 1 mg"}]}
    names = {**infused("J3489"), "code": code}
    assert mapped(names).suspicions == ()
    assert mapped(infused("J3489", str(add_months(AS_OF, -18)))).therapy
    old = mapped(
        infused("J3489", ago(years=2)), infused("J3489", ago(years=3)), infused("J3489", ago(years=4))
    )
    assert old.therapy == ()
    assert [(each.drug, each.days) for each in old.past_therapy] == [("zoledronic acid", 3 * 365 + 1)]
    answer = answered(t_score("-2.7"), *clear_labs(), *(infused("J3489", ago(years=n)) for n in (2, 3, 4)))
    assert suggested(answer)["start-alendronate"] is False


@pytest.mark.parametrize(
    "members",
    [{"status": "not-done"}, {"status": "preparation"}, {"status": "entered-in-error"}, {"notDone": True}],
)
def test_a_dose_that_was_not_given_is_none(members: Json) -> None:
    assert mapped(infused("J3489", **members)).therapy == ()


def test_a_dose_on_no_known_day_may_be_current_and_one_in_the_future_leaves_the_procedures_incomplete() -> (
    None
):
    assert [each.in_doubt is not None for each in mapped(infused("J3489", None)).therapy] == [True]
    ahead = mapped(infused("J3489", ago(-30)))
    assert ahead.therapy == ()
    assert Source.PROCEDURES in ahead.incomplete
    assert "future-date" in issues(ahead)


HOLIDAY = {"start": ago(years=8), "end": ago(years=2)}


@pytest.mark.parametrize(
    ("held", "years"),
    [
        (statement(ALENDRONATE, status="on-hold", effectivePeriod=HOLIDAY), 6),
        (
            order(
                ALENDRONATE,
                status="on-hold",
                dispenseRequest={"validityPeriod": HOLIDAY},
                authoredOn=ago(years=8),
            ),
            6,
        ),
        (statement(ALENDRONATE, status="on-hold", effectivePeriod={"start": ago(years=8)}), 0),
        (statement(ALENDRONATE, status="not-taken", effectivePeriod=HOLIDAY), 0),
        (statement(ZOLEDRONATE, status="on-hold", effectivePeriod=HOLIDAY), 6),
        (
            order(
                ZOLEDRONATE,
                status="on-hold",
                dispenseRequest={"validityPeriod": HOLIDAY},
                authoredOn=ago(years=8),
            ),
            0,
        ),
    ],
)
def test_what_was_taken_before_it_was_put_on_hold_counts_where_its_days_are_on_record(
    held: Json, years: int
) -> None:
    inputs = mapped(held)
    assert inputs.therapy == ()
    assert [each.days // 365 for each in inputs.past_therapy] == ([years] if years else [])


def test_strontium_is_no_bisphosphonate() -> None:
    strontium = {"coding": [{"system": "http://www.whocc.no/atc", "code": "M05BX03"}]}
    for taken in (
        statement("x", medicationCodeableConcept=strontium),
        statement(None, "Strontium ranelate 2 g"),
        statement(None, "Protelos"),
    ):
        assert [each.drug for each in mapped(taken).therapy] == ["strontium ranelate or lasofoxifene"]
        assert mapped(taken).suspicions == ()
