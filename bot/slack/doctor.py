"""What `doctor` examines at Slack: permissions, the time, the way in, destinations."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

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
from bot.outbox.pacing import SLOW_S, PaceLimits, Pacing
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

ONCE_A_MINUTE = (
    "Slack lets it be read once a minute, 15 messages at a time, as it does for apps "
    "distributed outside its Marketplace: posts whose fate is unclear after an outage "
    "are looked for at that pace"
)
FASTER_HISTORY = (
    "Create the app in your own workspace from `briefing-bot manifest`, or list it in "
    "the Marketplace. Nothing is posted twice either way."
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

        found.append(await diagnose_history(clients))
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


async def diagnose_history(clients: Clients) -> Diagnosis:
    """Ask for a channel's history twice, and see whether Slack minds."""
    client = clients.posting
    listed = await client.users_conversations(
        types="public_channel,private_channel", exclude_archived=True, limit=1
    )
    room: dict[str, Any] = next(iter(listed["channels"]), {})
    if not room:
        return fine("History", "not known: I am in no channel")
    try:
        for _ in range(2):
            await client.conversations_history(channel=room["id"], limit=1)
    except SLACK_TROUBLE as exc:
        error = delivery_error(exc)
        if error.retry_after_s is None:
            text = f"that of #{room['name']} cannot be read. {error}"
            return warning("History", text, REINSTALL)
        if error.retry_after_s >= SLOW_S:
            return warning("History", ONCE_A_MINUTE, FASTER_HISTORY)
    return fine("History", "read some 50 times a minute, as Slack lets internal apps")


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
