"""HTTP to FHIR servers: one pool per process, whose connections go to addresses that were looked at.

Certificates are verified always, redirects are not followed, no cookie is kept, and nothing of the
environment (proxies, .netrc) counts.
"""

import re
import socket
import threading
from pathlib import Path
from typing import Any

import msgspec
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProtocolError
from urllib3.util.connection import create_connection

from cdshooks.chart.flight import EndedError, Flight, current, current_query
from cdshooks.trust.addresses import AddressRefusedError

ACCEPT = "application/fhir+json, application/json;q=0.9"
_CHUNK = 64 * 1024
_ORIGINS_KEPT = 64
_VERSION = re.compile(r"fhirVersion=\"?([0-9.]+)", re.IGNORECASE)


class AskError(Exception):
    """No usable answer. `because` says why in words that quote nothing of request or answer.

    `again` is true where asking once more may help.
    """

    def __init__(self, because: str, *, again: bool = False) -> None:
        super().__init__(because)
        self.because = because
        self.again = again


class Budget:
    """The bytes, decompressed, that may still be read for one call: by all of its queries together."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._lock = threading.Lock()

    def spend(self, size: int) -> None:
        """Count bytes that were read; AskError where they were more than were left, as for all that follow."""
        with self._lock:
            self._left -= size
            gone = self._left < 0
        if gone:
            raise AskError("its answers are larger than is read")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of a FHIR server, with its whole body, decompressed."""

    status: int
    body: bytes
    retry_after: str | None = None
    version: str | None = None
    """The FHIR version that the media type names, where it does."""


class Http:
    """The one pool of connections of a process. Thread-safe; opens nothing until it is used.

    It is an adapter of requests without a Session around it. What a Session adds is what must not be here:
    cookies, redirects, .netrc and proxies of the environment; and it costs as much again as the request.
    """

    def __init__(self, *, connections: int, ca_bundle: Path | None = None, proxy: str | None = None) -> None:
        self._verify: str | bool = True if ca_bundle is None else str(ca_bundle)
        self._proxies = {} if proxy is None else {"http": proxy, "https": proxy}
        self._adapter = _Adapter(
            pool_connections=_ORIGINS_KEPT, pool_maxsize=connections, max_retries=0, pool_block=False
        )

    def ask(
        self, flight: Flight, url: str, *, headers: dict[str, str], form: str | None = None, budget: Budget
    ) -> Reply:
        """GET the URL, or POST the form to it, and read the answer as far as the budget goes.

        The URL is absolute and ASCII, as `Base` makes them. Raises AskError, or EndedError where the flight
        is over before the answer is whole.
        """
        # urllib3 goes over a URL byte by byte, which for a query of many codes costs more than all the rest,
        # and logs it. The query is encoded already: it joins where the request is written.
        place, mark, query = url.partition("?")
        with flight.boarded(mark + query):
            seconds = flight.remaining()
            try:
                response = self._adapter.send(
                    _prepared(place, headers, form),
                    timeout=(seconds, seconds),
                    stream=True,
                    verify=self._verify,
                    proxies=self._proxies,
                )
                try:
                    return Reply(
                        status=response.status_code,
                        body=_body(response, budget),
                        retry_after=response.headers.get("Retry-After"),
                        version=_version(response.headers.get("Content-Type")),
                    )
                finally:
                    response.close()
            except (AskError, EndedError):
                raise
            except AddressRefusedError:
                raise AskError("its address is not one that may be reached") from None
            except Exception as error:  # noqa: BLE001 - a library's surprise costs one key, not the call
                flight.remaining()
                raise _failure(error) from None

    def close(self) -> None:
        """Close the connections that wait for further use."""
        self._adapter.close()


def _prepared(url: str, headers: dict[str, str], form: str | None) -> requests.PreparedRequest:
    request = requests.PreparedRequest()
    request.method = "GET" if form is None else "POST"
    request.url = url
    request.headers = CaseInsensitiveDict(headers)
    request.headers["Accept-Encoding"] = "gzip, deflate"
    if form is not None:
        request.body = form
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        request.headers["Content-Length"] = str(len(form))
    return request


def _body(response: requests.Response, budget: Budget) -> bytes:
    parts = []
    for part in response.raw.stream(_CHUNK, decode_content=True):
        budget.spend(len(part))
        parts.append(part)
    return b"".join(parts)


def _version(media_type: str | None) -> str | None:
    found = _VERSION.search(media_type or "")
    return found[1] if found else None


def _failure(error: Exception) -> AskError:
    if isinstance(error, requests.exceptions.SSLError):
        return AskError("its certificate is not trusted, or TLS fails otherwise")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return AskError("it did not answer within the deadline")
    if isinstance(error, ProtocolError) or (error.args and isinstance(error.args[0], ProtocolError)):
        return AskError("it broke off the connection", again=True)
    if isinstance(error, requests.ConnectionError):
        return AskError("it could not be reached")
    return AskError("its answer could not be read")


class _Checked:
    """Connects to an address that was looked at, and belongs to the flight of the thread that uses it.

    It is mixed into urllib3's two connections, whose attributes and methods it uses: hence `self: Any`.
    """

    flight: Flight | None = None
    address: str | None = None

    def _new_conn(self: Any) -> socket.socket:
        if self.proxy is not None:
            # The proxy is the configuration's own word, and looks names up by itself.
            connected: socket.socket = super()._new_conn()  # type: ignore[misc] # the class it is mixed into
            return connected
        flight = current()
        # As urllib3 does: the certificate, SNI and Host keep the name, only the socket gets the address.
        host = self.host.strip("[]").rstrip(".")
        try:
            addresses = flight.reach.addresses(host, self.port, flight.resolve)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, "name not known") from error
        failure: Exception = NewConnectionError(self, "no address")
        for address in addresses:
            try:
                sock: socket.socket = create_connection(
                    (address, self.port), flight.remaining(), socket_options=self.socket_options
                )
            except TimeoutError:
                failure = ConnectTimeoutError(self, "connecting took too long")
            except OSError:
                failure = NewConnectionError(self, "not reachable")
            else:
                self.address = address
                return sock
        raise failure

    def connect(self: Any) -> None:
        current().hold(self)
        super().connect()  # type: ignore[misc] # the class it is mixed into

    def request(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as theirs
        flight = current()
        flight.hold(self)
        if self.sock is not None and self.proxy is None and not flight.reach.permits(self.address or ""):
            # Opened for a client that may reach more than this one.
            self.close()
        super().request(method, url + current_query(), *args, **kwargs)  # type: ignore[misc] # the class it is mixed into


class _PlainConnection(_Checked, HTTPConnection):
    pass


class _TlsConnection(_Checked, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _PlainPool, "https": _TlsPool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as theirs
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as theirs
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
