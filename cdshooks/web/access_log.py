"""One line in the log for each call; routes and statuses, never a path or a value."""

import logging
import time

from flask import Flask, Response, g, request

_access = logging.getLogger("cdshooks.access")
CLIENT = "client"
"""Where in `flask.g` the name of the client stands, once it is known."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


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
