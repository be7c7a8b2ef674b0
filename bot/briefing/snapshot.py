"""A library as text, as revisions keep it, and back: the hash names both. No I/O."""

from pydantic import ValidationError

from bot.briefing.canonical import snapshot_text
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.errors import BotError


class SnapshotError(BotError):
    """A stored snapshot that this release cannot read any more."""


def write_snapshot(library: Library) -> str:
    """Return the canonical JSON of all briefings; its SHA-256 is `content_hash`."""
    return snapshot_text(library.briefings)


def read_snapshot(text: str) -> Library:
    """Return the library that was written.

    Raise SnapshotError where a later release has other fields than the text: such a
    revision is as good as none, and its reader gets everything anew.
    """
    try:
        lines = (line for line in text.split("\n") if line)
        return Library(tuple(Briefing.model_validate_json(line) for line in lines))
    except ValidationError as exc:
        problems = exc.error_count()
        raise SnapshotError(
            f"A stored revision does not fit this release ({problems} fields differ)."
        ) from exc
