"""Dosages as FHIR structures: what each comes to in milligrams a week, and what cannot be read."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

from fhir_mappings.code_facts import CodeFacts, Confidence, Ingredient
from fhir_mappings.dosage import (
    Agreement,
    Amount,
    Fault,
    Regimen,
    Strength,
    agreement,
    read_dosage,
    read_given,
    read_sigs,
    strength_of,
)
from fhir_mappings.reader import Quantity, Ratio
from tests.charts import Json

TABLET_5MG = Strength(mg=Decimal(5))
GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"


def regimen(*instructions: Json, strength: Strength = TABLET_5MG) -> Regimen:
    return read_dosage(json.dumps(list(instructions)).encode(), strength=strength)


def instruction(repeat: Json | None = None, mg: float = 10, code: str | None = None, **members: Any) -> Json:  # noqa: ANN401
    timing: Json = {}
    if repeat is not None:
        timing["repeat"] = repeat
    if code is not None:
        timing["code"] = {"coding": [{"system": GTS, "code": code}]}
    return {"timing": timing, "doseAndRate": [{"doseQuantity": {"value": mg, "unit": "mg"}}], **members}


def per(frequency: float, period: float, unit: str, **members: Any) -> Json:  # noqa: ANN401
    return {"frequency": frequency, "period": period, "periodUnit": unit, **members}


def weekly(found: Regimen) -> str:
    amount = found.mg_per_week
    if amount is None:
        return "+".join(found.faults) or "nothing"
    return f"{amount.low:f}" if not amount.is_range else f"{amount.low:f}–{amount.high:f}"


def test_fifteen_milligrams_every_other_day_are_seven_and_a_half_a_day() -> None:
    assert regimen(instruction(per(1, 2, "d"), 15)).mg_per_day == Amount(
        low=Decimal("7.5"), high=Decimal("7.5")
    )


def test_what_does_not_come_out_even_is_still_exact() -> None:
    every_three_days = regimen(instruction(per(1, 3, "d"), 10), instruction(per(1, 3, "d"), 12.5))
    assert every_three_days.mg_per_day == Amount(low=Decimal("7.5"), high=Decimal("7.5"))


REPEATS: list[tuple[Json, str]] = [
    (per(1, 1, "d"), "70"),
    (per(2, 1, "d"), "140"),
    (per(1, 24, "h"), "70"),
    (per(1, 12, "h"), "140"),
    (per(1, 1440, "min"), "70"),
    (per(1, 86400, "s"), "70"),
    (per(7, 1, "wk"), "70"),
    (per(1, 1, "wk"), "10"),
    (per(1, 7, "d"), "10"),
    (per(1, 2, "wk"), "5"),
    (per(1, 2, "d"), "35"),
    (per(1, 1, "mo"), "2.299794661190965092402464066"),
    (per(1, 1, "a"), "0.1916495550992470910335386721"),
    ({"period": 1, "periodUnit": "d"}, "70"),
    ({"period": "1", "periodUnit": "day"}, "70"),
    (per(1, 1, "d", frequencyMax=2), "70–140"),
    (per(1, 4, "h", periodMax=6), "280–420"),
    (per(1, 1, "d", dayOfWeek=["mon"]), "10"),
    (per(1, 1, "d", dayOfWeek=["mon", "wed", "fri", "mon"]), "30"),
    (per(1, 1, "wk", dayOfWeek=["sun"]), "10"),
    (per(1, 1, "wk", dayOfWeek=["mon", "thu"]), "10–20"),
    (per(2, 1, "wk", dayOfWeek=["mon", "thu"]), "20"),
    (per(1, 1, "mo", dayOfWeek=["sun"]), "2.299794661190965092402464066"),
    (per(1, 2, "d", dayOfWeek=["sun"]), "contradictory"),
    ({"dayOfWeek": ["mon", "thu"]}, "20"),
    ({"dayOfWeek": "mon"}, "10"),
    ({"dayOfWeek": ["mon"], "timeOfDay": ["08:00:00", "20:00:00"]}, "20"),
    ({"timeOfDay": ["08:00:00"]}, "70"),
    ({"timeOfDay": ["08:00:00", "20:00:00"]}, "140"),
    (per(1, 1, "d", timeOfDay=["08:00:00", "20:00:00"]), "70–140"),
    (per(2, 1, "d", timeOfDay=["08:00:00", "20:00:00"]), "140"),
    (per(1, 1, "wk", timeOfDay=["08:00:00"]), "10"),
    (per(1, 1, "wk", timeOfDay=["08:00:00", "20:00:00"]), "10–20"),
    (per(1, 1, "wk", when=["MORN", "NIGHT"]), "10–20"),
    (per(1, 1, "wk", when=["WAKE", "ACM"]), "10"),
    (per(1, 1, "wk", when=["AC"]), "10–30"),
    (per(1, 1, "wk", dayOfWeek=["mon"], when=["MORN", "NIGHT"]), "10–20"),
    (per(1, 1, "d", when=["MORN"]), "70"),
    (per(1, 1, "d", when=["CM", "CV"]), "70–140"),
    (per(3, 1, "d", when=["C"]), "210"),
    (per(1, 1, "wk", when=["ACM"]), "10"),
    ({"when": ["ACM"]}, "no-frequency"),
    ({"frequency": 1}, "no-frequency"),
    ({"frequency": 1, "dayOfWeek": ["mon"]}, "no-frequency"),
    ({"frequency": 1, "periodUnit": "d"}, "no-frequency"),
    ({"frequencyMax": 1, "timeOfDay": ["08:00"]}, "no-frequency"),
    ({"frequency": 1, "period": 1}, "no-frequency"),
    ({"count": 1, "periodUnit": "d"}, "no-frequency"),
    ({"boundsPeriod": {"start": "2026-01-01"}}, "no-frequency"),
    ({}, "no-frequency"),
    (per(0, 1, "d"), "unreadable"),
    (per(1, 0, "d"), "unreadable"),
    (per(1, -1, "d"), "unreadable"),
    (per(1, 1, "m"), "unreadable"),
    (per(1, 1, "fortnight"), "unreadable"),
    (per(2, 1, "d", frequencyMax=1), "unreadable"),
    (per(1, 2, "d", periodMax=1), "unreadable"),
    (per(1, 1, "d", frequencyMax="many"), "unreadable"),
    (per(1, 1, "d", dayOfWeek=["funday"]), "unreadable"),
    (per(1, 1, "d", when=["SOON"]), "unreadable"),
    (per(1, 1, "d", timeOfDay=[8]), "unreadable"),
    ({"frequency": True, "period": 1, "periodUnit": "d"}, "unreadable"),
    (per(1, 1e300, "d"), "unreadable"),
    ({"frequency": 1, "period": 1, "periodUnits": "d"}, "wrong-version"),
]


@pytest.mark.parametrize(("repeat", "expected"), REPEATS)
def test_a_repetition_comes_to_milligrams_a_week(repeat: Json, expected: str) -> None:
    assert weekly(regimen(instruction(repeat))) == expected


CODES = [
    ("QD", "70"), ("BID", "140"), ("TID", "210"), ("QID", "280"), ("AM", "70"), ("PM", "70"), ("BED", "70"),
    ("QOD", "35"), ("Q1H", "1680"), ("Q4H", "420"), ("Q6H", "280"), ("Q8H", "210"), ("WK", "10"),
    ("Q4D", "17.5"), ("Q2W", "5"), ("MO", "2.299794661190965092402464066"), ("qd", "70"),
    ("Q0D", "no-frequency"), ("JH", "no-frequency"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), CODES)
def test_a_timing_code_of_hl7_is_a_frequency(code: str, expected: str) -> None:
    assert weekly(regimen(instruction(code=code))) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ({"text": "daily"}, "no-frequency"),
        ({"coding": [{"system": "urn:local", "code": "QD"}]}, "no-frequency"),
        ({"coding": [{"code": "QD"}]}, "no-frequency"),
        ({"coding": {"system": "http://snomed.info/sct", "code": "229799001"}}, "140"),
        ({"coding": [{"system": GTS, "code": "QD"}, {"system": GTS, "code": "WK"}]}, "contradictory"),
        ({"coding": [{"system": GTS, "code": "QD"}, {"system": "x", "code": "WK"}, 7, None]}, "70"),
    ],
)
def test_only_codes_of_known_systems_are_read(code: Json, expected: str) -> None:
    assert weekly(regimen(instruction({}) | {"timing": {"code": code}})) == expected


def test_code_and_repetition_must_say_the_same() -> None:
    assert weekly(regimen(instruction(per(1, 1, "d"), code="QD"))) == "70"
    assert weekly(regimen(instruction(per(1, 1, "wk"), code="QD"))) == "contradictory"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (["2026-01-05", "2026-01-12", "2026-01-19"], "10"),
        (["2026-01-12", "2026-01-05"], "10"),
        (
            ["2026-01-05T08:00:00Z", "2026-01-05T20:00:00Z", "2026-01-06T08:00:00Z", "2026-01-06T20:00:00Z"],
            "140",
        ),
        (["2026-01-05", "2026-01-06", "2026-01-12"], "no-frequency"),
        (["2026-01-05", "2026-01-06", "2026-01-06"], "no-frequency"),
        (["2026-01-05"], "no-frequency"),
        (["2026-01", "2026-02"], "no-frequency"),
        (["soon", {"start": 1}], "no-frequency"),
        ([], "no-frequency"),
    ],
)
def test_dates_at_equal_distances_are_a_frequency(events: list[object], expected: str) -> None:
    assert weekly(regimen(instruction() | {"timing": {"event": events}})) == expected


def test_events_have_a_beginning_and_a_length_and_must_fit_the_repetition() -> None:
    (dose,) = regimen(instruction() | {"timing": {"event": ["2026-01-05", "2026-01-12"]}}).doses
    assert (str(dose.start), dose.days) == ("2026-01-05", 14)
    daily_but_weekly = {"event": ["2026-01-05", "2026-01-12"], "repeat": per(1, 1, "d")}
    assert weekly(regimen(instruction() | {"timing": daily_but_weekly})) == "contradictory"


UNITS: list[tuple[Json, str]] = [
    ({"value": 10, "unit": "mg"}, "10"),
    ({"value": 10, "code": "mg", "system": "http://unitsofmeasure.org"}, "10"),
    ({"value": 10, "code": "mg", "unit": "MG"}, "10"),
    ({"value": 0.01, "unit": "g"}, "10"),
    *(({"value": 0.01, "unit": unit}, "10") for unit in ("gm", "gram", "grams")),
    *(({"value": 10, "unit": unit}, "10") for unit in ("mgs", "milligram")),
    *(({"value": 10000, "unit": unit}, "10") for unit in ("mcgs", "microgram", "micrograms")),
    ({"value": 10000, "unit": "mcg"}, "10"),
    ({"value": 10000, "unit": "µg"}, "10"),
    ({"value": 10000, "code": "ug"}, "10"),
    ({"value": "10", "unit": "mg"}, "10"),
    ({"value": 10, "unit": "milligrams"}, "10"),
    ({"value": 2, "unit": "tablet"}, "10"),
    ({"value": 2, "unit": "tab(s)"}, "10"),
    ({"value": 2, "unit": "Tablets"}, "10"),
    ({"value": 2, "code": "{tbl}"}, "10"),
    ({"value": 2, "code": "{tablet}", "unit": "{tablet}"}, "10"),
    ({"value": 2, "code": "1", "unit": "tablet"}, "10"),
    ({"value": 2, "code": "1"}, "10"),
    ({"value": 2, "code": "TAB", "unit": "TAB"}, "10"),
    ({"value": 2, "unit": "capsule"}, "10"),
    ({"value": 0.5, "unit": "tablet"}, "2.5"),
    ({"value": 2, "code": "385055001", "unit": "capsules"}, "10"),
    ({"value": 10, "unit": "mL"}, "no-strength"),
    ({"value": 2}, "10"),
    ({"value": 1}, "5"),
    ({"value": 4}, "20"),
    ({"value": 2.5}, "dose-unreadable"),
    ({"value": 5}, "dose-unreadable"),
    ({"value": 10}, "dose-unreadable"),
    ({"value": 10, "unit": "puff"}, "dose-unreadable"),
    ({"value": 10, "unit": "mg/kg"}, "dose-unreadable"),
    ({"value": 10, "code": "mg", "unit": "g"}, "dose-unreadable"),
    ({"value": 1, "comparator": "<", "unit": "mg"}, "dose-unreadable"),
    ({"value": 0, "unit": "mg"}, "dose-unreadable"),
    ({"value": -1, "unit": "mg"}, "dose-unreadable"),
    ({"value": 1e-300, "unit": "mg"}, "dose-unreadable"),
    ({"value": 1e300, "unit": "mg"}, "dose-unreadable"),
    ({"value": True, "unit": "mg"}, "dose-unreadable"),
    ({"value": "1e3", "unit": "mg"}, "dose-unreadable"),
    ({"value": "9" * 40, "unit": "mg"}, "dose-unreadable"),
    ({"value": None, "unit": "mg"}, "dose-unreadable"),
    ({"unit": "mg"}, "dose-unreadable"),
    ({"value": 140}, "dose-unreadable"),
    ({"value": 2, "unit": "dose"}, "dose-unreadable"),
    ({"value": 2, "unit": "strip"}, "dose-unreadable"),
    ({"value": 2, "unit": "UNT"}, "dose-unreadable"),
    ({"value": 1, "unit": "unit"}, "dose-unreadable"),
    ({"value": 1, "unit": "dose", "comparator": "<"}, "dose-unreadable"),
    ({"value": 2, "unit": "tableta"}, "10"),
    ({"value": 2, "unit": "Comprimidos"}, "10"),
    ({"value": 1, "unit": "dose"}, "no-dose"),
    ({"value": 1, "unit": "Dose(s)", "code": "{dose}"}, "no-dose"),
    ({"value": 1, "unit": "dosis"}, "no-dose"),
    ({}, "no-dose"),
]


@pytest.mark.parametrize(("quantity", "expected"), UNITS)
def test_an_amount_comes_to_milligrams(quantity: Json, expected: str) -> None:
    once_a_week = instruction(per(1, 1, "wk")) | {"doseAndRate": [{"doseQuantity": quantity}]}
    assert weekly(regimen(once_a_week)) == expected


@pytest.mark.parametrize(
    ("tablet", "value", "expected"),
    [
        ("8", 4, "dose-unreadable"),
        ("16", 4, "dose-unreadable"),
        ("9", 4, "36"),
        ("4", 4, "dose-unreadable"),
        ("30", 4, "120"),
        ("30", 5, "dose-unreadable"),
    ],
)
def test_a_bare_number_is_a_few_tablets_where_it_is_no_part_of_one(
    tablet: str, value: int, expected: str
) -> None:
    """A whole, a half or a quarter of what is in a tablet may be meant in milligrams."""
    once_a_week = instruction(per(1, 1, "wk")) | {"doseAndRate": [{"doseQuantity": {"value": value}}]}
    assert weekly(regimen(once_a_week, strength=Strength(mg=Decimal(tablet)))) == expected


def test_a_number_with_more_digits_than_any_dose_is_none() -> None:
    raw = (
        '[{"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"wk"}},'
        '"doseAndRate":[{"doseQuantity":{"value":1.00000000000000000000000001,"unit":"mg"}}]}]'
    )
    assert weekly(read_dosage(raw.encode())) == "dose-unreadable"


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ([{"doseRange": {"low": {"value": 5, "unit": "mg"}, "high": {"value": 10, "unit": "mg"}}}], "5–10"),
        (
            [{"doseRange": {"low": {"value": 1, "unit": "tablet"}, "high": {"value": 10, "unit": "mg"}}}],
            "5–10",
        ),
        (
            [{"doseRange": {"low": {"value": 10, "unit": "mg"}, "high": {"value": 5, "unit": "mg"}}}],
            "contradictory",
        ),
        ([{"doseRange": {"low": {"value": 10, "unit": "mg"}}}], "dose-unreadable"),
        ([{"doseRange": {"high": {"value": 10, "unit": "mg"}}}], "dose-unreadable"),
        ({"doseQuantity": {"value": 10, "unit": "mg"}}, "10"),
        (
            [{"doseQuantity": {"value": 10, "unit": "mg"}}, {"doseQuantity": {"value": 2, "unit": "tablet"}}],
            "10",
        ),
        (
            [{"doseQuantity": {"value": 10, "unit": "mg"}}, {"rateQuantity": {"value": 2, "unit": "mg/h"}}],
            "10",
        ),
        (
            [{"doseQuantity": {"value": 10, "unit": "mg"}}, {"doseQuantity": {"value": 2, "unit": "mg"}}],
            "contradictory",
        ),
        ([{"doseQuantity": {"value": 10, "unit": "mg"}, "doseRange": {}}], "contradictory"),
        ([{"rateQuantity": {"value": 10, "unit": "mg/h"}}], "dose-unreadable"),
        ([], "no-dose"),
        ("ten", "dose-unreadable"),
        ([None, 3], "dose-unreadable"),
        ([None, {"type": {"text": "ordered"}}], "no-dose"),
        ([{"doseRange": {}}], "no-dose"),
        (
            [{"doseQuantity": {"value": 10, "unit": "mg"}}, {"doseQuantity": {"value": 2, "unit": "strip"}}],
            "dose-unreadable",
        ),
        (None, "no-dose"),
    ],
)
def test_dose_and_rate_is_one_amount_or_none(rates: object, expected: str) -> None:
    assert weekly(regimen(instruction(per(1, 1, "wk")) | {"doseAndRate": rates})) == expected


def test_millilitres_need_milligrams_in_each() -> None:
    solution = Strength(mg_per_ml=Decimal("0.5"))
    five_ml = instruction(per(1, 1, "d")) | {"doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mL"}}]}
    assert weekly(regimen(five_ml, strength=solution)) == "17.5"
    assert weekly(regimen(five_ml, strength=Strength())) == "no-strength"


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"doseQuantity": {"value": 70, "unit": "mg"}}, Fault.WRONG_VERSION),
        ({"timingSchedule": {}}, Fault.WRONG_VERSION),
        ({"asNeeded": True}, Fault.WRONG_VERSION),
        ({"asNeededFor": [{"text": "pain"}]}, Fault.WRONG_VERSION),
        ({"additionalInstructions": [{"text": "daily"}]}, Fault.WRONG_VERSION),
        ({"modifierExtension": [{"url": "urn:x"}]}, Fault.UNREADABLE),
        ({"asNeededBoolean": "sometimes"}, Fault.UNREADABLE),
        ({"timing": {"modifierExtension": [{}]}}, Fault.UNREADABLE),
        ({"timing": "daily"}, Fault.UNREADABLE),
        ({"timing": {"repeat": "daily"}}, Fault.UNREADABLE),
        ({"timing": None}, Fault.NO_FREQUENCY),
    ],
)
def test_what_may_mean_something_else_is_not_read(members: Json, fault: Fault) -> None:
    found = regimen(instruction(per(1, 1, "d"), 70) | members)
    assert (found.faults[0], found.mg_per_week, found.readable) == (fault, None, False)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'[1, "x", true, [], null]', b"7", b"[" * 100_000])
def test_garbage_is_unreadable_and_nothing_raises(raw: bytes) -> None:
    found = read_dosage(raw)
    assert found.faults[:1] == (Fault.UNREADABLE,)
    assert (found.mg_per_week, found.mg_per_day, found.doses_per_week) == (None, None, None)
    assert (found.mg_per_dose, found.days) == (None, None)


@pytest.mark.parametrize("raw", [b"null", b"[]"])
def test_nothing_is_a_regimen_without_steps(raw: bytes) -> None:
    assert read_dosage(raw) == Regimen()
    assert not Regimen().readable


def test_a_single_object_is_read_as_a_list_of_one() -> None:
    one = instruction(per(1, 1, "d"))
    assert read_dosage(json.dumps(one).encode()) == regimen(one)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, False),
        ({"asNeededBoolean": False}, False),
        ({"asNeededBoolean": True}, True),
        ({"asNeededCodeableConcept": {"text": "pain"}}, True),
        ({"asNeededBoolean": False, "asNeededCodeableConcept": {"text": "pain"}}, True),
    ],
)
def test_as_needed_is_told(members: Json, expected: bool) -> None:
    assert regimen(instruction(per(1, 1, "d"), **members)).as_needed is expected


def test_the_same_sequence_or_none_is_side_by_side() -> None:
    morning, evening = instruction(per(1, 1, "d"), 5), instruction(per(1, 1, "d"), 2.5)
    for found in (
        regimen(morning, evening),
        regimen({**morning, "sequence": 1}, {**evening, "sequence": 1}),
        regimen({**morning, "sequence": 1}, evening),
    ):
        assert (weekly(found), found.is_taper) == ("52.5", False)
        assert found.doses_per_week == Amount(low=Decimal(14), high=Decimal(14))


ADVICE: list[Json] = [
    {"text": "Remain upright for 30 minutes after the dose"},
    {"sequence": 2, "patientInstruction": "Take with a full glass of water, in the morning"},
    {"additionalInstruction": [{"text": "Swallow whole"}]},
]


@pytest.mark.parametrize("advice", ADVICE)
def test_advice_beside_a_dose_is_no_dose_that_is_left_out(advice: Json) -> None:
    dose = instruction(per(1, 1, "wk"), text="10 mg weekly", sequence=1)
    assert regimen(dose, advice) == regimen(dose)
    assert read_sigs(json.dumps([dose, advice]).encode()) == read_sigs(json.dumps(dose).encode())
    assert regimen(advice).mg_per_week is None


@pytest.mark.parametrize(
    "words",
    [
        *(
            {"text": text}
            for text in ("2 tablets", "daily", "at bedtime", "on Wednesday", "for 3 days", "prn")
        ),
        {"text": "with water", "timing": {}},
        {"text": "with water", "asNeededBoolean": True},
        {"text": "with water", "unknown": 1},
        {"text": "with water".ljust(301, "!")},
        {},
    ],
)
def test_words_about_amount_or_time_are_no_advice(words: Json) -> None:
    assert regimen(instruction(per(1, 1, "wk")), words).mg_per_week is None


def test_a_bottle_is_a_dose_of_what_comes_in_bottles_of_one() -> None:
    def taken(strength: Strength, **quantity: Any) -> str:  # noqa: ANN401
        dose = {"timing": {"repeat": per(1, 1, "wk")}, "doseAndRate": [{"doseQuantity": quantity}]}
        return weekly(regimen(dose, strength=strength))

    solution = Strength(mg=Decimal(70), mg_per_ml=Decimal(70) / 75)
    assert taken(solution, value=1, unit="bottle") == "70"
    assert taken(solution, value=2, unit="Bottle(s)") == "140"
    assert taken(solution, value=1, unit="bottle", comparator=">") == "dose-unreadable"
    assert taken(TABLET_5MG, value=1, unit="bottle") == "dose-unreadable"


def test_different_sequences_follow_each_other_in_their_order() -> None:
    taper = regimen(
        instruction(per(1, 1, "d", boundsDuration={"value": 1, "unit": "wk"}), 10, sequence=2),
        instruction(per(1, 1, "d", boundsDuration={"value": 5, "code": "d"}), 20, sequence=1),
        instruction(per(1, 1, "d"), 5, sequence=3),
    )
    assert [step.doses[0].mg for step in taper.steps] == [
        Amount(low=Decimal(mg), high=Decimal(mg)) for mg in (20, 10, 5)
    ]
    assert (weekly(taper), taper.is_taper, taper.days) == ("35–140", True, None)


def test_where_only_some_have_a_place_in_the_order_the_rest_is_unreadable() -> None:
    daily = instruction(per(1, 1, "d"))
    found = regimen({**daily, "sequence": 1}, {**daily, "sequence": 2}, daily)
    assert (weekly(found), found.mg_per_week) == ("contradictory", None)
    assert regimen({**daily, "sequence": "first"}, daily).faults == (Fault.UNREADABLE,)


def test_side_by_side_with_dates_that_do_not_overlap_is_one_after_the_other() -> None:
    january = per(1, 1, "d", boundsPeriod={"start": "2026-01-01", "end": "2026-01-31"})
    february = per(1, 1, "d", boundsPeriod={"start": "2026-02-01", "end": "2026-02-28"})
    found = regimen(instruction(february, 5), instruction(january, 10))
    assert [str(step.doses[0].start) for step in found.steps] == ["2026-01-01", "2026-02-01"]
    assert found.days == 59
    assert weekly(regimen(instruction(january, 5), instruction(january, 10))) == "105"


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        ({"boundsDuration": {"value": 10, "unit": "days"}}, 10),
        ({"boundsDuration": {"value": 2, "code": "wk", "unit": "weeks"}}, 14),
        ({"boundsDuration": {"value": 1, "code": "mo"}}, 31),
        ({"boundsDuration": {"value": 1, "code": "h"}}, 1),
        ({"boundsDuration": {"value": 10, "code": "wk", "unit": "d"}}, None),
        ({"boundsDuration": {"value": 10}}, None),
        ({"boundsDuration": {"value": 10, "unit": "moons"}}, None),
        ({"boundsDuration": "long"}, None),
        ({"boundsRange": {"low": {"value": 5, "unit": "d"}, "high": {"value": 9, "unit": "d"}}}, 5),
        ({"count": 10}, 5),
        ({"count": 10, "boundsDuration": {"value": 3, "unit": "d"}}, 3),
        ({"boundsPeriod": {"start": "2026-01-01", "end": "2026-01-10"}}, 10),
        ({"boundsPeriod": {"start": "2026-01-10", "end": "2026-01-01"}}, None),
        ({"boundsPeriod": {"start": "2026-01"}}, None),
        ({}, None),
    ],
)
def test_how_long_it_goes_on(bounds: Json, days: int | None) -> None:
    assert regimen(instruction(per(2, 1, "d", **bounds))).days == days


def test_a_partial_date_is_the_shortest_it_may_mean() -> None:
    (dose,) = regimen(instruction(per(1, 1, "d", boundsPeriod={"start": "2026-01", "end": "2026-03"}))).doses
    assert (str(dose.start), str(dose.end)) == ("2026-01-31", "2026-03-01")


@pytest.mark.parametrize(
    ("limit", "exceeded"),
    [
        ({"numerator": {"value": 70, "unit": "mg"}, "denominator": {"value": 1, "unit": "week"}}, False),
        ({"numerator": {"value": 69, "unit": "mg"}, "denominator": {"value": 1, "unit": "week"}}, True),
        ({"numerator": {"value": 1, "unit": "tablet"}, "denominator": {"value": 1, "code": "d"}}, True),
        ({"numerator": {"value": 2, "unit": "tablet"}, "denominator": {"value": 1, "code": "d"}}, False),
        ({"numerator": {"value": 1, "unit": "puff"}, "denominator": {"value": 1, "code": "d"}}, False),
        ({"numerator": {"value": 1, "unit": "mg"}, "denominator": {"value": 1, "code": "blue"}}, False),
        ("none", False),
    ],
)
def test_more_than_its_own_maximum_is_told(limit: object, exceeded: bool) -> None:
    found = regimen(instruction(per(1, 1, "d"), maxDosePerPeriod=limit))
    assert (Fault.ABOVE_MAXIMUM in found.faults, weekly(found)) == (exceeded, "70")
    assert Fault.ABOVE_MAXIMUM not in regimen(instruction({}, maxDosePerPeriod=limit)).faults


def test_one_instruction_has_its_own_total() -> None:
    readable, silent = regimen(instruction(per(1, 1, "d")), instruction({})).doses
    assert (readable.mg_per_week, silent.mg_per_week) == (Amount(low=Decimal(70), high=Decimal(70)), None)


def test_a_missing_dose_can_be_filled_in() -> None:
    unknown = instruction(per(1, 1, "wk")) | {"doseAndRate": None}
    seventy = Amount(low=Decimal(70), high=Decimal(70))
    assert weekly(regimen(unknown, instruction(per(1, 1, "wk"))).with_dose(seventy)) == "80"
    unread = instruction(per(1, 1, "wk")) | {"doseAndRate": [{"doseQuantity": {"value": 140}}]}
    assert weekly(regimen(unread).with_dose(seventy)) == "dose-unreadable"


def test_where_r4_has_one_timing_a_list_of_one_is_read_as_it() -> None:
    daily = instruction(per(1, 1, "d"))
    assert weekly(regimen(daily | {"timing": [daily["timing"]]})) == "70"
    assert weekly(regimen(daily | {"timing": [daily["timing"]] * 2})) == "unreadable"


DAY = datetime.date.fromisoformat


def laid_out(found: Regimen, start: str, end: str) -> list[tuple[str, str, str]]:
    return [
        (str(span.start), str(span.end), "?" if span.mg_per_day is None else f"{span.mg_per_day.low:f}")
        for span in found.laid_out(DAY(start), DAY(end))
    ]


def for_days(days: int, **members: Any) -> Json:  # noqa: ANN401
    return per(1, 1, "d", boundsDuration={"value": days, "unit": "d"}, **members)


def test_a_taper_is_laid_out_on_the_days_it_takes() -> None:
    taper = regimen(
        instruction(for_days(5), 40, sequence=1),
        instruction(for_days(5), 20, sequence=2),
        instruction(per(1, 1, "d"), 10, sequence=3),
    )
    assert laid_out(taper, "2026-01-01", "2026-01-31") == [
        ("2026-01-01", "2026-01-05", "40"),
        ("2026-01-06", "2026-01-10", "20"),
        ("2026-01-11", "2026-01-31", "10"),
    ]
    assert laid_out(taper, "2026-01-01", "2026-01-07")[-1] == ("2026-01-06", "2026-01-07", "20")


def test_doses_side_by_side_are_summed_on_the_days_they_share() -> None:
    both = regimen(instruction(per(1, 1, "d"), 5), instruction(for_days(10), 10))
    assert laid_out(both, "2026-01-01", "2026-01-31") == [
        ("2026-01-01", "2026-01-10", "15"),
        ("2026-01-11", "2026-01-31", "5"),
    ]


def test_steps_without_a_length_have_the_least_of_those_that_may_apply() -> None:
    open_taper = regimen(
        instruction(for_days(5), 40, sequence=1),
        instruction(per(1, 1, "d"), 20, sequence=2),
        instruction(per(1, 1, "d"), 10, sequence=3),
    )
    assert laid_out(open_taper, "2026-01-01", "2026-01-31") == [
        ("2026-01-01", "2026-01-05", "40"),
        ("2026-01-06", "2026-01-31", "10"),
    ]
    assert laid_out(open_taper, "2026-01-01", "2026-01-03") == [("2026-01-01", "2026-01-03", "40")]
    assert laid_out(open_taper, "2026-01-01", "2026-01-05") == [("2026-01-01", "2026-01-05", "40")]
    from_the_first = regimen(*(instruction(per(1, 1, "d"), mg, sequence=mg) for mg in (10, 20)))
    assert laid_out(from_the_first, "2026-01-01", "2026-01-31") == [("2026-01-01", "2026-01-31", "10")]


def test_a_step_ends_where_the_next_has_its_beginning() -> None:
    until_the_next = regimen(
        instruction(per(1, 1, "d"), 20, sequence=1),
        instruction(per(1, 1, "d", boundsPeriod={"start": "2026-01-11"}), 10, sequence=2),
    )
    assert laid_out(until_the_next, "2026-01-01", "2026-01-31") == [
        ("2026-01-01", "2026-01-10", "20"),
        ("2026-01-11", "2026-01-31", "10"),
    ]


def test_days_between_two_periods_are_left_out() -> None:
    twice = regimen(
        instruction(per(1, 1, "d", boundsPeriod={"start": "2026-01-02", "end": "2026-01-05"}), 20),
        instruction(per(1, 1, "d", boundsPeriod={"start": "2026-01-09", "end": "2026-02-28"}), 10),
    )
    assert laid_out(twice, "2026-01-01", "2026-01-31") == [
        ("2026-01-02", "2026-01-05", "20"),
        ("2026-01-09", "2026-01-31", "10"),
    ]
    assert laid_out(twice, "2027-01-01", "2027-01-31") == []


def test_as_needed_adds_nothing_and_what_is_unreadable_is_unknown() -> None:
    as_needed = instruction(per(1, 1, "d"), 5, asNeededBoolean=True)
    assert laid_out(regimen(as_needed), "2026-01-01", "2026-01-02") == [("2026-01-01", "2026-01-02", "0")]
    both = regimen(as_needed, instruction(per(1, 1, "d"), 10))
    assert laid_out(both, "2026-01-01", "2026-01-02") == [("2026-01-01", "2026-01-02", "10")]
    assert laid_out(regimen(instruction({})), "2026-01-01", "2026-01-02") == [
        ("2026-01-01", "2026-01-02", "?")
    ]


def test_a_length_beyond_the_calendar_ends_with_it() -> None:
    endless = regimen(instruction(for_days(999_999_999)))
    assert laid_out(endless, "2026-01-01", "2026-01-31") == [("2026-01-01", "2026-01-31", "10")]


def test_dates_at_the_ends_of_the_calendar_are_dates() -> None:
    always = per(1, 1, "d", boundsPeriod={"start": "0001-01-01", "end": "9999-12-31"})
    (span,) = laid_out(regimen(instruction(always)), "2026-01-01", "2026-01-31")
    assert span == ("2026-01-01", "2026-01-31", "10")
    endless = regimen(instruction(always, sequence=1), instruction(always, sequence=2))
    assert laid_out(endless, "2026-01-01", "9999-12-31")[0][:1] == ("2026-01-01",)
    assert laid_out(regimen(instruction(per(1, 1, "d"))), "2026-01-01", "9999-12-31")[-1][1] == "9999-12-30"
    since_ever = per(1, 1, "d", boundsPeriod={"start": "0001-01-01"})
    first_open = regimen(instruction(per(1, 1, "d"), sequence=1), instruction(since_ever, 5, sequence=2))
    assert laid_out(first_open, "2026-01-01", "2026-01-31")[-1][2] == "5"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"dose": {"value": 4, "unit": "mg"}}, Decimal(4)),
        ({"dose": {"value": 1, "unit": "vial"}}, Decimal(5)),
        ({"text": "4 mg"}, Fault.NO_DOSE),
        ({"dose": {"value": 4, "unit": "mg"}, "modifierExtension": [{}]}, Fault.UNREADABLE),
        ([], Fault.UNREADABLE),
        (None, Fault.NO_DOSE),
    ],
)
def test_one_dose_that_was_given(raw: object, expected: Decimal | Fault) -> None:
    assert read_given(json.dumps(raw).encode(), strength=TABLET_5MG) == expected


def ratio(
    value: float | None, unit: str, per_value: float | None = None, per_unit: str | None = None
) -> Ratio:
    number = None if value is None else Decimal(str(value))
    under = None if per_value is None else Quantity(value=Decimal(str(per_value)), unit=per_unit)
    return Ratio(numerator=Quantity(value=number, unit=unit), denominator=under)


PREDNISONE = CodeFacts(strength_mg=Decimal(5))
SYRINGE = CodeFacts(total_mg=Decimal(60), strength_mg_per_ml=Decimal(60))
WITH_VITAMIN_D = CodeFacts(
    components=(
        Ingredient(ingredient="alendronate", strength_mg=Decimal(70)),
        Ingredient(ingredient="cholecalciferol"),
    )
)


@pytest.mark.parametrize(
    ("facts", "stated", "mg", "mg_per_ml"),
    [
        (PREDNISONE, None, "5", None),
        (SYRINGE, None, "60", "60"),
        (WITH_VITAMIN_D, None, "70", None),
        (CodeFacts(components=WITH_VITAMIN_D.components[:1] * 2), None, None, None),
        (CodeFacts(confidence=Confidence.VERIFIED_INGREDIENT), None, None, None),
        (None, None, None, None),
        (None, ratio(5, "mg", 1, "tablet"), "5", None),
        (None, ratio(5, "mg", 1), "5", None),
        (None, ratio(5, "mg"), "5", None),
        (None, ratio(10, "mg", 5, "mL"), None, "2"),
        (None, ratio(10, "mg", 1, "g"), None, None),
        (None, ratio(10, "mg", 0), None, None),
        (None, ratio(10, "mg", 1, "spray"), None, None),
        (None, ratio(10, "tablet", 1), None, None),
        (None, ratio(None, "mg", 1), None, None),
        (None, Ratio(), None, None),
        (PREDNISONE, ratio(5, "mg", 1, "tablet"), "5", None),
        (PREDNISONE, ratio(10, "mg", 1, "tablet"), None, None),
        (PREDNISONE, ratio(10, "mg", 1, "mL"), None, None),
    ],
)
def test_strength_is_that_of_the_code_or_of_the_ingredient(
    facts: CodeFacts | None, stated: Ratio | None, mg: str | None, mg_per_ml: str | None
) -> None:
    expected = Strength(mg=Decimal(mg) if mg else None, mg_per_ml=Decimal(mg_per_ml) if mg_per_ml else None)
    assert strength_of(facts, stated) == expected


DAILY, WEEKLY = instruction(per(1, 1, "d"), 70), instruction(per(1, 1, "wk"), 70)
SILENT: Json = {"doseAndRate": DAILY["doseAndRate"]}


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ([{**WEEKLY, "text": "70 mg once weekly"}], "agree"),
        ([{**WEEKLY, "text": "once weekly"}], "agree"),
        ([{**WEEKLY, "text": "as directed"}], "structure-only"),
        ([WEEKLY], "structure-only"),
        ([{**SILENT, "text": "once weekly"}], "text-only"),
        ([{"text": "once weekly"}], "text-only"),
        ([SILENT], "neither"),
        ([], "neither"),
        ([{**DAILY, "text": "70 mg once weekly"}], "conflict"),
        ([{**WEEKLY, "text": "1 tablet daily"}], "conflict"),
        ([{**WEEKLY, "text": "10 mg weekly"}], "conflict"),
        ([{**WEEKLY, "text": "take 10 mg"}], "conflict"),
        ([{**WEEKLY, "text": "daily, once weekly"}], "conflict"),
        ([instruction(per(1, 1, "wk"), 70, code="QD", text="weekly")], "conflict"),
        ([{**WEEKLY, "patientInstruction": "Take daily"}], "conflict"),
        ([{**WEEKLY, "text": "as directed", "additionalInstruction": [{"text": "take daily"}]}], "conflict"),
        ([{**WEEKLY, "text": "weekly", "patientInstruction": "take daily"}], "conflict"),
        ([{**WEEKLY, "text": "weekly", "patientInstruction": "never daily"}], "agree"),
        ([{**SILENT, "timing": {"code": {"text": "daily"}}, "text": "weekly"}], "conflict"),
        (
            [{**SILENT, "timing": {"code": {"coding": [{"display": "Weekly"}]}}, "text": "as directed"}],
            "text-only",
        ),
        ([instruction(per(1, 1, "d", frequencyMax=2), 70, text="1 tablet twice daily")], "agree"),
        ([{**DAILY, "text": "70 mg daily for 5 days, then 140 mg daily"}], "agree"),
        ([{**DAILY, "text": "140 mg daily for 5 days, then 210 mg daily"}], "conflict"),
        (
            [
                instruction(for_days(5), 40, text="40 mg daily for 5 days", sequence=1),
                instruction(for_days(5), 20, text="20 mg daily for 5 days", sequence=2),
            ],
            "agree",
        ),
        (
            [
                instruction(for_days(5), 40, text="40 mg daily for 5 days", sequence=1),
                instruction(for_days(5), 20, text="40 mg daily for 5 days", sequence=2),
            ],
            "conflict",
        ),
        (
            [
                instruction(for_days(5), 40, text="40 mg daily for 5 days, then 20 mg daily", sequence=1),
                instruction(for_days(5), 20, sequence=2),
            ],
            "agree",
        ),
        (
            [
                instruction(for_days(5), 40, text="40 mg daily for 5 days, then 20 mg daily", sequence=1),
                instruction(for_days(5), 20, text="20 mg daily", sequence=2),
            ],
            "conflict",
        ),
    ],
)
def test_structure_and_words_agree_or_conflict(instructions: list[Json], expected: str) -> None:
    raw, strength = json.dumps(instructions).encode(), Strength(mg=Decimal(70))
    found = agreement(read_dosage(raw, strength=strength), read_sigs(raw, strength=strength))
    assert found == Agreement(expected)
