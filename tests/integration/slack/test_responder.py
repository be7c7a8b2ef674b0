"""An answer takes whichever way is still open, and is never dropped in silence."""

import pytest

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.simulator.changes import ChangeKind
from bot.simulator.server import Simulator
from bot.slack.clients import Clients, single_workspace
from bot.slack.payloads import Interaction
from bot.slack.responder import Responder
from bot.slack.views.controls import Action
from bot.slack.views.notices import notice

MEMBER_OF, NO_MEMBER_OF = "C0KOREA", "C0EUROPE"
ANSWER: Part = notice("About 4,000 were killed or injured.")


def interaction(sim: Simulator, clients: Clients, channel_id: str) -> Interaction:
    """Return a press whose `response_url` Slack does not know (any more)."""
    asker = Asker(clients.identity.installation, "U0ALICE", channel_id)
    return Interaction(
        asker,
        Action.OPEN,
        "",
        trigger_id=sim.triggers.issue("U0ALICE"),
        response_url=f"{sim.url}/response/T0MERIDIAN/expired",
        is_ephemeral=True,
    )


async def test_a_dead_response_url_is_followed_by_a_fresh_ephemeral(
    sim: Simulator, clients: Clients
) -> None:
    """The SDK does not raise for the 404, so the status is looked at."""
    await Responder(single_workspace(clients)).reply(
        interaction(sim, clients, MEMBER_OF), ANSWER
    )

    (change,) = sim.shown()
    assert change.kind is ChangeKind.EPHEMERAL
    assert change.text == ANSWER.text


async def test_where_the_bot_is_no_member_the_words_come_in_a_modal(
    sim: Simulator, clients: Clients
) -> None:
    """An ephemeral needs membership; a modal walls off nobody."""
    await Responder(single_workspace(clients)).reply(
        interaction(sim, clients, NO_MEMBER_OF), ANSWER
    )

    change = await sim.wait_for(lambda each: each.view is not None)
    assert ANSWER.text in str(change.view)


async def test_a_press_that_nothing_can_answer_is_logged(
    sim: Simulator, clients: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    """Where Slack takes nothing at all the log says so, and nothing is raised."""
    sim.revoke_token()

    await Responder(single_workspace(clients)).reply(
        interaction(sim, clients, NO_MEMBER_OF), ANSWER
    )

    assert "interaction.unanswered" in caplog.messages
