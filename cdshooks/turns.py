"""How many calls a process works on at once, however many of them only wait."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""

_turns: ContextVar[threading.BoundedSemaphore | None] = ContextVar("turns", default=None)


def in_turns(application: Application, calls: int) -> Application:
    """`application`, working on at most `calls` requests at once.

    A request whose body has not arrived does not count meanwhile, nor does an answer that is being sent:
    clients that stall keep nobody else waiting. Of the body only `read` is offered.
    """
    turns = threading.BoundedSemaphore(calls)

    def limited(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        with turns:
            mine = _turns.set(turns)
            try:
                return application(environ, start_response)
            finally:
                _turns.reset(mine)

    return limited


@contextlib.contextmanager
def waiting() -> Iterator[None]:
    """Pass the turn on while this call waits for somebody else's answer; then queue for the next one.

    Does nothing outside of a call, nor within another `waiting`: there is no turn to pass on. What is done
    meanwhile should be next to no work of the processor's.
    """
    turns = _turns.get()
    if turns is None:
        yield
        return
    passed_on = _turns.set(None)
    turns.release()
    try:
        yield
    finally:
        turns.acquire()
        _turns.reset(passed_on)


class _Body:
    """The body of a request, which is waited for."""

    def __init__(self, body: Any) -> None:  # noqa: ANN401 - any file
        self._body = body

    def read(self, size: int) -> bytes:
        with waiting():
            content: bytes = self._body.read(size)
        return content
