"""What reaches the running server and no application: bytes that are not HTTP, and bodies that trickle."""

import contextlib
import functools
import json
import operator
import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdshooks.example import example_request
from tests.served import Served, one_answer, serving

MARKER = "Zebedee-1931"
SERVICE = "/cds-services/bone-health-patient-view"
FUZZED_BODIES = int(os.environ.get("FUZZED_BODIES", "2000"))
CALLS_AT_ONCE = 2
HEAD = f"POST {SERVICE} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A server that waits for its clients much longer than a test would."""
    calls = str(CALLS_AT_ONCE)
    with serving(request_seconds="60", workers="1", threads=calls, check_answers="true") as running:
        yield running
        if running.process.poll() is None:
            assert MARKER not in running.stop()


@pytest.fixture(scope="module")
def impatient() -> Iterator[Served]:
    """A server whose waiting a test can wait for."""
    with serving(request_seconds="0.2", workers="1") as running:
        yield running


def outcome(answer: bytes, status: int) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode()), head
    assert b"application/fhir+json" in head
    found = json.loads(body)
    assert found["resourceType"] == "OperationOutcome"
    assert MARKER.encode() not in answer
    assert isinstance(found, dict)
    return found


@pytest.mark.protocol("C13")
@pytest.mark.parametrize(
    ("message", "status"),
    [
        (f"GET /?patient={MARKER} HTTP/nine\r\n\r\n", 400),
        (f"{MARKER}\r\n\r\n", 400),
        (f"GET /cds-services HTTP/1.1\r\nX-Name: {MARKER}", 400),
        (f"GET /{'x' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (f"GET / HTTP/1.1\r\nHost: x\r\nX-Name: {'x' * 9000}\r\n\r\n", 431),
        (f"GET / HTTP/1.1\r\nHost: x\r\n{MARKER}\r\n\r\n", 400),
        (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n{MARKER}\r\n", 400),
        (f"{HEAD}Transfer-Encoding: {MARKER}\r\n\r\n", 501),
        (f"{HEAD}Content-Length: {MARKER}\r\n\r\n", 400),
        (f"{HEAD}Content-Length: 99\r\nConnection: close\r\n\r\n{{}}", 400),
        ("GET /cds-services HTTP/1.1\r\n\r\n", 400),
        (f"GET /cds-services HTTP/1.1\r\nHost: {MARKER} y\r\n\r\n", 400),
        ("GET /cds-services HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
        (f"{HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ],
)
def test_what_is_not_http_gets_an_operation_outcome(served: Served, message: str, status: int) -> None:
    answer = served.raw(message.encode())
    outcome(answer, status)
    assert b"\r\nDate: " in answer


@pytest.mark.protocol("C13")
@pytest.mark.parametrize("version", ["1.0", "1.1", "1.9"])
@pytest.mark.parametrize("host", ["x", "x.example:8443", "[::1]:80", "127.0.0.1"])
def test_any_host_and_the_versions_that_are_spoken_are_served(
    served: Served, version: str, host: str
) -> None:
    head = f"GET /health HTTP/{version}\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert served.raw(head.encode()).startswith(f"HTTP/{min(version, '1.1')} 200 ".encode())


TEXT = HEAD.replace("application/json", "text/plain")


@pytest.mark.protocol("C13")
def test_who_asks_whether_to_go_on_is_told_only_what_the_head_decides(served: Served) -> None:
    asking = "Content-Length: 2\r\nExpect: 100-continue\r\n"
    with served.connect() as connection:
        connection.sendall(f"{HEAD}{asking}\r\n".encode())
        assert one_answer(connection) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        outcome(one_answer(connection), 422)
    refused = served.raw(f"{TEXT}{asking}\r\n".encode(), finish=False)
    outcome(refused, 415)
    assert b"\r\nConnection: close" in refused


@pytest.mark.protocol("C8", "C13")
@pytest.mark.parametrize("size", [1_000_000, 20_000_000])
@pytest.mark.parametrize(("head", "status"), [(TEXT, 415), (HEAD.replace("patient-view", "none"), 404)])
def test_a_refusal_reaches_a_client_that_sends_all_of_its_body_first(
    served: Served, head: str, status: int, size: int
) -> None:
    with served.connect() as connection:
        connection.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode() + b" " * size)
        answer = one_answer(connection)
    outcome(answer, status)
    assert b"\r\nConnection: close" in answer


@pytest.mark.protocol("C8", "C13")
def test_that_a_body_is_too_large_reaches_a_client_that_sends_all_of_it_first(served: Served) -> None:
    size = 20_000_000
    with served.connect() as connection:
        connection.sendall(f"{HEAD}Content-Length: {size}\r\n\r\n".encode() + b" " * size)
        outcome(one_answer(connection), 413)


@pytest.mark.protocol("C13")
def test_after_a_refusal_of_a_short_body_the_connection_goes_on(served: Served) -> None:
    with served.connect() as connection:
        for _ in range(2):
            connection.sendall(f"{TEXT}Content-Length: 60000\r\n\r\n".encode() + b" " * 60000)
            answer = one_answer(connection)
            outcome(answer, 415)
            assert b"\r\nConnection: close" not in answer


@pytest.mark.protocol("C13")
def test_a_body_that_does_not_arrive_in_time_is_a_408(impatient: Served) -> None:
    message = f"{HEAD}Content-Length: 99\r\nConnection: close\r\n\r\n{{".encode()
    assert outcome(impatient.raw(message, finish=False), 408)["issue"][0]["code"] == "timeout"


@pytest.mark.protocol("C13")
def test_a_head_that_does_not_arrive_in_time_is_a_408(impatient: Served) -> None:
    answer = impatient.raw(b"GET /cds-services HTTP/1.1\r\nHost:", finish=False)
    assert outcome(answer, 408)["issue"][0]["code"] == "timeout"


@pytest.mark.protocol("C13")
@pytest.mark.parametrize("body", ["Content-Length: 99\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\nzz\r\n"])
def test_an_answer_after_which_nothing_can_be_sent_says_so(impatient: Served, body: str) -> None:
    head = impatient.raw(f"{HEAD}{body}".encode(), finish=False).partition(b"\r\n\r\n")[0]
    assert b"\r\nConnection: close" in head


@pytest.mark.protocol("C13")
@pytest.mark.parametrize(
    "first",
    [b"", b"GET /health HTTP/1.1\r\nHo", f"{HEAD}Content-Length: 99\r\n\r\n{{".encode()],
    ids=["says nothing", "is slow in its head", "is slow in its body"],
)
def test_clients_that_stall_keep_nobody_waiting(served: Served, first: bytes) -> None:
    with contextlib.ExitStack() as stalled:
        for _ in range(CALLS_AT_ONCE + 1):
            stalled.enter_context(served.connect()).sendall(first)
        assert requests.get(served.base + "/health", timeout=30).status_code == 200


def test_clients_that_do_not_hang_up_keep_nobody_waiting(served: Served) -> None:
    with contextlib.ExitStack() as lingering:
        for _ in range(4):
            connection = lingering.enter_context(served.connect())
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert requests.get(served.base + "/health", timeout=30).status_code == 200


def test_no_header_says_where_the_application_is_mounted(served: Served) -> None:
    headers = "Host: x\r\nSCRIPT_NAME: /x\r\nPATH_INFO: /y\r\nConnection: close\r\n\r\n"
    assert served.raw(f"GET /cds-services HTTP/1.1\r\n{headers}".encode()).startswith(b"HTTP/1.1 200 ")


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", MARKER, "Patient/1", "2026-13-01", "\x00", "1e999", "<b>", "é", "−1.9"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    """Every place in a JSON value, by the steps to it."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in steps:
        yield (*path, step)
        yield from places(member, (*path, step))


def example() -> Any:  # noqa: ANN401 - any JSON
    path = example_request()
    assert path is not None
    return json.loads(path.read_bytes())


PLACES = list(places(example()))


@pytest.mark.protocol("C13", "C7", "A10")
@settings(
    max_examples=FUZZED_BODIES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), JSON), min_size=1, max_size=4))
def test_whatever_a_body_holds_it_gets_an_answer(
    served: Served, session: requests.Session, changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    body = example()
    for path, value in changes:
        # An earlier change may have taken the place away.
        with contextlib.suppress(KeyError, IndexError, TypeError):
            functools.reduce(operator.getitem, path[:-1], body)[path[-1]] = value
    answer = session.post(served.base + SERVICE, json=body, timeout=60)
    assert answer.status_code in {200, 400, 412, 422}, answer.text
    content = answer.json()
    if answer.status_code == 200:
        assert "cards" in content
    else:
        assert content["resourceType"] == "OperationOutcome"
        assert MARKER not in answer.text


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session
