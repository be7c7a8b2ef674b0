"""Shown wordings: whoever was shown an error is told at the next command, once."""

from collections.abc import AsyncIterator

import pytest

from bot.audiences import Asker
from bot.block_kit.part import ClaimMark
from bot.briefing.library import Library, SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.tlp import PUBLIC, Audience, Reach
from bot.corrections.model import ClaimKey
from bot.corrections.shown_wordings import ShownWordings, ShownWordingStore
from bot.db.database import open_database
from tests.factories import briefing_of, claim
from tests.fakes import MORNING
from tests.outbox import HERE

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
        yield ShownWordings(ShownWordingStore(database))


async def show(
    shown_wordings: ShownWordings,
    asker: Asker,
    library: SubLibrary,
    *notified: ClaimKey,
) -> None:
    """Show somebody the claim, or only tell of it."""
    prints = library.fingerprints["harbour"]
    marks = [] if notified else [ClaimMark("harbour", "boats", prints["boats"])]
    await shown_wordings.shown(asker, library, marks, notified=notified, at=MORNING)


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
