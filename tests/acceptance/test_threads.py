"""Replies in the thread of a mention, where the operator asked to hear them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.office import DESK, Office, open_office
from tests.acceptance.test_quiet_log import recorded

ASKED = "@brief how many boats were lost?"


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url, threads=True) as office:
        yield office


async def test_whoever_asked_goes_on_asking_in_the_thread(office: Office) -> None:
    """Nobody types the name again for "who says so?"."""
    async with office.bot():
        asked = await office.say("alice", ASKED, where=DESK)
        await office.reply_to(asked)
        source = await office.ask(
            "alice", "who says so?", where=DESK, thread_ts=asked.ts
        )
        more = await office.ask(
            "alice",
            "and how many sailors were wounded?",
            where=DESK,
            thread_ts=asked.ts,
        )

    assert source.thread_ts == more.thread_ts == asked.ts
    assert source.text.startswith("It comes from:\n• Port authority")
    assert more.text.startswith("Twelve sailors were wounded")


async def test_a_question_there_gets_its_no(office: Office) -> None:
    """Silence would look like an answer that is late."""
    async with office.bot():
        asked = await office.say("alice", ASKED, where=DESK)
        await office.reply_to(asked)
        answer = await office.ask(
            "alice", "who won the cup?", where=DESK, thread_ts=asked.ts
        )

    assert answer.text.startswith("The briefing doesn't cover that.")


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("alice", "thanks!"),
        ("alice", "I will tell the night desk about that one"),
        ("alice", "@bruno how many boats do you have?"),
        ("bruno", "how many boats were lost?"),
    ],
    ids=["thanks", "to nobody", "to a colleague", "a colleague's"],
)
async def test_what_people_say_to_each_other_there_gets_none(
    office: Office, who: str, words: str
) -> None:
    """A colleague who wants to know mentions the bot."""
    async with office.bot():
        asked = await office.say("alice", ASKED, where=DESK)
        await office.reply_to(asked)
        await office.say(who, words, where=DESK, thread_ts=asked.ts)
        answer = await office.ask(
            "bruno", "@brief how many sailors were wounded?", where=DESK
        )

    assert answer.text.startswith("Twelve sailors")
    assert len(office.posts(DESK)) == 2


async def test_a_mention_in_its_own_thread_is_answered_once(office: Office) -> None:
    """Slack tells of it as a message and as a mention."""
    async with office.bot():
        asked = await office.say("alice", ASKED, where=DESK)
        await office.reply_to(asked)
        await office.ask(
            "alice", "@brief and the sailors?", where=DESK, thread_ts=asked.ts
        )
        await office.ask("bruno", ASKED, where=DESK)

    assert len(office.posts(DESK)) == 3


async def test_without_the_option_nothing_is_heard_in_channels(
    tmp_path: Path, sqlite_url: str
) -> None:
    """It is off until an operator asks for it."""
    async with open_office(tmp_path, sqlite_url) as office, office.bot():
        asked = await office.say("alice", ASKED, where=DESK)
        await office.reply_to(asked)
        await office.say("alice", "who says so?", where=DESK, thread_ts=asked.ts)
        await office.ask("bruno", ASKED, where=DESK)

        assert len(office.posts(DESK)) == 2


async def test_nothing_else_that_is_said_there_is_kept_or_logged(
    tmp_path: Path,
) -> None:
    """No line of the log and no row holds a word of it, nor who said it."""
    overheard = {
        "gannet": ("bruno", "", False),
        "ziggurat": ("bruno", "", True),
        "mazurka": ("alice", "own", False),
        "zymurgist": ("bruno", "asked", False),
        "yonderly": ("alice", "asked", True),
    }
    async with recorded(tmp_path, threads=True) as bot:
        mention = f"<@{bot.sim.workspace.bot.id}> How many boats were lost?"
        asked = await bot.sim.type("alice", DESK, mention)
        own = await bot.sim.type("alice", DESK, "a quetzal was seen")
        assert asked.message
        assert own.message
        people: set[str] = set()
        threads = {"": "", "own": own.message.ts, "asked": asked.message.ts}
        for word, (who, thread, names_somebody) in overheard.items():
            text = f"{'<@U0CARLA> ' if names_somebody else ''}what of the {word}?"
            said = await bot.sim.type(who, DESK, text, thread_ts=threads[thread])
            assert said.message
            people.add(said.message.user)
        await bot.answer("How many boats were lost?")
        printed = bot.program.output
    stored = _database(tmp_path)

    assert "app.started" in printed
    assert b"About 40 boats" in stored
    strangers = people - {asked.message.user}
    assert len(strangers) == 1
    for word in (*overheard, "quetzal", *strangers):
        assert word not in printed
        assert word.encode() not in stored


def _database(folder: Path) -> bytes:
    """Return all bytes of the database, with what is not in its main file yet."""
    return b"".join(file.read_bytes() for file in folder.glob("briefing-bot.sqlite3*"))
