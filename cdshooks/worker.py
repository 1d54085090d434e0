"""The gunicorn worker: who stalls or lingers keeps nobody waiting, and what is not HTTP gets no HTML."""

import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http import RequestParser, errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from cdshooks.turns import Application, in_turns
from cdshooks.web.logs import anatomy
from cdshooks.web.problems import MEDIA_TYPE
from cdshooks.wire.outcome import Problem
from cdshooks.wire.response import encode

CONNECTIONS = 256
"""Connections that one process holds. Each has a thread while a request arrives or an answer leaves."""

_ANSWERED_SECONDS = 10.0
"""How long a client may take to receive an answer."""


class _TooSlow(errors.ParseException):  # type: ignore[misc] # gunicorn has no types
    """The head of a request did not arrive in time."""


class _Refusal(NamedTuple):
    """What a client hears whose request cannot even be read."""

    status: int
    reason: str
    code: str = "structure"
    text: str = "The HTTP request is broken."


_REFUSALS: tuple[tuple[type[Exception], _Refusal], ...] = (
    (_TooSlow, _Refusal(408, "Request Timeout", "timeout", "The request did not arrive in time.")),
    (errors.LimitRequestLine, _Refusal(414, "URI Too Long")),
    (errors.LimitRequestHeaders, _Refusal(431, "Request Header Fields Too Large")),
    (errors.UnsupportedTransferCoding, _Refusal(501, "Not Implemented", "not-supported")),
    (errors.ExpectationFailed, _Refusal(417, "Expectation Failed", "not-supported")),
    (errors.ParseException, _Refusal(400, "Bad Request")),
)
_UNEXPECTED = _Refusal(500, "Internal Server Error", "exception", "The call could not be read.")


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's thread worker. A request has to arrive within `request_seconds`, however it trickles.

    `threads` of the settings are the calls it works on at once; each connection has a thread of its own.
    """

    request_seconds: float
    wsgi: Application

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """As many threads as connections: one that waits for its client costs the others nothing."""
        return ThreadPoolExecutor(max_workers=self.cfg.worker_connections)

    def load_wsgi(self) -> None:
        """Load the application, and limit the calls it works on at once."""
        super().load_wsgi()
        self.wsgi = in_turns(self.wsgi, self.cfg.threads)

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's own marker objects
        """Serve the requests of one connection, each within its own time."""
        if conn.parser is None:
            # gunicorn would read from the bare socket, which waits for as long as the client likes.
            conn.parser = _Requests(self.cfg, _Arriving(conn.sock), conn.client)
        conn.parser.unreader.sock.expect_within(self.request_seconds)
        return super().handle(conn)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Keep the connection, or close it in a thread: the client gets a while to read its last answer.

        gunicorn would wait for that in the one thread that accepts connections.
        """
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
        else:
            closing = self.tpool.submit(conn.close, graceful=True)
            closing.add_done_callback(lambda _: self.method_queue.defer(self._has_closed))

    def _has_closed(self) -> None:
        self.nr_conns -= 1

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:  # noqa: ANN401, ARG002 - gunicorn's
        """Answer what is not HTTP with an OperationOutcome; gunicorn would answer in HTML, and quote it."""
        refusals = (refusal for kind, refusal in _REFUSALS if isinstance(exc, kind))
        refusal = next(refusals, _UNEXPECTED)
        if refusal is _UNEXPECTED:
            self.log.error("unexpected error in the HTTP server: %s", anatomy(exc))
        else:
            self.log.warning("refused a request: %s", refusal.reason)
        try:
            util.write_nonblock(client, _message(refusal))
        except OSError:
            self.log.debug("the client has gone")


def worker_class(request_seconds: float) -> type[Worker]:
    """The worker with its time limit. gunicorn makes the workers itself, from a class without arguments."""
    return type("Worker", (Worker,), {"request_seconds": request_seconds})


class _Requests(RequestParser):  # type: ignore[misc] # gunicorn has no types
    """The requests of a connection, one after the other. One that does not arrive as it should is the last."""

    def __next__(self) -> Any:  # noqa: ANN401 - gunicorn's request
        try:
            request = super().__next__()
        except TimeoutError:
            raise _TooSlow from None
        except errors.NoMoreData:
            # Who has sent all there is may still wait for an answer.
            raise errors.ParseException from None
        request.body.reader = _Reader(request, request.body.reader)
        return request


class _Reader:
    """Reads a body. Where that fails nobody knows where the next request begins, and the answer says so."""

    def __init__(self, request: Any, reader: Any) -> None:  # noqa: ANN401 - gunicorn's request and its reader
        self._request = request
        self._reader = reader

    def read(self, size: int) -> bytes:
        try:
            content: bytes = self._reader.read(size)
        except Exception:
            self._request.force_close()
            raise
        return content


class _Arriving:
    """A socket whose reads all end by a deadline; a late one is a TimeoutError."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._deadline = 0.0

    def expect_within(self, seconds: float) -> None:
        """Start the time of the next request."""
        self._deadline = time.monotonic() + seconds

    def recv(self, size: int) -> bytes:
        """What arrived, as `socket.recv` has it."""
        try:
            self._sock.settimeout(max(self._deadline - time.monotonic(), 0.001))
            return self._sock.recv(size)
        finally:
            self._sock.settimeout(_ANSWERED_SECONDS)


def _message(refusal: _Refusal) -> bytes:
    body = encode(Problem(refusal.status, refusal.code, refusal.text).outcome)
    head = (
        f"HTTP/1.1 {refusal.status} {refusal.reason}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1") + body
