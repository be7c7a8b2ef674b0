"""Subscribing: who may set up what, where, and what becomes of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import pytest

from bot.audiences import Admission, Asker
from bot.briefing.tlp import Label, Reach
from bot.db.database import Database, open_database
from bot.digests.models import Show
from bot.digests.schedules import Every
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import DeliveryKind
from bot.subscriptions.manage import (
    RejectReason,
    SubscriptionList,
    SubscriptionRequest,
    Subscriptions,
)
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import SubscriptionStore
from tests.factories import claim, make_briefing, section
from tests.fakes import StoppedClock
from tests.held import HeldBriefings, KnownAudiences, KnownPeople
from tests.outbox import HERE
from tests.subscriptions import CHANNEL, NEW_YORK, OWNER

ANA = Asker(HERE, OWNER)
ANA_IN_CHANNEL = Asker(HERE, OWNER, CHANNEL)
BEN_IN_CHANNEL = Asker(HERE, "U0BEN", CHANNEL)
REQUEST = SubscriptionRequest(("harbour",), Show.CHANGES, Every.WEEKDAY, time(8))
CHANNEL_REQUEST = replace(REQUEST, channel_id=CHANNEL)

HARBOUR = make_briefing(
    short="Harbour",
    sections=[
        section(id="storm", short="Storm"),
        section(
            id="costs",
            short="Costs",
            claims=[claim("damage", handling=Label.AMBER)],
        ),
    ],
)


@dataclass
class Setup:
    """The rules over one database, and what they ask about people."""

    database: Database

    def __post_init__(self) -> None:
        self.audiences = KnownAudiences(Reach.MEMBER, Reach.OPEN_ROOM)
        self.people = KnownPeople()
        self.store = SubscriptionStore(self.database)
        self.subscriptions = Subscriptions(
            self.store,
            briefings=HeldBriefings(HARBOUR),
            audiences=self.audiences,
            people=self.people,
            introduce=lambda subscription: f"<@{subscription.owner_id}> set this up.",
            clock=StoppedClock(),
        )

    async def subscribe(
        self,
        request: SubscriptionRequest = REQUEST,
        *,
        asker: Asker = ANA,
        form_id: str = "V1",
    ) -> Subscription | RejectReason:
        return await self.subscriptions.subscribe(asker, request, form_id=form_id)

    async def subscribed(
        self,
        request: SubscriptionRequest = REQUEST,
        *,
        asker: Asker = ANA,
        form_id: str = "V1",
    ) -> Subscription:
        granted = await self.subscribe(request, asker=asker, form_id=form_id)
        assert isinstance(granted, Subscription)
        return granted


@pytest.fixture
async def setup(sqlite_url: str) -> AsyncIterator[Setup]:
    async with open_database(sqlite_url, clock=StoppedClock()) as database:
        yield Setup(database)


class TestGranting:
    async def test_a_dm_is_set_up_in_its_owners_zone(self, setup: Setup) -> None:
        """The form asks for an hour, and the hour is the person's own."""
        setup.people.zone = NEW_YORK

        granted = await setup.subscribed()

        assert granted.is_dm
        assert granted.title == "Harbour"
        assert granted.next_at == datetime(2026, 11, 23, 13, tzinfo=UTC)
        assert await setup.store.of_person(HERE, OWNER) == [granted]

    async def test_sections_are_named_in_the_title(self, setup: Setup) -> None:
        """Two digests of one briefing can be told apart."""
        topics = ("harbour/storm", "harbour/costs")

        granted = await setup.subscribed(replace(REQUEST, topics=topics))

        assert granted.title == "Harbour: Storm, Costs"

    async def test_a_whole_briefing_covers_its_sections(self, setup: Setup) -> None:
        """Ticking both is no mistake that anybody needs to hear of."""
        topics = ("harbour/storm", "harbour")

        granted = await setup.subscribed(replace(REQUEST, topics=topics))

        assert granted.topics == ("harbour",)

    async def test_a_channel_is_told_who_set_it_up(self, setup: Setup) -> None:
        """Its introduction goes through the outbox, in the same transaction."""
        granted = await setup.subscribed(CHANNEL_REQUEST)

        (notice,) = await DeliveryHistory(setup.database).records()
        assert (notice.key.kind, notice.destination) == (DeliveryKind.NOTICE, CHANNEL)
        assert notice.key.subject == granted.id

    async def test_a_dm_needs_no_introduction(self, setup: Setup) -> None:
        """Its owner pressed the button."""
        await setup.subscribed()

        assert await DeliveryHistory(setup.database).records() == ()

    async def test_a_form_that_is_sent_twice_subscribes_once(
        self, setup: Setup
    ) -> None:
        """A double press is granted the same way both times."""
        assert await setup.subscribed() == await setup.subscribed()

        assert len(await setup.store.of_person(HERE, OWNER)) == 1


class TestRefusing:
    @pytest.mark.parametrize(
        ("topics", "reason"),
        [
            pytest.param((), RejectReason.NOTHING_CHOSEN, id="nothing"),
            pytest.param(("lighthouse",), RejectReason.GONE, id="no-such-briefing"),
            pytest.param(("harbour/fish",), RejectReason.GONE, id="no-such-section"),
        ],
    )
    async def test_topics_must_exist(
        self, setup: Setup, topics: tuple[str, ...], reason: RejectReason
    ) -> None:
        """A form may be an hour old, and a briefing may have gone meanwhile."""
        assert await setup.subscribe(replace(REQUEST, topics=topics)) is reason

    async def test_a_guest_cannot_ask_for_what_is_withheld(self, setup: Setup) -> None:
        """A withheld section cannot be told from one that was never written."""
        setup.audiences.reach = Reach.GUEST

        costs = await setup.subscribe(replace(REQUEST, topics=("harbour/costs",)))
        storm = await setup.subscribed(replace(REQUEST, topics=("harbour/storm",)))

        assert costs is RejectReason.GONE
        assert storm.title == "Harbour: Storm"

    @pytest.mark.parametrize(
        ("admission", "reason"),
        [
            pytest.param(Admission.OUTSIDER, RejectReason.OUTSIDER, id="no-member"),
            pytest.param(
                Admission.UNINVITED, RejectReason.UNINVITED, id="bot-no-member"
            ),
            pytest.param(Admission.ARCHIVED, RejectReason.ARCHIVED, id="archived"),
            pytest.param(Admission.UNKNOWN, RejectReason.UNCHECKED, id="slack-silent"),
        ],
    )
    async def test_only_members_set_up_a_channel_that_takes_posts(
        self, setup: Setup, admission: Admission, reason: RejectReason
    ) -> None:
        """What Slack does not confirm is not done."""
        setup.people.admitted = admission

        assert await setup.subscribe(CHANNEL_REQUEST) is reason
        assert await setup.store.of_installation(HERE) == []

    async def test_a_channel_gets_only_what_all_in_it_may_see(
        self, setup: Setup
    ) -> None:
        """Even the name of a withheld section would say that it exists."""
        request = replace(CHANNEL_REQUEST, topics=("harbour/costs",))

        assert await setup.subscribe(request) is RejectReason.NOT_FOR_CHANNEL

    async def test_the_same_twice_is_refused(self, setup: Setup) -> None:
        """Nobody wants one digest in two messages."""
        await setup.subscribed()

        assert await setup.subscribe(form_id="V2") is RejectReason.HAVE_IT

    async def test_a_channel_has_each_digest_once_whoever_asks(
        self, setup: Setup
    ) -> None:
        """Two colleagues have the same idea on the same day."""
        await setup.subscribed(CHANNEL_REQUEST)

        again = await setup.subscribe(
            CHANNEL_REQUEST, asker=BEN_IN_CHANNEL, form_id="V2"
        )

        assert again is RejectReason.HAVE_IT

    async def test_twenty_are_enough_for_one_person(self, setup: Setup) -> None:
        """A list must stay one that a person can read."""
        for hour in range(20):
            await setup.subscribed(replace(REQUEST, at=time(hour)), form_id=f"V{hour}")

        assert await setup.subscribe(replace(REQUEST, at=time(21)), form_id="V21") is (
            RejectReason.TOO_MANY
        )

    async def test_whoever_cannot_be_looked_up_is_asked_to_try_again(
        self, setup: Setup
    ) -> None:
        """Unknown people are not taken for members."""
        setup.audiences.reach = None

        assert await setup.subscribe() is RejectReason.UNCHECKED
        assert await setup.subscriptions.form_options(ANA) is None


class TestChanging:
    async def test_a_person_sees_their_own_and_the_channels(self, setup: Setup) -> None:
        """In a channel the list says what others set up there too."""
        mine = await setup.subscribed()
        ours = await setup.subscribed(
            CHANNEL_REQUEST, asker=BEN_IN_CHANNEL, form_id="V2"
        )

        assert await setup.subscriptions.listing(ANA) == SubscriptionList((mine,))
        assert await setup.subscriptions.listing(ANA_IN_CHANNEL) == SubscriptionList(
            (mine,), (ours,)
        )

    async def test_nobody_touches_another_persons_dm(self, setup: Setup) -> None:
        """An id that was guessed opens nothing."""
        mine = await setup.subscribed()

        assert not await setup.subscriptions.pause(BEN_IN_CHANNEL, mine.id)
        assert not await setup.subscriptions.delete(BEN_IN_CHANNEL, mine.id)
        assert await setup.store.find(HERE, mine.id) == mine

    async def test_members_may_end_what_comes_to_their_channel(
        self, setup: Setup
    ) -> None:
        """Whoever set it up may have left long ago."""
        ours = await setup.subscribed(CHANNEL_REQUEST)

        assert await setup.subscriptions.delete(BEN_IN_CHANNEL, ours.id)

    async def test_outsiders_may_not(self, setup: Setup) -> None:
        """A channel's digest is its members' affair."""
        ours = await setup.subscribed(CHANNEL_REQUEST)
        setup.people.admitted = Admission.OUTSIDER

        assert not await setup.subscriptions.delete(BEN_IN_CHANNEL, ours.id)

    async def test_pausing_and_resuming_may_be_pressed_twice(
        self, setup: Setup
    ) -> None:
        """A list that is an hour old still does what its buttons say."""
        mine = await setup.subscribed()

        assert await setup.subscriptions.pause(ANA, mine.id)
        assert await setup.subscriptions.pause(ANA, mine.id)
        assert await setup.subscriptions.resume(ANA, mine.id)

        assert await setup.store.find(HERE, mine.id) == mine

    async def test_a_person_who_moved_is_followed(self, setup: Setup) -> None:
        """Eight o'clock is eight o'clock where they are."""
        mine = await setup.subscribed()

        await setup.subscriptions.person_changed(
            HERE, OWNER, zone=NEW_YORK, is_gone=False
        )

        followed = await setup.store.find(HERE, mine.id)
        assert followed is not None
        assert followed.rhythm.zone == NEW_YORK

    async def test_a_zone_that_nobody_knows_moves_nobody(self, setup: Setup) -> None:
        """Slack leaves the zone out for some people, and that is no move."""
        mine = await setup.subscribed()

        await setup.subscriptions.person_changed(HERE, OWNER, zone="", is_gone=False)

        assert await setup.store.find(HERE, mine.id) == mine

    async def test_whoever_is_deactivated_gets_nothing_more(self, setup: Setup) -> None:
        """Their DM is paused; what they set up for a channel is the channel's."""
        mine = await setup.subscribed()
        ours = await setup.subscribed(CHANNEL_REQUEST, form_id="V2")

        await setup.subscriptions.person_changed(HERE, OWNER, zone="", is_gone=True)

        found = {s.id: s.is_paused for s in await setup.store.of_installation(HERE)}
        assert found == {mine.id: True, ours.id: False}
