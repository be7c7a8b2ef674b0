"""Keep in which thread a question was asked, for the one that leans on it there."""

from alembic import op
from sqlalchemy import Column, Text

revision = "v0018"
down_revision = "v0017"


def upgrade() -> None:
    op.add_column(
        "turns", Column("thread_ts", Text(), nullable=False, server_default="")
    )
