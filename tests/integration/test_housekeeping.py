"""Housekeeping: what has served is dropped, and what was missed is done."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from bot.audiences import Asker
from bot.briefing.tlp import Reach
from bot.corrections.corrections import Corrections
from bot.corrections.model import Correction, Rules, Unexplained
from bot.corrections.pruning import Pruning
from bot.corrections.shown_wordings import ShownWordings
from bot.curators.votes import VoteStore
from bot.housekeeping import Housekeeping
from bot.meaning.meanings import Meanings
from bot.meaning.vector_store import VectorStore
from bot.outbox.notifier import Notifier
from tests.factories import briefing_of, claim
from tests.fakes import MORNING, RecordingMessenger, StoppedClock
from tests.meaning import vector_of
from tests.outbox import HERE
from tests.questions import make_shown_wording, make_turn, make_unanswered
from tests.talking_bot import TalkingBot, open_talking_bot

AMBER = briefing_of(claim("divers", text="The divers resume.", handling="TLP:AMBER"))


@pytest.fixture
async def bot(sqlite_url: str) -> AsyncIterator[TalkingBot]:
    messenger = RecordingMessenger(StoppedClock())
    async with open_talking_bot(sqlite_url, messenger) as bot:
        await bot.load(AMBER)
        yield bot


class SilentQuestions:
    """A `CuratorQuestions` that asks nobody."""

    async def ask_for_go(self, waiting: Sequence[Correction]) -> None: ...

    async def say_who_let_out(self, asked: Sequence[Correction]) -> None: ...

    async def ask_for_entries(self, unexplained: Sequence[Unexplained]) -> None: ...


def housekeeping(bot: TalkingBot) -> Housekeeping:
    return Housekeeping(
        turns=bot.turns,
        unanswered_store=bot.unanswered_store,
        shown_store=bot.shown_store,
        votes=VoteStore(bot.database),
        pruning=Pruning(bot.database, kept_for=timedelta(days=180)),
        vectors=VectorStore(bot.database),
        meanings=Meanings(),
        unanswered=bot.unanswered,
        shown=ShownWordings(bot.shown_store, quiet=timedelta()),
        corrections=Corrections(
            bot.database,
            bot.revisions,
            Notifier(),
            rules=Rules(),
            has_second=lambda _library: (),
            ask=SilentQuestions(),
        ),
        revisions=bot.revisions,
        clock=bot.clock,
        kept_for=timedelta(days=90),
        alarm=asyncio.Event(),
    )


async def test_nothing_is_kept_longer_than_it_serves(bot: TalkingBot) -> None:
    """Turns for ten minutes, questions and wordings for the operator's days."""
    old = timedelta(days=91)
    await bot.turns.keep(make_turn(at=MORNING - timedelta(minutes=11)))
    await bot.unanswered_store.keep(make_unanswered(id="old", age=old))
    await bot.unanswered_store.keep(make_unanswered(id="new"))
    await bot.shown_store.keep([make_shown_wording(at=MORNING - old)])

    await housekeeping(bot).tidy(bot.clock.now())

    assert [question.id for question in await bot.unanswered_store.open()] == ["new"]
    assert await bot.shown_store.count_of_person(HERE, "U0ANA") == 0
    assert await bot.turns.forget(HERE, "U0ANA") == 0


async def test_vectors_that_nobody_uses_end_with_the_messages(bot: TalkingBot) -> None:
    """A load drops what it has no use for; where there is no model, none does."""
    vectors = VectorStore(bot.database)
    await vectors.add({"boats": vector_of("boats")})

    await housekeeping(bot).tidy(MORNING + timedelta(days=179))
    before = await vectors.count(["boats"])
    await housekeeping(bot).tidy(MORNING + timedelta(days=181))

    assert (before, await vectors.count(["boats"])) == (1, 0)


async def test_whoever_could_not_be_told_at_a_load_is_told_within_the_hour(
    bot: TalkingBot,
) -> None:
    """Slack did not say who they are; later it does."""
    asker = Asker(HERE, "U0ANA", "D0ANA")
    await bot.unanswered.sign(asker, "do divers resume?", briefing_id="harbour", id="q")
    bot.audiences.reach = None
    await bot.unanswered.notify_answered(await bot.revisions.current())
    bot.audiences.reach = Reach.MEMBER

    await housekeeping(bot).run_once()
    await bot.work()

    assert [message.channel_id for message in bot.messenger.messages] == ["D0ANA"]
