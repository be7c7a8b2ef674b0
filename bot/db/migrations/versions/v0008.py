"""When a watermark in the future was mended, since the clock was set back."""

from alembic import op
from sqlalchemy import Column

from bot.db.instant import Instant

revision = "v0008"
down_revision = "v0007"


def upgrade() -> None:
    op.add_column("watermarks", Column("mended_at", Instant(), nullable=True))
    op.add_column("watermarks", Column("mended_from", Instant(), nullable=True))
