"""Unanswered questions, grouped for curators, and told when it is answered."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audiences import Asker
from bot.briefing.models import Briefing
from bot.briefing.tlp import Reach
from bot.questions.unanswered import LATEST, UnansweredTopic
from tests.factories import briefing_of, claim
from tests.fakes import RecordingMessenger, StoppedClock
from tests.outbox import HERE
from tests.questions import make_unanswered
from tests.talking_bot import ANA, TalkingBot, open_talking_bot

QUESTION = "When do the divers resume?"
UNANSWERED = briefing_of(claim("open", text="The harbour is open."))
ANSWERED = briefing_of(
    claim("open", text="The harbour is open."),
    claim("divers", text="The divers resume on 3 May."),
)


def withheld(handling: str) -> Briefing:
    """Return a briefing that answers the question for some only."""
    return briefing_of(
        claim("open", text="The harbour is open."),
        claim("divers", text="The divers resume on 3 May.", handling=handling),
        audiences={"red": [ANA]},
    )


@pytest.fixture
async def bot(sqlite_url: str) -> AsyncIterator[TalkingBot]:
    messenger = RecordingMessenger(StoppedClock())
    async with open_talking_bot(sqlite_url, messenger) as bot:
        await bot.load(UNANSWERED)
        yield bot


async def sign(bot: TalkingBot, user_id: str = ANA, question: str = QUESTION) -> None:
    """Let somebody agree to be told."""
    asker = Asker(HERE, user_id, f"D{user_id[1:]}")
    await bot.unanswered.sign(
        asker, question, briefing_id="harbour", id=f"by {user_id}"
    )


async def test_questions_alike_are_one_topic(bot: TalkingBot) -> None:
    """What most people ask stands first, in its latest wording."""
    for user_id, words in (
        ("U0ANA", "What do insurers pay?"),
        ("U0ANA", "When do the divers resume?"),
        ("U0BEN", "when will divers resume"),
    ):
        await bot.answer(words, user_id=user_id)
    await sign(bot)

    divers, insurers = await bot.unanswered.topics(HERE)

    assert replace(divers, id="") == UnansweredTopic(
        "harbour", "when will divers resume", 2, bot.clock.now(), 1
    )
    assert insurers.question == "What do insurers pay?"
    assert insurers.waiting == 0


async def test_who_agreed_is_told_once_when_a_revision_answers(
    bot: TalkingBot,
) -> None:
    """The answer comes by DM, names the question, and carries its claim."""
    await bot.answer(QUESTION)
    await sign(bot)
    assert await bot.unanswered.notify_answered(await bot.load(UNANSWERED)) == 0

    answered = await bot.load(ANSWERED)
    for _ in range(2):
        await bot.unanswered.notify_answered(answered)
        await bot.work()

    told = [m for m in bot.messenger.messages if "There is an answer now" in m.text]
    assert [message.channel_id for message in told] == ["D0ANA"]
    assert told[0].text.startswith(
        "On 23 November 2026 you asked “When do the divers resume?”."
    )
    assert "The divers resume on 3 May." in told[0].text
    assert [mark.claim_id for mark in told[0].part.claims] == ["divers"]
    assert await bot.unanswered_store.open(HERE) == []


async def test_a_crash_before_closing_tells_nobody_twice(bot: TalkingBot) -> None:
    """The delivery's key is the question's: planning it again changes nothing."""
    await sign(bot)
    (question,) = await bot.unanswered_store.open(HERE)
    answered = await bot.load(ANSWERED)
    await bot.unanswered.notify_answered(answered)
    await bot.work()

    await bot.unanswered_store.keep(question)
    await bot.unanswered.notify_answered(answered)
    await bot.work()

    assert len(bot.messenger.messages) == 1


async def test_who_did_not_agree_is_not_told(bot: TalkingBot) -> None:
    """The question is dropped; nobody's name was kept, so nobody can be told."""
    await bot.answer(QUESTION)

    assert await bot.unanswered.notify_answered(await bot.load(ANSWERED)) == 1
    await bot.work()

    assert len(bot.messenger.messages) == 1


@pytest.mark.parametrize(
    ("handling", "told"), [("TLP:AMBER", ["U0BEN"]), ("TLP:RED", [])]
)
async def test_only_who_may_see_the_answer_is_told(
    bot: TalkingBot, handling: str, told: list[str]
) -> None:
    """An answer that somebody may not see is none for them; they go on waiting."""
    await sign(bot, "U0BEN")
    library = await bot.load(withheld(handling))

    await bot.unanswered.notify_answered(library)
    await bot.work()

    assert [m.channel_id.replace("D", "U") for m in bot.messenger.messages] == told
    assert len(await bot.unanswered_store.open(HERE)) == 1 - len(told)


async def test_who_cannot_be_looked_up_goes_on_waiting(bot: TalkingBot) -> None:
    """What is not known now is asked at the next load."""
    await sign(bot)
    library = await bot.load(withheld("TLP:AMBER"))
    bot.audiences.reach = None
    assert await bot.unanswered.notify_answered(library) == 0

    bot.audiences.reach = Reach.MEMBER
    assert await bot.unanswered.notify_answered(library) == 1


async def test_an_answer_withdrawn_before_it_is_told_is_not_told(
    bot: TalkingBot,
) -> None:
    """What stands when the message is made decides, not what stood when planned."""
    await sign(bot)
    await bot.unanswered.notify_answered(await bot.load(ANSWERED))
    bot.clock.move(timedelta(minutes=1))
    await bot.load(UNANSWERED)

    await bot.work()

    assert bot.messenger.messages == []
    assert [ending.reason for ending in bot.endings] == [
        "skipped: nothing answers that any more"
    ]


async def test_a_load_closes_what_it_answers(bot: TalkingBot) -> None:
    """It does not matter whether a question was asked before the last look or since."""
    await bot.unanswered.loaded(await bot.load(UNANSWERED))
    await bot.answer(QUESTION)
    bot.clock.move(timedelta(hours=1))
    await bot.unanswered.loaded(await bot.load(UNANSWERED))
    await bot.answer("When will divers resume?")

    assert await bot.unanswered.loaded(await bot.load(ANSWERED)) == 2


async def test_a_load_asks_old_questions_of_what_changed_alone(bot: TalkingBot) -> None:
    """What did not change answers what it did then; each hour it is asked, too."""
    harbour, other = ANSWERED, claim("crew", text="Twelve sailors were wounded.")
    await bot.unanswered.loaded(await bot.load(harbour))
    old = make_unanswered(QUESTION, briefing_id="harbour", age=timedelta(days=1))
    await bot.unanswered_store.keep(old)

    library = await bot.load(harbour, briefing_of(other, id="war"))

    assert await bot.unanswered.loaded(library) == 0
    assert await bot.unanswered.notify_answered(library) == 1


async def test_a_load_asks_the_latest_of_many(bot: TalkingBot) -> None:
    """A load costs as much as ever when questions have heaped up; the hour does all."""
    await bot.unanswered.loaded(await bot.load(UNANSWERED))
    for number in range(LATEST + 2):
        age = timedelta(days=1, seconds=number)
        await bot.unanswered_store.keep(
            make_unanswered(QUESTION, id=f"q{number}", briefing_id="harbour", age=age)
        )

    answered = await bot.load(ANSWERED)

    assert await bot.unanswered.loaded(answered) == LATEST
    assert await bot.unanswered.notify_answered(answered) == 2


async def test_who_waits_is_told_at_a_load_however_many_ask(bot: TalkingBot) -> None:
    """Who may see what is not known from the last look, so all of it is asked."""
    await bot.unanswered.loaded(await bot.load(ANSWERED))
    bot.clock.move(timedelta(days=1))
    await bot.unanswered.loaded(await bot.load(ANSWERED))
    waited = make_unanswered(
        QUESTION, briefing_id="harbour", asker_id=ANA, age=timedelta(days=2)
    )
    await bot.unanswered_store.keep(waited)

    assert await bot.unanswered.loaded(await bot.load(ANSWERED)) == 1
