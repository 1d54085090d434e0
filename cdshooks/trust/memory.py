"""Which tokens were used before: each counts once (PROTOCOL I11)."""

import datetime
from typing import Protocol


class MemoryUnreachable(Exception):  # noqa: N818 - the state of things, not a mistake in them
    """Whether a token was used before could not be told."""


class TokenMemory(Protocol):
    """Remembers tokens until they have expired. Safe to ask from several threads at once.

    To hold against replay, all processes and machines that answer for one service have to share it.
    """

    def first_use(self, issuer: str, token_id: str, until: datetime.datetime) -> bool:
        """Whether no token of this issuer and id was used before; from now on, this one was.

        Raises:
            MemoryUnreachable: it cannot be told.
        """
