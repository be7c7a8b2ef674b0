"""`gaps`: what was asked and no briefing answers, most often asked first."""

import asyncio
import json

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.database import found_database
from bot.errors import SettingsError
from bot.questions.unanswered import UnansweredTopic, gaps_of
from bot.questions.unanswered_store import UnansweredStore
from bot.settings import Settings

NOTHING = "Nothing was asked in vain: every question found its answer."
NO_DATABASE = (
    "There is no database yet at {url}. Start the bot with `briefing-bot run`, or set "
    "BRIEFING_BOT_DATABASE_URL to where it is."
)


def list_gaps(briefing_id: str, *, as_json: bool) -> None:
    """Print the gaps of one briefing, or of all; nobody's name is among them.

    Raise `SettingsError` where there is no database.
    """
    gaps = asyncio.run(_read(briefing_id))
    if as_json:
        told = [as_told(gap) for gap in gaps]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif gaps:
        Console().print(_table(gaps))
    else:
        typer.echo(NOTHING)


async def _read(briefing_id: str) -> tuple[UnansweredTopic, ...]:
    url = Settings.read().database_url
    among = [briefing_id, ""] if briefing_id else None
    async with found_database(url) as database:
        if database is None:
            raise SettingsError(NO_DATABASE.format(url=url))
        return gaps_of(await UnansweredStore(database).open(briefing_ids=among))


def as_told(gap: UnansweredTopic) -> dict[str, object]:
    """Return a gap as JSON for programs; the briefing is null where all were asked."""
    return {
        "question": gap.question,
        "briefing": gap.briefing_id or None,
        "times": gap.times,
        "waiting": gap.waiting,
        "last_asked_at": gap.last_asked_at.isoformat(),
    }


def _table(gaps: tuple[UnansweredTopic, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Times", "Question", "Briefing", "Last asked (UTC)", "Waiting"):
        table.add_column(column, overflow="fold")
    for gap in gaps:
        table.add_row(
            str(gap.times),
            Text(gap.question),
            Text(gap.briefing_id or "any"),
            f"{gap.last_asked_at:%Y-%m-%d %H:%M}",
            str(gap.waiting or ""),
        )
    return table
