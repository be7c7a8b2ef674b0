"""The Bolt app: what is slow is cut, what fails is explained, and a stop waits."""

import asyncio
import json
import logging
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.installation import Installation
from bot.slack.app import ELSEWHERE, TOO_LATE, BriefApp
from bot.slack.background import Background
from bot.slack.clients import Clients, Identity, single_workspace
from bot.slack.waits import Waits
from tests.patience import PATIENCE_S

TEAM = "T0MERIDIAN"
COMMAND = {"command": "/brief", "team_id": TEAM, "user_id": "U1", "channel_id": "C1"}
EVENT = {
    "type": "event_callback",
    "team_id": TEAM,
    "event": {"type": "user_change", "user": {"id": "U1"}},
}
FORM = {
    "type": "view_submission",
    "team": {"id": TEAM},
    "user": {"id": "U1"},
    "view": {"callback_id": "form", "type": "modal"},
}


def make_app(*, listener_s: float = 5.0) -> BriefApp:
    """Make an app of one workspace that talks to nobody."""
    client = AsyncWebClient("xoxb-1", base_url="http://127.0.0.1:9/", retry_handlers=[])
    identity = Identity(Installation(TEAM, ""), "B1", "U0BOT", "brief", frozenset())
    clients = Clients(client, client, identity)
    return BriefApp(
        single_workspace(clients), Background(), waits=Waits(listener_s=listener_s)
    )


async def send(app: BriefApp, body: dict[str, Any]) -> BoltResponse:
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    return await app.async_dispatch(request)


def words_of(response: BoltResponse) -> str:
    """Return the words of an answered command."""
    return str(json.loads(response.body)["text"])


def listen(app: BriefApp, work: Any) -> None:
    """Do the same at a command, an event and a form."""
    app.command("/brief")(work)
    app.event("user_change")(work)
    app.view("form")(work)


def hanging_app() -> BriefApp:
    app = make_app(listener_s=0.01)

    async def hang() -> None:
        await asyncio.Event().wait()

    listen(app, hang)
    return app


def failing_app(error: Exception) -> BriefApp:
    app = make_app()

    async def fail() -> None:
        raise error

    listen(app, fail)
    return app


async def test_a_command_that_hangs_is_cut_with_an_apology() -> None:
    """Slack gives up after three seconds; the asker hears from us before."""
    response = await send(hanging_app(), COMMAND)

    assert response.status == 200
    assert words_of(response) == TOO_LATE


async def test_a_form_that_hangs_keeps_what_was_typed() -> None:
    """The apology stands beside its first field, and the form stays open."""
    field = {"type": "input", "block_id": "comment"}
    view = {"callback_id": "form", "type": "modal", "blocks": [{}, field]}

    response = await send(hanging_app(), {**FORM, "view": view})

    assert json.loads(response.body) == {
        "response_action": "errors",
        "errors": {"comment": TOO_LATE},
    }


async def test_an_event_that_hangs_is_left_for_slack_to_repeat() -> None:
    """A 500 makes Slack send the event again."""
    response = await send(hanging_app(), EVENT)

    assert response.status == 500


async def test_a_command_that_fails_shows_an_id_that_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who reads the log finds what a person was told."""
    with caplog.at_level(logging.ERROR, "bot.slack.app"):
        response = await send(failing_app(ZeroDivisionError("secret")), COMMAND)

    record = next(r for r in caplog.records if r.message == "listener.failed")
    assert response.status == 200
    assert words_of(response) == (
        "Something went wrong on my side. If it happens again, tell the curators: "
        f"{vars(record)['error_id']}."
    )


async def test_an_event_that_fails_is_left_for_slack_to_repeat() -> None:
    """Nobody waits for an answer to an event, so the error is Slack's to know."""
    response = await send(failing_app(ZeroDivisionError()), EVENT)

    assert response.status == 500


async def test_a_form_that_fails_turns_into_an_apology() -> None:
    """A form that stayed open without a word would be sent again and again."""
    response = await send(failing_app(ZeroDivisionError()), FORM)

    answer = json.loads(response.body)
    assert answer["response_action"] == "update"
    assert answer["view"]["title"]["text"] == "Sorry"


async def test_an_error_of_ours_is_told_in_its_own_words() -> None:
    """What is the reader's to mend is no bug and has no id."""
    response = await send(failing_app(BotError("Pick a topic first.")), COMMAND)

    assert words_of(response) == "Pick a topic first."


async def test_an_event_that_succeeds_is_acknowledged() -> None:
    """Events are acknowledged when their listener is done, by nobody's hand."""
    app = make_app()

    async def take() -> None:
        return

    app.event("user_change")(take)

    assert (await send(app, EVENT)).status == 200


@pytest.mark.parametrize("team", ["T0OTHER", "", None])
async def test_a_command_of_another_workspace_is_told_so(team: str | None) -> None:
    """The app knows one workspace, and asks Slack about none."""
    app = failing_app(AssertionError("must not be reached"))

    response = await send(app, {**COMMAND, "team_id": team})

    assert words_of(response) == ELSEWHERE


async def test_an_event_of_another_workspace_is_not_asked_for_again() -> None:
    """Repeating it would not make it ours."""
    response = await send(make_app(), {**EVENT, "team_id": "T0OTHER"})

    assert response.status == 200


async def test_a_stop_waits_for_what_is_in_flight() -> None:
    """The acknowledgement of the last request leaves before the line is closed."""
    app, may_end, began = make_app(), asyncio.Event(), asyncio.Event()

    async def work() -> BoltResponse:
        began.set()
        await may_end.wait()
        return BoltResponse(status=200, body="done")

    app.command("/brief")(work)
    sending = asyncio.create_task(send(app, COMMAND))
    await began.wait()
    draining = asyncio.create_task(app.drain(PATIENCE_S))
    may_end.set()
    await draining

    assert sending.done()
    assert (await sending).body == "done"


async def test_a_stop_does_not_wait_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    """What is cut is counted in the log."""
    app, began = make_app(), asyncio.Event()

    async def hang() -> None:
        began.set()
        await asyncio.Event().wait()

    app.command("/brief")(hang)
    sending = asyncio.create_task(send(app, COMMAND))
    await began.wait()
    with caplog.at_level(logging.WARNING, "bot.slack.app"):
        await app.drain(0.01)
    sending.cancel()

    record = next(r for r in caplog.records if r.message == "listeners.cut")
    assert vars(record)["in_flight"] == 1
