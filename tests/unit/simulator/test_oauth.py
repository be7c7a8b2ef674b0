"""Installing an app as Slack lets people do it, in several workspaces."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.clock import SteppedClock
from bot.simulator.oauth import CODE_LIVES_S
from bot.simulator.server import Simulator
from tests.installing import BACK, Browser, workspace
from tests.unit.simulator.refusals import refusal

# The SDK itself still uses what aiohttp has begun to retire.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")


class Office:
    """Two workspaces of an organisation, and the app that may come in."""

    def __init__(self, sim: Simulator, http: aiohttp.ClientSession) -> None:
        self.sim = sim
        self.other = sim.add_workspace(workspace("T0OTHER", org="E0ORG"))
        self.browser = Browser(sim, http)

    async def exchange(self, code: str = "", **changed: str) -> dict[str, Any]:
        anonymous = AsyncWebClient(base_url=self.sim.api_url, retry_handlers=[])
        arguments: dict[str, Any] = {
            "client_id": self.sim.client_id,
            "client_secret": self.sim.client_secret,
            **({"code": code, "redirect_uri": BACK} if code else {}),
            **changed,
        }
        answer = (await anonymous.oauth_v2_access(**arguments)).data
        assert isinstance(answer, dict)
        return answer

    def client(self, token: object) -> AsyncWebClient:
        return AsyncWebClient(str(token), base_url=self.sim.api_url, retry_handlers=[])


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    file = workspace("T0FIRST", org="E0ORG", is_org_ready=True, rotates_tokens=True)
    clock = SteppedClock()
    async with (
        Simulator(workspace=file, clock=clock) as sim,
        aiohttp.ClientSession() as http,
    ):
        yield Office(sim, http)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
async def test_the_page_says_what_is_wrong_with_what_is_asked(
    office: Office, changed: dict[str, str], error: str
) -> None:
    """The browser does not come back to the app: its address may be the mistake."""
    status, said = await office.browser.ask(**changed)

    assert status == 400
    assert error in said


async def test_who_does_not_consent_comes_back_with_that(office: Office) -> None:
    """The app hears the error, with the state that it gave."""
    assert await office.browser.decide("cancel") == {
        "error": "access_denied",
        "state": "s1",
    }


async def test_a_token_serves_the_workspace_that_was_chosen(office: Office) -> None:
    """With the scopes that were consented to, and nothing elsewhere."""
    back = await office.browser.decide(team="T0OTHER")

    given = await office.exchange(back["code"])

    assert back["state"] == "s1"
    client = office.client(given["access_token"])
    assert (await client.auth_test())["team_id"] == "T0OTHER"
    await client.chat_postMessage(channel="C0OTHER", text="Hello")
    elsewhere = client.chat_postMessage(channel="C0FIRST", text="Hello")
    assert await refusal(elsewhere) == "channel_not_found"
    assert office.sim.workspace.credentials.tokens == []


async def test_a_code_is_good_for_ten_minutes(office: Office) -> None:
    """Slack does not tell one that is too old from one that never was."""
    back = await office.browser.decide()
    assert isinstance(office.sim.clock, SteppedClock)
    await office.sim.clock.advance(CODE_LIVES_S)

    with pytest.raises(Exception, match="invalid_code"):
        await office.exchange(back["code"])


class TestRenewal:
    """Tokens that expire."""

    async def test_a_refresh_token_is_taken_once(self, office: Office) -> None:
        """The new token holds, and the earlier one until it expires."""
        first = await office.exchange((await office.browser.decide())["code"])
        asked = {
            "grant_type": "refresh_token",
            "refresh_token": str(first["refresh_token"]),
        }

        second = await office.exchange(**asked)

        assert first["expires_in"] == 43_200
        assert len(str(first["access_token"])) > 160
        for given in (first, second):
            await office.client(given["access_token"]).auth_test()
        with pytest.raises(Exception, match="invalid_refresh_token"):
            await office.exchange(**asked)
        assert office.sim.oauth.refreshes == 2

    async def test_an_expired_token_is_refused(self, office: Office) -> None:
        """After twelve hours."""
        given = await office.exchange((await office.browser.decide())["code"])
        assert isinstance(office.sim.clock, SteppedClock)
        await office.sim.clock.advance(43_200)

        call = office.client(given["access_token"]).auth_test()

        assert await refusal(call) == "token_expired"

    async def test_a_token_is_exchanged_for_one_that_expires(
        self, office: Office
    ) -> None:
        """As an app does once, when it begins to have its tokens renewed."""
        office.other.workspace.credentials.tokens = []
        code = office.sim.oauth.issue_code(BACK, place="T0OTHER")
        given = await office.exchange(code)
        anonymous = AsyncWebClient(base_url=office.sim.api_url)

        exchanged = await anonymous.oauth_v2_exchange(
            client_id=office.sim.client_id,
            client_secret=office.sim.client_secret,
            token=str(given["access_token"]),
        )

        await office.client(exchanged["access_token"]).auth_test()


class TestOrganisation:
    """One consent for all of its workspaces."""

    async def test_its_token_serves_each(self, office: Office) -> None:
        """A list is of the workspace that the call names."""
        given = await office.exchange(
            (await office.browser.decide(team="E0ORG"))["code"]
        )

        client = office.client(given["access_token"])
        assert given["is_enterprise_install"] is True
        assert given["team"] is None
        for channel in ("C0FIRST", "C0OTHER"):
            await client.chat_postMessage(channel=channel, text="Hello")
        teams = (await client.auth_teams_list())["teams"]
        assert [team["id"] for team in teams] == ["T0FIRST", "T0OTHER"]
        people = await client.users_list(team_id="T0OTHER")
        assert "U0ANAOTHER" in [person["id"] for person in people["members"]]
        assert await refusal(client.users_list()) == "missing_argument"

    async def test_a_workspace_can_be_taken_out_of_it(self, office: Office) -> None:
        """The others stay."""
        given = await office.exchange(
            (await office.browser.decide(team="E0ORG"))["code"]
        )
        office.sim.oauth.withdraw("T0OTHER")

        client = office.client(given["access_token"])
        teams = (await client.auth_teams_list())["teams"]
        assert [team["id"] for team in teams] == ["T0FIRST"]
        call = client.chat_postMessage(channel="C0OTHER", text="Hello")
        assert await refusal(call) == "channel_not_found"


async def test_a_revoked_token_is_gone_where_it_served(office: Office) -> None:
    """`auth.revoke` by the app itself."""
    given = await office.exchange((await office.browser.decide())["code"])
    client = office.client(given["access_token"])

    assert (await client.auth_revoke())["revoked"] is True
    assert await refusal(client.auth_test()) == "token_revoked"
