"""Logs that cannot hold anything about a patient: of an exception its source lines, and never a value."""

import logging
import traceback
from collections.abc import Iterator


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
