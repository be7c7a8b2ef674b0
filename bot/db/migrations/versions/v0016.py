"""Ways to what is old, and to whatever holds a payload or a revision."""

from alembic import op
from sqlalchemy import text

revision = "v0016"
down_revision = "v0015"

_ENDED = text("ended_at IS NOT NULL")
_PREPARED = text("payload_hash IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "deliveries_by_end",
        "deliveries",
        ["ended_at", "id"],
        sqlite_where=_ENDED,
        postgresql_where=_ENDED,
    )
    op.drop_index("deliveries_by_payload", "deliveries")
    op.create_index(
        "deliveries_holding_payload",
        "deliveries",
        ["payload_hash"],
        sqlite_where=_PREPARED,
        postgresql_where=_PREPARED,
    )
    op.create_index("payloads_by_age", "payloads", ["stored_at"])
    op.create_index("payloads_by_revision", "payloads", ["revision"])
    op.create_index("message_states_by_before", "message_states", ["before_hash"])
    op.create_index("messages_by_reader", "messages", ["team_id", "reader_id"])
