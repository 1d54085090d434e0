"""The gunicorn worker: bounded in time for each request, and without HTML where a request is not even HTTP."""

import socket
import time
from typing import Any

from gunicorn import http, util  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from cdshooks.web.logs import anatomy
from cdshooks.web.problems import MEDIA_TYPE
from cdshooks.wire.outcome import Problem
from cdshooks.wire.response import encode

_ANSWERED_SECONDS = 10.0
"""How long a client may take to receive an answer."""

_REFUSALS: tuple[tuple[type[Exception], int, str], ...] = (
    (errors.LimitRequestLine, 414, "URI Too Long"),
    (errors.LimitRequestHeaders, 431, "Request Header Fields Too Large"),
    (errors.UnsupportedTransferCoding, 501, "Not Implemented"),
    (errors.ExpectationFailed, 417, "Expectation Failed"),
    (errors.ParseException, 400, "Bad Request"),
)


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's thread worker. A request has to arrive within `request_seconds`, however it trickles."""

    request_seconds: float

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's own marker objects
        """Serve the requests of one connection, each within its own time."""
        if conn.parser is None:
            # gunicorn would read from the bare socket, which waits for as long as the client likes.
            conn.parser = http.get_parser(self.cfg, _Arriving(conn.sock), conn.client)
        conn.parser.unreader.sock.expect_within(self.request_seconds)
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:  # noqa: ANN401, ARG002
        """Answer what is not HTTP with an OperationOutcome; gunicorn would answer in HTML, and quote it."""
        refusals = ((status, reason) for kind, status, reason in _REFUSALS if isinstance(exc, kind))
        status, reason = next(refusals, (500, "Internal Server Error"))
        if status < 500:  # noqa: PLR2004 - client and server errors
            self.log.warning("refused a request that is not HTTP")
            problem = Problem(status, "structure", "The HTTP request is broken.")
        else:
            self.log.error("unexpected error in the HTTP server: %s", anatomy(exc))
            problem = Problem(status, "exception", "The call could not be read.")
        try:
            util.write_nonblock(client, _message(status, reason, encode(problem.outcome)))
        except OSError:
            self.log.debug("the client has gone")


def worker_class(request_seconds: float) -> type[Worker]:
    """The worker with its time limit. gunicorn makes the workers itself, from a class without arguments."""
    return type("Worker", (Worker,), {"request_seconds": request_seconds})


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


def _message(status: int, reason: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: {MEDIA_TYPE}\r\n"
        f"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1") + body
