"""What is kept of installations, on both databases."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.db.database import Database, open_database
from bot.db.tables import slack_bots, slack_installations, slack_oauth_states
from bot.installation import Installation
from bot.installations.store import OAuthStates
from tests.fakes import StoppedClock
from tests.installations import (
    HOUR_S,
    KEY,
    NEW_KEY,
    consent,
    install,
    org_consent,
    store_on,
)

T1 = Installation("T1")
ORG = Installation("", "E1")
LEASE = timedelta(minutes=5)


@pytest.fixture
async def database(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with open_database(database_url, clock=clock) as database:
        yield database


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=2)


async def words_in(database: Database) -> str:
    """Return all that stands in the tables of the SDK."""

    def read(connection: Connection) -> str:
        tables = (slack_installations, slack_bots)
        rows = (row for table in tables for row in connection.execute(select(table)))
        return "".join(map(str, rows))

    return await database.read(read)


async def test_a_token_is_kept_encrypted_and_read_whole(database: Database) -> None:
    """Longer than the SDK's own tables could hold; nothing of it shows."""
    store, long = store_on(database), "xoxe.xoxb-1-" + "M" * 400

    await install(store, consent(token=long, refresh_token="xoxe-1-secret"))

    (found,) = (await store.stored()).workspaces
    assert (found.installation, found.bot_token) == (T1, long)
    assert (found.name, found.bot_name) == ("Desk", "brief")
    assert found.scopes == {"chat:write", "commands"}
    assert "MMMM" not in (said := await words_in(database))
    assert "secret" not in said


async def test_an_installation_takes_the_place_of_the_one_before(
    database: Database,
) -> None:
    """An earlier token is nobody's any more, and is not kept."""
    store = store_on(database)
    await install(store, consent())

    await install(store, consent(token="xoxb-second"))

    (found,) = (await store.stored()).workspaces
    assert found.bot_token == "xoxb-second"
    rows = await database.read(lambda c: c.execute(select(slack_installations)).all())
    assert len(rows) == 1


async def test_an_organisations_token_serves_its_workspaces(
    database: Database,
) -> None:
    """Rows are the workspace's; one with a token of its own has that."""
    store = store_on(database)
    await install(store, org_consent(token="xoxb-org"))
    await install(store, consent("T2", token="xoxb-own", enterprise_id="E1"))
    (org,) = (await store.stored()).organisations
    met = [Installation("T3", "E1"), Installation("T2", "E1")]
    await store.enter_all([replace(org, installation=key) for key in met])

    found = {one.installation: one for one in (await store.stored()).workspaces}

    assert {key: one.bot_token for key, one in found.items()} == {
        Installation("T2", "E1"): "xoxb-own",
        Installation("T3", "E1"): "xoxb-org",
    }
    assert found[Installation("T3", "E1")].is_org_wide


class TestKeys:
    """Keys are exchanged while tokens go on being read."""

    async def test_all_is_encrypted_anew_and_the_old_key_may_go(
        self, database: Database
    ) -> None:
        """In both tables, at once, and not again."""
        await install(store_on(database, KEY), consent(refresh_token="xoxe-1"))
        exchanging = store_on(database, NEW_KEY, KEY)

        assert await exchanging.encrypt_anew() == 2
        assert await exchanging.encrypt_anew() == 0

        (found,) = (await store_on(database, NEW_KEY).stored()).workspaces
        assert found.bot_token == "xoxb-first"

    async def test_a_token_that_no_key_fits_is_said_to_be_so(
        self, database: Database
    ) -> None:
        """The workspace is known, but is not served."""
        await install(store_on(database, KEY), consent())

        stored = await store_on(database, NEW_KEY).stored()

        assert stored.workspaces == ()
        assert stored.unreadable == {T1}


class TestRenewal:
    """Of two processes one has a token in hand, for as long as its lease."""

    async def test_two_processes_do_not_renew_the_same_token(
        self, database: Database, clock: StoppedClock
    ) -> None:
        """The lease of one that has died ends."""
        store, other = store_on(database), store_on(database)
        await install(store, consent(refresh_token="xoxe-1", lives_s=HOUR_S))
        assert await store.expiring(soon()) == [T1]

        first = await store.begin_renewal(T1, before=soon(), lease=LEASE)
        second = await other.begin_renewal(T1, before=soon(), lease=LEASE)
        clock.time += LEASE
        third = await other.begin_renewal(T1, before=soon(), lease=LEASE)

        assert first is not None
        assert first.bot_refresh_token == "xoxe-1"
        assert second is None
        assert third is not None

    async def test_new_tokens_take_the_place_of_old_ones(
        self, database: Database
    ) -> None:
        """Then nothing is due, and the lease is given back."""
        store = store_on(database)
        await install(store, org_consent(refresh_token="xoxe-1", lives_s=HOUR_S))
        await store.begin_renewal(ORG, before=soon(), lease=LEASE)

        new = org_consent(token="xoxb-new", refresh_token="xoxe-2")
        assert await store.renewed(new, instead_of="xoxe-1")

        assert await store.expiring(soon()) == []
        (org,) = (await store.stored()).organisations
        assert org.bot_token == "xoxb-new"
        assert await store.begin_renewal(ORG, before=soon(), lease=LEASE) is None

    async def test_a_reinstallation_meanwhile_stands(self, database: Database) -> None:
        """What was renewed belongs to an installation that is gone."""
        store = store_on(database)
        await install(store, consent(refresh_token="xoxe-1", lives_s=HOUR_S))
        await store.begin_renewal(T1, before=soon(), lease=LEASE)
        await install(store, consent(token="xoxb-again", refresh_token="xoxe-9"))

        late = consent(token="xoxb-late", refresh_token="xoxe-2")
        assert not await store.renewed(late, instead_of="xoxe-1")

        (found,) = (await store.stored()).workspaces
        assert found.bot_token == "xoxb-again"


async def test_a_state_is_taken_once(database: Database) -> None:
    """And one that nobody issued is not."""
    states = OAuthStates(database)
    state = await states.async_issue()

    assert await states.async_consume(state)
    assert not await states.async_consume(state)
    assert not await states.async_consume("forged")


async def test_states_that_nobody_came_back_with_are_dropped(
    database: Database,
) -> None:
    """Anybody may begin an installation, any number of times."""
    states, columns = OAuthStates(database), slack_oauth_states.c
    for _ in range(3):
        await states.async_issue()
    long_ago = update(slack_oauth_states).values(
        expire_at=datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
    )
    await database.write(lambda c: c.execute(long_ago))

    state = await states.async_issue()

    kept = await database.read(lambda c: c.scalars(select(columns.state)).all())
    assert kept == [state]
