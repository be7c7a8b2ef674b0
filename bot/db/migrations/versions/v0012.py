"""Where a look at a channel's history goes on, page by page."""

from alembic import op
from sqlalchemy import Column, Text

revision = "v0012"
down_revision = "v0011"


def upgrade() -> None:
    op.add_column(
        "deliveries",
        Column("look_up_place", Text(), nullable=False, server_default=""),
    )
