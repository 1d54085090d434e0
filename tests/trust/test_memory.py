import datetime
import threading

import pytest

from cdshooks.trust.process_memory import ProcessMemory
from tests.trust.signing import NOW

SOON = NOW + datetime.timedelta(seconds=300)


class Clock:
    time = NOW

    def __call__(self) -> datetime.datetime:
        return self.time


@pytest.mark.protocol("I11")
def test_each_id_of_an_issuer_counts_once() -> None:
    memory = ProcessMemory(lambda: NOW)
    assert memory.first_use("https://a", "1", SOON)
    assert not memory.first_use("https://a", "1", SOON)
    assert memory.first_use("https://a", "2", SOON)
    assert memory.first_use("https://b", "1", SOON)


def test_where_an_issuer_ends_and_an_id_begins_is_told_apart() -> None:
    memory = ProcessMemory(lambda: NOW)
    assert memory.first_use("https://a", "b:1", SOON)
    assert memory.first_use("https://ab", ":1", SOON)
    assert memory.first_use("https://a\ud800", "1", SOON)


@pytest.mark.protocol("I11")
def test_it_forgets_what_has_expired_and_nothing_else() -> None:
    clock = Clock()
    memory = ProcessMemory(clock)
    memory.first_use("https://a", "long", SOON + datetime.timedelta(seconds=60))
    memory.first_use("https://a", "short", SOON)
    clock.time = SOON
    assert not memory.first_use("https://a", "short", SOON)
    clock.time = SOON + datetime.timedelta(seconds=1)
    assert not memory.first_use("https://a", "long", SOON)
    assert len(memory) == 1


@pytest.mark.protocol("I11")
def test_of_many_at_once_one_is_the_first() -> None:
    memory = ProcessMemory(lambda: NOW)
    found: list[bool] = []
    together = threading.Barrier(8)

    def use() -> None:
        together.wait(10)
        found.append(memory.first_use("https://a", "1", SOON))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(found) == [False] * 7 + [True]


def test_no_id_is_kept_in_the_clear() -> None:
    memory = ProcessMemory(lambda: NOW)
    memory.first_use("https://a", "the-id-of-a-token", SOON)
    assert "the-id-of-a-token" not in repr(vars(memory))
