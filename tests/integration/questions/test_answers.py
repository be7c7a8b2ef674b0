"""The one gate: who is asking decides what there is to answer with."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from bot.audiences import Asker
from bot.briefing.models import Briefing
from bot.briefing.tlp import Label, Reach
from bot.installation import Installation
from bot.questions.answers import Answers
from bot.questions.pages import (
    DefaultSet,
    Gone,
    Page,
    PageKind,
    Refusal,
    Shown,
    Unchecked,
)
from tests.answering import open_answering
from tests.factories import briefing_of, claim, make_briefing
from tests.held import HeldBriefings, KnownAudiences

HERE = Installation("T1")
ASKER = Asker(HERE, "U1", "C1")
AnswersTo = Callable[..., Awaitable[tuple[Answers, KnownAudiences]]]
SECRET = Page(PageKind.CLAIM, "harbour", "secret")


@pytest.fixture
async def answers_to(sqlite_url: str) -> AsyncIterator[AnswersTo]:
    """Open what answers somebody of this reach, from these briefings."""
    async with AsyncExitStack() as stack:

        async def opened(
            reach: Reach | None, *briefings: Briefing
        ) -> tuple[Answers, KnownAudiences]:
            audiences = KnownAudiences(reach)
            answering = await stack.enter_async_context(
                open_answering(sqlite_url, HeldBriefings(*briefings), audiences)
            )
            return answering.answers, audiences

        yield opened


def guarded() -> Briefing:
    secret = claim("secret", text="The zebra is blue.", handling=Label.AMBER)
    return briefing_of(claim(), secret)


async def test_nobody_is_looked_up_while_everything_is_clear(
    answers_to: AnswersTo,
) -> None:
    """TLP:CLEAR needs no look-up, so it works while Slack's API does not."""
    answers, audiences = await answers_to(None, make_briefing())

    answer = await answers.to_command(ASKER, "storm")

    assert answer.reply == Shown(Page(PageKind.SECTION, "harbour", "storm"))
    assert audiences.asked == []


async def test_who_cannot_be_looked_up_is_asked_to_try_again(
    answers_to: AnswersTo,
) -> None:
    """It fails closed: not even what is clear is shown, as a "no" might be false."""
    answers, _ = await answers_to(None, guarded())

    replies = [
        (await answers.to_command(ASKER, "losses")).reply,
        (await answers.to_search(ASKER, "losses")).reply,
        (await answers.to_page(ASKER, SECRET)).reply,
    ]

    assert replies == [Unchecked()] * 3


@pytest.mark.parametrize("reach", [Reach.GUEST, Reach.EXTERNAL])
async def test_a_withheld_claim_reads_like_one_never_written(
    answers_to: AnswersTo, reach: Reach
) -> None:
    """Commands, questions and buttons answer as if there were no such claim."""
    answers, _ = await answers_to(reach, guarded())

    assert (await answers.to_command(ASKER, "claim secret")).reply == Gone(
        Page(PageKind.CLAIM, "", "secret")
    )
    assert isinstance((await answers.to_command(ASKER, "zebra")).reply, Refusal)
    assert (await answers.to_page(ASKER, SECRET)).reply == Gone(SECRET)


async def test_a_member_is_shown_the_claim(
    answers_to: AnswersTo,
) -> None:
    """A full member may see what is AMBER."""
    answers, _ = await answers_to(Reach.MEMBER, guarded())

    assert (await answers.to_command(ASKER, "secret")).reply == Shown(SECRET)
    assert (await answers.to_page(ASKER, SECRET)).reply == Shown(SECRET)


async def test_a_channel_means_the_briefing_it_was_told_to_use(
    answers_to: AnswersTo,
) -> None:
    """`use` holds for that channel, and for no other."""
    answers, _ = await answers_to(
        Reach.MEMBER, make_briefing(), make_briefing(id="other")
    )
    front = Shown(Page(PageKind.OVERVIEW, "other"))

    used = await answers.to_command(ASKER, "use other")

    assert used.reply == DefaultSet("other")
    assert (await answers.to_command(ASKER, "")).reply == front
    elsewhere = await answers.to_command(Asker(HERE, "U1", "C2"), "")
    assert elsewhere.reply != front
