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
from cdshooks.collector import collect_rarely
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing

ROUNDS = 400
WARM_UP = 40

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


def interleaved(calls: dict[str, Call]) -> dict[str, list[float]]:
    """The seconds of each call, round by round, all calls in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for round_number in range(WARM_UP + ROUNDS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            took = time.perf_counter() - began
            if round_number >= WARM_UP:
                seconds[name].append(took)
    return seconds


def _report(regime: str, seconds: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    tails = {name: statistics.quantiles(values, n=100)[98] for name, values in seconds.items()}
    print(f"collector: {regime}")
    for name in seconds:
        print(f"  {name:<34} median {medians[name] * 1e3:6.2f} ms   p99 {tails[name] * 1e3:6.2f} ms")
    service, bare = seconds
    print(f"  ratio of medians                   {medians[service] / medians[bare]:6.2f}")
    print(f"  ratio of p99                       {tails[service] / tails[bare]:6.2f}")


def run() -> None:
    """Measure under Python's own collector settings, and as `cdshooks serve` sets them."""
    sent = body()
    calls = {
        "patient-view, whole call": caller(
            create_app(Settings(dev=True), kept=keep_nothing()),
            "/cds-services/bone-health-patient-view",
            sent,
        ),
        "bare Flask view, json.loads only": caller(bare_flask(), "/parse", sent),
    }
    print(f"body: {len(sent) / 1000:.0f} kB, 201 resources; {ROUNDS} interleaved rounds")
    _report(f"Python's default, threshold {gc.get_threshold()}", interleaved(calls))
    collect_rarely()
    _report(
        f"as served: collected, frozen before the fork, threshold {gc.get_threshold()}", interleaved(calls)
    )
