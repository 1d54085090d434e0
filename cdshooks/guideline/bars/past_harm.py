"""Harm that a bisphosphonate did before (AAOMS 2022; FDA label section 5).

When osteonecrosis of the jaw or an atypical femoral fracture is on record, Then no bisphosphonate.
"""

from cdshooks.guideline.decision import Bar, Looked, no, unknown, yes
from cdshooks.guideline.topics import Topic
from cdshooks.guideline.words import day
from fhir_mappings.inputs import Disease, GuidelineInputs, Source


def _look(inputs: GuidelineInputs) -> Looked:
    found = inputs.ever(Disease.ONJ, Disease.ATYPICAL_FEMORAL_FRACTURE)
    if found is not None:
        return yes(f"{found.disease} on record ({day(found.day)})", reason=f"prior {found.disease}")
    if Source.CONDITIONS in inputs.unanswered:
        return unknown("conditions could not be read")
    return no("neither osteonecrosis of the jaw nor an atypical femoral fracture found in the chart")


BLOCK_PAST_HARM = Bar(
    id="block-onj-or-atypical-fracture",
    look=_look,
    citation="FDA label section 5; AAOMS 2022",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
