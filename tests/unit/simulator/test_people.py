"""What people do by themselves, without the app."""

import pytest

from bot.simulator.errors import SlackError
from bot.simulator.server import Simulator


@pytest.mark.parametrize("name", ["@brief", "@Brief", "brief"])
async def test_an_invited_member_is_seen_to_arrive(sim: Simulator, name: str) -> None:
    """`/invite` is Slack's own command: the app is not asked."""
    outcome = await sim.type("alice", "#general", f"/invite {name}")

    assert outcome.message
    assert outcome.message.text == "was added to #general by alice."
    assert "U0BRIEF" in sim.channel("#general").members


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("@nobody", "There is nobody called @nobody here."),
        ("@bruno", "bruno is already in this channel."),
    ],
)
async def test_an_invitation_without_effect_says_why(
    sim: Simulator, name: str, error: str
) -> None:
    """A slip is told to who typed it, and nothing is shown to others."""
    outcome = await sim.type("alice", "#general", f"/invite {name}")

    assert outcome.error == error
    assert sim.shown() == ()


@pytest.mark.parametrize(
    ("user", "channel", "error"),
    [
        ("dora", "#korea-desk", "account_inactive"),
        ("chiyo", "#europe-desk", "not_in_channel"),
        ("alice", "#old-desk", "is_archived"),
        ("alice", "#nowhere", "channel_not_found"),
        ("nobody", "#korea-desk", "user_not_found"),
    ],
)
async def test_nobody_writes_where_they_cannot(
    sim: Simulator, user: str, channel: str, error: str
) -> None:
    """What Slack's own client would not let a person do is refused here."""
    with pytest.raises(SlackError, match=error):
        await sim.type(user, channel, "Hello")
