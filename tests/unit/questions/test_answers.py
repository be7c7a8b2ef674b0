"""The one gate: who is asking decides what there is to answer with."""

import pytest

from bot.audiences import Asker
from bot.briefing.handling import Label, Reach
from bot.briefing.models import Briefing
from bot.installation import Installation
from bot.questions.answers import Answers
from bot.questions.channel_defaults import ChannelDefaults
from bot.questions.pages import (
    DefaultSet,
    Gone,
    Page,
    PageKind,
    Refusal,
    Shown,
    Unchecked,
)
from tests.factories import briefing_of, claim, make_briefing
from tests.fakes import StoppedClock
from tests.held import HeldBriefings, KnownAudiences

HERE = Installation("T1")
ASKER = Asker(HERE, "U1", "C1")
SECRET = Page(PageKind.CLAIM, "harbour", "secret")


def answers_to(
    reach: Reach | None, *briefings: Briefing
) -> tuple[Answers, KnownAudiences]:
    audiences = KnownAudiences(reach)
    answers = Answers(
        briefings=HeldBriefings(*briefings),
        audiences=audiences,
        defaults=ChannelDefaults(),
        clock=StoppedClock(),
    )
    return answers, audiences


def guarded() -> Briefing:
    secret = claim("secret", text="The zebra is blue.", handling=Label.AMBER)
    return briefing_of(claim(), secret)


async def test_nobody_is_looked_up_while_everything_is_clear() -> None:
    """TLP:CLEAR needs no look-up, so it works while Slack's API does not."""
    answers, audiences = answers_to(None, make_briefing())

    answer = await answers.to_words(ASKER, "storm")

    assert answer.reply == Shown(Page(PageKind.SECTION, "harbour", "storm"))
    assert audiences.asked == []


async def test_who_cannot_be_looked_up_is_asked_to_try_again() -> None:
    """It fails closed: not even what is clear is shown, as a "no" might be false."""
    answers, _ = answers_to(None, guarded())

    replies = [
        (await answers.to_words(ASKER, "losses")).reply,
        (await answers.to_question(ASKER, "losses")).reply,
        (await answers.to_page(ASKER, SECRET)).reply,
    ]

    assert replies == [Unchecked()] * 3


@pytest.mark.parametrize("reach", [Reach.GUEST, Reach.EXTERNAL])
async def test_a_withheld_claim_reads_like_one_never_written(reach: Reach) -> None:
    """Commands, questions and buttons answer as if there were no such claim."""
    answers, _ = answers_to(reach, guarded())

    assert (await answers.to_words(ASKER, "claim secret")).reply == Gone(
        Page(PageKind.CLAIM, "", "secret")
    )
    assert isinstance((await answers.to_words(ASKER, "zebra")).reply, Refusal)
    assert (await answers.to_page(ASKER, SECRET)).reply == Gone(SECRET)


async def test_a_member_is_shown_the_claim() -> None:
    """A full member may see what is AMBER."""
    answers, _ = answers_to(Reach.MEMBER, guarded())

    assert (await answers.to_words(ASKER, "secret")).reply == Shown(SECRET)
    assert (await answers.to_page(ASKER, SECRET)).reply == Shown(SECRET)


async def test_a_channel_means_the_briefing_it_was_told_to_use() -> None:
    """`use` holds for that channel, and for no other."""
    answers, _ = answers_to(Reach.MEMBER, make_briefing(), make_briefing(id="other"))
    front = Shown(Page(PageKind.OVERVIEW, "other"))

    used = await answers.to_words(ASKER, "use other")

    assert used.reply == DefaultSet("other")
    assert (await answers.to_words(ASKER, "")).reply == front
    elsewhere = await answers.to_words(Asker(HERE, "U1", "C2"), "")
    assert elsewhere.reply != front
