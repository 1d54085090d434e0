"""Weight, height, body mass index, and height that was lost.

Mutations these tests kill: each look-back by a month; ADULT_AGE 18 to 17 or 19; CENTIMETRES 4 and
OBSERVED_CENTIMETRES 2 of lost height and BMI_DIFFERENCE 2 by a millimetre or a tenth; `>=` to `>`.
"""

from decimal import Decimal

import pytest

from cdshooks.guideline.height_loss import height_loss
from fhir_mappings.inputs import GuidelineInputs
from tests.charts import (
    AS_OF,
    BMI,
    HEIGHT,
    WEIGHT,
    Json,
    ago,
    answered,
    issues,
    mapped,
    observation,
    patient,
    t_score,
)

A_YEAR_AGO, TEN_YEARS_AGO = str(AS_OF.replace(year=2025)), str(AS_OF.replace(year=2016))


def weight(value: str, unit: str = "kg", day: str = ago(10)) -> Json:
    return observation(WEIGHT, value, unit, day=day)


def height(value: str, unit: str = "cm", day: str = ago(10)) -> Json:
    return observation(HEIGHT, value, unit, day=day)


def bmi(value: str, unit: str = "kg/m2", day: str = ago(10)) -> Json:
    return observation(BMI, value, unit, day=day)


def index(inputs: GuidelineInputs) -> tuple[str, str | None] | None:
    found = inputs.bmi
    return (f"{found.value:.2f}", found.reference and found.reference.partition("/")[0]) if found else None


def test_pounds_and_inches_are_read() -> None:
    inputs = mapped(weight("127", "[lb_av]"), height("64", "[in_i]"))
    assert inputs.weight
    assert inputs.height
    assert f"{inputs.weight.value:.4f}" == "57.6062"
    assert inputs.height.value == Decimal("162.56")


def test_the_weight_of_a_year_and_the_height_of_ten_are_used() -> None:
    inputs = mapped(weight("60", day=A_YEAR_AGO), height("160", day=TEN_YEARS_AGO))
    assert inputs.weight
    assert inputs.height
    inputs = mapped(weight("60", day="2025-01-14"), height("160", day="2016-01-14"))
    assert (inputs.weight, inputs.height, inputs.bmi) == (None, None, None)


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        (weight("25"), True),
        (weight("24.9"), False),
        (weight("300"), True),
        (weight("300.1"), False),
        (height("100"), True),
        (height("99"), False),
        (height("220"), True),
        (height("221"), False),
        (bmi("10"), True),
        (bmi("9.9"), False),
        (bmi("70"), True),
        (bmi("70.1"), False),
    ],
)
def test_what_is_implausible_is_told_and_not_used(resource: Json, found: bool) -> None:
    inputs = mapped(resource)
    assert (inputs.weight or inputs.height or inputs.bmi) is not None or not found
    assert issues(inputs) == ([] if found else ["implausible"])


def test_the_index_is_computed_from_weight_and_height() -> None:
    inputs = mapped(weight("51.2", day=ago(20)), height("160", day=ago(2000)))
    assert index(inputs) == ("20.00", None)
    assert inputs.bmi
    assert str(inputs.bmi.day) == ago(20)
    assert mapped(weight("51.2")).bmi is None
    assert mapped(height("160")).bmi is None


def test_a_stated_index_is_used_for_a_year_and_unless_the_weight_is_newer() -> None:
    assert index(mapped(bmi("19.9", day=A_YEAR_AGO))) == ("19.90", "Observation")
    assert mapped(bmi("19.9", day="2025-01-14")).bmi is None
    newer = (weight("51.2", day=ago(5)), height("160"))
    assert index(mapped(bmi("19.9", day=ago(5)), *newer)) == ("19.90", "Observation")
    assert index(mapped(bmi("19.9", day=ago(6)), *newer)) == ("20.00", None)


def test_a_stated_index_that_is_somebody_elses_is_not_used() -> None:
    measured = (weight("51.2"), height("160"))
    assert index(mapped(bmi("22.0"), *measured)) == ("22.00", "Observation")
    for value in ("22.1", "17.9"):
        inputs = mapped(bmi(value), *measured)
        assert inputs.bmi is None
        assert issues(inputs) == ["conflict"]


def test_the_index_of_another_version_of_fhir_says_the_same() -> None:
    # FHIR R5, Observation-bmi-using-related (CC0-1.0), dated anew: its element derivedFrom is R4's as well.
    inputs = mapped(
        {
            "resourceType": "Observation",
            "id": "bmi-using-related",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "39156-5"}], "text": "BMI"},
            "subject": {"reference": "Patient/p1"},
            "effectiveDateTime": "2026-01-02",
            "valueQuantity": {
                "value": Decimal("16.2"),
                "unit": "kg/m2",
                "system": "http://unitsofmeasure.org",
                "code": "kg/m2",
            },
            "derivedFrom": [{"reference": "Observation/bodyheight", "display": "Body Height"}],
        }
    )
    assert index(inputs) == ("16.20", "Observation")


def test_only_the_height_of_an_adult_counts() -> None:
    who = patient(birthDate="2000-06-01")
    assert mapped(who, height("150", day="2018-06-01")).height
    assert mapped(who, height("150", day="2018-05-31")).height is None
    assert mapped(patient(birthDate=None), height("150", day="2018-05-31")).height
    child = mapped(
        patient(birthDate="2015-06-01"), height("60", day="2016-06-01"), height("90", day="2019-06-01")
    )
    assert (child.height, issues(child)) == (None, [])


@pytest.mark.parametrize(
    ("before", "day", "expected"),
    [
        ("164.0", "1990-01-01", "4.0"),
        ("163.9", "1990-01-01", None),
        ("162.0", TEN_YEARS_AGO, "2.0"),
        ("161.9", TEN_YEARS_AGO, None),
        ("162.0", "2016-01-14", None),
    ],
)
def test_four_centimetres_in_all_or_two_in_ten_years_are_a_loss(
    before: str, day: str, expected: str | None
) -> None:
    inputs = mapped(height(before, day=day), height("160.0"))
    loss = height_loss(inputs)
    assert (str(loss.cm) if loss else None) == expected
    if loss:
        assert (str(loss.tallest_day), loss.reference) == (
            day,
            f"Observation/o-{HEIGHT}-{before}-{day}",
        )


def test_old_heights_that_are_wrong_are_neither_a_loss_nor_a_problem() -> None:
    who = patient(birthDate="1990-01-01")
    inputs = mapped(who, height("50", day="1990-02-01"), height("1650", day="2015-01-01"), height("160"))
    assert (inputs.height_losses, issues(inputs)) == ((), [])
    assert mapped(who, height("170", day="2007-12-31"), height("160")).height_losses == ()
    assert mapped(height("170", day="1990-01-01")).height_losses == ()
    assert mapped(patient(birthDate=None), height("170", day="1990-01-01"), height("160")).height_losses == ()


def test_three_centimetres_lost_under_observation_are_told() -> None:
    lost = (height("169", day="2020-01-01"), height("166"))
    (told,) = answered(t_score("-1.9"), *lost)["cards"]
    assert "3 cm since 2020-01-01: consider vertebral fracture assessment (VFA)" in told["detail"]
