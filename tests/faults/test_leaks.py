"""Nothing is left behind: no thread, no connection, no token, after however many calls went wrong."""

import gc
import gzip
import logging
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cdshooks.app import create_app
from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.chart.servers import Access, FhirServers
from cdshooks.serving.server import Gunicorn, warm_up
from cdshooks.settings import Settings
from cdshooks.store.kept import keep_nothing
from cdshooks.trust.client import ANYONE
from cdshooks.wire.outcome import Problem
from fhir_mappings.value_sets import load
from tests.charts import PATIENT, patient, prefetch, t_score, wire
from tests.faults import fhir_server as fault
from tests.faults.asking import AMPLE, CHART, TOKEN, ask, at_the_deadline, authorization, in_time, servers
from tests.faults.fhir_server import fhir_server
from tests.faults.test_hook import URL, body

OPEN = Path("/proc/self/fd")
LACKING = ("conditions", "allergies", "procedures")
CALLS, AT_ONCE = 1000, 8
FAULTS = (
    *[fault.honest] * 40,
    fault.status(500),
    fault.reset,
    fault.cut,
    fault.answer(b"<html>"),
    fault.answer(b'{"resourceType":"Bundle","entry":[{'),
    fault.pages(lambda each, _: f"{each.server.url}/Condition?page=1"),
    fault.hang,
    fault.drip_body,
    fault.drip_head,
)


def open_files() -> int:
    return sum(1 for _ in OPEN.iterdir())


@pytest.mark.skipif(not OPEN.is_dir(), reason="open files are counted in /proc")
def test_a_thousand_calls_leave_no_thread_and_no_connection() -> None:
    keys = {key: value for key, value in prefetch(patient(), t_score("-2.7")).items() if key not in LACKING}
    gc.collect()
    threads, files = threading.active_count(), open_files()
    with servers(fhir_deadline=0.05, threads=AT_ONCE) as made, fhir_server(CHART) as server:
        turns = iter(range(10**9))

        def in_turn(exchange: fault.Exchange) -> None:
            FAULTS[next(turns) % len(FAULTS)](exchange)

        server.faults = dict.fromkeys(("Condition", "AllergyIntolerance", "Procedure"), in_turn)

        def call(_: int) -> Mapping[str, str]:
            return ask(made, server, keys).ledger

        with ThreadPoolExecutor(AT_ONCE) as callers:
            words = Counter(word for ledger in callers.map(call, range(CALLS)) for word in ledger.values())
        # How many an honest server answers in time depends on the machine; nothing here hangs on it.
        assert (
            {"supplied", "failed"} <= words.keys() <= {"supplied", "empty", "fetched", "failed", "truncated"}
        )
        most = AT_ONCE * (len(PATIENT_VIEW) + 2)
        assert sum(each.name.startswith("fhir") for each in threading.enumerate()) <= most
    gc.collect()
    until = time.monotonic() + 60
    while threading.active_count() > threads or open_files() > files:
        assert time.monotonic() < until, (threading.active_count(), threads, open_files(), files)
        threading.Event().wait(0.01)


@pytest.mark.parametrize("behaviour", [fault.hang, fault.drip_body, fault.drip_head])
@at_the_deadline
def test_a_thread_that_waited_is_free_again_at_the_deadline(
    deadline: float, behaviour: fault.Behaviour
) -> None:
    with servers(fhir_deadline=deadline) as made, fhir_server(CHART, Condition=behaviour) as server:
        ask(made, server)
        # The next call finds every thread idle: were one still waiting, closing would wait for it.
        with in_time(0):
            made.close()


class SurpriseError(Exception):
    """What nobody foresaw."""


@pytest.mark.parametrize("behaviour", [fault.hang, fault.drip_body])
def test_a_visit_that_ends_in_an_error_leaves_no_request_under_way(
    made: FhirServers, behaviour: fault.Behaviour
) -> None:
    asked, hung_up = threading.Event(), threading.Event()

    def behave(exchange: fault.Exchange) -> None:
        asked.set()
        try:
            behaviour(exchange)
        finally:
            hung_up.set()

    def fail(url: str) -> None:
        access = Access(server=url, authorization=authorization(), client=ANYONE, terminology=load())
        with made.visit(access, PATIENT) as visit:
            visit.search(PATIENT_VIEW[0])
            assert asked.wait(AMPLE)
            raise SurpriseError

    with fhir_server(Patient=behave) as server:
        with pytest.raises(SurpriseError):
            fail(server.url)
        # Well before its deadline.
        assert hung_up.wait(AMPLE / 2)


@at_the_deadline
def test_the_token_is_in_no_log_and_no_message(deadline: float, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    problems = []
    for behaviour in (fault.honest, fault.status(401), fault.reset, fault.answer(b"<html>"), fault.hang):
        with servers(fhir_deadline=deadline) as made, fhir_server(CHART, Patient=behaviour) as server:
            try:
                ask(made, server)
            except Problem as problem:
                problems.append(str(problem.outcome))
            assert any(TOKEN in headers.get("Authorization", "") for _, _, headers in server.asked)
            assert not any(TOKEN in path for _, path, _ in server.asked)
    assert len(problems) == 4
    assert caplog.records
    assert TOKEN not in caplog.text + "".join(problems)
    assert TOKEN not in repr(authorization())


def test_the_token_of_one_call_is_not_used_for_another(made: FhirServers) -> None:
    with fhir_server(CHART) as server:
        ask(made, server, granted=authorization(token="first"))  # noqa: S106 - a marker
        asked = len(server.asked)
        ask(made, server, without_token=True)
        assert not any("Authorization" in headers for _, _, headers in server.asked[asked:])


@pytest.mark.parametrize(("limit", "word"), [(100_000, "truncated"), (1_000_000, "fetched")])
def test_bytes_are_counted_over_the_whole_call(limit: int, word: str) -> None:
    wordy = [{**each, "note": "x" * 30_000} for each in CHART[2:7]]
    paged = fault.pages(fault.whole(1))
    keys = {key: value for key, value in prefetch(patient(), t_score("-2.7")).items() if key not in LACKING}
    with servers(fhir_max_bytes=limit) as made, fhir_server(wordy, Condition=paged) as server:
        assert ask(made, server, keys).ledger["conditions"] == word


@pytest.mark.parametrize("zipped", [False, True])
def test_bytes_of_queries_that_are_answered_at_once_are_counted_together(*, zipped: bool) -> None:
    most, many, at_once = 100_000, 40_000, 5
    together = threading.Barrier(at_once)

    def answer_at_once(exchange: fault.Exchange) -> None:
        body = wire(fault.bundle([]) | {"note": "x" * many})
        together.wait(AMPLE)
        if zipped:
            exchange.send(gzip.compress(body), Content_Encoding="gzip")
        else:
            exchange.send(body)

    keys = dict.fromkeys(query.key for query in PATIENT_VIEW) | prefetch(patient(), t_score("-2.7"))
    asked = ("labs", "frax", "conditions", "allergies", "procedures")
    keys = {key: value for key, value in keys.items() if key not in asked}
    with servers(fhir_max_bytes=most) as made, fhir_server(any_other=answer_at_once) as server:
        server.faults["metadata"] = fault.honest
        found = ask(made, server, keys)
    words = Counter(found.ledger[key] for key in asked)
    assert words["empty"] <= most // many
    assert words["empty"] + words["failed"] == at_once


def asking() -> list[str]:
    """The threads that ask FHIR servers."""
    return [each.name for each in threading.enumerate() if each.name.startswith("fhir")]


def test_after_its_end_a_process_begins_anew(made: FhirServers) -> None:
    with fhir_server(CHART) as server:
        for _ in range(2):
            assert ask(made, server).ledger["conditions"] == "fetched"
            assert asking()
            made.close()
            assert not asking()


def test_nothing_that_a_warm_up_asked_passes_a_fork(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = create_app(Settings(dev=True), kept=keep_nothing())
    example = tmp_path / "example.json"
    monkeypatch.setattr("cdshooks.serving.server.example_request", lambda: example)
    with fhir_server(CHART) as fhir:
        example.write_bytes(body(fhir, {}))
        warm_up(app)
        assert "Condition" in fhir.kinds()
    assert not asking()


def test_a_worker_that_ends_leaves_no_request_and_no_thread() -> None:
    kept = keep_nothing()
    app = create_app(Settings(dev=True), kept=kept)
    served = Gunicorn(app, Settings(), kept, listener=0, greeting="")
    with fhir_server(CHART) as fhir:
        response = app.test_client().post(URL, data=body(fhir, {}), content_type="application/json")
        assert response.status_code == 200
        assert asking()
        served.cfg.worker_exit(None, None)
    assert not asking()
