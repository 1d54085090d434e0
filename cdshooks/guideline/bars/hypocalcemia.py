"""Low calcium (FDA label section 4; GUIDELINE B, 18).

When the deciding calcium is below the laboratory's limit, else below 8.5 mg/dL (2.12 mmol/L; ionized 1.12
mmol/L), Then it is corrected before any bone drug: the parenteral alternatives are contraindicated too. When
hypocalcemia or tetany is diagnosed and no usable calcium is known, or only an older one, Then it counts as
low.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Bar, Looked, unknown, yes, yes_or_no
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day, number
from fhir_mappings.inputs import Calcium, Diagnosis, Disease, GuidelineInputs, Source

SEVERE = {"mg/dL": Decimal("7.5"), "mmol/L": Decimal("1.87")}
"""Below this a corrected calcium is an emergency."""


def spoken(calcium: Calcium) -> str:
    """The deciding calcium with its kind, unit and day."""
    return f"{calcium.kind} calcium {number(calcium.value)} {calcium.unit} ({day(calcium.day)})"


def is_low(inputs: GuidelineInputs) -> bool:
    """Whether calcium is low, by its value or by a diagnosis that stands in for one."""
    calcium = inputs.labs.calcium
    return diagnosed(inputs) is not None or (calcium is not None and calcium.low)


def is_severe(inputs: GuidelineInputs) -> bool:
    """Whether low calcium cannot wait: a total one is very low, or tetany is diagnosed beside it."""
    if not is_low(inputs):
        return False
    calcium = inputs.labs.calcium
    very_low = calcium is not None and calcium.kind != "ionized" and calcium.value < SEVERE[calcium.unit]
    return very_low or inputs.has(Disease.TETANY) is not None


def diagnosed(inputs: GuidelineInputs) -> Diagnosis | None:
    """A current diagnosis of low calcium that no calcium of the same day or later overrides."""
    calcium = inputs.labs.calcium
    return next(
        (
            each
            for each in inputs.diagnoses
            if each.current
            and each.disease in {Disease.TETANY, Disease.HYPOCALCEMIA}
            and (calcium is None or (each.day is not None and each.day > calcium.day))
        ),
        None,
    )


def _look(inputs: GuidelineInputs) -> Looked:
    calcium, found = inputs.labs.calcium, diagnosed(inputs)
    if found is not None:
        lacking = "without a usable calcium" if calcium is None else "after the last calcium"
        return yes(
            f"{found.disease} diagnosed ({day(found.day)}), {lacking}",
            reason=f"{found.disease} diagnosed",
        )
    if calcium is None:
        return unknown(
            "laboratory values could not be read"
            if Source.LABS in inputs.unanswered
            else "no calcium of the last 12 months found in the chart"
        )
    limit = f"{number(calcium.low_limit)} {calcium.unit}"
    return yes_or_no(
        f"{spoken(calcium)} is {'below' if calcium.low else 'not below'} {limit}",
        met=calcium.low,
        reason=f"low {calcium.kind} calcium ({number(calcium.value)} {calcium.unit})",
    )


BLOCK_HYPOCALCEMIA = Bar(
    id="block-hypocalcemia",
    look=_look,
    citation="FDA label section 4: hypocalcemia",
    topic=Topic.CORRECT_FIRST,
)
