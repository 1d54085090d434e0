"""How many calls a process works on at once, however many of its clients are slow."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""


def in_turns(application: Application, calls: int) -> Application:
    """`application`, working on at most `calls` requests at once.

    A request whose body has not arrived does not count meanwhile, nor does an answer that is being sent:
    clients that stall keep nobody else waiting. Of the body only `read` is offered.
    """
    turns = threading.BoundedSemaphore(calls)

    def limited(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"] = _Body(environ["wsgi.input"], turns)
        with turns:
            return application(environ, start_response)

    return limited


class _Body:
    """The body of a request in its turn, which passes on to others while it waits for the client."""

    def __init__(self, body: Any, turns: threading.BoundedSemaphore) -> None:  # noqa: ANN401 - any file
        self._body = body
        self._turns = turns

    def read(self, size: int) -> bytes:
        self._turns.release()
        try:
            content: bytes = self._body.read(size)
        finally:
            self._turns.acquire()
        return content
