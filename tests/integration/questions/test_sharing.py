"""Sharing an answer: through the outbox, and no further than the room may see."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.audiences import Asker
from bot.briefing.tlp import Audience, Reach
from bot.errors import DeliveryError, FailureClass
from bot.outbox.interfaces import ChannelFacts
from bot.questions.pages import Page, PageKind
from bot.questions.sharing import ARCHIVED, NOT_A_MEMBER, NOT_FOR_ALL, SHARED, UNCHECKED
from tests.digest_bot import DigestBot, open_bot
from tests.factories import briefing_of, claim
from tests.fakes import RecordingMessenger, StoppedClock
from tests.outbox import HERE

ASKER = Asker(HERE, "U01", "C01")
OPEN = Page(PageKind.CLAIM, "harbour", "a")
RED = Page(PageKind.CLAIM, "harbour", "b")
BRIEFING = briefing_of(claim("a"), claim("b", handling="TLP:RED"))


class GuardedMessenger(RecordingMessenger):
    """A workspace whose channel says what its facts are, or nothing at all."""

    is_member = True
    error: DeliveryError | None = None

    async def describe_channel(
        self, installation: object, channel_id: str
    ) -> ChannelFacts:
        if self.error:
            raise self.error
        facts = await super().describe_channel(HERE, channel_id)
        return ChannelFacts(
            facts.channel_id,
            name=facts.name,
            is_member=self.is_member,
            is_archived=facts.is_archived,
            is_private=facts.is_private,
            is_dm=facts.is_dm,
            is_external=facts.is_external,
            can_read_back=facts.can_read_back,
        )


@pytest.fixture
def slack() -> GuardedMessenger:
    return GuardedMessenger(StoppedClock())


@pytest.fixture
async def bot(sqlite_url: str, slack: GuardedMessenger) -> AsyncIterator[DigestBot]:
    async with open_bot(sqlite_url, slack.clock, slack) as bot:
        await bot.load(BRIEFING)
        yield bot


async def test_what_is_shared_says_by_whom(bot: DigestBot) -> None:
    """The channel is told who brought it."""
    said = await bot.sharing.share(ASKER, OPEN, "press")
    await bot.work()

    assert said == SHARED
    assert bot.texts() == ["a, shared by U01 on 2026-11-23"]


async def test_one_press_is_shared_once(bot: DigestBot) -> None:
    """Slack may tell of a press twice."""
    for _ in range(2):
        await bot.sharing.share(ASKER, OPEN, "press")
    await bot.work()

    assert len(bot.texts()) == 1


async def test_what_the_room_may_not_see_is_not_shared(bot: DigestBot) -> None:
    """Whoever pressed may see it; not everybody else there may."""
    said = await bot.sharing.share(ASKER, RED, "press")
    await bot.work()

    assert (said, bot.texts()) == (NOT_FOR_ALL, [])


async def test_a_room_that_nobody_can_describe_gets_nothing(bot: DigestBot) -> None:
    """The look-up goes on, so pressing again finds it done."""
    bot.audiences.room = None

    assert await bot.sharing.share(ASKER, OPEN, "press") == UNCHECKED


async def test_a_room_that_was_opened_meanwhile_gets_nothing(bot: DigestBot) -> None:
    """Who reads it is looked at again before anything is posted."""
    red = Audience(Reach.MEMBER, frozenset({"C01"}))
    circles = {"red": ["C01"]}
    await bot.load(
        BRIEFING.model_validate(BRIEFING.model_dump() | {"audiences": circles})
    )
    bot.audiences.rooms["C01"] = red
    await bot.sharing.share(ASKER, RED, "press")

    del bot.audiences.rooms["C01"]
    await bot.work()

    assert bot.reasons == ["skipped: not everybody there may see it", "sent"]
    assert bot.texts("D01") == [
        "I couldn't share your answer in <#C01>. Not everybody there may see it."
    ]


async def test_what_cannot_be_posted_soon_is_dropped(bot: DigestBot) -> None:
    """An answer that comes an hour after it was shared answers nobody."""
    await bot.sharing.share(ASKER, OPEN, "press")

    bot.clock.move(timedelta(hours=1))
    await bot.work()

    assert bot.reasons == ["skipped: too late", "sent"]
    assert bot.texts("D01") == ["I couldn't share your answer in <#C01>. Too late."]


class TestClosedChannels:
    async def test_an_archived_one_is_named_as_such(
        self, bot: DigestBot, slack: GuardedMessenger
    ) -> None:
        """Inviting the bot would not help."""
        slack.archived.add("C01")

        assert await bot.sharing.share(ASKER, OPEN, "press") == ARCHIVED

    async def test_where_the_bot_is_no_member_it_asks_to_be_invited(
        self, bot: DigestBot, slack: GuardedMessenger
    ) -> None:
        """The button stays, to be pressed again."""
        slack.is_member = False

        assert await bot.sharing.share(ASKER, OPEN, "press") == NOT_A_MEMBER

    async def test_a_private_one_looks_as_if_it_were_not_there(
        self, bot: DigestBot, slack: GuardedMessenger
    ) -> None:
        """Slack does not show it to who is not in it; the way in is the same."""
        slack.error = DeliveryError("gone", permanent=FailureClass.DESTINATION)

        assert await bot.sharing.share(ASKER, OPEN, "press") == NOT_A_MEMBER

    async def test_while_slack_does_not_answer_it_is_left_to_the_outbox(
        self, bot: DigestBot, slack: GuardedMessenger
    ) -> None:
        """A passing error is no reason to refuse."""
        slack.error = DeliveryError("slow down", retry_after_s=1.0)

        assert await bot.sharing.share(ASKER, OPEN, "press") == SHARED
