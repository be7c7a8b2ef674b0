"""Slack's web clients: one that posts and never retries, one that reads and does."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.connector import Connection
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DeliveryError, FailureClass, SettingsError
from bot.installation import Installation
from bot.installations.installed import Installations
from bot.installations.store import InstalledWorkspace
from bot.slack.failures import SLACK_TROUBLE, delivery_error

SLACK_API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in a workspace, and what it was allowed."""

    installation: Installation
    bot_id: str
    user_id: str
    name: str
    scopes: frozenset[str]
    team_url: str = ""
    is_org_wide: bool = False


@dataclass(frozen=True, slots=True)
class Clients:
    """The two clients of one installation; both share the app's session.

    The SDK's default retry handler posts twice when Slack accepts a request and the
    connection then drops, so the posting client has none: what is unclear goes back to
    the outbox (python-slack-sdk#1013).
    """

    posting: AsyncWebClient
    reading: AsyncWebClient
    identity: Identity = field(repr=False)

    @property
    def about_team(self) -> dict[str, str]:
        """What a call says that lists things: an organisation's token serves many."""
        is_org_wide = self.identity.is_org_wide
        return {"team_id": self.identity.installation.team_id} if is_org_wide else {}


ClientsOf = Callable[[Installation], Clients]
"""Returns the clients of an installation. Raises `DeliveryError` if it is not ours."""


class InstalledClients:
    """The clients of every workspace that the app is in, each with its token of now."""

    def __init__(
        self,
        installed: Installations,
        session: aiohttp.ClientSession | None,
        *,
        api_url: str = SLACK_API_URL,
        made: Sequence[Clients] = (),
    ) -> None:
        self.installed = installed
        self.session = session
        self.api_url = api_url
        self._made = {one.identity.installation: one for one in made}

    def __call__(self, installation: Installation) -> Clients:
        """Return its clients.

        Raise `DeliveryError`: for good where the app has left, and for a while where
        another process may know more.
        """
        workspace = self.installed.find(installation)
        if workspace is None:
            has_left = self.installed.has_left(installation)
            if not has_left:
                self.installed.read_soon()
            raise DeliveryError(
                f"The app is not installed in {installation.team_id}.",
                permanent=FailureClass.INSTALLATION if has_left else None,
            )
        made = self._made.get(installation)
        if made is None or made.posting.token != workspace.bot_token:
            made = self._made[installation] = self.clients_for(workspace)
        return made

    def clients_for(self, workspace: InstalledWorkspace) -> Clients:
        """Return new clients with the token of this workspace, or organisation."""
        assert self.session is not None, "only what was made needs none"
        token, session, url = workspace.bot_token, self.session, self.api_url
        return Clients(
            posting_client(token, session=session, base_url=url),
            reading_client(token, session=session, base_url=url),
            Identity(
                workspace.installation,
                workspace.bot_id,
                workspace.user_id,
                workspace.bot_name or "brief",
                workspace.scopes,
                workspace.url,
                workspace.is_org_wide,
            ),
        )


def single_workspace(clients: Clients) -> InstalledClients:
    """Return the look-up of an app that is installed in one workspace."""
    posting = clients.posting
    return InstalledClients(
        Installations(workspace_of(clients)),
        posting.session,
        api_url=posting.base_url,
        made=[clients],
    )


def workspace_of(clients: Clients) -> InstalledWorkspace:
    """Return what is known of the workspace that a token of the environment is for."""
    identity = clients.identity
    return InstalledWorkspace(
        identity.installation,
        clients.posting.token or "",
        bot_id=identity.bot_id,
        user_id=identity.user_id,
        bot_name=identity.name,
        scopes=identity.scopes,
        url=identity.team_url,
    )


def posting_client(
    token: str, *, session: aiohttp.ClientSession, base_url: str = SLACK_API_URL
) -> AsyncWebClient:
    """Return a client that makes exactly one request per call."""
    return AsyncWebClient(token, base_url=base_url, session=session, retry_handlers=[])


def reading_client(
    token: str, *, session: aiohttp.ClientSession, base_url: str = SLACK_API_URL
) -> AsyncWebClient:
    """Return a client that retries what can be asked twice."""
    handlers = [
        AsyncConnectionErrorRetryHandler(),
        AsyncRateLimitErrorRetryHandler(),
        AsyncServerErrorRetryHandler(),
    ]
    return AsyncWebClient(
        token, base_url=base_url, session=session, retry_handlers=handlers
    )


async def identify(client: AsyncWebClient) -> Identity:
    """Ask Slack who a token belongs to (`auth.test`). Raises `SlackApiError`."""
    answer = await client.auth_test()
    headers = {key.lower(): value for key, value in answer.headers.items()}
    scopes = (scope.strip() for scope in headers.get("x-oauth-scopes", "").split(","))
    enterprise = answer.get("enterprise_id") or ""
    return Identity(
        installation=Installation(answer["team_id"], enterprise),
        bot_id=answer.get("bot_id") or "",
        user_id=answer["user_id"],
        name=answer.get("user") or "brief",
        scopes=frozenset(scope for scope in scopes if scope),
        team_url=answer.get("url") or "",
        is_org_wide=bool(answer.get("is_enterprise_install")),
    )


NO_SLACK = (
    "There is no answer from {url}. Check the network from here, a proxy, and "
    "SLACK_API_URL if it is set."
)


async def connect(
    token: str, session: aiohttp.ClientSession, *, api_url: str
) -> Clients:
    """Return the clients of the workspace that the bot token belongs to.

    Raise `SettingsError` where Slack does not let us in.
    """
    reading = reading_client(token, session=session, base_url=api_url)
    try:
        identity = await identify(reading)
    except SLACK_TROUBLE as exc:
        error = delivery_error(exc)
        refused = f"{api_url} does not let me in. {error}"
        text = refused if error.permanent else NO_SLACK.format(url=api_url)
        raise SettingsError(text) from exc
    posting = posting_client(token, session=session, base_url=api_url)
    return Clients(posting, reading, identity)


async def connect_installed(
    token: str, session: aiohttp.ClientSession, *, api_url: str
) -> InstalledClients:
    """Return the clients of every workspace, that of the environment's token first.

    Without a token all come from the store. Raise `SettingsError` as `connect` does.
    """
    made = [await connect(token, session, api_url=api_url)] if token else []
    installed = Installations(*map(workspace_of, made))
    return InstalledClients(installed, session, api_url=api_url, made=made)


_write_by: ContextVar[float] = ContextVar("write_by", default=math.inf)


@contextmanager
def written_within(seconds: float) -> Iterator[None]:
    """Let requests begun in this block be written within this time, or fail."""
    token = _write_by.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _write_by.reset(token)


class RequestWithDeadline(aiohttp.ClientRequest):
    """Is written in time, or not at all.

    A process that was stopped (a paused machine, SIGSTOP) does not know that its lease
    has ended. What it had only just begun would be posted when it wakes, after others
    have taken the row over: so the clock is read once more where aiohttp writes head
    and body in one go, with nothing left to wait for.
    """

    async def write_bytes(
        self,
        writer: AbstractStreamWriter,
        conn: Connection,
        content_length: int | None = None,
    ) -> None:
        if time.monotonic() <= _write_by.get():
            await super().write_bytes(writer, conn, content_length)
            return

        assert conn.protocol is not None, "connected"
        overslept = "The time for this request was over before it was written."
        conn.protocol.set_exception(aiohttp.ClientConnectionError(overslept))


CallObserver = Callable[[str, float, str], None]
"""Hears of a request's path, its seconds, and its status or `broken`."""


def session_with_deadlines(
    observe: CallObserver | None = None,
) -> aiohttp.ClientSession:
    """Return a session whose requests keep the time that `written_within` sets."""
    traces = [_trace(observe)] if observe else []
    return aiohttp.ClientSession(
        request_class=RequestWithDeadline, trace_configs=traces
    )


def _trace(observe: CallObserver) -> aiohttp.TraceConfig:
    """Return what has a session tell how its requests ended."""

    async def begin(_session: object, context: SimpleNamespace, _of: object) -> None:
        context.begun_at = time.monotonic()

    async def end(
        _session: object,
        context: SimpleNamespace,
        ended: aiohttp.TraceRequestEndParams,
    ) -> None:
        took_s = time.monotonic() - context.begun_at
        observe(ended.url.path, took_s, str(ended.response.status))

    async def fail(
        _session: object,
        context: SimpleNamespace,
        failed: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        observe(failed.url.path, time.monotonic() - context.begun_at, "broken")

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(begin)
    trace.on_request_end.append(end)
    trace.on_request_exception.append(fail)
    return trace
