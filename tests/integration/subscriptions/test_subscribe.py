"""Subscribing: who may set up what, where, and what becomes of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import pytest

from bot.audiences import Admission, Asker
from bot.briefing.handling import Label, Reach
from bot.db.database import Database, open_database
from bot.digests.models import Show
from bot.digests.schedules import Every
from bot.outbox.history import DeliveryHistory
from bot.outbox.model import DeliveryKind
from bot.subscriptions.manage import SubscriptionList, Subscriptions
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import SubscriptionStore
from bot.subscriptions.subscribe import RejectReason, Subscribing, SubscriptionRequest
from tests.factories import claim, make_briefing, section
from tests.fakes import StoppedClock
from tests.held import HeldBriefings, KnownAudiences, KnownPeople
from tests.outbox import HERE
from tests.subscriptions import CHANNEL, NEW_YORK, OWNER

ANA = Asker(HERE, OWNER)
ANA_IN_CHANNEL = Asker(HERE, OWNER, CHANNEL)
BEN_IN_CHANNEL = Asker(HERE, "U0BEN", CHANNEL)
WISH = SubscriptionRequest(("harbour",), Show.CHANGES, Every.WEEKDAY, time(8))
CHANNEL_WISH = replace(WISH, channel_id=CHANNEL)

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
class Desk:
    """The services over one database, and what they ask about people."""

    database: Database

    def __post_init__(self) -> None:
        self.audiences = KnownAudiences(Reach.MEMBER, Reach.OPEN_ROOM)
        self.people = KnownPeople()
        self.store = SubscriptionStore(self.database)
        self.subscriptions = Subscriptions(self.store, self.people)
        self.subscribing = Subscribing(
            self.store,
            briefings=HeldBriefings(HARBOUR),
            audiences=self.audiences,
            people=self.people,
            introduce=lambda subscription: f"<@{subscription.owner_id}> set this up.",
            clock=StoppedClock(),
        )

    async def subscribe(
        self, wish: SubscriptionRequest = WISH, *, asker: Asker = ANA, press: str = "V1"
    ) -> Subscription | RejectReason:
        return await self.subscribing.subscribe(asker, wish, press=press)

    async def subscribed(
        self, wish: SubscriptionRequest = WISH, *, asker: Asker = ANA, press: str = "V1"
    ) -> Subscription:
        granted = await self.subscribe(wish, asker=asker, press=press)
        assert isinstance(granted, Subscription)
        return granted


@pytest.fixture
async def desk(sqlite_url: str) -> AsyncIterator[Desk]:
    async with open_database(sqlite_url, clock=StoppedClock()) as database:
        yield Desk(database)


class TestGranting:
    async def test_a_dm_is_set_up_in_its_owners_zone(self, desk: Desk) -> None:
        """The form asks for an hour, and the hour is the person's own."""
        desk.people.zone = NEW_YORK

        granted = await desk.subscribed()

        assert granted.is_dm
        assert granted.title == "Harbour"
        assert granted.next_at == datetime(2026, 11, 23, 13, tzinfo=UTC)
        assert await desk.store.of_person(HERE, OWNER) == [granted]

    async def test_sections_are_named_in_the_title(self, desk: Desk) -> None:
        """Two digests of one briefing can be told apart."""
        topics = ("harbour/storm", "harbour/costs")

        granted = await desk.subscribed(replace(WISH, topics=topics))

        assert granted.title == "Harbour: Storm, Costs"

    async def test_a_whole_briefing_covers_its_sections(self, desk: Desk) -> None:
        """Ticking both is no mistake that anybody needs to hear of."""
        topics = ("harbour/storm", "harbour")

        granted = await desk.subscribed(replace(WISH, topics=topics))

        assert granted.topics == ("harbour",)

    async def test_a_channel_is_told_who_set_it_up(self, desk: Desk) -> None:
        """Its introduction goes through the outbox, in the same transaction."""
        granted = await desk.subscribed(CHANNEL_WISH)

        (notice,) = await DeliveryHistory(desk.database).records()
        assert (notice.key.kind, notice.destination) == (DeliveryKind.NOTICE, CHANNEL)
        assert notice.key.subject == granted.id

    async def test_a_dm_needs_no_introduction(self, desk: Desk) -> None:
        """Its owner pressed the button."""
        await desk.subscribed()

        assert await DeliveryHistory(desk.database).records() == ()

    async def test_a_form_that_is_sent_twice_subscribes_once(self, desk: Desk) -> None:
        """A double press is granted the same way both times."""
        assert await desk.subscribed() == await desk.subscribed()

        assert len(await desk.store.of_person(HERE, OWNER)) == 1


class TestRefusing:
    @pytest.mark.parametrize(
        ("topics", "fault"),
        [
            pytest.param((), RejectReason.NOTHING_CHOSEN, id="nothing"),
            pytest.param(("lighthouse",), RejectReason.GONE, id="no-such-briefing"),
            pytest.param(("harbour/fish",), RejectReason.GONE, id="no-such-section"),
        ],
    )
    async def test_topics_must_exist(
        self, desk: Desk, topics: tuple[str, ...], fault: RejectReason
    ) -> None:
        """A form may be an hour old, and a briefing may have gone meanwhile."""
        assert await desk.subscribe(replace(WISH, topics=topics)) is fault

    async def test_a_guest_cannot_ask_for_what_is_withheld(self, desk: Desk) -> None:
        """A withheld section cannot be told from one that was never written."""
        desk.audiences.reach = Reach.GUEST

        costs = await desk.subscribe(replace(WISH, topics=("harbour/costs",)))
        storm = await desk.subscribed(replace(WISH, topics=("harbour/storm",)))

        assert costs is RejectReason.GONE
        assert storm.title == "Harbour: Storm"

    @pytest.mark.parametrize(
        ("admission", "fault"),
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
        self, desk: Desk, admission: Admission, fault: RejectReason
    ) -> None:
        """What Slack does not confirm is not done."""
        desk.people.admitted = admission

        assert await desk.subscribe(CHANNEL_WISH) is fault
        assert await desk.store.of_installation(HERE) == []

    async def test_a_channel_gets_only_what_all_in_it_may_see(self, desk: Desk) -> None:
        """Even the name of a withheld section would say that it exists."""
        wish = replace(CHANNEL_WISH, topics=("harbour/costs",))

        assert await desk.subscribe(wish) is RejectReason.NOT_FOR_CHANNEL

    async def test_the_same_twice_is_refused(self, desk: Desk) -> None:
        """Nobody wants one digest in two messages."""
        await desk.subscribed()

        assert await desk.subscribe(press="V2") is RejectReason.HAVE_IT

    async def test_a_channel_has_each_digest_once_whoever_asks(
        self, desk: Desk
    ) -> None:
        """Two colleagues have the same idea on the same day."""
        await desk.subscribed(CHANNEL_WISH)

        again = await desk.subscribe(CHANNEL_WISH, asker=BEN_IN_CHANNEL, press="V2")

        assert again is RejectReason.HAVE_IT

    async def test_twenty_are_enough_for_one_person(self, desk: Desk) -> None:
        """A list must stay one that a person can read."""
        for hour in range(20):
            await desk.subscribed(replace(WISH, at=time(hour)), press=f"V{hour}")

        assert await desk.subscribe(replace(WISH, at=time(21)), press="V21") is (
            RejectReason.TOO_MANY
        )

    async def test_whoever_cannot_be_looked_up_is_asked_to_try_again(
        self, desk: Desk
    ) -> None:
        """Unknown people are not taken for members."""
        desk.audiences.reach = None

        assert await desk.subscribe() is RejectReason.UNCHECKED
        assert await desk.subscribing.offer(ANA) is None


class TestChanging:
    async def test_a_person_sees_their_own_and_the_channels(self, desk: Desk) -> None:
        """In a channel the list says what others set up there too."""
        mine = await desk.subscribed()
        ours = await desk.subscribed(CHANNEL_WISH, asker=BEN_IN_CHANNEL, press="V2")

        assert await desk.subscriptions.listing(ANA) == SubscriptionList((mine,))
        assert await desk.subscriptions.listing(ANA_IN_CHANNEL) == SubscriptionList(
            (mine,), (ours,)
        )

    async def test_nobody_touches_another_persons_dm(self, desk: Desk) -> None:
        """An id that was guessed opens nothing."""
        mine = await desk.subscribed()

        assert not await desk.subscriptions.pause(BEN_IN_CHANNEL, mine.id)
        assert not await desk.subscriptions.delete(BEN_IN_CHANNEL, mine.id)
        assert await desk.store.find(HERE, mine.id) == mine

    async def test_members_may_end_what_comes_to_their_channel(
        self, desk: Desk
    ) -> None:
        """Whoever set it up may have left long ago."""
        ours = await desk.subscribed(CHANNEL_WISH)

        assert await desk.subscriptions.delete(BEN_IN_CHANNEL, ours.id)

    async def test_outsiders_may_not(self, desk: Desk) -> None:
        """A channel's digest is its members' affair."""
        ours = await desk.subscribed(CHANNEL_WISH)
        desk.people.admitted = Admission.OUTSIDER

        assert not await desk.subscriptions.delete(BEN_IN_CHANNEL, ours.id)

    async def test_pausing_and_resuming_may_be_pressed_twice(self, desk: Desk) -> None:
        """A list that is an hour old still does what its buttons say."""
        mine = await desk.subscribed()

        assert await desk.subscriptions.pause(ANA, mine.id)
        assert await desk.subscriptions.pause(ANA, mine.id)
        assert await desk.subscriptions.resume(ANA, mine.id)

        assert await desk.store.find(HERE, mine.id) == mine

    async def test_a_person_who_moved_is_followed(self, desk: Desk) -> None:
        """Eight o'clock is eight o'clock where they are."""
        mine = await desk.subscribed()

        await desk.subscriptions.person_changed(
            HERE, OWNER, zone=NEW_YORK, is_gone=False
        )

        moved = await desk.store.find(HERE, mine.id)
        assert moved is not None
        assert moved.rhythm.zone == NEW_YORK

    async def test_a_zone_that_nobody_knows_moves_nobody(self, desk: Desk) -> None:
        """Slack leaves the zone out for some people, and that is no move."""
        mine = await desk.subscribed()

        await desk.subscriptions.person_changed(HERE, OWNER, zone="", is_gone=False)

        assert await desk.store.find(HERE, mine.id) == mine

    async def test_whoever_is_deactivated_gets_nothing_more(self, desk: Desk) -> None:
        """Their DM is paused; what they set up for a channel is the channel's."""
        mine = await desk.subscribed()
        ours = await desk.subscribed(CHANNEL_WISH, press="V2")

        await desk.subscriptions.person_changed(HERE, OWNER, zone="", is_gone=True)

        found = {s.id: s.is_paused for s in await desk.store.of_installation(HERE)}
        assert found == {mine.id: True, ours.id: False}
