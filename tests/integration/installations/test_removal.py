"""The app is removed from a workspace: its work ends at once, its data later."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, union_all

from bot.db.database import Database, open_database
from bot.db.tables import metadata, payloads, slack_bots, slack_installations
from bot.installation import Installation
from bot.installations.installed import Installations
from bot.installations.removal import Removal
from bot.installations.store import InstallationStore
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import Status
from bot.outbox.notifier import Notifier
from bot.outbox.plan import DeliveryStore
from bot.subscriptions.store import SubscriptionStore
from tests.fakes import MORNING, RecordingMessenger, StoppedClock
from tests.installations import consent, install, org_consent, store_on
from tests.outbox import make_delivery, open_replica
from tests.subscriptions import make_subscription

T1, T2 = Installation("T1"), Installation("T2")
KEPT = timedelta(days=30)


@dataclass
class Office:
    """Where two workspaces have the app."""

    database: Database
    store: InstallationStore
    installed: Installations
    removal: Removal

    async def rows(self, key: Installation) -> int:
        """Count everything that is kept of a workspace."""

        def count(connection: Connection) -> int:
            tables = (t for t in metadata.sorted_tables if "team_id" in t.c)
            counts = (
                connection.scalar(
                    select(func.count()).where(table.c.team_id == key.team_id)
                )
                for table in tables
            )
            return sum(filter(None, counts))

        return await self.database.read(count)

    async def everything(self) -> str:
        """Return all that stands in any table."""

        def read(connection: Connection) -> str:
            tables = metadata.sorted_tables
            rows = (row for t in tables for row in connection.execute(select(t)))
            return "".join(map(str, rows))

        return await self.database.read(read)


@pytest.fixture
async def office(database_url: str, clock: StoppedClock) -> AsyncIterator[Office]:
    async with open_database(database_url, clock=clock) as database:
        store = store_on(database)
        installed = Installations()
        for team in ("T1", "T2"):
            await install(store, consent(team))
        await installed.follow(store.stored, Notifier())
        yield Office(
            database, store, installed, Removal(database, store, installed, KEPT)
        )


async def test_what_is_planned_ends_and_the_token_is_forgotten(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """In the other workspace nothing happens; the log says when the data goes."""
    caplog.set_level(logging.WARNING)
    deliveries = DeliveryStore(office.database, Notifier())
    await deliveries.plan([make_delivery(installation=key) for key in (T1, T2)])

    gone = await office.removal.remove(
        T1, dead_token="xoxb-first", why="app_uninstalled"
    )

    assert gone == (T1,)
    assert office.installed.keys == (T2,)
    assert office.installed.has_left(T1)
    records = await DeliveryHistory(office.database).records()
    assert {r.key.installation: (r.status, r.reason) for r in records} == {
        T1: (Status.SKIPPED, "skipped: the app was removed from the workspace"),
        T2: (Status.PLANNED, ""),
    }
    teams = union_all(
        select(slack_bots.c.team_id), select(slack_installations.c.team_id)
    )
    left = await office.database.read(lambda c: list(c.execute(teams).scalars()))
    assert left == ["T2", "T2"]
    (line,) = [r for r in caplog.records if r.message == "workspace.removed"]
    assert vars(line)["data_goes_at"] == "2026-12-23T08:00+00:00"


async def test_a_token_from_before_a_reinstallation_removes_nothing(
    office: Office,
) -> None:
    """Slack promises no order, and repeats events for an hour."""
    await install(office.store, consent("T1", token="xoxb-again"))

    assert await office.removal.remove(T1, dead_token="xoxb-first", why="late") == ()
    assert office.installed.keys == (T1, T2)


async def test_its_data_goes_when_the_time_is_over(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """All of it, and nothing of the other workspace's; the log says that it did."""
    caplog.set_level(logging.WARNING)
    subscriptions = SubscriptionStore(office.database)
    deliveries = DeliveryStore(office.database, Notifier())
    for key in (T1, T2):
        await subscriptions.create(make_subscription(installation=key))
        await deliveries.plan([make_delivery(installation=key)])
    others = await office.rows(T2)
    await office.removal.remove(T1, dead_token="xoxb-first", why="app_uninstalled")

    assert await office.removal.erase_old(MORNING + KEPT - timedelta(hours=1)) == {}
    assert await subscriptions.of_installation(T1) != []
    erased = await office.removal.erase_old(MORNING + KEPT)

    assert erased.keys() == {T1}
    assert "T1" not in await office.everything()
    assert await office.rows(T1) == 0
    assert await office.rows(T2) == others
    assert "workspace.erased" in [record.message for record in caplog.records]
    assert await office.removal.erase_old(MORNING + KEPT) == {}


async def test_a_reinstallation_in_time_finds_everything_again(office: Office) -> None:
    """Nothing is erased of a workspace that came back."""
    subscriptions = SubscriptionStore(office.database)
    await subscriptions.create(make_subscription(installation=T1))
    await office.removal.remove(T1, dead_token="xoxb-first", why="app_uninstalled")

    await install(office.store, consent("T1", token="xoxb-again"))
    await office.installed.read()

    assert office.installed.keys == (T1, T2)
    assert await office.removal.erase_old(MORNING + 2 * KEPT) == {}
    assert len(await subscriptions.of_installation(T1)) == 1


async def test_an_organisation_takes_along_what_its_token_served(
    office: Office,
) -> None:
    """A workspace of it with an installation of its own stays."""
    org = Installation("", "E1")
    await install(office.store, org_consent())
    await install(office.store, consent("T9", enterprise_id="E1"))
    await office.installed.read()
    assert office.installed.of_request("T8", "E1") is not None
    await office.store.enter_all(office.installed.entered())
    await office.installed.read()

    gone = await office.removal.remove(
        org, dead_token="xoxb-first", why="app_uninstalled"
    )

    assert gone == (Installation("T8", "E1"),)
    assert office.installed.of_request("T8", "E1") is None
    assert office.installed.keys == (T1, T2, Installation("T9", "E1"))


async def test_a_payload_that_others_share_stays(
    database_url: str, clock: StoppedClock
) -> None:
    """Equal payloads are stored once, whichever workspaces got them."""
    number = select(func.count()).select_from(payloads)
    async with open_replica(database_url, RecordingMessenger(clock)) as replica:
        database = replica.context.database
        store = store_on(database)
        for team in ("T1", "T2"):
            await install(store, consent(team))
        removal = Removal(database, store, Installations(), KEPT)
        await replica.store.plan([make_delivery(installation=key) for key in (T1, T2)])
        await replica.work()
        left = []
        for key in (T1, T2):
            await removal.remove(key, dead_token="xoxb-first", why="app_uninstalled")
            clock.time += KEPT
            await removal.erase_old(clock.time)
            left.append(await database.read(lambda c: c.scalar(number)))

    assert left == [1, 0]
