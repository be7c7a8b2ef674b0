"""assistant.threads.*: suggestions of an agent, as Slack takes and refuses them."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from pydantic import ValidationError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.simulator.server import Simulator
from bot.simulator.workspace_file import WorkspaceFile, install, load_workspace
from bot.slack.manifest import AGENT_SCOPE, manifest
from tests.unit.simulator.refusals import refusal

PROMPT = {"title": "Boats", "message": "How many boats were lost?"}
DM = "D0ALICE"


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(workspace=agent()) as simulator:
        simulator.dm("alice")
        yield simulator


def agent(**view: Any) -> WorkspaceFile:
    made = manifest(agent=True)
    made["features"]["agent_view"] |= view
    return install(load_workspace(), made)


def client(sim: Simulator) -> AsyncWebClient:
    return AsyncWebClient(sim.bot_token, base_url=sim.api_url, retry_handlers=[])


async def suggest(
    sim: Simulator, prompts: Sequence[dict[str, str]], **others: Any
) -> AsyncSlackResponse:
    where: dict[str, Any] = {"channel_id": DM} | others
    call = client(sim).assistant_threads_setSuggestedPrompts
    return await call(prompts=list(prompts), **where)


async def test_prompts_are_shown_where_the_person_writes(sim: Simulator) -> None:
    """Later ones replace them, with the title that comes along."""
    await suggest(sim, [PROMPT])
    await suggest(sim, [PROMPT, PROMPT], title="Ask")

    room = sim.channel(DM)
    assert [prompt.model_dump() for prompt in room.prompts] == [PROMPT, PROMPT]
    assert room.prompts_title == "Ask"


async def test_with_a_thread_an_agents_prompts_show_nowhere(sim: Simulator) -> None:
    """Slack says ok to it, and does nothing."""
    await suggest(sim, [PROMPT], thread_ts="1.1")

    assert sim.channel(DM).prompts == ()


@pytest.mark.parametrize(
    ("prompts", "others", "error"),
    [
        ([PROMPT] * 5, {}, "invalid_arguments"),
        ([], {}, "invalid_arguments"),
        ([{"title": "Boats"}], {}, "invalid_arguments"),
        ([PROMPT], {"channel_id": "C0KOREA"}, "channel_not_found"),
        ([PROMPT], {"channel_id": "D0NOBODY"}, "channel_not_found"),
    ],
)
async def test_what_is_no_suggestion_is_refused(
    sim: Simulator, prompts: list[dict[str, str]], others: dict[str, str], error: str
) -> None:
    """One to four, each with what is shown and what is sent, in a DM of the app's."""
    assert await refusal(suggest(sim, prompts, **others)) == error


async def test_without_the_scope_it_is_refused(sim: Simulator) -> None:
    """It is asked for with the agent, and may have been left out."""
    credentials = sim.workspace.credentials
    credentials.scopes -= {AGENT_SCOPE}

    assert await refusal(suggest(sim, [PROMPT])) == "missing_scope"


async def test_an_app_that_is_no_agent_is_refused() -> None:
    """Whatever its scopes are."""
    made = manifest(agent=True)
    del made["features"]["agent_view"]
    async with Simulator(workspace=install(load_workspace(), made)) as sim:
        sim.dm("alice")
        assert await refusal(suggest(sim, [PROMPT])) == "not_agent_app"


async def test_a_manifests_prompts_are_there_from_the_start() -> None:
    """For everybody, before the app has said anything."""
    async with Simulator(workspace=agent(suggested_prompts=[PROMPT])) as sim:
        room = sim.channel(sim.dm("bruno"))
        assert [prompt.message for prompt in room.prompts] == [PROMPT["message"]]


@pytest.mark.parametrize(
    "view",
    [
        {"agent_description": "x" * 301},
        {"suggested_prompts": [PROMPT] * 5},
        {"suggested_prompts": [{"title": "Boats"}]},
        {"suggestions": []},
    ],
)
def test_a_manifest_that_slack_would_refuse_is_not_installed(
    view: dict[str, Any],
) -> None:
    """Limits and fields of Slack's manifest schema."""
    with pytest.raises(ValidationError):
        agent(**view)
