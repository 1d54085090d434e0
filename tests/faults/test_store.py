"""A store that does not answer, or answers somebody else first, keeps no clinician waiting."""

import datetime
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cdshooks.cards.identity import CardKeys
from cdshooks.cards.silence import Answer
from cdshooks.guideline.topics import Topic
from cdshooks.settings import Settings
from cdshooks.store.engine import Connections, StoreUnreachable, location
from cdshooks.store.feedback import Entry, FeedbackStore
from cdshooks.store.tokens import SeenTokens
from cdshooks.store.upgrade import Schema, upgrade
from cdshooks.trust.memory import MemoryUnreachable
from cdshooks.turns import Environ, in_turns
from cdshooks.wire.feedback import Outcome
from tests.faults.asking import AMPLE, at_the_deadline, in_time

NOW = datetime.datetime(2026, 1, 15, 8, 30, tzinfo=datetime.UTC)
SIGNATURE = CardKeys((bytes(32),)).signature(
    client="ehr", patient_id="p1", hook_instance="d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
)


def entry() -> Entry:
    mark = SIGNATURE.marks("values")[0]
    card = SIGNATURE.uuid(Topic.FRAX_NEEDED, mark)
    about = CardKeys((bytes(32),)).read("ehr", card)
    assert about is not None
    return Entry(
        client="ehr",
        service="bone-health-patient-view",
        guideline_version="0.0.0",
        card=card,
        about=about,
        outcome=Outcome.OVERRIDDEN,
        reason="patient-declined",
        answered_at=NOW,
        received_at=NOW,
    )


def opened(url: str, patience: float) -> tuple[FeedbackStore, Schema]:
    """A store as a process has it that does not know yet which schema is there."""
    settings = Settings(database_url=url)
    plain = Connections(location(settings), patience=patience)
    schema = Schema(looking=plain, upgrading=plain)
    reads = Connections(location(settings), patience=patience, ready=schema.look)
    writes = Connections(location(settings), patience=patience, ready=schema.ensure)
    return FeedbackStore(writes=writes, reads=reads), schema


def answers(store: FeedbackStore) -> tuple[Answer, ...]:
    return store.answers(SIGNATURE, NOW.date())


def test_a_look_up_waits_neither_for_a_writer_nor_for_an_upgrade(database_url: str) -> None:
    store, _ = opened(database_url, AMPLE)
    store.take([entry()])
    another, _ = opened(database_url, AMPLE)
    busy = Connections(location(Settings(database_url=database_url)), patience=AMPLE)
    with ThreadPoolExecutor(1) as pool, busy.upgrading():
        looked_up = pool.submit(answers, another)
        # Who waits for the end of the upgrade waits here for ever.
        assert len(looked_up.result(AMPLE / 2)) == 1


def test_a_look_up_brings_no_schema_up_to_date(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    empty = Connections(location(Settings(database_url=database_url)), patience=AMPLE)
    with empty.upgrading():
        pass
    store, schema = opened(database_url, AMPLE)
    assert answers(store) == ()
    assert "its schema is not that of this version" in caplog.text
    with pytest.raises(StoreUnreachable):
        schema.look()
    assert upgrade(empty)[0] is None
    schema.look()


def test_of_two_that_would_upgrade_one_waits(database_url: str) -> None:
    _, schema = opened(database_url, AMPLE)
    busy = Connections(location(Settings(database_url=database_url)), patience=AMPLE)
    told = threading.Event()
    refused: list[str] = []

    def ensure(_number: int) -> None:
        try:
            schema.ensure()
        except StoreUnreachable as error:
            refused.append(str(error))
            told.set()

    with ThreadPoolExecutor(2) as pool:
        with busy.upgrading():
            both = [pool.submit(ensure, number) for number in range(2)]
            assert told.wait(AMPLE / 2)
        for each in both:
            each.result(AMPLE)
    assert refused == ["its schema is being looked at"]
    schema.look()


@pytest.fixture
def mute() -> Iterator[str]:
    """The URL of a server that takes every connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql://nobody@127.0.0.1:{server.getsockname()[1]}/nothing"


@at_the_deadline
def test_a_server_that_never_answers_is_waited_for_until_the_deadline(
    deadline: float, mute: str, caplog: pytest.LogCaptureFixture
) -> None:
    store, _ = opened(mute, deadline)
    tokens = SeenTokens(Connections(location(Settings(database_url=mute)), patience=deadline))
    with in_time(deadline):
        assert answers(store) == ()
    assert "it does not answer in time" in caplog.text
    with in_time(deadline), pytest.raises(StoreUnreachable):
        store.take([entry()])
    with in_time(deadline), pytest.raises(MemoryUnreachable):
        tokens.first_use("issuer", "1", NOW)


def test_without_a_thread_to_ask_a_server_in_it_is_out_of_reach(
    mute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    store, _ = opened(mute, AMPLE)
    monkeypatch.setattr(threading.Thread, "start", no_thread)
    assert answers(store) == ()


def call(application: Callable[[Environ, Any], Any], path: str) -> Any:  # noqa: ANN401 - what a server gives
    return application({"PATH_INFO": path, "wsgi.input": None}, None)


def test_a_call_that_waits_for_the_store_passes_its_turn_on(store_settings: Settings) -> None:
    connections = Connections(location(store_settings), patience=AMPLE)
    asked, answered = threading.Event(), threading.Event()

    def store_is_busy() -> bool:
        asked.set()
        return answered.wait(AMPLE)

    def application(environ: Environ, _start: object) -> list[bytes]:
        if environ["PATH_INFO"] == "/waits":
            assert connections.in_time(store_is_busy)
        return []

    one_at_a_time = in_turns(application, 1)
    with ThreadPoolExecutor(2) as pool:
        waits = pool.submit(call, one_at_a_time, "/waits")
        assert asked.wait(AMPLE)
        pool.submit(call, one_at_a_time, "/other").result(AMPLE / 2)
        answered.set()
        waits.result(AMPLE)
