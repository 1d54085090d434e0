"""The FHIR servers of clients: what a process keeps for asking them, and the visit that one call pays one.

A process keeps one pool of connections and one pool of threads. A visit has one deadline, asks everything at
once, and ends with no request left behind.
"""

import concurrent.futures
import contextlib
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

import msgspec

from cdshooks.chart.capability import Capabilities, Capability, is_spoken, read_statement
from cdshooks.chart.flight import EndedError, Flight
from cdshooks.chart.http import ACCEPT, AskError, Budget, Http
from cdshooks.chart.lookup import Lookup, Server
from cdshooks.chart.places import Places
from cdshooks.chart.prefetch import Query
from cdshooks.chart.scopes import Coverage, Scopes, parse_scopes
from cdshooks.settings import Settings, SettingsError
from cdshooks.trust.addresses import Resolve, networks, system_resolver
from cdshooks.trust.client import Client
from cdshooks.trust.outbound import Base, Outbound, RefusedError
from cdshooks.turns import waiting
from cdshooks.wire.request import FhirAuthorization
from fhir_mappings.bundle import Contents
from fhir_mappings.inputs import Source
from fhir_mappings.value_sets import Terminology

_log = logging.getLogger(__name__)

_PATIENT = "{{context.patientId}}"
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}\Z")
_BEYOND_QUERIES = 2
"""What a visit asks beside its queries: the medicines pointed at, and what the server says of itself."""
_CATEGORIES = {Source.LABS: "laboratory", Source.BODY_MEASURES: "vital-signs"}
"""The one category of all that a query asks for; scopes may be limited to it."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What a hook call says about its FHIR server, and who says it."""

    server: str | None
    authorization: FhirAuthorization | None
    client: Client
    terminology: Terminology
    """The codes that are asked for: a client may have some of its own."""


class _Means(msgspec.Struct, frozen=True, kw_only=True):
    """The threads and the connections of one process, from the first call that lacks something."""

    threads: ThreadPoolExecutor
    http: Http


class FhirServers:
    """What one process keeps for asking FHIR servers.

    Thread-safe; starts no thread and opens no connection until a call lacks something.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        queries: int,
        resolve: Resolve = system_resolver,
    ) -> None:
        """For services with at most so many `queries`. Raises SettingsError where a setting is wrong."""
        mistakes = []
        try:
            networks(settings.fhir_networks)
        except ValueError:
            mistakes.append("fhir_networks: expected networks such as 10.20.0.0/16")
        if settings.fhir_ca_bundle is not None and not settings.fhir_ca_bundle.is_file():
            mistakes.append("fhir_ca_bundle: there is no such file")
        if mistakes:
            raise SettingsError(*mistakes)
        # A place has a thread for each of its queries: who has one waits for no other call.
        self._most = settings.fhir_calls * (queries + _BEYOND_QUERIES)
        self._settings = settings
        self._resolve = resolve
        self._outbound = Outbound(
            dev=settings.dev, origins=settings.fhir_origins, networks=settings.fhir_networks
        )
        self._opening = threading.Lock()
        self._means: _Means | None = None
        self._places = Places(settings.fhir_calls)
        self._capabilities = Capabilities()
        self._paths: dict[int, _Paths] = {}

    @contextlib.contextmanager
    def visit(self, access: Access, patient_id: str) -> Iterator["Visit"]:
        """Ask the FHIR server of a call; the deadline runs from here, and with the block all of it ends.

        Until then other calls have the turn of this one. Where no place to ask from comes free within the
        deadline, nothing is asked, and the outcome is that of a server that does not answer.

        Raises RefusedError where the server may not or cannot be asked.
        """
        if access.server is None:
            raise RefusedError("the call names no `fhirServer`")
        base = self._outbound.base(access.server, access.client)
        headers = {"Accept": ACCEPT, "User-Agent": "bone-health-cds"}
        scopes = None
        own_patient = True
        if access.authorization is not None:
            headers["Authorization"] = f"Bearer {_usable_token(access.authorization)}"
            scopes = parse_scopes(access.authorization.scope)
            own_patient = access.authorization.patient in {None, patient_id}
        elif not self._settings.asks_without_token:
            raise RefusedError("the call has no `fhirAuthorization`")
        paths = self._paths.setdefault(id(access.terminology), _Paths(access.terminology))
        seconds = access.client.fhir_deadline or self._settings.fhir_deadline
        flight = Flight(seconds, reach=self._outbound.reach(access.client), resolve=self._resolve)
        with waiting(), self._places.taken(base.origin, flight.left()) as place:
            if not place:
                _log.warning("no place to ask a FHIR server from came free within the deadline")
                flight.end()
            means = self._open()
            visit = Visit(
                base=base,
                headers=headers,
                flight=flight,
                http=means.http,
                submit=means.threads.submit,
                budget=Budget(self._settings.fhir_max_bytes),
                capabilities=self._capabilities,
                path=lambda query: paths.of(query).replace(_PATIENT, patient_id),
                covers=lambda kind, search, source: _covers(
                    scopes, kind, search, source, own_patient=own_patient
                ),
            )
            try:
                yield visit
            finally:
                visit.end()

    def close(self) -> None:
        """End the threads and close the connections that wait for further use; the next visit makes new ones.

        For a process that ends or forks. Visits under way go on to their end, and are waited for.
        """
        with self._opening:
            means, self._means = self._means, None
        if means is not None:
            means.threads.shutdown(wait=True)
            means.http.close()

    def _open(self) -> _Means:
        with self._opening:
            if self._means is None:
                self._means = _Means(
                    threads=ThreadPoolExecutor(max_workers=self._most, thread_name_prefix="fhir"),
                    http=Http(
                        connections=self._most,
                        ca_bundle=self._settings.fhir_ca_bundle,
                        proxy=self._settings.fhir_proxy,
                    ),
                )
            return self._means


class _Paths:
    """The queries with one set of codes, encoded: the codes are many, and change only with the settings."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology
        self._known: dict[Query, str] = {}

    def of(self, query: Query) -> str:
        path = self._known.get(query)
        if path is None:
            kind, mark, rest = query.template(self._terminology).partition("?")
            encoded = urlencode(parse_qsl(rest, keep_blank_values=True), safe="{}")
            path = self._known[query] = f"{kind}{mark}{encoded}"
        return path


class Visit:
    """The queries of one call to its FHIR server, all under way at once. Not thread-safe: one call has it."""

    def __init__(
        self,
        *,
        base: Base,
        headers: dict[str, str],
        flight: Flight,
        http: Http,
        submit: Callable[[Callable[[], None]], Future[None]],
        budget: Budget,
        capabilities: Capabilities,
        path: Callable[[Query], str],
        covers: Callable[[str, bool, Source], Coverage],
    ) -> None:
        self.base = base
        self._flight = flight
        self._http = http
        self._submit = submit
        self._capabilities = capabilities
        self._path = path
        self._covers = covers
        self._lookups: list[Lookup] = []
        self._statement = capabilities.of(base.url)
        self._statement_came = threading.Event()
        self._asking: Future[None] | None = None
        self._server = Server(
            http=http,
            base=base,
            headers=headers,
            flight=flight,
            budget=budget,
            capability=self.capability,
        )
        if self._statement is None and flight.left():
            # Without the token: what a server says of itself is public.
            plain = {name: value for name, value in headers.items() if name != "Authorization"}
            self._asking = submit(lambda: self._ask_statement(plain))

    def coverage(self, query: Query) -> Coverage:
        """How much of the query the token covers."""
        return self._covers(query.resource_type, query.resource_type != "Patient", query.source)

    def search(self, query: Query, *, supplied: Contents | None = None) -> Lookup:
        """Start a query, or what comes after the pages that were supplied."""
        return self._start(Lookup(self._server, self._path(query), supplied=supplied))

    def medicines(self, ids: Iterable[str]) -> Lookup | None:
        """Start the query for the medicines that orders point at, unless the token does not cover it."""
        if self._covers("Medication", True, Source.MEDICATIONS) == "none":
            return None
        named = ",".join(ids)
        # The ids are plain FHIR ids; a comma may stand in a query as it is.
        return self._start(Lookup(self._server, f"Medication?_id={named}&_count={named.count(',') + 1}"))

    def wait(self, lookups: Iterable[Lookup]) -> None:
        """Until these are done or the deadline has passed."""
        futures = [each.future for each in lookups if each.future is not None]
        concurrent.futures.wait(futures, timeout=self._flight.left())

    def finish(self) -> None:
        """Until everything is done or the deadline has passed; then nothing of this visit goes on."""
        futures = self._under_way()
        _, late = concurrent.futures.wait(futures, timeout=self._flight.left())
        if late:
            self.end()
            if self._asking in late and self._statement is None:
                self._capabilities.remember(self.base.url, Capability())
        for future in futures:
            if future.done() and not future.cancelled():
                future.result()

    def end(self) -> None:
        """At once: what is under way is broken off, and what has not begun does not begin."""
        self._flight.end()
        for future in self._under_way():
            future.cancel()

    def capability(self) -> Capability:
        """What the server says of itself, nothing if it does not within the deadline."""
        if self._statement is None:
            self._statement_came.wait(self._flight.left())
        return self._statement or Capability()

    def foreign_version(self) -> bool:
        """Whether the server says that it speaks another version of FHIR than can be read."""
        said = self._statement.version if self._statement is not None else None
        return not is_spoken(said) or any(not is_spoken(each.outcome().version) for each in self._lookups)

    def _under_way(self) -> list[Future[None]]:
        asking = [] if self._asking is None else [self._asking]
        return [*(each.future for each in self._lookups if each.future is not None), *asking]

    def _start(self, lookup: Lookup) -> Lookup:
        if self._flight.left():
            lookup.future = self._submit(lookup.run)
        self._lookups.append(lookup)
        return lookup

    def _ask_statement(self, headers: dict[str, str]) -> None:
        said = Capability()
        try:
            url = f"{self.base.url}/metadata"
            reply = self._http.ask(self._flight, url, headers=headers, budget=self._server.budget)
            said = read_statement(reply.body) if reply.status == HTTPStatus.OK else said
        except (AskError, EndedError):
            pass
        finally:
            self._statement = said
            self._capabilities.remember(self.base.url, said)
            self._statement_came.set()


def _usable_token(authorization: FhirAuthorization) -> str:
    if authorization.expires_in <= 0:
        raise RefusedError("the access token has expired")
    if authorization.token_type.lower() != "bearer" or not _TOKEN.match(authorization.access_token):
        raise RefusedError("the access token is not a Bearer token")
    return authorization.access_token


def _covers(scopes: Scopes | None, kind: str, search: bool, source: Source, *, own_patient: bool) -> Coverage:
    if scopes is None:
        return "all"
    category = _CATEGORIES.get(source)
    return scopes.covers(kind, search=search, own_patient=own_patient, category=category)
