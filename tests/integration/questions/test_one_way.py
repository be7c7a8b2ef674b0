"""The same words get the same words back, whichever way they come."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.__main__ import run
from bot.audiences import Asker
from bot.briefing.library import Library
from bot.meaning.meanings import Meanings
from bot.slack.reply_cache import ReplyCache
from tests.fakes import RecordingMessenger, StoppedClock
from tests.frozen import FIRST, INVENTED, briefing_at
from tests.meaning import WordEmbedder, embeddings_server
from tests.outbox import HERE
from tests.patience import PATIENCE_S
from tests.talking_bot import TalkingBot, open_talking_bot

KEPT = [
    kept["q"]
    for kept in yaml.safe_load(
        FIRST.with_suffix(".questions.yaml").read_text(encoding="utf-8")
    )["questions"]
]
SMALL_TALK = (
    *(
        "hello",
        "Hi there!",
        "👋",
        "thank you so much",
        "👍",
        "ok great, thanks a lot 🙏",
    ),
    *("help", "What can you do?", "???", ":shrug:", "good night", "are you there?"),
    *("subscribe", "how do I unsubscribe?", "digests", "forget me", "stop"),
    *("what's new?", "any news today?", "Show me the sources, please", "tl;dr"),
    *("show me the timeline", "all the figures", "Hi, what's new?", "overview"),
    *("Hello, how many were killed?", "Thanks! And how many were wounded?"),
)
COMMAND_WORDS = (
    *("help me", "use", "use nk", "use atlantis", "claim", "claim casualties"),
    *("claim nowhere", "figures", "figures nk", "drill figures", "timeline nk"),
    *("sources drill", "changes", "changes nk", "/help", "Figures?"),
    *("figures troops", "“figures”", "`help`", "changes nk since monday", "use none"),
    *("unsubscribe", "topics", "list", "stop sending me this", "north korea"),
    *("subscribe me to troops every weekday at 7", "subscribe\u00a0troops", "hello"),
    *("send me nk every friday at noon", "when?", "is that confirmed?", "who says so?"),
    *("where?", "how many?", "mute troops", "when is my next digest?", "next digest"),
    *("switch to north korea", "set the briefing to atlantis", "4 k dead?"),
    *("why does North Korea help Russia", "use of drones", "sources of the parts"),
)
NAMES = (
    *("nk", "drill", "troops", "casulties", "outlook", "killed", "nk troops"),
    *("dprk how many were killed?", "north-korea-russia/troops", "Wonsan", "harbour"),
)
ODD = (
    *("who won the cup?", "  how \n many\twere killed? ", "сколько погибло?", "몇 명?"),
    *("check", "check: Kim promised more men.", "Kim sent men. They fought in Kursk."),
    "About 9,000 North Koreans fought in Kursk. Kim promised 5,000 builders.",
    "About 4,000 soldiers were killed or injured. Is that right?",
    *("x" * 3_000, "<!channel> <@U0EVIL> *`~_ &", "a\u202eb", "'; DROP TABLE turns;"),
)
PLAYED = [*KEPT, *SMALL_TALK, *COMMAND_WORDS, *NAMES, *ODD]
LIBRARY = Library((briefing_at(FIRST), briefing_at(INVENTED)))
"""Indexed once for all tests here."""


@pytest.fixture
async def bot(sqlite_url: str) -> AsyncIterator[TalkingBot]:
    slack = RecordingMessenger(StoppedClock(datetime.now(UTC)))
    async with open_talking_bot(sqlite_url, slack) as bot:
        await bot.serve(LIBRARY)
        yield bot


async def to_command(bot: TalkingBot, words: str, number: int = 0) -> str:
    """Return the text of the acknowledgement, in a channel of its own."""
    asker = Asker(HERE, "U0ANA", f"C{number}")
    answer = await bot.answers.to_command(asker, words)
    return ReplyCache("/brief").part(answer).text


async def test_command_message_and_terminal_say_the_same(
    bot: TalkingBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Kept questions, small talk, command words, names, and what nobody foresaw.

    Nobody asked anything before, and no digest has come: a follow-up, and what changed
    since a digest, are a conversation's and a channel's own.
    """
    assert len(PLAYED) >= 200
    monkeypatch.chdir(tmp_path)

    by_command, by_message = await said_in_slack(bot, PLAYED)

    assert by_message == by_command
    assert await said_by_terminal(PLAYED, tmp_path, capsys) == by_command


async def test_with_vectors_they_say_the_same_too(
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same model in the bot's process, and behind an address for the terminal."""
    meanings, ended = meanings_that_count()
    slack = RecordingMessenger(StoppedClock(datetime.now(UTC)))
    monkeypatch.chdir(tmp_path)
    async with (
        open_talking_bot(sqlite_url, slack, meanings=meanings) as bot,
        embeddings_server() as server,
    ):
        await meanings.make(await bot.serve(LIBRARY))
        by_command, by_message = await said_in_slack(bot, PLAYED)
        monkeypatch.setenv("BRIEFING_BOT_MEANING", "auto")
        monkeypatch.setenv("BRIEFING_BOT_EMBEDDINGS_URL", server.url)
        monkeypatch.setenv("BRIEFING_BOT_EMBEDDINGS_LABEL", "TLP:RED")
        by_terminal = await said_by_terminal(PLAYED, tmp_path, capsys)

    assert by_message == by_command
    assert by_terminal == by_command
    assert ended.count("used") > 20
    assert set(ended) == {"used"}


def meanings_that_count() -> tuple[Meanings, list[str]]:
    """Return what vectors are made by, and how asking for each ended."""
    ended: list[str] = []
    meanings = Meanings(WordEmbedder(), count=ended.append)
    meanings.patience_s = PATIENCE_S
    return meanings, ended


async def said_in_slack(
    bot: TalkingBot, played: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what each comes to behind the command, and in a message."""
    by_command = {
        words: await to_command(bot, words, number)
        for number, words in enumerate(played)
    }
    for number, words in enumerate(played):
        await bot.hear(words, user_id=f"U{number}")
    await bot.work()
    posted = {m.channel_id: m.text for m in bot.messenger.messages}
    return by_command, {words: posted[f"D{i}"] for i, words in enumerate(played)}


async def said_by_terminal(
    played: Sequence[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, str]:
    """Return what each comes to in a terminal that stands in this folder."""
    briefs = folder / "briefs"
    briefs.mkdir()
    for path in (FIRST, INVENTED):
        (briefs / path.name).write_bytes(path.read_bytes())
    lines = [json.dumps({"q": words}) for words in played]
    (folder / "many.jsonl").write_text("\n".join(lines))

    # The terminal has an event loop of its own.
    asked = await asyncio.to_thread(run, ["ask", "--from", "many.jsonl"])
    assert asked == 0
    rest, found = capsys.readouterr().out, {}
    for words, following in zip(played, (*played[1:], None), strict=True):
        rest = rest.removeprefix(f"{words}\n")
        end = f"\n\n{following}\n" if following is not None else "\n\n"
        found[words], _, rest = rest.partition(end)
    return found


@pytest.mark.parametrize(
    ("words", "behind_the_command", "in_a_message"),
    [
        ("", "Which briefing?", "Hello. I answer from"),
        ("thanks", "Lavrov publicly thanked", "You're welcome."),
    ],
    ids=["no words", "a name that is a courtesy"],
)
async def test_what_a_message_says_otherwise_is_meant(
    bot: TalkingBot, words: str, behind_the_command: str, in_a_message: str
) -> None:
    """A message calls and thanks; the command opens the front page and finds names."""
    assert (await to_command(bot, words)).startswith(behind_the_command)
    assert (await bot.answer(words)).startswith(in_a_message)


async def test_only_a_conversation_has_follow_ups(bot: TalkingBot) -> None:
    """A command is asked alone, whatever the same person asked before."""
    await bot.answer("When was the deployment of troops confirmed?")

    assert "Pyongyang" in await bot.answer("and by whom?")
    assert "Pyongyang" not in await to_command(bot, "and by whom?")
