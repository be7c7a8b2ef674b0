"""Who is asking, who will read, where people live: by Slack's own facts."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.audiences import KEPT, Admission, AudienceUnknown
from bot.briefing.tlp import Reach
from bot.installation import Installation
from bot.outbox.notifier import Notifier
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.server import Simulator
from bot.simulator.workspace_file import ChannelEntry
from bot.slack.clients import Clients, single_workspace
from bot.slack.directory import EVENTS_LOST, LOST_FOR_S, MANY, SlackDirectory
from bot.slack.read_pace import ReadPace
from tests.fakes import StoppedClock


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def directory(clients: Clients, clock: StoppedClock) -> SlackDirectory:
    return SlackDirectory(single_workspace(clients), clock)


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
    directory: SlackDirectory, clients: Clients, user: str, reach: Reach
) -> None:
    """Deactivated people, apps and strangers to Slack are unknown."""
    audience = await directory.of_person(clients.identity.installation, user)

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
    directory: SlackDirectory, clients: Clients, channel: str, reach: Reach
) -> None:
    """A pending share is shared, and a room that cannot be seen is unknown."""
    audience = await directory.of_channel(clients.identity.installation, channel)

    assert (audience.reach, channel in audience.ids) == (reach, True)


async def test_a_direct_message_is_its_persons(
    directory: SlackDirectory, clients: Clients, sim: Simulator
) -> None:
    """What the person may see alone, they may see there."""
    room = await directory.of_channel(clients.identity.installation, sim.dm("gita"))

    assert (room.reach, room.ids) == (Reach.GUEST, frozenset({"U0GITA"}))


async def test_a_private_channel_with_a_guest_is_an_open_room(
    directory: SlackDirectory, clients: Clients, sim: Simulator
) -> None:
    """Guests do not show in the channel object, so members are looked at."""
    sim.join("gita", "korea-curators")

    room = await directory.of_channel(clients.identity.installation, "C0CURATORS")

    assert room.reach is Reach.OPEN_ROOM


@pytest.mark.parametrize("kind", [FaultKind.STATUS_BEFORE, FaultKind.ERROR_BEFORE])
async def test_a_look_up_that_fails_is_said_and_not_kept(
    directory: SlackDirectory, clients: Clients, sim: Simulator, kind: FaultKind
) -> None:
    """Nothing may be shown, and the next question asks Slack again."""
    sim.faults.add(FaultRule(kind=kind, method="users.info", count=1))
    installation = clients.identity.installation

    with pytest.raises(AudienceUnknown) as caught:
        await directory.of_person(installation, "U0ALICE")
    again = await directory.of_person(installation, "U0ALICE")

    assert str(caught.value) == (
        "I couldn't check with Slack who will read this. Ask again in a moment."
    )
    assert again.reach is Reach.MEMBER


async def test_one_look_up_serves_everybody_who_asks_meanwhile(
    directory: SlackDirectory, clients: Clients, sim: Simulator
) -> None:
    """Ten buttons pressed at once are one `users.info`."""
    installation = clients.identity.installation
    before = sim.stats.requests

    asked = [directory.of_person(installation, "U0ALICE") for _ in range(10)]
    answers = await asyncio.gather(*asked)

    assert {answer.reach for answer in answers} == {Reach.MEMBER}
    assert sim.stats.requests == before + 1


async def test_facts_are_kept_for_a_quarter_of_an_hour(
    directory: SlackDirectory, clients: Clients, sim: Simulator, clock: StoppedClock
) -> None:
    """A guest who became one in between is seen as such after that at the latest."""
    installation = clients.identity.installation
    await directory.of_person(installation, "U0ALICE")
    sim.change_user("alice", is_guest=True)

    kept = await directory.of_person(installation, "U0ALICE")
    clock.move(timedelta(minutes=15))
    asked = await directory.of_person(installation, "U0ALICE")

    assert (kept.reach, asked.reach) == (Reach.MEMBER, Reach.GUEST)


async def test_an_event_drops_the_person_and_the_rooms(
    directory: SlackDirectory, clients: Clients, sim: Simulator
) -> None:
    """Whoever became a guest makes an open room of a private one."""
    installation = clients.identity.installation
    await directory.of_channel(installation, "C0CURATORS")
    sim.change_user("alice", is_guest=True)

    directory.forget(installation, "U0ALICE")

    room = await directory.of_channel(installation, "C0CURATORS")
    assert room.reach is Reach.OPEN_ROOM


async def test_a_zone_costs_no_look_up_of_its_own(
    directory: SlackDirectory, clients: Clients, sim: Simulator
) -> None:
    """A person is asked for once, whatever is wanted of them."""
    installation = clients.identity.installation
    await directory.of_person(installation, "U0CHIYO")
    before = sim.stats.requests

    zone = await directory.zone_of(installation, "U0CHIYO")

    assert (zone, sim.stats.requests) == ("Asia/Tokyo", before)


@pytest.mark.parametrize(
    ("user", "zone"),
    [
        pytest.param("U0CHIYO", "Asia/Tokyo", id="member"),
        pytest.param("U0ERIK", "Europe/Oslo", id="external"),
        pytest.param("U0DORA", "UTC", id="deactivated"),
        pytest.param("U0NOBODY", "UTC", id="nobody"),
    ],
)
async def test_a_zone_is_what_the_person_has_set(
    directory: SlackDirectory, clients: Clients, user: str, zone: str
) -> None:
    """Where Slack does not say it is UTC, which every time names."""
    assert await directory.zone_of(clients.identity.installation, user) == zone


@pytest.mark.parametrize(
    ("channel", "admission"),
    [
        pytest.param("C0KOREA", Admission.ADMITTED, id="both-in"),
        pytest.param("C0CURATORS", Admission.OUTSIDER, id="person-not-in"),
        pytest.param("C0EUROPE", Admission.JOINABLE, id="bot-may-join"),
        pytest.param("C0SECRET", Admission.UNINVITED, id="not-to-be-seen"),
        pytest.param("C0OLD", Admission.ARCHIVED, id="archived"),
    ],
)
async def test_who_may_have_something_posted(
    directory: SlackDirectory, clients: Clients, channel: str, admission: Admission
) -> None:
    """Both the person and the bot have to be in the channel, or the bot may join."""
    installation = clients.identity.installation

    assert await directory.admission(installation, channel, "U0BRUNO") is admission


async def test_without_the_scope_the_bot_has_to_be_invited(
    clients: Clients, clock: StoppedClock
) -> None:
    """To join by itself is for the installer to grant."""
    scopes = clients.identity.scopes - {"channels:join"}
    lacking = replace(clients, identity=replace(clients.identity, scopes=scopes))
    directory = SlackDirectory(single_workspace(lacking), clock)
    installation = clients.identity.installation

    admission = await directory.admission(installation, "C0EUROPE", "U0BRUNO")

    assert admission is Admission.UNINVITED


async def test_what_slack_does_not_say_is_unknown(
    directory: SlackDirectory, clients: Clients, sim: Simulator
) -> None:
    """Nobody is taken for a member because Slack was busy."""
    fault = FaultRule(
        kind=FaultKind.STATUS_BEFORE, method="conversations.members", count=1
    )
    sim.faults.add(fault)
    installation = clients.identity.installation

    admission = await directory.admission(installation, "C0KOREA", "U0BRUNO")

    assert admission is Admission.UNKNOWN


async def test_an_event_overtakes_a_look_up_that_is_under_way(
    directory: SlackDirectory, clients: Clients, sim: Simulator
) -> None:
    """What Slack said before the event is neither kept nor told to who waits."""
    installation, asked_before = clients.identity.installation, sim.stats.requests
    asking = asyncio.create_task(directory.of_person(installation, "U0ALICE"))
    await asyncio.sleep(0)

    sim.change_user("alice", is_guest=True)
    directory.forget(installation, "U0ALICE")
    waiting = await asking
    later = await directory.of_person(installation, "U0ALICE")

    assert waiting.reach is Reach.GUEST
    assert later.reach is Reach.GUEST
    assert sim.stats.requests == asked_before + 2


async def test_members_are_read_through_pages_that_come_short(
    directory: SlackDirectory, clients: Clients, sim: Simulator
) -> None:
    """An empty page with a cursor is no end: the people behind it read along."""
    sim.workspace.pages_come_short = True
    installation = clients.identity.installation

    room = await directory.of_channel(installation, "C0CURATORS")
    admission = await directory.admission(installation, "C0KOREA", "U0BRUNO")

    assert room.reach is Reach.PRIVATE_ROOM
    assert admission is Admission.ADMITTED


class OvertakenClient(AsyncWebClient):
    """A client that hears an event before the first page that Slack made before it."""

    heard: Callable[[], None] | None = None

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        answer = await super().api_call(api_method, **options)
        if api_method == "users.list" and self.heard is not None:
            heard, self.heard = self.heard, None
            heard()
        return answer


class TestMany:
    """Big private channels and thousands of direct messages are looked up in pages."""

    @pytest.fixture(autouse=True)
    def newsroom(self, sim: Simulator) -> None:
        """A private channel of five hundred, in a Slack of a few more."""
        people = [f"reader-{number}" for number in range(500)]
        for number, name in enumerate(people):
            user = replace(sim.person("bruno"), id=f"U1{number:04}", name=name)
            sim.workspace.users[user.id] = user
        sim.create_channel(
            ChannelEntry(
                id="C0BIG", name="big", members=(*people, "brief"), is_private=True
            )
        )

    async def test_a_private_channel_of_five_hundred_takes_a_few_calls(
        self, directory: SlackDirectory, clients: Clients, sim: Simulator
    ) -> None:
        """The channel, its members, and one page of everybody."""
        before = sim.stats.requests

        room = await directory.of_channel(clients.identity.installation, "C0BIG")

        assert room.reach is Reach.PRIVATE_ROOM
        assert sim.stats.requests - before == 3

    async def test_one_guest_among_five_hundred_is_found(
        self, directory: SlackDirectory, clients: Clients, sim: Simulator
    ) -> None:
        """However many are members: one page has them all."""
        sim.change_user("reader-321", is_guest=True)

        room = await directory.of_channel(clients.identity.installation, "C0BIG")

        assert room.reach is Reach.OPEN_ROOM

    async def test_people_asked_for_at_once_are_found_on_one_page(
        self, directory: SlackDirectory, clients: Clients, sim: Simulator
    ) -> None:
        """The few that were first are asked for by themselves."""
        installation = clients.identity.installation
        before = sim.stats.requests

        asked = [directory.of_person(installation, f"U1{n:04}") for n in range(100)]
        found = await asyncio.gather(*asked)
        later = await directory.of_person(installation, "U10400")

        assert {audience.reach for audience in (*found, later)} == {Reach.MEMBER}
        assert sim.stats.requests - before <= MANY + 1

    async def test_rooms_asked_for_at_once_are_found_on_one_page(
        self, directory: SlackDirectory, clients: Clients, sim: Simulator
    ) -> None:
        """Public and shared ones need no look at their members."""
        for number in range(40):
            name = f"room-{number}"
            entry = ChannelEntry(id=f"C1{number:04}", name=name, members=("brief",))
            sim.create_channel(entry)
        sim.share("room-33")
        installation = clients.identity.installation
        before = sim.stats.requests

        asked = [directory.of_channel(installation, f"C1{n:04}") for n in range(40)]
        reaches = [room.reach for room in await asyncio.gather(*asked)]

        assert reaches.count(Reach.OPEN_ROOM) == 39
        assert reaches[33] is Reach.SHARED_ROOM
        assert sim.stats.requests - before <= MANY + 1

    async def test_whoever_changes_while_a_page_is_read_is_asked_for_anew(
        self, clients: Clients, sim: Simulator, clock: StoppedClock
    ) -> None:
        """What Slack said before the event is not kept beyond it, pages included."""
        session, url = clients.posting.session, sim.api_url
        slow = OvertakenClient(
            sim.bot_token, base_url=url, session=session, retry_handlers=[]
        )
        overtaken = replace(clients, posting=slow)
        directory = SlackDirectory(single_workspace(overtaken), clock)
        installation = clients.identity.installation

        def change() -> None:
            sim.change_user("reader-7", is_guest=True)
            directory.forget(installation, "U10007")

        slow.heard = change
        room = await directory.of_channel(installation, "C0BIG")

        assert room.reach is Reach.OPEN_ROOM

    async def test_where_pages_are_refused_each_is_asked_for_alone(
        self, directory: SlackDirectory, clients: Clients, sim: Simulator
    ) -> None:
        """A big room waits longer then, but nobody is taken for somebody else."""
        refused = FaultRule(
            kind=FaultKind.ERROR_BEFORE, method="users.list", error="missing_scope"
        )
        sim.faults.add(refused)
        installation = clients.identity.installation

        asked = [directory.of_person(installation, f"U1{n:04}") for n in range(15)]
        found = await asyncio.gather(*asked)

        assert {audience.reach for audience in found} == {Reach.MEMBER}


async def test_a_look_up_that_slack_puts_off_is_made_when_it_says(
    clients: Clients, sim: Simulator
) -> None:
    """`Retry-After` is obeyed, and the call is no failure."""
    limited = FaultRule(
        kind=FaultKind.PLAIN_429, method="users.info", seconds=7, count=1
    )
    sim.faults.add(limited)
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    answer = await ReadPace(pause).call(clients, "users.info", user="U0ALICE")

    assert answer["user"]["id"] == "U0ALICE"
    assert [round(seconds) for seconds in paused] == [7]


async def test_calls_keep_to_the_tier_of_their_method(
    clients: Clients, sim: Simulator
) -> None:
    """Twenty a minute after a burst of five, whatever another method has used."""
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    pace = ReadPace(pause)
    for _ in range(7):
        await pace.call(clients, "users.list", limit=1)
        await pace.call(clients, "users.info", user="U0ALICE")

    assert len(paused) == 2
    assert all(0 < seconds <= 6 for seconds in paused)


class DeafNotifier(Notifier):
    """A replica whose connection to the others is gone."""

    hears_others = False


async def test_where_other_replicas_are_not_heard_facts_are_asked_afresh(
    directory: SlackDirectory, clients: Clients, sim: Simulator, clock: StoppedClock
) -> None:
    """A second is what a change may take to arrive, so a fact holds no longer."""
    directory.follow(DeafNotifier())
    installation = clients.identity.installation
    await directory.of_person(installation, "U0ALICE")
    sim.change_user("alice", is_guest=True)

    kept = await directory.of_person(installation, "U0ALICE")
    clock.move(timedelta(seconds=1))
    asked = await directory.of_person(installation, "U0ALICE")

    assert (kept.reach, asked.reach) == (Reach.MEMBER, Reach.GUEST)


async def test_a_younger_fact_is_asked_for_where_one_is_wanted(
    directory: SlackDirectory, clients: Clients, sim: Simulator, clock: StoppedClock
) -> None:
    """Of an invitation to share a channel no event tells."""
    installation = clients.identity.installation
    await directory.of_channel(installation, "C0CURATORS")
    sim.share("C0CURATORS", is_pending=True)
    clock.move(timedelta(seconds=31))

    room = await directory.of_channel(
        installation, "C0CURATORS", max_age=timedelta(seconds=30)
    )

    assert room.reach is Reach.SHARED_ROOM


async def test_what_is_forgotten_or_old_is_not_known(
    directory: SlackDirectory, clients: Clients, clock: StoppedClock
) -> None:
    """Before a post this is asked without waiting for anybody."""
    installation = clients.identity.installation
    changes: list[Callable[[], None]] = [
        lambda: None,
        lambda: directory.forget(installation, "C0CURATORS"),
        lambda: directory.forget(installation, "U0ALICE"),
        directory.forget_all,
        lambda: clock.move(KEPT),
    ]
    known = []
    for change in changes:
        await directory.of_channel(installation, "C0CURATORS")
        change()
        known.append(directory.knows(installation, "C0CURATORS"))

    assert known == [True, False, False, False, False]


async def test_a_clock_that_is_set_back_makes_no_fact_younger(
    directory: SlackDirectory, clients: Clients, clock: StoppedClock
) -> None:
    """A quarter of an hour is one, whatever a clock shows meanwhile."""
    installation = clients.identity.installation
    await directory.of_channel(installation, "C0CURATORS")
    clock.move(KEPT - timedelta(seconds=1))
    clock.set_back(timedelta(hours=2))
    before = directory.knows(installation, "C0CURATORS")
    clock.move(timedelta(seconds=1))

    assert (before, directory.knows(installation, "C0CURATORS")) == (True, False)


async def test_facts_are_good_for_a_moment_while_slack_is_not_heard(
    directory: SlackDirectory, clients: Clients, sim: Simulator, clock: StoppedClock
) -> None:
    """Its events would go to a connection that is down."""
    installation = clients.identity.installation
    await directory.of_person(installation, "U0ALICE")
    hears = True
    directory.rely_on(lambda: hears)
    sim.change_user("alice", is_guest=True)
    clock.move(timedelta(seconds=2))

    kept = await directory.of_person(installation, "U0ALICE")
    hears = False
    asked = await directory.of_person(installation, "U0ALICE")

    assert (kept.reach, asked.reach) == (Reach.MEMBER, Reach.GUEST)


async def test_facts_are_good_for_a_moment_while_slack_keeps_events_back(
    directory: SlackDirectory, clients: Clients, sim: Simulator, clock: StoppedClock
) -> None:
    """Those too that are found meanwhile: what overtakes them may be kept back."""
    installation = clients.identity.installation
    elsewhere = Installation("T0ELSEWHERE")
    directory.forget(elsewhere, EVENTS_LOST)
    await directory.of_person(installation, "U0ALICE")
    clock.move(timedelta(seconds=2))
    knew = [directory.knows(installation, "U0ALICE")]

    directory.forget(installation, EVENTS_LOST)
    knew.append(directory.knows(installation, "U0ALICE"))
    await directory.of_person(installation, "U0ALICE")
    clock.move(timedelta(seconds=LOST_FOR_S))
    knew.append(directory.knows(installation, "U0ALICE"))
    await directory.of_person(installation, "U0ALICE")
    clock.move(timedelta(seconds=2))
    knew.append(directory.knows(installation, "U0ALICE"))

    assert knew == [True, False, False, True]


@pytest.mark.parametrize("id", ["C0CURATORS", "U0ALICE"])
async def test_an_event_of_one_workspace_holds_for_all_that_share_the_channel(
    directory: SlackDirectory, clients: Clients, id: str
) -> None:
    """Slack tells of it once, and names one of the workspaces that the app is in."""
    installation = clients.identity.installation
    ask = directory.of_person if id.startswith("U") else directory.of_channel
    await ask(installation, id)
    knew = directory.knows(installation, id)

    directory.forget(Installation("T0ELSEWHERE"), id)

    assert (knew, directory.knows(installation, id)) == (True, False)
