"""A copy of the shipped briefings that stands still: tests assert its texts."""

from datetime import date
from functools import cache
from pathlib import Path

import yaml

from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR, PUBLIC, Audience
from bot.cli.demo_folder import INVENTED_BRIEFS, lay_out
from bot.slack.views.message import RenderContext

FROZEN = Path(__file__).parent / "frozen_briefs"
FIRST = FROZEN / "north-korea-russia.yaml"
INVENTED = INVENTED_BRIEFS / "harbour-drill.yaml"
TODAY = date(2026, 11, 23)


class _TextLoader(yaml.CSafeLoader):
    """Reads every scalar as text, as the bot does."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


@cache
def briefing_at(path: Path) -> Briefing:
    """Return the briefing of a file, without the loader's checks."""
    content = path.read_text(encoding="utf-8")
    return Briefing.model_validate(yaml.load(content, _TextLoader))


def context_of(*briefings: Briefing, audience: Audience = PUBLIC) -> RenderContext:
    """Return these briefings as an audience sees them on a fixed day."""
    return RenderContext(Library(briefings).for_audience(audience), TODAY)


def first_context() -> RenderContext:
    """Return the first briefing alone, as anybody sees it."""
    return context_of(briefing_at(FIRST))


def demo_context() -> RenderContext:
    """Return both briefings of the demonstration, as a curator sees them."""
    return context_of(briefing_at(FIRST), briefing_at(INVENTED), audience=CURATOR)


def demo_folder(folder: Path) -> Path:
    """Fill a folder with what the demonstration serves; return where it is."""
    return lay_out(folder, FROZEN)
