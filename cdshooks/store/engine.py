"""Connections to the store, on SQLite or PostgreSQL, as each use of it needs them."""

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from cdshooks.settings import Settings, SettingsError
from cdshooks.store.state import make_directory, state_directory
from cdshooks.turns import waiting

T = TypeVar("T")

FILE = "store.sqlite3"
# The least that the driver of PostgreSQL takes; see `Connections.in_time`.
_CONNECT_SECONDS = 2
_POOLED = 8
# Any number that nothing else in the database uses.
_UPGRADE_LOCK = 0x626F6E65


class StoreUnreachable(Exception):  # noqa: N818 - the state of things, not a mistake in them
    """The store cannot be asked now. The message says of what kind the failure is, and no value."""


def location(settings: Settings) -> sa.URL:
    """Where the store is; a SettingsError where that is no URL or its driver is not installed."""
    if settings.database_url is None:
        return sa.URL.create("sqlite", database=str(state_directory(settings) / FILE))
    try:
        url = sa.make_url(settings.database_url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise SettingsError("database_url: is not a URL of a database") from error
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:" or url.query:
            raise SettingsError("database_url: has to name a file, and nothing else, where it is SQLite")
        return url
    try:
        import psycopg  # noqa: F401, PLC0415 - an extra that not everyone needs
    except ImportError as error:
        raise SettingsError(
            "database_url: PostgreSQL needs the extra: pip install bone-health-cds[postgresql]"
        ) from error
    return url.set(drivername="postgresql+psycopg")


class Connections:
    """Connections to one database, made when they are needed and kept for the next use.

    At most eight at a time: whoever wants another waits for it, and a store that does not answer holds no
    more threads than that. They must not outlive a fork: call `release` before one. `patience` is how many
    seconds may be waited for a connection, for a statement, and for all that `in_time` does. `durable` says
    whether what was committed has to survive the machine losing its power, not only the end of this process.
    `ready` is called before each transaction, and looks at the schema or sees to it.
    """

    def __init__(
        self,
        url: sa.URL,
        *,
        patience: float,
        durable: bool = True,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._patience = patience
        self._ready = ready
        self._file = Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
        options: dict[str, Any] = {"pool_size": _POOLED, "max_overflow": 0, "pool_timeout": patience}
        if self._file is not None:
            self._engine = sa.create_engine(url, connect_args={"timeout": patience}, **options)
            self._prepare_sqlite("FULL" if durable else "NORMAL")
        else:
            session = f"-c statement_timeout={int(patience * 1000)}"
            if not durable:
                session += " -c synchronous_commit=off"
            self._engine = sa.create_engine(
                url,
                pool_pre_ping=True,
                connect_args={"connect_timeout": _CONNECT_SECONDS, "options": session},
                **options,
            )
        # Whoever forgets these connections closes them.
        weakref.finalize(self, self._engine.dispose)

    def _prepare_sqlite(self, synchronous: str) -> None:
        @sa.event.listens_for(self._engine, "connect")
        def connected(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - the pool's own
            # The module would begin transactions by itself, but none around what changes the schema.
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={synchronous}")

        @sa.event.listens_for(self._engine, "begin")
        def begun(connection: sa.Connection) -> None:
            writes = connection.get_execution_options().get("writes")
            # A transaction that reads first and writes later may find the file locked and has to give up.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def insert(self, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that may say what is done where a row is there already; each database has its own."""
        return postgresql.insert(table) if self._file is None else sqlite.insert(table)

    @property
    def are_to_a_file_that_is_missing(self) -> bool:
        """Whether the store is SQLite, and was not made yet or is gone."""
        return self._file is not None and not self._file.exists()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads; StoreUnreachable where anything in it fails."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is committed at the end; StoreUnreachable where it was not, or may not be."""
        with self._transaction(writes=True) as connection:
            yield connection

    def in_time(self, work: Callable[[], T]) -> T:
        """What `work` on these connections returns, for a call that waits for it and passes its turn on.

        A file is read, or its lock waited for, within the patience that SQLite was told. A server may also
        take a connection or a question and never answer, which no timeout of its driver ends. It is asked in a
        thread of its own, therefore, and that is left alone with what takes longer.

        Raises:
            StoreUnreachable: `work` raised it, or took longer; it may still come to its end.
        """
        with waiting():
            if self._file is not None:
                return work()
            outcome: Future[T] = Future()
            try:
                threading.Thread(target=_settle, args=(outcome, work), name="store", daemon=True).start()
            except RuntimeError as error:
                raise StoreUnreachable("there is no thread to ask it in") from error
            try:
                return outcome.result(self._patience)
            except TimeoutError:
                raise StoreUnreachable("it does not answer in time") from None

    @contextmanager
    def upgrading(self) -> Iterator[sa.Connection]:
        """A transaction that no other of its kind runs beside, in any process on any machine."""
        self._make_file()
        with self.writing() as connection:
            if self._file is None:
                # Who waits for another's upgrade has as much patience as ever; what is then done has more.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
                connection.exec_driver_sql("SET LOCAL statement_timeout = '60s'")
            yield connection

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[sa.Connection]:
        self._ready()
        if self.are_to_a_file_that_is_missing:
            # SQLite would make an empty one, and the loss would go unnoticed.
            raise StoreUnreachable("there is no file")
        try:
            with self._engine.connect() as connection:
                connection.execution_options(writes=writes)
                with connection.begin():
                    yield connection
        except (SQLAlchemyError, OSError) as error:
            # The words of a database may quote values.
            raise StoreUnreachable(type(error).__name__) from error

    def _make_file(self) -> None:
        if self._file is None or self._file.exists():
            return
        make_directory(self._file.parent)
        try:
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreUnreachable(type(error).__name__) from error

    def release(self) -> None:
        """Close what is open and idle. The next use connects anew."""
        self._engine.dispose()


def _settle(outcome: Future[T], work: Callable[[], T]) -> None:
    try:
        outcome.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits gets it, as if it had done the work itself
        outcome.set_exception(error)
