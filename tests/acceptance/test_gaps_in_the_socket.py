"""A connection that drops: what was known from events is asked again after it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.simulator.server import Simulator
from tests.acceptance.office import DESK, Office, open_office

SECRET = "The pier was mined"


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url) as office:
        yield office


async def asked(sim: Simulator) -> str:
    """Return what alice is shown of the claim that is for members."""
    outcome = await sim.type("alice", DESK, "/brief pier")
    assert outcome.message, outcome.error
    return outcome.message.text


def becomes_a_guest_unheard(sim: Simulator) -> None:
    """Make alice a guest, of which no event tells."""
    workspace = sim.workspace
    alice = sim.person("alice")
    workspace.users[alice.id] = replace(alice, is_guest=True)


async def test_what_changed_in_the_gap_is_known_after_it(office: Office) -> None:
    """Slack tells of it on a connection that is gone, and not again."""
    sim = office.simulator
    async with office.bot():
        before = await asked(sim)
        sim.sockets.cut()
        assert not sim.sockets.count
        becomes_a_guest_unheard(sim)
        await sim.sockets.wait_connected()
        after = await asked(sim)

    assert SECRET in before
    assert SECRET not in after


async def test_what_changed_while_slack_kept_events_back_is_asked_anew(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A busy workspace has more events than Slack sends: it says so, once a minute."""
    sim = office.simulator
    async with office.bot():
        before = await asked(sim)
        becomes_a_guest_unheard(sim)
        sim.delivery.send_event(
            {
                "type": "app_rate_limited",
                "team_id": sim.workspace.team.id,
                "minute_rate_limited": int(sim.clock.now().timestamp()) // 60 * 60,
                "api_app_id": sim.workspace.app.id,
            }
        )
        await sim.delivery.idle()
        during = await asked(sim)

    assert SECRET in before
    assert SECRET not in during
    assert [r for r in caplog.records if r.message == "events.lost"]
