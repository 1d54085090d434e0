"""A FHIR server that does not answer holds up nobody who does not need it."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from werkzeug.test import Client, TestResponse

from cdshooks.app import FHIR_SERVERS, create_app
from cdshooks.chart.prefetch import PATIENT_VIEW
from cdshooks.settings import Settings
from cdshooks.trust.client import Client as Caller
from cdshooks.turns import in_turns
from cdshooks.wire.outcome import Problem
from tests.charts import Json, patient, prefetch, t_score
from tests.faults import fhir_server as fault
from tests.faults.asking import AMPLE, CHART, ask, at_the_deadline, in_time, servers
from tests.faults.fhir_server import FhirServer, fhir_server
from tests.faults.test_hook import URL, body

COMPLETE = prefetch(patient(), t_score("-2.7"))
LACKING = {key: value for key, value in COMPLETE.items() if key != "conditions"}
CALLS = 12


class Gate:
    """A behaviour that answers when the test says so, and tells of each request that waits for that."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self._open = threading.Event()

    def __call__(self, exchange: fault.Exchange) -> None:
        self.asked.release()
        fault.held(self._open)(exchange)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Within it nothing is answered."""
        try:
            yield
        finally:
            self._open.set()


def times(number: int, semaphore: threading.Semaphore) -> None:
    """Wait until something has happened so often."""
    for _ in range(number):
        assert semaphore.acquire(timeout=AMPLE / 2)


@contextmanager
def calling(turns: int, places: int, received: threading.Semaphore) -> Iterator[Callable[..., TestResponse]]:
    """A service that works on so many calls at a time, and asks FHIR servers for so many."""
    app = create_app(Settings(dev=True, fhir_deadline=AMPLE, fhir_calls=places))

    @app.before_request
    def count() -> None:
        received.release()

    client = Client(in_turns(app, turns), TestResponse)

    def call(server: FhirServer, keys: Json) -> TestResponse:
        return client.post(URL, data=body(server, keys), content_type="application/json")

    yield call
    app.extensions[FHIR_SERVERS].close()


@pytest.mark.parametrize(("turns", "places"), [(1, 1), (2, 3), (3, 2)])
def test_while_calls_wait_for_a_server_that_hangs_others_are_answered(turns: int, places: int) -> None:
    gate, received = Gate(), threading.Semaphore(0)
    with (
        calling(turns, places, received) as call,
        fhir_server(CHART, Condition=gate) as server,
        ThreadPoolExecutor(CALLS) as callers,
    ):
        with gate.closed():
            waiting = [callers.submit(call, server, LACKING) for _ in range(CALLS)]
            # More than there are turns, and than there are places to ask from.
            times(CALLS, received)
            times((places + 1) // 2, gate.asked)
            assert call(server, COMPLETE).status_code == 200
            assert not any(each.done() for each in waiting)
            # Nor is any other asked meanwhile: half of the places, and no more, are for one server.
            assert server.kinds().count("Condition") == (places + 1) // 2
        assert {each.result().status_code for each in waiting} == {200}
        assert {"conditions;desc=fetched" in each.result().headers["Server-Timing"] for each in waiting} == {
            True
        }


def test_a_server_that_hangs_keeps_no_call_from_another_server() -> None:
    gate = Gate()
    with (
        servers(fhir_calls=4) as made,
        fhir_server(CHART, Condition=gate) as hanging,
        fhir_server(CHART) as other,
        ThreadPoolExecutor(CALLS) as callers,
    ):
        with gate.closed():
            waiting = [callers.submit(ask, made, hanging) for _ in range(CALLS)]
            times(2, gate.asked)
            assert ask(made, other).ledger["conditions"] == "fetched"
            assert not any(each.done() for each in waiting)
        assert {each.result().ledger["conditions"] for each in waiting} == {"fetched"}


@at_the_deadline
def test_who_finds_no_place_in_time_has_the_outcome_of_a_server_that_does_not_answer(
    deadline: float, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    gate = Gate()
    with (
        servers(fhir_calls=1) as made,
        fhir_server(CHART, Condition=gate) as hanging,
        fhir_server(CHART) as other,
        ThreadPoolExecutor(1) as callers,
    ):
        hasty = Caller(name="hasty", fhir_origins=(other.origin,), fhir_deadline=deadline)
        with gate.closed():
            patient_one = callers.submit(ask, made, hanging)
            times(1, gate.asked)
            with in_time(deadline):
                found = ask(made, other, LACKING, client=hasty)
            assert found.ledger == {
                **dict.fromkeys(COMPLETE, "empty"),
                "patient": "supplied",
                "bone-density": "supplied",
                "conditions": "failed",
            }
            with in_time(deadline), pytest.raises(Problem, match="it did not answer within the deadline"):
                ask(made, other, client=hasty)
            assert other.asked == []
            assert not patient_one.done()
        assert patient_one.result().ledger["conditions"] == "fetched"
        # Neither is kept: not the place, and not that the server said nothing of itself.
        assert ask(made, other).ledger["conditions"] == "fetched"
        assert "metadata" in other.kinds()
    assert "no place to ask a FHIR server from" in caplog.text


def test_there_are_as_many_threads_as_places_need_and_no_more() -> None:
    gate = Gate()
    with (
        servers(fhir_calls=3) as made,
        fhir_server(CHART, any_other=gate) as server,
        ThreadPoolExecutor(CALLS) as callers,
    ):
        with gate.closed():
            waiting = [callers.submit(ask, made, server) for _ in range(CALLS)]
            # Each query of two calls, and what the server says of itself, has a thread that waits for it.
            times(2 * (len(PATIENT_VIEW) + 1), gate.asked)
            asking = [each for each in threading.enumerate() if each.name.startswith("fhir")]
            assert len(asking) == 2 * (len(PATIENT_VIEW) + 1)
        assert {each.result().ledger["conditions"] for each in waiting} == {"fetched"}
        asking = [each for each in threading.enumerate() if each.name.startswith("fhir")]
        assert len(asking) <= 3 * (len(PATIENT_VIEW) + 2)
