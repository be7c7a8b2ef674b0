"""A request whose time is over is not written, even on a connection that is open."""

import pytest

from bot.block_kit.part import Part
from bot.errors import DeliveryError
from bot.outbox.model import DeliveryId, DeliveryMark
from bot.simulator.server import Simulator
from bot.slack.clients import (
    Clients,
    identify,
    posting_client,
    reading_client,
    session_with_deadlines,
    single_workspace,
)
from bot.slack.messenger import SlackMessenger

MARK = DeliveryMark(DeliveryId("11111111-2222-5333-8444-555555555555"), 0)


@pytest.mark.parametrize(("within_s", "is_written"), [(10.0, True), (-1.0, False)])
async def test_a_process_that_overslept_posts_nothing(
    sim: Simulator, within_s: float, is_written: bool
) -> None:
    """Others have taken the row over by then, so its fate is theirs."""
    async with session_with_deadlines() as session:
        posting = posting_client(sim.bot_token, session=session, base_url=sim.api_url)
        reading = reading_client(sim.bot_token, session=session, base_url=sim.api_url)
        clients = Clients(posting, reading, await identify(reading))
        post = SlackMessenger(single_workspace(clients)).post(
            clients.identity.installation,
            "C0KOREA",
            Part("News."),
            mark=MARK,
            within_s=within_s,
        )
        if is_written:
            await post
        else:
            with pytest.raises(DeliveryError) as raised:
                await post
            assert raised.value.ambiguous

    assert [change.text for change in sim.shown()] == ["News."] * is_written
