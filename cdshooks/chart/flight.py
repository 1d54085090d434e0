"""The requests of one call under way: one deadline for all, and an end that leaves no thread waiting.

A timeout of a socket counts from one packet to the next, so a server that drips could hold a thread for as
long as it likes. Here each connection in use is known to its flight, and when the flight ends its sockets are
shut down: whoever waits on them wakes at once.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Protocol

from cdshooks.trust.addresses import Reach, Resolve

_handover = threading.Lock()
"""Held where a connection changes from one flight to another, so that nobody shuts down somebody else's."""
_thread = threading.local()


class EndedError(Exception):
    """The flight is over: its deadline has passed, or nobody waits for it any more."""


class Connection(Protocol):
    """What a flight has to know of a connection of the pool."""

    flight: "Flight | None"
    sock: socket.socket | None


class Flight:
    """The requests that one hook call has under way, and how long they may take, in seconds."""

    def __init__(self, seconds: float, *, reach: Reach, resolve: Resolve) -> None:
        self.reach = reach
        self.resolve = resolve
        self._until = time.monotonic() + seconds
        self._ended = threading.Event()
        self._held: dict[int, Connection] = {}

    def remaining(self) -> float:
        """The seconds that are left; EndedError where there are none."""
        left = self.left()
        if not left:
            raise EndedError
        return left

    def left(self) -> float:
        """The seconds that are left; 0 where it is over."""
        return 0.0 if self._ended.is_set() else max(0.0, self._until - time.monotonic())

    def pause(self, seconds: float) -> None:
        """Wait; EndedError where the flight ends meanwhile or has less left than that."""
        if seconds >= self.remaining() or self._ended.wait(seconds):
            raise EndedError

    @contextlib.contextmanager
    def boarded(self, query: str = "") -> Iterator[None]:
        """Within it, connections that this thread uses belong to this flight, and ask with this query."""
        _thread.flight = self
        _thread.query = query
        try:
            yield
        finally:
            _thread.flight = None
            with _handover:
                self._held.pop(threading.get_ident(), None)

    def hold(self, connection: Connection) -> None:
        """Take over a connection for the thread that calls."""
        with _handover:
            if self._ended.is_set():
                raise EndedError
            connection.flight = self
            self._held[threading.get_ident()] = connection

    def end(self) -> None:
        """Shut down every connection that is still in use; what waits for it fails at once."""
        with _handover:
            self._ended.set()
            for connection in self._held.values():
                if connection.flight is self and connection.sock is not None:
                    # Not the method of a TLS socket, which takes its state from under a reader.
                    with contextlib.suppress(OSError):
                        socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
            self._held.clear()


def current_query() -> str:
    """The query, with its question mark, that the calling thread asks with; empty where it has none."""
    query: str = getattr(_thread, "query", "")
    return query


def current() -> Flight:
    """The flight that the calling thread is on."""
    flight: Flight | None = getattr(_thread, "flight", None)
    if flight is None:
        raise EndedError
    return flight
