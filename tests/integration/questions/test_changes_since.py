"""`/brief changes`: counted from the last digest that came here."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.audiences import Asker
from bot.briefing.library import SubLibrary
from bot.briefing.tlp import PUBLIC, Audience, Reach
from bot.questions.changes_since import ChangesSince
from bot.questions.pages import Page, PageKind, Reply, Shown
from bot.slack.views.message import RenderContext
from bot.slack.views.render import render
from tests.digest_bot import DigestBot, make_digest, open_bot
from tests.factories import briefing_of, claim
from tests.fakes import StoppedClock
from tests.outbox import HERE

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
CHANGES = Page(PageKind.CHANGES, "harbour")
HERE_AND_ME = Asker(HERE, "U01", "C01")
WHEN = "<!date^1795420800^{date_short_pretty} {time}|Mon 23 November 08:00 UTC>"

A = briefing_of(claim("a"))
AB = briefing_of(claim("a"), claim("b", text="The pier is closed."))


@pytest.fixture
async def bot(sqlite_url: str) -> AsyncIterator[DigestBot]:
    async with open_bot(sqlite_url, StoppedClock(SUNDAY)) as bot:
        yield bot


async def first_line(bot: DigestBot, asker: Asker = HERE_AND_ME, **reader: bool) -> str:
    """Ask what changed, and return the first line of the answer."""
    library = bot.briefings.served.library.for_audience(PUBLIC)
    return (await text(bot, asker, library, **reader)).partition("\n")[0]


async def counted(
    bot: DigestBot, asker: Asker, reply: Reply, library: SubLibrary, **reader: bool
) -> Reply:
    since = ChangesSince(bot.history, bot.revisions, audiences=bot.audiences)
    return await since.count(asker, reply, library, **reader)


async def text(
    bot: DigestBot, asker: Asker, library: SubLibrary, **reader: bool
) -> str:
    reply = await counted(bot, asker, Shown(CHANGES), library, **reader)
    return render(reply, RenderContext(library, SUNDAY.date())).text


async def test_changes_are_counted_from_the_last_digest_here(bot: DigestBot) -> None:
    """What the channel was told already is no news to it."""
    await bot.load(A, make_digest())
    await bot.at(MONDAY)
    assert await first_line(bot) == (
        "What the storm did to the harbour: nothing changed since the last digest, "
        f"{WHEN}"
    )

    await bot.load(AB, make_digest())

    assert await first_line(bot) == (
        f"What the storm did to the harbour: 1 new since the last digest, {WHEN}"
    )


async def test_since_a_day_what_is_new_is_counted_too(bot: DigestBot) -> None:
    """No claim's own revisions tell that it is new: the library of then does."""
    since_monday = Shown(replace(CHANGES, since=MONDAY.date()))
    await bot.load(A, make_digest())
    bot.clock.move(MONDAY - SUNDAY)
    await bot.load(AB, make_digest())
    library = bot.briefings.served.library.for_audience(PUBLIC)

    reply = await counted(bot, HERE_AND_ME, since_monday, library)

    said = render(reply, RenderContext(library, MONDAY.date())).text.split("\n")
    assert said[0] == (
        "What the storm did to the harbour: 1 new since 23 November 2026"
    )
    assert "The pier is closed" in said[2]


async def test_since_a_day_before_the_first_start_the_claims_tell_themselves(
    bot: DigestBot,
) -> None:
    """What was so then is not known here."""
    since_friday = Shown(replace(CHANGES, since=date(2026, 11, 20)))
    await bot.load(A, make_digest())
    library = bot.briefings.served.library.for_audience(PUBLIC)

    assert await counted(bot, HERE_AND_ME, since_friday, library) == since_friday


async def test_elsewhere_it_is_counted_from_what_came_to_me(bot: DigestBot) -> None:
    """A channel without a digest knows of its readers' own."""
    await bot.load(A, make_digest(to=["U01"]))
    await bot.at(MONDAY)
    await bot.load(AB, make_digest(to=["U01"]))

    elsewhere = Asker(HERE, "U01", "C09")
    assert "1 new since" in await first_line(bot, elsewhere)


async def test_a_room_is_answered_from_its_own_digests_alone(bot: DigestBot) -> None:
    """What came to one person's DM, and when, is nothing to tell everybody."""
    await bot.load(A, make_digest(to=["U01"]))
    await bot.at(MONDAY)

    elsewhere = Asker(HERE, "U01", "C09")
    assert "no corrections" in await first_line(bot, elsewhere, is_for_room=True)


async def test_whoever_was_never_sent_one_sees_the_claims_own_history(
    bot: DigestBot,
) -> None:
    """There is nothing to count from."""
    await bot.load(A, make_digest())

    assert await first_line(bot) == (
        "What the storm did to the harbour: no corrections or updates so far."
    )


async def test_what_i_may_not_see_is_no_change_for_me(bot: DigestBot) -> None:
    """A claim that is withheld is not counted either."""
    bot.audiences.room = Reach.PRIVATE_ROOM
    green = {"handling": "TLP:GREEN"}
    with_red = briefing_of(claim("a"), claim("b", handling="TLP:RED"), **green)
    await bot.load(briefing_of(claim("a"), **green), make_digest())
    await bot.at(MONDAY)
    await bot.load(with_red, make_digest())

    member = Audience(Reach.MEMBER, frozenset({"U01"}))
    library = bot.briefings.served.library.for_audience(member)
    assert "nothing changed since" in await text(bot, HERE_AND_ME, library)


async def test_what_is_withheld_by_now_is_not_said_to_be_gone(bot: DigestBot) -> None:
    """Its words were open when the digest came, and are not any more."""
    await bot.load(AB, make_digest())
    await bot.at(MONDAY)
    closed = briefing_of(claim("a"), claim("b", handling="TLP:AMBER"))
    await bot.load(closed, make_digest())

    assert "nothing changed since" in await first_line(bot)


async def test_while_the_database_is_slow_the_page_itself_is_shown(
    bot: DigestBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command is answered within three seconds, whatever happens."""
    await bot.load(A, make_digest())
    await bot.at(MONDAY)
    # No fake of a database is slow enough; the patience is what can be shortened.
    monkeypatch.setattr("bot.questions.changes_since.PATIENCE_S", 0.0)

    assert "no corrections" in await first_line(bot)


async def test_other_answers_stay_as_they_are(bot: DigestBot) -> None:
    """Only the page of changes is about time."""
    await bot.load(A)
    library = bot.briefings.served.library.for_audience(PUBLIC)
    reply = Shown(Page(PageKind.OVERVIEW, "harbour"))

    assert await counted(bot, HERE_AND_ME, reply, library) is reply
