"""Tokens, scopes, bodies and the OAuth exchange, around every method alike."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator
from tests.unit.simulator.refusals import refusal, refused

# The SDK itself still uses what aiohttp has begun to retire.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")


def client(sim: Simulator, token: str) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=sim.api_url, retry_handlers=[])


async def test_auth_test_says_who_we_are_and_may(slack: AsyncWebClient) -> None:
    """The scopes come in a header."""
    answer = await slack.auth_test()

    assert (answer["team_id"], answer["user_id"]) == ("T0MERIDIAN", "U0BRIEF")
    assert answer["bot_id"] == "B0BRIEF"
    assert "chat:write" in answer.headers["X-OAuth-Scopes"].split(",")


async def test_a_foreign_token_is_refused(sim: Simulator) -> None:
    """The simulator takes no token but its own."""
    assert await refusal(client(sim, "xoxb-foreign").auth_test()) == "invalid_auth"


async def test_no_token_is_refused(http: aiohttp.ClientSession) -> None:
    """`not_authed` is its own error."""
    async with http.post("/api/auth.test") as response:
        assert (await response.json())["error"] == "not_authed"


async def test_swapped_tokens_are_refused(sim: Simulator) -> None:
    """An app token posts nothing, a bot token opens no connection."""
    as_app, as_bot = client(sim, sim.app_token), client(sim, sim.bot_token)

    post = as_app.chat_postMessage(channel="C0KOREA", text="x")
    connect = as_bot.apps_connections_open(app_token=sim.bot_token)

    assert await refusal(post) == "not_allowed_token_type"
    assert await refusal(connect) == "not_allowed_token_type"


async def test_a_missing_scope_is_named(sim: Simulator, slack: AsyncWebClient) -> None:
    """The answer says what is needed and what there is."""
    sim.workspace.credentials.scopes = frozenset({"commands"})

    answer = await refused(slack.chat_postMessage(channel="C0KOREA", text="x"))

    assert answer == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "commands",
    }


async def test_an_app_token_needs_connections_write(sim: Simulator) -> None:
    """The app-level token has scopes of its own."""
    sim.workspace.credentials.app_scopes = frozenset()

    call = client(sim, sim.app_token).apps_connections_open(app_token=sim.app_token)

    assert await refusal(call) == "missing_scope"


async def test_a_revoked_token_is_refused(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """Revoking and uninstalling each have their error."""
    sim.revoke_token()
    revoked = await refusal(slack.auth_test())
    sim.uninstall()

    assert revoked == "token_revoked"
    assert await refusal(slack.auth_test()) == "account_inactive"


async def test_an_unknown_method_is_named(slack: AsyncWebClient) -> None:
    """A method that Slack, or this simulator, does not have."""
    answer = await refused(slack.api_call("chat.sing"))

    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.sing")


async def test_forms_and_json_are_read_alike(
    sim: Simulator, http: aiohttp.ClientSession
) -> None:
    """A form holds structures as JSON text."""
    headers = {"Authorization": f"Bearer {sim.bot_token}"}
    form = {"channel": "C0KOREA", "blocks": '[{"type": "divider"}]', "text": "a"}
    body = {"channel": "C0KOREA", "blocks": [{"type": "divider"}], "text": "a"}

    for arguments in ({"data": form}, {"json": body}):
        async with http.post(
            "/api/chat.postMessage", headers=headers, **arguments
        ) as response:
            answer = await response.json()
            assert answer["message"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", "{", "invalid_json"),
        ("application/json", "[]", "json_not_object"),
        ("text/plain", "channel=C0KOREA", "invalid_post_type"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    sim: Simulator,
    http: aiohttp.ClientSession,
    content_type: str,
    body: str,
    error: str,
) -> None:
    """Slack tells bad JSON from a bad type of content."""
    headers = {
        "Authorization": f"Bearer {sim.bot_token}",
        "Content-Type": content_type,
    }

    async with http.post("/api/auth.test", headers=headers, data=body) as response:
        assert (await response.json())["error"] == error


async def test_a_token_in_a_json_body_does_not_count(
    sim: Simulator, http: aiohttp.ClientSession
) -> None:
    """JSON calls carry it in the header."""
    async with http.post("/api/auth.test", json={"token": sim.bot_token}) as response:
        assert (await response.json())["error"] == "not_authed"


async def test_a_code_is_exchanged_once(sim: Simulator) -> None:
    """The SDK's own exchange gives the bot token; the code is then used up."""
    anonymous = AsyncWebClient(base_url=sim.api_url)
    arguments = {
        "client_id": sim.client_id,
        "client_secret": sim.client_secret,
        "code": sim.oauth_code("https://bot.example/oauth"),
        "redirect_uri": "https://bot.example/oauth",
    }

    given = await anonymous.oauth_v2_access(**arguments)

    assert given["access_token"] == sim.bot_token
    assert given["team"]["id"] == "T0MERIDIAN"
    assert await refusal(anonymous.oauth_v2_access(**arguments)) == "invalid_code"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"redirect_uri": "https://evil.example"}, "bad_redirect_uri"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_exchange_with_a_wrong_part_is_refused(
    sim: Simulator, changed: dict[str, str], error: str
) -> None:
    """Each part has its error."""
    arguments = {
        "client_id": sim.client_id,
        "client_secret": sim.client_secret,
        "code": sim.oauth_code(),
        "redirect_uri": "",
        **changed,
    }

    call = AsyncWebClient(base_url=sim.api_url).oauth_v2_access(**arguments)

    assert await refusal(call) == error
