"""`Simulator`: a workspace, the people in it, and the server the app talks to."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.simulator.client_api import ClientApi
from bot.simulator.clock import Clock, SteppedClock
from bot.simulator.control_api import Control
from bot.simulator.delivery import SLACK_WAITS_S
from bot.simulator.errors import SlackError
from bot.simulator.faults import Faults
from bot.simulator.http_delivery import HttpDelivery
from bot.simulator.messages import Json
from bot.simulator.oauth import OAuth
from bot.simulator.people import People
from bot.simulator.rate_limits import RateLimits
from bot.simulator.socket_mode import LIFE_S, SocketMode
from bot.simulator.stats import Stats
from bot.simulator.tour import Tour
from bot.simulator.web_api.endpoint import WebApi
from bot.simulator.web_api.method import Call, Method, Tier
from bot.simulator.workspace_file import WorkspaceFile, load_workspace

HOST = "127.0.0.1"
STRANGER = "This local Slack answers only its own page, at its own address."
PAGE = Path(str(files("bot.simulator"))) / "page"


class Simulator(People):
    """A local Slack on loopback, open from `async with` on.

    `workspace` is a file, or what was read of one; None is the default that ships.
    With `events_url` everything is posted there, signed; without it the app connects
    by Socket Mode. `port` 0 takes any that is free. `tips` are things to type that the
    page offers, and `tour` is a path through them. `routes` are addresses of whoever
    starts it, answered here because the page may ask nowhere else. `waits_s` is how
    long it waits for an acknowledgement, and how long a trigger is good for;
    `socket_life_s` after which time a connection is to be made anew.
    """

    def __init__(
        self,
        *,
        workspace: WorkspaceFile | Path | None = None,
        port: int = 0,
        clock: Clock | None = None,
        events_url: str = "",
        tips: Sequence[str] = (),
        tour: Tour | None = None,
        routes: Sequence[web.RouteDef] = (),
        waits_s: float = SLACK_WAITS_S,
        socket_life_s: float = LIFE_S,
    ) -> None:
        file = _read(workspace)
        clock = clock or SteppedClock()
        self.sockets = SocketMode(
            file.app.id, clock, waits_s=waits_s, life_s=socket_life_s
        )
        super().__init__(file, clock=clock, transport=self.sockets, waits_s=waits_s)

        self.faults = Faults()
        self.limits = RateLimits(clock)
        self.stats = Stats()
        self.port = port
        self._sites: list[People] = [self]
        self.oauth = OAuth(self._sites, clock)
        self._http = HttpDelivery(self.workspace.credentials, clock, waits_s=waits_s)
        if events_url:
            self.use_events_url(events_url)
        self._web_api = self._make_web_api()
        self._client_api = ClientApi(self, tips=tips, tour=tour)
        self._routes = routes
        self._runner: web.AppRunner | None = None

    def _make_web_api(self) -> WebApi:
        connect = Method(
            "apps.connections.open", self._open_connection, Tier.T3, token="app"
        )
        return WebApi(
            self._sites,
            limits=self.limits,
            faults=self.faults,
            stats=self.stats,
            more=(connect, *self.oauth.methods()),
        )

    def add_workspace(self, file: WorkspaceFile) -> People:
        """Open another workspace in which people may install the same app.

        Its channels and people have ids of their own, as everywhere in Slack.
        """
        ours = self.workspace.credentials
        shared = {
            "app_token": ours.app_token,
            "signing_secret": ours.signing_secret,
            "client_id": ours.client_id,
            "client_secret": ours.client_secret,
        }
        file = file.model_copy(update={"app": file.app.model_copy(update=shared)})
        site = People(file, clock=self.clock, transport=self.delivery.transport)
        site.interactions.address = self.url
        self._sites.append(site)
        return site

    def limit_history(self) -> None:
        """Let history be read once a minute, fifteen messages at a time.

        So Slack treats apps that are distributed outside its Marketplace:
        https://docs.slack.dev/apis/web-api/rate-limits
        """
        self.limits.history_per_minute = 1
        self.workspace.history_page = 15

    def use_events_url(self, url: str) -> None:
        """Send everything from now on to this address, signed."""
        self._http.url = url
        for site in self._sites:
            site.delivery.transport = self._http

    # Addresses and secrets

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def page_url(self) -> str:
        return f"{self.url}/"

    @property
    def bot_token(self) -> str:
        return self.workspace.credentials.bot_token

    @property
    def app_token(self) -> str:
        return self.workspace.credentials.app_token

    @property
    def signing_secret(self) -> str:
        return self.workspace.credentials.signing_secret

    @property
    def client_id(self) -> str:
        return self.workspace.credentials.client_id

    @property
    def client_secret(self) -> str:
        return self.workspace.credentials.client_secret

    # Opening and closing

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(
            self._application(), access_log=None, shutdown_timeout=0.5
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        for people in self._sites:
            people.interactions.address = self.url
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for site in self._sites:
            await site.delivery.close()
        await self._web_api.close()
        self._client_api.close()
        self.sockets.cut()
        if self._runner:
            await self._runner.cleanup()
        await self._http.close()

    def _application(self) -> web.Application:
        control = Control(
            self,
            sockets=self.sockets,
            faults=self.faults,
            limits=self.limits,
            stats=self.stats,
        )
        application = web.Application(
            client_max_size=4 * 1024 * 1024, middlewares=[self._refuse_strangers]
        )
        application.add_routes(
            [
                web.route("*", "/api/{method}", self._web_api.handle),
                web.get("/link/", self.sockets.handle),
                web.post("/response/{team}/{key}", self._respond),
                web.get("/", _index),
                *self.oauth.routes(),
                *self._client_api.routes(),
                *control.routes(),
                *self._routes,
            ]
        )
        if PAGE.is_dir():
            application.router.add_static("/page/", PAGE)
        return application

    @web.middleware
    async def _refuse_strangers(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Let no page of another site act here, by its own address or a rebound name.

        A browser says in `Host` which name led it here, and in `Origin` whose page
        asks. Programs that are not browsers name no origin.
        """
        ours = {f"{name}:{self.port}" for name in (HOST, "localhost")}
        origin = request.headers.get("Origin")
        is_ours = origin is None or origin.removeprefix("http://") in ours
        if request.host not in ours or not is_ours:
            return web.Response(status=403, text=STRANGER)
        return await handler(request)

    def _open_connection(self, call: Call) -> Json:
        self.workspace.credentials.require_app("connections:write")
        ticket = self.sockets.issue_ticket()
        address = call.address.replace("http", "ws", 1)
        link = f"{address}/link/?ticket={ticket}&app_id={self.workspace.app.id}"
        return {"ok": True, "url": link}

    async def _respond(self, request: web.Request) -> web.Response:
        """Take what the app sends to a response URL."""
        try:
            team, key = request.match_info["team"], request.match_info["key"]
            sites = (s for s in self._sites if s.workspace.team.id == team)
            site = next(sites, self)
            site.response_urls.use(key, await request.json())
        except SlackError as refusal:
            dead = refusal.code in ("used_url", "expired_url")
            # What Slack answers to bad blocks here is not documented.
            return web.json_response(refusal.as_json(), status=404 if dead else 400)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        return web.Response(text="ok")

    async def verify_events_url(self) -> bool:
        """Return whether the events address answers Slack's challenge."""
        return await self._http.verify_url()

    def oauth_code(self, redirect_uri: str = "") -> str:
        """Return a code as after a person's consent, for `oauth.v2.access`."""
        return self.oauth.issue_code(redirect_uri)


def _read(workspace: WorkspaceFile | Path | None) -> WorkspaceFile:
    if isinstance(workspace, WorkspaceFile):
        return workspace
    return load_workspace(workspace)


async def _index(_request: web.Request) -> web.StreamResponse:
    index = PAGE / "index.html"
    if index.is_file():
        # In a frame of another site's page, its clicks would be led to ours.
        return web.FileResponse(index, headers={"X-Frame-Options": "DENY"})
    return web.Response(text="The page is not installed.")
