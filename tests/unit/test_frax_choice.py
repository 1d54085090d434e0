"""Which of several FRAX calculations counts, and since when none does.

Mutations these tests kill: NEAR 90 to 89 or 91 days; FRAX_DAYS 90 to 89 or 91; FRAX_MG_PER_DAY 5 to 4.9 or 5.1;
BRIDGED 30 to 29 or 31.
"""

import datetime
from decimal import Decimal

import pytest

from fhir_mappings.bone.new_risks import latest_new_risk
from fhir_mappings.inputs import DoseSpan, Fracture, FractureSite, Glucocorticoid, GuidelineInputs, Mechanism
from tests.charts import (
    AS_OF,
    FRAX_HIP,
    FRAX_MAJOR,
    Json,
    ago,
    frax,
    issues,
    mapped,
    observation,
    t_score,
)

WITH: Json
WITHOUT: Json
WITH, WITHOUT = {"method": {"text": "FRAX with BMD"}}, {"method": {"text": "FRAX without BMD"}}


def read(inputs: GuidelineInputs) -> tuple[str | None, str | None, bool | None]:
    found = inputs.frax
    return (
        str(found.hip.value) if found.hip else None,
        str(found.major.value) if found.major else None,
        found.with_bmd,
    )


def pair(hip: str, major: str, days: int, **members: object) -> list[Json]:
    return [{**each, **members, "id": f"{each['id']}-{members}"} for each in frax(hip, major, day=ago(days))]


def test_the_newest_calculation_counts() -> None:
    inputs = mapped(*pair("3.5", "22", 100), *pair("2.0", "12", 5))
    assert read(inputs) == ("2.0", "12", None)
    assert issues(inputs) == []


def test_both_of_one_day_go_before_one_that_is_at_most_90_days_newer() -> None:
    assert read(mapped(*pair("3.1", "14", 90), *frax("2.0", day=ago(0)))) == ("3.1", "14", None)
    # Beyond that the newest counts, and what it lacks is the newest other.
    assert read(mapped(*pair("3.1", "14", 91), *frax("2.0", day=ago(0)))) == ("2.0", "14", None)
    assert read(mapped(*frax(major="14", day=ago(200)), *frax("2.0", day=ago(0)))) == ("2.0", "14", None)


def test_with_bone_density_goes_before_without_within_90_days() -> None:
    without_bmd = pair("3.4", "21", 0, **WITHOUT)
    assert read(mapped(*pair("2.5", "15", 0, **WITH), *without_bmd)) == ("2.5", "15", True)
    assert read(mapped(*pair("2.5", "15", 90, **WITH), *without_bmd)) == ("2.5", "15", True)
    assert read(mapped(*pair("2.5", "15", 91, **WITH), *without_bmd)) == ("3.4", "21", False)
    # Where nothing is said, the newest counts.
    assert read(mapped(*pair("2.5", "15", 30, **WITH), *pair("3.4", "21", 0))) == ("3.4", "21", None)
    assert read(mapped(*pair("2.5", "15", 0), *pair("3.4", "21", 0, **WITHOUT)))[2] is False


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"method": {"text": "FRAX with BMD"}}, True),
        ({"method": {"coding": [{"display": "FRAX incl. femoral neck bone mineral density"}]}}, True),
        ({"code": {"text": "FRAX hip (BMD adjusted)"}}, True),
        ({"method": {"text": "FRAX w/o BMD"}}, False),
        ({"method": {"text": "without femoral BMD"}}, False),
        ({"method": {"text": "clinical risk factors only, no bone density"}}, False),
        ({"code": {"text": "FRAX excluding BMD"}}, False),
        ({"method": {"text": "FRAX, US Caucasian"}}, None),
        ({"derivedFrom": [{"reference": "Observation/dxa"}]}, True),
        ({"derivedFrom": [{"reference": "https://ehr.example/fhir/Observation/dxa"}]}, True),
        ({"derivedFrom": [{"reference": "Observation/other"}, {}]}, None),
    ],
)
def test_whether_bone_density_went_into_it_is_said_by_words_or_by_what_it_was_made_from(
    members: Json, expected: bool | None
) -> None:
    hip = observation(FRAX_HIP, "2.0", "%")
    if "code" in members:
        members = {"code": {**hip["code"], **members["code"]}}
    inputs = mapped(t_score("-1.5", id="dxa"), {**hip, **members})
    assert inputs.frax.with_bmd is expected


def test_one_that_does_not_say_goes_with_the_other_of_its_day() -> None:
    hip = observation(FRAX_HIP, "2.0", "%", **WITH)
    assert read(mapped(hip, observation(FRAX_MAJOR, "12", "%"))) == ("2.0", "12", True)
    # With both kinds on one day it is known of neither.
    others = [observation(FRAX_HIP, "2.9", "%", **WITHOUT), observation(FRAX_MAJOR, "12", "%")]
    assert read(mapped(hip, *others)) == ("2.0", "12", True)


def test_of_one_day_what_does_not_say_goes_before_what_was_made_without() -> None:
    silent, without_bmd = pair("2.5", "15", 5), pair("3.4", "21", 5, **WITHOUT)
    one_with = {**observation(FRAX_HIP, "2.9", "%", day=ago(5), **WITH), "id": "with"}
    for order in ([*silent, *without_bmd, one_with], [one_with, *without_bmd, *silent]):
        assert read(mapped(*order)) == ("2.5", "15", None)


def test_only_the_newest_of_those_that_no_longer_hold_is_told_and_only_where_none_holds() -> None:
    old = [*pair("2.0", "12", 400), *pair("2.1", "13", 800)]
    inputs = mapped(*old)
    assert issues(inputs) == ["stale", "stale"]
    assert {each.reference for each in inputs.data_quality} == {
        f"Observation/o-{code}-{value}-{ago(400)}-{{}}"
        for code, value in ((FRAX_HIP, "2.0"), (FRAX_MAJOR, "12"))
    }
    assert issues(mapped(*old, *pair("2.2", "14", 5))) == []


def test_components_of_one_observation_are_read() -> None:
    panel = observation(
        "frax",
        component=[
            {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueQuantity": value}
            for code, value in (
                (FRAX_HIP, {"value": Decimal("2.4"), "unit": "%"}),
                (
                    FRAX_MAJOR,
                    {"value": 16, "unit": "percent", "system": "http://unitsofmeasure.org", "code": "%"},
                ),
            )
        ],
    )
    assert read(mapped(panel)) == ("2.4", "16", None)


@pytest.mark.parametrize(
    ("hip", "major", "expected"),
    [
        ("0.1", "0.5", ("0.1", "0.5", None)),
        ("0.09", "0.49", (None, None, None)),
        ("80", "90", ("80", "90", None)),
        ("80.1", "90.1", (None, None, None)),
        ("0.03", "0.2", (None, None, None)),
    ],
)
def test_a_percentage_is_taken_literally_and_has_to_be_plausible(
    hip: str, major: str, expected: tuple[str | None, str | None, None]
) -> None:
    inputs = mapped(*frax(hip, major))
    assert read(inputs) == expected
    assert issues(inputs) == ["implausible"] * 2 * (expected[0] is None)


def test_nothing_but_a_percentage_is_one() -> None:
    for unit, issue in ((None, "no-unit"), ("1", "wrong-unit"), ("{ratio}", "wrong-unit")):
        assert issues(mapped(observation(FRAX_HIP, "2.0", unit))) == [issue]
    bound = {"value": 3, "unit": "%", "comparator": ">"}
    assert issues(mapped(observation(FRAX_HIP, valueQuantity=bound))) == ["unreadable"]


def course(*spans: tuple[int, int, str]) -> Glucocorticoid:
    """Spans of so many days ago until so many days ago, at so many mg."""
    days = [
        DoseSpan(
            start=AS_OF - datetime.timedelta(days=start),
            end=AS_OF - datetime.timedelta(days=end),
            mg_per_day=Decimal(dose),
        )
        for start, end, dose in spans
    ]
    return Glucocorticoid(
        drugs=("prednisone",), spans=tuple(days), current=True, references=("MedicationRequest/1",)
    )


@pytest.mark.parametrize(
    ("spans", "started"),
    [
        ([(100, 11, "5")], 100),
        ([(100, 12, "5")], None),
        ([(100, 11, "4.9")], None),
        ([(20, -69, "7.5")], 20),
        ([(200, 151, "10"), (121, 82, "5")], 200),
        ([(200, 151, "10"), (120, 81, "5")], None),
        ([(200, 151, "10"), (150, 101, "4"), (100, 61, "5")], None),
        ([(300, 200, "5"), (150, 1, "5")], 150),
        ([(-1, -100, "5")], None),
        ([], None),
    ],
)
def test_glucocorticoids_are_a_new_risk_from_the_first_day_of_three_months_at_5_mg(
    spans: list[tuple[int, int, str]], started: int | None
) -> None:
    since = latest_new_risk((), course(*spans), AS_OF)
    assert (since and str(since)) == (ago(started) if started is not None else None)


def test_the_later_of_a_fracture_and_glucocorticoids_counts() -> None:
    broke = Fracture(
        site=FractureSite.HIP,
        mechanism=Mechanism.LOW_ENERGY,
        day=AS_OF - datetime.timedelta(days=50),
        latest=AS_OF - datetime.timedelta(days=40),
        reference="Condition/1",
    )
    assert str(latest_new_risk((broke,), course((100, 1, "5")), AS_OF)) == ago(40)
    assert str(latest_new_risk((broke,), course((30, -60, "5")), AS_OF)) == ago(30)
    assert latest_new_risk((), None, AS_OF) is None
