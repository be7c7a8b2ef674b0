"""Scenes: the bot as an agent suggests questions, and answers each in its thread."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.workspace_file import WorkspaceFile, install, load_workspace
from bot.slack.manifest import AGENT_SCOPE, manifest
from bot.wiring import App
from tests.acceptance.office import Office, open_office, opened
from tests.patience import PATIENCE_S

KEPT = """\
questions:
  - {q: "How many boats were lost?", answer: [boats]}
  - {q: "What happened to the pier?", answer: [pier]}
  - {q: "How many sailors were wounded?", answer: [crew]}
  - {q: "boats sunk", answer: [boats]}
  - {q: "How many tanks were lost?", answer: none}
"""
OPEN = ["How many boats were lost?", "How many sailors were wounded?"]
MANIFEST = ["What happened?"]


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url, agent=True, prompts=MANIFEST) as it:
        keep(it)
        yield it


def keep(office: Office, text: str = KEPT) -> None:
    file = office.folder / "harbour.questions.yaml"
    file.write_text(text, encoding="utf-8")


def suggested(office: Office, who: str) -> list[str]:
    room = office.simulator.channel(office.simulator.dm(who))
    return [prompt.message for prompt in room.prompts]


async def open_messages(office: Office, app: App, who: str) -> list[str]:
    """Open the Messages tab and return what is suggested there then."""
    await office.simulator.open_home(who, "messages")
    await office.simulator.delivery.idle()
    await app.capabilities.background.drain(PATIENCE_S)
    return suggested(office, who)


async def test_what_is_suggested_is_answered_plainly(office: Office) -> None:
    """Whoever opens the messages may press it, and gets a claim."""
    async with office.bot() as app:
        assert suggested(office, "alice") == MANIFEST
        prompts = await open_messages(office, app, "alice")
        answers = [(await office.ask("alice", words)).text for words in prompts]

    assert prompts == [
        "How many boats were lost?",
        "What happened to the pier?",
        OPEN[1],
    ]
    assert all("The briefing doesn't cover that" not in text for text in answers)
    assert any(text.startswith("About 40 boats were lost") for text in answers)


async def test_a_guest_is_suggested_nothing_that_only_members_may_read(
    office: Office,
) -> None:
    """The question alone would tell them that there is something on it."""
    async with office.bot() as app:
        assert await open_messages(office, app, "gita") == OPEN


async def test_each_direct_message_is_answered_in_its_thread(office: Office) -> None:
    """Follow-ups in it lean on what was asked in it, whatever was asked elsewhere."""
    async with office.bot():
        boats = await office.say("alice", "How many boats were lost in the storm?")
        first = await office.reply_to(boats)
        mined = await office.say("alice", "What happened to the pier?")
        second = await office.reply_to(mined)
        wounded = await office.ask(
            "alice", "and how many sailors were wounded?", thread_ts=boats.ts
        )
        who = await office.ask("alice", "who says so?", thread_ts=mined.ts)

    assert first.thread_ts == boats.ts
    assert second.thread_ts == mined.ts
    assert wounded.text.startswith("Twelve sailors were wounded")
    assert wounded.thread_ts == boats.ts
    assert "The pier was mined by saboteurs" in who.text
    assert who.thread_ts == mined.ts


async def test_a_follow_up_may_begin_a_thread_of_its_own(office: Office) -> None:
    """It leans on the last question, as in a direct message without threads."""
    async with office.bot():
        await office.ask("alice", "How many boats were lost in the storm?")
        answer = await office.ask("alice", "who says so?")

    assert "Port authority" in answer.text


@pytest.mark.parametrize("lacks", ["scope", "view"])
async def test_without_the_scope_or_the_view_all_is_as_before(
    lacks: str, tmp_path: Path, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Answers stand beside their questions, and a refusal is logged once."""
    caplog.set_level(logging.WARNING, "bot.slack.prompts")
    async with opened(tmp_path, sqlite_url, _lacking(lacks)) as office:
        keep(office)
        async with office.bot() as app:
            for _ in range(2):
                await open_messages(office, app, "alice")
            answer = await office.ask("alice", "How many boats were lost?")
            calls = METHOD in app.capabilities.metrics.page().decode()

    assert answer.thread_ts == ""
    assert calls == (lacks == "view")
    told = [record.message for record in caplog.records]
    assert told == ([] if lacks == "scope" else ["prompts.refused"])


METHOD = "assistant.threads.setSuggestedPrompts"


def _lacking(what: str) -> WorkspaceFile:
    """Return a workspace whose app is half an agent."""
    made = manifest(agent=True)
    if what == "view":
        del made["features"]["agent_view"]
    else:
        made["oauth_config"]["scopes"]["bot"].remove(AGENT_SCOPE)
    return install(load_workspace(), made)
