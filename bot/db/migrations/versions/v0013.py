"""A number that changes each time somebody asks whether anything can be stored."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "v0013"
down_revision = "v0012"


def upgrade() -> None:
    probes = Column("probes", Integer(), nullable=False, server_default="0")
    op.add_column("database_state", probes)
