"""Subscribing against the simulator: the form, the lists, the people who move."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time
from typing import Any

import pytest

from bot.digests.models import Digest
from bot.digests.schedules import Every
from bot.simulator.changes import ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.messages import Message
from bot.simulator.server import Simulator
from bot.simulator.views import View
from bot.slack.clients import Clients
from bot.slack.views.controls import subscribe
from bot.slack.views.subscriptions import list_button, subscribe_button
from bot.subscriptions.manage import SubscriptionRequest
from tests.factories import claim, make_briefing, section
from tests.held import HeldBriefings
from tests.listening import ListeningBot, listening_to
from tests.patience import PATIENCE_S

KOREA, EUROPE, VISITORS = "korea-desk", "europe-desk", "visitors"
FRIDAYS = Digest.model_validate(
    {
        "id": "fridays",
        "title": "Fridays",
        "sections": ["harbour/storm"],
        "when": {"every": "friday", "at": "17:15", "timezone": "UTC"},
    }
)
BRIEFINGS = HeldBriefings(
    make_briefing(
        id="harbour",
        short="Harbour",
        sections=[
            section(id="storm", short="Storm"),
            section(
                id="costs",
                short="Costs",
                claims=[claim("damage", handling="TLP:AMBER")],
            ),
        ],
    ),
    digests=(FRIDAYS,),
)


@pytest.fixture
async def bot(
    sim: Simulator, clients: Clients, sqlite_url: str
) -> AsyncIterator[ListeningBot]:
    """Serve one briefing."""
    async with listening_to(sim, sqlite_url, clients, BRIEFINGS) as bot:
        yield bot


async def form(
    sim: Simulator, user: str, channel: str = KOREA, words: str = "harbour"
) -> View:
    """Type the command and return the form that opens."""
    before = len(sim.record.changes)
    outcome = await sim.type(user, channel, f"/brief subscribe {words}")
    assert outcome.error == ""
    return await opened(sim, since=before)


async def opened(sim: Simulator, *, since: int) -> View:
    change = await sim.wait_for(
        lambda change: change.kind is ChangeKind.VIEW_OPENED, since=since
    )
    assert change.view is not None
    return change.view


def filled(
    *topics: str, at: str = "08:00", where: str = ""
) -> dict[str, dict[str, Any]]:
    """Return what a person fills in."""
    options = [{"value": topic} for topic in topics]
    values: dict[str, dict[str, Any]] = {
        "topics": {"topics": {"selected_options": options}},
        "every": {"every": {"selected_option": {"value": "weekday"}}},
        "at": {"at": {"selected_time": at}},
        "show": {"show": {"selected_option": {"value": "changes"}}},
    }
    if where:
        values["where"] = {"where": {"selected_option": {"value": where}}}
    return values


async def subscribed(
    sim: Simulator, user: str = "alice", channel: str = KOREA, **how: Any
) -> View:
    """Subscribe by the form, and return what it turned to."""
    view = await form(sim, user, channel)
    outcome = await sim.submit_view(user, view.id, filled("harbour", **how))
    assert outcome.error == ""
    return sim.workspace.views.find(view_id=view.id)


async def test_the_form_knows_the_topic_and_the_persons_zone(
    sim: Simulator, bot: ListeningBot
) -> None:
    """What the words name is chosen already."""
    view = await form(sim, "chiyo", words="storm")

    topics, _, at, *_ = (block.get("element") for block in view.content["blocks"])
    assert at["timezone"] == "Asia/Tokyo"
    assert values(topics["initial_options"]) == ["harbour/storm"]


async def test_the_form_is_filled_in_with_topics_days_and_hour(
    sim: Simulator, bot: ListeningBot
) -> None:
    """Whoever says it all has only to press "Subscribe"."""
    view = await form(sim, "chiyo", words="me to storm every friday at 5:15 pm")

    assert filled_in(view) == (["harbour/storm"], "friday", "17:15")


async def test_a_message_gets_a_button_that_opens_the_form_filled_in(
    sim: Simulator, bot: ListeningBot
) -> None:
    """A message has no trigger for a form; its button has."""
    request = SubscriptionRequest(("harbour/storm",), every=Every.DAY, at=time(7))
    row = {"type": "actions", "elements": [subscribe_button(request).to_dict()]}
    posted = await bot.clients.posting.chat_postMessage(
        channel=sim.channel(KOREA).id, text="Press", blocks=[row]
    )
    before = len(sim.record.changes)

    await sim.press("chiyo", KOREA, posted["ts"], "subscribe/new")

    view = await opened(sim, since=before)
    assert filled_in(view) == (["harbour/storm"], "day", "07:00")


def filled_in(view: View) -> tuple[list[str], str, str]:
    topics, every, at, *_ = (block.get("element") for block in view.content["blocks"])
    chosen = values(topics["initial_options"])
    return chosen, every["initial_option"]["value"], at["initial_time"]


@pytest.mark.parametrize(
    "words",
    [
        *("unsubscribe", "stop", "“subscriptions”", "mute storm"),
        *("when is my next digest?", "pause"),
    ],
)
async def test_what_can_be_stopped_is_listed_whatever_it_is_called(
    sim: Simulator, bot: ListeningBot, words: str
) -> None:
    """Each entry has its buttons."""
    await subscribed(sim)

    listed = await typed_list(sim, words=words)

    assert "Next: " in listed.text
    buttons = listed.blocks[1]["elements"]
    assert [each["text"]["text"] for each in buttons] == ["Pause", "Delete"]


async def test_a_message_gets_a_button_that_shows_what_can_be_stopped(
    sim: Simulator, bot: ListeningBot
) -> None:
    """In a channel nobody else sees the list."""
    await subscribed(sim)
    row = {"type": "actions", "elements": [list_button().to_dict()]}
    posted = await bot.clients.posting.chat_postMessage(
        channel=sim.channel(KOREA).id, text="Press", blocks=[row]
    )
    before = len(sim.record.changes)

    await sim.press("alice", KOREA, posted["ts"], "subscriptions/0")

    change = await sim.wait_for(
        lambda change: change.kind is ChangeKind.EPHEMERAL, since=before
    )
    assert "Next: " in change.text


def values(options: list[dict[str, Any]]) -> list[str]:
    return [option["value"] for option in options]


async def test_a_direct_message_is_set_up_for_its_owner(
    sim: Simulator, bot: ListeningBot
) -> None:
    """The form turns to what was set up, and when it comes first."""
    view = await subscribed(sim, "bruno")

    assert await bot.kept() == [("Harbour", "U0BRUNO", "America/New_York")]
    assert "weekdays at 08:00 New York time" in str(view.content)


async def test_a_channel_is_set_up_by_its_member(
    sim: Simulator, bot: ListeningBot
) -> None:
    """Everybody in it may see the topic, and the bot is in it."""
    view = await form(sim, "alice")

    await sim.submit_view("alice", view.id, filled("harbour/storm", where="here"))

    assert await bot.kept() == [("Harbour: Storm", "C0KOREA", "Europe/London")]


@pytest.mark.parametrize(
    ("channel", "topic", "field", "words"),
    [
        pytest.param(
            EUROPE,
            "harbour",
            "where",
            "I can't post in this channel yet: /invite me there, then press again.",
            id="bot-not-in-channel",
        ),
        pytest.param(
            VISITORS,
            "harbour/costs",
            "where",
            "Not everybody in this channel may see that. Choose the direct message.",
            id="guests-in-channel",
        ),
        pytest.param(
            "partners",
            "harbour/costs",
            "where",
            "Not everybody in this channel may see that. Choose the direct message.",
            id="shared-channel",
        ),
        pytest.param(
            KOREA,
            "harbour/fish",
            "topics",
            "One of these isn't in the briefing any more. Close this and start again.",
            id="topic-gone",
        ),
    ],
)
async def test_what_cannot_be_is_said_under_its_field(
    sim: Simulator, bot: ListeningBot, channel: str, topic: str, field: str, words: str
) -> None:
    """The form stays open, and nothing is set up."""
    refusal = FaultRule(
        kind=FaultKind.ERROR_BEFORE,
        method="conversations.join",
        error="restricted_action",
    )
    sim.faults.add(refusal)
    view = await form(sim, "alice", channel)

    outcome = await sim.submit_view("alice", view.id, filled(topic, where="here"))

    assert outcome.errors == {field: words}
    assert await bot.kept() == []


async def test_a_public_channel_is_joined_when_a_digest_is_set_up_for_it(
    sim: Simulator, bot: ListeningBot
) -> None:
    """The form alone joins nothing, and what cannot be set up does not either."""
    view = await form(sim, "alice", EUROPE)
    await sim.submit_view("alice", view.id, filled("harbour/fish", where="here"))
    before = sim.channel(EUROPE).members

    await sim.submit_view("alice", view.id, filled("harbour/storm", where="here"))

    assert "U0BRIEF" not in before
    assert "U0BRIEF" in sim.channel(EUROPE).members
    assert await bot.kept() == [("Harbour: Storm", "C0EUROPE", "Europe/London")]


async def test_a_guest_is_offered_what_a_guest_may_see(
    sim: Simulator, bot: ListeningBot
) -> None:
    """The name of a withheld topic does not stand in the form."""
    view = await form(sim, "gita", VISITORS)

    assert "Storm" in str(view.content)
    assert "Costs" not in str(view.content)


async def test_an_external_person_gets_what_is_public(
    sim: Simulator, bot: ListeningBot
) -> None:
    """They press the button under a digest, as commands are not theirs to give."""
    view = await form_of_button(sim, bot, "erik", "partners")
    denied = await sim.submit_view("erik", view.id, filled("harbour/costs"))
    await sim.submit_view("erik", view.id, filled("harbour/storm"))

    assert list(denied.errors) == ["topics"]
    assert await bot.kept() == [("Harbour: Storm", "U0ERIK", "Europe/Oslo")]


async def test_the_button_under_a_digest_asks_for_the_same(
    sim: Simulator, bot: ListeningBot
) -> None:
    """Whoever likes what the channel gets has it by direct message in two presses."""
    view = await form_of_button(sim, bot, "chiyo", KOREA)

    topics, every, at, *_ = (block.get("element") for block in view.content["blocks"])
    assert values(topics["initial_options"]) == ["harbour/storm"]
    assert every["initial_option"]["value"] == "friday"
    assert at["initial_time"] == "17:15"


async def form_of_button(
    sim: Simulator, bot: ListeningBot, user: str, channel: str
) -> View:
    """Press "Get this by DM" under a digest and return the form that opens."""
    row = {"type": "actions", "elements": [subscribe("fridays").to_dict()]}
    posted = await bot.clients.posting.chat_postMessage(
        channel=sim.channel(channel).id, text="Good morning.", blocks=[row]
    )
    before = len(sim.record.changes)
    await sim.press(user, channel, posted["ts"], "subscribe/0")
    return await opened(sim, since=before)


async def test_the_list_pauses_resumes_and_deletes(
    sim: Simulator, bot: ListeningBot
) -> None:
    """Each press shows the list as it is then, in place of the one before."""
    await subscribed(sim)
    listed = await typed_list(sim)

    assert "Next: " in listed.text
    paused = await chosen(sim, listed, "pause")
    assert "Paused" in paused.text
    resumed = await chosen(sim, paused, "resume")
    assert "Next: " in resumed.text
    left = await chosen(sim, resumed, "delete")
    assert left.text == "You have no subscriptions. Nobody is subscribed by default."


async def typed_list(
    sim: Simulator, user: str = "alice", words: str = "subscriptions"
) -> Message:
    since = len(sim.record.changes)
    await sim.type(user, KOREA, f"/brief {words}")
    listed = await sim.wait_for(
        lambda change: change.kind is ChangeKind.EPHEMERAL, since=since
    )
    assert listed.message is not None
    return listed.message


async def chosen(sim: Simulator, listed: Message, verb: str) -> Message:
    """Press a button of the first entry and return the list as it is then."""
    before = len(sim.record.changes)
    row = next(block for block in listed.blocks if block["type"] == "actions")
    action_id = next(
        each["action_id"]
        for each in row["elements"]
        if each["value"].startswith(f"{verb}|")
    )
    await sim.press("alice", listed.channel, listed.ts, action_id)
    change = await sim.wait_for(
        lambda change: change.kind is ChangeKind.EPHEMERAL_CHANGED, since=before
    )
    assert change.message is not None
    return change.message


async def test_a_person_who_moves_is_followed(
    sim: Simulator, bot: ListeningBot
) -> None:
    """Slack says so by `user_change`."""
    await subscribed(sim)

    sim.change_user("alice", tz="Asia/Tokyo")
    await asyncio.wait_for(bot.noticed.wait(), PATIENCE_S)

    assert await bot.kept() == [("Harbour", "U0ALICE", "Asia/Tokyo")]


async def test_a_deactivated_person_gets_nothing_more(
    sim: Simulator, bot: ListeningBot
) -> None:
    """What they set up for a channel goes on."""
    await subscribed(sim)
    await subscribed(sim, where="here", at="09:00")

    sim.change_user("alice", deleted=True)
    await asyncio.wait_for(bot.noticed.wait(), PATIENCE_S)

    found = await bot.store.of_installation(bot.clients.identity.installation)
    assert {s.is_dm: s.is_paused for s in found} == {True: True, False: False}


async def test_a_workspace_that_removes_the_app_is_looked_at(
    sim: Simulator, bot: ListeningBot
) -> None:
    """What people set up there stays for a while: the app may come back."""
    await subscribed(sim)

    sim.uninstall()
    await asyncio.wait_for(bot.noticed.wait(), PATIENCE_S)

    assert bot.looked_at[:1] == [bot.clients.identity.installation]
    assert await bot.kept() != []
