"""What corrections need: where words stand, what messages say by now, what is due."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, Uuid, text

from bot.db.instant import Instant

revision = "v0015"
down_revision = "v0014"

_PLANNED = text("status = 'planned'")
_UNCOUNTED = text("entries IS NULL")
_NOT_LOOKED_AT = text("shown_hash IS NULL AND payload_hash IS NOT NULL")
_TO_FOLLOW = text("followed_at IS NULL")


def upgrade() -> None:
    op.add_column("payload_claims", Column("entries", Integer()))
    op.create_index(
        "payload_claims_uncounted",
        "payload_claims",
        ["payload_hash"],
        sqlite_where=_UNCOUNTED,
        postgresql_where=_UNCOUNTED,
    )
    op.create_table(
        "wordings",
        Column("briefing_id", Text(), primary_key=True),
        Column("claim_id", Text(), primary_key=True),
        Column("fingerprint", Text(), primary_key=True),
        Column("entries", Integer(), primary_key=True, autoincrement=False),
        Column("revision", Text(), nullable=False),
    )

    rank = Column("rank", BigInteger(), nullable=False, server_default="0")
    op.add_column("deliveries", rank)
    op.drop_index("deliveries_waiting", "deliveries")
    op.drop_index("deliveries_lane", "deliveries")
    for name, first in (("waiting", ["enterprise_id", "team_id"]), ("lane", ["lane"])):
        op.create_index(
            f"deliveries_{name}_by_rank",
            "deliveries",
            [*first, "rank", "due_at", "id"],
            sqlite_where=_PLANNED,
            postgresql_where=_PLANNED,
        )

    op.add_column("messages", Column("shown_hash", Text()))
    op.add_column("messages", Column("shown_part", Integer()))
    op.add_column(
        "messages", Column("state", Integer(), nullable=False, server_default="0")
    )
    op.add_column("messages", Column("edit_id", Uuid(as_uuid=False)))
    op.add_column(
        "messages", Column("reader_id", Text(), nullable=False, server_default="")
    )
    op.create_index("messages_by_shown", "messages", ["shown_hash", "shown_part"])
    op.create_index(
        "messages_not_looked_at",
        "messages",
        ["delivery_id"],
        sqlite_where=_NOT_LOOKED_AT,
        postgresql_where=_NOT_LOOKED_AT,
    )
    op.add_column("current_revision", Column("since", Instant()))
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "corrections",
        Column("briefing_id", Text(), primary_key=True),
        Column("claim_id", Text(), primary_key=True),
        Column("number", Integer(), primary_key=True, autoincrement=False),
        Column("fingerprint", Text(), nullable=False),
        Column("entries", Integer(), nullable=False),
        Column("revision", Text(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("because", Text(), nullable=False),
        Column("noticed_at", Instant(), nullable=False),
        Column("ready_at", Instant(), nullable=False),
        Column("needs", Text()),
        Column("messages", Integer()),
        Column("rooms", Integer()),
        Column("asked_at", Instant()),
        Column("go_at", Instant()),
        Column("go_by", Text(), nullable=False, server_default=""),
        Column("ended_at", Instant()),
    )
    op.create_index("corrections_open", "corrections", ["ended_at"])
    op.create_table(
        "message_states",
        Column("delivery_id", Uuid(as_uuid=False), primary_key=True),
        Column("part", Integer(), primary_key=True),
        Column("state", Integer(), primary_key=True, autoincrement=False),
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("channel_id", Text(), nullable=False),
        Column("ts", Text(), nullable=False),
        Column("thread_ts", Text(), nullable=False),
        Column("edit_id", Uuid(as_uuid=False), nullable=False),
        Column("before_hash", Text(), nullable=False),
        Column("before_part", Integer(), nullable=False),
        Column("planned_at", Instant(), nullable=False),
        Column("followed_at", Instant()),
    )
    room = ["enterprise_id", "team_id", "channel_id"]
    op.create_index("message_states_by_room", "message_states", room)
    op.create_index(
        "message_states_to_follow",
        "message_states",
        ["edit_id"],
        sqlite_where=_TO_FOLLOW,
        postgresql_where=_TO_FOLLOW,
    )
    op.create_table(
        "correction_steps",
        Column("briefing_id", Text(), primary_key=True),
        Column("claim_id", Text(), primary_key=True),
        Column("number", Integer(), primary_key=True, autoincrement=False),
        Column("step_id", Uuid(as_uuid=False), primary_key=True),
        Column("step", Text(), nullable=False),
        Column("delivery_id", Uuid(as_uuid=False), nullable=False),
        Column("part", Integer(), nullable=False),
        Column("lane", Text(), nullable=False),
        Column("thread_ts", Text(), nullable=False),
    )
    op.create_index("correction_steps_by_id", "correction_steps", ["step_id"])
    op.create_index(
        "correction_steps_by_message", "correction_steps", ["delivery_id", "part"]
    )
    op.create_index("correction_steps_by_room", "correction_steps", ["lane"])
