"""`check`: every problem of every file, errors first, warnings apart."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from bot.briefing.kept_questions import AskedQuestion
from bot.briefing.library import Library
from bot.briefing.lint import lint
from bot.cli.check_against import missing_entries
from bot.cli.excerpt import excerpt
from bot.cli.library import open_source
from bot.cli.progress import progress
from bot.errors import BriefingError
from bot.files.briefs import DIGESTS
from bot.files.kept_questions import ask_kept


def check_briefs(
    path: Path,
    default_handling: str,
    *,
    against: str = "",
    as_json: bool = False,
    why: bool = False,
) -> bool:
    """Print what is wrong with a folder, or with one file of it; say if all is fine.

    `against` is an earlier state: what moved since must say so in its `revisions`.
    `why` adds what each kept question came to.
    """
    folder = path.parent if path.is_file() else path
    source = open_source(folder, default_handling)
    today = datetime.now(tz=UTC).date()
    count = sum(path.name != DIGESTS for path in folder.glob("*.yaml"))
    with progress("Reading", count) as working:
        result = source.read(
            today, on_file=lambda name: working.step(f"Reading {name}")
        )
        briefings = result.library.briefings if result.library else ()
        kept = ask_kept(
            folder, briefings, on_file=lambda name: working.step(f"Asking {name}")
        )
        linted = [
            file.locate(problem)
            for file in source.files
            if file.value
            for problem in lint(file.value)
        ]
        if against:
            working.show(f"Comparing with {against}")
        missing = missing_entries(source, against, today) if against else []
    errors = _of(path, [*result.errors, *missing, *kept.errors])
    warnings = _of(path, [*result.warnings, *linted, *kept.warnings])
    questions = kept.asked if why else ()
    if as_json:
        _print_json(errors, warnings, questions)
        return not errors

    for briefing_id, asked in questions:
        found = asked.result
        shown = ", ".join(hit.claim.id for hit in found.shown) or "nothing"
        typer.secho(f"{briefing_id}: {asked.kept.q}", bold=True)
        typer.echo(f"  {found.outcome}: {shown}; {found.rule}")
    _print(errors, warnings, result.library)
    return not errors


def _of(path: Path, problems: Sequence[BriefingError]) -> list[BriefingError]:
    kept = [p for p in problems if path.is_dir() or Path(p.path) == path]
    return sorted(kept, key=lambda p: (p.path, p.line, p.column))


def _print_json(
    errors: list[BriefingError],
    warnings: list[BriefingError],
    questions: Sequence[tuple[str, AskedQuestion]],
) -> None:
    answer: dict[str, object] = {
        "ok": not errors,
        "errors": [asdict(error) for error in errors],
        "warnings": [asdict(warning) for warning in warnings],
    }
    if questions:
        answer["questions"] = [
            {
                "briefing": briefing_id,
                "q": asked.kept.q,
                "outcome": str(asked.outcome),
                "rule": asked.result.rule.name.lower(),
                "shown": [hit.claim.id for hit in asked.result.shown],
            }
            for briefing_id, asked in questions
        ]
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _print(
    errors: list[BriefingError], warnings: list[BriefingError], library: Library | None
) -> None:
    # Lines are left to the terminal to break: editors find `file:line:column` in them.
    console = Console(soft_wrap=True, highlight=False)
    read: dict[str, list[str]] = {}
    for problems, style, kind in (
        (errors, "bold red", ""),
        (warnings, "yellow", "warning: "),
    ):
        for problem in problems:
            console.print(_line(problem, style, kind))
            # A pipe gets one line a problem, as editors and scripts read them.
            if console.is_terminal:
                if problem.path not in read:
                    read[problem.path] = _lines(problem.path)
                lines = read[problem.path]
                for shown in excerpt(problem, lines, console.width):
                    console.print(Text(shown, style="dim"))
    if errors or warnings:
        console.print()

    found = f"{_count(len(errors), 'error')}, {_count(len(warnings), 'warning')}"
    if library is None:
        summary = Text(f"{found}. The bot serves what it read last.", style="red")
    else:
        claims = sum(len(briefing.claims) for briefing in library.briefings)
        held = (
            f"{_count(len(library.briefings), 'briefing')}, {_count(claims, 'claim')}"
        )
        summary = Text(f"{held}: {found}.", style="green" if not warnings else "")
    console.print(summary)


def _lines(path: str) -> list[str]:
    """Return the lines as they are counted; none of a file that cannot be read."""
    try:
        text = Path(path).read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return []
    return re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))


def _line(problem: BriefingError, style: str, kind: str) -> Text:
    line = Text()
    line.append(f"{problem.path}:{problem.line}:{problem.column}: ", style="bold")
    line.append(f"{kind}{problem.text}", style=style)
    if problem.hint:
        line.append(f" {problem.hint}", style="not bold default")
    return line


def _count(number: int, noun: str) -> str:
    if number == 0:
        return f"no {noun}s"
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
