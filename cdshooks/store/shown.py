"""How many cards were shown, by day, client, topic and guideline version.

Feedback tells only of cards that somebody answered. That a card was sent is not written while the clinician
waits for it: it is counted in memory, and the counts are added to the store every half minute and when the
process ends. Whoever kills a process loses the last of them, so a count says "at least". A card of a call that
is retried counts each time.
"""

import datetime
import logging
import threading
from collections import Counter

from cdshooks import GUIDELINE_VERSION
from cdshooks.cards.numbers import number_of
from cdshooks.logs import anatomy
from cdshooks.store.engine import Connections, StoreUnreachable
from cdshooks.store.schema import shown
from cdshooks.wire.response import HookResponse

_log = logging.getLogger(__name__)


class ShownCards:
    """Counts cards in memory and adds the counts to the store every `seconds`, from a thread of its own."""

    def __init__(self, connections: Connections, *, seconds: float = 30.0) -> None:
        self._connections = connections
        self._seconds = seconds
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, int]] = Counter()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, client: str, answer: HookResponse) -> None:
        """Count the cards of an answer. Takes no time worth mentioning and never fails."""
        if not answer.cards:
            return
        with self._lock:
            for card in answer.cards:
                self._counts[client, number_of(card.source.topic.code)] += 1
            # Only now: a thread does not survive the fork that workers are made by.
            if self._thread is None or not self._thread.is_alive():
                self._start()

    def _start(self) -> None:
        self._stop = threading.Event()
        thread = threading.Thread(
            target=self._write_now_and_then, args=(self._stop,), name="shown cards", daemon=True
        )
        try:
            thread.start()
        except RuntimeError as error:
            # The answer is worth more than its count, and the next card tries again.
            _log.warning("how many cards were shown cannot be written now: %s", anatomy(error))
            return
        self._thread = thread

    def write(self) -> None:
        """Add to the store what was counted since the last time. What fails is tried again the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            self._add(counts)
        except StoreUnreachable as error:
            _log.warning("how many cards were shown could not be written (%s)", error)
        except Exception as error:  # noqa: BLE001 - whoever writes goes on, and says where it failed
            _log.error("how many cards were shown could not be written: %s", anatomy(error))
        else:
            return
        with self._lock:
            self._counts += counts

    def _add(self, counts: Counter[tuple[str, int]]) -> None:
        today = datetime.datetime.now(datetime.UTC).date()
        rows = [
            {
                "day": today,
                "client": client,
                "guideline_version": GUIDELINE_VERSION,
                "topic": topic,
                "cards": number,
            }
            for (client, topic), number in sorted(counts.items())
        ]
        with self._connections.writing() as connection:
            insert = self._connections.insert(shown)
            added = insert.on_conflict_do_update(
                index_elements=list(shown.primary_key),
                set_={"cards": shown.c.cards + insert.excluded.cards},
            )
            connection.execute(added, rows)

    def forget(self) -> None:
        """Drop what was counted, and end the thread. The next card starts anew."""
        self._stop.set()
        thread = self._thread
        if thread is not None:
            thread.join()
        with self._lock:
            self._thread = None
            self._counts = Counter()

    def _write_now_and_then(self, stop: threading.Event) -> None:
        while not stop.wait(self._seconds):
            self.write()
