"""FRAX at or above a US treatment threshold (GUIDELINE section 0, T4 and 2; BHOF 2022, AACE 2020).

When the lowest T-score is between −2.5 and −1.0 and the chart holds a hip probability of 3 % or a major
osteoporotic fracture probability of 20 % or more, Then treatment is indicated. One value alone can meet it;
it takes both to exclude it. The thresholds are of the US model only.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Disposition, Looked, Rule, no, unknown, yes_or_no
from cdshooks.guideline.recommendations.t_score import BETWEEN, in_osteopenia, spoken
from cdshooks.guideline.words import day, number
from fhir_mappings.inputs import Frax, GuidelineInputs, Measurement

HIP_PERCENT = Decimal("3.0")
MAJOR_PERCENT = Decimal("20.0")
"""At or above: treat; likewise the hip."""
YOUNGEST, OLDEST = 40, 90
"""FRAX has results for these ages only; whoever is younger or older needs an individual decision."""


def frax_applies(inputs: GuidelineInputs) -> bool:
    """Whether the patient is of an age for which FRAX exists."""
    return inputs.person.age is None or YOUNGEST <= inputs.person.age <= OLDEST


def is_at_threshold(frax: Frax) -> bool:
    """Whether a probability reaches its threshold, whatever bone density says."""
    return bool(at_threshold(frax))


def at_threshold(frax: Frax) -> list[str]:
    """The probabilities that reach their thresholds, each with both: "hip 5 % reaches 3.0 %"."""
    found = (("hip", frax.hip, HIP_PERCENT), ("MOF", frax.major, MAJOR_PERCENT))
    return [
        f"{name} {number(value.value)} % reaches {number(threshold)} %"
        for name, value, threshold in found
        if value is not None and _reaches(value, threshold)
    ]


def _reaches(value: Measurement, threshold: Decimal) -> bool:
    return value.value >= threshold


def _look(inputs: GuidelineInputs, name: str, value: Measurement | None, threshold: Decimal) -> Looked:
    lowest = inputs.bone_density.lowest
    if lowest is None:
        return unknown("no usable T-score")
    if not in_osteopenia(lowest):
        return no(f"{spoken(lowest)} is not {BETWEEN}")
    if value is None:
        return unknown(f"no usable FRAX {name} probability")
    met = _reaches(value, threshold)
    because = (
        f"FRAX {name} {number(value.value)} % ({day(value.day)}) is "
        f"{'at or above' if met else 'below'} {number(threshold)} %"
    )
    return yes_or_no(because, met=met, reason=f"FRAX {name} {number(value.value)}%")


def _hip(inputs: GuidelineInputs) -> Looked:
    return _look(inputs, "hip", inputs.frax.hip, HIP_PERCENT)


def _major(inputs: GuidelineInputs) -> Looked:
    return _look(inputs, "MOF", inputs.frax.major, MAJOR_PERCENT)


FRAX_HIP = Rule(
    id="frax-hip",
    sets=Disposition.TREAT,
    look=_hip,
    citation="BHOF 2022, AACE 2020, Endocrine Society 2019: 10-year hip probability 3 % or more (US model)",
    evidence="S",
    recommends=True,
)
FRAX_MAJOR = Rule(
    id="frax-major",
    sets=Disposition.TREAT,
    look=_major,
    citation="BHOF 2022, AACE 2020, Endocrine Society 2019: 10-year MOF probability 20 % or more (US model)",
    evidence="S",
    recommends=True,
)
