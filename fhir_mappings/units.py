"""Units by analyte: what a laboratory writes, turned into the unit in which the guideline reads it.

Factors and limits of plausibility are those of GUIDELINE.md, table B. A unit that is not listed for the
analyte is not guessed at.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec

from fhir_mappings.reader import Quantity

UCUM = "http://unitsofmeasure.org"

# Multiplied by the first and divided by the second, so that 4.5 mg/dL is 1.12 mmol/L and not 1.1199….
Ratio = tuple[Decimal, Decimal]
_SAME: Ratio = (Decimal(1), Decimal(1))


class Analyte(msgspec.Struct, frozen=True, kw_only=True):
    """One quantity: the unit it is read in, accepted spellings with their ratio, what is plausible in `unit`.

    `refused` are fragments of a printed unit that say the number is something else. With `free_print` any other
    print may stand beside a known code; else a print that is not listed contradicts it ("pounds" beside kg).
    """

    unit: str
    ratios: dict[str, Ratio]
    low: Decimal
    high: Decimal
    needs_unit: bool = True
    refused: tuple[str, ...] = ()
    free_print: bool = False


class Fault(StrEnum):
    """Why a quantity cannot be used; the values are data-quality issues of GUIDELINE.md."""

    NO_UNIT = "no-unit"
    WRONG_UNIT = "wrong-unit"
    IMPLAUSIBLE = "implausible"
    UNREADABLE = "unreadable"


def _folded(unit: str) -> str:
    folded = "".join(unit.split()).casefold().replace("μ", "u").replace("µ", "u")
    # Of a square meter: "m²", "m^2", and "m*2" as in the sciences; "1,73" is how half of Europe prints it.
    return folded.replace("²", "2").replace("m^2", "m2").replace("m*2", "m2").replace("1,73", "1.73")


def _same(*spellings: str) -> dict[str, Ratio]:
    return {_folded(spelling): _SAME for spelling in spellings}


def _times(factor: str, *spellings: str) -> dict[str, Ratio]:
    return {_folded(spelling): (Decimal(factor), Decimal(1)) for spelling in spellings}


def _per(divisor: str, *spellings: str) -> dict[str, Ratio]:
    return {_folded(spelling): (Decimal(1), Decimal(divisor)) for spelling in spellings}


_FRACTION = ("ratio", "fraction")
# Spelled out, as people print a unit beside its code.
_MG_DL = ("mg/dL", "mg%", "mg per dL", "milligrams per deciliter", "milligram per deciliter", "mg/100mL")
_MMOL_L = (
    "mmol/L",
    "mM",
    "mmol per L",
    "millimoles per liter",
    "millimole per liter",
    "millimoles per litre",
)
T_SCORE = Analyte(
    unit="{T-score}",
    ratios=_same("{T-score}", "{T score}", "T-score", "T score", "{score}", "score", "1", "SD", "{SD}"),
    low=Decimal("-7.0"),
    high=Decimal("6.0"),
    needs_unit=False,
    refused=("z-score", "zscore", "{z", "g/cm", "%"),
    free_print=True,
)
_PERCENT = _same("%", "percent", "per cent", "pct")
FRAX_HIP = Analyte(
    unit="%", ratios=_PERCENT, low=Decimal("0.1"), high=Decimal(80), refused=_FRACTION, free_print=True
)
FRAX_MAJOR = Analyte(
    unit="%", ratios=_PERCENT, low=Decimal("0.5"), high=Decimal(90), refused=_FRACTION, free_print=True
)
# Calcium stays in the unit it was reported in: the limits and the correction for albumin are given for both.
CALCIUM_MASS = Analyte(unit="mg/dL", ratios=_same(*_MG_DL), low=Decimal(4), high=Decimal(18))
CALCIUM_MOLAR = Analyte(unit="mmol/L", ratios=_same(*_MMOL_L), low=Decimal(1), high=Decimal("4.5"))
IONIZED_MOLAR = Analyte(unit="mmol/L", ratios=_same(*_MMOL_L), low=Decimal("0.4"), high=Decimal(3))
IONIZED_MASS = Analyte(unit="mg/dL", ratios=_same(*_MG_DL), low=Decimal("1.6"), high=Decimal(12))
ALBUMIN = Analyte(
    unit="g/dL",
    ratios=_same("g/dL", "g%", "g per dL", "gm/dL", "gram/dL", "grams per deciliter", "gram per deciliter")
    | _per("10", "g/L", "g per L", "grams per liter", "gram per liter", "grams per litre"),
    low=Decimal("0.5"),
    high=Decimal(7),
)
CREATININE = Analyte(
    unit="mg/dL",
    ratios=_same(*_MG_DL)
    | _per("88.42", "umol/L", "mcmol/L", "micromol/L", "micromoles per liter", "micromoles per litre"),
    low=Decimal("0.2"),
    high=Decimal(20),
)
EGFR = Analyte(
    unit="mL/min/{1.73_m2}",
    ratios=_same(
        "mL/min/{1.73_m2}",
        "mL/min/1.73.m2",
        "mL/min/{1.73m2}",
        "mL/min/1.73m2",
        "mL/min/1.73m^2",
        "mL/min/1.73sqm",
        "mL/min/1.73",
        "mL/min",
        "mL per min",
        "mL/minute",
        "mL/min/BSA",
        "mL/min per 1.73m2",
        "mL/min/1.73 sq m",
        "mL/min/1.73 square meters",
        "milliliters per minute",
        "milliliters per minute per 1.73 square meters",
    ),
    low=Decimal(2),
    high=Decimal(200),
)
VITAMIN_D = Analyte(
    unit="ng/mL",
    ratios=_same("ng/mL", "ug/L", "mcg/L", "ng per mL", "nanograms per milliliter", "nanogram per milliliter")
    | _per("2.496", "nmol/L", "nmol per L", "nanomoles per liter", "nanomoles per litre"),
    low=Decimal(2),
    high=Decimal(200),
)
WEIGHT = Analyte(
    unit="kg",
    ratios=_same("kg", "kgs", "kilogram", "kilograms", "kilo", "kilos")
    | _per("1000", "g", "gm", "gram", "grams")
    | _times("0.45359237", "[lb_av]", "lb", "lbs", "pound", "pounds")
    | _times("0.028349523125", "[oz_av]", "oz", "ounce", "ounces"),
    low=Decimal(25),
    high=Decimal(300),
)
HEIGHT = Analyte(
    unit="cm",
    ratios=_same("cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres")
    | _times("100", "m", "meter", "meters", "metre", "metres")
    | _times("2.54", "[in_i]", "[in_us]", "in", "inch", "inches"),
    low=Decimal(100),
    high=Decimal(220),
)
BODY_MASS_INDEX = Analyte(
    unit="kg/m2", ratios=_same("kg/m2", "kg/m^2", "kg/sqm"), low=Decimal(10), high=Decimal(70)
)
# The code says "drinks per day" already, so a bare number is one; a week is stated.
DRINKS_PER_DAY = Analyte(
    unit="{drinks}/d",
    ratios=_same(
        "{drinks}/d",
        "{drink}/d",
        "{drinks}/day",
        "{standard drinks}/d",
        "drinks/d",
        "drinks/day",
        "drink/day",
        "drinks per day",
        "{#}/d",
        "#/day",
        "# per day",
        "/d",
        "/day",
        "per day",
        "{drinks}",
        "drinks",
        "1",
    )
    | _per(
        "7",
        "{drinks}/wk",
        "{drink}/wk",
        "{drinks}/week",
        "{standard drinks}/wk",
        "drinks/wk",
        "drinks/week",
        "drinks per week",
        "{#}/wk",
        "#/week",
        "# per week",
        "/wk",
        "/week",
        "per week",
    ),
    low=Decimal(0),
    high=Decimal(50),
    needs_unit=False,
)
# GUIDELINE.md gives no limits for these: what is outside them is a slip of a decimal point or of the unit.
TSH = Analyte(
    unit="mIU/L",
    ratios=_same(
        "mIU/L", "m[IU]/L", "mU/L", "uIU/mL", "u[IU]/mL", "uU/mL", "mcIU/mL", "mcU/mL", "micro int units/mL"
    ),
    low=Decimal(0),
    high=Decimal(500),
)
PTH = Analyte(
    unit="pg/mL",
    ratios=_same("pg/mL", "ng/L") | _times("9.43", "pmol/L"),
    low=Decimal(1),
    high=Decimal(5000),
)
ALKALINE_PHOSPHATASE = Analyte(
    unit="U/L",
    ratios=_same("U/L", "IU/L", "[IU]/L", "[U]/L", "units/L") | _times("60", "ukat/L"),
    low=Decimal(5),
    high=Decimal(5000),
)
TESTOSTERONE = Analyte(
    unit="ng/dL",
    ratios=_same("ng/dL") | _times("100", "ng/mL", "ug/L") | _times("28.84", "nmol/L"),
    low=Decimal(1),
    high=Decimal(3000),
)
AGE = Analyte(
    unit="a", ratios=_same("a", "yr", "year", "years"), low=Decimal(0), high=Decimal(120), needs_unit=False
)
DAYS = Analyte(
    unit="d",
    ratios=_same("d", "day", "days", "{days}")
    | _times("7", "wk", "week", "weeks")
    # The shorter month: a supply is not read as longer than it was.
    | _times("30", "mo", "month", "months")
    | _times("365", "a", "yr", "year", "years"),
    low=Decimal(1),
    high=Decimal(3650),
    needs_unit=False,
)

# A number this large means nothing clinical, and arithmetic with it would be unbounded.
_MAGNITUDE = 9


def convert(quantity: Quantity, analyte: Analyte) -> Decimal | Fault:
    """The value in the analyte's unit, as reported where nothing is to convert, or why there is none."""
    value = quantity.value
    if value is None or not value.is_finite() or (abs(value.adjusted()) > _MAGNITUDE and value != 0):
        return Fault.UNREADABLE
    ratio = _ratio(quantity, analyte)
    if isinstance(ratio, Fault):
        return ratio
    converted = value if ratio == _SAME else value * ratio[0] / ratio[1]
    return converted if analyte.low <= converted <= analyte.high else Fault.IMPLAUSIBLE


def _ratio(quantity: Quantity, analyte: Analyte) -> Ratio | Fault:
    """By UCUM's code where it is one, else by the unit as printed; the two must not contradict each other."""
    if quantity.unit == analyte.unit and quantity.code in (analyte.unit, None):
        return _SAME
    printed = _folded(quantity.unit or "")
    coded = _folded(quantity.code or "") if quantity.system in {UCUM, "", None} else ""
    if any(fragment in printed or fragment in coded for fragment in analyte.refused):
        return Fault.WRONG_UNIT
    if not printed and not coded:
        return Fault.NO_UNIT if analyte.needs_unit else _SAME
    ratio = analyte.ratios.get(coded or printed)
    if ratio is None:
        return Fault.WRONG_UNIT
    beside = ratio if analyte.free_print or not printed else None
    return ratio if analyte.ratios.get(printed, beside) == ratio else Fault.WRONG_UNIT
