"""The outbox, the schedules' watermarks, pinned names and revisions."""

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from bot.db.instant import Instant

revision = "v0001"
down_revision = None


def upgrade() -> None:
    _create_payloads()
    _create_deliveries()
    _index_deliveries()
    _create_messages()
    _create_schedules()
    _create_revisions()


def _create_payloads() -> None:
    op.create_table(
        "payloads",
        Column("hash", Text(), nullable=False),
        Column("revision", Text(), nullable=False),
        Column("audience", Text(), nullable=False),
        Column("content", Text(), nullable=False),
        Column("stored_at", Instant(), nullable=False),
        PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "payload_claims",
        Column("payload_hash", Text(), nullable=False),
        Column("part", Integer(), nullable=False),
        Column("briefing_id", Text(), nullable=False),
        Column("claim_id", Text(), nullable=False),
        Column("fingerprint", Text(), nullable=False),
        ForeignKeyConstraint(
            ["payload_hash"],
            ["payloads.hash"],
        ),
        PrimaryKeyConstraint(
            "payload_hash", "part", "briefing_id", "claim_id", "fingerprint"
        ),
    )
    op.create_index(
        "payload_claims_by_claim",
        "payload_claims",
        ["briefing_id", "claim_id", "fingerprint"],
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        Column("id", Uuid(as_uuid=False), nullable=False),
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("subject", Text(), nullable=False),
        Column("occurrence", Text(), nullable=False),
        Column("recipient", Text(), nullable=False),
        Column("destination", Text(), nullable=False),
        Column("lane", Text(), nullable=False),
        Column("due_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=False),
        Column("planned_at", Instant(), nullable=False),
        Column("ready_at", Instant(), nullable=False),
        Column("status", Text(), nullable=False),
        Column("reason", Text(), nullable=False),
        Column("ended_at", Instant(), nullable=True),
        Column("attempt", Integer(), nullable=False),
        Column("failures", Integer(), nullable=False),
        Column("lease_until", Instant(), nullable=True),
        Column("part", Integer(), nullable=False),
        Column("sending_at", Instant(), nullable=True),
        Column("lookups", Integer(), nullable=False),
        Column("payload_hash", Text(), nullable=True),
        Column("request", Text(), nullable=False),
        Column("thread_ts", Text(), nullable=False),
        Column("edit_ts", Text(), nullable=False),
        Column("broadcast", Boolean(), nullable=False),
        ForeignKeyConstraint(
            ["payload_hash"],
            ["payloads.hash"],
        ),
        PrimaryKeyConstraint("id"),
    )


def _index_deliveries() -> None:
    op.create_index(
        "deliveries_by_occurrence",
        "deliveries",
        ["team_id", "subject", "occurrence", "destination"],
    )
    op.create_index(
        "deliveries_by_payload",
        "deliveries",
        ["payload_hash"],
        sqlite_where=text("status = 'sent'"),
        postgresql_where=text("status = 'sent'"),
    )
    op.create_index(
        "deliveries_by_recipient",
        "deliveries",
        ["team_id", "recipient", "subject", "due_at"],
    )
    op.create_index(
        "deliveries_in_hand",
        "deliveries",
        ["lane"],
        unique=True,
        sqlite_where=text("status IN ('acquired', 'sending')"),
        postgresql_where=text("status IN ('acquired', 'sending')"),
    )
    op.create_index(
        "deliveries_lane",
        "deliveries",
        ["lane", "due_at", "id"],
        sqlite_where=text("status = 'planned'"),
        postgresql_where=text("status = 'planned'"),
    )
    op.create_index(
        "deliveries_waiting",
        "deliveries",
        ["enterprise_id", "team_id", "due_at", "id"],
        sqlite_where=text("status = 'planned'"),
        postgresql_where=text("status = 'planned'"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        Column("delivery_id", Uuid(as_uuid=False), nullable=False),
        Column("part", Integer(), nullable=False),
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("channel_id", Text(), nullable=False),
        Column("ts", Text(), nullable=False),
        Column("mark_echoed", Boolean(), nullable=False),
        Column("posted_at", Instant(), nullable=False),
        ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
        ),
        PrimaryKeyConstraint("delivery_id", "part"),
    )
    op.create_index(
        "messages_by_ts", "messages", ["enterprise_id", "team_id", "channel_id", "ts"]
    )


def _create_schedules() -> None:
    op.create_table(
        "watermarks",
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("digest_id", Text(), nullable=False),
        Column("schedule", Text(), nullable=False),
        Column("planned_until", Instant(), nullable=False),
        PrimaryKeyConstraint("enterprise_id", "team_id", "digest_id"),
    )
    op.create_table(
        "destinations",
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("recipient", Text(), nullable=False),
        Column("channel_id", Text(), nullable=False),
        Column("pinned_at", Instant(), nullable=False),
        PrimaryKeyConstraint("enterprise_id", "team_id", "recipient"),
    )


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        Column("hash", Text(), nullable=False),
        Column("number", Integer(), nullable=False),
        Column("snapshot", Text(), nullable=False),
        Column("commit", Text(), nullable=False),
        Column("kept", Text(), nullable=False, server_default="{}"),
        Column("made_at", Instant(), nullable=False),
        Column("stored_at", Instant(), nullable=False),
        PrimaryKeyConstraint("hash"),
        UniqueConstraint("number"),
    )
    op.create_table(
        "current_revision",
        Column("only", Integer(), autoincrement=False, nullable=False),
        Column("hash", Text(), nullable=False),
        Column("made_at", Instant(), nullable=False),
        ForeignKeyConstraint(
            ["hash"],
            ["revisions.hash"],
        ),
        PrimaryKeyConstraint("only"),
    )
