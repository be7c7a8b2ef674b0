"""Sentence vectors, by the hash of text and model."""

from alembic import op
from sqlalchemy import Column, LargeBinary, Text

revision = "v0014"
down_revision = "v0013"


def upgrade() -> None:
    op.create_table(
        "vectors",
        Column("key", Text(), primary_key=True),
        Column("vector", LargeBinary(), nullable=False),
    )
