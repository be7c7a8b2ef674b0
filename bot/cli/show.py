"""`show`: a briefing or a section in the terminal, as its readers get it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.block_kit.part import Part
from bot.briefing.handling import CURATOR
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.problems import did_you_mean, listed
from bot.briefing.wording import headline, marks
from bot.cli.library import load_library
from bot.errors import SettingsError
from bot.questions.pages import Catalogue
from bot.slack.views.outcome import catalogue
from bot.slack.views.overview import overview_answer
from bot.slack.views.render_context import RenderContext
from bot.slack.views.section import section_answer


def show_part(
    what: str | None, folder: Path, default_handling: str, *, as_json: bool
) -> None:
    """Print the list of briefings, one of them, or one section of it.

    JSON is the message that Slack would get, blocks and all.
    Raise SettingsError, with the nearest id, for what does not exist.
    """
    library = load_library(folder, default_handling).for_audience(CURATOR)
    briefing_id, _, section_id = (what or "").partition("/")
    briefing = find_briefing(briefing_id, library) if briefing_id else None
    section = _section(section_id, briefing) if briefing and section_id else None
    if as_json:
        part = _message(library, briefing, section)
        told = {"text": part.text, "blocks": part.blocks}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    if section and briefing:
        _print_section(console, section, briefing)
    elif briefing:
        _print_briefing(console, briefing)
    else:
        _print_library(console, library)


def find_briefing(id: str, library: SubLibrary) -> Briefing:
    """Return a briefing. Raise SettingsError, with the nearest id, if there is none."""
    if id not in library.by_id:
        raise SettingsError(_unknown("briefing", id, list(library.by_id)))
    return library.by_id[id]


def _section(id: str, briefing: Briefing) -> Section:
    known = {section.id: section for section in briefing.sections}
    if id not in known:
        raise SettingsError(_unknown("section", id, list(known)))
    return known[id]


def _unknown(what: str, id: str, known: list[str]) -> str:
    hint = did_you_mean(id, known) or f"Known are: {listed(known)}."
    return f'There is no {what} "{id}". {hint}'


def _message(
    library: SubLibrary, briefing: Briefing | None, section: Section | None
) -> Part:
    context = RenderContext(library, datetime.now(tz=UTC).date())
    if briefing is None:
        return catalogue(context, Catalogue())
    if section is None:
        return overview_answer(context, briefing)
    return section_answer(context, briefing, section)


def _print_library(console: Console, library: SubLibrary) -> None:
    for briefing in library.briefings:
        console.print(Text(briefing.title, style="bold"))
        topics = " · ".join(section.id for section in briefing.sections)
        _indent(console, Text(f"{briefing.id}: {topics}"))
        _indent(console, _dated(briefing))


def _print_briefing(console: Console, briefing: Briefing) -> None:
    console.print(Text(briefing.title, style="bold"))
    if briefing.bottom_line:
        console.print(Text(briefing.bottom_line.strip()))
    console.print()
    for section in briefing.sections:
        line = Text.assemble((section.name, "bold"), f"  {section.title}")
        line.append(f"  ({briefing.id}/{section.id})", style="dim")
        _indent(console, line)
    console.print()
    console.print(_dated(briefing))


def _print_section(console: Console, section: Section, briefing: Briefing) -> None:
    console.print(Text(section.title, style="bold"))
    if section.summary:
        console.print(Text(section.summary.strip()))
    for claim in section.claims:
        console.print()
        console.print(_claim_headline(claim))
        _indent(console, Text(claim.text))
        _indent(console, Text(marks(claim, briefing), style="italic"))
    console.print()
    console.print(_dated(briefing))


def _claim_headline(claim: Claim) -> Text:
    line = Text("• ")
    line.append(headline(claim), style="bold strike" if claim.is_withdrawn else "bold")
    if claim.is_withdrawn:
        line.append(" (withdrawn)")
    return line.append(f"  {claim.id}", style="dim")


def _dated(briefing: Briefing) -> Text:
    words = f"As of {briefing.as_of.format()}"
    label = "" if briefing.handling is None else f" · {briefing.handling}"
    return Text(words + label, style="dim")


def _indent(console: Console, text: Text) -> None:
    console.print(Padding(text, (0, 0, 0, 2)))
