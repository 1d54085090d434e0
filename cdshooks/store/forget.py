"""Forgetting: what is older than a day, of one client or of all."""

import datetime

import msgspec
import sqlalchemy as sa

from cdshooks.store.engine import Connections
from cdshooks.store.schema import feedback, shown


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """How many answers to cards, and how many cards of those that were counted as shown."""

    answers: int
    cards: int


def forget(
    connections: Connections, before: datetime.date, *, client: str | None = None, dry_run: bool = False
) -> Forgotten:
    """Delete the answers that were received and the counts of cards shown before that day, in UTC.

    `client` is the name of the only one it is about. With `dry_run` nothing is deleted, only counted.

    Raises:
        StoreUnreachable: the store cannot be written, and nothing is deleted.
    """
    midnight = datetime.datetime.combine(before, datetime.time(), datetime.UTC)
    old_answers = [feedback.c.received_at < midnight]
    old_counts = [shown.c.day < before]
    if client is not None:
        old_answers.append(feedback.c.client == client)
        old_counts.append(shown.c.client == client)
    with connections.reading() if dry_run else connections.writing() as connection:
        answers = connection.scalar(sa.select(sa.func.count()).select_from(feedback).where(*old_answers))
        cards = connection.scalar(sa.select(sa.func.sum(shown.c.cards)).where(*old_counts))
        if not dry_run:
            connection.execute(sa.delete(feedback).where(*old_answers))
            connection.execute(sa.delete(shown).where(*old_counts))
    return Forgotten(answers=answers or 0, cards=cards or 0)
