"""Allergy to a bisphosphonate (FDA label section 4; GUIDELINE B, 23).

When any bisphosphonate caused an allergic reaction, Then none is offered. When it was an intolerance, Then
another route is preferred and the draft is not recommended.
"""

from cdshooks.guideline.decision import Bar, Looked, no, unknown, yes
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import Disease, GuidelineInputs, Source


def _allergy(inputs: GuidelineInputs) -> Looked:
    allergy = inputs.allergy
    if allergy is not None and not allergy.intolerance:
        because = f"allergy to a bisphosphonate on record{' (by name)' if allergy.by_name else ''}"
        return yes(because, reason="bisphosphonate allergy")
    if inputs.has(Disease.BISPHOSPHONATE_CONTRAINDICATED) is not None:
        because = "bisphosphonates recorded contraindicated"
        return yes(because, reason=because)
    if Source.ALLERGIES in inputs.unanswered:
        return unknown("allergies could not be read")
    return no("no allergy to a bisphosphonate found in the chart")


def _intolerance(inputs: GuidelineInputs) -> Looked:
    if inputs.allergy is not None and inputs.allergy.intolerance:
        return yes("an intolerance to a bisphosphonate is on record: prefer an intravenous drug")
    return no("no intolerance to a bisphosphonate found in the chart")


BLOCK_HYPERSENSITIVITY = Bar(
    id="block-hypersensitivity",
    look=_allergy,
    citation="FDA label section 4: hypersensitivity",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
CAUTION_INTOLERANCE = Bar(
    id="caution-gi-intolerance", look=_intolerance, citation="GUIDELINE B, 23: intolerance is not absolute"
)
