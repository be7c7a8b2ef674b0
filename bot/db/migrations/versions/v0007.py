"""What the database says of itself: who may use it, where it is, what it has lost."""

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Text

from bot.db.instant import Instant

revision = "v0007"
down_revision = "v0006"


def upgrade() -> None:
    op.create_table(
        "database_state",
        Column("only", Integer(), autoincrement=False, nullable=False),
        Column("oldest_program", Text(), nullable=False),
        Column("place", Text(), nullable=False),
        Column("alive_at", Instant(), nullable=True),
        Column("forgot_since", Instant(), nullable=True),
        Column("forgot_until", Instant(), nullable=True),
        PrimaryKeyConstraint("only"),
    )
    # Programs of earlier steps go by the last step alone, and refuse any other.
    op.execute("INSERT INTO database_state VALUES (1, 'v0007', '', NULL, NULL, NULL)")
