"""Which briefing a channel means when nobody names one."""

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text

revision = "v0004"
down_revision = "v0003"


def upgrade() -> None:
    op.create_table(
        "channel_defaults",
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("channel_id", Text(), nullable=False),
        Column("briefing_id", Text(), nullable=False),
        PrimaryKeyConstraint("enterprise_id", "team_id", "channel_id"),
    )
