"""Shown wordings: whoever was shown an error is told at the next command, once."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.audiences import Asker
from bot.briefing.library import Library, SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.tlp import PUBLIC, Audience, Reach
from bot.corrections.model import ClaimKey
from bot.corrections.shown_wordings import ShownWordings, ShownWordingStore
from bot.db.database import open_database
from tests.factories import briefing_of, claim
from tests.fakes import MORNING
from tests.integration.corrections.stage import entry, lost, text
from tests.outbox import HERE
from tests.talking_bot import TalkingBot

ANA, BEN = Asker(HERE, "U0ANA"), Asker(HERE, "U0BEN")
BOATS = ClaimKey("harbour", "boats")


def harbour(number: int = 40, *entries: str, **fields: str) -> Briefing:
    """Return a briefing whose claim has an entry of each of these kinds."""
    revisions = [
        {"date": "2026-11-23", "kind": kind, "was": "About 40.", "because": "News."}
        for kind in entries
    ]
    text = f"About {number} boats were lost."
    return briefing_of(claim("boats", text=text, revisions=revisions, **fields))


def seen_by_all(briefing: Briefing) -> SubLibrary:
    return Library((briefing,)).for_audience(PUBLIC)


@pytest.fixture
async def shown_wordings(sqlite_url: str) -> AsyncIterator[ShownWordings]:
    async with open_database(sqlite_url) as database:
        yield ShownWordings(ShownWordingStore(database), quiet=timedelta())


async def show(
    shown_wordings: ShownWordings,
    asker: Asker,
    library: SubLibrary,
    *notified: ClaimKey,
) -> None:
    """Show somebody the claim, or only tell of it, and store that."""
    note(shown_wordings, asker, library, *notified)
    await shown_wordings.keep()


def note(
    shown_wordings: ShownWordings,
    asker: Asker,
    library: SubLibrary,
    *notified: ClaimKey,
) -> None:
    claims = frozenset(() if notified else {BOATS})
    shown_wordings.note(asker, library, claims, notified=notified, at=MORNING)


@pytest.mark.parametrize("kind", ["correction", "withdrawal"])
async def test_whoever_was_shown_an_error_is_told(
    shown_wordings: ShownWordings, kind: str
) -> None:
    """A correction or a withdrawal since concerns whoever looked before it."""
    await show(shown_wordings, ANA, seen_by_all(harbour()))
    now = Library((harbour(47, kind),))

    await shown_wordings.refresh(now)

    assert shown_wordings.corrected(ANA, now.for_audience(PUBLIC)) == (BOATS,)
    assert shown_wordings.corrected(BEN, now.for_audience(PUBLIC)) == ()


async def test_being_told_once_is_enough(shown_wordings: ShownWordings) -> None:
    """Neither the next command nor the next load tells of it again."""
    await show(shown_wordings, ANA, seen_by_all(harbour()))
    now = Library((harbour(47, "correction"),))
    seen = now.for_audience(PUBLIC)
    await shown_wordings.refresh(now)

    await show(shown_wordings, ANA, seen, BOATS)

    assert shown_wordings.corrected(ANA, seen) == ()
    await shown_wordings.refresh(now)
    assert shown_wordings.corrected(ANA, seen) == ()


async def test_news_is_no_error(shown_wordings: ShownWordings) -> None:
    """What was right when it was shown needs no word: digests tell of news."""
    await show(shown_wordings, ANA, seen_by_all(harbour()))
    now = Library((harbour(47, "update"),))

    await shown_wordings.refresh(now)

    assert shown_wordings.corrected(ANA, now.for_audience(PUBLIC)) == ()


async def test_an_error_mended_before_somebody_looked_is_none_for_them(
    shown_wordings: ShownWordings,
) -> None:
    """An update after it does not make the old correction news."""
    await show(shown_wordings, ANA, seen_by_all(harbour(47, "correction")))
    now = Library((harbour(50, "correction", "update"),))

    await shown_wordings.refresh(now)

    assert shown_wordings.corrected(ANA, now.for_audience(PUBLIC)) == ()


async def test_what_somebody_may_not_see_any_more_is_not_told(
    shown_wordings: ShownWordings,
) -> None:
    """A claim that became stricter is gone for whoever it is withheld from."""
    await show(shown_wordings, ANA, seen_by_all(harbour()))
    now = Library((harbour(47, "correction", handling="TLP:AMBER"),))

    await shown_wordings.refresh(now)

    assert shown_wordings.corrected(ANA, now.for_audience(PUBLIC)) == ()
    member = now.for_audience(Audience(Reach.MEMBER, frozenset({"U0ANA"})))
    assert shown_wordings.corrected(ANA, member) == (BOATS,)


async def test_whoever_is_forgotten_is_told_of_nothing(
    shown_wordings: ShownWordings,
) -> None:
    """Memory forgets with the store."""
    await show(shown_wordings, ANA, seen_by_all(harbour()))
    now = Library((harbour(47, "correction"),))
    await shown_wordings.refresh(now)

    shown_wordings.forget(HERE, "U0ANA")

    assert shown_wordings.corrected(ANA, now.for_audience(PUBLIC)) == ()


async def test_what_was_shown_just_now_is_stored_for_nobody_who_is_forgotten(
    shown_wordings: ShownWordings,
) -> None:
    """It was only noted yet; what others were shown with it is stored."""
    seen = seen_by_all(harbour())
    note(shown_wordings, ANA, seen)
    note(shown_wordings, BEN, seen)

    shown_wordings.forget(HERE, "U0ANA")

    now = Library((harbour(47, "correction"),))
    await shown_wordings.refresh(now)
    assert shown_wordings.corrected(ANA, now.for_audience(PUBLIC)) == ()
    assert shown_wordings.corrected(BEN, now.for_audience(PUBLIC)) == (BOATS,)


async def test_the_last_of_several_looks_counts_and_each_is_a_read(
    sqlite_url: str,
) -> None:
    """However many of them are stored together."""
    async with open_database(sqlite_url) as database:
        store = ShownWordingStore(database)
        shown_wordings = ShownWordings(store, quiet=timedelta())
        note(shown_wordings, ANA, seen_by_all(harbour()))
        note(shown_wordings, ANA, seen_by_all(harbour(47, "correction")))
        note(shown_wordings, BEN, seen_by_all(harbour()))

        now = Library((harbour(47, "correction"),))
        await shown_wordings.refresh(now)

        seen = now.for_audience(PUBLIC)
        corrected = [shown_wordings.corrected(who, seen) for who in (ANA, BEN)]
        assert corrected == [(), (BOATS,)]
        assert await store.reads(HERE) == {BOATS: 3}


QUIET = timedelta(minutes=2)
LOST = ClaimKey("harbour", "losses")


async def look(bot: TalkingBot, shown_wordings: ShownWordings) -> tuple[ClaimKey, ...]:
    """Have Ana ask for the claim; return what is corrected above it."""
    seen = (await bot.revisions.current()).for_audience(PUBLIC)
    told = shown_wordings.corrected(ANA, seen)
    shown_wordings.note(ANA, seen, frozenset({LOST}), notified=told, at=bot.clock.now())
    await shown_wordings.keep()
    return told


async def load(
    bot: TalkingBot, shown_wordings: ShownWordings, briefing: Briefing
) -> None:
    await bot.load(briefing)
    await shown_wordings.refresh(await bot.revisions.current())


async def test_nobody_is_told_within_the_quiet_time(bot: TalkingBot) -> None:
    """It runs from when the revision became current, also after a restart."""
    shown_wordings = ShownWordings(bot.shown_store, quiet=QUIET)
    await look(bot, shown_wordings)
    await load(bot, shown_wordings, lost(47, entry("correction", 40)))
    seen = (await bot.revisions.current()).for_audience(PUBLIC)

    bot.clock.move(QUIET / 2)
    restarted = ShownWordings(bot.shown_store, quiet=QUIET)
    await restarted.refresh(await bot.revisions.current())
    within = shown_wordings.corrected(ANA, seen), restarted.corrected(ANA, seen)
    bot.clock.move(QUIET / 2)
    after = shown_wordings.corrected(ANA, seen), restarted.corrected(ANA, seen)

    assert (within, after) == (((), ()), ((LOST,), (LOST,)))


async def test_of_a_slip_that_is_taken_back_in_time_nobody_hears(
    bot: TalkingBot,
) -> None:
    """Neither then nor later: what was shown is right."""
    shown_wordings = ShownWordings(bot.shown_store, quiet=QUIET)
    await look(bot, shown_wordings)
    await load(bot, shown_wordings, lost(47, entry("correction", 40)))
    await load(bot, shown_wordings, lost(40))
    bot.clock.move(QUIET)

    assert await look(bot, shown_wordings) == ()


async def test_whoever_looks_again_within_the_quiet_time_is_told_after_it(
    bot: TalkingBot,
) -> None:
    """Also where something else is loaded meanwhile; and once."""
    shown_wordings = ShownWordings(bot.shown_store, quiet=QUIET)
    await look(bot, shown_wordings)
    await load(bot, shown_wordings, lost(47, entry("correction", 40)))
    within = await look(bot, shown_wordings)
    losses = claim(text=text(47), revisions=[entry("correction", 40)])
    await load(bot, shown_wordings, briefing_of(losses, claim("tug", text="It sank.")))
    bot.clock.move(QUIET)

    assert within == ()
    assert await look(bot, shown_wordings) == (LOST,)
    assert await look(bot, shown_wordings) == ()


async def test_whoever_saw_a_slip_is_told_that_it_was_one(bot: TalkingBot) -> None:
    """They looked while it stood there, and it was taken back."""
    shown_wordings = ShownWordings(bot.shown_store, quiet=QUIET)
    await look(bot, shown_wordings)
    await load(bot, shown_wordings, lost(47, entry("correction", 40)))
    await look(bot, shown_wordings)
    await load(bot, shown_wordings, lost(40))
    bot.clock.move(QUIET)

    assert await look(bot, shown_wordings) == (LOST,)
