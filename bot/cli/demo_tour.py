"""The demo's tour: its steps, the correction it makes, and the folder it opens."""

import asyncio
import shutil
import sys
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.errors import BotError
from bot.simulator.clock import Clock
from bot.simulator.tour import Folder, Tour, load_steps

STEPS = Path(__file__).parent / "demo_tour.yaml"
ENDING = (
    "That was the tour. To begin a briefing of your own, type briefing-bot new ID in a "
    "terminal."
)
CORRECTED_FILE = "harbour-drill.yaml"
OPENED_WITHIN_S = 10

_WAS = "The crews led 340 people to safety, the harbour office reports."
_CHANGES = (
    (f"text: {_WAS}", f"text: {_WAS.replace('340', '312')}"),
    ("short: 340 people led to safety", "short: 312 people led to safety"),
    (
        "figures: [{label: led to safety, value: 340, unit: people}]\n",
        "figures: [{label: led to safety, value: 312, unit: people}]\n"
        "        revisions:\n"
        "          - date: %s\n"
        "            kind: correction\n"
        f"            was: {_WAS}\n"
        "            because: The harbour office had counted one ferry twice.\n",
    ),
)


class DemoError(BotError):
    """What the demo cannot do; the page shows its text."""


class DemoCorrection:
    """A curator's correction of one claim, in the demo's own copy of a briefing.

    Only its own words are put in and taken out: what a newcomer edits besides stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made: tuple[tuple[str, str], ...] = ()

    def make(self, today: date) -> None:
        """Write it into the file; do nothing where it is there already.

        Raise `DemoError` where the claim was changed by hand.
        """
        if self._made:
            return
        changes = tuple((a, b.replace("%s", str(today))) for a, b in _CHANGES)
        self._replace(changes)
        self._made = changes

    def put_back(self) -> None:
        """Take it out of the file; do nothing where it is not there.

        Raise `DemoError` where the claim was changed by hand.
        """
        self._replace(tuple((after, before) for before, after in self._made))
        self._made = ()

    def _replace(self, changes: tuple[tuple[str, str], ...]) -> None:
        text = self._path.read_text(encoding="utf-8")
        for before, after in changes:
            if text.count(before) != 1:
                raise DemoError(
                    "The claim of the head count was changed by hand, so the tour "
                    f"leaves it as it is. It stands in {self._path}."
                )
            text = text.replace(before, after)
        self._path.write_text(text, encoding="utf-8")


def demo_tour(briefs: Path, *, has_opener: bool) -> Tour:
    """Return the tour over the briefings in this folder."""
    open_post = "/demo/folder" if has_opener else ""
    folder = Folder(path=str(briefs), open_post=open_post)
    return Tour(steps=load_steps(STEPS), ending=ENDING, folder=folder)


def tour_routes(briefs: Path, opener: str, clock: Clock) -> list[web.RouteDef]:
    """Return what the page may ask of the demo; `opener` is a program's name."""
    correction = DemoCorrection(briefs / CORRECTED_FILE)

    async def make() -> None:
        correction.make(clock.now().date())

    async def put_back() -> None:
        correction.put_back()

    async def open_briefs() -> None:
        await open_folder(opener, briefs)

    return [
        web.post("/demo/correction", _answering(make)),
        web.post("/demo/correction/undo", _answering(put_back)),
        web.post("/demo/folder", _answering(open_briefs)),
    ]


def folder_opener(*, has_screen: bool) -> str:
    """Return the program that opens a folder on this machine, empty for none."""
    name = {"darwin": "open", "win32": "explorer"}.get(sys.platform, "xdg-open")
    return name if has_screen and shutil.which(name) else ""


async def open_folder(opener: str, folder: Path) -> None:
    """Open a folder in the platform's own window; raise `DemoError` if it cannot be."""
    nothing = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            opener, str(folder), stdin=nothing, stdout=nothing, stderr=nothing
        )
        async with asyncio.timeout(OPENED_WITHIN_S):
            code = await process.wait()
    except TimeoutError:
        return  # Some openers stay as long as their window.
    except OSError:
        code = -1
    # Explorer answers 1 whatever happens.
    if code and opener != "explorer":
        raise DemoError(f"No window could be opened here. The folder is {folder}.")


def _answering(
    act: Callable[[], Coroutine[Any, Any, None]],
) -> Callable[[web.Request], Coroutine[Any, Any, web.Response]]:
    """Answer as the page expects it: what could not be done is a sentence."""

    async def handle(_request: web.Request) -> web.Response:
        try:
            await act()
        except (DemoError, OSError) as error:
            return web.json_response({"ok": False, "error": str(error)})
        return web.json_response({"ok": True})

    return handle
