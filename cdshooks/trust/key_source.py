"""Where the keys of a client come from, and how they are kept: cached, refreshed, not lost to an outage."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from cdshooks.trust.keys import LARGEST_SET, Key, KeySet, NotAKeySet, read_keys
from cdshooks.trust.refusal import KeysUnreachable, Reason, Refused
from cdshooks.turns import waiting

FRESH_SECONDS = 3600
"""After this long a key set is asked for again, so that a key that was withdrawn stops counting."""
RETRY_SECONDS = 30
"""At most this often a key set is asked for, whatever kids callers name."""
RETRY_KNOWN_SECONDS = 300
"""At most this often, where the key is known and only old: in an outage each try costs a call seconds."""
KEPT_SECONDS = 7 * 24 * 3600
"""So long keys serve on that could not be asked for again: an outage over days locks nobody out."""

_log = logging.getLogger(__name__)

Load = Callable[[], bytes]
"""Gets the bytes of a JWK set, or raises KeysUnreachable."""


def from_file(path: Path) -> Load:
    """Reads the file anew each time, so that keys rotate without a restart."""

    def load() -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(LARGEST_SET + 1)
        except OSError as error:
            raise KeysUnreachable(error.strerror or type(error).__name__) from error

    return load


class KeySource:
    """The keys of one client. Safe to use from several threads; a set is loaded by one of them at a time.

    `clock` is monotonic, in seconds. `published`: whether keys that anybody can have are accepted.
    """

    def __init__(self, name: str, load: Load, *, clock: Callable[[], float], published: bool = False) -> None:
        self._name = name
        self._load = load
        self._clock = clock
        self._published = published
        self._lock = threading.Lock()
        self._keys: tuple[Key, ...] = ()
        self._loaded_at: float | None = None
        self._tried_at: float | None = None

    def find(self, key_id: str, algorithm: str) -> Key:
        """The key of this id, if it may be used with the algorithm.

        Raises:
            Refused: there is no such key, or it is of another type.
            KeysUnreachable: there is none among the keys that are kept, and newer ones cannot be had.
        """
        found = self._named(key_id)
        if not found or not self._is_fresh():
            # Who knows the key does not wait for another's refresh; who does not, waits for it. Anybody can
            # name a key that is not known, so no other call may be kept waiting by that.
            with waiting():
                if self._lock.acquire(blocking=not found):
                    try:
                        self._refresh(RETRY_KNOWN_SECONDS if found else RETRY_SECONDS)
                    finally:
                        self._lock.release()
            found = self._named(key_id)
        if not found:
            if self._tried_at != self._loaded_at:
                raise KeysUnreachable(self._name)
            raise Refused(Reason.KEY_UNKNOWN)
        fitting = [key for key in found if algorithm in key.algorithms]
        if len(fitting) != 1:
            # None, or two that cannot be told apart: which of them signed is then anybody's guess.
            raise Refused(Reason.KEY_TYPE)
        return fitting[0]

    def warm(self) -> None:
        """Load the set now and not with the first call; where it cannot be had, a call tries again."""
        with self._lock:
            self._refresh(RETRY_SECONDS)

    def look(self) -> KeySet:
        """The key set as it is now, past what is kept: for an operator who asks what is wrong with it.

        Raises:
            KeysUnreachable: it cannot be had.
            NotAKeySet: what is there is none.
        """
        return read_keys(self._load())

    def _named(self, key_id: str) -> list[Key]:
        if self._loaded_at is None or self._clock() - self._loaded_at > KEPT_SECONDS:
            return []
        return [key for key in self._keys if key.id == key_id]

    def _is_fresh(self) -> bool:
        return self._loaded_at is not None and self._clock() - self._loaded_at <= FRESH_SECONDS

    def _refresh(self, pause: float) -> None:
        """Load the set anew, unless that was tried within the last `pause` seconds."""
        now = self._clock()
        if self._tried_at is not None and now - self._tried_at < pause:
            return
        self._tried_at = now
        try:
            found = read_keys(self._load())
        except (KeysUnreachable, NotAKeySet):
            # The cause may quote an answer from elsewhere; `cdshooks doctor` tells it to the operator.
            _log.warning("the keys of client %s could not be loaded", self._name)
            return
        usable = tuple(key for key in found.keys if self._published or not key.is_published)
        for _ in range(len(found.unusable) + len(found.keys) - len(usable)):
            _log.warning("a key of client %s is not usable", self._name)
        self._keys = usable
        self._loaded_at = now
