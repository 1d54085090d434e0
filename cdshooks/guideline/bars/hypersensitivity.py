"""Allergy to a bisphosphonate (FDA label section 4; GUIDELINE B, 23).

When any bisphosphonate caused an allergic reaction, Then none is offered. When it was an intolerance, Then
another route is preferred and the draft is not recommended.
"""

from cdshooks.guideline.decision import Bar, Criterion, Met
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import Disease, GuidelineInputs, Source


def _allergy(inputs: GuidelineInputs) -> Criterion:
    allergy = inputs.allergy
    advised_against = inputs.has(Disease.BISPHOSPHONATE_CONTRAINDICATED)
    if allergy is not None and not allergy.intolerance:
        because = f"allergy to a bisphosphonate on record{' (by name)' if allergy.by_name else ''}"
        reason = "bisphosphonate allergy"
    elif advised_against is not None:
        because = reason = "bisphosphonates recorded contraindicated"
    elif Source.ALLERGIES in inputs.unanswered:
        because = "allergies could not be read"
        return Criterion(id="block-hypersensitivity", met=Met.UNKNOWN, because=because)
    else:
        because = "no allergy to a bisphosphonate found in the chart"
        return Criterion(id="block-hypersensitivity", met=Met.NO, because=because)
    return Criterion(id="block-hypersensitivity", met=Met.YES, because=because, reason=reason)


def _intolerance(inputs: GuidelineInputs) -> Criterion:
    met = inputs.allergy is not None and inputs.allergy.intolerance
    because = (
        "an intolerance to a bisphosphonate is on record: prefer an intravenous drug"
        if met
        else "no intolerance to a bisphosphonate found in the chart"
    )
    return Criterion(id="caution-gi-intolerance", met=Met.YES if met else Met.NO, because=because)


BLOCK_HYPERSENSITIVITY = Bar(
    id="block-hypersensitivity",
    look=_allergy,
    citation="FDA label section 4: hypersensitivity",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
CAUTION_INTOLERANCE = Bar(
    id="caution-gi-intolerance", look=_intolerance, citation="GUIDELINE B, 23: intolerance is not absolute"
)
