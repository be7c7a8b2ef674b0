"""What `doctor` asks of Slack: the permissions, the time there, and the way in."""

from collections.abc import Collection
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.diagnosis import Diagnosis, fine, problem, warning
from bot.slack.failures import error_code
from bot.slack.manifest import SCOPES

REINSTALL = (
    "Paste the manifest (`briefing-bot manifest`) into the app's settings and install "
    "it again."
)
NEW_TOKEN = (
    "Make an app-level token with connections:write and set SLACK_APP_TOKEN to it."
)


def diagnose_scopes(granted: Collection[str]) -> list[Diagnosis]:
    """Compare what was granted with the manifest; each lack says what it is for."""
    lacking = [scope for scope in SCOPES if scope.name not in granted]
    told = [
        (warning if scope.optional else problem)(
            "Permissions", f"{scope.name} is missing: {scope.reason}", REINSTALL
        )
        for scope in lacking
    ]
    return told or [fine("Permissions", "all that the manifest asks for")]


async def slack_time(client: AsyncWebClient) -> datetime | None:
    """Return the time by Slack's clock, in whole seconds; None if it does not say."""
    answer = await client.auth_test()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    said = headers.get("date", "")
    return parsedate_to_datetime(said).astimezone(UTC) if said else None


async def diagnose_socket(client: AsyncWebClient, app_token: str) -> Diagnosis:
    """Ask for a connection by Socket Mode, and leave it unused."""
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as exc:
        return problem("Socket Mode", f"Slack says {error_code(exc)}", NEW_TOKEN)
    return fine("Socket Mode", "Slack lets the app connect")
