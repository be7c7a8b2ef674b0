"""Find the messages that show a wording by what indexes alone tell of them."""

from alembic import op

revision = "v0017"
down_revision = "v0016"


def upgrade() -> None:
    op.drop_index("payload_claims_by_claim", "payload_claims")
    op.create_index(
        "payload_claims_by_wording",
        "payload_claims",
        [
            *("briefing_id", "claim_id", "fingerprint", "entries"),
            *("payload_hash", "part"),
        ],
    )
    op.drop_index("messages_by_shown", "messages")
    op.create_index(
        "messages_showing",
        "messages",
        ["shown_hash", "shown_part", "ts", "delivery_id", "part"],
    )
