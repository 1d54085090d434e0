"""Bringing the schema of the store up to date, safely also where several processes start at once."""

from pathlib import Path

import sqlalchemy as sa

from cdshooks.store.engine import Connections, StoreUnreachable
from cdshooks.store.schema import HEAD

_MIGRATIONS = Path(__file__).parent / "migrations"
_version = sa.table("alembic_version", sa.column("version_num"))


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
    # A sixth of a second, and needed once in the life of a store.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise StoreUnreachable("it was written by a later version of this service") from error
