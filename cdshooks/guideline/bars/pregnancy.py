"""Pregnancy (FDA label sections 8.1 and 8.2).

When pregnancy or breast-feeding is on record, Then no bisphosphonate. In patient-view the gate before it ends
the matter; the block says the same of a draft order.
"""

from cdshooks.guideline.decision import Bar, Looked, no, unknown, yes
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import GuidelineInputs, Source


def _look(inputs: GuidelineInputs) -> Looked:
    if inputs.person.pregnancy_reference is not None:
        because = "pregnancy or breast-feeding is on record within 300 days"
        return yes(because, reason="pregnancy or breast-feeding")
    if Source.CONDITIONS in inputs.unanswered:
        return unknown("conditions could not be read")
    return no("neither pregnancy nor breast-feeding is on record")


BLOCK_PREGNANCY = Bar(
    id="block-pregnancy",
    look=_look,
    citation="FDA label sections 8.1 and 8.2",
    topic=Topic.ALENDRONATE_UNSUITABLE,
)
