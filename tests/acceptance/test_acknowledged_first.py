"""Commands are acknowledged whatever the database does, and answered after it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from bot.db.tables import metadata
from bot.questions.pages import Page, PageKind
from bot.simulator.changes import ChangeKind
from bot.simulator.messages import Message
from bot.simulator.socket_mode import FRAME_BYTES
from bot.slack.manifest import LOOK_UP
from bot.slack.views.controls import MENU, TOPIC, VOTE, Action
from bot.slack.views.home import BOARD, SEARCH
from bot.slack.views.notices import NoticeAction
from bot.slack.views.subscriptions import CHANGE, LIST
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


@asynccontextmanager
async def tables_locked(engine: Engine) -> AsyncIterator[None]:
    """Keep every table to ourselves: whoever reads or writes one waits."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    lock = text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    with engine.connect() as connection:
        # In a thread: what the bot is in the midst of ends first, and needs the loop.
        # The server ends one of two that wait for each other, and that may be this.
        while True:
            try:
                await asyncio.to_thread(connection.execute, lock)
                break
            except OperationalError:
                connection.rollback()
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
        async with tables_locked(postgres):
            with statements_of_the_listener() as statements:
                response = await acknowledged(app, body)

        assert (response.status, statements) == (200, [])
        assert "took too long" not in str(response.body)
        if not response.body:
            answer = await sim.wait_for(lambda _: True, since=since)
            assert answer.kind in (ChangeKind.EPHEMERAL, ChangeKind.VIEW_OPENED)


PAGE = Page(PageKind.SECTION, "harbour", "storm").encode()
CONTROLS = [
    *((f"{action}/0", PAGE) for action in Action),
    (MENU, f"{Action.COPY}|{PAGE}"),
    (TOPIC, PAGE),
    (VOTE, PAGE),
    (BOARD, PAGE),
    (SEARCH, "boats"),
    (f"{LIST}/0", ""),
    (f"{CHANGE}/0", "pause|subscription-1"),
    *((action.value, "") for action in NoticeAction if action is not NoticeAction.EDIT),
    ("of an earlier release", "anything"),
]


async def test_every_press_is_acknowledged_while_the_database_is_silent(
    office: Office, postgres: Engine
) -> None:
    """Whatever is pressed. What a form sends is stored first: it would be lost."""
    sim = office.simulator
    async with office.bot() as app:
        answer = await shown(office)
        payloads = sim.interactions.payloads
        found = {}
        async with tables_locked(postgres):
            for action_id, value in CONTROLS:
                key = sim.response_urls.issue("U0ALICE", answer.channel, answer)
                url = f"{sim.url}/response/T0MERIDIAN/{key}"
                pressed = payloads.block_actions(
                    sim.person("alice"), control(action_id, value)
                )
                body = pressed | payloads.in_message(answer, response_url=url)
                with statements_of_the_listener() as statements:
                    response = await acknowledged(app, body)
                is_short = len(json.dumps(response.body)) <= FRAME_BYTES
                found[action_id] = response.status, statements, is_short

    assert found == {action_id: (200, [], True) for action_id, _ in CONTROLS}


def control(action_id: str, value: str) -> dict[str, Any]:
    """Return what Slack sends of a control: a button, or a menu with its choice."""
    base = {"action_id": action_id, "block_id": "b1"}
    if action_id in (MENU, TOPIC, BOARD) or action_id.startswith(f"{CHANGE}/"):
        return base | {"type": "static_select", "selected_option": {"value": value}}
    return base | {"type": "button", "value": value}


async def shown(office: Office) -> Message:
    """Return an answer that alice is shown."""
    outcome = await office.simulator.type("alice", DESK, "/brief boats")
    assert outcome.message, outcome.error
    return outcome.message


async def test_shortcuts_and_options_are_acknowledged_while_it_is_silent(
    office: Office, postgres: Engine
) -> None:
    """The looked-up answer opens afterwards, and an option list has no options."""
    sim = office.simulator
    async with office.bot() as app:
        answer = await shown(office)
        payloads = sim.interactions.payloads
        looked_up = payloads.message_action(
            sim.person("alice"),
            answer,
            callback_id=LOOK_UP,
            response_url=f"{sim.url}/response/T0MERIDIAN/none",
        )
        earlier = payloads.global_shortcut(sim.person("alice"), callback_id="earlier")
        options = earlier | {"type": "block_suggestion", "action_id": "earlier"}
        bodies = [looked_up, earlier, options | {"value": "boats", "block_id": "b"}]
        async with tables_locked(postgres):
            with statements_of_the_listener() as statements:
                responses = [await acknowledged(app, body) for body in bodies]

    assert [response.status for response in responses] == [200, 200, 200]
    assert statements == []
