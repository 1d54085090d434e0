"""The FHIR servers of clients, and what a process keeps for asking them: threads, connections, and places."""

import contextlib
import logging
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec

from cdshooks.chart.capability import Capabilities, Statement
from cdshooks.chart.flight import Flight
from cdshooks.chart.http import ACCEPT, Budget, Http
from cdshooks.chart.lookup import LIMITS, Limits, Server
from cdshooks.chart.places import Places
from cdshooks.chart.scopes import Grant, parse_scopes
from cdshooks.chart.visit import BEYOND_QUERIES, Visit, Visitor
from cdshooks.settings import Settings, SettingsError
from cdshooks.trust.addresses import Resolve, networks, system_resolver
from cdshooks.trust.client import Client
from cdshooks.trust.outbound import Outbound, RefusedError
from cdshooks.turns import waiting
from cdshooks.wire.request import FhirAuthorization
from fhir_mappings.value_sets import Terminology

_log = logging.getLogger(__name__)

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}\Z")


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
        limits: Limits = LIMITS,
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
        self._most = settings.fhir_calls * (queries + BEYOND_QUERIES)
        self._settings = settings
        self._resolve = resolve
        self._limits = limits
        self._outbound = Outbound(
            dev=settings.dev, origins=settings.fhir_origins, networks=settings.fhir_networks
        )
        self._opening = threading.Lock()
        self._means: _Means | None = None
        self._places = Places(settings.fhir_calls)
        self._capabilities = Capabilities()

    @contextlib.contextmanager
    def visit(self, access: Access, patient_id: str) -> Iterator[Visit]:
        """Ask the FHIR server of a call; the deadline runs from here, and with the block all of it ends.

        Until then other calls have the turn of this one. Where no place to ask from comes free within the
        deadline, nothing is asked, and the outcome is that of a server that does not answer.

        Raises RefusedError where the server may not or cannot be asked.
        """
        if access.server is None:
            raise RefusedError("the call names no `fhirServer`")
        base = self._outbound.base(access.server, access.client)
        headers, grant = self._granted(access, patient_id)
        seconds = access.client.fhir_deadline or self._settings.fhir_deadline
        flight = Flight(seconds, reach=self._outbound.reach(access.client), resolve=self._resolve)
        with waiting(), self._places.taken(base.origin, flight.left()) as place:
            if not place:
                _log.warning("no place to ask a FHIR server from came free within the deadline")
                flight.end()
            means = self._open()
            server = Server(
                http=means.http,
                base=base,
                headers=headers,
                flight=flight,
                budget=Budget(self._settings.fhir_max_bytes),
                statement=Statement(self._capabilities.of(base.url)),
                limits=self._limits,
            )
            visitor = Visitor(patient_id=patient_id, terminology=access.terminology, grant=grant)
            with Visit(server, visitor, threads=means.threads, capabilities=self._capabilities) as visit:
                yield visit

    def _granted(self, access: Access, patient_id: str) -> tuple[dict[str, str], Grant]:
        """The headers that a call asks with, and what they let it see."""
        headers = {"Accept": ACCEPT, "User-Agent": "bone-health-cds"}
        if access.authorization is None:
            if not self._settings.asks_without_token:
                raise RefusedError("the call has no `fhirAuthorization`")
            return headers, Grant()
        headers["Authorization"] = f"Bearer {_usable_token(access.authorization)}"
        return headers, Grant(
            scopes=parse_scopes(access.authorization.scope),
            own_patient=access.authorization.patient in {None, patient_id},
        )

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


def _usable_token(authorization: FhirAuthorization) -> str:
    if authorization.expires_in <= 0:
        raise RefusedError("the access token has expired")
    if authorization.token_type.lower() != "bearer" or not _TOKEN.match(authorization.access_token):
        raise RefusedError("the access token is not a Bearer token")
    return authorization.access_token
