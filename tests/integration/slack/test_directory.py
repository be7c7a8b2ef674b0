"""Who is asking and who will read: Slack's facts become audiences."""

import asyncio
from datetime import timedelta

import pytest

from bot.audiences import AudienceUnknown
from bot.briefing.handling import Reach
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.server import Simulator
from bot.slack.clients import Clients
from bot.slack.directory import SlackAudiences
from bot.slack.messenger import single_workspace
from tests.fakes import StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def audiences(clients: Clients, clock: StoppedClock) -> SlackAudiences:
    return SlackAudiences(single_workspace(clients), clock)


@pytest.mark.parametrize(
    ("user", "reach"),
    [
        ("U0ALICE", Reach.MEMBER),
        ("U0GITA", Reach.GUEST),
        ("U0ERIK", Reach.EXTERNAL),
        ("U0DORA", Reach.UNKNOWN),
        ("U0BRIEF", Reach.UNKNOWN),
        ("U0NOBODY", Reach.UNKNOWN),
    ],
)
async def test_a_person_is_classed_by_slacks_flags(
    audiences: SlackAudiences, clients: Clients, user: str, reach: Reach
) -> None:
    """Deactivated people, apps and strangers to Slack are unknown."""
    audience = await audiences.of_person(clients.identity.installation, user)

    assert (audience.reach, audience.ids) == (reach, frozenset({user}))


@pytest.mark.parametrize(
    ("channel", "reach"),
    [
        ("C0KOREA", Reach.OPEN_ROOM),
        ("C0CURATORS", Reach.PRIVATE_ROOM),
        ("C0VISITORS", Reach.OPEN_ROOM),
        ("C0PARTNERS", Reach.SHARED_ROOM),
        ("C0JOINT", Reach.SHARED_ROOM),
        ("C0SECRET", Reach.UNKNOWN_ROOM),
    ],
)
async def test_a_room_is_classed_by_who_can_read_it(
    audiences: SlackAudiences, clients: Clients, channel: str, reach: Reach
) -> None:
    """A pending share is shared, and a room that cannot be seen is unknown."""
    audience = await audiences.of_channel(clients.identity.installation, channel)

    assert (audience.reach, channel in audience.ids) == (reach, True)


async def test_a_direct_message_is_its_persons(
    audiences: SlackAudiences, clients: Clients, sim: Simulator
) -> None:
    """What the person may see alone, they may see there."""
    room = await audiences.of_channel(clients.identity.installation, sim.dm("gita"))

    assert (room.reach, room.ids) == (Reach.GUEST, frozenset({"U0GITA"}))


async def test_a_private_channel_with_a_guest_is_an_open_room(
    audiences: SlackAudiences, clients: Clients, sim: Simulator
) -> None:
    """Guests do not show in the channel object, so members are looked at."""
    sim.join("gita", "korea-curators")

    room = await audiences.of_channel(clients.identity.installation, "C0CURATORS")

    assert room.reach is Reach.OPEN_ROOM


@pytest.mark.parametrize("kind", [FaultKind.STATUS_BEFORE, FaultKind.ERROR_BEFORE])
async def test_a_look_up_that_fails_is_said_and_not_kept(
    audiences: SlackAudiences, clients: Clients, sim: Simulator, kind: FaultKind
) -> None:
    """Nothing may be shown, and the next question asks Slack again."""
    sim.faults.add(FaultRule(kind=kind, method="users.info", count=1))
    installation = clients.identity.installation

    with pytest.raises(AudienceUnknown) as caught:
        await audiences.of_person(installation, "U0ALICE")
    again = await audiences.of_person(installation, "U0ALICE")

    assert str(caught.value) == (
        "I couldn't check with Slack who will read this. Ask again in a moment."
    )
    assert again.reach is Reach.MEMBER


async def test_one_look_up_serves_everybody_who_asks_meanwhile(
    audiences: SlackAudiences, clients: Clients, sim: Simulator
) -> None:
    """Ten buttons pressed at once are one `users.info`."""
    installation = clients.identity.installation
    before = sim.stats.requests

    asked = [audiences.of_person(installation, "U0ALICE") for _ in range(10)]
    answers = await asyncio.gather(*asked)

    assert {answer.reach for answer in answers} == {Reach.MEMBER}
    assert sim.stats.requests == before + 1


async def test_facts_are_kept_for_a_quarter_of_an_hour(
    audiences: SlackAudiences, clients: Clients, sim: Simulator, clock: StoppedClock
) -> None:
    """A guest who became one in between is seen as such after that at the latest."""
    installation = clients.identity.installation
    await audiences.of_person(installation, "U0ALICE")
    sim.change_user("alice", is_guest=True)

    kept = await audiences.of_person(installation, "U0ALICE")
    clock.move(timedelta(minutes=15))
    asked = await audiences.of_person(installation, "U0ALICE")

    assert (kept.reach, asked.reach) == (Reach.MEMBER, Reach.GUEST)


async def test_an_event_drops_the_person_and_the_rooms(
    audiences: SlackAudiences, clients: Clients, sim: Simulator
) -> None:
    """Whoever became a guest makes an open room of a private one."""
    installation = clients.identity.installation
    await audiences.of_channel(installation, "C0CURATORS")
    sim.change_user("alice", is_guest=True)

    audiences.forget(installation, "U0ALICE")

    room = await audiences.of_channel(installation, "C0CURATORS")
    assert room.reach is Reach.OPEN_ROOM
