"""What is stored follows a workspace into an organisation, a channel to another id."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select, union

from bot.db.database import Database, open_database
from bot.db.tables import deliveries, metadata, watermarks
from bot.installation import Installation
from bot.moves import adopt, move_channel
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import SENT
from bot.outbox.rows import lane_of
from bot.questions.channel_defaults import ChannelDefault, ChannelDefaultStore
from bot.readers.home_visits import Visit, VisitStore
from bot.subscriptions.store import SubscriptionStore
from tests.fakes import MORNING, StoppedClock
from tests.outbox import HERE, OutboxSteps, make_delivery
from tests.subscriptions import make_subscription

MOVED = Installation(HERE.team_id, "E01")
ANOTHER = Installation("T09")


@pytest.fixture
async def database(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with open_database(database_url, clock=clock) as database:
        yield database


async def test_everything_of_a_team_is_found_under_its_new_key(
    database: Database,
) -> None:
    """Subscriptions with their watermarks, defaults and visits; of others nothing."""
    subscriptions = SubscriptionStore(database)
    await subscriptions.create(make_subscription())
    await subscriptions.create(make_subscription("other", installation=ANOTHER))
    defaults = ChannelDefaultStore(database)
    await defaults.save(ChannelDefault(HERE, "C1", "harbour"))
    visit = Visit("r1", MORNING)
    await VisitStore(database).arrive(HERE, "U0ANA", visit)

    await adopt(database, MOVED)
    await adopt(database, MOVED)

    assert [s.id for s in await subscriptions.of_installation(MOVED)] == [
        "subscription-1"
    ]
    assert len(await subscriptions.of_installation(ANOTHER)) == 1
    assert await defaults.load() == [ChannelDefault(MOVED, "C1", "harbour")]
    tuesday = Visit("r2", MORNING + timedelta(days=1))
    assert await VisitStore(database).arrive(MOVED, "U0ANA", tuesday) == visit
    assert await _keys(database) == {MOVED, ANOTHER}


async def _keys(database: Database) -> set[Installation]:
    """Return the installations that any row is kept under."""
    keyed = [t for t in metadata.sorted_tables if "enterprise_id" in t.c]
    assert watermarks in keyed
    statement = union(*(select(t.c.team_id, t.c.enterprise_id) for t in keyed))
    rows = await database.read(lambda c: c.execute(statement).all())
    return {Installation(*row) for row in rows}


async def test_what_is_planned_is_sent_under_the_new_key_by_its_old_id(
    steps: OutboxSteps, database: Database
) -> None:
    """Lanes follow, and what Slack shows is still found by the id that it carries."""
    first, second = make_delivery("C1"), make_delivery("C2")
    await steps.plan([first, second])
    (sent,) = await steps.acquire(HERE, 1)
    await steps.end(sent, SENT)

    await adopt(database, MOVED)
    (left,) = await steps.acquire(MOVED, 10)

    assert {sent.id, left.id} == {first.key.delivery_id, second.key.delivery_id}
    assert left.key.installation == MOVED
    lanes = await database.read(lambda c: {*c.scalars(select(deliveries.c.lane))})
    assert lanes == {lane_of(MOVED, "C1"), lane_of(MOVED, "C2")}


async def test_a_row_of_the_new_key_stands(database: Database) -> None:
    """Two rows of one channel would be a second word on it: the later was meant."""
    defaults = ChannelDefaultStore(database)
    await defaults.save(ChannelDefault(HERE, "C1", "earlier"))
    await defaults.save(ChannelDefault(MOVED, "C1", "later"))

    await adopt(database, MOVED)

    assert await defaults.load() == [ChannelDefault(MOVED, "C1", "later")]


async def test_a_lane_that_is_in_hand_is_left_to_the_next_start(
    steps: OutboxSteps, database: Database
) -> None:
    """Another replica may be sending under the new key already."""
    await steps.plan([make_delivery("C1")])
    await steps.acquire(HERE, 1)
    await steps.plan([make_delivery("C1", installation=MOVED)])
    (theirs,) = await steps.acquire(MOVED, 1)

    await adopt(database, MOVED)
    await steps.end(theirs, SENT)
    assert await _keys(database) == {HERE, MOVED}
    await adopt(database, MOVED)

    assert await _keys(database) == {MOVED}


async def test_a_database_in_which_nothing_is_strange_is_left_alone(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Every start looks; hardly any finds something."""
    await ChannelDefaultStore(database).save(ChannelDefault(HERE, "C1", "harbour"))

    await adopt(database, HERE)

    assert await _keys(database) == {HERE}
    assert "installation.adopted" not in caplog.messages


async def test_what_is_kept_of_a_channel_follows_it_to_another_id(
    steps: OutboxSteps, database: Database
) -> None:
    """Planned rows, subscriptions, the default and the pins; what was sent, too."""
    subscriptions = SubscriptionStore(database)
    await subscriptions.create(make_subscription(destination="C0DESK1"))
    defaults = ChannelDefaultStore(database)
    await defaults.save(ChannelDefault(HERE, "C0DESK1", "harbour"))
    pins = DestinationStore(database)
    await pins.pin(HERE, "#desk", "C0DESK1")
    await steps.plan([make_delivery("C0DESK1", subject="subscription-1")])

    await move_channel(database, [HERE], "C0DESK1", "C0DESK2")
    pins.forget(HERE)
    (planned,) = await steps.acquire(HERE, 10)

    (moved,) = await subscriptions.in_channel(HERE, "C0DESK2")
    assert moved.id == "subscription-1"
    assert await defaults.load() == [ChannelDefault(HERE, "C0DESK2", "harbour")]
    assert await pins.pins(HERE) == {"#desk": "C0DESK2", "C0DESK1": "C0DESK2"}
    assert (planned.destination, planned.key.recipient) == ("C0DESK2", "C0DESK2")


async def test_a_channel_of_several_workspaces_gets_another_id_in_each(
    steps: OutboxSteps, database: Database
) -> None:
    """In each its rows go on in the lane of that workspace; a third is left alone."""
    sibling = Installation("T02", HERE.enterprise_id)
    for where in (HERE, sibling, ANOTHER):
        await steps.plan([make_delivery("C1", installation=where)])

    await move_channel(database, [HERE, sibling], "C1", "C2")

    lanes = await database.read(lambda c: {*c.scalars(select(deliveries.c.lane))})
    assert lanes == {
        lane_of(HERE, "C2"),
        lane_of(sibling, "C2"),
        lane_of(ANOTHER, "C1"),
    }
    assert await DestinationStore(database).pins(sibling) == {"C1": "C2"}


async def test_a_channel_that_gets_its_first_id_back_is_not_sent_round_in_a_circle(
    database: Database,
) -> None:
    """A pin from the new id to the old one would send each message back for ever."""
    await move_channel(database, [HERE], "C1", "C2")
    await move_channel(database, [HERE], "C2", "C1")

    assert await DestinationStore(database).pins(HERE) == {"C2": "C1"}


async def test_another_replicas_pin_is_learnt_within_a_minute(
    database: Database, clock: StoppedClock
) -> None:
    """An event reaches one process alone."""
    ours, theirs = DestinationStore(database), DestinationStore(database)
    assert await ours.pins(HERE) == {}
    await theirs.pin(HERE, "#desk", "C1")

    clock.move(timedelta(seconds=61))

    assert await ours.pins(HERE) == {"#desk": "C1"}
