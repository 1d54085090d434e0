"""The gunicorn worker: who stalls or lingers keeps nobody waiting, and what is not HTTP gets no HTML."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from cdshooks.logs import anatomy
from cdshooks.serving.arrival import ANSWERED_SECONDS, ArrivingSocket, Requests, TooSlow, told_when_answered
from cdshooks.turns import Application, in_turns
from cdshooks.web.problems import MEDIA_TYPE
from cdshooks.wire.outcome import Problem
from cdshooks.wire.response import encode

CONNECTIONS = 256
"""Connections that one process holds. Each has a thread while a request arrives or an answer leaves."""


class _Refusal(NamedTuple):
    """What a client hears whose request cannot even be read."""

    status: int
    reason: str
    code: str = "structure"
    text: str = "The HTTP request is broken."


_REFUSALS: tuple[tuple[type[Exception], _Refusal], ...] = (
    (TooSlow, _Refusal(408, "Request Timeout", "timeout", "The request did not arrive in time.")),
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
    most_left: int
    """Bytes that are still taken from a client which goes on sending what was refused."""
    wsgi: Application

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """As many threads as connections: one that waits for its client costs the others nothing."""
        return ThreadPoolExecutor(max_workers=self.cfg.worker_connections)

    def load_wsgi(self) -> None:
        """Load the application, and limit the calls it works on at once."""
        super().load_wsgi()
        self.wsgi = told_when_answered(in_turns(self.wsgi, self.cfg.threads))

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's own marker objects
        """Serve the requests of one connection, each within its own time."""
        if conn.parser is None:
            # gunicorn would read from the bare socket, which waits for as long as the client likes.
            conn.parser = Requests(self.cfg, ArrivingSocket(conn.sock), conn.client)
        conn.parser.unreader.sock.expect_within(self.request_seconds)
        return super().handle(conn)

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Keep the connection, or close it in a thread: the client gets a while to read its last answer.

        gunicorn would wait for that in the one thread that accepts connections.
        """
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
        else:
            closing = self.tpool.submit(self._close, conn)
            closing.add_done_callback(lambda _: self.method_queue.defer(self._has_closed))

    def _close(self, conn: TConn) -> None:
        # A client that writes all of its body before it reads would find a reset instead of its 401 or 413.
        conn.sock.settimeout(ANSWERED_SECONDS)
        util.close_graceful(conn.sock, timeout=self.request_seconds, max_drain=self.most_left)

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


def worker_class(request_seconds: float, max_body_bytes: int) -> type[Worker]:
    """The worker with its limits. gunicorn makes the workers itself, from a class without arguments."""
    limits = {"request_seconds": request_seconds, "most_left": 4 * max_body_bytes}
    return type("Worker", (Worker,), limits)


def _message(refusal: _Refusal) -> bytes:
    body = encode(Problem(refusal.status, refusal.code, refusal.text).outcome)
    head = (
        f"HTTP/1.1 {refusal.status} {refusal.reason}\r\nDate: {util.http_date()}\r\nConnection: close\r\n"
        f"Content-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    )
    return head.encode("latin-1") + body
