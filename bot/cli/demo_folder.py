"""The temporary folder of a demonstration: two briefings and a digest of their news."""

import shutil
from importlib.resources import files
from pathlib import Path

from bot.errors import SettingsError

PACKAGE = Path(str(files("bot")))
INVENTED_BRIEFS = Path(__file__).parent / "demo_briefs"
DIGESTS = Path(__file__).parent / "demo_digests.yaml"
"""It names a shipped briefing, so it stands in no folder that is checked alone."""


def lay_out(folder: Path, shipped: Path) -> Path:
    """Fill a folder with all that the demo serves; return where the briefings are."""
    briefs = folder / "briefs"
    shutil.copytree(shipped, briefs)
    shutil.copytree(INVENTED_BRIEFS, briefs, dirs_exist_ok=True)
    shutil.copy(DIGESTS, briefs / "digests.yaml")
    return briefs


def shipped_briefs() -> Path:
    """Return the briefings that came with the program.

    They lie inside the package when it was installed from a wheel, and beside it in a
    clone. Raise `SettingsError` where somebody took them away.
    """
    places = (PACKAGE / "_briefs", PACKAGE.parent / "briefs")
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        raise SettingsError(
            f'The briefings that come with the program are not at "{places[1]}". '
            "Install it again."
        )
    return found
