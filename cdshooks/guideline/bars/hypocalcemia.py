"""Low calcium (FDA label section 4; GUIDELINE B, 18).

When the deciding calcium is below the laboratory's limit, else below 8.5 mg/dL (2.12 mmol/L; ionized 1.12
mmol/L), Then it is corrected before any bone drug: the parenteral alternatives are contraindicated too.
"""

from decimal import Decimal

from cdshooks.guideline.decision import Bar, Criterion, Met, Topic
from cdshooks.guideline.words import day, number
from fhir_mappings.inputs import Calcium, GuidelineInputs, Source

SEVERE = {"mg/dL": Decimal("7.5"), "mmol/L": Decimal("1.87")}
"""Below this a corrected calcium is an emergency."""


def spoken(calcium: Calcium) -> str:
    """The deciding calcium with its kind, unit and day."""
    return f"{calcium.kind} calcium {number(calcium.value)} {calcium.unit} ({day(calcium.day)})"


def is_severe(calcium: Calcium) -> bool:
    """Whether a total calcium is so low that it cannot wait."""
    return calcium.kind != "ionized" and calcium.value < SEVERE[calcium.unit]


def _look(inputs: GuidelineInputs) -> Criterion:
    calcium = inputs.labs.calcium
    if calcium is None:
        because = (
            "laboratory values could not be read"
            if Source.LABS in inputs.unanswered
            else "no calcium of the last 12 months found in the chart"
        )
        return Criterion(id="block-hypocalcemia", met=Met.UNKNOWN, because=because)
    limit = f"{number(calcium.low_limit)} {calcium.unit}"
    return Criterion(
        id="block-hypocalcemia",
        met=Met.YES if calcium.low else Met.NO,
        because=f"{spoken(calcium)} is {'below' if calcium.low else 'not below'} {limit}",
        reason=f"low {calcium.kind} calcium ({number(calcium.value)} {calcium.unit})",
    )


BLOCK_HYPOCALCEMIA = Bar(
    id="block-hypocalcemia",
    look=_look,
    citation="FDA label section 4: hypocalcemia",
    topic=Topic.CORRECT_FIRST,
)
