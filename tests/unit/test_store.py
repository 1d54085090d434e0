import datetime
import json
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner

from cdshooks import GUIDELINE_VERSION
from cdshooks.cards.identity import CardKeys, Mark
from cdshooks.cards.sheet import SuggestionId
from cdshooks.cards.silence import Answer
from cdshooks.cli import main
from cdshooks.guideline.topics import Topic
from cdshooks.settings import Settings, SettingsError
from cdshooks.store import upgrade as upgrade_module
from cdshooks.store.card_keys import card_keys
from cdshooks.store.checks import store_checks
from cdshooks.store.engine import Connections, StoreUnreachable, location
from cdshooks.store.feedback import Entry, FeedbackStore
from cdshooks.store.kept import Kept, keep, keep_nothing
from cdshooks.store.report import Line, report
from cdshooks.store.schema import HEAD, feedback, metadata, seen_tokens, shown
from cdshooks.store.shown import ShownCards
from cdshooks.store.state import state_directory
from cdshooks.store.tokens import SeenTokens
from cdshooks.store.upgrade import current, upgrade
from cdshooks.trust.memory import MemoryUnreachable, TokenMemory
from cdshooks.wire.feedback import Outcome
from cdshooks.wire.response import Card, Coding, HookResponse, Source

NOW = datetime.datetime(2026, 1, 15, 8, 30, tzinfo=datetime.UTC)
TODAY = NOW.date()
SOON = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
KEYS = CardKeys((bytes.fromhex("0a" * 32),))
NOWHERE = "postgresql://nobody@/nothing?host=/nowhere"


@pytest.fixture
def kept(store_settings: Settings) -> Iterator[Kept]:
    opened = keep(store_settings)
    yield opened
    opened.release()


@pytest.fixture
def connections(store_settings: Settings) -> Iterator[Connections]:
    opened = Connections(location(store_settings), patience=10)
    yield opened
    opened.release()


@pytest.fixture
def store(kept: Kept) -> FeedbackStore:
    assert kept.feedback
    return kept.feedback


@pytest.fixture
def tokens(kept: Kept) -> TokenMemory:
    assert kept.tokens
    return kept.tokens


def entry(
    reason: str | None = "will-address-later",
    *,
    patient_id: str = "p1",
    client: str = "ehr",
    topic: Topic = Topic.FRAX_NEEDED,
    suggestion: SuggestionId | None = None,
    rests_on: str = "values",
    at: datetime.datetime = NOW,
    received: datetime.datetime | None = None,
    comment: str | None = None,
    instance: str = INSTANCE,
) -> Entry:
    signature = KEYS.signature(client=client, patient_id=patient_id, hook_instance=instance)
    mark = signature.marks(rests_on)[0]
    about = KEYS.read(client, signature.uuid(topic, mark, suggestion))
    assert about is not None
    return Entry(
        client=client,
        service="bone-health-patient-view",
        guideline_version=GUIDELINE_VERSION,
        card=signature.uuid(topic, mark),
        about=about,
        outcome=Outcome.ACCEPTED if suggestion else Outcome.OVERRIDDEN,
        reason=None if suggestion else reason,
        comment=comment,
        answered_at=at,
        received_at=received or at,
    )


def answers(store: FeedbackStore, *, patient_id: str = "p1", client: str = "ehr") -> tuple[Answer, ...]:
    signature = KEYS.signature(client=client, patient_id=patient_id, hook_instance=INSTANCE)
    return store.answers(signature, TODAY)


def count(connections: Connections, table: sa.Table = feedback) -> int:
    with connections.reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


# Feedback


def test_an_answer_comes_back_for_its_patient_and_client_alone(store: FeedbackStore) -> None:
    store.take([entry()])
    (found,) = answers(store)
    about = entry().about
    assert found == Answer(
        topic=about.topic,
        suggestion=0,
        mark=Mark(about.patient, about.fingerprint),
        outcome=Outcome.OVERRIDDEN,
        reason="will-address-later",
        on=TODAY,
    )
    assert answers(store, patient_id="p2") == answers(store, client="another") == ()


def test_a_repeat_is_kept_once_and_every_other_answer_too(
    store: FeedbackStore, connections: Connections
) -> None:
    different = [
        entry(),
        entry("data-wrong"),
        entry(None),
        entry(comment="free text"),
        entry(at=NOW + datetime.timedelta(milliseconds=1)),
        entry(patient_id="p2"),
        entry(client="another"),
        entry(suggestion=SuggestionId.CALCIUM),
        entry(suggestion=SuggestionId.VITAMIN_D),
    ]
    store.take([])
    for _ in range(2):
        store.take([*different, *different])
    assert count(connections) == len(different)
    # Received later, and from a service of another version, it is the same answer.
    store.take([msgspec.structs.replace(entry(), received_at=SOON, guideline_version="9.9.9")])
    assert count(connections) == len(different)


def test_only_answers_that_can_silence_are_looked_up(store: FeedbackStore) -> None:
    long_ago = NOW - datetime.timedelta(days=400)
    store.take([entry(reason) for reason in ("contraindicated", "data-wrong", "other", None)])
    store.take([entry(at=long_ago)])
    assert answers(store) == ()
    store.take(
        [entry("patient-declined"), entry("managed-by-specialist"), entry(suggestion=SuggestionId.CALCIUM)]
    )
    assert {(each.outcome, each.reason) for each in answers(store)} == {
        (Outcome.OVERRIDDEN, "patient-declined"),
        (Outcome.OVERRIDDEN, "managed-by-specialist"),
        (Outcome.ACCEPTED, None),
    }


def test_a_clock_that_runs_ahead_silences_no_longer(store: FeedbackStore) -> None:
    store.take([entry(at=NOW + datetime.timedelta(days=300), received=NOW)])
    assert [each.on for each in answers(store)] == [TODAY]


def test_a_store_that_cannot_be_read_silences_nothing_and_is_left_alone(
    store: FeedbackStore, connections: Connections, caplog: pytest.LogCaptureFixture
) -> None:
    store.take([entry()])
    with connections.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE feedback RENAME TO elsewhere")
    assert answers(store) == answers(store) == ()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "nothing is silenced" in record.message
    with pytest.raises(StoreUnreachable):
        store.take([entry("data-wrong")])


def test_a_store_that_could_not_be_read_is_asked_again_after_its_rest(
    kept: Kept, store: FeedbackStore, connections: Connections
) -> None:
    store.take([entry()])
    rested = FeedbackStore(writes=connections, reads=connections, rest_seconds=0)
    with connections.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE feedback RENAME TO elsewhere")
    assert answers(rested) == ()
    with connections.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO feedback")
    assert len(answers(rested)) == 1


def test_a_store_that_was_out_of_reach_at_first_is_used_once_it_is_there(
    store_settings: Settings, connections: Connections
) -> None:
    upgrade(connections)
    _say_version(connections, "9999")
    reads, writes = keep(store_settings), keep(store_settings)
    assert reads.feedback
    assert writes.feedback
    with pytest.raises(StoreUnreachable):
        writes.feedback.take([entry()])
    _say_version(connections, HEAD)
    writes.feedback.take([entry()])
    assert len(answers(reads.feedback)) == 1
    for each in (reads, writes):
        each.release()


def _say_version(connections: Connections, version: str) -> None:
    with connections.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version})


# Tokens


def test_a_token_is_new_once(tokens: TokenMemory) -> None:
    assert tokens.first_use("issuer", "1", SOON)
    assert not tokens.first_use("issuer", "1", SOON)
    assert tokens.first_use("issuer", "2", SOON)
    assert tokens.first_use("another", "1", SOON)
    # What other parts would run together to is another token.
    assert tokens.first_use("issuer2", "", SOON)
    assert tokens.first_use("issuer", "\ud800" * 3000, SOON)


def test_expired_tokens_are_forgotten_now_and_then(kept: Kept, connections: Connections) -> None:
    tokens = SeenTokens(connections, clean_seconds=0)
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=1)
    assert tokens.first_use("issuer", "old", past)
    assert tokens.first_use("issuer", "new", SOON)
    assert count(connections, seen_tokens) == 1


def test_many_threads_agree_on_who_was_first(tokens: TokenMemory) -> None:
    together = threading.Barrier(8)

    def use(number: int) -> bool:
        together.wait(timeout=10)
        return tokens.first_use("issuer", str(number // 8), SOON)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(80))) == 10


_USE_TOKENS = """
import datetime, sys
from cdshooks.settings_sources import load
from cdshooks.store.kept import keep
tokens = keep(load()).tokens
soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
print("ready", flush=True)
sys.stdin.readline()
print(sum(tokens.first_use("issuer", str(number), soon) for number in range(60)))
"""


def processes(settings: Settings, script: str, number: int) -> list[subprocess.Popen[str]]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CDSHOOKS_")} | {
        "CDSHOOKS_DATABASE_URL": str(settings.database_url),
        "CDSHOOKS_CARD_KEYS": settings.card_keys[0],
    }
    return [
        subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environ,
        )
        for _ in range(number)
    ]


def test_processes_agree_on_the_schema_and_on_who_was_first(store_settings: Settings) -> None:
    # They find no store, and all make it at once.
    running = processes(store_settings, _USE_TOKENS, 3)
    for each in running:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    told = [each.stdin.write("go\n") for each in running if each.stdin]
    firsts = [int(each.communicate(timeout=60)[0]) for each in running]
    assert len(told) == 3
    assert sum(firsts) == 60
    assert [each.returncode for each in running] == [0, 0, 0]


def test_a_memory_out_of_reach_says_so() -> None:
    tokens = SeenTokens(Connections(location(Settings(database_url=NOWHERE)), patience=1, durable=False))
    with pytest.raises(MemoryUnreachable):
        tokens.first_use("issuer", "1", SOON)


# The schema


def test_migrations_make_what_the_tables_say(connections: Connections) -> None:
    assert upgrade(connections) == (None, HEAD)
    assert upgrade(connections) == (HEAD, HEAD)
    assert current(connections) == HEAD
    with connections.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_code_works_on_the_newest_version() -> None:
    package = Path(upgrade_module.__file__).parent / "migrations"
    assert ScriptDirectory(str(package)).get_heads() == [HEAD]


def test_a_migration_that_fails_leaves_nothing(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate = upgrade_module._migrate  # noqa: SLF001 - it is interrupted at its end

    def interrupted(connection: sa.Connection) -> None:
        migrate(connection)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(upgrade_module, "_migrate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            upgrade(connections)
    assert current(connections) is None
    assert upgrade(connections) == (None, HEAD)


def test_a_store_of_a_later_version_is_left_alone(connections: Connections, store_settings: Settings) -> None:
    upgrade(connections)
    _say_version(connections, "9999")
    with pytest.raises(StoreUnreachable, match="later version"):
        upgrade(connections)
    _, found = store_checks(store_settings)
    assert (found.state, found.found.endswith("schema 9999, later than 0001")) == ("FAILED", True)


# Where the store and the keys are


def test_the_state_directory_is_where_people_expect_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_directory(Settings(state_dir=Path("/here"))) == Path("/here")
    monkeypatch.setenv("XDG_STATE_HOME", "/xdg")
    assert state_directory(Settings()) == Path("/xdg/bone-health-cds")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/cds")
    assert state_directory(Settings()) == Path("/home/cds/.local/state/bone-health-cds")
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/cds:/var/lib/other")
    assert state_directory(Settings()) == Path("/var/lib/cds")


def test_without_a_home_the_directory_has_to_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(SettingsError, match="state_dir: is not set"):
        state_directory(Settings())


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"state_dir: .*cannot be made: Not a directory"):
        card_keys(Settings(state_dir=tmp_path / "file" / "state"))
    (tmp_path / "card.key").mkdir()
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        card_keys(Settings(state_dir=tmp_path))


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path / "state")
    together = threading.Barrier(8)

    def ask(_number: int) -> CardKeys:
        together.wait(timeout=10)
        return card_keys(settings)

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(ask, range(8)))
    assert len(keys) == 1
    assert len(keys.pop().keys[0]) == 32
    (file,) = (tmp_path / "state").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "hardlink_to", full)
    with pytest.raises(SettingsError, match=r"card\.key cannot be written: No space left on device"):
        card_keys(Settings(state_dir=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_keys_are_taken_from_the_settings_or_a_file(tmp_path: Path) -> None:
    one, two = "0a" * 32, "1B" * 32
    file = tmp_path / "keys"
    file.write_text(f"# newest first\n{one}\n\n  {two}\n")
    expected = CardKeys((bytes.fromhex(one), bytes.fromhex(two)))
    assert card_keys(Settings(card_keys=(one, two))) == expected
    assert card_keys(Settings(card_key_file=file)) == expected
    with pytest.raises(SettingsError, match="one of them"):
        card_keys(Settings(card_keys=(one,), card_key_file=file))


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"0a0b\n", b"0a" * 32 + b"\nhunter2\n", b"\xff"])
def test_a_file_without_keys_is_told_without_its_content(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="card_key_file: ") as caught:
        card_keys(Settings(card_key_file=file))
    assert "hunter2" not in str(caught.value)


def test_a_store_elsewhere_needs_a_key_that_is_given(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql://db/cds", state_dir=tmp_path)
    with pytest.raises(SettingsError, match=r"card_keys: is not set.*same one to every machine"):
        keep(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "postgresql://host:port/name"]
)
def test_what_is_no_place_for_a_store_is_told(url: str) -> None:
    with pytest.raises(SettingsError, match="database_url: "):
        location(Settings(database_url=url))


def test_postgresql_without_its_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"bone-health-cds\[postgresql\]"):
        location(Settings(database_url="postgresql://db/cds"))


def test_a_store_in_a_place_that_cannot_be_written_is_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    taken = Connections(location(Settings(database_url=f"sqlite:///{tmp_path}/file")), patience=1)
    (tmp_path / "file").write_bytes(b"this is no database, and it is longer than the head of one" * 20)
    with pytest.raises(StoreUnreachable):
        upgrade(taken)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    nowhere = Connections(location(Settings(database_url=f"sqlite:///{tmp_path}/loop")), patience=1)
    with pytest.raises(StoreUnreachable):
        upgrade(nowhere)


def test_nothing_is_kept_where_nothing_is_to_be() -> None:
    nothing = keep_nothing()
    assert nothing.feedback is None
    assert nothing.tokens is None
    nothing.release()


# What was shown


def response(*topics: str) -> HookResponse:
    return HookResponse(
        cards=tuple(
            Card(
                uuid=INSTANCE,
                summary="-",
                indicator="info",
                source=Source(label="-", topic=Coding(system="-", code=topic)),
                detail="-",
            )
            for topic in topics
        ),
        extension={},
    )


def test_cards_are_counted_and_the_counts_added_up(kept: Kept, connections: Connections) -> None:
    assert kept.shown
    kept.shown.write()
    for _ in range(2):
        kept.shown.count("ehr", response("frax-needed", "data-problem"))
        kept.shown.count("ehr", response("frax-needed"))
        kept.shown.count("ehr", response())
        kept.shown.write()
    with connections.reading() as connection:
        rows = connection.execute(sa.select(shown.c.topic, shown.c.cards).order_by(shown.c.topic)).all()
    assert [tuple(row) for row in rows] == [(2, 4), (11, 2)]
    kept.shown.count("ehr", response("frax-needed"))
    kept.shown.forget()
    kept.shown.write()
    assert count(connections, shown) == 2


class Watched(Connections):
    """Connections that tell when something was written; the first `failures` times it fails instead."""

    def __init__(self, settings: Settings, *, failures: int = 0) -> None:
        super().__init__(location(settings), patience=10)
        self.written = threading.Event()
        self._failures = failures

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        with super().writing() as connection:
            yield connection
            if self._failures:
                self._failures -= 1
                raise UnicodeEncodeError("utf-8", "a secret \ud800", 9, 10, "surrogates not allowed")
        self.written.set()


def test_counts_are_written_from_time_to_time(
    kept: Kept, connections: Connections, store_settings: Settings
) -> None:
    watched = Watched(store_settings)
    counting = ShownCards(watched, seconds=0.001)
    for _ in range(2):
        counting.count("ehr", response("frax-needed"))
        assert watched.written.wait(10)
        watched.written.clear()
    counting.forget()
    assert count(connections, shown) == 1


def test_who_writes_the_counts_goes_on_after_any_failure_and_says_where_it_was(
    kept: Kept, connections: Connections, store_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    watched = Watched(store_settings, failures=2)
    counting = ShownCards(watched, seconds=0.001)
    counting.count("ehr", response("frax-needed"))
    assert watched.written.wait(10)
    counting.forget()
    assert count(connections, shown) == 1
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "UnicodeEncodeError at " in caplog.text
    assert "secret" not in caplog.text


def test_a_card_is_counted_also_where_no_thread_can_be_started(
    kept: Kept,
    connections: Connections,
    store_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def no_thread(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    watched = Watched(store_settings)
    counting = ShownCards(watched, seconds=0.001)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        counting.count("ehr", response("frax-needed"))
    assert "RuntimeError at " in caplog.text
    # The next card tries again.
    counting.count("ehr", response("frax-needed"))
    assert watched.written.wait(10)
    counting.forget()
    with connections.reading() as connection:
        assert connection.scalar(sa.select(shown.c.cards)) == 2


def test_counts_that_cannot_be_written_are_kept_for_the_next_time(
    kept: Kept, connections: Connections
) -> None:
    assert kept.shown
    kept.shown.count("ehr", response("frax-needed"))
    with connections.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE shown RENAME TO elsewhere")
    kept.shown.write()
    with connections.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO shown")
    kept.shown.write()
    assert count(connections, shown) == 1


# The report


@pytest.fixture
def filled(kept: Kept, store: FeedbackStore) -> None:
    assert kept.shown
    for _ in range(10):
        kept.shown.count("ehr", response("frax-needed"))
    kept.shown.count("ehr", response("data-problem"))
    kept.shown.write()
    later = NOW + datetime.timedelta(days=3)
    store.take(
        [
            entry("will-address-later"),
            entry("data-wrong", at=later),
            entry(suggestion=SuggestionId.CALCIUM),
            entry(suggestion=SuggestionId.VITAMIN_D),
            entry("data-wrong", patient_id="p2"),
            entry(None, patient_id="p3"),
            entry(suggestion=SuggestionId.CALCIUM, patient_id="p4"),
            entry("patient-declined", client="another", topic=Topic.TREATMENT_INDICATED),
        ]
    )


def test_the_report_counts_cards_by_topic_version_and_client(filled: None, connections: Connections) -> None:
    frax, treatment, problem = report(connections)
    assert frax == Line(
        topic="frax-needed",
        guideline_version=GUIDELINE_VERSION,
        client="ehr",
        shown=10,
        answered=4,
        accepted=2,
        overridden=3,
        override_rate=0.75,
        override_rate_of_shown=0.3,
        reasons={"data-wrong": 2, "none": 1, "will-address-later": 1},
        suggestions={"calcium": 2, "vitamin-d": 1},
    )
    assert (treatment.topic, treatment.client, treatment.shown) == ("treatment-indicated", "another", None)
    assert (treatment.override_rate, treatment.override_rate_of_shown) == (1.0, None)
    assert (problem.topic, problem.shown, problem.answered, problem.override_rate) == (
        "data-problem",
        1,
        0,
        None,
    )
    assert report(connections, datetime.date(2999, 1, 1)) == []
    (late,) = (line for line in report(connections, datetime.date(2026, 1, 17)) if line.answered)
    assert late.reasons == {"data-wrong": 1}


@pytest.fixture
def cdshooks(store_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command on the store, and give what it printed; its exit status has to be the expected one."""
    monkeypatch.setenv("CDSHOOKS_DATABASE_URL", str(store_settings.database_url))

    def run(*arguments: str, status: int = 0) -> str:
        told = CliRunner().invoke(main, arguments)
        assert told.exit_code == status, told.output
        return told.output

    return run


def test_the_report_is_printed_for_people_spreadsheets_and_programs(
    filled: None, cdshooks: Callable[..., str]
) -> None:
    told = cdshooks("feedback", "report")
    assert f"frax-needed, guideline {GUIDELINE_VERSION}, client ehr\n  shown         at least 10\n" in told
    assert "  overridden    3  (data-wrong 2, none 1, will-address-later 1)\n" in told
    assert "  override rate 75 % of answered, 30 % of shown\n" in told
    assert "  shown         not counted\n" in told
    assert "  override rate 100 % of answered, – of shown\n" in told
    head, first, *_ = cdshooks("feedback", "report", "--csv").splitlines()
    columns = dict(zip(head.split(","), first.split(","), strict=True))
    assert columns["override_rate"] == "0.75"
    assert columns["reason:data-wrong"] == "2"
    assert columns["reason:patient-declined"] == "0"
    assert columns["accepted:calcium"] == "2"
    lines = json.loads(cdshooks("feedback", "report", "--json"))
    assert lines[0]["overrideRateOfShown"] == 0.3
    assert cdshooks("feedback", "report", "--since", "2999-01-01") == "no cards were shown or answered\n"
    cdshooks("feedback", "report", "--csv", "--json", status=2)


def test_a_report_without_a_store_says_what_makes_one(cdshooks: Callable[..., str]) -> None:
    assert "`cdshooks store upgrade` makes one" in cdshooks("feedback", "report", status=1)
    assert "schema none → 0001" in cdshooks("store", "upgrade")
    assert "schema 0001, nothing to do" in cdshooks("store", "upgrade")
    assert cdshooks("feedback", "report") == "no cards were shown or answered\n"


def test_a_store_that_cannot_be_upgraded_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CDSHOOKS_DATABASE_URL", NOWHERE.replace("nobody", "nobody:hunter2"))
    told = CliRunner().invoke(main, ["store", "upgrade"])
    assert told.exit_code == 1
    assert "cannot be upgraded: OperationalError" in told.output
    assert "hunter2" not in told.output


# Forgetting


@pytest.fixture
def long_used(kept: Kept, connections: Connections, store: FeedbackStore) -> None:
    """A store with answers and counts of two clients, of 2024, 2025 and 2026."""
    for year in (2024, 2025, 2026):
        at = NOW.replace(year=year)
        store.take([entry(at=at), entry(at=at, client="another"), entry("data-wrong", at=at)])
        row = {"day": at.date(), "guideline_version": "0.0.0", "topic": 2, "cards": 10}
        with connections.writing() as connection:
            connection.execute(sa.insert(shown), [{**row, "client": "ehr"}, {**row, "client": "another"}])


def kept_days(connections: Connections, client: str) -> tuple[list[datetime.date], list[datetime.date]]:
    """Of which days there are answers, and counts of cards shown."""
    answered = sa.select(feedback.c.received_at).where(feedback.c.client == client).distinct()
    counted = sa.select(shown.c.day).where(shown.c.client == client)
    with connections.reading() as connection:
        return (
            sorted(each.date() for each in connection.scalars(answered)),
            sorted(connection.scalars(counted)),
        )


def test_what_is_older_than_a_day_is_forgotten(
    long_used: None, connections: Connections, cdshooks: Callable[..., str]
) -> None:
    days = [datetime.date(year, 1, 15) for year in (2024, 2025, 2026)]
    told = "6 answers and the counts of 40 cards from before 2026-01-15\n"
    assert cdshooks("feedback", "forget", "--before", "2026-01-15", "--dry-run") == f"would forget {told}"
    assert kept_days(connections, "ehr") == kept_days(connections, "another") == (days, days)
    assert cdshooks("feedback", "forget", "--before", "2026-01-15") == f"forgot {told}"
    assert kept_days(connections, "ehr") == kept_days(connections, "another") == (days[2:], days[2:])
    nothing = "forgot 0 answers and the counts of 0 cards from before 2026-01-15\n"
    assert cdshooks("feedback", "forget", "--before", "2026-01-15") == nothing


def test_one_client_alone_is_forgotten(
    long_used: None, connections: Connections, cdshooks: Callable[..., str]
) -> None:
    days = [datetime.date(year, 1, 15) for year in (2024, 2025, 2026)]
    told = cdshooks("feedback", "forget", "--before", "9999-01-01", "--client", "another")
    assert told == "forgot 3 answers and the counts of 30 cards of another from before 9999-01-01\n"
    assert kept_days(connections, "another") == ([], [])
    assert kept_days(connections, "ehr") == (days, days)


def test_nothing_is_forgotten_without_a_day_or_in_a_store_that_is_not_ours(
    connections: Connections, cdshooks: Callable[..., str]
) -> None:
    cdshooks("feedback", "forget", status=2)
    assert "nothing is deleted" in cdshooks("feedback", "forget", "--before", "2026-01-15", status=1)
    upgrade(connections)
    _say_version(connections, "9999")
    told = cdshooks("feedback", "forget", "--before", "2026-01-15", status=1)
    assert "its schema is not that of this version" in told


# The checks of the doctor


def test_checks_say_what_is_and_what_to_do(store_settings: Settings, connections: Connections) -> None:
    keys, store = store_checks(store_settings)
    assert keys == ("ok", "card keys", "one to sign with", None)
    assert store.state == "warning"
    assert "`cdshooks store upgrade`" in str(store.remedy)
    upgrade(connections)
    state, about, found, remedy = store_checks(store_settings)[1]
    assert (state, about, remedy) == ("ok", "store", None)
    assert found.endswith(": schema 0001")
    rotated = msgspec.structs.replace(store_settings, card_keys=("0b" * 32, "0a" * 32))
    assert store_checks(rotated)[0].found == "one to sign with, and 1 earlier that still read"
    with connections.writing() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    _, store = store_checks(store_settings)
    assert (store.state, "schema none, not 0001" in store.found) == ("warning", True)


def test_checks_make_nothing_and_tell_what_cannot_be_used(tmp_path: Path) -> None:
    keys, store = store_checks(Settings(state_dir=tmp_path))
    assert keys.found == "one is made at the first start, beside the store"
    assert store.state == "warning"
    assert list(tmp_path.iterdir()) == []
    assert [each.state for each in store_checks(Settings(database_url="sqlite://"))] == ["FAILED", "FAILED"]
    (tmp_path / "store.sqlite3").write_bytes(b"this is no database, and longer than the head of one" * 20)
    _, store = store_checks(Settings(state_dir=tmp_path))
    assert (store.state, "cannot be read (DatabaseError)" in store.found) == ("FAILED", True)
