"""Laboratory values, the deciding calcium, and renal function.

Mutations these tests kill: LAB_MONTHS, WEIGHT_MONTHS and HEIGHT_MONTHS by one either way; ALBUMIN_WITHIN 7 to 6
or 8 days; 0.8 mg/dL, 0.2 mmol/L and 4.0 g/dL of the correction; ACUTE_RISE 1.5 and its `>=`; ACUTE_WITHIN 7 to
6 or 8 days; 140, 72 and 0.85 of Cockcroft–Gault. The limits themselves are pinned in test_guideline.py.
"""

from decimal import Decimal
from typing import Any

import pytest

from fhir_mappings.inputs import Calcium, GuidelineInputs, Measurement, Renal
from tests.charts import (
    ALBUMIN,
    CALCIUM,
    CALCIUM_MOLAR,
    CREATININE,
    EGFR,
    HEIGHT,
    IONIZED,
    UCUM,
    VITAMIN_D,
    WEIGHT,
    Json,
    ago,
    answered,
    evaluation,
    issues,
    mapped,
    observation,
    patient,
    suggested,
    t_score,
)

RACE_BASED_EGFR = "48642-3"


def calcium(value: str, day: str = ago(10), **members: Any) -> Json:  # noqa: ANN401 - any element
    return observation(CALCIUM, value, "mg/dL", day=day, **members)


def albumin(value: str, day: str = ago(10), unit: str = "g/dL") -> Json:
    return observation(ALBUMIN, value, unit, day=day)


def ionized(value: str, day: str = ago(10), unit: str = "mmol/L") -> Json:
    return observation(IONIZED, value, unit, day=day)


def creatinine(value: str, day: str = ago(10), unit: str = "mg/dL") -> Json:
    return observation(CREATININE, value, unit, day=day)


def decided(*resources: Json) -> Calcium:
    found = mapped(*resources).labs.calcium
    assert found is not None
    return found


def renal(*resources: Json) -> Renal:
    return mapped(*resources).renal


def test_nothing_found_is_nothing_known() -> None:
    inputs = mapped()
    assert inputs.labs.calcium is None
    assert inputs.labs.vitamin_d is None
    assert inputs.renal == Renal()
    assert inputs.weight is None
    assert inputs.height is None


@pytest.mark.parametrize(
    ("code", "value", "unit", "name", "held", "beyond"),
    [
        (CALCIUM, "9.4", "mg/dL", "total_calcium", ago(years=1), ago(1, years=1)),
        (IONIZED, "1.2", "mmol/L", "ionized_calcium", ago(years=1), ago(1, years=1)),
        (ALBUMIN, "4.2", "g/dL", "albumin", ago(years=1), ago(1, years=1)),
        (CREATININE, "0.9", "mg/dL", "creatinine", ago(years=1), ago(1, years=1)),
        (EGFR, "78", "mL/min", "egfr", ago(years=1), ago(1, years=1)),
        (VITAMIN_D, "32", "ng/mL", "vitamin_d", ago(years=1), ago(1, years=1)),
    ],
)
def test_a_laboratory_value_holds_for_twelve_months(
    code: str, value: str, unit: str, name: str, held: str, beyond: str
) -> None:
    found = getattr(mapped(observation(code, value, unit, day=held)).labs, name)
    assert isinstance(found, Measurement)
    assert str(found.value) == value
    old = mapped(observation(code, value, unit, day=beyond))
    assert getattr(old.labs, name) is None
    assert issues(old) == []


def test_weight_holds_for_a_year_and_height_for_ten() -> None:
    inputs = mapped(
        observation(WEIGHT, "65", "kg", day=ago(years=1)), observation(HEIGHT, "165", "cm", day=ago(years=10))
    )
    assert inputs.weight is not None
    assert inputs.height is not None
    inputs = mapped(
        observation(WEIGHT, "65", "kg", day=ago(1, years=1)),
        observation(HEIGHT, "165", "cm", day=ago(1, years=10)),
    )
    assert inputs.weight is None
    assert inputs.height is None


@pytest.mark.parametrize(
    ("code", "unit", "old", "new", "name"),
    [
        (VITAMIN_D, "ng/mL", "10", "32", "vitamin_d"),
        (EGFR, "mL/min", "30", "78", "egfr"),
        (CREATININE, "mg/dL", "1.0", "0.9", "creatinine"),
    ],
)
def test_the_newest_value_counts(code: str, unit: str, old: str, new: str, name: str) -> None:
    inputs = mapped(observation(code, old, unit, day=ago(90)), observation(code, new, unit))
    assert str(getattr(inputs.labs, name).value) == new


@pytest.mark.parametrize(
    ("code", "unit", "careful", "other", "name"),
    [
        (VITAMIN_D, "ng/mL", "10", "32", "vitamin_d"),
        (EGFR, "mL/min", "30", "78", "egfr"),
        (CREATININE, "mg/dL", "1.0", "0.9", "creatinine"),
        (CALCIUM, "mg/dL", "8.0", "9.4", "total_calcium"),
        (IONIZED, "mmol/L", "1.0", "1.2", "ionized_calcium"),
    ],
)
def test_of_two_values_of_a_day_the_more_careful_one_counts(
    code: str, unit: str, careful: str, other: str, name: str
) -> None:
    for values in ((careful, other), (other, careful)):
        inputs = mapped(*(observation(code, value, unit) for value in values))
        assert str(getattr(inputs.labs, name).value) == careful


def test_a_newer_value_that_cannot_be_used_is_noted_and_the_one_before_counts() -> None:
    inputs = mapped(
        observation(VITAMIN_D, "32", "ng/mL", day=ago(90)), observation(VITAMIN_D, "3200", "ng/mL")
    )
    assert inputs.labs.vitamin_d is not None
    assert inputs.labs.vitamin_d.value == 32
    assert issues(inputs) == ["implausible"]


@pytest.mark.parametrize(
    ("comparator", "read"), [("<", "<"), ("<=", "<"), (">", ">"), (">=", ">"), (None, None), ("", None)]
)
def test_a_bound_is_read_as_one(comparator: str | None, read: str | None) -> None:
    bound = observation(EGFR, "60", "mL/min")
    bound["valueQuantity"]["comparator"] = comparator
    found = mapped(bound).labs.egfr
    assert found is not None
    assert found.comparator == read
    assert found.shown == (f"{read} 60" if read else "60")


def measured(value: str, comparator: str | None = None) -> Measurement:
    bound = observation(EGFR, value, "mL/min")
    bound["valueQuantity"]["comparator"] = comparator
    found = mapped(bound).labs.egfr
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("value", "comparator", "below"),
    [
        ("34.9", None, True),
        ("35", None, False),
        ("35", "<", True),
        ("35.1", "<", None),
        ("30", "<", True),
        ("34.9", ">", None),
        ("35", ">", False),
        ("60", ">", False),
    ],
)
def test_a_bound_tells_what_it_can_and_no_more(
    value: str, comparator: str | None, *, below: bool | None
) -> None:
    assert measured(value, comparator).below(Decimal(35)) is below


@pytest.mark.parametrize(
    ("by_race", "days", "counts"),
    [("34", 300, "40"), ("34", 100, "40"), ("34", 10, "34"), ("90", 10, "40")],
)
def test_race_based_egfr_counts_where_there_is_nothing_else_or_it_is_newer_and_lower(
    by_race: str, days: int, counts: str
) -> None:
    race = observation(RACE_BASED_EGFR, by_race, "mL/min", day=ago(days))
    assert renal(race).egfr is not None
    found = renal(race, observation(EGFR, "40", "mL/min", day=ago(100))).egfr
    assert found is not None
    assert str(found.value) == counts


# Calcium: 18 of table B.


def test_calcium_is_corrected_for_albumin_in_the_unit_it_came_in() -> None:
    found = decided(calcium("8.0"), albumin("3.0"))
    assert (found.kind, found.value, found.unit) == ("corrected", Decimal("8.8"), "mg/dL")
    molar = decided(observation(CALCIUM_MOLAR, "2.00", "mmol/L"), albumin("30", unit="g/L"))
    assert (molar.kind, molar.value, molar.unit) == ("corrected", Decimal("2.20"), "mmol/L")


def test_an_albumin_of_four_corrects_nothing() -> None:
    assert decided(calcium("8.5"), albumin("4.0")).value == Decimal("8.5")


@pytest.mark.parametrize("apart", [7, -7])
def test_an_albumin_of_the_same_week_corrects_and_one_of_a_day_more_does_not(apart: int) -> None:
    assert decided(calcium("8.0", ago(20)), albumin("3.0", ago(20 + apart))).kind == "corrected"
    further = apart + (1 if apart > 0 else -1)
    found = decided(calcium("8.0", ago(20)), albumin("3.0", ago(20 + further)))
    assert (found.kind, found.value) == ("uncorrected", Decimal("8.0"))


def test_the_albumin_nearest_in_time_corrects_and_of_one_day_the_higher() -> None:
    day = ago(20)
    near, far = albumin("3.0", ago(21)), albumin("2.0", ago(24))
    assert decided(calcium("8.0", day), far, near).value == Decimal("8.8")
    assert decided(calcium("8.0", day), albumin("3.0", day), albumin("3.5", day)).value == Decimal("8.40")


def test_an_ionized_calcium_of_the_same_week_outranks_the_total() -> None:
    found = decided(calcium("9.4", ago(10)), ionized("1.10", ago(17)))
    assert (found.kind, found.value, found.unit) == ("ionized", Decimal("1.10"), "mmol/L")
    assert decided(calcium("9.4", ago(10)), ionized("1.10", ago(18))).kind == "uncorrected"


def test_a_newer_or_only_ionized_calcium_decides() -> None:
    assert decided(calcium("9.4", ago(90)), ionized("1.10", ago(10))).kind == "ionized"
    assert decided(ionized("4.6", unit="mg/dL")).unit == "mg/dL"


def test_of_several_totals_of_a_day_the_one_nearest_to_low_decides() -> None:
    found = decided(calcium("8.4", id="a"), observation(CALCIUM_MOLAR, "2.30", "mmol/L", id="b"))
    assert (found.value, found.unit) == (Decimal("8.4"), "mg/dL")


def limits(low: str | None, high: str | None = None, unit: str | None = "mg/dL") -> list[Json]:
    bounds = (("low", low), ("high", high))
    found: Json = {name: {"value": Decimal(value)} for name, value in bounds if value}
    if unit:
        for bound in found.values():
            bound["unit"] = unit
    return [found]


@pytest.mark.parametrize(
    ("ranges", "low"),
    [
        (limits("8.8"), "8.8"),
        (limits("8.8", unit=None), "8.8"),
        (limits(None, "10.2"), "8.5"),
        ([{"low": {"unit": "mg/dL"}}], "8.5"),
        (limits("8.8") * 2, "8.5"),
        (limits("2.2", unit="mmol/L"), "8.5"),
        ([], "8.5"),
        (None, "8.5"),
    ],
)
def test_the_laboratorys_own_limit_goes_first_where_it_gives_one(ranges: list[Json] | None, low: str) -> None:
    assert decided(calcium("9.4", referenceRange=ranges)).low_limit == Decimal(low)


def test_the_limit_for_ionized_calcium_is_the_laboratorys_too() -> None:
    own = {**ionized("1.15"), "referenceRange": limits("1.16", unit="mmol/L")}
    assert decided(own).low
    assert not decided(ionized("1.15")).low


def test_both_limits_are_kept() -> None:
    found = mapped(calcium("9.4", referenceRange=limits("8.8", "10.2"))).labs.total_calcium
    assert found is not None
    assert (found.lab_low, found.lab_high) == (Decimal("8.8"), Decimal("10.2"))


def test_calcium_without_a_unit_is_ambiguous_and_not_used() -> None:
    inputs = mapped(observation(CALCIUM, "2.3"))
    assert inputs.labs.calcium is None
    assert issues(inputs) == ["no-unit"]


def test_calcium_in_a_unit_that_is_none_of_its_own_is_not_used() -> None:
    inputs = mapped(observation(CALCIUM, "9.4", "meq/L"))
    assert inputs.labs.calcium is None
    assert issues(inputs) == ["wrong-unit"]


# Renal function: 17 of table B.


def weighing(value: str, unit: str = "kg") -> Json:
    return observation(WEIGHT, value, unit)


def test_clearance_is_cockcroft_gault_with_the_actual_weight() -> None:
    man = renal(patient(68, "male"), creatinine("1.0"), weighing("80"))
    assert man.clearance == Decimal(80)
    assert [str(man.clearance_day), *man.clearance_from] == [
        ago(10),
        f"Observation/o-{CREATININE}-1.0-{ago(10)}",
        f"Observation/o-{WEIGHT}-80-{ago(10)}",
    ]
    woman = renal(patient(68), creatinine("1.0"), weighing("80"))
    assert woman.clearance == Decimal(68)
    assert renal(patient(69, "male"), creatinine("1.0"), weighing("72")).clearance == 71


def test_the_worst_creatinine_of_the_newest_day_makes_the_clearance() -> None:
    found = renal(patient(68, "male"), creatinine("1.0"), creatinine("1.25"), weighing("80"))
    assert found.clearance == 64


@pytest.mark.parametrize(
    "resources",
    [
        (patient(68), creatinine("1.0")),
        (patient(68), weighing("80")),
        (patient(68, birthDate=None), creatinine("1.0"), weighing("80")),
        (patient(68, "unknown"), creatinine("1.0"), weighing("80")),
    ],
)
def test_clearance_is_not_guessed_where_a_part_is_missing(resources: tuple[Json, ...]) -> None:
    found = renal(*resources, observation(EGFR, "50", "mL/min"))
    assert found.clearance is None
    assert found.egfr is not None


@pytest.mark.parametrize("code", [CREATININE, WEIGHT])
def test_no_clearance_is_made_of_a_bound(code: str) -> None:
    resources = [creatinine("1.0"), weighing("80")]
    for each in resources:
        if each["code"]["coding"][0]["code"] == code:
            each["valueQuantity"]["comparator"] = "<"
    assert renal(*resources).clearance is None


@pytest.mark.parametrize(
    ("before", "days", "now", "acute"),
    [
        ("1.0", 7, "1.5", True),
        ("1.0", 7, "1.49", False),
        ("1.0", 8, "1.5", False),
        ("1.0", 6, "1.5", True),
        ("1.0", 0, "1.5", True),
        ("1.5", 7, "1.0", False),
    ],
)
def test_half_as_much_again_within_seven_days_is_acute_kidney_injury(
    before: str, days: int, now: str, *, acute: bool
) -> None:
    found = renal(
        creatinine(before, ago(10 + days)), creatinine(now), weighing("80"), observation(EGFR, "50", "mL/min")
    )
    assert found.kidney_injury is acute


@pytest.mark.parametrize(("days", "injured"), [(8, False), (7, True), (0, True), (-200, True)])
def test_an_egfr_a_week_after_the_last_creatinine_is_of_the_time_after_an_injury(
    days: int, *, injured: bool
) -> None:
    last = 100
    found = renal(
        creatinine("1.0", ago(last + 5)),
        creatinine("1.6", ago(last)),
        weighing("80"),
        observation(EGFR, "20", "mL/min", day=ago(last - days)),
    )
    assert found.kidney_injury is injured
    assert (found.clearance is None) is not injured
    assert found.egfr is not None


@pytest.mark.parametrize(
    ("after", "draft"),
    [
        # Ten months after an injury the kidneys are as an eGFR of now says.
        ({"day": ago(10), "value": "20"}, None),
        ({"day": ago(10), "value": "80"}, True),
        # In the injury itself a low value withholds, and one that is not low is not known to last.
        ({"day": ago(300), "value": "15"}, None),
        ({"day": ago(300), "value": "80"}, False),
    ],
)
def test_an_old_kidney_injury_does_not_outweigh_what_came_after_it(
    after: dict[str, str], *, draft: bool | None
) -> None:
    answer = answered(
        t_score("-2.7"),
        observation(CALCIUM, "9.4", "mg/dL"),
        observation(VITAMIN_D, "32", "ng/mL"),
        creatinine("1.0", ago(305)),
        creatinine("1.6", ago(300)),
        observation(EGFR, after["value"], "mL/min/{1.73_m2}", day=after["day"]),
    )
    met = {each["id"]: each["met"] for each in evaluation(answer)["criteria"]}
    assert suggested(answer).get("start-alendronate") is draft
    assert met["block-renal"] == ("yes" if draft is None else "no" if draft else "unknown")


def test_creatinine_in_micromoles_is_the_same_creatinine() -> None:
    mass = renal(patient(68, "male"), creatinine("1.0"), weighing("80"))
    molar = renal(patient(68, "male"), creatinine("88.42", unit="umol/L"), weighing("80"))
    assert mass.clearance == molar.clearance


def test_weight_in_pounds_is_the_same_weight() -> None:
    assert (
        mapped(weighing("100", "[lb_av]")).weight
        == mapped(observation(WEIGHT, "45.359237", "kg", id=f"o-{WEIGHT}-100-{ago(10)}")).weight
    )


def test_a_unit_by_its_ucum_code_is_enough() -> None:
    coded = observation(WEIGHT, valueQuantity={"value": 65, "system": UCUM, "code": "kg"})
    assert mapped(coded).weight is not None


def notes_of(inputs: GuidelineInputs) -> set[str]:
    return {each.because for each in inputs.data_quality}


def test_a_note_says_which_value_it_is_about() -> None:
    inputs = mapped(
        *(
            observation(code, "1")
            for code in (CALCIUM, IONIZED, ALBUMIN, CREATININE, EGFR, VITAMIN_D, WEIGHT, HEIGHT)
        )
    )
    names = (
        "calcium",
        "ionized calcium",
        "albumin",
        "creatinine",
        "eGFR",
        "25-OH vitamin D",
        "weight",
        "height",
    )
    assert notes_of(inputs) == {f"{name} has no unit" for name in names}


@pytest.mark.parametrize("day", [None, "soon"])
def test_a_value_without_a_day_is_noted_and_one_with_a_day_counts(day: str | None) -> None:
    undated = observation(VITAMIN_D, "10", "ng/mL", effectiveDateTime=day, id="undated")
    inputs = mapped(undated, observation(VITAMIN_D, "32", "ng/mL", day=ago(300)))
    assert inputs.labs.vitamin_d is not None
    assert inputs.labs.vitamin_d.value == 32
    assert issues(inputs) == ["unreadable"]


def test_a_value_of_an_open_day_is_as_old_as_it_can_be() -> None:
    inputs = mapped(
        observation(VITAMIN_D, "10", "ng/mL", day="2025"),
        observation(VITAMIN_D, "32", "ng/mL", day="2025-06"),
    )
    assert inputs.labs.vitamin_d is None or inputs.labs.vitamin_d.value == 32


def bounded(comparator: str, value: str) -> Json:
    measured = calcium(value)
    return {**measured, "valueQuantity": {**measured["valueQuantity"], "comparator": comparator}}


@pytest.mark.parametrize(
    ("comparator", "value", "low"),
    [("<", "9.0", None), ("<", "8.5", True), (">", "8.0", None), (">", "8.5", False)],
)
def test_a_bound_on_calcium_counts_only_where_it_tells_the_side_of_the_limit(
    comparator: str, value: str, low: bool | None
) -> None:
    found = mapped(bounded(comparator, value), albumin("2.0")).labs.calcium
    assert (found.low if found else None) is low


def test_creatinine_that_rose_and_fell_within_the_week_is_still_acute_injury() -> None:
    assert renal(
        creatinine("1.0", ago(14)), creatinine("1.6", ago(12)), creatinine("1.1", ago(10))
    ).kidney_injury


@pytest.mark.parametrize(
    ("later", "injured"),
    [
        # Days after the peak, and creatinine then; before it rose it was 1.0.
        ([(17, "1.5")], True),
        ([(8, "1.5")], True),
        ([(90, "1.5")], True),
        ([(91, "1.5")], False),
        ([(17, "1.0")], True),
        ([(8, "1.2"), (17, "1.2")], False),
        ([(7, "1.0"), (17, "1.0")], True),
        ([(17, "1.0"), (17, "1.0")], True),
        ([(8, "1.21"), (17, "1.0")], True),
        ([(8, "1.0"), (17, "1.21")], True),
        ([(8, "1.0"), (9, "1.0"), (17, "1.3")], True),
        ([(8, "1.3"), (9, "1.0"), (17, "1.0")], False),
        ([(8, "1.0"), (17, "1.0"), (20, "1.6")], True),
    ],
)
def test_an_injury_is_not_forgotten_until_creatinine_is_back_or_three_months_are_over(
    later: list[tuple[int, str]], *, injured: bool
) -> None:
    peak = 100
    rose = [creatinine("1.0", ago(peak + 5)), creatinine("1.6", ago(peak))]
    after = [
        {**creatinine(value, ago(peak - days)), "id": f"after-{number}"}
        for number, (days, value) in enumerate(later)
    ]
    assert renal(*rose, *after).kidney_injury is injured


def test_an_injury_that_a_later_creatinine_follows_leaves_the_draft_not_recommended() -> None:
    answer = answered(
        t_score("-2.7"),
        observation(CALCIUM, "9.4", "mg/dL"),
        observation(VITAMIN_D, "32", "ng/mL"),
        weighing("68"),
        creatinine("0.8", ago(25)),
        observation(EGFR, "80", "mL/min/{1.73_m2}", day=ago(25)),
        creatinine("1.6", ago(21)),
        creatinine("1.5", ago(4)),
    )
    met = {each["id"]: each["met"] for each in evaluation(answer)["criteria"]}
    assert met["caution-kidney-injury"] == "yes"
    assert not suggested(answer).get("start-alendronate")


# A newer value that cannot be used.

UNUSABLE: list[Json] = [
    {"status": "preliminary"},
    {"status": None},
    {"valueQuantity": {"value": 8}},
    {"valueQuantity": {"value": 8, "unit": "g/L"}},
    {"valueQuantity": {"value": 80, "unit": "mg/dL"}},
    {"valueQuantity": {"value": "8 or so", "unit": "mg/dL"}},
    {"valueQuantity": {"value": 8, "comparator": "ad", "unit": "mg/dL"}},
    {"valueQuantity": None, "valueString": "low"},
    {"valueQuantity": None},
    {"effectiveDateTime": None},
]


def newer(code: str, unit: str, **members: Any) -> Json:  # noqa: ANN401 - any element
    return observation(code, "8", unit, **{"id": "newer", "day": ago(2), **members})


@pytest.mark.parametrize("members", UNUSABLE)
def test_beside_a_newer_calcium_that_cannot_be_used_a_normal_one_is_not_known(members: Json) -> None:
    inputs = mapped(calcium("9.4"), newer(CALCIUM, "mg/dL", **members))
    assert inputs.labs.calcium is None
    assert inputs.labs.total_calcium is not None
    assert "conflict" in issues(inputs)


@pytest.mark.parametrize("members", UNUSABLE)
def test_beside_a_newer_calcium_that_cannot_be_used_a_low_one_still_counts(members: Json) -> None:
    assert decided(calcium("7.9"), newer(CALCIUM, "mg/dL", **members)).low


@pytest.mark.parametrize(
    "members",
    [
        {"status": "entered-in-error"},
        {"status": "cancelled"},
        {"status": "registered", "valueQuantity": None},
        {"day": ago(-2)},
        {"valueQuantity": None, "dataAbsentReason": {"text": "unknown"}},
        {"status": "preliminary", "day": ago(30)},
        {"status": "preliminary", "day": ago(10)},
    ],
)
def test_a_value_that_is_none_or_not_newer_leaves_no_doubt(members: Json) -> None:
    inputs = mapped(calcium("9.4"), newer(CALCIUM, "mg/dL", **members))
    assert inputs.labs.calcium is not None
    assert inputs.incomplete == frozenset()


def test_an_ionized_calcium_that_cannot_be_used_counts_from_its_day_on() -> None:
    for day, known in ((ago(5), False), (ago(10), False), (ago(11), True)):
        inputs = mapped(calcium("9.4"), newer(IONIZED, "mmol/L", status="preliminary", day=day))
        assert (inputs.labs.calcium is not None) is known


@pytest.mark.parametrize(
    ("code", "older", "unit", "source"),
    [
        (CREATININE, "0.9", "mg/dL", "labs"),
        (EGFR, "78", "mL/min", "labs"),
        (VITAMIN_D, "32", "ng/mL", "labs"),
        (ALBUMIN, "4.2", "g/dL", "labs"),
        (WEIGHT, "65", "kg", "body-measures"),
    ],
)
def test_beside_a_newer_value_that_cannot_be_used_its_source_is_incomplete(
    code: str, older: str, unit: str, source: str
) -> None:
    inputs = mapped(observation(code, older, unit, day=ago(20)), newer(code, unit, status="preliminary"))
    assert inputs.incomplete == {source}


@pytest.mark.parametrize(
    "vitamin_d",
    [
        observation(VITAMIN_D, "8"),
        observation(VITAMIN_D, "900", "ng/mL"),
        observation(VITAMIN_D, "8", "ng/mL", status="preliminary"),
    ],
)
def test_the_only_value_cannot_be_used_and_nothing_is_recommended(vitamin_d: Json) -> None:
    others = (calcium("9.4"), albumin("4.2"), observation(EGFR, "78", "mL/min/{1.73_m2}"))
    answer = answered(t_score("-2.7"), *others, vitamin_d)
    assert suggested(answer)["start-alendronate"] is False
    assert "25-OH vitamin D on record, not usable" in answer["cards"][0]["detail"]
    assert suggested(answered(t_score("-2.7"), *others))["start-alendronate"] is True


def test_a_height_in_doubt_gates_nothing() -> None:
    heights = (observation(HEIGHT, "165", "cm", day=ago(20)), newer(HEIGHT, "cm", status="preliminary"))
    assert mapped(*heights).incomplete == frozenset()


# Limits and flags of the laboratory.


def range_of(low: str, high: str, unit: str = "mg/dL", **members: Any) -> Json:  # noqa: ANN401
    bound = {"unit": unit}
    return {
        "low": {"value": Decimal(low), **bound},
        "high": {"value": Decimal(high), **bound},
        **members,
    }


CRITICAL = {"coding": [{"code": "critical"}]}
NORMAL = {"coding": [{"code": "normal"}]}


@pytest.mark.parametrize(
    ("ranges", "limit"),
    [
        ([range_of("8.7", "10.3")], "8.7"),
        ([range_of("8.7", "10.3", type=NORMAL)], "8.7"),
        ([range_of("8.7", "10.3", type={"text": "Normal"})], "8.7"),
        ([range_of("8.7", "10.3", type=NORMAL), range_of("8.1", "13", type=CRITICAL)], "8.7"),
        ([range_of("8.1", "13", type=CRITICAL)], "8.5"),
        ([range_of("8.1", "13", type={"text": "panic values"})], "8.5"),
        ([range_of("6.5", "13")], "8.5"),
        ([range_of("4.5", "5.3")], "8.5"),
        ([range_of("1.12", "1.32", "mmol/L")], "8.5"),
        ([range_of("9.6", "10.3")], "8.5"),
    ],
)
def test_a_limit_counts_where_it_is_the_normal_one_of_a_total_calcium(ranges: list[Json], limit: str) -> None:
    assert decided(calcium("8.2", referenceRange=ranges)).low_limit == Decimal(limit)


def test_a_limit_that_is_none_of_calcium_is_named() -> None:
    assert issues(mapped(calcium("9.2", referenceRange=[range_of("4.5", "5.3")]))) == ["implausible"]
    ion = observation(IONIZED, "1.25", "mmol/L", referenceRange=[range_of("2.1", "2.6", "mmol/L")])
    assert issues(mapped(ion)) == ["implausible"]
    assert decided(ion).low_limit == Decimal("1.12")


@pytest.mark.parametrize("flag", ["L", "LL", " ll ", "<"])
def test_a_calcium_that_the_laboratory_flags_as_low_is_not_taken_as_normal(flag: str) -> None:
    flagged = calcium("8.6", interpretation=[{"coding": [{"code": flag}]}])
    inputs = mapped(flagged)
    assert inputs.labs.calcium is None
    assert issues(inputs) == ["conflict"]
    assert decided(calcium("8.2", interpretation=[{"coding": [{"code": flag}]}])).low


@pytest.mark.parametrize("interpretation", [None, [], [{"text": "low"}], [{"coding": [{"code": "N"}, {}]}]])
def test_other_flags_change_nothing(interpretation: Any) -> None:  # noqa: ANN401
    assert not decided(calcium("8.6", interpretation=interpretation)).low


@pytest.mark.parametrize(("comparator", "shown"), [("<=", "<"), (">=", ">"), ("<", "<"), (">", ">")])
def test_a_bound_is_one_of_two(comparator: str, shown: str) -> None:
    found = mapped(
        observation(EGFR, valueQuantity={"value": 60, "unit": "mL/min", "comparator": comparator})
    ).labs.egfr
    assert found is not None
    assert found.comparator == shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Calcium, serum", True),
        ("eGFR (CKD-EPI)", True),
        ("Creatinine", True),
        ("Urine calcium", False),
        ("Hemoglobin", False),
        (None, False),
    ],
)
def test_a_laboratory_value_without_a_code_leaves_doubt(text: str | None, *, told: bool) -> None:
    named = {**calcium("7.2"), "code": {"text": text}}
    inputs = mapped(calcium("9.4", day=ago(100)), named)
    assert ("labs" in inputs.incomplete) is told
    assert (issues(inputs) == ["unmapped-code"]) is told
    for other in ({"status": "entered-in-error"}, {"valueQuantity": None}, {"code": None}):
        assert mapped({**named, **other}).incomplete == frozenset()


def test_a_value_beside_the_word_that_there_is_none_leaves_doubt() -> None:
    both = newer(CALCIUM, "mg/dL", dataAbsentReason={"text": "error"})
    assert mapped(calcium("9.4"), both).labs.calcium is None
