"""Pregnancy (FDA label sections 8.1 and 8.2).

When pregnancy or breast-feeding is on record, Then no bisphosphonate. In patient-view the gate before it ends
the matter; the block says the same of a draft order.
"""

from cdshooks.guideline.decision import Bar, Criterion, Met
from cdshooks.guideline.topics import Topic
from fhir_mappings.inputs import GuidelineInputs, Source

_ID = "block-pregnancy"


def _look(inputs: GuidelineInputs) -> Criterion:
    if inputs.person.pregnancy_reference is not None:
        because = "pregnancy or breast-feeding is on record within 300 days"
        return Criterion(id=_ID, met=Met.YES, because=because, reason="pregnancy or breast-feeding")
    if Source.CONDITIONS in inputs.unanswered:
        return Criterion(id=_ID, met=Met.UNKNOWN, because="conditions could not be read")
    return Criterion(id=_ID, met=Met.NO, because="neither pregnancy nor breast-feeding is on record")


BLOCK_PREGNANCY = Bar(
    id=_ID, look=_look, citation="FDA label sections 8.1 and 8.2", topic=Topic.ALENDRONATE_UNSUITABLE
)
