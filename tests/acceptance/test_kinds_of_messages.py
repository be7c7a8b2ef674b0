"""Scenes with messages that are more than a line of text, or less."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.slack.views.notices import TEXT_ONLY
from tests.acceptance.office import DESK, Office, open_office


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url) as office:
        yield office


@pytest.mark.parametrize("comment", ["", "is this true?"])
async def test_a_forwarded_message_is_looked_up(office: Office, comment: str) -> None:
    """Somebody passes on what they heard, with or without a word of their own."""
    async with office.bot():
        heard = await office.say("bruno", "were boats lost in the storm?", where=DESK)
        place = office.simulator.dm("alice")
        sent = office.simulator.forward("alice", place, heard, comment)
        assert sent.message is not None
        answer = await office.reply_to(sent.message)

    assert "About 40 boats were lost in the storm." in answer.text


@pytest.mark.parametrize("where", ["", DESK], ids=["DM", "mention"])
async def test_a_pasted_paragraph_is_checked(office: Office, where: str) -> None:
    """Line by line as it was pasted: a headline needs no full stop."""
    text = "About 41 boats were lost in the storm\nTwelve sailors were wounded in it."
    async with office.bot():
        mention = "@brief " if where else ""
        heard = await office.say("alice", f"{mention}{text}", where=where)
        answer = await office.reply_to(heard)

    assert answer.text.startswith("1 number differs from the briefing.")
    assert "You have about 41; the briefing has about 40" in answer.text


async def test_a_voice_clip_is_answered_by_its_transcript(office: Office) -> None:
    """Slack writes down what was said."""
    async with office.bot():
        place = office.simulator.dm("alice")
        sent = office.simulator.upload(
            "alice", place, "clip.m4a", transcript="How many boats were lost?"
        )
        assert sent.message is not None
        answer = await office.reply_to(sent.message)

    assert "About 40 boats were lost in the storm." in answer.text


@pytest.mark.parametrize("where", ["", DESK], ids=["DM", "mention"])
async def test_a_picture_alone_is_told_that_only_text_is_read(
    office: Office, where: str
) -> None:
    """A greeting would look as if it had been understood."""
    async with office.bot():
        place = where or office.simulator.dm("alice")
        text = "@brief" if where else ""
        sent = office.simulator.upload("alice", place, "map.png", text=text)
        assert sent.message is not None
        answer = await office.reply_to(sent.message)

    assert answer.text == TEXT_ONLY


async def test_a_picture_with_a_question_is_answered(office: Office) -> None:
    """The words count, and the picture is no obstacle."""
    async with office.bot():
        place = office.simulator.dm("alice")
        sent = office.simulator.upload("alice", place, "map.png", text="boats")
        assert sent.message is not None
        answer = await office.reply_to(sent.message)

    assert "About 40 boats were lost in the storm." in answer.text
