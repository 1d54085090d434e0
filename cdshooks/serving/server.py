"""`cdshooks serve`: gunicorn with threads, started warm, quiet about patients, and stopped gracefully."""

import contextlib
import logging
import shlex
import signal
from collections.abc import Iterator
from typing import Any

import click
from flask import Flask
from gunicorn import glogging  # type: ignore[import-untyped]
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from msgspec.structs import replace

from cdshooks.app import FHIR_SERVERS, create_app
from cdshooks.example import SERVICE_ID, example_request
from cdshooks.logs import log_to_stderr
from cdshooks.serving.collector import collect_rarely
from cdshooks.serving.listening import base_url, listen, refuse_exposure
from cdshooks.serving.worker import CONNECTIONS, worker_class
from cdshooks.settings import Settings
from cdshooks.store.checks import where_it_is
from cdshooks.store.engine import FILE, location
from cdshooks.store.kept import Kept, keep
from cdshooks.store.state import state_directory
from cdshooks.web.problems import respond
from cdshooks.wire.outcome import Problem

_WARM_UP_CALLS = 5
_log = logging.getLogger("cdshooks.server")


def serve(settings: Settings) -> None:
    """Answer calls until SIGTERM or SIGINT, then finish those under way and exit with status 0.

    Raises SettingsError, TrustFileError, LocalCodesError or ListenError before it answers anything.
    """
    refuse_exposure(settings)
    log_to_stderr(settings.log_level)
    with listen(settings.host, settings.port) as listener:
        url = base_url(listener)
        kept = keep(settings)
        app = create_app(settings, kept=kept)
        app.register_error_handler(ParseException, _broken_message)
        # Caches belong to the process: an application that lets everybody in fills them for the real one.
        open_to_all = replace(settings, trust_file=None)
        warm_up(app if settings.trust_file is None else create_app(open_to_all, kept=kept))
        # No connection to the store may pass a fork.
        kept.release()
        Gunicorn(app, settings, kept, listener=listener.detach(), greeting=greeting(settings, url)).run()


def warm_up(app: Flask) -> None:
    """Answer the shipped example a few times, so that no clinician waits for caches to fill.

    Neither a thread nor a connection is left of it that could pass a fork.
    """
    example = example_request()
    if example is None:
        return
    body = example.read_bytes()
    client = app.test_client()
    with _only_what_is_wrong():
        for _ in range(_WARM_UP_CALLS):
            client.post(f"/cds-services/{SERVICE_ID}", data=body, content_type="application/json").close()
    app.extensions[FHIR_SERVERS].close()


@contextlib.contextmanager
def _only_what_is_wrong() -> Iterator[None]:
    """Log no call and no progress: what is done meanwhile is no news to anybody."""
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def greeting(settings: Settings, url: str) -> str:
    """What `cdshooks serve` prints when it is ready: where it is, how to try it, where state is kept."""
    lines = [f"Discovery: {url}/cds-services"]
    example = example_request()
    if settings.trust_file is not None:
        lines.append(f"Calls have to be signed by a client of {settings.trust_file}.")
    elif example is not None:
        lines.append(
            f"Try it:    curl -s {url}/cds-services/{SERVICE_ID} -H 'Content-Type: application/json' "
            f"--data {shlex.quote(f'@{example}')}"
        )
    lines.append(f"State:     {_state(settings)}")
    if settings.dev:
        trusted = "keys that anybody can have are" if settings.trust_file else "everyone on this machine is"
        lines.append(
            f"DEVELOPMENT MODE: {trusted} trusted, and a request may state the day it is evaluated for."
        )
    return "\n".join(lines)


def _state(settings: Settings) -> str:
    """Where it is kept; in development also what that means for the next run, which nobody may expect."""
    if settings.database_url is not None:
        return where_it_is(location(settings))
    where = str(state_directory(settings))
    if not settings.dev:
        return where
    return f"{where} keeps answers to cards for later runs; to start afresh, stop and remove {FILE} there."


def _broken_message(_error: Exception) -> Any:  # noqa: ANN401 - what Flask takes from an error handler
    # gunicorn reads the body only when the application asks for it, so broken chunks surface there.
    return respond(Problem(400, "structure", "The HTTP request is broken."))


class _Log(glogging.Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's own log, through ours, without the record that quotes the request.

    Its own name for it, gunicorn.error, would put the word before everything, also where all is well.
    """

    def setup(self, cfg: Any) -> None:  # noqa: ANN401
        self.error_log = _log
        super().setup(cfg)

    def exception(self, _msg: str, *_args: object, **kwargs: Any) -> None:  # noqa: ANN401
        super().exception("unexpected error in the HTTP server", **kwargs)


class _GracefulArbiter(Arbiter):  # type: ignore[misc] # gunicorn has no types
    def start(self) -> None:
        """Listen and greet. The greeting comes first: what gunicorn would say before it, it says too."""
        with _only_what_is_wrong():
            super().start()

    def handle_int(self) -> None:
        """Ctrl-C is as graceful as SIGTERM; gunicorn would drop the calls under way."""
        self.handle_term()


class Gunicorn(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """gunicorn around the application, and what is done when it is ready and when a worker ends."""

    def __init__(self, app: Flask, settings: Settings, kept: Kept, *, listener: int, greeting: str) -> None:
        self._app = app
        self._settings = settings
        self._kept = kept
        self._listener = listener
        self._greeting = greeting
        super().__init__()

    def load_config(self) -> None:
        """What of gunicorn's settings follows from ours."""
        chosen = {
            "bind": f"fd://{self._listener}",
            "worker_class": worker_class(self._settings.request_seconds, self._settings.max_body_bytes),
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_connections": CONNECTIONS,
            "preload_app": True,
            # Calls take milliseconds: whatever still holds a connection after this is not a call.
            "graceful_timeout": 10,
            "proc_name": "cdshooks",
            "logger_class": _Log,
            # At debug level gunicorn quotes requests.
            "loglevel": self._settings.log_level.lower().replace("debug", "info"),
            "errorlog": None,
            "accesslog": None,
            # A socket for remote control is one more way in, and nobody here uses it.
            "control_socket_disable": True,
            # Nobody in front may say where the application is mounted, or that a call came over TLS.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "when_ready": self._ready,
            "post_worker_init": _leave_interrupts_to_the_master,
            "worker_exit": self._end,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, which is made before the fork."""
        return self._app

    def run(self) -> None:
        """Serve until a signal ends it."""
        _GracefulArbiter(self).run()

    def _end(self, _arbiter: Arbiter, _worker: Any) -> None:  # noqa: ANN401
        if self._kept.shown is not None:
            self._kept.shown.write()
        self._app.extensions[FHIR_SERVERS].close()

    def _ready(self, _arbiter: Arbiter) -> None:
        collect_rarely()
        click.echo(self._greeting)


def _leave_interrupts_to_the_master(_worker: Any) -> None:  # noqa: ANN401
    # Ctrl-C in a terminal reaches every process at once; a worker that obeyed would drop its calls.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
