"""So many calls at once as the settings say, and none that waits for its client is one of them."""

import contextlib
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from cdshooks.turns import Environ, in_turns, waiting


class Slow:
    """A body that arrives when the test says so."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.arrived = threading.Event()

    def read(self, _size: int) -> bytes:
        self.asked.set()
        assert self.arrived.wait(10)
        return b"late"


class Broken:
    def read(self, _size: int) -> bytes:
        raise TimeoutError


def start(_status: str, _headers: object) -> None:
    """Nothing."""


def reading(environ: Environ, _start: Callable[..., Any]) -> Iterable[bytes]:
    return [environ["wsgi.input"].read(10)]


def test_who_waits_for_a_body_lets_others_work() -> None:
    application = in_turns(reading, 1)
    slow = Slow()
    answers: list[bytes] = []
    thread = threading.Thread(target=lambda: answers.extend(application({"wsgi.input": slow}, start)))
    thread.start()
    assert slow.asked.wait(10)
    quick = Slow()
    quick.arrived.set()
    assert list(application({"wsgi.input": quick}, start)) == [b"late"]
    slow.arrived.set()
    thread.join(10)
    assert answers == [b"late"]


def test_no_more_calls_are_worked_on_than_there_are_turns() -> None:
    working, go_on = threading.Semaphore(0), threading.Event()
    places = threading.Semaphore(2)
    found_a_place: list[bool] = []

    def busy(_environ: Environ, _start: Callable[..., Any]) -> Iterable[bytes]:
        found_a_place.append(places.acquire(blocking=False))
        working.release()
        assert go_on.wait(10)
        places.release()
        return []

    application = in_turns(busy, 2)
    threads = [threading.Thread(target=application, args=({"wsgi.input": Broken()}, start)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        assert working.acquire(timeout=10)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert found_a_place == [True] * 5


def test_a_body_that_breaks_gives_the_turn_back() -> None:
    application = in_turns(reading, 1)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            application({"wsgi.input": Broken()}, start)


def test_outside_of_a_call_there_is_no_turn_to_pass_on() -> None:
    with waiting():
        pass
    list(in_turns(lambda _environ, _start: [], 1)({"wsgi.input": Broken()}, start))
    with waiting():
        pass


def test_who_waits_within_waiting_passes_no_second_turn_on() -> None:
    places = threading.Semaphore(1)
    found_a_place: list[bool] = []

    def twice(_environ: Environ, _start: Callable[..., Any]) -> Iterable[bytes]:
        with waiting(), waiting():
            pass
        found_a_place.append(places.acquire(blocking=False))
        with waiting(), contextlib.suppress(LookupError), waiting():
            places.release()
            raise LookupError
        return []

    application = in_turns(twice, 1)
    threads = [threading.Thread(target=application, args=({"wsgi.input": Broken()}, start)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found_a_place == [True] * 5
