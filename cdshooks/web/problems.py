"""The one place where a call that failed becomes an answer: an OperationOutcome, never HTML."""

import http
import logging
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from cdshooks.logs import anatomy
from cdshooks.wire.outcome import Problem
from cdshooks.wire.response import encode

MEDIA_TYPE = "application/fhir+json"

_log = logging.getLogger(__name__)

# What werkzeug finds wrong by itself; everything else is raised as a Problem where it is found.
_CODES = {
    http.HTTPStatus.BAD_REQUEST: ("structure", "The HTTP request is broken."),
    http.HTTPStatus.NOT_FOUND: ("not-found", "There is nothing here. The services are at /cds-services."),
    http.HTTPStatus.METHOD_NOT_ALLOWED: ("not-supported", "This method is not offered here; see Allow."),
    http.HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too-long", "The body is larger than is accepted here."),
    http.HTTPStatus.INTERNAL_SERVER_ERROR: (
        "exception",
        "The call could not be evaluated because of an error in the service.",
    ),
}


class QuietFlask(Flask):
    """Flask whose log of an unexpected exception holds its type and source lines only (PHI stays out)."""

    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401 - Flask's signature is wider than its use
        """Log what happened where; the message of the exception could quote the chart."""
        _log.error("unexpected %s", anatomy(exc_info[1]))


def answer_problems(app: QuietFlask) -> None:
    """Answer everything that goes wrong in `app` with an OperationOutcome.

    An unexpected exception takes Flask's own way: logged by `log_exception`, then answered as a 500.
    """
    # Left unset, it would be true under TESTING, and tests would see another boundary than clients do.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.register_error_handler(Problem, respond)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(RecursionError, _too_deep)


def respond(problem: Problem) -> Response:
    """The HTTP answer that says what the problem is."""
    return Response(
        encode(problem.outcome),
        problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def _http_exception(error: HTTPException) -> Response:
    status = error.code or http.HTTPStatus.INTERNAL_SERVER_ERROR
    code, text = _CODES.get(http.HTTPStatus(status), ("processing", http.HTTPStatus(status).phrase))
    kept = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    return respond(Problem(status, code, text, headers=kept))


def _too_deep(_error: RecursionError) -> Response:
    # Nothing here recurses but along the nesting of the request, so this is never the service's own fault.
    return respond(Problem(http.HTTPStatus.BAD_REQUEST, "structure", "The JSON is nested too deeply."))
