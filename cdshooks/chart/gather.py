"""From a call to the chart of its patient: what the client sent, and what its FHIR server has of the rest.

In three steps: `opened`, `fetch`, `judge`. A ledger says of each prefetch key what became of it.
"""

import itertools
from collections.abc import Mapping

import msgspec

from cdshooks.chart.fetch import Fetched, fetch
from cdshooks.chart.gaps import gaps
from cdshooks.chart.held import Held, Resources
from cdshooks.chart.judge import judged
from cdshooks.chart.lacking import LackingError, is_lacking
from cdshooks.chart.ledger import Entry, LedgerWord
from cdshooks.chart.opened import Prefetch, opened
from cdshooks.chart.prefetch import Query
from cdshooks.chart.servers import Access, FhirServers
from fhir_mappings.bundle import Contents
from fhir_mappings.chart import Chart, assemble
from fhir_mappings.inputs import Source
from fhir_mappings.reader import Patient, Unreadable


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a service wants to know of a patient, and where it may be found: the prefetch, and a server.

    Without `servers` nobody is asked.
    """

    patient_id: str
    queries: tuple[Query, ...]
    prefetch: Prefetch | None = None
    access: Access | None = None
    servers: FhirServers | None = None


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The chart, and what became of each prefetch key."""

    chart: Chart
    entries: Mapping[str, Entry]

    @property
    def ledger(self) -> dict[str, LedgerWord]:
        """The word for each key."""
        return {key: entry.word for key, entry in self.entries.items()}


def gather(ask: Ask) -> Gathered:
    """Read what the client sent for the queries, and ask its FHIR server for what is missing.

    A key that is absent was not looked up, and is asked for; null or an empty Bundle was looked up and there
    is nothing; an OperationOutcome is an error, and asking again is pointless (PROTOCOL P1-P4). Further
    pages of what was sent are asked for (P6). Keys nobody asked for are ignored. With every key whole in the
    call, no thread and no connection is used.

    Raises:
        LackingError: 412 where a required query could not be had, or holds no such patient.
    """
    sent = {query.key: opened(query.key, ask.prefetch) for query in ask.queries}
    fetched = _fetched(ask, sent)
    held = {query.key: judged(query, fetched.held[query.key], ask.patient_id) for query in ask.queries}
    ledger = {key: each.entry for key, each in held.items()}
    for query in ask.queries:
        if is_lacking(query, held[query.key]):
            raise LackingError(query.key, held[query.key].because, ledger)
    missing = gaps(ask.queries, held)
    chart = assemble(
        ask.patient_id,
        itertools.chain(
            *(_of_query(query, held[query.key].contents) for query in ask.queries), fetched.beside
        ),
        unanswered=missing.unanswered,
        truncated=missing.truncated,
    )
    if chart.patient is None:
        if any(each.required and each.source is Source.PATIENT for each in ask.queries):
            because = "holds no readable Patient with the id of context.patientId"
            raise LackingError("patient", because, ledger)
        # Nobody is known where null came, or somebody else: age and sex were not had.
        chart = msgspec.structs.replace(chart, unanswered=chart.unanswered | {Source.PATIENT})
    return Gathered(chart=chart, entries=ledger)


def _fetched(ask: Ask, sent: Mapping[str, Held]) -> Fetched:
    if ask.servers is None or ask.access is None:
        return Fetched(held=sent)
    return fetch(ask.servers, ask.access, ask.patient_id, queries=ask.queries, opened=sent)


def _of_query(query: Query, contents: Contents) -> Resources:
    """What came for the query; who the patient is, only the query for the patient says."""
    resources = contents.resources
    if Patient in contents.kinds and query.source is not Source.PATIENT:
        resources = tuple(each for each in resources if not isinstance(each, Patient))
    return _of_kind(query, resources) if Unreadable in contents.kinds else resources


def _of_kind(query: Query, resources: Resources) -> Resources:
    """What is too broken to say what it is, counts as what was asked for: it may have been just that."""
    kind = query.resource_type
    return tuple(
        msgspec.structs.replace(each, kind=kind, reference=kind)
        if isinstance(each, Unreadable) and each.kind is None
        else each
        for each in resources
    )
