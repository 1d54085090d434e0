"""The memory of used tokens that one process keeps for itself."""

import datetime
import hashlib
import heapq
import os
import threading
from collections.abc import Callable


class ProcessMemory:
    """A `trust.memory.TokenMemory` of this process alone: for tests, development and services of one process.

    What is kept is a digest of issuer and id.
    """

    def __init__(self, now: Callable[[], datetime.datetime]) -> None:
        self._now = now
        # Whoever reads the memory of this process cannot try out which ids it holds.
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._seen: set[bytes] = set()
        self._ends: list[tuple[datetime.datetime, bytes]] = []

    def first_use(self, issuer: str, token_id: str, until: datetime.datetime) -> bool:
        """Whether no token of this issuer and id was used before; from now on, this one was."""
        # The length keeps apart what two other texts would make alike.
        text = f"{len(issuer)}:{issuer}{token_id}".encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(text, key=self._key, digest_size=32).digest()
        with self._lock:
            now = self._now()
            while self._ends and self._ends[0][0] < now:
                self._seen.discard(heapq.heappop(self._ends)[1])
            if digest in self._seen:
                return False
            self._seen.add(digest)
            heapq.heappush(self._ends, (until, digest))
            return True

    def __len__(self) -> int:
        """How many tokens are remembered."""
        return len(self._seen)
