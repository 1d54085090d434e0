"""A tablet that cannot be swallowed safely (FDA label section 4; GUIDELINE B, 21 and 22).

When the esophagus empties slowly, was banded or injected within 90 days, or the patient cannot stay upright
for 30 minutes, Then no oral alendronate.
"""

import datetime

from cdshooks.guideline.decision import Bar, Looked, no, unknown, yes
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Diagnosis, Disease, GuidelineInputs, Source

LONG_OVER = datetime.timedelta(days=365)
"""A stricture or achalasia that was resolved longer ago is a caution, no longer a block."""
_DELAYS_EMPTYING = frozenset({Disease.ESOPHAGEAL_STRICTURE, Disease.ACHALASIA})

RECENT = datetime.timedelta(days=90)
"""How long after banding or sclerotherapy a tablet is kept away from the esophagus."""


def _esophageal(inputs: GuidelineInputs) -> Looked:
    found = next((each for each in _delayed(inputs) if not _is_long_over(each, inputs)), None)
    if found is not None:
        return _on_record(found)
    return _not_found(inputs, Source.CONDITIONS, "esophageal stricture or achalasia")


def _delayed(inputs: GuidelineInputs) -> list[Diagnosis]:
    return [each for each in inputs.diagnoses if each.disease in _DELAYS_EMPTYING]


def long_over(inputs: GuidelineInputs) -> Diagnosis | None:
    """A stricture or achalasia that was resolved long enough ago not to block any longer."""
    return next((each for each in _delayed(inputs) if _is_long_over(each, inputs)), None)


def _is_long_over(diagnosis: Diagnosis, inputs: GuidelineInputs) -> bool:
    """Resolved for more than 12 months; without a day of resolution a history is enough to block."""
    ended = diagnosis.ended
    return not diagnosis.current and ended is not None and ended < inputs.as_of - LONG_OVER


def _varices(inputs: GuidelineInputs) -> Looked:
    found = inputs.has(Disease.ESOPHAGEAL_VARICES)
    if found is not None:
        return _on_record(found, ": prefer an intravenous drug")
    return _not_found(inputs, Source.CONDITIONS, "esophageal varices")


def _esophagitis(inputs: GuidelineInputs) -> Looked:
    found = inputs.has(Disease.ESOPHAGITIS) or long_over(inputs)
    if found is not None:
        return _on_record(found)
    return _not_found(inputs, Source.CONDITIONS, "esophagitis, Barrett's esophagus or dysphagia")


def _banding(inputs: GuidelineInputs) -> Looked:
    done = inputs.esophageal_procedure
    if done is not None and (done.day is None or done.day >= inputs.as_of - RECENT):
        return yes(
            f"esophageal banding or sclerotherapy on {day(done.day)}, within {RECENT.days} days",
            reason="recent esophageal banding or sclerotherapy",
        )
    what = f"esophageal banding or sclerotherapy within {RECENT.days} days"
    return _not_found(inputs, Source.PROCEDURES, what)


def _upright(inputs: GuidelineInputs) -> Looked:
    answer = inputs.cannot_stay_upright
    # Of a diagnosis and an answer that speak against each other the careful one counts.
    if inputs.has(Disease.CANNOT_SIT_UPRIGHT) or (answer is not None and answer.is_so):
        return yes("cannot sit or stand upright for 30 minutes", reason="cannot stay upright 30 minutes")
    return _not_found(inputs, Source.CONDITIONS, "inability to stay upright")


def _on_record(found: Diagnosis, but: str = "") -> Looked:
    return yes(f"{found.disease} on record ({day(found.day)}){but}", reason=found.disease.value)


def _not_found(inputs: GuidelineInputs, source: Source, what: str) -> Looked:
    if source in inputs.unanswered:
        return unknown(f"{source.value} could not be read")
    return no(f"{what} not found in the chart")


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
CAUTION_VARICES = Bar(id="caution-varices", look=_varices, citation="GUIDELINE A, S43: prefer IV")
CAUTION_ESOPHAGITIS = Bar(id="caution-esophagitis", look=_esophagitis, citation="GUIDELINE B, 21")
