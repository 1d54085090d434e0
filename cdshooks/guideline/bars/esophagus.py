"""A tablet that cannot be swallowed safely (FDA label section 4; GUIDELINE B, 21 and 22).

When the esophagus empties slowly, was banded or injected within 90 days, or the patient cannot stay upright
for 30 minutes, Then no oral alendronate.
"""

import datetime

from cdshooks.guideline.decision import Bar, Criterion, Met, Topic
from cdshooks.guideline.words import day
from fhir_mappings.chart import Source
from fhir_mappings.inputs import Disease, GuidelineInputs

RECENT = datetime.timedelta(days=90)
"""How long after banding or sclerotherapy a tablet is kept away from the esophagus."""


def _esophageal(inputs: GuidelineInputs) -> Criterion:
    # Also when past: a stricture that was dilated comes back; a history is enough to ask first.
    found = inputs.ever(Disease.ESOPHAGEAL_STRICTURE, Disease.ACHALASIA)
    if found is not None:
        return Criterion(
            id="block-esophageal",
            met=Met.YES,
            because=f"{found.disease} on record ({day(found.day)})",
            reason=found.disease.value,
        )
    return _not_found("block-esophageal", inputs, Source.CONDITIONS, "esophageal stricture or achalasia")


def _banding(inputs: GuidelineInputs) -> Criterion:
    done = inputs.esophageal_procedure
    if done is not None and (done.day is None or done.day >= inputs.as_of - RECENT):
        return Criterion(
            id="block-banding",
            met=Met.YES,
            because=f"esophageal banding or sclerotherapy on {day(done.day)}, within 90 days",
            reason="recent esophageal banding or sclerotherapy",
        )
    return _not_found(
        "block-banding", inputs, Source.PROCEDURES, "esophageal banding or sclerotherapy within 90 days"
    )


def _upright(inputs: GuidelineInputs) -> Criterion:
    found = inputs.has(Disease.CANNOT_SIT_UPRIGHT)
    if found is not None:
        return Criterion(
            id="block-upright",
            met=Met.YES,
            because="cannot sit or stand upright for 30 minutes",
            reason="cannot stay upright 30 minutes",
        )
    return _not_found("block-upright", inputs, Source.CONDITIONS, "inability to stay upright")


def _not_found(bar_id: str, inputs: GuidelineInputs, source: Source, what: str) -> Criterion:
    if source in inputs.unanswered:
        return Criterion(id=bar_id, met=Met.UNKNOWN, because=f"{source.value} could not be read")
    return Criterion(id=bar_id, met=Met.NO, because=f"{what} not found in the chart")


BLOCK_ESOPHAGEAL = Bar(
    id="block-esophageal",
    look=_esophageal,
    citation="FDA label section 4: abnormalities of the esophagus which delay emptying",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
BLOCK_BANDING = Bar(
    id="block-banding",
    look=_banding,
    citation="GUIDELINE A, S43: recent esophageal banding or sclerotherapy",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
BLOCK_UPRIGHT = Bar(
    id="block-upright",
    look=_upright,
    citation="FDA label section 4: inability to stand or sit upright for at least 30 minutes",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
