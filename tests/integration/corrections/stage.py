"""A claim that is corrected again and again, and a bot that has answered with it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.briefing.models import Briefing
from tests.factories import briefing_of, claim
from tests.fakes import RecordedMessage
from tests.talking_bot import TalkingBot

ROOM = "C0DESK"
QUESTION = "how many boats were lost?"


def text(number: int) -> str:
    """Return the claim's words with a number of boats."""
    return f"About {number} boats were lost."


def entry(kind: str, number: int, day: int = 23) -> dict[str, str]:
    """Return an entry that says what the claim said until then."""
    because = f"The port counted {day} times."
    date = f"2026-11-{day}"
    return {"date": date, "kind": kind, "was": text(number), "because": because}


FIRST = entry("correction", 40, 23)
"""About 40 boats: it was wrong."""


def lost(number: int, *entries: dict[str, str], **fields: Any) -> Briefing:
    """Return the briefing with this number of boats, and so many entries."""
    own = claim(text=text(number), revisions=list(entries), **fields)
    return briefing_of(own, claim("crew", text="Twelve sailors were wounded."))


async def answered(bot: TalkingBot, *, room: str = ROOM) -> RecordedMessage:
    """Have the bot answer with the claim, in a room or to a person."""
    await bot.hear(QUESTION, channel_id="" if room.startswith("D") else room)
    await bot.work()
    return bot.last


def now(bot: TalkingBot, message: RecordedMessage) -> RecordedMessage:
    """Return a message as it stands by now."""
    (found,) = (m for m in bot.messenger.messages if m.ts == message.ts)
    return found


def marked(message: RecordedMessage) -> str:
    """Return the first block of a message, as Slack is given it."""
    return str(message.part.blocks[0]["text"]["text"])


def words(bot: TalkingBot, message: RecordedMessage) -> list[str]:
    """Return the lines of a message as it is read by now."""
    return now(bot, message).text.splitlines()


async def pass_quietly(bot: TalkingBot, minutes: float = 3) -> None:
    """Let the quiet time pass, and all be done that follows."""
    await bot.settle()
    bot.clock.move(timedelta(minutes=minutes))
    await bot.settle()


def notes(bot: TalkingBot, *others: RecordedMessage) -> Sequence[RecordedMessage]:
    """Return what was posted beside these messages."""
    known = {message.ts for message in others}
    return [m for m in bot.messenger.messages if m.ts not in known]
