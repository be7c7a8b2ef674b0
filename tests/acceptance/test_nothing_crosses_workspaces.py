"""Canaries: what one workspace has is seen, counted and hinted at in no other.

Each briefing has a word of its own in every text, which nobody types. Workspaces are
given some of them at random, people do everything there is to do in random order, and
whatever the bot shows them, hidden values included, holds the words of their own
workspace alone.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.questions.pages import Page, PageKind
from bot.simulator.changes import Change, ChangeKind
from bot.simulator.clock import SteppedClock
from bot.simulator.messages import Message
from bot.simulator.people import People
from bot.slack.manifest import LOOK_UP
from bot.wiring import App
from tests.acceptance.prying import VERBS
from tests.acceptance.tenants import ALPHA, BETA, Tenants, open_tenants
from tests.patience import PATIENCE_S

# The SDK itself still uses what aiohttp has begun to retire.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")

CANARIES = {"fir": "qqwren", "oak": "qqlark", "elm": "qqkite", "ash": "qqcrow"}
"""The words in the texts of each briefing, by its id, which people do type."""
WORDS = tuple(CANARIES)
HOURS_S = 7_200.0
"""Two: tokens live for twelve, by the clock that is pushed."""
Given = Mapping[str, frozenset[str]]
"""The briefings of each workspace."""


def briefing(id: str, number: int, *, broken: bool = False) -> str:
    word = CANARIES[id]
    return f"""\
id: {id}
title: What the {word} storm did
short: {word} storm
bottom_line: A {word} storm sank boats.
as_of: 2026-11
verified: 2026-01-01
review_every: 30 days
handling: {"TLP:CLEAR" if number % 2 else "TLP:GREEN"}
aliases: [{id}s]
entities: {{{id}-port: {{name: Port of {word}, aliases: [{id}port]}}}}
sources:
  source-{id}: {{publisher: The {word} office}}
sections:
  - id: damage
    title: The {word} damage is great
    aliases: [{id}damage]
    claims:
      - id: losses
        aliases: [{id}losses]
        text: About {number}0 boats were lost at the Port of {word}.
        short: About {number}0 boats lost at {word}
        {f"colour: {word}" if broken else "kind: report"}
        figures: [{{label: boats of {word}, value: {number}0, approximate: true}}]
        sources: [source-{id}]
"""


def digests(given: Given) -> str:
    """Return a digest of each briefing where it is had, and one that must fail."""
    lines = ["digests:"]
    for team, words in given.items():
        for word in sorted(words):
            canary = CANARIES[word]
            for name, channel in (("daily", "desk"), ("lost", f"no-{word}")):
                lines += [
                    f"  - id: {word}-{name}-{team.lower()}",
                    f"    title: The {canary} {name}",
                    f"    briefings: [{word}]",
                    '    when: {cron: "0 * * * *", timezone: Etc/UTC}',
                    f'    to: ["{team}/#{channel}"]',
                ]
    return "\n".join(lines) + "\n" if len(lines) > 1 else "digests: []\n"


def workspaces(given: Given) -> str:
    entries = [
        {"id": team, "briefings": sorted(words), "curators": "#desk"}
        for team, words in given.items()
    ]
    return json.dumps({"workspaces": entries})


def lay_out(briefs: Path, given: Given, *, broken: str = "") -> None:
    (briefs / "harbour.yaml").unlink(missing_ok=True)
    for number, word in enumerate(WORDS, 1):
        text = briefing(word, number, broken=word == broken)
        (briefs / f"{word}.yaml").write_text(text)
    (briefs / "digests.yaml").write_text(digests(given))
    (briefs / "workspaces.yaml").write_text(workspaces(given))


class Prying:
    """Ana in a workspace, who tries everything, her own words and everybody else's."""

    def __init__(self, people: People, app: App, random: Random) -> None:
        self.people = people
        self.app = app
        self.random = random
        self.forged: set[str] = set()

    async def try_everything(self) -> None:
        acts: list[Callable[[], Awaitable[object]]] = [
            *(partial(self.ask, words) for words in self._commands()),
            self.open_home,
            self.subscribe,
            self.converse,
            self.mention,
            self.look_up,
            self.forge,
            self.report,
        ]
        self.random.shuffle(acts)
        for act in acts:
            await act()
            await self.app.capabilities.background.drain(PATIENCE_S)

    def _commands(self) -> list[str]:
        general = ["", "help", "figures", "timeline", "changes", "sources", "boats"]
        general += ["digests", "why", "subscriptions", "how many boats were lost?"]
        for word in WORDS:
            general += [word, f"{word}losses", f"use {word}", f"why The {word} daily"]
            general += [f"what did the {word[:-1]}x storm do?", f"subscribe {word}"]
        return general

    async def ask(self, words: str) -> Message | None:
        outcome = await self.people.type("ana", "desk", f"/brief {words}".strip())
        return outcome.message

    async def open_home(self) -> None:
        since = len(self.people.record.changes)
        await self.people.open_home("ana")
        await self.people.wait_for(lambda c: c.kind is ChangeKind.HOME, since=since)

    async def subscribe(self) -> None:
        await self.ask("subscribe")

    async def converse(self) -> None:
        for words in ("how many boats were lost?", self.random.choice(WORDS), "topics"):
            await self._say(self.people.dm("ana"), words)

    async def mention(self) -> None:
        bot = self.people.workspace.bot.id
        await self._say("desk", f"<@{bot}> what did the {self._any()} storm do?")

    async def look_up(self) -> None:
        said = await self.people.type("ben", "desk", f"the Port of {self._any()}")
        assert said.message is not None
        await self.people.shortcut("ana", "desk", said.message.ts, LOOK_UP)

    async def forge(self) -> None:
        """Press what the bot never offered: pages of each briefing."""
        for word in WORDS:
            pages = (
                Page(PageKind.CLAIM, word, "losses"),
                Page(PageKind.SECTION, word, "damage"),
                Page(PageKind.OVERVIEW, word),
            )
            for value in (f"{v}|{page.encode()}" for v in VERBS for page in pages):
                answer = await self.ask("boats")
                menus = (
                    element
                    for block in (answer.blocks if answer else ())
                    for element in block.get("elements", ())
                    if element.get("action_id") == "menu"
                )
                if answer is None or (menu := next(menus, None)) is None:
                    return
                menu["options"][0]["value"] = value
                self.forged.add(answer.ts)
                act = {"action_id": "menu", "selected_option": value}
                await self.people.press("ana", answer.channel, answer.ts, **act)
                await self.app.capabilities.background.drain(PATIENCE_S)

    async def report(self) -> None:
        """Pass something on to the curators."""
        answer = await self.ask("how many cholera cases are there?")
        if answer is None:
            return
        since = len(self.people.record.changes)
        for block in answer.blocks:
            for element in block.get("elements", ()):
                if str(element.get("action_id", "")).startswith("ask/"):
                    await self.people.press(
                        "ana", answer.channel, answer.ts, element["action_id"]
                    )
        await self.app.capabilities.background.drain(PATIENCE_S)
        for change in self.people.record.changes[since:]:
            if change.kind is ChangeKind.VIEW_OPENED and change.view:
                comment = {"comment": {"comment": {"value": "Is it so?"}}}
                await self.people.submit_view("ana", change.view.id, comment)

    def _any(self) -> str:
        return self.random.choice(WORDS)

    async def _say(self, place: str, words: str) -> None:
        since, bot = len(self.people.record.changes), self.people.workspace.bot.id
        await self.people.type("ana", place, words)
        await self.people.wait_for(
            lambda c: bool(c.message and c.message.user == bot), since=since
        )


def shown(people: People, forged: set[str]) -> str:
    """Return all that the bot showed anybody, but for what was tampered with."""
    humans = {u.id for u in people.workspace.users.values() if not u.is_bot}

    def is_of_bot(change: Change) -> bool:
        message = change.message
        if message is None:
            return True
        is_tampered = change.kind is ChangeKind.EPHEMERAL and message.ts in forged
        return message.user not in humans and not is_tampered

    changes = [
        change.as_json() for change in people.record.changes if is_of_bot(change)
    ]
    return json.dumps(changes, ensure_ascii=False)


def crossed(said: str, own: frozenset[str]) -> set[str]:
    """Return the briefings that a workspace has not, and was shown something of."""
    return {
        id for id in set(WORDS) - own if CANARIES[id] in said or f"{id}.yaml" in said
    }


async def play(folder: Path, given: Given, random: Random) -> Mapping[str, str]:
    """Play a while in both workspaces; return what each of them was shown."""
    async with open_tenants(folder) as tenants:
        await asyncio.to_thread(lay_out, tenants.briefs, given)
        assert isinstance(tenants.sim.clock, SteppedClock)
        async with tenants.bot(clock=tenants.sim.clock) as app:
            await tenants.install(app, ALPHA)
            await tenants.install(app, BETA)
            forged: set[str] = set()
            for people in (tenants.sim, tenants.beta):
                prying = Prying(people, app, random)
                await prying.try_everything()
                forged |= prying.forged
            await let_hours_pass(tenants, app, given)
            await break_a_file(tenants, app, given, random)
            return {
                ALPHA: shown(tenants.sim, forged),
                BETA: shown(tenants.beta, forged),
            }


async def let_hours_pass(tenants: Tenants, app: App, given: Given) -> None:
    """Let digests come due, and curators hear of those that cannot arrive."""
    assert isinstance(tenants.sim.clock, SteppedClock)
    await tenants.sim.clock.advance(HOURS_S)
    app.capabilities.planning_alarm.set()
    for team, people in ((ALPHA, tenants.sim), (BETA, tenants.beta)):
        for word in given[team]:
            mark = f"{CANARIES[word]} storm ·"
            await people.wait_for(partial(_posts, words=mark))
        await Prying(people, app, Random(0)).ask("why")


def _posts(change: Change, words: str) -> bool:
    message = change.message
    is_posted = change.kind is ChangeKind.MESSAGE and message is not None
    return is_posted and words in json.dumps(change.as_json(), ensure_ascii=False)


async def break_a_file(
    tenants: Tenants, app: App, given: Given, random: Random
) -> None:
    """Let an error of a file be told to its curators, and to nobody else's."""
    word = random.choice(sorted(given[ALPHA] | given[BETA]))
    await asyncio.to_thread(lay_out, tenants.briefs, given, broken=word)
    source = app.capabilities.workspace.source
    read = await asyncio.to_thread(source.read, tenants.sim.clock.now().date())
    keys = app.installed.keys
    await app.capabilities.notices.refused(read.errors, keys)
    for team, people in ((ALPHA, tenants.sim), (BETA, tenants.beta)):
        if word in given[team]:
            await people.wait_for(partial(_posts, words=f"{word}.yaml"))
        await Prying(people, app, random).open_home()


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_of_a_workspace_is_seen_in_another(
    tmp_path: Path, seed: int
) -> None:
    """Whatever they have, and in whatever order people do what there is to do."""
    random = Random(seed)
    given = {
        team: frozenset(random.sample(WORDS, k=random.choice([1, 2])))
        for team in (ALPHA, BETA)
    }

    said = await play(tmp_path, given, random)

    for team, own in given.items():
        assert crossed(said[team], own) == set()
        for word in own:
            assert f"What the {CANARIES[word]} storm did" in said[team]


async def test_a_leak_would_be_found(tmp_path: Path) -> None:
    """The same scene, in which a workspace was given a briefing that is not its own."""
    meant = {ALPHA: frozenset({"fir"}), BETA: frozenset({"oak"})}
    leaking = {ALPHA: frozenset({"fir", "elm"}), BETA: frozenset({"oak"})}

    said = await play(tmp_path, leaking, Random(3))

    assert crossed(said[ALPHA], meant[ALPHA]) == {"elm"}
    assert crossed(said[BETA], meant[BETA]) == set()
