"""`corrections`: what was corrected where it was read, and what could not be."""

import json
from functools import partial

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.database import ask_database
from bot.cli.deliveries import NO_DATABASE, read_instant
from bot.corrections.records import give_go
from bot.corrections.report import CorrectionRecord, report

NOTHING = "Nothing was corrected."
NONE_WAITS = "No correction waits for a go."
WENT = "Goes out now: {claims}."
OPERATOR = "operator"


def list_corrections(*, since: str, limit: int, as_json: bool) -> None:
    """Print the corrections, the latest first.

    Raise `SettingsError` for an unknown time, and where there is no database.
    """
    begin = read_instant(since) if since else None
    records = ask_database(
        lambda database: database.read(partial(report, since=begin, limit=limit)),
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
    for column in ("Noticed (UTC)", "Claim", "What"):
        table.add_column(column, overflow="fold")
    for column in ("Carried", "Edited", "Noted", "Told"):
        table.add_column(column, justify="right")
    table.add_column("State", overflow="fold")
    for record in records:
        correction = record.correction
        # How far it is, when the last was done, and what could not be reached.
        last = f", the last {record.last_at:%Y-%m-%d %H:%M}" if record.last_at else ""
        missed = (f"{number:,} not: {why}" for why, number in record.unreached)
        counts = (record.carried, record.edited, record.noted, record.told)
        table.add_row(
            f"{correction.noticed_at:%Y-%m-%d %H:%M}",
            Text("/".join(correction.claim)),
            Text(correction.kind.value),
            *(f"{number:,}" for number in counts),
            Text("; ".join((f"{record.state}{last}", *missed))),
        )
    Console().print(table)


def let_go() -> None:
    """Let everything that waits for a go be told, and say what that is, on stderr.

    Raise `SettingsError` where there is no database.
    """
    given = ask_database(
        lambda database: database.write(
            partial(give_go, by=OPERATOR, now=database.now())
        ),
        missing=NO_DATABASE,
    )
    names = ", ".join("/".join(each.claim) for each in given)
    typer.echo(WENT.format(claims=names) if given else NONE_WAITS, err=True)


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
