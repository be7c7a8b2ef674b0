"""views.*: modals need a fresh trigger, Homes do not."""

import asyncio
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.clock import SteppedClock
from bot.simulator.server import Simulator
from tests.patience import PATIENCE_S
from tests.unit.simulator.raw_socket import raw_socket
from tests.unit.simulator.refusals import refusal, refused

Json = dict[str, Any]


def modal(title: str = "Sources", **more: Any) -> Json:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "blocks": [{"type": "divider"}],
        **more,
    }


HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}


async def test_a_modal_opens_for_whoever_acted(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """The trigger says whose screen it is."""
    trigger_id = sim.triggers.issue("U0ALICE")

    opened = await slack.views_open(trigger_id=trigger_id, view=modal())

    (shown,) = sim.workspace.views.stack("U0ALICE")
    assert opened["view"]["id"] == shown.id
    assert opened["view"]["root_view_id"] == shown.id
    assert opened["view"]["hash"]


async def test_a_trigger_works_once(sim: Simulator, slack: AsyncWebClient) -> None:
    """Used up is not the same as too late."""
    trigger_id = sim.triggers.issue("U0ALICE")
    await slack.views_open(trigger_id=trigger_id, view=modal())

    again = slack.views_open(trigger_id=trigger_id, view=modal())

    assert await refusal(again) == "exchanged_trigger_id"


async def test_a_trigger_dies_after_three_seconds(
    sim: Simulator, slack: AsyncWebClient, clock: SteppedClock
) -> None:
    """Slow bots open nothing."""
    trigger_id = sim.triggers.issue("U0ALICE")
    await clock.advance(3.1)

    late = slack.views_open(trigger_id=trigger_id, view=modal())

    assert await refusal(late) == "expired_trigger_id"


async def test_no_modal_opens_from_inside_another(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """What is pressed in a modal lays another one on top of it, or turns it."""
    await slack.views_open(trigger_id=sim.triggers.issue("U0ALICE"), view=modal())
    pressed = sim.triggers.issue("U0ALICE", in_modal=True)

    beside = slack.views_open(trigger_id=pressed, view=modal())

    assert await refusal(beside) == "invalid_trigger_id"
    await slack.views_push(trigger_id=pressed, view=modal("On top"))
    assert len(sim.workspace.views.stack("U0ALICE")) == 2


async def test_an_invented_trigger_is_refused(slack: AsyncWebClient) -> None:
    """Only Slack issues them."""
    call = slack.views_open(trigger_id="1.2.3", view=modal())

    assert await refusal(call) == "invalid_trigger_id"


async def test_a_bad_view_is_refused_with_its_place_and_leaves_the_trigger(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """The mistake costs nothing: the same trigger opens the mended view."""
    trigger_id = sim.triggers.issue("U0ALICE")
    bad = slack.views_open(trigger_id=trigger_id, view=modal("x" * 25))

    answer = await refused(bad)
    opened = await slack.views_open(trigger_id=trigger_id, view=modal())

    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/title/text]"
    ]
    assert opened["ok"] is True


async def test_a_stack_holds_three_views(sim: Simulator, slack: AsyncWebClient) -> None:
    """The fourth is `push_limit_reached`."""
    first = await slack.views_open(
        trigger_id=sim.triggers.issue("U0ALICE"), view=modal()
    )
    second = await _push(sim, slack)
    await _push(sim, slack)

    assert second["view"]["previous_view_id"] == first["view"]["id"]
    assert await refusal(_push(sim, slack)) == "push_limit_reached"


async def _push(sim: Simulator, slack: AsyncWebClient) -> Any:
    return await slack.views_push(
        trigger_id=sim.triggers.issue("U0ALICE"), view=modal("More")
    )


async def test_an_update_changes_the_hash(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """An update made on an old hash is `hash_conflict`."""
    opened = await slack.views_open(
        trigger_id=sim.triggers.issue("U0ALICE"), view=modal()
    )
    view_id, hash = opened["view"]["id"], opened["view"]["hash"]

    updated = await slack.views_update(view_id=view_id, hash=hash, view=modal("Next"))
    stale = slack.views_update(view_id=view_id, hash=hash, view=modal("Stale"))

    assert updated["view"]["title"]["text"] == "Next"
    assert await refusal(stale) == "hash_conflict"


async def test_a_closed_view_cannot_be_updated(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """Its reader is gone."""
    opened = await slack.views_open(
        trigger_id=sim.triggers.issue("U0ALICE"), view=modal()
    )
    await sim.close_view("alice", opened["view"]["id"])

    update = slack.views_update(view_id=opened["view"]["id"], view=modal())

    assert await refusal(update) == "not_found"


async def test_an_external_id_is_unique(sim: Simulator, slack: AsyncWebClient) -> None:
    """Two open views cannot share one; an update may use it as address."""
    view = modal(external_id="sources")
    await slack.views_open(trigger_id=sim.triggers.issue("U0ALICE"), view=view)

    twin = slack.views_open(trigger_id=sim.triggers.issue("U0BRUNO"), view=view)
    updated = await slack.views_update(external_id="sources", view=view)

    assert await refusal(twin) == "duplicate_external_id"
    assert updated["ok"] is True


async def test_a_home_is_published_and_replaced(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """It keeps its id, and a stale hash is refused."""
    first = await slack.views_publish(user_id="U0ALICE", view=HOME)
    await slack.views_publish(user_id="U0ALICE", view=HOME, hash=first["view"]["hash"])

    stale = slack.views_publish(
        user_id="U0ALICE", view=HOME, hash=first["view"]["hash"]
    )

    assert await refusal(stale) == "hash_conflict"
    home = sim.workspace.views.home("U0ALICE")
    assert home is not None
    assert home.id == first["view"]["id"]


@pytest.mark.parametrize(
    ("user", "view", "error"),
    [
        ("U0NOBODY", HOME, "user_not_found"),
        ("U0ALICE", modal(), "invalid_arguments"),
        (
            "U0ALICE",
            {"type": "home", "blocks": [{"type": "markdown", "text": "x"}]},
            "invalid_arguments",
        ),
    ],
    ids=["nobody", "modal", "message's block"],
)
async def test_a_home_that_cannot_be_is_refused(
    slack: AsyncWebClient, user: str, view: Json, error: str
) -> None:
    """A Home is for a person, and holds what Homes hold."""
    assert await refusal(slack.views_publish(user_id=user, view=view)) == error


async def test_opening_the_home_is_an_event_with_what_is_there(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """The second time it carries the view published in between."""
    async with raw_socket(sim) as socket:
        await socket.next()
        await sim.open_home("alice")
        first = await socket.next()
        await socket.ack(first)
        await slack.views_publish(user_id="U0ALICE", view=HOME)
        await sim.open_home("alice")
        second = await asyncio.wait_for(socket.next(), PATIENCE_S)
        await socket.ack(second)

    event = first["payload"]["event"]
    assert (event["type"], event["tab"], event["user"]) == (
        "app_home_opened",
        "home",
        "U0ALICE",
    )
    assert "view" not in event
    assert second["payload"]["event"]["view"]["type"] == "home"
