"""The whole WSGI call of patient-view against a bare Flask view that only parses the same body.

Both are called in turn, so that a machine that slows down slows both. There is no client check and no store;
`benchmarks.store` adds it. The figure is the ratio of medians; the regime of the garbage collector is stated,
because the tail of a Python service is its collector.
"""

import gc
import io
import json
import statistics
import time
from collections.abc import Callable, Iterable

from flask import Flask, request

from benchmarks.body import body
from cdshooks.app import create_app
from cdshooks.serving.collector import collect_rarely
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing

ROUNDS = 400
WARM_UP = 40
LARGER = (10, 50)
"""How many times as large the larger charts are."""

PYTHONS_THRESHOLDS = gc.get_threshold()
"""As they are before anything was measured."""

Call = Callable[[], None]


def bare_flask() -> Flask:
    """The view to compare with: it parses the body, and answers with no cards."""
    app = Flask("bare")

    @app.post("/parse")
    def parse() -> dict[str, list[object]]:
        json.loads(request.get_data())
        return {"cards": []}

    return app


def caller(app: Flask, path: str, sent: bytes, token: Callable[[], str] | None = None) -> Call:
    """One call of the WSGI application with the body, as a server makes it; signed where there are tokens."""

    def call() -> None:
        statuses: list[str] = []

        def start_response(status: str, _: object, __: object = None) -> Callable[[bytes], object]:
            statuses.append(status)
            return lambda _: None

        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8080",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(sent)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if token is not None:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {token()}"
        answer: Iterable[bytes] = app.wsgi_app(environ, start_response)
        b"".join(answer)
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        assert statuses == ["200 OK"], statuses

    return call


def interleaved(calls: dict[str, Call], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """The seconds of each call, round by round, all calls in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    warm_up = min(WARM_UP, rounds)
    for round_number in range(warm_up + rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            took = time.perf_counter() - began
            if round_number >= warm_up:
                seconds[name].append(took)
    return seconds


def _report(regime: str, seconds: dict[str, list[float]]) -> None:
    print(f"collector: {regime}")
    told = {name: _figures(times) for name, times in seconds.items()}
    for name, figures in told.items():
        print(f"  {name:<34}", *(f"{figure} {value * 1e3:6.2f} ms  " for figure, value in figures.items()))
    service, bare = told.values()
    print(f"  {'ratios':<34}", *(f"{name} {service[name] / bare[name]:6.2f}     " for name in service))


def _figures(times: list[float]) -> dict[str, float]:
    figures = {"fastest": min(times), "median": statistics.median(times)}
    if len(times) >= ROUNDS:
        figures["p99"] = statistics.quantiles(times, n=100)[98]
    return figures


def _pair(sent: bytes) -> dict[str, Call]:
    # As in production: in dev mode each answer would be read back and held against the rules of CDS Hooks.
    settings = Settings(honour_as_of=True, max_body_bytes=2 * len(sent))
    return {
        "patient-view, whole call": caller(
            create_app(settings, kept=keep_nothing()), "/cds-services/bone-health-patient-view", sent
        ),
        "bare Flask view, json.loads only": caller(bare_flask(), "/parse", sent),
    }


def run() -> None:
    """Measure under Python's own collector settings, and as `cdshooks serve` sets them; then larger charts."""
    sent = body()
    calls = _pair(sent)
    print(f"body: {len(sent) / 1000:.0f} kB, 201 resources; {ROUNDS} interleaved rounds")
    # A benchmark before this one may have left the collector as it is when serving.
    gc.unfreeze()
    gc.set_threshold(*PYTHONS_THRESHOLDS)
    _report(f"Python's default, threshold {gc.get_threshold()}", interleaved(calls))
    collect_rarely()
    regime = f"as served: collected, frozen before the fork, threshold {gc.get_threshold()}"
    _report(regime, interleaved(calls))
    for times in LARGER:
        sent = body(times)
        rounds = ROUNDS // times
        print(f"body: {len(sent) / 1000:,.0f} kB, {198 * times + 3:,} resources; {rounds} interleaved rounds")
        _report(regime, interleaved(_pair(sent), rounds))
