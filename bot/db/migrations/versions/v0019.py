"""Keep when a vector was last of use, so that those of no library end."""

from alembic import op
from sqlalchemy import Column

from bot.db.instant import Instant

revision = "v0019"
down_revision = "v0018"


def upgrade() -> None:
    op.add_column("vectors", Column("used_at", Instant()))
