"""`ask`: the answer of a direct message in the terminal; many questions from a file."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.block_kit.part import Part
from bot.briefing.drafts.check import check_draft
from bot.briefing.library import Library
from bot.briefing.search.meaning import Meaning
from bot.briefing.search.searcher import Outcome, SearchResult
from bot.briefing.tlp import CURATOR
from bot.cli.library import load_library
from bot.cli.meaning import TerminalMeaning, meaning_at_hand
from bot.cli.progress import Progress, progress
from bot.cli.show import find_briefing
from bot.errors import BriefingError, SettingsError
from bot.questions.understand import read_message, reply_to
from bot.settings import Settings
from bot.slack.views.draft import draft_in_full
from bot.slack.views.message import RenderContext
from bot.slack.views.mrkdwn import spoken, unescape
from bot.slack.views.render import render


class QuestionLine(BaseModel):
    """A line of a file: `{"q": …, "briefing": …}`; what else it holds is ignored."""

    model_config = ConfigDict(frozen=True)

    q: str
    briefing: str | None = None


def open_library(
    folder: Path, default_handling: str, briefing_id: str | None
) -> Library:
    """Return the library, or the one briefing of it that is asked alone.

    Raise SettingsError for a briefing that does not exist.
    """
    library = load_library(folder, default_handling)
    if not briefing_id:
        return library
    return Library((find_briefing(briefing_id, library.for_audience(CURATOR)),))


def ask_one(
    library: Library, question: str, *, as_json: bool = False, why: bool = False
) -> None:
    """Print the answer to one question, with how the search came to it if asked."""

    async def ask() -> None:
        async with meaning_at_hand(library) as at_hand:
            meaning = await at_hand.of(library, question)
            result = library.for_audience(CURATOR).searcher.ask(
                question, meaning=meaning
            )
            if as_json:
                typer.echo(_json(result, indent=2))
                return
            typer.echo(unescape(answer_in(library, question, meaning).text))
            if why:
                typer.echo(f"\n{explain(result, at_hand)}")

    asyncio.run(ask())


def check_file(library: Library, file: Path, *, as_json: bool = False) -> None:
    """Print all that the briefings have on a text; "-" reads what is typed in."""
    text = typer.get_text_stream("stdin").read() if str(file) == "-" else _read(file)
    visible = library.for_audience(CURATOR)
    check = check_draft(text, visible)
    if as_json:
        content = asdict(check)
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))
        return
    context = RenderContext(visible, datetime.now(tz=UTC).date())
    for paragraph in draft_in_full(context, check):
        typer.echo(f"{unescape(spoken(paragraph))}\n")


def ask_many(
    library: Library, file: Path, *, as_json: bool = False, why: bool = False
) -> None:
    """Print one answer for each line of a file, in order."""
    narrowed = {briefing.id: Library((briefing,)) for briefing in library.briefings}
    lines = _read(file).splitlines()

    async def ask(working: Progress) -> None:
        async with meaning_at_hand(library) as at_hand:
            for line in _questions(file, lines):
                working.step()
                asked = library
                if line.briefing:
                    asked = narrowed.get(line.briefing, Library(()))
                meaning = await at_hand.of(asked, line.q)
                searcher = asked.for_audience(CURATOR).searcher
                result = searcher.ask(line.q, meaning=meaning)
                answer = _json(result)
                if not as_json:
                    answer = unescape(answer_in(asked, line.q, meaning).text)
                working.clear()
                if as_json:
                    typer.echo(answer)
                    continue
                typer.secho(line.q, bold=True)
                typer.echo(f"{answer}\n")
                if why:
                    typer.echo(f"{explain(result, at_hand)}\n")

    with progress("Asking", sum(bool(line.strip()) for line in lines)) as working:
        asyncio.run(ask(working))


def answer_in(library: Library, words: str, meaning: Meaning | None = None) -> Part:
    """Return the message that a curator's direct message of these words would get."""
    visible = library.for_audience(CURATOR)
    today = datetime.now(tz=UTC).date()
    said = read_message(words, visible)
    return render(
        reply_to(said, visible, today=today, meaning=meaning),
        RenderContext(visible, today, Settings.read().command),
    )


def explain(result: SearchResult, at_hand: TerminalMeaning) -> str:
    """Say which rule decided, and of each claim what matched, missed and is doubted."""
    lines = [f"Why: {result.outcome}, since {result.rule}."]
    if result.standing is not None:
        lines.append(
            f"  vectors took part: the closest claim is {result.standing:.1f} "
            f"deviations above chance, and near from {result.standing_limit:.1f} on"
        )
    elif at_hand.is_there and result.outcome is Outcome.ANSWERED:
        lines.append("  vectors took no part: words alone answer")
    elif at_hand.is_there:
        lines.append(f"  vectors took no part: {at_hand.trouble}")
    lines += [f"  “{typed}” was read as {read}" for typed, read in result.dates]
    for hit in result.hits:
        why = hit.why
        said = [f"coverage {hit.coverage:.2f}"]
        said += [f"cosine {why.cosine:.2f}"] if why.cosine is not None else []
        said += [f"has {', '.join(why.words)}"] if why.words else []
        for how, pairs in (
            ("meant", why.repaired),
            ("other spelling", why.aliases),
            ("related", why.related),
        ):
            read = ", ".join(f"{typed} = {stands_for}" for typed, stands_for in pairs)
            said += [f"{how}: {read}"] if read else []
        said += [f"lacks {', '.join(why.missed)}"] if why.missed else []
        lines.append(f"  {hit.claim.id}: {'; '.join([*said, *why.doubts])}")
    return "\n".join(lines)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as exc:
        raise SettingsError(f'"{file}" cannot be read: {exc.strerror}.') from exc
    except UnicodeDecodeError as exc:
        raise SettingsError(f'"{file}" is not UTF-8 text. Save it as UTF-8.') from exc


def _questions(file: Path, lines: list[str]) -> Iterator[QuestionLine]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield QuestionLine.model_validate_json(line)
        except ValidationError as exc:
            raise BriefingError(
                str(file),
                number,
                1,
                "This line is not a question.",
                'Write one JSON object a line: {"q": "How many were lost?"}.',
            ) from exc


def _json(result: SearchResult, *, indent: int | None = None) -> str:
    """Return what the search found: up to five claims, each with why it matched."""
    content = {
        "answered": result.outcome is Outcome.ANSWERED,
        "outcome": str(result.outcome),
        "rule": result.rule.name.lower(),
        "coverage": result.coverage,
        "claims": [
            {
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
                    "missed": list(hit.why.missed),
                    "doubts": [doubt.name.lower() for doubt in hit.why.doubts],
                    "cosine": hit.why.cosine,
                },
            }
            for hit in result.hits
        ],
        "shown": [hit.claim.id for hit in result.shown],
        "missing": [asdict(word) for word in result.missing],
        "languages": list(result.languages),
        "dates": [list(pair) for pair in result.dates],
        "standing": result.standing,
        "standing_limit": result.standing_limit,
    }
    return json.dumps(content, ensure_ascii=False, indent=indent)
