"""The briefings that are shipped, and editions of them, for tests that render."""

from datetime import date
from functools import cache
from pathlib import Path

import yaml

from bot.briefing.handling import CURATOR, PUBLIC, Audience
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.slack.views.render_context import RenderContext

REPOSITORY = Path(__file__).parent.parent
FIRST = REPOSITORY / "briefs" / "north-korea-russia.yaml"
INVENTED = REPOSITORY / "bot" / "cli" / "demo_briefs" / "harbour-drill.yaml"
TODAY = date(2026, 11, 23)


class _TextLoader(yaml.CSafeLoader):
    """Reads every scalar as text, as the bot does."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


@cache
def shipped(path: Path) -> Briefing:
    """Return a shipped briefing, without the loader's checks."""
    content = path.read_text(encoding="utf-8")
    return Briefing.model_validate(yaml.load(content, _TextLoader))


def context_of(*briefings: Briefing, audience: Audience = PUBLIC) -> RenderContext:
    """Return these briefings as an audience sees them on a fixed day."""
    return RenderContext(Library(briefings).for_audience(audience), TODAY)


def first_context() -> RenderContext:
    """Return the first briefing alone, as anybody sees it."""
    return context_of(shipped(FIRST))


def demo_context() -> RenderContext:
    """Return both briefings of the demonstration, as a curator sees them."""
    return context_of(shipped(FIRST), shipped(INVENTED), audience=CURATOR)
