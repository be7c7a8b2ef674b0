"""Which digests are current, beside which library."""

from alembic import op
from sqlalchemy import Column, Text

revision = "v0011"
down_revision = "v0010"


def upgrade() -> None:
    op.add_column("current_revision", Column("digests", Text(), nullable=True))
