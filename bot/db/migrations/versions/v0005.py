"""The visit to the App Home before the last one: what is new is new since then."""

from alembic import op
from sqlalchemy import Column, Text

from bot.db.instant import Instant

revision = "v0005"
down_revision = "v0004"


def upgrade() -> None:
    op.add_column("visits", Column("earlier_revision", Text(), nullable=True))
    op.add_column("visits", Column("earlier_at", Instant(), nullable=True))
