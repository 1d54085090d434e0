"""Feedback, how many cards were shown, and the tokens that were used."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables. Types are spelled out: a migration must not change with the code around it."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
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
        sa.Column("free_text_comment", sa.String(1000)),
        sa.Column("answered_at", sa.DateTime, nullable=False),
        sa.Column("received_at", sa.DateTime, nullable=False),
    )
    op.create_index("feedback_of_patient", "feedback", ["client", "patient_hash", "topic"])
    op.create_table(
        "shown",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("client", sa.Text, primary_key=True),
        sa.Column("guideline_version", sa.String(50), primary_key=True),
        sa.Column("topic", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("cards", sa.Integer, nullable=False),
    )
    op.create_table(
        "seen_tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("until", sa.DateTime, nullable=False),
    )
    op.create_index("seen_tokens_until", "seen_tokens", ["until"])
