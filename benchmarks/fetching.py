"""All queries of a hook to a FHIR server of 20 ms per call, against one such call alone.

Whole calls of the WSGI application whose prefetch is empty, one at a time and eight at once, next to one GET
of the Patient over a kept connection. The server is a process of its own on the same machine, so with two
cores it takes its share of the figures. Rounds are interleaved.
"""

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests
from flask import Flask

from benchmarks.body import body
from cdshooks.app import FHIR_SERVERS, create_app
from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.serving.collector import collect_rarely
from cdshooks.settings import Settings

SECONDS = 0.020
ROUNDS = 60
WARM_UP = 5
AT_ONCE = 8


def _hook(app: Flask, port: int, *, prefetch: bool) -> Callable[[], None]:
    call = json.loads(body())
    call["fhirServer"] = f"http://127.0.0.1:{port}/fhir"
    # The body of the other benchmarks has not every key; what is not in it is not in this chart.
    call["prefetch"] = {**dict.fromkeys(query.key for query in PATIENT_VIEW), **call["prefetch"]}
    if not prefetch:
        del call["prefetch"]
    sent = json.dumps(call).encode()

    def hook() -> None:
        client = app.test_client()
        response = client.post(
            "/cds-services/bone-health-patient-view", data=sent, content_type="application/json"
        )
        assert response.status_code == 200, response.get_data()  # noqa: PLR2004 - OK
        assert ("fetched" in response.headers["Server-Timing"]) is not prefetch

    return hook


def _report(regime: str, seconds: dict[str, list[float]]) -> None:
    print(f"collector: {regime}")
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    for name, median in medians.items():
        print(f"  {name:<34} median {median * 1e3:6.2f} ms")
    one, hook, many, _ = medians.values()
    print(f"  all queries / one call             {hook / one:6.2f}")
    print(f"  {AT_ONCE} hooks at once / one hook         {many / hook:6.2f}")


def _measured(calls: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(WARM_UP + ROUNDS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            if number >= WARM_UP:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def run() -> None:
    """Measure under Python's own collector settings, and as `cdshooks serve` sets them."""
    command = [sys.executable, "-m", "benchmarks.fhir_server", str(SECONDS)]
    with subprocess.Popen(  # noqa: S603 - our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        app = create_app(Settings(dev=True))
        session = requests.Session()
        hook = _hook(app, port, prefetch=False)
        with ThreadPoolExecutor(AT_ONCE) as callers:

            def at_once() -> None:
                for each in [callers.submit(hook) for _ in range(AT_ONCE)]:
                    each.result()

            calls: dict[str, Callable[[], object]] = {
                "one GET of the Patient": lambda: session.get(f"http://127.0.0.1:{port}/fhir/Patient/bench"),
                "one hook, everything fetched": hook,
                f"{AT_ONCE} hooks at once, everything fetched": at_once,
                "one hook, complete prefetch": _hook(app, port, prefetch=True),
            }
            print(f"FHIR server: {SECONDS * 1e3:.0f} ms per call; {ROUNDS} interleaved rounds")
            _report(f"Python's default, threshold {gc.get_threshold()}", _measured(calls))
            collect_rarely()
            _report(f"as served, threshold {gc.get_threshold()}", _measured(calls))
        session.close()
        app.extensions[FHIR_SERVERS].close()
        assert server.stdin is not None
        server.stdin.close()


if __name__ == "__main__":
    run()
