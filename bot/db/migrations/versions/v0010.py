"""What readers found helpful, what they read each day, what curators handled."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Text

from bot.db.instant import Instant

revision = "v0010"
down_revision = "v0009"

_INSTALLATION = ("enterprise_id", "team_id")


def upgrade() -> None:
    op.create_table(
        "claim_reads_by_day",
        *(Column(name, Text(), nullable=False) for name in _INSTALLATION),
        Column("day", Text(), nullable=False),
        Column("briefing_id", Text(), nullable=False),
        Column("claim_id", Text(), nullable=False),
        Column("reads", Integer(), nullable=False),
        PrimaryKeyConstraint(*_INSTALLATION, "day", "briefing_id", "claim_id"),
    )
    op.create_index("claim_reads_by_age", "claim_reads_by_day", ["day"])
    op.create_table(
        "votes",
        *(Column(name, Text(), nullable=False) for name in _INSTALLATION),
        Column("channel_id", Text(), nullable=False),
        Column("ts", Text(), nullable=False),
        Column("voter", Text(), nullable=False),
        Column("is_helpful", Boolean(create_constraint=False), nullable=False),
        Column("voted_at", Instant(), nullable=False),
        PrimaryKeyConstraint(*_INSTALLATION, "channel_id", "ts", "voter"),
    )
    op.create_index("votes_by_age", "votes", ["voted_at"])
    op.create_table(
        "secret_keys",
        Column("name", Text(), nullable=False),
        Column("value", Text(), nullable=False),
        PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "handled_items",
        *(Column(name, Text(), nullable=False) for name in _INSTALLATION),
        Column("item", Text(), nullable=False),
        Column("handled_by", Text(), nullable=False),
        Column("handled_at", Instant(), nullable=False),
        PrimaryKeyConstraint(*_INSTALLATION, "item"),
    )
    op.create_index("handled_items_by_age", "handled_items", ["handled_at"])
