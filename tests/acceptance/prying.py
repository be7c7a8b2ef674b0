"""Somebody who tries everything: types, presses all that can be pressed, and forges."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.questions.pages import Page, PageKind
from bot.simulator.changes import Change, ChangeKind
from bot.simulator.messages import Message
from bot.simulator.views import View
from bot.slack.manifest import LOOK_UP
from bot.wiring import App
from tests.acceptance.morning import BOT, Morning
from tests.acceptance.vault import MARKS
from tests.patience import PATIENCE_S

COMMANDS = (
    *("", "help", "harbour", "storm", "losses", "lossses", "figures", "timeline"),
    *("sources", "changes", "use nothing", "how many boats were lost?", "bay"),
    *("who won the cup?", "digests", "why", "why all", "subscriptions", "forget me"),
    *(f"{mark[:-1]}x" for mark in MARKS.values()),
)
"""What is typed; the last ones are typing errors of the marks."""
PRESSED = ("harbour", "storm", "losses")
"""What is typed to press everything below the answer."""
VERBS = ("detail", "open", "copy", "share", "report")


@dataclass
class Pryer:
    """A person with a channel to be in, and a bot to be asked."""

    room: Morning
    app: App
    name: str
    place: str = "C0VISITORS"
    forged: set[str] = field(default_factory=set)

    async def try_everything(self) -> str:
        """Do all that a person can do, and return all that was shown."""
        since = len(self.room.sim.record.changes)
        await self.try_commands()
        await self.look_up()
        await self.converse()
        await self.open_home_and_form()
        await self.forge()
        changes = self.room.sim.record.changes[since:]
        return all_said(change for change in changes if not self._is_forged(change))

    async def try_commands(self) -> None:
        """Give each command, and press all that stands below some of the answers."""
        for words in COMMANDS:
            await self._type(words)
        for words in PRESSED:
            for act in _acts((await self.asked(words)).blocks):
                await self.press(await self.asked(words), act)

    async def forge(self) -> None:
        """Press a menu whose options name what was never offered."""
        for value in _forgeries():
            answer = await self.asked("losses")
            answer.blocks[-2]["elements"][-1]["options"][0]["value"] = value
            self.forged.add(answer.ts)
            await self.press(answer, {"action_id": "menu", "selected_option": value})

    async def look_up(self) -> None:
        """Use the shortcut on a message of one's own."""
        words = "how many boats were lost at the bay?"
        said = await self.room.sim.type(self.name, self.place, words)
        assert said.message is not None
        await self.room.sim.shortcut(self.name, self.place, said.message.ts, LOOK_UP)
        await self._settle()

    async def converse(self) -> None:
        """Ask by direct message, and ask on."""
        for words in ("how many boats were lost?", "and who says so?"):
            await self._say(self.room.sim.dm(self.name), words)

    async def share_and_mention(self) -> None:
        """Share an answer with everybody in the channel, then ask for all to read."""
        answer = await self.asked("storm")
        shared = await self.room.sim.press(
            self.name, answer.channel, answer.ts, "share/0"
        )
        assert shared.ok, shared.error
        await self._settle()
        await self.mention()

    async def mention(self) -> None:
        """Ask in the channel, for everybody to read."""
        await self._say(self.place, f"<@{BOT}> how many boats were lost?")

    async def open_home_and_form(self) -> None:
        """Look at the Home, and at what there is to subscribe to."""
        await self.room.home(self.name)
        for words in ("subscribe", "subscribe storm"):
            await self.room.sim.type(self.name, self.place, f"/brief {words}")
            await self._settle()

    async def _type(self, words: str) -> Message | None:
        line = f"/brief {words}".strip()
        since = len(self.room.sim.record.changes)
        outcome = await self.room.sim.type(self.name, self.place, line)
        assert outcome.ok, outcome.error
        await self._settle()
        later = (c.message for c in self.room.sim.record.changes[since:])
        return outcome.message or next(filter(None, later), None)

    async def asked(self, words: str) -> Message:
        """Give a command and return what answers it."""
        answer = await self._type(words)
        assert answer is not None
        return answer

    async def press(self, answer: Message, act: dict[str, Any]) -> None:
        """Press, turn the page of a modal if one opens, and wait for what follows."""
        since = len(self.room.sim.record.changes)
        await self.room.sim.press(self.name, answer.channel, answer.ts, **act)
        await self._settle()
        for view in _opened(self.room.sim.record.changes[since:]):
            for turn in list(_acts(view.content["blocks"]))[:1]:
                await self.room.sim.press_in_view(self.name, view.id, **turn)
                await self._settle()

    async def _say(self, place: str, words: str) -> None:
        sim = self.room.sim
        since = len(sim.record.changes)
        said = (await sim.type(self.name, place, words)).message
        assert said is not None
        await sim.wait_for(lambda c: _answers(c, said), since=since)

    def _is_forged(self, change: Change) -> bool:
        """Say whether it is an answer as it was before its menu was tampered with."""
        message, is_first = change.message, change.kind is ChangeKind.EPHEMERAL
        return is_first and message is not None and message.ts in self.forged

    async def _settle(self) -> None:
        """Wait for what a press or a command leaves to be done."""
        await self.app.capabilities.background.drain(PATIENCE_S)


def _answers(change: Change, said: Message) -> bool:
    """Say whether it is the bot's answer: in the thread, or in a DM where it stands."""
    message = change.message
    if message is None or message.user != BOT or message.channel != said.channel:
        return False
    return said.channel.startswith("D") or message.thread_ts == said.ts


def _opened(changes: Iterable[Change]) -> list[View]:
    """Return the modals that show a page: forms are somebody else's scene."""
    views = (c.view for c in changes if c.kind is ChangeKind.VIEW_OPENED)
    return [view for view in views if view and view.content["callback_id"] == "page"]


def _acts(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield each press that the controls of these blocks offer."""
    for block in blocks:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            act = {"action_id": element["action_id"]}
            options = element.get("options")
            if options is None:
                yield act
            for option in options or ():
                yield act | {"selected_option": option["value"]}


def _forgeries() -> Iterator[str]:
    for mark in MARKS.values():
        claim = Page(PageKind.CLAIM, "harbour", f"{mark}-claim")
        yield from (f"{verb}|{claim.encode()}" for verb in VERBS)
        others = (
            Page(PageKind.SECTION, "harbour", f"{mark}-topic"),
            Page(PageKind.OVERVIEW, f"{mark}-book"),
            Page(PageKind.SOURCES, f"{mark}-book", start=90),
        )
        yield from (f"{verb}|{page.encode()}" for page in others for verb in VERBS[:2])


def all_said(changes: Iterable[Change]) -> str:
    """Return all that the bot showed anybody, metadata and hidden values included.

    What it hides in a control or a form is not seen, but anybody can read it.
    """
    shown = [change.as_json() for change in changes if _is_of_bot(change)]
    return json.dumps(shown, ensure_ascii=False)


def _is_of_bot(change: Change) -> bool:
    return change.message is None or change.message.user in (BOT, "")
