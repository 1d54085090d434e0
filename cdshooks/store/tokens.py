"""The memory of tokens that all processes and machines with one store share (PROTOCOL I11)."""

import datetime
import hashlib
import threading
import time

import sqlalchemy as sa

from cdshooks.store.engine import Connections, StoreUnreachable
from cdshooks.store.schema import seen_tokens
from cdshooks.trust.memory import MemoryUnreachable


class SeenTokens:
    """A `trust.memory.TokenMemory` in the store. What is kept is a digest of issuer and id.

    Expired ones are deleted every `clean_seconds`, where tokens come.
    """

    def __init__(self, connections: Connections, *, clean_seconds: float = 60.0) -> None:
        self._connections = connections
        self._clean_seconds = clean_seconds
        self._lock = threading.Lock()
        self._clean_after = time.monotonic() + clean_seconds

    def first_use(self, issuer: str, token_id: str, until: datetime.datetime) -> bool:
        """Whether no token of this issuer and id was used before; from now on, this one was.

        True exactly once, whoever asks: the database itself decides. Expired tokens are forgotten now and
        then; whoever asks about one has been told by its `exp` that it is refused.

        Raises:
            MemoryUnreachable: the store is out of reach, and it cannot be told.
        """
        row = {"digest": _digest(issuer, token_id), "until": until}
        try:
            return self._connections.in_time(lambda: self._is_added(row))
        except StoreUnreachable as error:
            raise MemoryUnreachable(str(error)) from error

    def _is_added(self, row: dict[str, object]) -> bool:
        with self._connections.writing() as connection:
            insert = self._connections.insert(seen_tokens).on_conflict_do_nothing()
            # A row comes back only where one was added.
            added = connection.execute(insert.returning(seen_tokens.c.digest), row).first()
            if self._is_time_to_clean():
                now = datetime.datetime.now(datetime.UTC)
                connection.execute(sa.delete(seen_tokens).where(seen_tokens.c.until < now))
        return added is not None

    def _is_time_to_clean(self) -> bool:
        with self._lock:
            if time.monotonic() < self._clean_after:
                return False
            self._clean_after = time.monotonic() + self._clean_seconds
            return True


def _digest(issuer: str, token_id: str) -> str:
    # The length keeps apart what two other texts would make alike.
    text = f"{len(issuer)}:{issuer}{token_id}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()
