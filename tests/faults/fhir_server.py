"""A FHIR server on 127.0.0.1 that goes wrong in every way there is, and otherwise answers from a chart."""

import gzip
import itertools
import select
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.charts import Json, wire

STATEMENT: Json = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}


class Exchange:
    """One request, and the ways to answer it."""

    def __init__(self, server: "FhirServer", handler: BaseHTTPRequestHandler) -> None:
        self.server = server
        self.handler = handler
        self.socket: socket.socket = handler.connection
        parts = urlsplit(handler.path)
        self.path = parts.path.removeprefix("/fhir").strip("/")
        self.kind = self.path.partition("/")[0]
        length = int(handler.headers.get("Content-Length", 0))
        form = handler.rfile.read(length).decode() if length else ""
        self.form = form
        self.query = {name: values[0] for name, values in parse_qs(form or parts.query).items()}

    def send(
        self, body: object = b"", status: int = 200, media: str = "application/fhir+json", **headers: str
    ) -> None:
        """An answer with a length; what is not bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else wire(body)
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", media)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.send_header("Content-Length", str(len(content)))
        self.handler.end_headers()
        self.handler.wfile.write(content)

    def head(self, length: int) -> None:
        """The head of an answer whose body is still to come."""
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", "application/fhir+json")
        self.handler.send_header("Content-Length", str(length))
        self.handler.end_headers()

    def gone(self, seconds: float) -> bool:
        """Wait so long, or until the client hangs up or the server is to end: whether either happened."""
        ready, _, _ = select.select([self.socket, self.server.bell], [], [], seconds)
        return bool(ready)

    def close(self) -> None:
        """End the connection after this answer."""
        self.handler.close_connection = True

    def found(self) -> list[Json]:
        """What the search asks for, or the resource that is read."""
        kind, _, name = self.path.partition("/")
        tokens = {tuple(each.split("|", 1)) for each in self.query.get("code", "").split(",") if each}
        ids = {each for each in self.query.get("_id", "").split(",") if each}
        return [
            each
            for each in self.server.chart
            if each["resourceType"] == kind
            and (not name or name == "_search" or each.get("id") == name)
            and (not ids or each["id"] in ids)
            and (not tokens or tokens & coded(each))
        ]


Behaviour = Callable[[Exchange], None]


def coded(resource: Json) -> set[tuple[str, ...]]:
    codings = resource.get("code", {}).get("coding", [])
    return {(each.get("system", ""), each.get("code", "")) for each in codings}


def bundle(resources: Iterable[Json], *links: Json, **members: Any) -> Json:  # noqa: ANN401 - any member
    entries = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    answer: Json = {"resourceType": "Bundle", "type": "searchset", "link": list(links), **members}
    return answer | ({"entry": entries} if entries else {})


def honest(exchange: Exchange) -> None:
    """As a server should: the resource, or a Bundle of those found, or 404."""
    found = exchange.found()
    if exchange.path == "metadata":
        exchange.send(STATEMENT)
    elif "/" not in exchange.path or exchange.path.endswith("/_search"):
        exchange.send(bundle(found, total=len(found)))
    elif found:
        exchange.send(found[0])
    else:
        exchange.send(outcome("not-found"), 404)


def outcome(code: str, severity: str = "error") -> Json:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code}]}


def after(seconds: Callable[[], float], then: Behaviour = honest) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        if exchange.gone(seconds()):
            exchange.close()
        else:
            then(exchange)

    return behave


def hang(exchange: Exchange) -> None:
    """Never answer."""
    while not exchange.gone(60):
        pass
    exchange.close()


def held(gate: threading.Event, then: Behaviour = honest) -> Behaviour:
    """Answer once the gate is open."""

    def behave(exchange: Exchange) -> None:
        while not gate.is_set():
            if exchange.gone(0.005):
                exchange.close()
                return
        then(exchange)

    return behave


def drip_body(exchange: Exchange) -> None:
    """A whole head, then one byte of the body at a time."""
    exchange.head(100_000)
    exchange.handler.wfile.write(b'{"resourceType":"Bundle","x":"')
    while not exchange.gone(0.005):
        exchange.handler.wfile.write(b"a")
    exchange.close()


def drip_head(exchange: Exchange) -> None:
    """A header that never ends."""
    exchange.handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not exchange.gone(0.005):
        exchange.handler.wfile.write(b"a")
    exchange.close()


def reset(exchange: Exchange) -> None:
    """Break the connection off."""
    exchange.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.close()


def cut(exchange: Exchange) -> None:
    """Half of what was announced."""
    exchange.head(1000)
    exchange.handler.wfile.write(b'{"resourceType":"Bundle","entry":[')
    exchange.close()


def status(code: int, body: object = b"", **headers: str) -> Behaviour:
    return lambda exchange: exchange.send(body, code, **headers)


def answer(body: object, media: str = "application/fhir+json", **headers: str) -> Behaviour:
    return lambda exchange: exchange.send(body, 200, media, **headers)


def zipped(exchange: Exchange) -> None:
    exchange.send(gzip.compress(wire(bundle(exchange.found()))), Content_Encoding="gzip")


def first(times: int, fault: Behaviour, then: Behaviour = honest) -> Behaviour:
    """So often the fault, then as it should be."""
    count = itertools.count()

    def behave(exchange: Exchange) -> None:
        behaviour = fault if next(count) < times else then
        behaviour(exchange)

    return behave


def pages(link: Callable[[Exchange, int], str | None], size: int = 1, *, total: bool = True) -> Behaviour:
    """The found in pages; `link` makes the URL of the page of a number, or None where there is none."""

    def behave(exchange: Exchange) -> None:
        number = int(exchange.query.get("page", 0))
        found = exchange.found()
        following = link(exchange, number + 1)
        links = [{"relation": "self", "url": "x"}]
        if following is not None:
            links.append({"relation": "next", "url": following})
        part = found[number * size : (number + 1) * size]
        exchange.send(bundle(part, *links, **({"total": len(found)} if total else {})))

    return behave


def whole(size: int, form: str = "{base}/{kind}?page={number}") -> Callable[[Exchange, int], str | None]:
    """Links as long as there is more to come."""

    def link(exchange: Exchange, number: int) -> str | None:
        if number * size >= len(exchange.found()):
            return None
        return form.format(base=exchange.server.url, kind=exchange.kind, number=number)

    return link


class FhirServer:
    """The server, its behaviour by resource type, and what it was asked."""

    def __init__(
        self, chart: Iterable[Json], faults: dict[str, Behaviour], tls: ssl.SSLContext | None = None
    ) -> None:
        self.chart = list(chart)
        self.faults = faults
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.forms: list[str] = []
        self.accepted = Counter[str]()
        self.bell, self._ring = socket.socketpair()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def setup(self) -> None:
                super().setup()
                outer.accepted["all"] += 1

            def do_GET(self) -> None:
                exchange = Exchange(outer, self)
                outer.asked.append((self.command, self.path, dict(self.headers.items())))
                if exchange.form:
                    outer.forms.append(exchange.form)
                outer.faults.get(exchange.kind, outer.faults.get("*", honest))(exchange)

            do_POST = do_GET  # noqa: N815 - the names are http.server's

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        self.origin = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self.url = f"{self.origin}/fhir"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def kinds(self) -> list[str]:
        """The resource types that were asked for, in the order of the requests."""
        return [urlsplit(path).path.removeprefix("/fhir/").partition("/")[0] for _, path, _ in self.asked]

    def close(self) -> None:
        """End it, and whoever waits in it."""
        self._server.shutdown()
        self._ring.close()
        self._server.server_close()
        self._thread.join()
        self.bell.close()

    def start(self) -> None:
        self._thread.start()


@contextmanager
def fhir_server(
    chart: Iterable[Json] = (), tls: ssl.SSLContext | None = None, **faults: Behaviour
) -> Iterator[FhirServer]:
    """A running server with this chart; `faults` by resource type, `any_other` for those not named."""
    if "any_other" in faults:
        faults["*"] = faults.pop("any_other")
    server = FhirServer(chart, faults, tls)
    server.start()
    try:
        yield server
    finally:
        server.close()
