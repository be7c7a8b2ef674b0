"""What one replica keeps of a channel is known to the others at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.questions.channel_defaults import ChannelDefault
from tests.acceptance.office import DESK, Office, open_office
from tests.patience import PATIENCE_S

MOVED = "C0MOVED"
LOOK_S = 0.02
"""How often it is looked at; how long it takes is no matter."""


@pytest.fixture
async def office(tmp_path: Path, postgres_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, postgres_url) as office:
        yield office


async def becomes(holds: Callable[[], bool]) -> None:
    """Wait until it holds; whatever happens meanwhile happens in other tasks."""
    never = asyncio.Event()
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await never.wait()


async def test_a_channel_that_moves_takes_its_default_and_its_pins_along(
    office: Office,
) -> None:
    """Slack tells one of the replicas; the other would post to the earlier id."""
    async with office.bot() as one, office.bot() as two:
        (here,) = one.installed.keys
        room = office.simulator.channel(DESK).id
        name = f"#{DESK}"
        defaults = [app.capabilities.channels.defaults for app in (one, two)]
        pins = [app.capabilities.stores.destinations.pins for app in (one, two)]
        defaults[0].set(ChannelDefault(here, room, "harbour"))
        await becomes(lambda: defaults[1].of(here, room) == "harbour")
        await one.capabilities.stores.destinations.pin(here, name, room)
        two.capabilities.stores.destinations.forget_all()
        before = [(await of(here)).get(name) for of in pins]

        office.simulator.change_id(DESK, MOVED)
        await becomes(lambda: all(d.of(here, MOVED) == "harbour" for d in defaults))
        after = [(await of(here)).get(name) for of in pins]

    assert before == [room, room]
    assert after == [MOVED, MOVED]
