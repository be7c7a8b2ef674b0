"""`gaps`: what was asked and no briefing answers, most often asked first."""

import json

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.database import ask_database
from bot.questions.unanswered import UnansweredStore, topics_of

NOTHING = "Nothing was asked in vain: every question found its answer."
NO_DATABASE = (
    "There is no database yet at {url}. Start the bot with `briefing-bot run`, or set "
    "BRIEFING_BOT_DATABASE_URL to where it is."
)


def list_unanswered(briefing_id: str, *, as_json: bool) -> None:
    """Print what one briefing, or any, does not answer; nobody's name is among them.

    Raise `SettingsError` where there is no database.
    """
    among = [briefing_id, ""] if briefing_id else None
    questions = ask_database(
        lambda database: UnansweredStore(database).open(briefing_ids=among),
        missing=NO_DATABASE,
    )
    topics = topics_of(questions)
    if as_json:
        content = [
            {
                "question": topic.question,
                "briefing": topic.briefing_id or None,
                "times": topic.times,
                "waiting": topic.waiting,
                "last_asked_at": topic.last_asked_at.isoformat(),
            }
            for topic in topics
        ]
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    if not topics:
        typer.echo(NOTHING)
        return

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Times", "Question", "Briefing", "Last asked (UTC)", "Waiting"):
        table.add_column(column, overflow="fold")
    for topic in topics:
        table.add_row(
            str(topic.times),
            Text(topic.question),
            Text(topic.briefing_id or "any"),
            f"{topic.last_asked_at:%Y-%m-%d %H:%M}",
            str(topic.waiting or ""),
        )
    Console().print(table)
