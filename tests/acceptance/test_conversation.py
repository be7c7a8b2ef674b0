"""Scenes: people ask the bot by direct message and by mention."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.wiring import build_app
from tests.acceptance.office import DESK, Office, open_office
from tests.patience import PATIENT


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url) as office:
        yield office


async def test_a_direct_question_gets_the_claim_with_its_source(office: Office) -> None:
    """One claim leads, with its mark in words and its date."""
    async with office.bot():
        answer = await office.ask("alice", "How many boats were lost?")

    assert answer.text.startswith("About 40 boats were lost in the storm.")
    assert "Estimate, Port authority" in answer.text
    assert "As of November 2026" in answer.text
    assert answer.thread_ts == ""


async def test_what_is_not_covered_is_refused_kindly(office: Office) -> None:
    """No claims, what is covered, and a way to the curators."""
    async with office.bot():
        answer = await office.ask("alice", "Who won the Champions League?")

    assert answer.text == "The briefing doesn't cover that. It covers storm."
    labels = [e["text"]["text"] for e in answer.blocks[-1]["elements"]]
    assert labels == ["Ask the curators"]


async def test_a_mention_is_answered_in_its_thread(office: Office) -> None:
    """The bot replies whenever it is tagged, an empty tag included."""
    async with office.bot():
        asked = await office.say("alice", "@brief how many boats?", where=DESK)
        answer = await office.reply_to(asked)
        empty = await office.ask("bruno", "@brief", where=DESK)

    assert answer.thread_ts == asked.ts
    assert answer.text.startswith("About 40 boats")
    assert empty.text.startswith("Hello. I answer from “The harbour”.")


async def test_a_follow_up_is_read_with_the_question_before(office: Office) -> None:
    """In a thread or not, within ten minutes."""
    async with office.bot():
        first = await office.say("alice", "How many boats were lost in the storm?")
        await office.reply_to(first)
        answer = await office.ask(
            "alice", "and how many sailors were wounded?", thread_ts=first.ts
        )

    assert answer.text.startswith("Twelve sailors were wounded")
    assert answer.thread_ts == first.ts


async def test_one_message_told_as_two_events_is_answered_once(office: Office) -> None:
    """A mention in a DM comes as `message` and, on some plans, as `app_mention`."""
    async with office.bot():
        said = await office.say("alice", "<@U0BRIEF> boats")
        mention = said.as_slack() | {"type": "app_mention", "channel": said.channel}
        office.simulator.events.emit(mention)
        await office.reply_to(said)
        await office.ask("alice", "thanks")

    texts = [post.text.split(".")[0] for post in office.posts(said.channel)]
    assert texts == ["About 40 boats were lost in the storm", "You're welcome"]


async def test_an_event_that_is_sent_again_is_answered_once(office: Office) -> None:
    """Slack sends again what it thinks got lost, before the answer and after it."""
    async with office.bot():
        said = await office.say("alice", "boats")
        again = said.as_slack() | {"channel": said.channel, "channel_type": "im"}
        office.simulator.events.emit(again)
        await office.reply_to(said)
        office.simulator.events.emit(again)
        await office.simulator.delivery.idle()
        await office.ask("alice", "thanks")

    assert len(office.posts(said.channel)) == 2


async def test_edits_joins_and_bots_are_not_answered(office: Office) -> None:
    """Only what a person says now is said to the bot."""
    async with office.bot():
        said = await office.say("alice", "hello")
        await office.reply_to(said)
        for change in (
            {"subtype": "message_changed", "message": {"text": "boats"}},
            {"subtype": "channel_join"},
            {"bot_id": "B0OTHER"},
            {"edited": {"user": "U0ALICE", "ts": "2.2"}},
            {"user": "U0BRIEF"},
        ):
            event = said.as_slack() | {"ts": "2.000200", "channel_type": "im"} | change
            office.simulator.events.emit({**event, "channel": said.channel})
        await office.ask("alice", "thanks")

    assert [post.text.split(".")[0] for post in office.posts(said.channel)] == [
        "Hello",
        "You're welcome",
    ]


async def test_a_question_asked_before_a_crash_is_answered_after_it(
    office: Office,
) -> None:
    """The event was acknowledged, so Slack will not tell of it again."""
    async with build_app(office.settings(), waits=PATIENT):
        # Nothing runs here but the listeners: the worker never comes to answer.
        said = await office.say("alice", "How many boats were lost?")
        await office.simulator.delivery.idle()

    async with office.bot():
        answer = await office.reply_to(said)
        await office.ask("alice", "thanks")

    assert answer.text.startswith("About 40 boats")
    assert len(office.posts(said.channel)) == 2


@pytest.mark.parametrize(
    ("who", "where", "is_shown"),
    [
        ("alice", "", True),
        ("gita", "", False),
        ("erik", "", False),
        ("alice", DESK, False),
        ("alice", "korea-curators", True),
        ("alice", "visitors", False),
        ("alice", "partners", False),
        ("alice", "joint-desk", False),
    ],
    ids=[
        *("member", "guest", "external", "public channel", "private channel"),
        *("channel with a guest", "shared channel", "share pending"),
    ],
)
async def test_handling_decides_what_exists_for_whom(
    office: Office, who: str, where: str, is_shown: bool
) -> None:
    """An AMBER claim is for members; in a room everybody there must be one."""
    words = "@brief was the pier mined?" if where else "was the pier mined?"
    async with office.bot():
        answer = await office.ask(who, words, where=where)

    assert ("mined" in answer.text) is is_shown


async def test_nothing_is_said_to_an_account_that_was_closed_meanwhile(
    office: Office,
) -> None:
    """Nobody can say who reads that conversation; others do not wait for it."""
    async with build_app(office.settings(), waits=PATIENT):
        said = await office.say("bruno", "was the pier mined?")
        await office.simulator.delivery.idle()
    office.simulator.change_user("bruno", deleted=True)

    async with office.bot():
        answer = await office.ask("alice", "was the pier mined?")

    assert "mined" in answer.text
    assert office.posts(said.channel) == []


async def test_many_questions_are_answered_in_order(office: Office) -> None:
    """Three people at once: each conversation keeps its order."""
    people = ("alice", "bruno", "chiyo")
    async with office.bot():
        await asyncio.gather(*(office.say(who, "hello") for who in people))
        await asyncio.gather(*(office.say(who, "boats") for who in people))
        await asyncio.gather(*(office.say(who, "thanks") for who in people))
        answers = [
            await office.wait_for_posts(office.simulator.dm(who), 3) for who in people
        ]

    for posts in answers:
        assert [post.text[:5] for post in posts] == ["Hello", "About", "You'r"]
