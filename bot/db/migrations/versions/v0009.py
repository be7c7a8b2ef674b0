"""Where the app is installed, with which tokens, and installations under way."""

from typing import Any

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, Integer, PrimaryKeyConstraint, Text

from bot.db.instant import Instant

revision = "v0009"
down_revision = "v0008"


def upgrade() -> None:
    op.create_table(
        "workspaces",
        Column("enterprise_id", Text(), nullable=False),
        Column("team_id", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("url", Text(), nullable=False),
        Column("bot_name", Text(), nullable=False),
        Column("installed_at", Instant(), nullable=False),
        Column("removed_at", Instant()),
        Column("renewing_until", Instant()),
        PrimaryKeyConstraint("enterprise_id", "team_id"),
    )
    op.create_table("slack_bots", *_shared())
    key = ["client_id", "enterprise_id", "team_id"]
    op.create_index("slack_bots_idx", "slack_bots", [*key, "installed_at"])
    op.create_table(
        "slack_installations",
        *_shared(),
        Column("enterprise_url", Text()),
        Column("user_id", Text(), nullable=False),
        Column("user_token", Text()),
        Column("user_scopes", Text()),
        Column("user_refresh_token", Text()),
        Column("user_token_expires_at", DateTime()),
        Column("incoming_webhook_url", Text()),
        Column("incoming_webhook_channel", Text()),
        Column("incoming_webhook_channel_id", Text()),
        Column("incoming_webhook_configuration_url", Text()),
        Column("token_type", Text()),
    )
    op.create_index(
        "slack_installations_idx",
        "slack_installations",
        [*key, "user_id", "installed_at"],
    )
    op.create_table(
        "slack_oauth_states",
        Column("id", Integer(), primary_key=True),
        Column("state", Text(), nullable=False),
        Column("expire_at", DateTime(), nullable=False),
    )
    op.create_index("slack_oauth_states_by_state", "slack_oauth_states", ["state"])


def _shared() -> tuple[Column[Any], ...]:
    return (
        Column("id", Integer(), primary_key=True),
        Column("client_id", Text(), nullable=False),
        Column("app_id", Text(), nullable=False),
        Column("enterprise_id", Text()),
        Column("enterprise_name", Text()),
        Column("team_id", Text()),
        Column("team_name", Text()),
        Column("bot_token", Text()),
        Column("bot_id", Text()),
        Column("bot_user_id", Text()),
        Column("bot_scopes", Text()),
        Column("bot_refresh_token", Text()),
        Column("bot_token_expires_at", DateTime()),
        Column(
            "is_enterprise_install", Boolean(create_constraint=False), nullable=False
        ),
        Column("installed_at", DateTime(), nullable=False),
    )
