"""People by Slack's word: where they live, and which channels they are in."""

import pytest

from bot.audiences import Admission
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.server import Simulator
from bot.slack.clients import Clients
from bot.slack.messenger import single_workspace
from bot.slack.people import SlackPeople


@pytest.fixture
def people(clients: Clients) -> SlackPeople:
    return SlackPeople(single_workspace(clients))


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
    people: SlackPeople, clients: Clients, user: str, zone: str
) -> None:
    """Where Slack does not say it is UTC, which every time names."""
    assert await people.zone_of(clients.identity.installation, user) == zone


@pytest.mark.parametrize(
    ("channel", "admission"),
    [
        pytest.param("C0KOREA", Admission.ADMITTED, id="both-in"),
        pytest.param("C0CURATORS", Admission.OUTSIDER, id="person-not-in"),
        pytest.param("C0EUROPE", Admission.UNINVITED, id="bot-not-in"),
        pytest.param("C0SECRET", Admission.UNINVITED, id="not-to-be-seen"),
        pytest.param("C0OLD", Admission.ARCHIVED, id="archived"),
    ],
)
async def test_who_may_have_something_posted(
    people: SlackPeople, clients: Clients, channel: str, admission: Admission
) -> None:
    """Both the person and the bot have to be in the channel."""
    installation = clients.identity.installation

    assert await people.admission(installation, channel, "U0BRUNO") is admission


async def test_what_slack_does_not_say_is_unknown(
    people: SlackPeople, clients: Clients, sim: Simulator
) -> None:
    """Nobody is taken for a member because Slack was busy."""
    fault = FaultRule(
        kind=FaultKind.STATUS_BEFORE, method="conversations.members", count=1
    )
    sim.faults.add(fault)
    installation = clients.identity.installation

    admission = await people.admission(installation, "C0KOREA", "U0BRUNO")

    assert admission is Admission.UNKNOWN
