"""Commands are acknowledged whatever the database does, and answered after it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import Engine, event, text

from bot.db.tables import metadata
from bot.simulator.changes import ChangeKind
from bot.wiring import App
from tests.acceptance.office import DESK, Office, open_office

LISTENER = "the listener"
COMMANDS = (
    *("", "help", "hello", "boats", "how many boats were lost?", "figures", "sources"),
    *("timeline", "use harbour", "who won the cup?", "changes", "what changed?"),
    *("digests", "why", "subscriptions", "subscribe", "forget me"),
)


@pytest.fixture
async def office(tmp_path: Path, postgres_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, postgres_url) as office:
        yield office


@contextmanager
def tables_locked(engine: Engine) -> Iterator[None]:
    """Keep every table to ourselves: whoever reads or writes one waits."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
        yield


@contextmanager
def statements_of_the_listener() -> Iterator[list[str]]:
    """Note what SQL is sent by the task that a request is dispatched in."""
    noted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        try:
            task = asyncio.current_task()
        except RuntimeError:
            return
        if task is not None and task.get_name() == LISTENER:
            noted.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def acknowledged(app: App, body: dict[str, Any]) -> BoltResponse:
    """Dispatch a request in a task of its own, and return what Slack gets."""
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    dispatching = app.slack_app.async_dispatch(request)
    return await asyncio.create_task(dispatching, name=LISTENER)


@pytest.mark.parametrize("words", COMMANDS)
async def test_a_command_is_acknowledged_while_the_database_is_silent(
    office: Office, postgres: Engine, words: str
) -> None:
    """No listener asks it before the acknowledgement; the answer comes all the same."""
    sim = office.simulator
    async with office.bot() as app:
        key = sim.response_urls.issue("U0ALICE", sim.channel(DESK).id)
        body = sim.interactions.payloads.command(
            sim.person("alice"),
            sim.channel(DESK),
            command="/brief",
            text=words,
            response_url=f"{sim.url}/response/T0MERIDIAN/{key}",
        )
        since = len(sim.record.changes)
        with tables_locked(postgres), statements_of_the_listener() as statements:
            response = await acknowledged(app, body)

        assert (response.status, statements) == (200, [])
        assert "took too long" not in str(response.body)
        if not response.body:
            answer = await sim.wait_for(lambda _: True, since=since)
            assert answer.kind in (ChangeKind.EPHEMERAL, ChangeKind.VIEW_OPENED)
