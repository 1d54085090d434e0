"""Feedback in the store: taken once however often it is sent, and looked up for what it silences."""

import datetime
import hashlib
import logging
import time
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from cdshooks.cards.identity import CardId, Mark, Signature
from cdshooks.cards.silence import LONGEST_DAYS, REASON_DAYS, Answer
from cdshooks.store.engine import Connections, StoreUnreachable
from cdshooks.store.schema import feedback
from cdshooks.wire.feedback import Outcome

_log = logging.getLogger(__name__)

_MOST_ANSWERS = 500
# Days of time zones and of clocks that are a little off.
_SLACK = datetime.timedelta(days=2)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One answer as it is kept: to a card, or to one suggestion that was accepted. `card` is its uuid."""

    client: str
    service: str
    guideline_version: str
    card: str
    about: CardId
    outcome: Outcome
    reason: str | None = None
    comment: str | None = None
    answered_at: datetime.datetime
    received_at: datetime.datetime

    def digest(self) -> str:
        """The same for a repeat, and other for every other answer."""
        parts = (
            self.client,
            self.card,
            self.about.suggestion,
            self.outcome,
            self.reason,
            self.comment,
            self.answered_at.astimezone(datetime.UTC).isoformat(),
        )
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


class FeedbackStore:
    """Takes feedback through `writes`, and looks answers up through `reads`, which wait less.

    A store that could not be read is left alone for `rest_seconds`.
    """

    def __init__(self, *, writes: Connections, reads: Connections, rest_seconds: float = 10.0) -> None:
        self._writes = writes
        self._reads = reads
        self._rest_seconds = rest_seconds
        self._rest_until = 0.0

    def take(self, entries: Sequence[Entry]) -> None:
        """Keep the entries, all or none. When it returns, they survive the end of the process.

        Raises:
            StoreUnreachable: it may be that nothing was kept; sending them again does no harm.
        """
        if not entries:
            return
        # In one order, so that two batches with the same entries do not wait for each other.
        rows = sorted((_row(entry) for entry in entries), key=lambda row: str(row["digest"]))
        self._writes.in_time(lambda: self._add(rows))

    def answers(self, signature: Signature, as_of: datetime.date) -> tuple[Answer, ...]:
        """What may silence a card of this patient on this day. In doubt nothing: then all is shown.

        A store that failed is left alone for a while, so that no clinician waits for it call after call.
        """
        if time.monotonic() < self._rest_until:
            return ()
        try:
            return self._reads.in_time(lambda: self._look_up(signature, as_of))
        except StoreUnreachable as error:
            self._rest_until = time.monotonic() + self._rest_seconds
            _log.error(
                "the store cannot be read (%s): nothing is silenced, and it is left alone for %d seconds",
                error,
                self._rest_seconds,
            )
            return ()

    def _add(self, rows: list[dict[str, object]]) -> None:
        with self._writes.writing() as connection:
            connection.execute(self._writes.insert(feedback).on_conflict_do_nothing(), rows)

    def _look_up(self, signature: Signature, as_of: datetime.date) -> tuple[Answer, ...]:
        given = {"client": signature.client, "patients": signature.patients, "since": _since(as_of)}
        with self._reads.reading() as connection:
            rows = connection.execute(_LOOK_UP, given).all()
        return tuple(
            Answer(
                topic=row.topic,
                suggestion=row.suggestion,
                mark=Mark(row.patient_hash, row.fingerprint),
                outcome=Outcome(row.outcome),
                reason=row.reason,
                # A clock that runs ahead must not make a silence longer.
                on=min(row.answered_at, row.received_at).date(),
            )
            for row in rows
        )


def _row(entry: Entry) -> dict[str, object]:
    return {
        "digest": entry.digest(),
        "client": entry.client,
        "service": entry.service,
        "guideline_version": entry.guideline_version,
        "card": entry.card,
        "topic": entry.about.topic,
        "suggestion": entry.about.suggestion,
        "patient_hash": entry.about.patient,
        "fingerprint": entry.about.fingerprint,
        "outcome": entry.outcome.value,
        "reason": entry.reason,
        "free_text_comment": entry.comment,
        "answered_at": entry.answered_at,
        "received_at": entry.received_at,
    }


def _since(as_of: datetime.date) -> datetime.datetime:
    midnight = datetime.datetime.combine(as_of, datetime.time(), datetime.UTC)
    return midnight - datetime.timedelta(days=LONGEST_DAYS) - _SLACK


# Built once: to build it takes longer than to run it.
_LOOK_UP = (
    sa.select(
        feedback.c.topic,
        feedback.c.suggestion,
        feedback.c.patient_hash,
        feedback.c.fingerprint,
        feedback.c.outcome,
        feedback.c.reason,
        feedback.c.answered_at,
        feedback.c.received_at,
    )
    .where(feedback.c.client == sa.bindparam("client"))
    .where(feedback.c.patient_hash.in_(sa.bindparam("patients", expanding=True)))
    .where(feedback.c.answered_at >= sa.bindparam("since"))
    .where(
        sa.or_(
            feedback.c.outcome == Outcome.ACCEPTED.value,
            *(feedback.c.reason == reason for reason in REASON_DAYS),
        )
    )
    .order_by(feedback.c.id.desc())
    .limit(_MOST_ANSWERS)
)
