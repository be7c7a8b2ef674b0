"""`corrections`: what was corrected where it was read, and what could not be."""

import asyncio
import json
from collections.abc import Sequence
from functools import partial

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.database import found_database
from bot.cli.deliveries import NO_DATABASE, read_instant
from bot.corrections.model import Correction
from bot.corrections.records import give_go
from bot.corrections.report import CorrectionRecord, report
from bot.errors import SettingsError
from bot.settings import Settings

NOTHING = "Nothing was corrected."
NONE_WAITS = "No correction waits for a go."
WENT = "Goes out now: {claims}."
OPERATOR = "operator"


def list_corrections(*, since: str, limit: int, as_json: bool) -> None:
    """Print the corrections, the latest first.

    Raise `SettingsError` for an unknown time, and where there is no database.
    """
    records = asyncio.run(_read(since, limit))
    if as_json:
        content = [_as_json(record) for record in records]
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    if not records:
        typer.echo(NOTHING)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Noticed (UTC)", "Claim", "What"):
        table.add_column(column, overflow="fold")
    for column in ("Carried", "Edited", "Noted", "Told"):
        table.add_column(column, justify="right")
    table.add_column("State", overflow="fold")
    for record in records:
        correction = record.correction
        counts = (record.carried, record.edited, record.noted, record.told)
        table.add_row(
            f"{correction.noticed_at:%Y-%m-%d %H:%M}",
            Text("/".join(correction.claim)),
            Text(correction.kind.value),
            *(f"{number:,}" for number in counts),
            Text(_state(record)),
        )
    Console().print(table)


def let_go() -> None:
    """Let everything that waits for a go be told, and say what that is, on stderr.

    Raise `SettingsError` where there is no database.
    """
    given = asyncio.run(_go())
    names = ", ".join("/".join(each.claim) for each in given)
    typer.echo(WENT.format(claims=names) if given else NONE_WAITS, err=True)


async def _go() -> Sequence[Correction]:
    url = Settings.read().database_url
    async with found_database(url) as database:
        if database is None:
            raise SettingsError(NO_DATABASE.format(url=url))
        now = database.now()
        return await database.write(partial(give_go, by=OPERATOR, now=now))


async def _read(since: str, limit: int) -> Sequence[CorrectionRecord]:
    begin = read_instant(since) if since else None
    url = Settings.read().database_url
    async with found_database(url) as database:
        if database is None:
            raise SettingsError(NO_DATABASE.format(url=url))
        return await database.read(partial(report, since=begin, limit=limit))


def _state(record: CorrectionRecord) -> str:
    """Say how far it is, when the last was done, and what could not be reached."""
    last = f", the last {record.last_at:%Y-%m-%d %H:%M}" if record.last_at else ""
    missed = "; ".join(f"{number:,} not: {why}" for why, number in record.unreached)
    return "; ".join(filter(None, (f"{record.state}{last}", missed)))


def _as_json(record: CorrectionRecord) -> dict[str, object]:
    correction = record.correction
    return {
        "briefing": correction.claim.briefing_id,
        "claim": correction.claim.claim_id,
        "number": correction.number,
        "kind": correction.kind.value,
        "because": correction.because,
        "noticed_at": correction.noticed_at.isoformat(),
        "state": record.state,
        "go_by": correction.go_by,
        "carried": record.carried,
        "edited": record.edited,
        "noted": record.noted,
        "told": record.told,
        "under_way": record.under_way,
        "unreached": [
            {"reason": reason, "messages": number}
            for reason, number in record.unreached
        ],
        "last_at": record.last_at.isoformat() if record.last_at else None,
    }
