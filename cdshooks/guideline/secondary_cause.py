"""Hints at another cause of bone loss (GUIDELINE C, C06; A, S40; BHOF 2022, secondary causes).

When bone is low or has broken, and a laboratory value or a diagnosis points at another cause, Then that is
looked into before or with treatment.
"""

from decimal import Decimal

from cdshooks.guideline.fractures import fragility_fractures
from cdshooks.guideline.recommendations.t_score import is_low
from cdshooks.guideline.words import day, measured, number
from fhir_mappings.inputs import Calcium, Disease, GuidelineInputs, Measurement

HIGH_CALCIUM = {"mg/dL": Decimal("10.5"), "mmol/L": Decimal("2.62")}
"""Above, whatever the laboratory's own limit is (GUIDELINE B, 18)."""
PHOSPHATASE_TIMES = Decimal("1.5")
"""Of the laboratory's upper limit; above."""
LOW_EGFR = Decimal(30)
"""mL/min/1.73 m²; below."""
SEVERE_VITAMIN_D = Decimal(12)
"""ng/mL; below."""

_DISEASES = (
    Disease.MYELOMA,
    Disease.HYPERPARATHYROIDISM,
    Disease.HYPERTHYROIDISM,
    Disease.HYPERCALCEMIA,
    Disease.HYPOGONADISM,
    Disease.MALABSORPTION,
    Disease.ALCOHOL_USE_DISORDER,
)


def is_malignant_fracture(inputs: GuidelineInputs) -> bool:
    """A neoplastic fracture, or one beside myeloma: bone-modifying therapy is then oncology's decision."""
    myeloma = inputs.ever(Disease.MYELOMA) is not None
    return inputs.ever(Disease.NEOPLASTIC_FRACTURE) is not None or (myeloma and bool(inputs.fractures))


def is_calcium_high(calcium: Calcium) -> bool:
    """Above 10.5 mg/dL (2.62 mmol/L), above the laboratory's own limit, or called high where it states none."""
    measured_as = calcium.parts[0] if calcium.parts else None
    if is_hypercalcemic(calcium) or measured_as is None:
        return is_hypercalcemic(calcium)
    if measured_as.lab_high is not None:
        return calcium.value > measured_as.lab_high
    # What the laboratory calls high is what it measured, and not what was made of it.
    return measured_as.flagged == "high" and calcium.kind != "corrected"


def is_hypercalcemic(calcium: Calcium) -> bool:
    """Above 10.5 mg/dL (2.62 mmol/L): no calcium and no vitamin D is suggested then."""
    return calcium.kind != "ionized" and calcium.value > HIGH_CALCIUM[calcium.unit]


def secondary_causes(inputs: GuidelineInputs) -> list[str]:
    """What points at another cause, in a few words each; none where bone is neither low nor broken."""
    low = is_low(inputs.bone_density.lowest)
    diagnosed = inputs.ever(Disease.OSTEOPENIA, Disease.OSTEOPOROSIS) is not None
    malignant = is_malignant_fracture(inputs)
    if not (low or diagnosed or malignant or fragility_fractures(inputs)):
        return []
    found = [Disease.NEOPLASTIC_FRACTURE.value] if malignant else []
    # In remission or resolved, myeloma still asks for a haematologist.
    found += [
        each.value
        for each in _DISEASES
        if inputs.has(each) or (each is Disease.MYELOMA and inputs.ever(each))
    ]
    return found + _laboratory(inputs)


def _laboratory(inputs: GuidelineInputs) -> list[str]:
    labs, found = inputs.labs, []
    if labs.calcium is not None and (labs.calcium.low or is_calcium_high(labs.calcium)):
        side = "low" if labs.calcium.low else "high"
        value = f"{number(labs.calcium.value)} {labs.calcium.unit}, {day(labs.calcium.day)}"
        found.append(f"{side} {labs.calcium.kind} calcium ({value})")
    found += _outside("PTH", labs.pth)
    found += _outside("TSH", labs.tsh)
    found += _high("alkaline phosphatase", labs.alkaline_phosphatase)
    # In an acute injury it tells nothing of the years in which bone was lost.
    found += _low("eGFR", None if inputs.renal.kidney_injury else inputs.renal.egfr, LOW_EGFR)
    found += _low("25-OH vitamin D", labs.vitamin_d, SEVERE_VITAMIN_D)
    return found


def _outside(name: str, value: Measurement | None) -> list[str]:
    """Outside the laboratory's own range, or called so by it where it states none; else nothing is said."""
    if value is None:
        return []
    if value.lab_low is not None and value.below(value.lab_low):
        return [f"low {name} ({_shown(value)})"]
    if value.lab_high is not None and _above(value, value.lab_high):
        return [f"high {name} ({_shown(value)})"]
    if value.flagged is not None and value.lab_low is None and value.lab_high is None:
        return [f"{value.flagged} {name} ({_shown(value)}, as the laboratory calls it)"]
    return []


def _high(name: str, value: Measurement | None) -> list[str]:
    if value is None or value.lab_high is None or not _above(value, PHOSPHATASE_TIMES * value.lab_high):
        return []
    return [f"high {name} ({_shown(value)})"]


def _low(name: str, value: Measurement | None, limit: Decimal) -> list[str]:
    if value is None or not value.below(limit):
        return []
    return [f"low {name} ({_shown(value)})"]


def _above(value: Measurement, limit: Decimal) -> bool:
    """Above the limit for sure; of a bound "< 5" nothing is sure."""
    if value.comparator == ">":
        return value.value >= limit
    return value.comparator is None and value.value > limit


def _shown(value: Measurement) -> str:
    return f"{measured(value)}, {day(value.day)}"
