"""What people asked, what they were shown, and how often claims are read."""

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Text

from bot.db.instant import Instant

revision = "v0003"
down_revision = "v0002"


def upgrade() -> None:
    op.create_table(
        "turns",
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("channel_id", Text(), nullable=False),
        Column("ts", Text(), nullable=False),
        Column("user_id", Text(), nullable=False),
        Column("question", Text(), nullable=False),
        Column("asked_at", Instant(), nullable=False),
        PrimaryKeyConstraint("enterprise_id", "team_id", "channel_id", "ts"),
    )
    op.create_index("turns_by_age", "turns", ["asked_at"])

    op.create_table(
        "gap_questions",
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("id", Text(), nullable=False),
        Column("briefing_id", Text(), nullable=False),
        Column("text", Text(), nullable=False),
        Column("asker_id", Text(), nullable=False),
        Column("asked_at", Instant(), nullable=False),
        PrimaryKeyConstraint("enterprise_id", "team_id", "id"),
    )
    op.create_index("gap_questions_by_age", "gap_questions", ["asked_at"])

    key = ("enterprise_id", "team_id", "user_id", "briefing_id", "claim_id")
    op.create_table(
        "glimpses",
        *(Column(name, Text(), nullable=False) for name in key),
        Column("fingerprint", Text(), nullable=False),
        Column("entries", Integer(), nullable=False),
        Column("shown_at", Instant(), nullable=False),
        PrimaryKeyConstraint(*key),
    )
    wording = ["briefing_id", "claim_id", "fingerprint"]
    op.create_index("glimpses_by_wording", "glimpses", wording)
    op.create_index("glimpses_by_age", "glimpses", ["shown_at"])

    read = ("enterprise_id", "team_id", "briefing_id", "claim_id")
    op.create_table(
        "claim_reads",
        *(Column(name, Text(), nullable=False) for name in read),
        Column("reads", Integer(), nullable=False),
        PrimaryKeyConstraint(*read),
    )
