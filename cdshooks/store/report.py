"""What became of the cards: by topic, guideline version and client."""

import datetime
from collections.abc import Iterator

import msgspec
import sqlalchemy as sa

from cdshooks.cards import numbers
from cdshooks.store.engine import Connections
from cdshooks.store.schema import feedback, shown
from cdshooks.wire.feedback import Outcome

NO_REASON = "none"


class Line(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of the cards of one topic, one guideline version and one client.

    Cards are counted, each once: `answered` are those with any feedback, `accepted` those of which a
    suggestion was accepted, `overridden` those that were overridden; a card may be both. `shown` counts what
    was sent, at least; None where that was not counted. `reasons` and `suggestions` count cards, too.
    `overrideRate` is of the cards answered, `overrideRateOfShown` of those shown.
    """

    topic: str
    guideline_version: str
    client: str
    shown: int | None
    answered: int
    accepted: int
    overridden: int
    override_rate: float | None
    override_rate_of_shown: float | None
    reasons: dict[str, int]
    suggestions: dict[str, int]


def report(connections: Connections, since: datetime.date | None = None) -> list[Line]:
    """A line for each topic, version and client that there is anything of, in that order.

    `since` is the first day that counts, in UTC, by when feedback was received and cards were shown.

    Raises:
        StoreUnreachable: the store cannot be read.
    """
    with connections.reading() as connection:
        sent = {_key(row): row.cards for row in connection.execute(_shown(since))}
        answers = {_key(row): row for row in connection.execute(_answers(since))}
        reasons = _tally(connection, since, feedback.c.reason, Outcome.OVERRIDDEN)
        suggestions = _tally(connection, since, feedback.c.suggestion, Outcome.ACCEPTED)
    lines = []
    for topic, version, client in sorted(sent.keys() | answers.keys()):
        key = (topic, version, client)
        row, cards = answers.get(key), sent.get(key)
        answered, overridden = (row.answered, row.overridden) if row else (0, 0)
        lines.append(
            Line(
                topic=numbers.topic(topic),
                guideline_version=version,
                client=client,
                shown=cards,
                answered=answered,
                accepted=row.accepted if row else 0,
                overridden=overridden,
                override_rate=_rate(overridden, answered),
                # More answers than cards counted: some of those shown were not counted.
                override_rate_of_shown=_rate(overridden, cards) if cards and cards >= answered else None,
                reasons={str(code or NO_REASON): number for code, number in reasons.get(key, ())},
                suggestions={
                    numbers.suggestion(int(code or 0)): number for code, number in suggestions.get(key, ())
                },
            )
        )
    return lines


_Key = tuple[int, str, str]
_GROUP = (feedback.c.topic, feedback.c.guideline_version, feedback.c.client)


def _key(row: sa.Row[tuple[object, ...]]) -> _Key:
    return row.topic, row.guideline_version, row.client


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _shown(since: datetime.date | None) -> sa.Select[tuple[object, ...]]:
    query = sa.select(
        shown.c.topic, shown.c.guideline_version, shown.c.client, sa.func.sum(shown.c.cards).label("cards")
    ).group_by(shown.c.topic, shown.c.guideline_version, shown.c.client)
    return query if since is None else query.where(shown.c.day >= since)


def _answers(since: datetime.date | None) -> sa.Select[tuple[object, ...]]:
    def cards(outcome: Outcome) -> sa.ColumnElement[int]:
        return sa.func.count(
            sa.distinct(sa.case((feedback.c.outcome == outcome.value, feedback.c.card)))
        ).label(outcome.value)

    query = sa.select(
        *_GROUP,
        sa.func.count(sa.distinct(feedback.c.card)).label("answered"),
        cards(Outcome.ACCEPTED),
        cards(Outcome.OVERRIDDEN),
    ).group_by(*_GROUP)
    return _received(query, since)


def _tally(
    connection: sa.Connection,
    since: datetime.date | None,
    column: sa.ColumnElement[object],
    outcome: Outcome,
) -> dict[_Key, list[tuple[str | int | None, int]]]:
    query = (
        sa.select(*_GROUP, column.label("code"), sa.func.count(sa.distinct(feedback.c.card)).label("cards"))
        .where(feedback.c.outcome == outcome.value)
        .group_by(*_GROUP, column)
    )
    found: dict[_Key, list[tuple[str | int | None, int]]] = {}
    # Databases differ in how they sort text, and where what is missing goes.
    for row in sorted(connection.execute(_received(query, since)), key=_most_first):
        found.setdefault(_key(row), []).append((row.code, row.cards))
    return found


def _most_first(row: sa.Row[tuple[object, ...]]) -> tuple[int, str]:
    return -row.cards, str(row.code or NO_REASON)


def _received(
    query: sa.Select[tuple[object, ...]], since: datetime.date | None
) -> sa.Select[tuple[object, ...]]:
    if since is None:
        return query
    midnight = datetime.datetime.combine(since, datetime.time(), datetime.UTC)
    return query.where(feedback.c.received_at >= midnight)


def flat(lines: list[Line]) -> Iterator[list[str]]:
    """The lines as rows of text, with a head; a column for each reason and suggestion that occurs."""
    reasons = sorted({code for line in lines for code in line.reasons})
    suggestions = sorted({code for line in lines for code in line.suggestions})
    plain = [field.name for field in msgspec.structs.fields(Line)][:-2]
    yield [*plain, *(f"reason:{code}" for code in reasons), *(f"accepted:{code}" for code in suggestions)]
    for line in lines:
        values = [getattr(line, name) for name in plain]
        yield [
            *("" if value is None else str(value) for value in values),
            *(str(line.reasons.get(code, 0)) for code in reasons),
            *(str(line.suggestions.get(code, 0)) for code in suggestions),
        ]
