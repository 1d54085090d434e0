"""Logs that cannot hold anything about a patient: routes, statuses and source lines, never a value."""

import logging
import time
import traceback
from collections.abc import Iterator

from flask import Flask, Response, g, request

_access = logging.getLogger("cdshooks.access")
CLIENT = "client"
"""Where in `flask.g` the name of the client stands, once it is known."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def anatomy(error: BaseException) -> str:
    """The types of an exception and of its causes, each with its source lines. Never a message or a value."""
    return "; caused by ".join(_anatomies(error))


def _anatomies(error: BaseException) -> Iterator[str]:
    link: BaseException | None = error
    while link is not None:
        frames = traceback.extract_tb(link.__traceback__)
        lines = " > ".join(f"{frame.filename}:{frame.lineno}" for frame in frames)
        yield f"{type(link).__module__}.{type(link).__qualname__} at {lines or 'no known line'}"
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


class AnatomyFormatter(logging.Formatter):
    """Writes an exception as its anatomy, whoever logged it: a library's traceback ends in a message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One line per record."""
        # A traceback that another handler already rendered waits in exc_text, and Formatter would append it.
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: "logging._SysExcInfoType") -> str:  # noqa: N802 - the name is logging's
        """The anatomy of the exception."""
        return anatomy(ei[1]) if ei[1] else ""


def log_to_stderr(level: str) -> None:
    """Set up the logging of the whole process. For the server, not for an application that embeds ours."""
    logging.basicConfig(level=logging.WARNING, force=True)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(AnatomyFormatter())
    logging.getLogger("cdshooks").setLevel(level)
    # It logs the URLs it asks for, and those name the patient, even at warning level.
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)


def log_calls(app: Flask) -> None:
    """Log one line per call: method, route, status, milliseconds, bytes of the answer, name of the client."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        _access.info(
            "%s %s %d %.1f ms %d bytes client %s",
            request.method if request.method in _METHODS else "-",
            # The rule, not the path: whatever somebody typed as a path may name a patient.
            request.url_rule.rule if request.url_rule else "-",
            response.status_code,
            (time.perf_counter() - g.started) * 1000,
            response.calculate_content_length() or 0,
            # Who proved to be it; nobody where that is not checked, or failed.
            g.get(CLIENT, "-"),
        )
        return response
