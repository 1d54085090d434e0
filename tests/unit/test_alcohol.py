"""Alcohol: drinks a day by whatever unit, and drinks of a drinking day never taken for them.

Mutations these tests kill: ALCOHOL_MONTHS 24 to 23 or 25; 7 days of a week to 5; the limit 50 to 49 or 51.
"""

from decimal import Decimal

import pytest

from fhir_mappings.inputs import GuidelineInputs
from tests.charts import (
    AS_OF,
    DRINKS,
    DRINKS_PER_DRINKING_DAY,
    UCUM,
    ago,
    concept,
    issues,
    mapped,
    observation,
)


def drinks(inputs: GuidelineInputs) -> str | None:
    return str(inputs.alcohol.value) if inputs.alcohol else None


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("3", "{drinks}/d", "3"),
        ("2.5", "drinks/day", "2.5"),
        ("0", "# per day", "0"),
        ("2", None, "2"),
        ("14", "{drinks}/wk", "2"),
        ("21", "drinks per week", "3"),
        ("50", "{drinks}/d", "50"),
    ],
)
def test_drinks_a_day_whatever_the_unit(value: str, unit: str | None, expected: str) -> None:
    inputs = mapped(observation(DRINKS, value, unit))
    assert drinks(inputs) == expected
    assert issues(inputs) == []
    assert inputs.alcohol
    assert inputs.alcohol.unit == "{drinks}/d"


@pytest.mark.parametrize(
    ("value", "unit", "issue"),
    [
        ("51", "{drinks}/d", "implausible"),
        ("-1", "{drinks}/d", "implausible"),
        ("40", "g/d", "wrong-unit"),
        ("3", "{drinks}/mo", "wrong-unit"),
    ],
)
def test_what_is_no_number_of_drinks_is_told(value: str, unit: str, issue: str) -> None:
    inputs = mapped(observation(DRINKS, value, unit))
    assert inputs.alcohol is None
    assert issues(inputs) == [issue]


def test_the_unit_that_is_coded_counts() -> None:
    week = {"value": Decimal(14), "unit": "drinks", "system": UCUM, "code": "{drinks}/wk"}
    assert issues(mapped(observation(DRINKS, valueQuantity=week))) == ["wrong-unit"]
    week["unit"] = "drinks per week"
    assert drinks(mapped(observation(DRINKS, valueQuantity=week))) == "2"


def test_an_integer_is_a_number_of_drinks() -> None:
    assert drinks(mapped(observation(DRINKS, valueInteger=4))) == "4"


def test_it_holds_for_24_months_and_not_a_day_more() -> None:
    edge = str(AS_OF.replace(year=2024))
    assert drinks(mapped(observation(DRINKS, "3", "{drinks}/d", day=edge))) == "3"
    assert drinks(mapped(observation(DRINKS, "3", "{drinks}/d", day="2024-01-14"))) is None


def test_drinks_of_a_drinking_day_are_no_average() -> None:
    inputs = mapped(observation(DRINKS_PER_DRINKING_DAY, "6", "{drinks}/d", day=ago(1)))
    assert inputs.alcohol is None
    assert inputs.alcohol_on_drinking_days
    assert inputs.alcohol_on_drinking_days.value == 6
    assert inputs.alcohol_on_drinking_days.unit == "{drinks}/{drinking day}"
    both = mapped(
        observation(DRINKS_PER_DRINKING_DAY, "6", "{drinks}/d", day=ago(1)),
        observation(DRINKS, "1", "{drinks}/d", day=ago(30)),
    )
    assert drinks(both) == "1"


def test_whether_somebody_drinks_says_nothing_of_how_much() -> None:
    # US Core, Observation-alcohol-use-status (CC0-1.0), dated anew.
    inputs = mapped(
        observation("11331-6", valueCodeableConcept=concept("228276006", "http://snomed.info/sct")),
        observation("11331-6", "5", "{drinks}/d", id="number"),
    )
    assert (inputs.alcohol, inputs.alcohol_on_drinking_days, issues(inputs)) == (None, None, [])
