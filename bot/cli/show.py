"""`show`: a briefing or a section in the terminal, as its readers get it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.problems import did_you_mean, listed
from bot.briefing.tlp import CURATOR
from bot.cli.library import load_library
from bot.errors import SettingsError
from bot.questions.pages import Catalogue, Page, PageKind, Reply, Shown
from bot.settings import Settings
from bot.slack.views.message import RenderContext
from bot.slack.views.mrkdwn import unescape
from bot.slack.views.render import render


def show_page(
    what: str | None, folder: Path, default_handling: str, *, as_json: bool
) -> None:
    """Print the list of briefings, one of them, or one section of it.

    JSON is the message that Slack would get, blocks and all; otherwise its text.
    Raise SettingsError, with the nearest id, for what does not exist.
    """
    library = load_library(folder, default_handling).for_audience(CURATOR)
    briefing_id, _, section_id = (what or "").partition("/")
    reply: Reply = Catalogue()
    if briefing_id:
        briefing = find_briefing(briefing_id, library)
        reply = Shown(Page(PageKind.OVERVIEW, briefing.id))
        if section_id:
            sections = [section.id for section in briefing.sections]
            if section_id not in sections:
                raise SettingsError(_unknown("section", section_id, sections))
            reply = Shown(Page(PageKind.SECTION, briefing.id, section_id))

    today = datetime.now(tz=UTC).date()
    part = render(reply, RenderContext(library, today, Settings.read().command))
    if as_json:
        message = {"text": part.text, "blocks": part.blocks}
        typer.echo(json.dumps(message, ensure_ascii=False, indent=2))
    else:
        typer.echo(unescape(part.text))


def find_briefing(id: str, library: SubLibrary) -> Briefing:
    """Return a briefing. Raise SettingsError, with the nearest id, if there is none."""
    if id not in library.by_id:
        raise SettingsError(_unknown("briefing", id, list(library.by_id)))
    return library.by_id[id]


def _unknown(what: str, id: str, known: list[str]) -> str:
    hint = did_you_mean(id, known) or f"Known are: {listed(known)}."
    return f'There is no {what} "{id}". {hint}'
