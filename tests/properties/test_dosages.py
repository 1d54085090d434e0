"""What holds of every dosage, however it is written."""

import datetime
import itertools
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_mappings.dosage import Amount, Fault, Regimen, Strength, agreement, read_dosage, read_sig, read_sigs
from fhir_mappings.orders import read_draft_orders
from fhir_mappings.value_sets import load
from tests.charts import RXNORM, Json

GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
TERMINOLOGY = load()
TABLET = Strength(mg=Decimal(5))

YEAR = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
CALENDAR = (datetime.date.min, datetime.date.max)

same_every_time = settings(derandomize=True, database=None, deadline=None, max_examples=150)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = (
    "sequence", "text", "patientInstruction", "additionalInstruction", "timing", "asNeededBoolean",
    "asNeededCodeableConcept", "doseAndRate", "maxDosePerPeriod", "repeat", "code", "event", "coding",
    "system", "frequency", "frequencyMax", "period", "periodMax", "periodUnit", "dayOfWeek",
    "timeOfDay", "when", "count", "boundsDuration", "boundsRange", "boundsPeriod", "start", "end",
    "low", "high", "value", "unit", "comparator", "doseQuantity", "doseRange", "numerator",
    "denominator", "type",
)  # fmt: skip
LEAVES: tuple[object, ...] = (
    *(1, 2, 0, -1, 0.5, 1e308, 70, True, None, "d", "wk", "h", "mg", "tablet", "mon", "MORN", "08:00:00"),
    *("2026-01-05", "2026", "0001-01-01", "9999-12-31", GTS, "QD", "WK", "weekly", "once daily"),
    "1 tab bid x 5 days then weekly",
)
WORDS = (
    "take", "1", "70", "mg", "tab", "q", "every", "other", "daily", "weekly", "not", "do", "day",
    "week", "x", "/", "-", "then", "for", "5", "(", ")", ",", ".", "½", "once", "twice", "bid",
    "Monday", "morning", "and", "to", "0", "prn", "per", "a", "each", "half", "times",
)  # fmt: skip
dosage_like = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner, min_size=1, max_size=5)
    ),
    max_leaves=40,
)


def read(*instructions: Json, strength: Strength = TABLET) -> Regimen:
    return read_dosage(json.dumps(list(instructions)).encode(), strength=strength)


def instruction(repeat: Json, value: float, unit: str = "mg", **members: Any) -> Json:  # noqa: ANN401
    amount = {"value": value, "unit": unit}
    return {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": amount}], **members}


def per(frequency: int, period: float, unit: str) -> Json:
    return {"frequency": frequency, "period": period, "periodUnit": unit}


DAILY: tuple[Json, ...] = (
    {"repeat": per(1, 1, "d")},
    {"repeat": per(7, 1, "wk")},
    {"repeat": per(1, 24, "h")},
    {"repeat": {"period": 1, "periodUnit": "d"}},
    {"repeat": {"timeOfDay": ["08:00:00"]}},
    {"repeat": {"dayOfWeek": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}},
    {"repeat": {**per(1, 1, "d"), "dayOfWeek": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}},
    {"code": {"coding": [{"system": GTS, "code": "QD"}]}},
    {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "229797004"}]}},
    {"event": ["2026-01-05", "2026-01-06", "2026-01-07"]},
)
"""Once a day."""
milligrams = st.integers(min_value=1, max_value=4000).map(lambda quarters: quarters / 4)


@pytest.mark.parametrize("timing", DAILY)
@given(mg=milligrams)
@same_every_time
def test_every_way_to_write_once_a_day_is_seven_doses_a_week(timing: Json, mg: float) -> None:
    found = read({**instruction({}, mg), "timing": timing})
    week = Decimal(str(mg)) * 7
    assert found.mg_per_week == Amount(low=week, high=week)
    assert found.mg_per_day == Amount(low=week / 7, high=week / 7)


@given(mg=milligrams, times=st.integers(1, 6))
@same_every_time
def test_every_other_day_is_half_of_every_day(mg: float, times: int) -> None:
    daily, alternate = (read(instruction(per(times, days, "d"), mg)).mg_per_week for days in (1, 2))
    assert daily is not None
    assert alternate is not None
    assert alternate.low * 2 == daily.low


@given(mg=milligrams)
@same_every_time
def test_grams_milligrams_micrograms_and_tablets_of_the_same_mass_are_the_same(mg: float) -> None:
    factors = {"g": "0.001", "mg": "1", "mcg": "1000", "ug": "1000", "tablet": "0.2"}
    totals = {
        read(instruction(per(1, 1, "d"), float(Decimal(str(mg)) * Decimal(factor)), unit)).mg_per_week
        for unit, factor in factors.items()
    }
    assert len(totals) == 1


@given(data=st.data(), doses=st.lists(st.tuples(milligrams, st.integers(1, 7)), min_size=2, max_size=5))
@same_every_time
def test_the_order_of_the_elements_changes_nothing(
    data: st.DataObject, doses: list[tuple[float, int]]
) -> None:
    taper = data.draw(st.booleans())
    elements = [
        instruction(
            {**per(1, days, "d"), "boundsDuration": {"value": days * 3, "unit": "d"}},
            mg,
        )
        | ({"sequence": place} if taper else {})
        for place, (mg, days) in enumerate(doses)
    ]
    shuffled = data.draw(st.permutations(elements))
    one, other = read(*elements), read(*shuffled)
    assert (one.mg_per_week, one.days, one.mg_per_dose) == (other.mg_per_week, other.days, other.mg_per_dose)


@given(doses=st.lists(st.tuples(milligrams, st.integers(1, 9)), min_size=1, max_size=5))
@same_every_time
def test_doses_side_by_side_add_up_exactly(doses: list[tuple[float, int]]) -> None:
    found = read(*(instruction(per(1, days, "d"), mg) for mg, days in doses)).mg_per_week
    exact = sum((Fraction(mg) * 7 / days for mg, days in doses), Fraction(0))
    assert found is not None
    assert abs(Fraction(found.low) - exact) <= exact / 10**25
    if exact.denominator == 1:
        assert found.low == exact.numerator


@given(mg=milligrams, frequency=st.integers(1, 4), more=st.integers(0, 3))
@same_every_time
def test_a_range_has_the_least_below_the_most(mg: float, frequency: int, more: int) -> None:
    found = read(instruction({**per(frequency, 1, "d"), "frequencyMax": frequency + more}, mg)).mg_per_week
    assert found is not None
    assert found.high - found.low == Decimal(str(mg)) * 7 * more


PHRASES = {
    1: ("weekly", "once a week", "q week", "every 7 days", "every Monday", "1x/wk"),
    7: ("daily", "once a day", "qd", "every morning", "q24h", "every 24 hours"),
    14: ("twice daily", "bid", "2 times a day", "q12h"),
    2: ("twice weekly", "2x/week", "every Monday and Thursday"),
}


@pytest.mark.parametrize("times", PHRASES)
@given(data=st.data(), mg=st.integers(1, 500))
@same_every_time
def test_words_and_structure_of_the_same_schedule_agree(times: int, data: st.DataObject, mg: int) -> None:
    phrase = data.draw(st.sampled_from(PHRASES[times]))
    sig = f"Take {mg} mg by mouth {phrase}"
    structure = read(instruction(per(times, 1, "wk"), mg))
    assert read_sig(sig).mg_per_week == structure.mg_per_week
    assert agreement(structure, read_sig(sig)) == "agree"
    other = data.draw(st.sampled_from([each for each in PHRASES if each != times]))
    assert (
        agreement(structure, read_sig(f"Take {mg} mg {data.draw(st.sampled_from(PHRASES[other]))}"))
        == "conflict"
    )


@given(first=st.sampled_from(sorted(PHRASES)), second=st.sampled_from(sorted(PHRASES)), data=st.data())
@same_every_time
def test_two_different_frequencies_in_one_text_are_never_one(
    first: int, second: int, data: st.DataObject
) -> None:
    # Days of the week add up: "every Monday, every Thursday" is twice a week.
    phrases = {times: [each for each in PHRASES[times] if "Monday" not in each] for times in PHRASES}
    one, other = (data.draw(st.sampled_from(phrases[times])) for times in (first, second))
    found = read_sig(f"take 1 tablet {one}, {other}")
    if first == second:
        assert found.doses_per_week is None or found.doses_per_week.low == first
    else:
        assert found.doses_per_week is None


@given(text=st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
@settings(same_every_time, max_examples=600)
def test_no_text_raises_and_none_is_less_than_nothing(text: str) -> None:
    found = read_sig(text, strength=TABLET)
    for amount in (found.mg_per_week, found.doses_per_week, found.mg_per_dose):
        assert amount is None or 0 < amount.low <= amount.high
    assert found.doses_per_week is not None or not found.steps or found.faults


@given(value=json_values | dosage_like)
@settings(same_every_time, max_examples=600)
def test_no_json_raises_in_a_dosage(value: object) -> None:
    raw = json.dumps(value).encode()
    structure, words = read_dosage(raw, strength=TABLET), read_sigs(raw, strength=TABLET)
    agreement(structure, words)
    for found in (structure, words):
        assert found.mg_per_week is None or found.mg_per_week.low <= found.mg_per_week.high
        assert found.readable or not found.steps or found.faults or found.mg_per_week is not None
        assert found.days is None or found.days > 0
        for window in (YEAR, CALENDAR):
            spans = found.laid_out(*window)
            assert all(window[0] <= span.start <= span.end <= window[1] for span in spans)
            assert all(one.end < other.start for one, other in itertools.pairwise(spans))


@given(value=json_values | dosage_like)
@same_every_time
def test_no_json_raises_in_a_draft(value: object) -> None:
    drug = {"coding": [{"system": RXNORM, "code": "904431"}]}
    order = {
        "resourceType": "MedicationRequest",
        "medicationCodeableConcept": drug,
        "dosageInstruction": value,
    }
    (found,) = read_draft_orders(json.dumps(order).encode(), TERMINOLOGY).orders
    assert found.drugs == ("alendronate",)
    read_draft_orders(
        json.dumps({**order, "dispenseRequest": value, "reasonCode": value}).encode(), TERMINOLOGY
    )
    read_draft_orders(json.dumps({**order, "medicationCodeableConcept": value}).encode(), TERMINOLOGY)
    read_draft_orders(json.dumps(value).encode(), TERMINOLOGY)


def test_a_long_text_is_read_in_no_time_however_it_is_made() -> None:
    """No pattern may need more than a pass or so over the text: the faults of these would take minutes."""
    for piece in (
        "1 tablet , ",
        "every ",
        "not ",
        "mon and ",
        "then ",
        "1 to ",
        "for 5 day ",
        "morning and ",
    ):
        assert Fault.UNREADABLE not in read_sig((piece * 1000)[:1000], strength=TABLET).faults


DATES = (
    "0001-01-01",
    "0001",
    "2025-12-31",
    "2026-01-01",
    "2026-02",
    "2026-06-30",
    "9999-12-31",
    "9999",
    "soon",
)
bounds = st.one_of(
    st.just({}),
    st.builds(lambda days: {"boundsDuration": {"value": days, "unit": "d"}}, st.integers(1, 10**9)),
    st.builds(
        lambda start, end: {"boundsPeriod": {"start": start, "end": end}},
        st.sampled_from(DATES) | st.none(),
        st.sampled_from(DATES) | st.none(),
    ),
    st.builds(lambda count: {"count": count}, st.integers(1, 10**9)),
)


@given(
    parts=st.lists(
        st.tuples(bounds, st.integers(1, 3) | st.none(), st.booleans(), milligrams), min_size=1, max_size=4
    )
)
@settings(same_every_time, max_examples=400)
def test_whatever_its_dates_a_regimen_is_laid_out_in_order_and_never_above_all_of_it(
    parts: list[tuple[Json, int | None, bool, float]],
) -> None:
    found = read(
        *(
            instruction({**per(1, 1, "d"), **bound}, mg, asNeededBoolean=as_needed)
            | ({} if sequence is None else {"sequence": sequence})
            for bound, sequence, as_needed, mg in parts
        )
    )
    everything = Decimal(str(sum(mg for _, _, _, mg in parts)))
    for window in (YEAR, CALENDAR):
        spans = found.laid_out(*window)
        assert all(window[0] <= span.start <= span.end <= window[1] for span in spans)
        assert all(one.end < other.start for one, other in itertools.pairwise(spans))
        assert all(span.mg_per_day is None or span.mg_per_day.high <= everything for span in spans)
