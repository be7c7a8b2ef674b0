"""`digest send`: one digest now, through the outbox like every other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import typer

from bot.capabilities import Capabilities, open_capabilities, open_workspace
from bot.cli.deliveries import ending
from bot.cli.digest_preview import WAITING, find_digest
from bot.cli.progress import Progress, progress
from bot.digests.models import Digest, Recipient, read_recipient
from bot.errors import SettingsError
from bot.files.git import library_version
from bot.installation import Installation
from bot.interfaces import SystemClock
from bot.outbox.model import DeliveryKey, DeliveryRecord, NewDelivery, Status
from bot.settings import Settings
from bot.slack.clients import connect_installed, session_with_deadlines

GRACE = timedelta(minutes=10)
HANDOVER_S = 4.0
"""A bot that is alive takes what is due within a second, on any replica."""
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.25

NOT_YOU = (
    "`@me` is nobody yet: set BRIEFING_BOT_ME to your Slack user id (U…), which your "
    "profile shows under “Copy member ID”."
)
ELSEWHERE = (
    'The recipient "{recipient}" is in no workspace that the bot is in; where there '
    "are several, write the workspace in front (T…/C…)."
)
NO_BOT = "No bot is alive, so this command delivers it."


def send_digest(digest_id: str, to: str | None) -> bool:
    """Print how it ended for each recipient; say whether it reached them all.

    Raise `SettingsError` for an unknown digest or recipient, and where Slack or the
    database is not set up.
    """
    settings = Settings.read()
    with progress("Connecting to Slack") as working:
        records = asyncio.run(send_now(settings, digest_id, to, working=working))
    for record in records:
        typer.echo(f"{record.key.recipient}: {ending(record)}")
    return all(record.status is Status.SENT for record in records)


async def send_now(
    settings: Settings,
    digest_id: str,
    to: str | None,
    *,
    patience_s: float = HANDOVER_S,
    working: Progress | None = None,
) -> Sequence[DeliveryRecord]:
    """Plan it, leave it to a bot that is alive for so long, and return the endings."""
    working = working or Progress("")
    async with opened(settings) as capabilities:
        served = capabilities.workspace.briefings.served
        digest = find_digest(digest_id, served.digests.digests)
        recipients = _recipients(digest, to, settings)
        await capabilities.revisions.publish(
            served.library,
            library_version(settings.briefs),
            digests=served.digests.fingerprint,
        )
        rows = new_rows(digest, recipients, capabilities)
        await capabilities.stores.deliveries.plan(rows)

        working.show("Waiting for a running bot to take it")
        if not await _taken(capabilities, rows, patience_s):
            working.clear()
            typer.echo(NO_BOT)
            # What else is due is delivered, too.
            delivering = asyncio.create_task(capabilities.worker.run())
            await _ended(capabilities, rows, working)
            capabilities.worker.stop()
            await delivering
        return await _ended(capabilities, rows, working)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Capabilities]:
    """Open what the bot does without listeners, beside a running bot or alone."""
    async with session_with_deadlines() as session:
        token = settings.slack.bot_token.get_secret_value()
        clients_of = await connect_installed(
            token, session, api_url=settings.slack.api_url
        )
        workspace = open_workspace(settings, clients_of, SystemClock())
        async with open_capabilities(settings, workspace) as capabilities:
            yield capabilities


def _recipients(
    digest: Digest, to: str | None, settings: Settings
) -> Sequence[Recipient]:
    if to is None:
        if not digest.to:
            raise SettingsError(WAITING.replace("ID", digest.id))
        return digest.to
    if to == "@me":
        if not settings.me:
            raise SettingsError(NOT_YOU)
        to = settings.me
    try:
        return (read_recipient(to),)
    except ValueError as exc:
        raise SettingsError(str(exc)) from exc


def new_rows(
    digest: Digest, recipients: Sequence[Recipient], capabilities: Capabilities
) -> list[NewDelivery]:
    """Return the rows, named by the second: a schedule names its by the minute.

    Who is named with their workspace and without it gets one.
    """
    installed = capabilities.workspace.installed
    now = capabilities.stores.deliveries.now()
    local = now.astimezone(digest.when.zone).replace(tzinfo=None)
    rows: dict[tuple[Installation, str], NewDelivery] = {}
    for recipient in recipients:
        installation = installed.only
        if recipient.team_id:
            named = installed.of_request(recipient.team_id)
            installation = named.installation if named else None
        if installation is None:
            raise SettingsError(ELSEWHERE.format(recipient=recipient))
        key = DeliveryKey.for_digest(
            installation,
            digest.id,
            local.isoformat(timespec="seconds"),
            recipient=str(recipient),
        )
        row = NewDelivery(
            key,
            destination=recipient.destination,
            due_at=now,
            expires_at=now + GRACE,
        )
        rows.setdefault((installation, recipient.destination), row)
    return list(rows.values())


async def _taken(
    capabilities: Capabilities, rows: Sequence[NewDelivery], patience_s: float
) -> bool:
    """Wait a moment for somebody to take the rows, and say whether somebody did."""
    for _ in range(round(patience_s / LOOK_EVERY_S)):
        await asyncio.sleep(LOOK_EVERY_S)
        records = await _records(capabilities, rows)
        if any(record.status is not Status.PLANNED for record in records):
            return True
    return False


async def _ended(
    capabilities: Capabilities, rows: Sequence[NewDelivery], working: Progress
) -> Sequence[DeliveryRecord]:
    """Wait until all have ended, or for two minutes."""
    for _ in range(round(PATIENCE_S / LOOK_EVERY_S)):
        records = await _records(capabilities, rows)
        ended = sum(record.status.is_ending for record in records)
        if ended == len(records):
            return records
        working.show(f"Delivered: {ended:,} of {len(records):,}")
        await asyncio.sleep(LOOK_EVERY_S)
    return await _records(capabilities, rows)


async def _records(
    capabilities: Capabilities, rows: Sequence[NewDelivery]
) -> Sequence[DeliveryRecord]:
    keys = {row.key for row in rows}
    found = await capabilities.stores.history.records(
        digest_id=rows[0].key.subject,
        since=rows[0].due_at,
        limit=100 + len(rows),
    )
    return [record for record in found if record.key in keys]
