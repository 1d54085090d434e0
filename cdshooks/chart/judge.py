"""The third step: whether what came for a query is an answer to it."""

from cdshooks.chart.held import Held
from cdshooks.chart.ledger import LedgerWord
from cdshooks.chart.prefetch import Query
from fhir_mappings.chart import belongs_to
from fhir_mappings.inputs import Source
from fhir_mappings.reader import Irrelevant, OperationOutcome, Readable, Unreadable


def judged(query: Query, held: Held, patient_id: str) -> Held:
    """What is held, judged by what was asked for.

    Data of which nothing is of the type that was asked for are no answer, and no sign of absence. Nor are they
    where they were asked for as this patient's and are others' only. A required key that came so leaves a gap:
    there is something to tell, and no reason to refuse the call.
    """
    resources = held.contents.resources
    if not resources:
        # A first page with nothing on it and a link to more, which nobody was asked for: nothing was had.
        nothing = held.word == "truncated" and held.seconds is None
        return held.but("failed", held.because) if nothing else held
    if any(_answers(query, patient_id, each) for each in resources):
        return held
    came = held.seconds is None and query.source is not Source.PATIENT
    others = came and any(_answers(query, None, each) for each in resources)
    word: LedgerWord = "truncated" if others and query.required else "failed"
    return held.but(word, "holds nothing of what was asked for")


def _answers(query: Query, patient_id: str | None, resource: Readable | Unreadable | Irrelevant) -> bool:
    if isinstance(resource, Unreadable):
        return resource.issue != "wrong-version" and resource.kind in {None, query.resource_type}
    if isinstance(resource, Irrelevant | OperationOutcome):
        return False
    return type(resource).__name__ == query.resource_type and (
        patient_id is None or belongs_to(patient_id, resource)
    )
