"""What every command needs first: the library, and the label of unlabelled files."""

from datetime import UTC, datetime
from pathlib import Path

from bot.briefing.library import Library
from bot.briefing.problems import did_you_mean, listed
from bot.briefing.tlp import Label
from bot.digests.models import Digest
from bot.errors import SettingsError
from bot.files.briefs import YamlBriefingSource


def open_source(folder: Path, default_handling: str) -> YamlBriefingSource:
    """Return the source of a folder. Raise SettingsError for an unknown label."""
    if default_handling not in list(Label):
        hint = did_you_mean(default_handling, Label) or f"Allowed: {listed(Label)}."
        raise SettingsError(f'"{default_handling}" is not a TLP label. {hint}')
    return YamlBriefingSource(folder, default_handling=Label(default_handling))


def load_library(folder: Path, default_handling: str) -> Library:
    """Return the library. Raise the first error where the files have any."""
    library, _ = load_all(folder, default_handling)
    return library


def load_all(folder: Path, default_handling: str) -> tuple[Library, tuple[Digest, ...]]:
    """Return the library and the digests; raise like `load_library`."""
    reading = open_source(folder, default_handling).read(datetime.now(tz=UTC).date())
    if reading.library is None:
        more = len(reading.errors) - 1
        rest = f" {more} more: run `briefing-bot check`." if more else ""
        raise SettingsError(f"{reading.errors[0]}{rest}")
    return reading.library, reading.digests.digests
