"""What readers have set: subscriptions, and their last visit to the App Home."""

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text

from bot.db.instant import Instant

revision = "v0002"
down_revision = "v0001"


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("id", Text(), nullable=False),
        Column("owner_id", Text(), nullable=False),
        Column("destination", Text(), nullable=False),
        Column("topics", Text(), nullable=False),
        Column("title", Text(), nullable=False),
        Column("show", Text(), nullable=False),
        Column("every", Text(), nullable=False),
        Column("at", Text(), nullable=False),
        Column("zone", Text(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("next_at", Instant(), nullable=True),
        PrimaryKeyConstraint("enterprise_id", "team_id", "id"),
    )
    place = ["enterprise_id", "team_id"]
    for name, column in (
        ("subscriptions_due", "next_at"),
        ("subscriptions_by_owner", "owner_id"),
        ("subscriptions_by_destination", "destination"),
    ):
        op.create_index(name, "subscriptions", [*place, column])

    op.create_table(
        "visits",
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("user_id", Text(), nullable=False),
        Column("revision", Text(), nullable=False),
        Column("visited_at", Instant(), nullable=False),
        PrimaryKeyConstraint("enterprise_id", "team_id", "user_id"),
    )
