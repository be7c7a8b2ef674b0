"""What `doctor` examines at Slack: permissions, the time, the way in, destinations."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.digests.models import Digest
from bot.doctor_findings import (
    Diagnosis,
    diagnose_clock,
    diagnose_destinations,
    fine,
    problem,
    warning,
)
from bot.outbox.pacing import PaceLimits, Pacing
from bot.scheduling.planner import address
from bot.scheduling.preflight import Preflight
from bot.slack.clients import Clients, single_workspace
from bot.slack.failures import SLACK_TROUBLE, delivery_error, error_code
from bot.slack.manifest import SCOPES
from bot.slack.messenger import SlackMessenger

REINSTALL = (
    "Paste the manifest (`briefing-bot manifest`) into the app's settings and install "
    "it again."
)
NEW_TOKEN = (
    "Make an app-level token with connections:write and set SLACK_APP_TOKEN to it."
)


async def examine_slack(
    clients: Clients, app_token: str, digests: Sequence[Digest]
) -> list[Diagnosis]:
    """Examine the workspace that these clients are let into; nothing is changed."""
    found = diagnose_scopes(clients.identity.scopes)
    try:
        if app_token:
            found.append(await diagnose_socket(clients.reading, app_token))
        if theirs := await slack_time(clients.reading):
            found.append(diagnose_clock(datetime.now(UTC), theirs, "Slack"))

        here = clients.identity.installation
        addressed = address(digests, here, is_unnamed=True).values()
        preflight = Preflight(
            SlackMessenger(single_workspace(clients)),
            None,
            Pacing(PaceLimits()),
            notify=None,
        )
        findings = await preflight.check(addressed)
        count = sum(len(one.recipients) for one in addressed)
        found += diagnose_destinations(findings, destinations=count)
    except SLACK_TROUBLE as exc:
        text = f"it does not answer as it should. {delivery_error(exc)}"
        found.append(problem("Slack", text, "Try again; see slack-status.com."))
    return found


def diagnose_scopes(granted: Collection[str]) -> list[Diagnosis]:
    """Compare what was granted with the manifest; each lack says what it is for."""
    lacking = [
        (warning if scope.optional else problem)(
            "Permissions", f"{scope.name} is missing: {scope.reason}", REINSTALL
        )
        for scope in SCOPES
        if scope.name not in granted
    ]
    return lacking or [fine("Permissions", "all that the manifest asks for")]


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
