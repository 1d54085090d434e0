"""The tables of the store. No column can hold who a patient is or what a chart says.

`feedback.free_text_comment` is the one exception a sender can make: it is what people type, and its name says
so. `feedback_comments = false` keeps none.
"""

import datetime

import sqlalchemy as sa

HEAD = "0001"
"""The version of the schema that this code works on; the newest in `migrations/versions`."""

COMMENT_LENGTH = 1000


class Utc(sa.TypeDecorator[datetime.datetime]):
    """A moment, kept as UTC without an offset, since SQLite knows none."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime.datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002 - both databases keep it alike
    ) -> datetime.datetime | None:
        """Moments go in with an offset."""
        return None if value is None else value.astimezone(datetime.UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime.datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002 - as above
    ) -> datetime.datetime | None:
        """And come back in UTC."""
        return None if value is None else value.replace(tzinfo=datetime.UTC)


metadata = sa.MetaData()

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    # What makes two items the same answer; a repeat has the same.
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("service", sa.String(200), nullable=False),
    sa.Column("guideline_version", sa.String(50), nullable=False),
    sa.Column("card", sa.String(36), nullable=False),
    sa.Column("topic", sa.SmallInteger, nullable=False),
    sa.Column("suggestion", sa.SmallInteger, nullable=False),
    sa.Column("patient_hash", sa.BigInteger, nullable=False),
    sa.Column("fingerprint", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(40)),
    sa.Column("free_text_comment", sa.String(COMMENT_LENGTH)),
    sa.Column("answered_at", Utc, nullable=False),
    sa.Column("received_at", Utc, nullable=False),
    sa.Index("feedback_of_patient", "client", "patient_hash", "topic"),
)

shown = sa.Table(
    "shown",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("client", sa.Text, primary_key=True),
    sa.Column("guideline_version", sa.String(50), primary_key=True),
    sa.Column("topic", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("cards", sa.Integer, nullable=False),
)

seen_tokens = sa.Table(
    "seen_tokens",
    metadata,
    # Of issuer and token id; neither is kept.
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("until", Utc, nullable=False),
    sa.Index("seen_tokens_until", "until"),
)
