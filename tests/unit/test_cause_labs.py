"""TSH, PTH, alkaline phosphatase and testosterone, with the limits of the laboratory that measured them."""

from decimal import Decimal

import pytest

from cdshooks.guideline.secondary_cause import secondary_causes
from fhir_mappings.inputs import GuidelineInputs, Measurement
from tests.charts import (
    ALBUMIN,
    ALP,
    AS_OF,
    CALCIUM,
    PTH,
    TESTOSTERONE,
    TSH,
    Json,
    ago,
    issues,
    mapped,
    observation,
    quantity,
    t_score,
)

A_YEAR_AGO, LONGER_AGO = str(AS_OF.replace(year=2025)), "2025-01-14"


def found(inputs: GuidelineInputs) -> Measurement | None:
    labs = inputs.labs
    return labs.tsh or labs.pth or labs.alkaline_phosphatase or labs.testosterone


def limits(low: str | None = None, high: str | None = None) -> Json:
    bounds = {"low": low, "high": high}
    return {"referenceRange": [{name: quantity(value) for name, value in bounds.items() if value}]}


@pytest.mark.parametrize(
    ("code", "value", "unit", "expected"),
    [
        (TSH, "0.02", "mIU/L", "0.02"),
        (TSH, "2.1", "u[IU]/mL", "2.1"),
        (TSH, "2.1", "uIU/mL", "2.1"),
        ("11580-8", "2.1", "m[IU]/L", "2.1"),
        (PTH, "88", "pg/mL", "88"),
        (PTH, "88", "ng/L", "88"),
        (PTH, "10", "pmol/L", "94.30"),
        (ALP, "210", "U/L", "210"),
        (ALP, "210", "[IU]/L", "210"),
        (ALP, "3.5", "ukat/L", "210.0"),
        (TESTOSTERONE, "180", "ng/dL", "180"),
        (TESTOSTERONE, "1.8", "ng/mL", "180.0"),
        (TESTOSTERONE, "10", "nmol/L", "288.40"),
    ],
)
def test_each_in_the_units_that_laboratories_write(code: str, value: str, unit: str, expected: str) -> None:
    inputs = mapped(observation(code, value, unit))
    measurement = found(inputs)
    assert measurement
    assert str(measurement.value) == expected
    assert issues(inputs) == []


@pytest.mark.parametrize(
    ("code", "value", "unit", "issue"),
    [
        (TSH, "2.1", None, "no-unit"),
        (TSH, "2.1", "ng/mL", "wrong-unit"),
        (TSH, "501", "mIU/L", "implausible"),
        (TSH, "-0.1", "mIU/L", "implausible"),
        (PTH, "0.9", "pg/mL", "implausible"),
        (PTH, "5001", "pg/mL", "implausible"),
        (ALP, "4", "U/L", "implausible"),
        (ALP, "5001", "U/L", "implausible"),
        (TESTOSTERONE, "0.9", "ng/dL", "implausible"),
        (TESTOSTERONE, "3001", "ng/dL", "implausible"),
    ],
)
def test_what_cannot_be_read_is_told(code: str, value: str, unit: str | None, issue: str) -> None:
    inputs = mapped(observation(code, value, unit))
    assert found(inputs) is None
    assert issues(inputs) == [issue]


def test_a_value_holds_for_twelve_months_and_not_a_day_more() -> None:
    assert found(mapped(observation(TSH, "2", "mIU/L", day=A_YEAR_AGO)))
    assert found(mapped(observation(TSH, "2", "mIU/L", day=LONGER_AGO))) is None


def test_the_limits_are_the_laboratorys_own_in_the_same_unit() -> None:
    tsh = mapped(observation(TSH, "0.02", "mIU/L", **limits("0.4", "4.5"))).labs.tsh
    assert tsh
    assert (tsh.lab_low, tsh.lab_high) == (Decimal("0.4"), Decimal("4.5"))
    pth = mapped(observation(PTH, "10", "pmol/L", **limits(high="7"))).labs.pth
    assert pth
    assert (pth.lab_low, str(pth.lab_high)) == (None, "66.01")


def test_the_newest_counts_and_of_one_day_one_that_is_outside() -> None:
    own = limits("0.4", "4.5")
    inputs = mapped(observation(TSH, "9", "mIU/L", day=ago(20), **own), observation(TSH, "2", "mIU/L", **own))
    assert inputs.labs.tsh
    assert inputs.labs.tsh.value == 2
    for outside in ("0.1", "9"):
        inputs = mapped(*(observation(TSH, value, "mIU/L", **own) for value in ("2", outside, "3")))
        assert inputs.labs.tsh
        assert str(inputs.labs.tsh.value) == outside


@pytest.mark.parametrize(("value", "comparator"), [("0.3", ">"), ("9", "<")])
def test_a_bound_on_the_other_side_is_not_outside(value: str, comparator: str) -> None:
    own, bound = limits("0.4", "4.5"), quantity(value, "mIU/L", comparator=comparator)
    inputs = mapped(
        observation(TSH, valueQuantity=bound, id="z", **own),
        observation(TSH, "0.2", "mIU/L", id="a", **own),
    )
    assert inputs.labs.tsh
    assert inputs.labs.tsh.reference == "Observation/a"


@pytest.mark.parametrize("at_limit", ["0.4", "4.5"])
def test_of_one_day_a_value_at_the_limit_is_not_outside_it(at_limit: str) -> None:
    later = observation(TSH, "2.0", "mIU/L", day="2026-01-05T16:00:00Z", id="later", **limits("0.4", "4.5"))
    earlier = observation(TSH, at_limit, "mIU/L", day="2026-01-05T08:00:00Z", **limits("0.4", "4.5"))
    measurement = found(mapped(earlier, later))
    assert measurement
    assert str(measurement.value) == "2.0"


def flag(code: str) -> Json:
    system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    return {"interpretation": [{"coding": [{"system": system, "code": code}]}]}


@pytest.mark.parametrize(
    ("code", "unit", "value", "members", "told"),
    [
        (TSH, "mIU/L", "9", flag("H"), "high TSH (9 mIU/L"),
        (TSH, "mIU/L", "0.1", flag("LL"), "low TSH (0.1 mIU/L"),
        (PTH, "pg/mL", "90", flag("HH"), "high PTH (90 pg/mL"),
        (TSH, "mIU/L", "9", flag("A"), None),
        (TSH, "mIU/L", "9", {}, None),
        # The limits say it better than the flag.
        (TSH, "mIU/L", "3", {**flag("H"), **limits("0.4", "4.5")}, None),
        # How far above its limit nobody knows.
        (ALP, "U/L", "300", flag("H"), None),
        (CALCIUM, "mg/dL", "10.4", flag("H"), "high uncorrected calcium (10.4 mg/dL"),
        (CALCIUM, "mg/dL", "10.4", {}, None),
        (CALCIUM, "mg/dL", "10.4", {**flag("H"), **limits("8.5", "10.5")}, None),
    ],
)
def test_what_the_laboratory_calls_high_or_low_without_a_limit_is_a_hint(
    code: str, unit: str, value: str, members: Json, told: str | None
) -> None:
    causes = secondary_causes(mapped(t_score("-1.9"), observation(code, value, unit, **members)))
    assert [each[: len(told)] for each in causes if told] == ([told] if told else [])
    assert bool(causes) is (told is not None)


def test_a_flag_speaks_of_what_was_measured_and_not_of_the_corrected_calcium() -> None:
    total = observation(CALCIUM, "10.4", "mg/dL", **flag("H"))
    albumin = observation(ALBUMIN, "4.4", "g/dL")
    assert secondary_causes(mapped(t_score("-1.9"), total, albumin)) == []


def test_of_one_day_the_value_that_is_flagged_counts() -> None:
    inputs = mapped(observation(TSH, "9", "mIU/L", **flag("H")), observation(TSH, "2", "mIU/L", id="later"))
    assert inputs.labs.tsh
    assert (str(inputs.labs.tsh.value), inputs.labs.tsh.flagged) == ("9", "high")
