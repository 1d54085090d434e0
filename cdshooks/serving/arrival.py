"""The requests of a connection as they arrive: within their time, and only what HTTP allows.

What gunicorn lets pass and should not stands here (RFC 9110 and RFC 9112).
"""

import re
import socket
import time
from typing import Any

from gunicorn.http import RequestParser, errors  # type: ignore[import-untyped]

from cdshooks.turns import Application, Environ

ANSWERED_SECONDS = 10.0
"""How long a client may take to receive an answer."""

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~%!$&'()*+,;=]*)(:[0-9]*)?", re.ASCII)
_NEWEST = (1, 1)
_LEFT = 64 * 1024
"""Bytes of a body that nobody has read, which gunicorn still takes from the connection to use it again."""


class TooSlow(errors.ParseException):  # type: ignore[misc] # gunicorn has no types
    """The head of a request did not arrive in time."""


class Requests(RequestParser):  # type: ignore[misc] # gunicorn has no types
    """The requests of a connection, one after the other. One that does not arrive as it should is the last."""

    def __next__(self) -> Any:  # noqa: ANN401 - gunicorn's request
        try:
            request = super().__next__()
        except TimeoutError:
            raise TooSlow from None
        except errors.NoMoreData:
            # Who has sent all there is may still wait for an answer.
            raise errors.ParseException from None
        _check(request)
        request.body.reader = _Body(request, self.unreader.sock)
        return request


def _check(request: Any) -> None:  # noqa: ANN401 - gunicorn's request
    hosts = [value for name, value in request.headers if name == "HOST"]
    if len(hosts) > 1 or not all(map(_HOST.fullmatch, hosts)) or (request.version >= _NEWEST and not hosts):
        raise errors.ParseException
    codings = [value.lower() for name, value in request.headers if name == "TRANSFER-ENCODING"]
    if codings not in ([], ["chunked"]):
        # gunicorn knows the others by name, and does not undo them.
        raise errors.UnsupportedTransferCoding("")
    # An answer is of the version that is spoken here, not of one that is still to come.
    request.version = min(request.version, _NEWEST)


class _Body:
    """The body of a request, for gunicorn to read.

    A client that asks whether it should go on (`Expect: 100-continue`) is told so when somebody reads, and not
    before: what is refused by its head is not to be sent. Where a body cannot be read, or is left unread,
    nobody knows where the next request begins, and the answer says that it is the last.
    """

    def __init__(self, request: Any, sock: "ArrivingSocket") -> None:  # noqa: ANN401 - gunicorn's request
        self._request = request
        self._reader = request.body.reader
        self._sock = sock
        self._awaited = request._expected_100_continue  # noqa: SLF001 - gunicorn says it nowhere else
        request._expected_100_continue = False  # noqa: SLF001 - else gunicorn answers it at once

    def read(self, size: int) -> bytes:
        if self._awaited:
            self._awaited = False
            self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            content: bytes = self._reader.read(size)
        except Exception:
            self._request.force_close()
            raise
        return content

    def answered(self) -> None:
        """An answer is about to leave: nothing more is read for it."""
        # Of a body in chunks nobody knows what is left; `parser` is gone where it was read to its end.
        left = getattr(self._reader, "length", None)
        unread = left > _LEFT if left is not None else getattr(self._reader, "parser", None) is not None
        if self._awaited or unread:
            self._awaited = False
            self._request.force_close()


def told_when_answered(application: Application) -> Application:
    """`application`, whose requests hear when their answers are about to leave."""

    def telling(environ: Environ, start_response: Any) -> Any:  # noqa: ANN401 - as PEP 3333 has it
        body = environ["wsgi.input"].reader

        def started(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as PEP 3333 has it
            body.answered()
            return start_response(*args, **kwargs)

        return application(environ, started)

    return telling


class ArrivingSocket:
    """A socket whose reads all end by a deadline; a late one is a TimeoutError."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._deadline = 0.0
        self.sendall = sock.sendall

    def expect_within(self, seconds: float) -> None:
        """Start the time of the next request."""
        self._deadline = time.monotonic() + seconds

    def recv(self, size: int) -> bytes:
        """What arrived, as `socket.recv` has it."""
        try:
            self._sock.settimeout(max(self._deadline - time.monotonic(), 0.001))
            return self._sock.recv(size)
        finally:
            self._sock.settimeout(ANSWERED_SECONDS)
