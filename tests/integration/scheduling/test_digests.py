"""Digests from the file to the channel: what each recipient gets, day after day."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.briefing.tlp import Audience, Label, Reach
from tests.digest_bot import DigestBot, make_digest, open_bot
from tests.factories import briefing_of, claim
from tests.fakes import StoppedClock

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

A = briefing_of(claim("a"))
AB = briefing_of(claim("a"), claim("b"))
ABC = briefing_of(claim("a"), claim("b"), claim("c"))


@pytest.fixture
async def bot(database_url: str) -> AsyncIterator[DigestBot]:
    async with open_bot(database_url, StoppedClock(SUNDAY)) as bot:
        yield bot


@pytest.fixture
async def light_bot(sqlite_url: str) -> AsyncIterator[DigestBot]:
    """On SQLite alone, for what does not depend on the database."""
    async with open_bot(sqlite_url, StoppedClock(SUNDAY)) as bot:
        yield bot


async def test_each_day_says_what_changed_since_the_last(bot: DigestBot) -> None:
    """The first is the full one and sets the base line; then only news is told."""
    digest = make_digest(to=["C01", "U01"])
    await bot.load(A, digest)

    await bot.at(MONDAY)
    await bot.load(AB, digest)
    await bot.at(MONDAY + DAY)

    assert bot.texts("C01") == ["full | a | introduced", "changes | b"]
    assert bot.texts("D01") == bot.texts("C01")


async def test_the_line_that_nothing_is_new_is_edited_until_something_is(
    bot: DigestBot,
) -> None:
    """A quiet week leaves one line, not five; news is a message of its own."""
    digest = make_digest()
    await bot.load(A, digest)
    for day in range(4):
        await bot.at(MONDAY + day * DAY)
    assert bot.texts()[1:] == ["nothing new | since 23 Nov"]

    await bot.load(AB, digest)
    await bot.at(MONDAY + 4 * DAY)
    await bot.at(MONDAY + 5 * DAY)

    assert bot.texts()[1:] == [
        "nothing new | since 23 Nov",
        "changes | b",
        "nothing new | since 27 Nov",
    ]
    assert bot.reasons == ["sent"] * 6


class TestOneRecipient:
    async def test_nothing_new_may_be_skipped(self, light_bot: DigestBot) -> None:
        """It is recorded with its reason."""
        await light_bot.load(A, make_digest(nothing_new="skip"))

        await light_bot.at(MONDAY)
        await light_bot.at(MONDAY + DAY)

        assert light_bot.reasons == ["sent", "skipped: nothing new"]
        assert light_bot.texts() == ["full | a | introduced"]

    async def test_a_line_that_is_gone_is_said_anew(self, light_bot: DigestBot) -> None:
        """Somebody deleted it; the news that there is none is not lost with it."""
        await light_bot.load(A, make_digest())
        await light_bot.at(MONDAY)
        await light_bot.at(MONDAY + DAY)
        del light_bot.messenger.messages[-1]

        await light_bot.at(MONDAY + 2 * DAY)

        assert light_bot.texts()[1:] == ["nothing new | since 23 Nov"]
        assert light_bot.reasons == ["sent"] * 3

    async def test_what_a_room_may_not_see_does_not_exist_for_it(
        self, light_bot: DigestBot
    ) -> None:
        """A claim that is withheld is no news there, and where all is, none is sent."""
        secret = briefing_of(
            claim("a", handling="TLP:RED"), claim("b"), handling="TLP:GREEN"
        )
        guests = Audience(Reach.OPEN_ROOM, frozenset({"C02"}))
        light_bot.audiences.rooms["C02"] = guests
        await light_bot.load(secret, make_digest(to=["C01", "C02"]))

        await light_bot.at(MONDAY)

        assert light_bot.texts("C01") == []
        assert light_bot.texts("C02") == ["full | b | introduced"]
        assert sorted(light_bot.reasons) == [
            "sent",
            "skipped: nothing that this audience may see",
        ]

    async def test_what_was_withdrawn_from_a_room_is_not_spoken_of(
        self, light_bot: DigestBot
    ) -> None:
        """Not even as removed: its words are withheld, and so is that they were."""
        light_bot.audiences.room = Reach.OPEN_ROOM
        digest = make_digest()
        await light_bot.load(AB, digest)
        await light_bot.at(MONDAY)

        closed = briefing_of(claim("a"), claim("b", handling=Label.AMBER))
        await light_bot.load(closed, digest)
        await light_bot.at(MONDAY + DAY)

        assert light_bot.texts()[1:] == ["nothing new | since 23 Nov"]

    async def test_what_is_opened_to_a_room_is_new_there(
        self, light_bot: DigestBot
    ) -> None:
        """What was withheld when the room was last told cannot have changed."""
        light_bot.audiences.room = Reach.OPEN_ROOM
        digest = make_digest()
        closed = briefing_of(claim("a"), claim("b", handling=Label.AMBER))
        await light_bot.load(closed, digest)
        await light_bot.at(MONDAY)

        await light_bot.load(AB, digest)
        await light_bot.at(MONDAY + DAY)

        assert light_bot.texts()[1:] == ["changes | b"]

    async def test_what_everybody_may_see_needs_no_look_up(
        self, light_bot: DigestBot
    ) -> None:
        """Slack is not asked about rooms while all is TLP:CLEAR."""
        light_bot.audiences.room = None
        await light_bot.load(A, make_digest())

        await light_bot.at(MONDAY)

        assert light_bot.texts() == ["full | a | introduced"]

    async def test_a_direct_message_is_read_by_its_person(
        self, light_bot: DigestBot
    ) -> None:
        """Slack describes no DM to us; whom it is for is known without asking."""
        amber = A.model_copy(update={"handling": Label.AMBER})
        await light_bot.load(amber, make_digest(to=["U01"]))

        await light_bot.at(MONDAY)

        assert light_bot.texts("D01") == ["full | a | introduced"]

    async def test_an_unknown_audience_is_asked_again(
        self, light_bot: DigestBot
    ) -> None:
        """Nothing goes out before Slack says who reads it; a minute later it does."""
        green = A.model_copy(update={"handling": Label.GREEN})
        light_bot.audiences.room = None
        await light_bot.load(green, make_digest())
        await light_bot.at(MONDAY)
        assert light_bot.texts() == []

        light_bot.audiences.room = Reach.PRIVATE_ROOM
        await light_bot.at(MONDAY + timedelta(minutes=1))

        assert light_bot.texts() == ["full | a | introduced"]

    async def test_a_digest_of_headlines_is_never_silent(
        self, light_bot: DigestBot
    ) -> None:
        """Only changes can be none."""
        await light_bot.load(A, make_digest(show="headlines"))

        await light_bot.at(MONDAY)
        await light_bot.at(MONDAY + DAY)

        assert light_bot.texts() == ["headlines | a | introduced", "headlines | a"]


class TestLate:
    async def test_what_was_due_while_the_bot_was_away_says_so(
        self, light_bot: DigestBot, sqlite_url: str
    ) -> None:
        """A late post names its hour and the reason."""
        await light_bot.load(A, make_digest())
        light_bot.clock.time = MONDAY + 5 * HOUR

        async with open_bot(
            sqlite_url, light_bot.clock, light_bot.messenger
        ) as restarted:
            await restarted.load(A, make_digest())
            await restarted.at(MONDAY + 5 * HOUR)

        assert light_bot.texts() == ["full | a | introduced | late: I was not running"]
        assert restarted.reasons == ["sent late"]

    async def test_only_the_latest_of_several_missed_is_sent(
        self, light_bot: DigestBot
    ) -> None:
        """The others are recorded as superseded."""
        await light_bot.load(A, make_digest())

        await light_bot.at(MONDAY + 2 * DAY + HOUR)

        records = await light_bot.history.records()
        assert [record.reason for record in records] == [
            "sent late",
            "skipped: superseded",
            "skipped: superseded",
        ]

    async def test_after_its_grace_nothing_is_sent(self, light_bot: DigestBot) -> None:
        """Yesterday's morning brief is no use at night."""
        await light_bot.load(A, make_digest(grace="2 hours"))

        await light_bot.at(MONDAY + 3 * HOUR)

        (record,) = await light_bot.history.records()
        assert record.reason == "skipped: too late"
        assert light_bot.texts() == []


class TestSeveral:
    async def test_equal_recipients_share_one_payload(
        self, light_bot: DigestBot
    ) -> None:
        """It is composed and rendered once for all of them."""
        people = [f"U{n:02}" for n in range(20)]
        await light_bot.load(A, make_digest(to=people))

        await light_bot.at(MONDAY)

        assert light_bot.reasons == ["sent"] * 20
        assert len(light_bot.renderer.rendered) == 1

    async def test_a_late_joiner_gets_the_full_one(self, light_bot: DigestBot) -> None:
        """Each recipient has a base line of its own."""
        await light_bot.load(A, make_digest())
        await light_bot.at(MONDAY)
        await light_bot.load(AB, make_digest(to=["C01", "C02"]))

        await light_bot.at(MONDAY + DAY)

        assert light_bot.texts("C01")[1:] == ["changes | b"]
        assert light_bot.texts("C02") == ["full | a | introduced"]

    async def test_changes_made_and_taken_back_are_no_news(
        self, light_bot: DigestBot
    ) -> None:
        """Only the two ends are compared, whatever revisions lie between."""
        await light_bot.load(AB, make_digest())
        await light_bot.at(MONDAY)
        await light_bot.load(ABC, make_digest())
        await light_bot.load(AB, make_digest())

        await light_bot.at(MONDAY + DAY)

        assert light_bot.texts()[1:] == ["nothing new | since 23 Nov"]

    async def test_an_edited_schedule_cancels_what_is_planned(
        self, light_bot: DigestBot
    ) -> None:
        """The old occurrence ends with its reason, and the new one is sent."""
        await light_bot.load(A, make_digest())
        light_bot.clock.time = MONDAY
        await light_bot.planner.plan()
        nine = {"every": "day", "at": "09:00", "timezone": "Europe/London"}

        await light_bot.load(A, make_digest(when=nine))
        await light_bot.at(MONDAY + HOUR)

        records = await light_bot.history.records()
        assert [(r.key.occurrence, r.reason) for r in records] == [
            ("2026-11-23T09:00", "sent"),
            ("2026-11-23T08:00", "skipped: schedule changed"),
        ]

    async def test_a_replica_that_is_behind_says_what_is_current(
        self, light_bot: DigestBot, sqlite_url: str
    ) -> None:
        """It delivers what another planned, from the newer revision."""
        async with open_bot(sqlite_url, light_bot.clock, light_bot.messenger) as older:
            await older.load(A, make_digest())
            light_bot.clock.move(HOUR)
            await light_bot.load(AB, make_digest())
            light_bot.clock.time = MONDAY
            await light_bot.planner.plan()

            await older.work()

        lead, _ = light_bot.messenger.messages
        assert {mark.claim_id for mark in lead.part.claims} == {"a", "b"}
