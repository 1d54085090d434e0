"""Keys are cached, rotate, and are not lost to an outage; nobody can make the service ask too often."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from cdshooks.trust.key_source import (
    FRESH_SECONDS,
    KEPT_SECONDS,
    RETRY_KNOWN_SECONDS,
    RETRY_SECONDS,
    KeySource,
    from_file,
)
from cdshooks.trust.keys import Key
from cdshooks.trust.refusal import KeysUnreachable, Reason, Refused
from cdshooks.turns import Environ, in_turns
from tests.trust.signing import jwks, signer


class Place:
    """Where keys are published: it counts how often it is asked, and it can be out of reach."""

    def __init__(self, content: bytes) -> None:
        self.content: bytes | None = content
        self.asked = 0

    def load(self) -> bytes:
        self.asked += 1
        if self.content is None:
            raise KeysUnreachable("down")
        return self.content


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place() -> Place:
    return Place(jwks(signer()))


@pytest.fixture
def source(place: Place, clock: Clock) -> KeySource:
    return KeySource("ehr", place.load, clock=clock)


def refusal(source: KeySource, kid: str, algorithm: str = "ES384") -> Reason:
    with pytest.raises(Refused) as caught:
        source.find(kid, algorithm)
    return caught.value.reason


def test_nothing_is_asked_for_before_it_is_needed_and_once_then(source: KeySource, place: Place) -> None:
    assert place.asked == 0
    assert {source.find("key-1", "ES384").id for _ in range(3)} == {"key-1"}
    assert place.asked == 1


@pytest.mark.protocol("I8", "J12")
def test_a_new_key_is_found_by_its_name(source: KeySource, place: Place, clock: Clock) -> None:
    source.find("key-1", "ES384")
    place.content = jwks(signer(), signer("ES384", "key-2"))
    clock.seconds += RETRY_SECONDS
    assert source.find("key-2", "ES384").id == "key-2"
    assert source.find("key-1", "ES384").id == "key-1"
    assert place.asked == 2


@pytest.mark.protocol("I8")
def test_unknown_names_make_it_ask_at_most_so_often(source: KeySource, place: Place, clock: Clock) -> None:
    for number in range(100):
        assert refusal(source, f"made-up-{number}") is Reason.KEY_UNKNOWN
    assert place.asked == 1
    clock.seconds += RETRY_SECONDS
    assert refusal(source, "made-up") is Reason.KEY_UNKNOWN
    assert place.asked == 2


@pytest.mark.protocol("I8", "J12")
def test_a_key_that_is_withdrawn_counts_no_longer_once_the_set_is_old(
    source: KeySource, place: Place, clock: Clock
) -> None:
    source.find("key-1", "ES384")
    place.content = jwks(signer("ES384", "key-2"))
    clock.seconds += FRESH_SECONDS
    assert source.find("key-1", "ES384").id == "key-1"
    clock.seconds += 1
    assert refusal(source, "key-1") is Reason.KEY_UNKNOWN


@pytest.mark.protocol("I8")
@pytest.mark.parametrize("answer", [None, b"<html>Bad Gateway</html>", b""])
def test_known_keys_serve_through_an_outage(
    source: KeySource, place: Place, clock: Clock, answer: bytes | None
) -> None:
    source.find("key-1", "ES384")
    place.content = answer
    clock.seconds += FRESH_SECONDS + 1
    assert source.find("key-1", "ES384").id == "key-1"
    assert place.asked == 2
    clock.seconds += RETRY_KNOWN_SECONDS - 1
    source.find("key-1", "ES384")
    assert place.asked == 2  # not again so soon: each try may cost a call seconds
    clock.seconds += 1
    source.find("key-1", "ES384")
    assert place.asked == 3
    clock.seconds += KEPT_SECONDS
    with pytest.raises(KeysUnreachable):
        source.find("key-1", "ES384")


def test_a_key_that_is_not_known_in_an_outage_may_be_a_right_one(
    source: KeySource, place: Place, clock: Clock
) -> None:
    place.content = None
    with pytest.raises(KeysUnreachable):
        source.find("key-1", "ES384")
    with pytest.raises(KeysUnreachable):
        source.find("key-1", "ES384")
    assert place.asked == 1
    place.content = jwks(signer())
    clock.seconds += RETRY_SECONDS
    assert source.find("key-1", "ES384").id == "key-1"


def test_an_empty_set_withdraws_every_key(source: KeySource, place: Place, clock: Clock) -> None:
    source.find("key-1", "ES384")
    place.content = b'{"keys":[]}'
    clock.seconds += FRESH_SECONDS + 1
    assert refusal(source, "key-1") is Reason.KEY_UNKNOWN


@pytest.mark.protocol("I4", "I10")
def test_a_key_is_for_its_algorithm_and_one_name_is_one_key(clock: Clock) -> None:
    two = KeySource("ehr", lambda: jwks(signer(), signer(owner="2")), clock=clock)
    assert refusal(two, "key-1") is Reason.KEY_TYPE
    mixed = KeySource("ehr", lambda: jwks(signer(), signer("RS384", "key-1")), clock=clock)
    assert mixed.find("key-1", "RS384").id == mixed.find("key-1", "ES384").id
    assert refusal(mixed, "key-1", "ES256") is Reason.KEY_TYPE


@pytest.mark.protocol("I7")
def test_published_keys_are_left_out_unless_asked_for(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    path = Path(__file__).resolve().parents[2] / "docs" / "clients" / "sandbox-jwks.json"
    kid = "44823f3d-0b01-4a6c-a80e-b9d3e8a7226f"
    assert refusal(KeySource("sandbox", from_file(path), clock=clock), kid) is Reason.KEY_UNKNOWN
    assert "a key of client sandbox is not usable" in caplog.text
    assert KeySource("sandbox", from_file(path), clock=clock, published=True).find(kid, "ES384").is_published


@pytest.mark.protocol("I8", "J12")
def test_keys_in_a_file_rotate_without_a_restart(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(jwks(signer()))
    source = KeySource("ehr", from_file(path), clock=clock)
    source.find("key-1", "ES384")
    path.write_bytes(jwks(signer("ES384", "key-2")))
    clock.seconds += RETRY_SECONDS
    assert source.find("key-2", "ES384").id == "key-2"
    path.unlink()
    clock.seconds += FRESH_SECONDS + 1
    assert source.find("key-2", "ES384").id == "key-2"


def test_callers_at_once_make_it_ask_once(clock: Clock) -> None:
    begun, go_on = threading.Event(), threading.Event()
    asked: list[int] = []

    def load() -> bytes:
        asked.append(1)
        begun.set()
        assert go_on.wait(10)
        return jwks(signer())

    source = KeySource("ehr", load, clock=clock)
    found: list[Key] = []
    threads = [threading.Thread(target=lambda: found.append(source.find("key-1", "ES384"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(found) == 8
    assert len(asked) == 1


def test_who_knows_the_key_does_not_wait_for_a_slow_place(clock: Clock) -> None:
    begun, go_on = threading.Event(), threading.Event()
    asked: list[int] = []

    def load() -> bytes:
        asked.append(1)
        if len(asked) > 1:
            begun.set()
            assert go_on.wait(10)
        return jwks(signer())

    source = KeySource("ehr", load, clock=clock)
    source.find("key-1", "ES384")
    clock.seconds += FRESH_SECONDS + 1
    slow = threading.Thread(target=source.find, args=("key-1", "ES384"))
    slow.start()
    assert begun.wait(10)
    assert source.find("key-1", "ES384").id == "key-1"  # while the other still waits
    go_on.set()
    slow.join(10)
    assert len(asked) == 2


def test_a_made_up_key_keeps_no_other_call_waiting_for_a_slow_place(clock: Clock) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def load() -> bytes:
        begun.set()
        assert go_on.wait(10)
        return jwks(signer())

    source = KeySource("ehr", load, clock=clock)

    def application(environ: Environ, _start: Callable[..., Any]) -> Iterable[bytes]:
        if "kid" in environ:
            assert refusal(source, environ["kid"]) is Reason.KEY_UNKNOWN
        return [b"answer"]

    one_at_a_time = in_turns(application, 1)
    junk = threading.Thread(target=one_at_a_time, args=({"kid": "made-up", "wsgi.input": None}, None))
    junk.start()
    assert begun.wait(10)
    assert list(one_at_a_time({"wsgi.input": None}, lambda *_: None)) == [b"answer"]
    go_on.set()
    junk.join(10)
