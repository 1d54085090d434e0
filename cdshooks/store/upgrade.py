"""Bringing the schema of the store up to date, safely also where several processes start at once."""

import threading
from pathlib import Path

import sqlalchemy as sa

from cdshooks.store.engine import Connections, StoreUnreachable
from cdshooks.store.schema import HEAD

_MIGRATIONS = Path(__file__).parent / "migrations"
_version = sa.table("alembic_version", sa.column("version_num"))


class Schema:
    """Knows whether the schema is that of this version, once it was so in the life of a process.

    `looking` and `upgrading` are connections for the one and the other, without a `ready` of their own.
    """

    def __init__(self, *, looking: Connections, upgrading: Connections) -> None:
        self._looking = looking
        self._upgrading = upgrading
        self._lock = threading.Lock()
        self._is_current = False

    def look(self) -> None:
        """For who only reads, and may be waited for by a clinician: StoreUnreachable where it is another."""
        if not self._is_current and current(self._looking) != HEAD:
            raise StoreUnreachable("its schema is not that of this version")
        self._is_current = True

    def ensure(self) -> None:
        """For who writes: bring it up to date. Raises StoreUnreachable, and is tried again the next time."""
        if self._is_current:
            return
        # Who finds another thread at it does not wait in line for a database that may not answer.
        if not self._lock.acquire(blocking=False):
            raise StoreUnreachable("its schema is being looked at")
        try:
            upgrade(self._upgrading)
            self._is_current = True
        finally:
            self._lock.release()


def current(connections: Connections) -> str | None:
    """The version of the schema that is there; None for none. StoreUnreachable where it cannot be told."""
    with connections.reading() as connection:
        return _current(connection)


def upgrade(connections: Connections) -> tuple[str | None, str]:
    """Make the schema that of this version, and tell which it was and which it is.

    All or nothing: whoever is killed in between leaves what was there.

    Raises:
        StoreUnreachable: the database cannot be asked, or was written by a later version.
    """
    with connections.upgrading() as connection:
        was = _current(connection)
        if was != HEAD:
            _migrate(connection)
    return was, HEAD


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_version.name):
        return None
    found: str | None = connection.scalar(sa.select(_version.c.version_num))
    return found


def _migrate(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a sixth of a second, and needed once in the life of a store
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise StoreUnreachable("it was written by a later version of this service") from error
