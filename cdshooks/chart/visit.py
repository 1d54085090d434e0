"""The visit that one call pays a FHIR server: one deadline, all asked at once, and no request left behind."""

import concurrent.futures
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from types import TracebackType
from typing import Self

import msgspec

from cdshooks.chart.capability import Capabilities, Capability, is_spoken, read_statement
from cdshooks.chart.flight import EndedError
from cdshooks.chart.http import AskError
from cdshooks.chart.lookup import Lookup, Server
from cdshooks.chart.prefetch import Query
from cdshooks.chart.scopes import Coverage, Grant
from fhir_mappings.bundle import Contents
from fhir_mappings.inputs import Source
from fhir_mappings.value_sets import Terminology

BEYOND_QUERIES = 2
"""What a visit asks beside its queries: the medicines pointed at, and what the server says of itself."""


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a server is asked: about which patient, in which codes, and with which rights."""

    patient_id: str
    terminology: Terminology
    grant: Grant


class Visit:
    """The queries of one call to its FHIR server, all under way at once. Not thread-safe: one call has it.

    With its block all of it ends. Where the flight of the server is over, nothing is asked.
    """

    def __init__(
        self, server: Server, visitor: Visitor, *, threads: ThreadPoolExecutor, capabilities: Capabilities
    ) -> None:
        self._server = server
        self._visitor = visitor
        self._threads = threads
        self._capabilities = capabilities
        self._lookups: dict[Lookup, Future[None] | None] = {}
        self._asking: Future[None] | None = None

    def __enter__(self) -> Self:
        if self._server.statement.so_far is None:
            self._asking = self._begin(self._ask_statement)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._end()

    @property
    def base(self) -> str:
        """The URL of the server."""
        return self._server.base.url

    def coverage(self, query: Query) -> Coverage:
        """How much of the query the token covers."""
        return self._visitor.grant.covers(query.resource_type, query.source)

    def search(self, query: Query, *, supplied: Contents | None = None) -> Lookup:
        """Start a query, or what comes after the pages that were supplied."""
        path = query.path(self._visitor.patient_id, self._visitor.terminology)
        return self._start(Lookup(self._server, path, supplied=supplied))

    def medicines(self, ids: Iterable[str]) -> Lookup | None:
        """Start the query for the medicines that orders point at, unless the token does not cover it."""
        if self._visitor.grant.covers("Medication", Source.MEDICATIONS) == "none":
            return None
        named = ",".join(ids)
        # The ids are plain FHIR ids; a comma may stand in a query as it is.
        return self._start(Lookup(self._server, f"Medication?_id={named}&_count={named.count(',') + 1}"))

    def wait(self, lookups: Iterable[Lookup]) -> None:
        """Until these are done or the deadline has passed."""
        self._late(self._lookups[each] for each in lookups)

    def finish(self) -> None:
        """Until everything is done or the deadline has passed; then nothing of this visit goes on."""
        futures = self._under_way()
        late = self._late(futures)
        if late:
            self._end()
        if self._asking in late:
            self._capabilities.remember(self.base, Capability())
        for future in futures:
            if future.done() and not future.cancelled():
                # What nobody foresaw in a thread is raised here.
                future.result()

    def foreign_version(self) -> bool:
        """Whether the server says that it speaks another version of FHIR than can be read."""
        said = self._server.statement.so_far or Capability()
        return not all(map(is_spoken, (said.version, *(each.version for each in self._lookups))))

    def _start(self, lookup: Lookup) -> Lookup:
        self._lookups[lookup] = self._begin(lookup.run)
        return lookup

    def _begin(self, work: Callable[[], None]) -> Future[None] | None:
        return self._threads.submit(work) if self._server.flight.left() else None

    def _under_way(self) -> list[Future[None]]:
        return [each for each in (self._asking, *self._lookups.values()) if each is not None]

    def _late(self, futures: Iterable[Future[None] | None]) -> set[Future[None]]:
        """Those that are not done at the deadline."""
        begun = [each for each in futures if each is not None]
        return concurrent.futures.wait(begun, timeout=self._server.flight.left()).not_done

    def _end(self) -> None:
        """At once: what is under way is broken off, and what has not begun does not begin."""
        self._server.flight.end()
        for future in self._under_way():
            future.cancel()

    def _ask_statement(self) -> None:
        said = Capability()
        try:
            reply = self._server.ask_openly(f"{self.base}/metadata")
            said = read_statement(reply.body) if reply.status == HTTPStatus.OK else said
        except (AskError, EndedError):
            pass
        finally:
            self._capabilities.remember(self.base, said)
            self._server.statement.came(said)
