"""Somebody with a browser, who installs the app in a workspace of the local Slack."""

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp

from bot.simulator.server import Simulator
from bot.simulator.workspace_file import (
    ChannelEntry,
    Team,
    UserEntry,
    WorkspaceFile,
    load_workspace,
)

PUBLIC = "https://bot.example"
BACK = f"{PUBLIC}/slack/oauth_redirect"


def workspace(team_id: str, *, org: str = "", **app: Any) -> WorkspaceFile:
    """Return a workspace in which the app is not installed yet.

    Ana and Ben are in its one channel, with the bot once that is there.
    """
    default = load_workspace()
    mark = team_id.removeprefix("T0")
    changed = {
        "is_installed": False,
        "redirect_urls": (PUBLIC,),
        "bot_user_id": f"U0BOT{mark}",
        "bot_id": f"B0{mark}",
    }
    ana, ben = (
        UserEntry(id=f"U0{name}{mark}", name=name.lower(), real_name=name.title())
        for name in ("ANA", "BEN")
    )
    desk = ChannelEntry(
        id=f"C0{mark}", name="desk", members=("ana", "ben", default.app.name)
    )
    team = Team(id=team_id, name=mark.title(), domain=mark.lower(), enterprise_id=org)
    return WorkspaceFile(
        team=team,
        app=default.app.model_copy(update=changed | app),
        users=(ana, ben),
        channels=(desk,),
    )


@dataclass
class Browser:
    """Somebody who is asked for consent; what they brought back is in `visited`."""

    sim: Simulator
    http: aiohttp.ClientSession

    @property
    def _authorize(self) -> str:
        return f"{self.sim.url}/oauth/v2/authorize"

    async def ask(self, **changed: str) -> tuple[int, str]:
        """Open Slack's page; return its status and what it says."""
        asked = {
            "client_id": self.sim.client_id,
            "scope": "chat:write,commands,users:read",
            "state": "s1",
            "redirect_uri": BACK,
        } | changed
        async with self.http.get(self._authorize, params=asked) as response:
            return response.status, await response.text()

    async def decide(
        self, decision: str = "allow", team: str = "", **asked: str
    ) -> dict[str, str]:
        """Consent, or do not; return what the browser brings back to the app."""
        _, page = await self.ask(**asked)
        found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        form = {name: html.unescape(value) for name, value in found}
        form |= {"decision": decision, "team": team or self.sim.workspace.team.id}
        async with self.http.post(
            self._authorize, data=form, allow_redirects=False
        ) as response:
            assert response.status == 302, await response.text()
            query = urlsplit(response.headers["Location"]).query
        return {name: values[0] for name, values in parse_qs(query).items()}

    async def begin(self, bot_url: str) -> tuple[dict[str, str], str]:
        """Open the bot's page; return what its link asks of Slack, and the cookie."""
        async with self.http.get(f"{bot_url}/slack/install") as response:
            assert response.status == 200
            cookie = response.headers["Set-Cookie"].partition(";")[0]
            (link,) = re.findall(r'href="([^"]+)"', await response.text())
        asked = dict(parse_qsl(urlsplit(html.unescape(link)).query))
        return asked, cookie

    async def finish(
        self, bot_url: str, back: dict[str, str], cookie: str
    ) -> tuple[int, str]:
        """Follow Slack's way back; return the page's status and its words."""
        headers = {"Cookie": cookie} if cookie else {}
        async with self.http.get(
            f"{bot_url}/slack/oauth_redirect", params=back, headers=headers
        ) as response:
            return response.status, words_of(await response.text())

    async def install(self, bot_url: str, team: str) -> tuple[int, str]:
        """Go the whole way from the bot's page to its last one."""
        asked, cookie = await self.begin(bot_url)
        back = await self.decide(team=team, **asked)
        return await self.finish(bot_url, back, cookie)


def words_of(page: str) -> str:
    """Return what a page says, without its marks."""
    body = page.partition("<body>")[2]
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))
