"""`deliveries`: what became of each delivery, and why."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.briefing.problems import did_you_mean, listed
from bot.cli.database import ask_database
from bot.errors import SettingsError
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import DeliveryKind, DeliveryRecord, Status

NOTHING = "Nothing was delivered that fits this."
NO_DATABASE = (
    "There is no outbox yet at {url}. Start the bot with `briefing-bot run`, or set "
    "BRIEFING_BOT_DATABASE_URL to where it is."
)
_STYLES = {Status.SENT: "green", Status.FAILED: "bold red", Status.SKIPPED: "yellow"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries to list, as typed; what is left out fits all."""

    digest_id: str = ""
    status: str = ""
    since: str = ""
    limit: int = 50


def list_deliveries(wanted: Wanted, *, as_json: bool) -> None:
    """Print the deliveries, latest due first.

    Raise `SettingsError` for an unknown status or time, and where there is no outbox.
    """
    if wanted.status and wanted.status not in list(Status):
        raise SettingsError(
            f'"{wanted.status}" is not a status. {did_you_mean(wanted.status, Status)} '
            f"Allowed: {listed(Status)}."
        )
    statuses = [Status(wanted.status)] if wanted.status else []
    since = read_instant(wanted.since) if wanted.since else None
    records = ask_database(
        lambda database: DeliveryHistory(database).records(
            digest_id=wanted.digest_id,
            statuses=statuses,
            since=since,
            limit=wanted.limit,
        ),
        missing=NO_DATABASE,
    )
    if as_json:
        content = [_as_json(record) for record in records]
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    if not records:
        typer.echo(NOTHING)
        return

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Due (UTC)", "What", "To", "Ending"):
        table.add_column(column, overflow="fold")
    for record in records:
        is_digest = record.key.kind is DeliveryKind.DIGEST
        table.add_row(
            f"{record.due_at:%Y-%m-%d %H:%M}",
            Text(record.key.subject if is_digest else record.key.kind.value),
            Text(record.key.recipient),
            Text(ending(record), style=_STYLES.get(record.status, "")),
        )
    Console().print(table)


def read_instant(text: str) -> datetime:
    """Read `7 days`, `12 hours`, or a date; a date begins at midnight UTC."""
    if ago := re.fullmatch(r"(\d{1,4}) ?(day|hour)s?", text):
        return datetime.now(UTC) - timedelta(**{f"{ago[2]}s": int(ago[1])})
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as exc:
        raise SettingsError(
            f'"{text}" is not a time. Write 7 days, 12 hours, or a date such as '
            "2026-11-23."
        ) from exc


def _as_json(record: DeliveryRecord) -> dict[str, object]:
    """Return a delivery as JSON for programs."""
    key, message = record.key, record.message
    return {
        "kind": key.kind.value,
        "subject": key.subject,
        "occurrence": key.occurrence,
        "recipient": key.recipient,
        "destination": record.destination,
        "workspace": key.installation.team_id,
        "due_at": record.due_at.isoformat(),
        "status": record.status.value,
        "reason": record.reason,
        "ended_at": record.ended_at.isoformat() if record.ended_at else None,
        "attempts": record.attempt,
        "message": message and {"channel": message.channel_id, "ts": message.ts},
        "revision": record.revision,
    }


def ending(record: DeliveryRecord) -> str:
    """Say how it ended and why, or how far it is."""
    if record.status.is_ending:
        return record.reason
    again = f"{record.retry_at:%H:%M:%S} UTC"
    tries = f", {record.attempt} tries so far" if record.attempt else ""
    return f"{record.status.value}, goes on at {again}{tries}"
