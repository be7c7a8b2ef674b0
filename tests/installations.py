"""What Slack gives at an installation, and a store to keep it in."""

import time
from typing import Any

from cryptography.fernet import Fernet
from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from bot.db.database import Database
from bot.installation import Installation
from bot.installations.installed import Installations
from bot.installations.store import InstallationStore, InstalledWorkspace
from bot.installations.token_cipher import TokenCipher

CLIENT_ID = "1.A0BRIEF"
KEY, NEW_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
HOUR_S = 3600


def consent(
    team_id: str | None = "T1",
    *,
    token: str = "xoxb-first",
    refresh_token: str | None = None,
    lives_s: int = 12 * HOUR_S,
    **more: Any,
) -> SlackInstallation:
    """Return what Slack gives when somebody consents to install the app."""
    return SlackInstallation(
        app_id="A0BRIEF",
        team_id=team_id,
        bot_token=token,
        bot_id="B1",
        bot_user_id="U0BOT",
        bot_scopes="chat:write,commands",
        bot_refresh_token=refresh_token,
        bot_token_expires_at=int(time.time()) + lives_s if refresh_token else None,
        user_id="U0ANA",
        **more,
    )


def org_consent(**more: Any) -> SlackInstallation:
    """Return what Slack gives for an installation in all of an organisation."""
    return consent(None, enterprise_id="E1", is_enterprise_install=True, **more)


def store_on(database: Database, *keys: str) -> InstallationStore:
    cipher = TokenCipher(keys or (KEY,))
    return InstallationStore(database, cipher, client_id=CLIENT_ID)


async def install(
    store: InstallationStore, given: SlackInstallation, name: str = "Desk"
) -> None:
    await store.installed(
        given, name=name, url="https://desk.slack.com/", bot_name="brief"
    )


def installed_in(*keys: Installation) -> Installations:
    """Return a registry of workspaces that are simply there."""
    return Installations(
        *(
            InstalledWorkspace(key, "xoxb-1", "B1", "U0BOT", "brief", frozenset())
            for key in keys
        )
    )
