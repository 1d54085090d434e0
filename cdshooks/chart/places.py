"""How many calls of a process ask FHIR servers at once: for each of them threads and memory are set aside."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator


class Places:
    """The places from which FHIR servers are asked. At most half of them, rounded up, ask the same server.

    So one that does not answer keeps no call to another from its own. Thread-safe.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._most_each = (most + 1) // 2
        self._taken = Counter[str]()
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def taken(self, origin: str, seconds: float) -> Iterator[bool]:
        """Wait so long for a place to ask the server of `origin` from: whether one is taken, for the block."""
        with self._changed:
            taken = self._changed.wait_for(lambda: self._has_room(origin), seconds)
            if taken:
                self._taken[origin] += 1
        try:
            yield taken
        finally:
            if taken:
                self._give_back(origin)

    def _has_room(self, origin: str) -> bool:
        return self._taken[origin] < self._most_each and self._taken.total() < self._most

    def _give_back(self, origin: str) -> None:
        with self._changed:
            self._taken[origin] -= 1
            if not self._taken[origin]:
                del self._taken[origin]
            self._changed.notify_all()
