"""The tables, as SQLAlchemy Core sees them on SQLite and PostgreSQL alike."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)

from bot.db.instant import Instant

metadata = MetaData()

_YES_OR_NO = Boolean(create_constraint=False)


def _installation_key() -> tuple[Column[str], Column[str]]:
    """Outside Enterprise `enterprise_id` is empty: a NULL would make rows distinct."""
    return (
        Column("enterprise_id", Text, primary_key=True),
        Column("team_id", Text, primary_key=True),
    )


payloads = Table(
    "payloads",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("stored_at", Instant, nullable=False),
    Index("payloads_by_age", "stored_at"),
    Index("payloads_by_revision", "revision"),
)

payload_claims = Table(
    "payload_claims",
    metadata,
    Column("payload_hash", ForeignKey("payloads.hash"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("briefing_id", Text, primary_key=True),
    Column("claim_id", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    # How many revisions the claim had; NULL in rows of a release that did not count.
    Column("entries", Integer),
    # Says by itself which parts of payloads show a wording: ten thousand rows apart
    # would be read from all over the table.
    Index(
        "payload_claims_by_wording",
        "briefing_id",
        "claim_id",
        "fingerprint",
        "entries",
        "payload_hash",
        "part",
    ),
    Index(
        "payload_claims_uncounted",
        "payload_hash",
        sqlite_where=text("entries IS NULL"),
        postgresql_where=text("entries IS NULL"),
    ),
)

wordings = Table(
    "wordings",
    metadata,
    Column("briefing_id", Text, primary_key=True),
    Column("claim_id", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("entries", Integer, primary_key=True, autoincrement=False),
    # A revision of which a payload with this wording was made.
    Column("revision", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    # A UUIDv5 of the key, so the primary key alone holds the key's uniqueness.
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("enterprise_id", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("destination", Text, nullable=False),
    # Installation and destination as one: with three columns to choose from, and no
    # statistics yet of what came due this minute, PostgreSQL picks the wrong index.
    Column("lane", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("planned_at", Instant, nullable=False),
    # Planned: not to be acquired before. Sending: not to be looked up before.
    Column("ready_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("ended_at", Instant),
    Column("attempt", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("lease_until", Instant),
    Column("part", Integer, nullable=False, default=0),
    Column("sending_at", Instant),
    Column("lookups", Integer, nullable=False, default=0),
    # Where a look at its channel's history goes on; empty where it begins.
    Column("look_up_place", Text, nullable=False, server_default=""),
    Column("payload_hash", ForeignKey("payloads.hash")),
    # When the payload was composed for whoever reads there.
    Column("prepared_at", Instant),
    Column("request", Text, nullable=False, default=""),
    Column("thread_ts", Text, nullable=False, default=""),
    Column("edit_ts", Text, nullable=False, default=""),
    Column("broadcast", Boolean(create_constraint=False), nullable=False),
    # Rows of a higher rank wait for all of a lower one: corrections for the rest.
    Column("rank", BigInteger, nullable=False, default=0, server_default="0"),
    # What was ever delivered is in none of the next three indexes, so acquiring
    # costs what is due and not what has accumulated.
    Index(
        "deliveries_waiting_by_rank",
        "enterprise_id",
        "team_id",
        "rank",
        "due_at",
        "id",
        sqlite_where=text("status = 'planned'"),
        postgresql_where=text("status = 'planned'"),
    ),
    Index(
        "deliveries_lane_by_rank",
        "lane",
        "rank",
        "due_at",
        "id",
        sqlite_where=text("status = 'planned'"),
        postgresql_where=text("status = 'planned'"),
    ),
    # The last word on lanes: two workers can never hold two rows of one.
    Index(
        "deliveries_in_hand",
        "lane",
        unique=True,
        sqlite_where=text("status IN ('acquired', 'sending')"),
        postgresql_where=text("status IN ('acquired', 'sending')"),
    ),
    Index(
        "deliveries_by_occurrence", "team_id", "subject", "occurrence", "destination"
    ),
    Index(
        "deliveries_holding_payload",
        "payload_hash",
        sqlite_where=text("payload_hash IS NOT NULL"),
        postgresql_where=text("payload_hash IS NOT NULL"),
    ),
    Index(
        "deliveries_by_end",
        "ended_at",
        "id",
        sqlite_where=text("ended_at IS NOT NULL"),
        postgresql_where=text("ended_at IS NOT NULL"),
    ),
    Index("deliveries_by_recipient", "team_id", "recipient", "subject", "due_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("delivery_id", ForeignKey("deliveries.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("enterprise_id", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("mark_echoed", Boolean(create_constraint=False), nullable=False),
    Column("posted_at", Instant, nullable=False),
    # What it was posted from: its delivery may have been prepared again since.
    Column("payload_hash", Text),
    # What it says by now, after its last edit: a part of a payload. NULL in rows of a
    # release that edited nothing, until they are looked at.
    Column("shown_hash", Text),
    Column("shown_part", Integer),
    # How many states were planned for it, and the delivery of the last edit.
    Column("state", Integer, nullable=False, default=0, server_default="0"),
    Column("edit_id", Uuid(as_uuid=False)),
    # Who reads it in a direct message, as far as that is known.
    Column("reader_id", Text, nullable=False, default="", server_default=""),
    Index("messages_by_ts", "enterprise_id", "team_id", "channel_id", "ts"),
    Index("messages_by_payload", "payload_hash"),
    # Says by itself which messages show a part, the newest last.
    Index(
        "messages_showing",
        "shown_hash",
        "shown_part",
        "ts",
        "delivery_id",
        "part",
    ),
    Index("messages_by_reader", "team_id", "reader_id"),
    Index(
        "messages_not_looked_at",
        "delivery_id",
        sqlite_where=text("shown_hash IS NULL AND payload_hash IS NOT NULL"),
        postgresql_where=text("shown_hash IS NULL AND payload_hash IS NOT NULL"),
    ),
)

corrections = Table(
    "corrections",
    metadata,
    Column("briefing_id", Text, primary_key=True),
    Column("claim_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The wording that is right by now, and the revision that brought it.
    Column("fingerprint", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("revision", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("noticed_at", Instant, nullable=False),
    # The end of the quiet time, in which a slip can be taken back.
    Column("ready_at", Instant, nullable=False),
    # Why somebody must say that it may go out; empty where nobody must. NULL until the
    # quiet time is over.
    Column("needs", Text),
    Column("messages", Integer),
    Column("rooms", Integer),
    Column("asked_at", Instant),
    Column("go_at", Instant),
    Column("go_by", Text, nullable=False, default="", server_default=""),
    # Another wording is right since then.
    Column("ended_at", Instant),
    Index("corrections_open", "ended_at"),
)

message_states = Table(
    "message_states",
    metadata,
    Column("delivery_id", Uuid(as_uuid=False), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("state", Integer, primary_key=True, autoincrement=False),
    Column("enterprise_id", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("channel_id", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("thread_ts", Text, nullable=False),
    Column("edit_id", Uuid(as_uuid=False), nullable=False),
    # What it said before.
    Column("before_hash", Text, nullable=False),
    Column("before_part", Integer, nullable=False),
    Column("planned_at", Instant, nullable=False),
    # When its readers were told of it, or nothing was left to tell them.
    Column("followed_at", Instant),
    Index("message_states_by_before", "before_hash"),
    Index("message_states_by_room", "enterprise_id", "team_id", "channel_id"),
    Index(
        "message_states_to_follow",
        "edit_id",
        sqlite_where=text("followed_at IS NULL"),
        postgresql_where=text("followed_at IS NULL"),
    ),
)

correction_steps = Table(
    "correction_steps",
    metadata,
    Column("briefing_id", Text, primary_key=True),
    Column("claim_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The delivery that edits, notes or tells.
    Column("step_id", Uuid(as_uuid=False), primary_key=True),
    Column("step", Text, nullable=False),
    # The message that it is about, its room, and its thread there.
    Column("delivery_id", Uuid(as_uuid=False), nullable=False),
    Column("part", Integer, nullable=False),
    Column("lane", Text, nullable=False),
    Column("thread_ts", Text, nullable=False),
    Index("correction_steps_by_id", "step_id"),
    Index("correction_steps_by_message", "delivery_id", "part"),
    Index("correction_steps_by_room", "lane"),
)

watermarks = Table(
    "watermarks",
    metadata,
    *_installation_key(),
    Column("digest_id", Text, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("planned_until", Instant, nullable=False),
    # When the clock was found set back, and how far it had been planned by then.
    Column("mended_at", Instant),
    Column("mended_from", Instant),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    *_installation_key(),
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("topics", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("show", Text, nullable=False),
    Column("every", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    # Empty while it is paused, so that the index by it costs what is due.
    Column("next_at", Instant),
    Index("subscriptions_due", "enterprise_id", "team_id", "next_at"),
    Index("subscriptions_by_owner", "enterprise_id", "team_id", "owner_id"),
    Index("subscriptions_by_destination", "enterprise_id", "team_id", "destination"),
)

visits = Table(
    "visits",
    metadata,
    *_installation_key(),
    Column("user_id", Text, primary_key=True),
    Column("revision", Text, nullable=False),
    Column("visited_at", Instant, nullable=False),
    Column("earlier_revision", Text),
    Column("earlier_at", Instant),
)

channel_defaults = Table(
    "channel_defaults",
    metadata,
    *_installation_key(),
    Column("channel_id", Text, primary_key=True),
    Column("briefing_id", Text, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    *_installation_key(),
    Column("channel_id", Text, primary_key=True),
    Column("ts", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    # The thread that a question was asked in or began; empty outside one.
    Column("thread_ts", Text, nullable=False, server_default=""),
    Index("turns_by_age", "asked_at"),
)

gap_questions = Table(
    "gap_questions",
    metadata,
    *_installation_key(),
    Column("id", Text, primary_key=True),
    Column("briefing_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    # Empty unless the person agreed to be told of an answer.
    Column("asker_id", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index("gap_questions_by_age", "asked_at"),
)

glimpses = Table(
    "glimpses",
    metadata,
    *_installation_key(),
    Column("user_id", Text, primary_key=True),
    Column("briefing_id", Text, primary_key=True),
    Column("claim_id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("shown_at", Instant, nullable=False),
    Index("glimpses_by_wording", "briefing_id", "claim_id", "fingerprint"),
    Index("glimpses_by_age", "shown_at"),
)

claim_reads = Table(
    "claim_reads",
    metadata,
    *_installation_key(),
    Column("briefing_id", Text, primary_key=True),
    Column("claim_id", Text, primary_key=True),
    Column("reads", Integer, nullable=False),
)

claim_reads_by_day = Table(
    "claim_reads_by_day",
    metadata,
    *_installation_key(),
    # The day in UTC as "2026-11-28", whose order is that of time.
    Column("day", Text, primary_key=True),
    Column("briefing_id", Text, primary_key=True),
    Column("claim_id", Text, primary_key=True),
    Column("reads", Integer, nullable=False),
    Index("claim_reads_by_age", "day"),
)

votes = Table(
    "votes",
    metadata,
    *_installation_key(),
    Column("channel_id", Text, primary_key=True),
    Column("ts", Text, primary_key=True),
    # A keyed hash of who voted on which message: votes cannot be put together.
    Column("voter", Text, primary_key=True),
    Column("is_helpful", Boolean(create_constraint=False), nullable=False),
    Column("voted_at", Instant, nullable=False),
    Index("votes_by_age", "voted_at"),
)

secret_keys = Table(
    "secret_keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

handled_items = Table(
    "handled_items",
    metadata,
    *_installation_key(),
    Column("item", Text, primary_key=True),
    Column("handled_by", Text, nullable=False),
    Column("handled_at", Instant, nullable=False),
    Index("handled_items_by_age", "handled_at"),
)

destinations = Table(
    "destinations",
    metadata,
    *_installation_key(),
    Column("recipient", Text, primary_key=True),
    Column("channel_id", Text, nullable=False),
    Column("pinned_at", Instant, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("snapshot", Text, nullable=False),
    # The fingerprints that refiles keep, as JSON: few, and read with the snapshot.
    Column("kept", Text, nullable=False, server_default="{}"),
    Column("commit", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

vectors = Table(
    "vectors",
    metadata,
    # The hash of a text, what it is, and the model.
    Column("key", Text, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    # When it was last of use to a process, to a day; NULL from an earlier release.
    Column("used_at", Instant),
)

current_revision = Table(
    "current_revision",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),
    Column("hash", ForeignKey("revisions.hash"), nullable=False),
    Column("made_at", Instant, nullable=False),
    # A fingerprint of the digests' file that is current with it.
    Column("digests", Text),
    # When it became current, by the database's clock; NULL before that was kept.
    Column("since", Instant),
)

database_state = Table(
    "database_state",
    metadata,
    Column("only", Integer, primary_key=True, autoincrement=False),
    # The step that a program must know; the steps after it only added something.
    Column("oldest_program", Text, nullable=False),
    # Where the database stands: a restored one finds itself elsewhere.
    Column("place", Text, nullable=False),
    Column("alive_at", Instant),
    # What was done between these was lost with a restore.
    Column("forgot_since", Instant),
    Column("forgot_until", Instant),
    # What does not change is not written, so a probe changes this.
    Column("probes", Integer, nullable=False, server_default="0"),
)


workspaces = Table(
    "workspaces",
    metadata,
    # An organisation's own row, for an app installed in all of it, has an empty team.
    *_installation_key(),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("bot_name", Text, nullable=False),
    Column("installed_at", Instant, nullable=False),
    # Set while the app is gone from there and its data not yet.
    Column("removed_at", Instant),
    # While one process has its token renewed.
    Column("renewing_until", Instant),
)


def _slack_installation() -> tuple[Column[Any], ...]:
    """The columns that the SDK's two tables share, in its own order.

    Its store writes them: naive UTC, and NULL outside an organisation. Tokens are Text,
    as an encrypted one is longer than the 200 characters of its own tables.
    """
    return (
        Column("id", Integer, primary_key=True),
        Column("client_id", Text, nullable=False),
        Column("app_id", Text, nullable=False),
        Column("enterprise_id", Text),
        Column("enterprise_name", Text),
        Column("team_id", Text),
        Column("team_name", Text),
        Column("bot_token", Text),
        Column("bot_id", Text),
        Column("bot_user_id", Text),
        Column("bot_scopes", Text),
        Column("bot_refresh_token", Text),
        Column("bot_token_expires_at", DateTime),
        Column("is_enterprise_install", _YES_OR_NO, nullable=False),
        Column("installed_at", DateTime, nullable=False),
    )


slack_bots = Table(
    "slack_bots",
    metadata,
    *_slack_installation(),
    Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)

slack_installations = Table(
    "slack_installations",
    metadata,
    *_slack_installation(),
    Column("enterprise_url", Text),
    Column("user_id", Text, nullable=False),
    Column("user_token", Text),
    Column("user_scopes", Text),
    Column("user_refresh_token", Text),
    Column("user_token_expires_at", DateTime),
    Column("incoming_webhook_url", Text),
    Column("incoming_webhook_channel", Text),
    Column("incoming_webhook_channel_id", Text),
    Column("incoming_webhook_configuration_url", Text),
    Column("token_type", Text),
    Index(
        "slack_installations_idx",
        "client_id",
        "enterprise_id",
        "team_id",
        "user_id",
        "installed_at",
    ),
)

slack_oauth_states = Table(
    "slack_oauth_states",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("expire_at", DateTime, nullable=False),
    Index("slack_oauth_states_by_state", "state"),
)
