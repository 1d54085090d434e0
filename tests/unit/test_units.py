"""Units: what is converted exactly, what is refused, and where plausibility ends on either side."""

from decimal import Decimal

import pytest

from fhir_mappings import units
from fhir_mappings.reader import Quantity
from fhir_mappings.units import UCUM, Analyte, Fault, convert


def converted(value: str, unit: str | None, analyte: Analyte) -> Decimal | Fault:
    return convert(Quantity(value=Decimal(value), unit=unit), analyte)


@pytest.mark.parametrize(
    ("value", "unit", "analyte", "then"),
    [
        ("4.5", "mg/dL", units.IONIZED_MASS, "4.5"),
        ("42", "g/L", units.ALBUMIN, "4.2"),
        ("88.42", "umol/L", units.CREATININE, "1"),
        ("88.42", "µmol/L", units.CREATININE, "1"),
        ("88.42", "μmol/L", units.CREATININE, "1"),
        ("49.92", "nmol/L", units.VITAMIN_D, "20"),
        ("100", "[lb_av]", units.WEIGHT, "45.359237"),
        ("65000", "g", units.WEIGHT, "65"),
        ("2000", "[oz_av]", units.WEIGHT, "56.69904625"),
        ("2000", "oz", units.WEIGHT, "56.69904625"),
        ("24.5", "kg/m*2", units.BODY_MASS_INDEX, "24.5"),
        ("1.6", "m", units.HEIGHT, "160"),
        ("60", "in", units.HEIGHT, "152.4"),
        ("60", "[in_i]", units.HEIGHT, "152.4"),
        ("60", "mL/min/1.73 m²", units.EGFR, "60"),
        ("30", "mL/min/1.73 m*2", units.EGFR, "30"),
        ("30", "ml/min/1,73 m²", units.EGFR, "30"),
        ("30", "ml/min/1.73 m^2", units.EGFR, "30"),
        ("9.4", "MG/DL", units.CALCIUM_MASS, "9.4"),
        ("9.4", " mg / dL ", units.CALCIUM_MASS, "9.4"),
        ("3.0", "%", units.FRAX_HIP, "3.0"),
    ],
)
def test_a_unit_of_the_analyte_is_converted_exactly(
    value: str, unit: str, analyte: Analyte, then: str
) -> None:
    assert converted(value, unit, analyte) == Decimal(then)


@pytest.mark.parametrize("value", ["-3.7203722204883998", "-2.50", "-2.5000000000000000000000000000000001"])
def test_a_value_in_the_analytes_own_unit_stays_as_reported_to_the_last_digit(value: str) -> None:
    assert str(converted(value, "{T-score}", units.T_SCORE)) == value


# Each pair: the last value that counts, and the first beyond it.
@pytest.mark.parametrize(
    ("analyte", "unit", "inside", "outside"),
    [
        (units.T_SCORE, None, "-7.0", "-7.01"),
        (units.T_SCORE, None, "6.0", "6.01"),
        (units.FRAX_HIP, "%", "0.1", "0.09"),
        (units.FRAX_HIP, "%", "80", "80.1"),
        (units.FRAX_MAJOR, "%", "0.5", "0.49"),
        (units.FRAX_MAJOR, "%", "90", "90.1"),
        (units.CALCIUM_MASS, "mg/dL", "4", "3.9"),
        (units.CALCIUM_MASS, "mg/dL", "18", "18.1"),
        (units.CALCIUM_MOLAR, "mmol/L", "1", "0.99"),
        (units.CALCIUM_MOLAR, "mmol/L", "4.5", "4.51"),
        (units.IONIZED_MOLAR, "mmol/L", "0.4", "0.39"),
        (units.IONIZED_MOLAR, "mmol/L", "3", "3.01"),
        (units.IONIZED_MASS, "mg/dL", "1.6", "1.59"),
        (units.IONIZED_MASS, "mg/dL", "12", "12.1"),
        (units.ALBUMIN, "g/dL", "0.5", "0.49"),
        (units.ALBUMIN, "g/dL", "7", "7.1"),
        (units.CREATININE, "mg/dL", "0.2", "0.19"),
        (units.CREATININE, "mg/dL", "20", "20.1"),
        (units.EGFR, "mL/min", "2", "1.9"),
        (units.EGFR, "mL/min", "200", "201"),
        (units.VITAMIN_D, "ng/mL", "2", "1.9"),
        (units.VITAMIN_D, "ng/mL", "200", "201"),
        (units.WEIGHT, "kg", "25", "24.9"),
        (units.WEIGHT, "kg", "300", "300.1"),
        (units.HEIGHT, "cm", "100", "99"),
        (units.HEIGHT, "cm", "220", "221"),
        (units.BODY_MASS_INDEX, "kg/m2", "10", "9.9"),
        (units.BODY_MASS_INDEX, "kg/m2", "70", "70.1"),
        (units.DRINKS_PER_DAY, "{drinks}/d", "0", "-0.1"),
        (units.DRINKS_PER_DAY, "{drinks}/d", "50", "50.1"),
        (units.TSH, "mIU/L", "0", "-0.1"),
        (units.TSH, "mIU/L", "500", "500.1"),
        (units.PTH, "pg/mL", "1", "0.9"),
        (units.PTH, "pg/mL", "5000", "5000.1"),
        (units.ALKALINE_PHOSPHATASE, "U/L", "5", "4.9"),
        (units.ALKALINE_PHOSPHATASE, "U/L", "5000", "5000.1"),
        (units.TESTOSTERONE, "ng/dL", "1", "0.9"),
        (units.TESTOSTERONE, "ng/dL", "3000", "3000.1"),
        (units.DAYS, "d", "1", "0.9"),
        (units.DAYS, "d", "3650", "3650.1"),
        (units.AGE, "a", "0", "-1"),
        (units.AGE, "a", "120", "121"),
    ],
)
def test_plausibility_ends_at_its_limit(
    analyte: Analyte, unit: str | None, inside: str, outside: str
) -> None:
    assert converted(inside, unit, analyte) == Decimal(inside)
    assert converted(outside, unit, analyte) is Fault.IMPLAUSIBLE


def test_what_is_plausible_is_asked_after_conversion() -> None:
    assert converted("1700", "umol/L", units.CREATININE) == Decimal(1700) / Decimal("88.42")
    assert converted("1800", "umol/L", units.CREATININE) is Fault.IMPLAUSIBLE


@pytest.mark.parametrize(
    "value", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+10", "1E-10", "1E+999999999999999999"]
)
def test_what_is_no_number_of_this_world_is_unreadable(value: str) -> None:
    assert converted(value, "mg/dL", units.CALCIUM_MASS) is Fault.UNREADABLE


def test_without_a_value_there_is_nothing_to_read() -> None:
    assert convert(Quantity(unit="mg/dL"), units.CALCIUM_MASS) is Fault.UNREADABLE


@pytest.mark.parametrize("zero", ["0", "0E+999999", "0E-999999", "-0"])
def test_zero_is_a_number_however_it_is_written(zero: str) -> None:
    assert converted(zero, None, units.T_SCORE) == 0


@pytest.mark.parametrize("unit", [None, "", " "])
def test_a_missing_unit_is_not_guessed_except_for_a_t_score(unit: str | None) -> None:
    assert converted("9.4", unit, units.CALCIUM_MASS) is Fault.NO_UNIT
    assert converted("3.0", unit, units.FRAX_HIP) is Fault.NO_UNIT
    assert converted("-1.9", unit, units.T_SCORE) == Decimal("-1.9")


@pytest.mark.parametrize(
    "unit", ["{T-score}", "{T score}", "T-Score", "T Score", "{score}", "1", "SD", "{SD}"]
)
def test_a_t_score_is_read_under_every_name_of_its_unit(unit: str) -> None:
    assert converted("-1.9", unit, units.T_SCORE) == Decimal("-1.9")


@pytest.mark.parametrize("unit", ["{Z-score}", "Zscore", "g/cm2", "g/cm²", "%", "T-score (Z-score)", "kg"])
def test_another_unit_is_no_t_score(unit: str) -> None:
    assert converted("-1.9", unit, units.T_SCORE) is Fault.WRONG_UNIT


def test_a_code_that_is_refused_counts_whatever_is_printed() -> None:
    both = Quantity(value=Decimal("-1.9"), unit="T-score", code="g/cm2", system=UCUM)
    assert convert(both, units.T_SCORE) is Fault.WRONG_UNIT


def test_one_or_unitless_frax_is_not_a_percentage() -> None:
    assert converted("0.03", "1", units.FRAX_HIP) is Fault.WRONG_UNIT


def test_the_ucum_code_says_the_unit_where_the_print_is_free_text() -> None:
    both = Quantity(value=Decimal("-1.62"), unit="T-Score", code="1", system=UCUM)
    assert convert(both, units.T_SCORE) == Decimal("-1.62")
    free = Quantity(value=Decimal("9.4"), unit="milligrams per deciliter", code="mg/dL", system=UCUM)
    assert convert(free, units.CALCIUM_MASS) == Decimal("9.4")


def test_a_code_of_another_system_says_nothing() -> None:
    other = Quantity(value=Decimal("9.4"), code="mg/dL", system="urn:other")
    assert convert(other, units.CALCIUM_MASS) is Fault.NO_UNIT


def test_print_and_code_that_contradict_each_other_are_refused() -> None:
    both = Quantity(value=Decimal(42), unit="g/dL", code="g/L", system=UCUM)
    assert convert(both, units.ALBUMIN) is Fault.WRONG_UNIT


def test_a_code_that_is_not_known_is_not_overruled_by_the_print() -> None:
    both = Quantity(value=Decimal("9.4"), unit="mg/dL", code="ng/mL", system=UCUM)
    assert convert(both, units.CALCIUM_MASS) is Fault.WRONG_UNIT


@pytest.mark.parametrize(
    ("value", "unit", "code", "analyte"),
    [
        ("120", "stones", "kg", units.WEIGHT),
        ("120", "pounds", "kg", units.WEIGHT),
        ("9.4", "mEq/L", "mg/dL", units.CALCIUM_MASS),
        ("0.9", "mmol/L", "mg/dL", units.CREATININE),
        ("60", "mL/h", "mL/min", units.EGFR),
        ("3", "ratio", "%", units.FRAX_HIP),
    ],
)
def test_a_print_that_is_not_listed_contradicts_the_code(
    value: str, unit: str, code: str, analyte: units.Analyte
) -> None:
    both = Quantity(value=Decimal(value), unit=unit, code=code, system=UCUM)
    assert convert(both, analyte) is Fault.WRONG_UNIT
    alone = Quantity(value=Decimal(value), code=code, system=UCUM)
    assert convert(alone, analyte) == Decimal(value)


@pytest.mark.parametrize(
    ("unit", "code", "analyte"),
    [
        ("standard deviations", "1", units.T_SCORE),
        ("% in ten years", "%", units.FRAX_HIP),
        ("Kilograms", "kg", units.WEIGHT),
        ("mL/min/1.73 sq m", "mL/min/{1.73_m2}", units.EGFR),
    ],
)
def test_the_unit_spelled_out_does_not(unit: str, code: str, analyte: units.Analyte) -> None:
    assert isinstance(
        convert(
            Quantity(value=Decimal(60 if analyte.low > 0 else 1), unit=unit, code=code, system=UCUM), analyte
        ),
        Decimal,
    )
