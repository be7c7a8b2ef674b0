"""A program that the database is not for any more stops by itself, and says why."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.db.migrate import HEAD
from bot.db.tables import database_state
from bot.errors import SettingsError
from tests.fakes import RecordingMessenger, StoppedClock
from tests.outbox import make_delivery, open_replica
from tests.patience import PATIENCE_S


async def test_a_running_worker_finishes_and_is_refused_within_a_minute(
    database_url: str,
) -> None:
    """A later release has raised the step that a program must know."""
    clock = StoppedClock()
    messenger = RecordingMessenger(clock)
    async with open_replica(database_url, messenger) as replica:
        running = asyncio.create_task(replica.worker.run())
        await replica.store.plan([make_delivery("C1")])
        async with asyncio.timeout(PATIENCE_S):
            await replica.observer.wait_for(1)
        raised = update(database_state).values(oldest_program="v9999")
        await replica.context.database.write(lambda c: c.execute(raised).rowcount)

        clock.move(timedelta(minutes=1))
        await replica.store.plan([make_delivery("C2")])
        with pytest.raises(SettingsError) as refused:
            await asyncio.wait_for(running, PATIENCE_S)

    assert str(refused.value) == (
        f'This release knows the database up to step "{HEAD}", and by now it is for '
        'releases that know "v9999". Start the newer release, or restore a backup from '
        "before it was upgraded."
    )
    assert len(messenger.messages) == 1
