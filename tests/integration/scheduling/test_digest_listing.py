"""`/brief digests` and `/brief why`: what comes here and to me, and how it ended."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.outbox.watermarks import WatermarkStore
from bot.scheduling.digest_status import DigestListing
from bot.slack.digests import DigestHandlers
from bot.slack.payloads import Interaction
from bot.subscriptions.store import SubscriptionStore
from tests.digest_bot import DigestBot, make_digest, open_bot
from tests.factories import briefing_of, claim, make_briefing, section
from tests.fakes import StoppedClock
from tests.outbox import HERE
from tests.subscriptions import make_subscription

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
HARBOUR = briefing_of(claim("a"))
ASKER = Asker(HERE, "U01", "C01")
TUESDAY = "Tue 24 November 08:00 London time"
MONDAY_6 = "Mon 23 November 06:00 London time"
MONDAY_8 = "Mon 23 November 08:00 London time"


@pytest.fixture
async def bot(sqlite_url: str) -> AsyncIterator[DigestBot]:
    async with open_bot(sqlite_url, StoppedClock(SUNDAY)) as bot:
        yield bot


@pytest.fixture
def handlers(bot: DigestBot) -> DigestHandlers:
    listing = DigestListing(
        bot.briefings,
        SubscriptionStore(bot.database),
        bot.context.destinations,
        audiences=bot.audiences,
        history=bot.history,
        store=bot.store,
        watermarks=WatermarkStore(bot.database),
    )
    return DigestHandlers(listing, "/brief")


async def listed(handlers: DigestHandlers, asker: Asker = ASKER) -> list[str]:
    return (await handlers.typed_digests(Interaction(asker))).text.split("\n")


async def why(handlers: DigestHandlers, words: str, asker: Asker = ASKER) -> list[str]:
    part = await handlers.typed_why(Interaction(asker, value=words))
    return part.text.split("\n") if isinstance(part, Part) else [part.name]


async def test_the_channels_and_my_own_are_listed_with_their_next_times(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """Each reader sees the times in their own zone."""
    bot.messenger.names["desk"] = "C01"
    await bot.load(
        HARBOUR,
        make_digest(to=["#desk", "C02"]),
        make_digest("mine", title="Mine", show="full", to=["U01"]),
        make_digest("elsewhere", title="Elsewhere", to=["C02"]),
    )

    assert await listed(handlers) == [
        "In this channel",
        f"• Daily, what changed: next {MONDAY_8}",
        "To you alone",
        f"• Mine, the full briefing: next {MONDAY_8}",
    ]


async def test_where_nothing_comes_it_says_how_to_change_that(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """Nobody is subscribed by default."""
    await bot.load(HARBOUR, make_digest(to=["C02"]))

    none = "No digest comes here or to you. /brief subscribe sets one up."
    assert await listed(handlers) == [none]
    assert await why(handlers, "") == [none]


async def test_subscriptions_are_listed_beside_them(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """To whoever reads it, both are digests."""
    await bot.load(HARBOUR)
    subscription = make_subscription()
    await SubscriptionStore(bot.database).create(subscription)

    lines = await listed(handlers, Asker(HERE, subscription.owner_id, "C09"))

    assert lines[0] == "To you alone"
    assert lines[1].startswith("• Harbour, ")


async def test_a_digest_of_what_i_may_not_see_has_no_name_for_me(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """Its title could tell of what is withheld."""
    red = briefing_of(claim("a"), handling="TLP:RED")
    await bot.load(red, make_digest())

    assert len(await listed(handlers)) == 1
    assert await why(handlers, "daily") == await why(handlers, "volcano")


async def test_a_digest_of_which_i_see_a_part_goes_by_that_part(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """What was set up together may be withheld in part since."""
    sabotage = section("sabotage", claims=[claim("s", handling="TLP:RED")])
    await bot.load(make_briefing(sections=[section(), sabotage]))
    topics = ("harbour/storm", "harbour/sabotage")
    both = replace(make_subscription(topics=topics), title="Storm, Sabotage")
    await SubscriptionStore(bot.database).create(both)

    lines = await listed(handlers, Asker(HERE, both.owner_id, "C09"))

    assert lines[1].startswith("• What the storm did to the harbour: Storm, ")


async def test_who_cannot_be_looked_up_is_asked_to_try_again(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """Nothing is shown that somebody may not see."""
    bot.audiences.reach = None
    await bot.load(briefing_of(claim("a"), handling="TLP:AMBER"), make_digest())

    words = "I couldn't check just now what you may see. Please ask again in a moment."
    assert await listed(handlers) == [words]
    assert await why(handlers, "daily") == [words]


async def test_each_occurrence_says_how_it_ended(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """Latest first, then when the next one is."""
    await bot.load(HARBOUR, make_digest(nothing_new="skip"))
    for day in range(2):
        await bot.at(MONDAY + day * DAY)

    wednesday = "Wed 25 November 08:00 London time"
    assert await why(handlers, "Daily") == [
        "Daily",
        f"• {TUESDAY}: skipped: nothing new",
        f"• {MONDAY_8}: sent",
        f"Next {wednesday}",
    ]


async def test_others_deliveries_are_their_own_affair(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """A channel is told of its own, and a person of theirs beside it."""
    await bot.load(HARBOUR, make_digest(to=["C01", "C02", "U02"]))
    await bot.at(MONDAY)

    assert (await why(handlers, "daily"))[1:-1] == [f"• {MONDAY_8}: sent"]
    assert (await why(handlers, "daily", Asker(HERE, "U02", "C02")))[1:-1] == [
        f"• {MONDAY_8}: sent",
        f"• {MONDAY_8}, to you: sent",
    ]


async def test_a_digest_not_due_yet_says_so(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """Silence is not read as failure."""
    await bot.load(HARBOUR, make_digest())

    assert await why(handlers, "daily") == [
        "Daily",
        "Nothing of it has been due here yet.",
        f"Next {MONDAY_8}",
    ]


async def test_a_name_almost_right_is_repaired(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """And words that no digest goes by are left to the search: they are a question."""
    await bot.load(HARBOUR, make_digest())

    assert await why(handlers, "dayly") == [
        "No digest called “dayly” comes here or to you. Did you mean “Daily”?"
    ]
    assert await why(handlers, "volcano") == ["NAME"]
    assert await why(handlers, "North Korea helps Russia") == ["NAME"]


async def test_a_clock_that_was_set_back_is_told_with_its_digest(
    bot: DigestBot, handlers: DigestHandlers
) -> None:
    """Whoever asks why nothing came learns that planning had run ahead."""
    await bot.load(HARBOUR, make_digest())
    await bot.at(MONDAY)
    bot.clock.set_back(timedelta(hours=2))
    await bot.planner.plan()

    assert (await why(handlers, "daily"))[2] == (
        f"• The clock was set back: it was planned until {MONDAY_8}, and on "
        f"{MONDAY_6} it began from there again. Nothing is sent twice."
    )
