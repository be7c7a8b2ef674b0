"""Loading: what follows from an edit, and what curators hear of."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.briefing.library import Library
from bot.curators.notices import ELSEWHERE, MORE_ERRORS, REFUSED
from bot.digests.models import DigestFile
from bot.errors import BriefingError, DeliveryError, FailureClass
from bot.interfaces import Served
from bot.outbox.model import DeliveryKind
from bot.slack.views.notices import render_notice
from tests.digest_bot import DigestBot, make_digest, open_bot
from tests.factories import briefing_of, claim
from tests.fakes import MORNING, StoppedClock

SUNDAY = MORNING - timedelta(hours=20)
HARBOUR = briefing_of(claim("a"), curators="#desk")


@pytest.fixture
async def bot(sqlite_url: str) -> AsyncIterator[DigestBot]:
    async with open_bot(sqlite_url, StoppedClock(SUNDAY)) as bot:
        bot.messenger.names["desk"] = "C0DESK"
        yield bot


def error(path: str, text: str = "wrong") -> BriefingError:
    return BriefingError(path, 3, 5, text)


class TestFailures:
    async def test_curators_hear_of_a_delivery_that_failed_for_good(
        self, bot: DigestBot
    ) -> None:
        """They are told which, to whom, when it was due and what to do."""
        bot.messenger.archived.add("C01")
        await bot.load(HARBOUR)
        await bot.load(HARBOUR, make_digest())
        bot.messenger.messages.clear()

        await bot.at(MORNING)

        assert bot.texts("C0DESK")[-1] == (
            "*Not delivered:* “Daily” to <#C01>, due <!date^1795420800^{date_long} at "
            "{time}|23 November 2026, 08:00 UTC>. C01 is archived. "
            "`briefing-bot deliveries --digest daily` lists every recipient."
        )

    async def test_one_failure_of_many_recipients_is_told_once(
        self, bot: DigestBot
    ) -> None:
        """A thousand refusals for one reason are one notice."""
        people = [f"U{n:02}" for n in range(5)]
        refusal = DeliveryError("refused", permanent=FailureClass.DESTINATION)
        await bot.load(HARBOUR, make_digest(to=people))

        bot.messenger.before = lambda: refusal
        await bot.at(MORNING)

        kinds = [record.key.kind for record in await bot.history.records()]
        assert kinds.count(DeliveryKind.DIGEST) == 5
        assert kinds.count(DeliveryKind.NOTICE) == 1

    async def test_a_notice_that_fails_makes_no_notice(self, bot: DigestBot) -> None:
        """Nobody is told that nobody can be told."""
        refusal = DeliveryError("refused", permanent=FailureClass.DESTINATION)
        bot.messenger.before = lambda: refusal
        await bot.load(HARBOUR, make_digest())

        await bot.at(MORNING)

        kinds = [delivery.key.kind for delivery, _ in bot.endings]
        assert kinds == [DeliveryKind.DIGEST, DeliveryKind.NOTICE]

    async def test_a_message_resent_unverified_is_told_of(self, bot: DigestBot) -> None:
        """Where the operator chose never-lost, it may stand there twice."""
        await bot.load(HARBOUR, make_digest())
        await bot.at(MORNING)
        delivery, _ = bot.endings[-1]

        await bot.resent_unverified(delivery)
        await bot.work()

        assert bot.texts("C0DESK") == [
            "*Maybe twice:* “Daily” to <#C01> was sent again, as that channel cannot "
            "be read back and Slack never said whether it had the first one."
        ]

    async def test_a_title_mentions_nobody_in_a_notice(self, bot: DigestBot) -> None:
        """What a curator or a subscriber wrote stands there as words."""
        bot.messenger.archived.add("C01")
        await bot.load(HARBOUR)
        await bot.load(HARBOUR, make_digest(title="Daily for <@U0BOSS>"))
        await bot.at(MORNING)
        delivery, _ = next(e for e in bot.endings if e[0].destination == "C01")
        await bot.resent_unverified(delivery)
        await bot.work()

        shown = [render_notice("", words).text for words in bot.texts("C0DESK")]
        assert len(shown) == 3
        assert [words for words in shown if "Daily for &lt;" not in words] == []
        assert [words for words in shown if "<@U0BOSS>" in words] == []


class TestFindings:
    async def test_an_obstacle_is_told_when_schedules_load(
        self, bot: DigestBot
    ) -> None:
        """Curators hear in time to do something about it; once a day is enough."""
        bot.messenger.archived.add("C01")

        await bot.load(HARBOUR, make_digest())
        await bot.load(HARBOUR, make_digest())
        await bot.work()

        assert bot.texts("C0DESK") == [
            "*Will not arrive:* “Daily” for C01. #c01 is archived: unarchive it, or "
            "name another channel."
        ]

    async def test_a_channel_that_may_see_nothing_of_it_is_an_obstacle(
        self, bot: DigestBot
    ) -> None:
        """The digest would be silent there, for ever."""
        amber = briefing_of(claim("a"), handling="TLP:AMBER", curators="U0ADA")

        await bot.load(amber, make_digest())
        await bot.work()

        assert bot.texts("D0ADA") == [
            "*Will not arrive:* “Daily” for C01. Nobody may see any of it in #c01: "
            "choose another channel."
        ]


class TestErrors:
    async def test_a_files_curators_hear_what_is_wrong_with_it(
        self, bot: DigestBot
    ) -> None:
        """With file, line and column; others do not, as an error quotes its file."""
        other = HARBOUR.model_copy(update={"id": "other", "curators": ("#else",)})
        bot.messenger.names["else"] = "C0ELSE"
        await bot.load([HARBOUR, other])
        library = Library((HARBOUR, other))
        errors = [error("briefs/harbour.yaml", f"wrong {n}") for n in range(7)]

        for _ in range(2):
            await bot.reloader.take_over(Served(library, DigestFile(), tuple(errors)))
        await bot.work()

        shown = [f"briefs/harbour.yaml:3:5: wrong {n}" for n in range(5)]
        words = "\n".join([REFUSED, *shown, MORE_ERRORS.format(number=2)])
        assert bot.texts("C0DESK") == [words]
        assert bot.texts("C0ELSE") == []

    async def test_a_file_that_is_no_briefing_yet_concerns_everybody(
        self, bot: DigestBot
    ) -> None:
        """Of what it holds nobody knows yet who may see it; digests hold no claims."""
        await bot.load(HARBOUR)
        broken = (error("briefs/new.yaml"), error("briefs/digests.yaml"))

        await bot.reloader.take_over(Served(Library((HARBOUR,)), DigestFile(), broken))
        await bot.work()

        elsewhere = ELSEWHERE.format(place="briefs/new.yaml:3:5")
        assert bot.texts("C0DESK") == [
            f"{REFUSED}\n{elsewhere}\nbriefs/digests.yaml:3:5: wrong"
        ]


class TestFollowing:
    async def test_what_is_served_at_first_is_taken_over(self, bot: DigestBot) -> None:
        """A start is a load like any other; hooks hear of the library."""
        stop = asyncio.Event()
        bot.briefings.served = Served(Library((HARBOUR,)), DigestFile())

        following = asyncio.create_task(bot.reloader.follow(stop))
        await bot.has_loaded.wait()
        stop.set()
        await following

        assert bot.loaded == [Library((HARBOUR,)).content_hash]
        assert not bot.revisions.is_behind
