"""`ask`: the answer of a direct message in the terminal; many questions from a file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from rich.text import Text

from bot.briefing.handling import CURATOR
from bot.briefing.library import SubLibrary
from bot.briefing.search.answers import Hit, Outcome, Searcher, SearchResult
from bot.briefing.wording import headline, marks
from bot.cli.library import load_library
from bot.cli.show import find_briefing
from bot.errors import BriefingError, SettingsError


@dataclass(frozen=True, slots=True)
class Desk:
    """The library as curators see it, its searcher and the briefing that is meant."""

    library: SubLibrary
    searcher: Searcher
    briefing_id: str | None

    def ask(self, question: str, briefing_id: str | None = None) -> SearchResult:
        """Answer from the briefing named, else from the one that is meant, if any."""
        return self.searcher.ask(question, briefing_id=briefing_id or self.briefing_id)


def open_desk(folder: Path, default_handling: str, briefing_id: str | None) -> Desk:
    """Return the desk. Raise SettingsError for a briefing that does not exist."""
    library = load_library(folder, default_handling).for_audience(CURATOR)
    if briefing_id:
        find_briefing(briefing_id, library)
    return Desk(library, Searcher(library.briefings), briefing_id)


def ask_one(desk: Desk, question: str, *, as_json: bool) -> None:
    """Print the answer to one question."""
    answer = desk.ask(question)
    if as_json:
        typer.echo(_json(answer, indent=2))
    else:
        _print(answer, desk)


def ask_many(desk: Desk, file: Path, *, as_json: bool) -> None:
    """Print one answer for each line of a file, in order."""
    for asked in _questions(file):
        answer = desk.ask(asked.q, asked.briefing)
        if as_json:
            typer.echo(_json(answer))
        else:
            typer.secho(asked.q, bold=True)
            _print(answer, desk)
            typer.echo()


class _Asked(BaseModel):
    """A line of the file: `{"q": …, "briefing": …}`; what else it holds is ignored."""

    model_config = ConfigDict(frozen=True)

    q: str
    briefing: str | None = None


def _questions(file: Path) -> Iterator[_Asked]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as exc:
        raise SettingsError(f'"{file}" cannot be read: {exc.strerror}.') from exc
    except UnicodeDecodeError as exc:
        raise SettingsError(f'"{file}" is not UTF-8 text. Save it as UTF-8.') from exc
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _question(file, number, line)


def _question(file: Path, number: int, line: str) -> _Asked:
    try:
        return _Asked.model_validate_json(line)
    except ValidationError as exc:
        raise BriefingError(
            str(file),
            number,
            1,
            "This line is not a question.",
            'Write one JSON object a line: {"q": "How many were lost?"}.',
        ) from exc


def _json(answer: SearchResult, *, indent: int | None = None) -> str:
    told = {
        "answered": answer.outcome is Outcome.ANSWERED,
        "outcome": str(answer.outcome),
        "coverage": answer.coverage,
        "claims": [_claim(hit) for hit in answer.hits],
        "shown": [hit.claim.id for hit in answer.shown],
    }
    return json.dumps(told, ensure_ascii=False, indent=indent)


def _claim(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.claim.id,
        "briefing": hit.briefing_id,
        "section": hit.section_id,
        "score": hit.score,
        "text": hit.claim.text,
        "sources": [citation.id for citation in hit.claim.sources],
        "why": {
            "words": list(hit.why.words),
            "repaired": [list(pair) for pair in hit.why.repaired],
            "aliases": [list(pair) for pair in hit.why.aliases],
            "related": [list(pair) for pair in hit.why.related],
        },
    }


def _print(answer: SearchResult, desk: Desk) -> None:
    console = Console(highlight=False)
    if answer.outcome is Outcome.NOT_COVERED:
        console.print(_refusal(desk))
        return
    if answer.outcome is Outcome.CLOSEST:
        console.print("The briefing may not answer that. Closest:")
        for hit in answer.shown:
            console.print(_bullet(hit, desk))
        return
    lead, *beside = answer.shown
    console.print(Text(lead.claim.text, style="bold"))
    console.print(_marks(lead, desk))
    for hit in beside:
        console.print(_bullet(hit, desk))
    console.print(_context(lead, desk))


def _refusal(desk: Desk) -> str:
    briefings = [b for b in desk.library.briefings if desk.briefing_id in (None, b.id)]
    if len(briefings) > 1:
        covered = _and([briefing.name for briefing in briefings])
        return f"No briefing covers that. There are {covered}."
    covered = _and([section.name for section in briefings[0].sections])
    return f"The briefing doesn't cover that. It covers {covered}."


def _and(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _bullet(hit: Hit, desk: Desk) -> Text:
    line = Text("• ").append(headline(hit.claim), style="bold")
    return line.append(" — ").append_text(_marks(hit, desk))


def _marks(hit: Hit, desk: Desk) -> Text:
    briefing = desk.library.by_id[hit.briefing_id]
    return Text(marks(hit.claim, briefing), style="italic")


def _context(hit: Hit, desk: Desk) -> Text:
    briefing = desk.library.by_id[hit.briefing_id]
    section = desk.library.section(hit.briefing_id, hit.section_id)
    date = briefing.as_of_date(hit.claim).format()
    name = section.name if section else hit.section_id
    return Text(f"As of {date} · {name}", style="dim")
