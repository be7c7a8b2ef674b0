"""When a delivery was prepared, and which payload each message was posted from."""

from alembic import op
from sqlalchemy import Column, Text

from bot.db.instant import Instant

revision = "v0006"
down_revision = "v0005"


def upgrade() -> None:
    op.add_column("deliveries", Column("prepared_at", Instant(), nullable=True))
    op.add_column("messages", Column("payload_hash", Text(), nullable=True))
    # Until now a delivery kept the payload of its first message.
    op.execute(
        "UPDATE messages SET payload_hash = (SELECT deliveries.payload_hash "
        "FROM deliveries WHERE deliveries.id = messages.delivery_id)"
    )
    op.create_index("messages_by_payload", "messages", ["payload_hash"])
