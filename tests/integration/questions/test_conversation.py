"""Direct messages and mentions: what comes back, once each, to whoever may read it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.briefing.library import Library
from bot.briefing.models import Thresholds
from bot.briefing.tlp import Audience, Reach
from bot.corrections.model import ClaimKey
from bot.questions.conversation import GRACE, AddressedMessage
from bot.slack.views.notices import UNCHECKED
from tests.factories import briefing_of, claim, make_briefing, section
from tests.fakes import RecordingMessenger, StoppedClock
from tests.frozen import FIRST, INVENTED, briefing_at
from tests.outbox import HERE
from tests.subscriptions import make_subscription
from tests.talking_bot import TalkingBot, open_talking_bot

FIRST_LIBRARY = Library((briefing_at(FIRST),))
"""Indexed once for all tests here."""
EASILY_CLOSE = Thresholds.model_validate({"closest": "0.1", "answered": "0.95"})


@pytest.fixture
def slack() -> RecordingMessenger:
    return RecordingMessenger(StoppedClock())


@pytest.fixture
async def bot(sqlite_url: str, slack: RecordingMessenger) -> AsyncIterator[TalkingBot]:
    async with open_talking_bot(sqlite_url, slack) as bot:
        await bot.serve(FIRST_LIBRARY)
        yield bot


async def test_a_question_is_answered_by_the_claim_with_its_caveat(
    bot: TalkingBot,
) -> None:
    """The figure never comes without who says so and how it was counted."""
    text = await bot.answer("How many were killed?")

    assert text.startswith(
        "About 4,000 North Korean soldiers have been killed or injured"
    )
    assert "Estimate, source not named." in text
    assert "counted together" in text
    assert bot.last.thread_ts == ""


async def test_what_is_not_covered_shows_no_claims(bot: TalkingBot) -> None:
    """An honest no says what the briefing does cover, and offers the curators."""
    text = await bot.answer("Who won the Champions League?")

    assert text.startswith("The briefing doesn't cover that. It covers lessons,")
    assert bot.last.part.claims == ()
    assert [q.text for q in await bot.unanswered_store.open(HERE)] == [
        "Who won the Champions League?"
    ]


async def test_a_hedge_says_what_it_lacks_and_shows_three_claims_at_most(
    bot: TalkingBot,
) -> None:
    """The middle outcome names the word that nothing here speaks of."""
    await bot.load(briefing_at(FIRST).model_copy(update={"search": EASILY_CLOSE}))

    text = await bot.answer("How many tanks did North Korea lose in Kursk?")

    assert text.startswith("Nothing here speaks of tanks. Closest:")
    assert 1 <= len(bot.last.part.claims) <= 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hello", "Hello. I answer from “North Korea and Russia”."),
        ("thank you!", "You're welcome."),
        ("what can you do?", "How to ask"),
        ("help", "How to ask"),
        ("", "Hello."),
        ("👍", "You're welcome."),
        ("sources?", "North Korea and Russia: 11 sources"),
        ("what changed?", "North Korea and Russia: no corrections"),
        ("Troops", "Thousands of North Koreans have fought for Russia"),
        ("the timeline please", "2025"),
        ("subscribe", "type /brief subscribe."),
        ("forget me", "type /brief forget me."),
        ("overview", "What North Korea gains from Russia's war"),
    ],
)
async def test_small_talk_and_commands_get_what_a_person_expects(
    bot: TalkingBot, words: str, said: str
) -> None:
    """Plain text leads to the same pages as the command, and nobody is refused."""
    assert said in await bot.answer(words)
    assert await bot.unanswered_store.open(HERE) == []


@pytest.mark.parametrize(
    "words",
    [
        "x" * 5_000,
        "<!channel> <@U0EVIL> *`~_ & <http://evil.test|click>",
        "'; DROP TABLE deliveries; --",
        "сколько солдат погибло?",
        "몇 명이 죽었나요?",
        "كم عدد القتلى؟",
        "🤷‍♀️🤷‍♀️🤷‍♀️",
        "a\u202eb\u0301\u0301\u0301",
        "?" * 300,
    ],
)
async def test_whatever_is_written_gets_an_answer(bot: TalkingBot, words: str) -> None:
    """Long, hostile and foreign texts are questions like others; none can mention."""
    text = await bot.answer(words)

    assert text
    assert "<!channel>" not in text
    assert "<@U0EVIL>" not in text


async def test_a_follow_up_is_read_with_the_question_before_it(
    bot: TalkingBot,
) -> None:
    """ "And in April?" alone says nothing; for ten minutes it says enough."""
    await bot.answer("When was the deployment of troops confirmed?")
    alone = await bot.answer("and by whom?", user_id="U0BEN")
    followed = await bot.answer("and by whom?", thread_ts="1.1")

    assert "Pyongyang" in followed
    assert "Pyongyang" not in alone
    assert bot.last.thread_ts == "1.1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("who says so?", "The source isn't named. Known through news article."),
        ("Who says that?", "The source isn't named. Known through news article."),
        ("is that confirmed?", "It stands here as an estimate. A number somebody"),
        ("how sure are you?", "It stands here as an estimate. A number somebody"),
        ("when?", "The briefing gives no date for it. What it says is as of about"),
        ("why?", "The briefing gives no reason for it."),
        ("where?", "The briefing gives no place for it."),
        ("how many?", "The briefing says: “About 4,000 North Korean soldiers have"),
        ("more", "Thousands of North Koreans have fought for Russia"),
        ("and wounded?", "About 4,000 North Korean soldiers have been killed or"),
    ],
)
async def test_what_was_just_said_can_be_talked_about(
    bot: TalkingBot, words: str, said: str
) -> None:
    """It is answered from the claim shown last, whose caveat goes along."""
    await bot.answer("How many were killed?")

    text = await bot.answer(words)

    assert text.startswith(said)
    assert words == "more" or "Killed and injured are counted together." in text
    assert await bot.unanswered_store.open(HERE) == []


async def test_a_talk_goes_on_about_the_same_claim(bot: TalkingBot) -> None:
    """Words about a claim are no new question, and keep it in mind."""
    await bot.answer("How many were killed?")
    for words in ("who says so?", "thanks", "is that confirmed?", "and when?"):
        bot.clock.move(timedelta(minutes=4))
        text = await bot.answer(words)

    assert "About: About 4,000 killed or injured" in text


async def test_a_talk_is_about_what_a_follow_up_showed(bot: TalkingBot) -> None:
    """The claim is the one shown last, though its question leaned on another."""
    await bot.answer("When was the deployment of troops confirmed?")
    await bot.answer("and how many were killed?")

    assert "About: About 4,000" in await bot.answer("who says so?")


async def test_one_persons_talk_is_not_anothers(bot: TalkingBot) -> None:
    """Whoever was shown nothing is asked which claim they mean."""
    await bot.answer("How many were killed?", channel_id="C0DESK")

    asked = await bot.answer("is that true?", user_id="U0BEN", channel_id="C0DESK")
    known = await bot.answer("is that true?", channel_id="C0DESK")

    assert asked == (
        "Which claim do you mean? Please ask again with a few of its words."
    )
    assert known.startswith("It stands here as an estimate.")


@pytest.mark.parametrize("words", ["when?", "is that confirmed?", "why?", "more"])
async def test_nothing_is_said_of_a_question_that_was_refused(
    bot: TalkingBot, words: str
) -> None:
    """There is no claim that it could be about."""
    await bot.answer("Which minister resigned in Peru?")

    assert (await bot.answer(words)).startswith("Which claim do you mean?")


async def test_nothing_is_carried_over_from_a_question_that_was_refused(
    bot: TalkingBot,
) -> None:
    """It would only drag the next one down; curators see both."""
    await bot.answer("Which minister resigned in Peru?")
    alone = await bot.answer("and in Kursk?", user_id="U0BEN")

    assert await bot.answer("and in Kursk?") == alone


async def test_a_claim_that_is_withheld_by_now_is_not_talked_about(
    bot: TalkingBot,
) -> None:
    """What was shown last is asked for anew, as it may be seen then."""
    await bot.load(HARBOUR)
    await bot.answer("Was the pier mined?")
    bot.audiences.reach = Reach.GUEST

    text = await bot.answer("who says so?")

    assert "mined" not in text


async def test_after_ten_minutes_a_question_stands_alone(bot: TalkingBot) -> None:
    """Nobody remembers what was asked before lunch."""
    await bot.answer("When was the deployment of troops confirmed?")
    bot.clock.move(timedelta(minutes=10))

    assert "Pyongyang" not in await bot.answer("and by whom?")


async def test_thanks_between_two_questions_do_not_part_them(bot: TalkingBot) -> None:
    """Courtesy is no question: the next one leans on the one before it."""
    await bot.answer("When was the deployment of troops confirmed?")
    await bot.answer("thanks")

    assert "Pyongyang" in await bot.answer("and by whom?")


async def test_a_refused_follow_up_is_kept_so_that_it_can_be_read(
    bot: TalkingBot,
) -> None:
    """Curators see what was asked, not only its end."""
    await bot.answer("Who won the Champions League?")
    await bot.answer("and the Europa League?")

    asked = {question.text for question in await bot.unanswered_store.open(HERE)}
    assert "Who won the Champions League? and the Europa League?" in asked


async def test_a_mention_is_answered_in_its_thread(bot: TalkingBot) -> None:
    """The channel is spared; a mention inside a thread stays in that thread."""
    await bot.answer("How many were killed?", channel_id="C0DESK")
    question_ts = f"{bot.clock.now().timestamp():.6f}"
    assert bot.last.thread_ts == question_ts

    await bot.answer("Troops", channel_id="C0DESK", thread_ts="7.7")
    assert bot.last.thread_ts == "7.7"


async def test_one_message_is_answered_once(bot: TalkingBot) -> None:
    """Slack tells twice of a mention in a DM, and again of what it thinks got lost."""
    message = AddressedMessage(
        HERE, "D0ANA", "U0ANA", "1795420700.000100", "Troops", is_dm=True
    )

    assert await bot.conversation.receive(message)
    assert not await bot.conversation.receive(message)
    await bot.work()
    assert not await bot.conversation.receive(message)
    await bot.work()

    assert len(bot.messenger.messages) == 1


async def test_a_question_survives_a_crash(
    sqlite_url: str, slack: RecordingMessenger
) -> None:
    """What was heard before a crash is answered after it, in the order it was asked."""
    async with open_talking_bot(sqlite_url, slack) as killed:
        await killed.serve(FIRST_LIBRARY)
        for words in ("Troops", "hello", "Wonsan"):
            await killed.hear(words)

    async with open_talking_bot(sqlite_url, slack) as restarted:
        await restarted.serve(FIRST_LIBRARY)
        await restarted.work()

    assert [text.split(" ")[0] for text in slack.texts] == [
        "Thousands",
        "Hello.",
        "Lavrov",
    ]


async def test_answers_come_in_the_order_of_the_questions(bot: TalkingBot) -> None:
    """Slack promises no order of events: the messages' own times decide."""
    first = AddressedMessage(
        HERE, "D0ANA", "U0ANA", "1795420700.000100", "hello", is_dm=True
    )
    second = AddressedMessage(
        HERE, "D0ANA", "U0ANA", "1795420700.000200", "thanks", is_dm=True
    )

    for message in (second, first):
        await bot.conversation.receive(message)
    await bot.work()

    assert [text.split(" ")[0] for text in bot.messenger.texts] == ["Hello.", "You're"]


HARBOUR = briefing_of(
    claim("open", text="The harbour is open."),
    claim("secret", text="The harbour will close in May.", handling="TLP:RED"),
    claim("inner", text="The pier was mined.", handling="TLP:AMBER"),
    audiences={"red": ["U0RED"]},
)


@pytest.mark.parametrize(
    ("reach", "user_id", "is_answered"),
    [
        (Reach.MEMBER, "U0RED", True),
        (Reach.MEMBER, "U0ANA", False),
        (Reach.GUEST, "U0GUEST", False),
        (Reach.EXTERNAL, "U0ELSE", False),
        (Reach.UNKNOWN, "U0GONE", False),
    ],
)
async def test_a_direct_answer_shows_what_that_person_may_see(
    bot: TalkingBot, reach: Reach, user_id: str, is_answered: bool
) -> None:
    """What is withheld reads like what was never written."""
    await bot.load(HARBOUR)
    bot.audiences.reach = reach

    text = await bot.answer("Will the harbour close in May?", user_id=user_id)

    assert ("will close in May" in text) is is_answered


@pytest.mark.parametrize(
    ("reach", "is_answered"),
    [(Reach.PRIVATE_ROOM, True), (Reach.OPEN_ROOM, False), (Reach.SHARED_ROOM, False)],
)
async def test_a_mention_shows_what_everybody_in_the_room_may_see(
    bot: TalkingBot, reach: Reach, is_answered: bool
) -> None:
    """The room decides, not who asked in it."""
    await bot.load(HARBOUR)
    bot.audiences.rooms["C0DESK"] = Audience(reach, frozenset({"C0DESK"}))

    text = await bot.answer("Was the pier mined?", channel_id="C0DESK")

    assert ("was mined" in text) is is_answered


async def test_an_asker_who_cannot_be_looked_up_is_answered_when_slack_tells(
    bot: TalkingBot,
) -> None:
    """The question is kept: it need not be asked again in a moment."""
    await bot.load(HARBOUR)
    bot.audiences.reach = None
    await bot.hear("Was the pier mined?")
    await bot.work()
    assert bot.messenger.messages == []

    bot.audiences.reach = Reach.MEMBER
    bot.clock.move(timedelta(minutes=1))
    await bot.work()

    assert "was mined" in bot.last.text


async def test_an_asker_who_can_never_be_looked_up_gets_what_is_public(
    bot: TalkingBot,
) -> None:
    """Whoever is addressed answers: after three look-ups what is TLP:CLEAR."""
    await bot.load(HARBOUR)
    bot.audiences.reach = None
    await bot.hear("Is the harbour open?")
    for _ in range(4):
        await bot.work()
        bot.clock.move(timedelta(minutes=10))

    assert "The harbour is open." in bot.last.text


async def test_what_could_not_be_checked_is_not_said_to_be_missing(
    bot: TalkingBot,
) -> None:
    """The answer is there, but perhaps not for them: nobody knows that yet."""
    await bot.load(HARBOUR)
    bot.audiences.reach = None
    await bot.hear("Was the pier mined?")
    for _ in range(4):
        await bot.work()
        bot.clock.move(timedelta(minutes=10))

    assert bot.last.text == UNCHECKED
    assert await bot.unanswered_store.open(HERE) == []


async def test_use_sets_the_briefing_of_the_channel(bot: TalkingBot) -> None:
    """The command's word works in plain text, too."""
    await bot.load(briefing_at(FIRST), HARBOUR)

    await bot.answer("use harbour", channel_id="C0DESK")

    assert bot.defaults.of(HERE, "C0DESK") == "harbour"


async def test_a_curators_own_name_comes_before_small_talk(bot: TalkingBot) -> None:
    """A section that curators call "data" is what "data" means there."""
    sections = [
        section(),
        section("data", title="Data of the port", claims=[claim("d")]),
    ]
    await bot.load(make_briefing(sections=sections))

    assert "Data of the port" in await bot.answer("data")


async def test_reads_are_counted_by_claim(bot: TalkingBot) -> None:
    """Curators learn which claims are read most, and nobody learns by whom."""
    await bot.answer("How many were killed?")
    await bot.answer("How many were killed?", user_id="U0BEN")

    reads = await bot.shown_store.reads(HERE)
    assert reads[ClaimKey("north-korea-russia", "casualties")] == 2


async def test_a_question_nobody_could_answer_for_a_day_is_given_up(
    bot: TalkingBot,
) -> None:
    """An answer to yesterday's question helps nobody."""
    await bot.hear("Troops")
    bot.clock.move(GRACE + timedelta(minutes=1))
    await bot.work()

    assert bot.messenger.messages == []
    assert [ending.reason for ending in bot.endings] == ["skipped: too late"]


@pytest.mark.parametrize(
    ("asked", "wish", "filled_in"),
    [
        (
            "how many soldiers fought in Kursk?",
            "subscribe me to this every weekday at 7",
            "Press Subscribe for the form, filled in: North Korea and Russia: Troops, "
            "weekdays at 07:00. Or type /brief subscribe to troops every weekday at 7.",
        ),
        (
            "tell me about Wonsan",
            "send me this every Friday",
            "Press Subscribe for the form, filled in: North Korea and Russia: Wonsan, "
            "Fridays at 08:00. Or type /brief subscribe wonsan every Friday.",
        ),
        (
            "who won the cup?",
            "send me this every Friday",
            "Press Subscribe for the form, filled in: Fridays at 08:00. Or type /brief "
            "subscribe this every Friday.",
        ),
    ],
    ids=["a claim's topic", "a topic", "nothing before"],
)
async def test_a_subscription_to_this_is_to_what_was_shown_last(
    bot: TalkingBot, asked: str, wish: str, filled_in: str
) -> None:
    """Nobody says the name again of what they look at."""
    await bot.answer(asked)

    assert await bot.answer(wish) == filled_in


@pytest.mark.parametrize("words", ["stop", "mute troops", "when is my next digest?"])
async def test_what_comes_is_listed_with_its_next_time_and_its_buttons(
    bot: TalkingBot, words: str
) -> None:
    """One press less for whoever has had enough; only in their own messages."""
    wanted = make_subscription(
        topics=("north-korea-russia/troops",), now=bot.clock.now()
    )
    await bot.subscription_store.create(wanted)

    text = await bot.answer(words, user_id=wanted.owner_id)

    assert text.startswith("North Korea and Russia: Troops\nEvery day at 08:00")
    assert "Next: " in text
    labels = [
        element["text"]["text"]
        for block in bot.last.part.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    assert labels[:2] == ["Pause", "Delete"]


async def test_a_draft_is_talked_about_by_its_first_claim(bot: TalkingBot) -> None:
    """What differs comes first: that is what an editor asks about."""
    await bot.answer("Lavrov hugged Kim. About 9,000 soldiers fought in Kursk.")

    text = await bot.answer("who says so?")

    assert "About: About 9,500 fought in “human wave” assaults in Kursk" in text


async def test_sources_behind_an_answer_are_those_of_its_briefing(
    bot: TalkingBot,
) -> None:
    """With several briefings nobody is asked back which one was just talked about."""
    await bot.serve(Library((briefing_at(FIRST), briefing_at(INVENTED))))
    await bot.answer("How many were killed?")

    text = await bot.answer("sources?")

    assert text.startswith("North Korea and Russia: 11 sources")
