"""The measured and stated values of the trace: body measures, lifestyle, family history, laboratory."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from cdshooks.wire.response import InputTrace
from fhir_mappings.inputs import GuidelineInputs, Measurement

_PLACES = Decimal("0.01")
_LONG = 6
"""More decimals than this nobody reports: the value was converted."""


def traced_measures(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    """Body measures, lifestyle, family history and laboratory values, as far as they are known."""
    yield from measured("weight", inputs.weight)
    yield from measured("height", inputs.height)
    yield from _body_mass_index(inputs)
    yield from _lifestyle(inputs)
    yield from _labs(inputs)


def measured(name: str, value: Measurement | None) -> Iterator[InputTrace]:
    """A measurement as it was reported; one that had to be converted to many decimals is cut to two."""
    if value is not None:
        number = _cut(value.value)
        yield InputTrace(
            name=name,
            value=f"{value.comparator}{number}" if value.comparator else number,
            unit=value.unit,
            date=value.day.isoformat(),
            reference=value.reference,
        )


def _cut(value: Decimal) -> Decimal:
    """Cut and not rounded, so that no value reads as if it had reached a limit; short ones as reported."""
    digits = -int(value.as_tuple().exponent)
    return value.quantize(_PLACES, rounding=ROUND_DOWN) if digits > _LONG else value


def _body_mass_index(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    bmi = inputs.bmi
    if bmi is not None:
        yield InputTrace(
            name="bmi",
            value=_cut(bmi.value),
            unit="kg/m2",
            date=bmi.day.isoformat(),
            reference=bmi.reference,
            derived_from=None if bmi.reference else ("weight", "height"),
        )


def _lifestyle(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    smoking, parent = inputs.smoking, inputs.parental_hip_fracture
    if smoking is not None:
        yield InputTrace(
            name="smoking",
            value=smoking.status,
            date=smoking.day.isoformat() if smoking.day else None,
            reference=smoking.reference,
        )
    yield from measured("alcohol", inputs.alcohol or inputs.alcohol_on_drinking_days)
    if parent is not None:
        yield InputTrace(
            name="parental-hip-fracture",
            value="yes" if parent.is_so else "no",
            date=parent.day.isoformat() if parent.day else None,
            reference=parent.reference,
        )


def _labs(inputs: GuidelineInputs) -> Iterator[InputTrace]:
    labs, renal = inputs.labs, inputs.renal
    yield from measured("calcium", labs.total_calcium)
    yield from measured("calcium.ionized", labs.ionized_calcium)
    yield from measured("albumin", labs.albumin)
    if labs.calcium is not None and labs.calcium.kind == "corrected":
        yield InputTrace(
            name="calcium.corrected",
            value=labs.calcium.value,
            unit=labs.calcium.unit,
            date=labs.calcium.day.isoformat(),
            derived_from=("calcium", "albumin"),
        )
    yield from measured("creatinine", labs.creatinine)
    if renal.clearance is not None and renal.clearance_day is not None:
        yield InputTrace(
            name="creatinine-clearance",
            value=renal.clearance.quantize(_PLACES, rounding=ROUND_DOWN),
            unit="mL/min",
            date=renal.clearance_day.isoformat(),
            derived_from=("creatinine", "weight", "age", "sex"),
        )
    yield from measured("egfr", labs.egfr)
    yield from measured("vitamin-d", labs.vitamin_d)
    yield from measured("tsh", labs.tsh)
    yield from measured("pth", labs.pth)
    yield from measured("alkaline-phosphatase", labs.alkaline_phosphatase)
