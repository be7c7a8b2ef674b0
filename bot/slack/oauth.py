"""Installing the app through OAuth: Bolt's flow, with pages that say what to do.

`/slack/install` sends a browser to Slack's consent page with a state that is taken
once; Slack sends it back to `/slack/oauth_redirect` with a code for a token.
"""

import asyncio
import html
import logging
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.briefing.workspaces import has_briefing
from bot.db.database import Database
from bot.errors import BotError
from bot.installations.installed import tell_all
from bot.installations.store import InstallationStore, OAuthStates, key_of
from bot.installations.token_renewal import NotRenewed
from bot.interfaces import LibrarySource
from bot.slack.clients import Identity, identify, reading_client
from bot.slack.failures import SLACK_TROUBLE, delivery_error, error_code, why
from bot.slack.installation_check import InstallationCheck
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.web import SparingWarning

log = logging.getLogger(__name__)

WITHIN_S = 20.0
"""How long somebody who consented waits for Slack's answers."""

AGAIN = "Begin again"
NOTHING_YET = (
    "It has no briefing yet: whoever runs the app names those of {id} in "
    "briefs/workspaces.yaml."
)
TRY_IT = "Type /brief there to see what it holds."
REFUSED = {
    "access_denied": "You did not allow it, so nothing was installed.",
    "invalid_browser": (
        "This browser did not begin the installation, or began it too long ago. That "
        "happens when the page is loaded again, when cookies are refused, and when the "
        "address begins with http:// instead of https://."
    ),
    "invalid_state": (
        "This installation was begun more than ten minutes ago, or is finished already."
    ),
    "missing_code": "Slack sent no code along, so nothing was installed.",
    "invalid_code": (
        "Slack's code for this installation was used already, or is more than ten "
        "minutes old."
    ),
    "bad_redirect_uri": (
        "Slack does not know the address {redirect_url}. Whoever runs the app adds it "
        "in the app's settings, under OAuth & Permissions, Redirect URLs; it follows "
        "BRIEFING_BOT_PUBLIC_URL."
    ),
    "bad_client_secret": (
        "Slack does not accept the app's secret. Whoever runs the app sets "
        "SLACK_CLIENT_SECRET to the one that stands under Basic Information."
    ),
    "invalid_client_id": (
        "Slack does not know the app. Whoever runs it sets SLACK_CLIENT_ID to the one "
        "that stands under Basic Information."
    ),
    "invalid_scope": (
        "Slack does not let the app ask for these permissions. Whoever runs it pastes "
        "the output of `briefing-bot manifest` into the app's settings."
    ),
    "invalid_team_for_non_distributed_app": (
        "The app may only be installed in the workspace that it was made in. Whoever "
        "runs it activates public distribution in the app's settings, under Manage "
        "Distribution."
    ),
    "cannot_install_an_org_installed_app": (
        "The app is installed in all of the organisation already; an administrator "
        "adds workspaces there."
    ),
}
ELSE = "Slack says “{reason}”."
NOT_GRANTED = (
    "These permissions are missing: {scopes}. Nothing was installed. Whoever runs the "
    "app pastes the output of `briefing-bot manifest` into its settings; an "
    "administrator may have withheld them."
)
NO_ANSWER = "Slack did not answer. Nothing was installed; please begin again."
NOT_KEPT = "It could not be stored just now. Please begin again in a moment."

_refusal: ContextVar[str] = ContextVar("refusal", default="")
TakeOver = Callable[[SlackInstallation, Identity], Awaitable[str]]
"""Takes an installation over, and returns what to tell whoever installed it."""


class InstallFailed(BoltError):
    """Nothing was installed, for a reason that is fit to be shown."""


class _ClientThatTells(AsyncWebClient):
    """Keeps for the page what Slack refused, which Bolt only logs."""

    async def oauth_v2_access(self, **arguments: Any) -> AsyncSlackResponse:
        try:
            return await super().oauth_v2_access(**arguments)
        except SlackApiError as exc:
            _refusal.set(error_code(exc))
            raise


class InstallFlow(AsyncOAuthFlow):
    """Bolt's flow; before anything is stored it is checked what was granted."""

    def __init__(
        self,
        settings: AsyncOAuthSettings,
        client: AsyncWebClient,
        take_over: TakeOver,
    ) -> None:
        super().__init__(settings=settings, client=client, logger=log)
        self._take_over = take_over

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        wanted = "".join(
            f"<li>{html.escape(scope.reason[:1].upper() + scope.reason[1:])}"
            f"{' (optional)' if scope.optional else ''}</li>"
            for scope in SCOPES
        )
        body = (
            "<p>It answers questions from a briefing that people curate, and posts "
            f"digests of it. For that it asks for:</p><ul>{wanted}</ul>"
            f'<p><a href="{html.escape(url)}">Add to Slack</a></p>'
        )
        return page("Add Brief to your workspace", body)

    async def store_installation(
        self, request: AsyncBoltRequest, installation: SlackInstallation
    ) -> None:
        """Check the scopes, ask who we are there, and hand both on to be kept."""
        granted = set(installation.bot_scopes or ())
        lacking = [s.name for s in SCOPES if not s.optional and s.name not in granted]
        if lacking:
            raise InstallFailed(NOT_GRANTED.format(scopes=", ".join(lacking)))
        client = reading_client(
            installation.bot_token or "",
            session=session_of(self.client),
            base_url=self.client.base_url,
        )
        try:
            identity = await identify(client)
            words = await self._take_over(installation, identity)
        except SLACK_TROUBLE as exc:
            raise InstallFailed(str(delivery_error(exc))) from exc
        except BotError as error:
            log.error("install.not_kept", extra={"reason": str(error)})
            raise InstallFailed(NOT_KEPT) from error
        installation.set_custom_value("words", words)


def session_of(client: AsyncWebClient) -> aiohttp.ClientSession:
    """Return the session that all clients share."""
    assert client.session is not None, "given to each client that we make"
    return client.session


def install_flow(
    store: InstallationStore,
    states: OAuthStates,
    take_over: TakeOver,
    *,
    client_id: str,
    client_secret: str,
    public_url: str,
    session: aiohttp.ClientSession,
    api_url: str,
) -> InstallFlow:
    """Return the flow of an app that is reached at `public_url`."""
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=[scope.name for scope in SCOPES],
        user_scopes=[],
        redirect_uri=f"{public_url}{REDIRECT_PATH}",
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=f"{api_url.removesuffix('api/')}oauth/v2/authorize",
        installation_store=store,
        state_store=states,
        callback_options=AsyncCallbackOptions(success=_succeeded, failure=_Failed()),
        logger=log,
    )
    client = _ClientThatTells(base_url=api_url, session=session, retry_handlers=[])
    return InstallFlow(settings, client, take_over)


@dataclass(frozen=True)
class Welcome:
    """Takes an installation over, in this process and in all others."""

    database: Database
    store: InstallationStore
    check: InstallationCheck
    briefings: LibrarySource

    async def __call__(self, given: SlackInstallation, identity: Identity) -> str:
        """Keep the token, and find out which workspaces of an organisation it serves.

        Return what to tell whoever installed the app.
        """
        name = given.team_name or given.enterprise_name or ""
        await self.store.installed(
            given, name=name, url=identity.team_url, bot_name=identity.name
        )
        key, installed = key_of(given), self.check.clients_of.installed
        await tell_all(self.database, installed, key)
        if org := installed.of_organisation(key.enterprise_id):
            await self.check.look_at_organisation(org)
        library = self.briefings.served.library
        ids = (briefing.id for briefing in library.briefings)
        has_any = any(has_briefing(library.workspaces, key, id) for id in ids)
        return (
            TRY_IT if has_any or not key.team_id else NOTHING_YET.format(id=key.team_id)
        )


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    installation = args.installation
    team_id, name = installation.team_id or "", installation.team_name or ""
    if installation.is_enterprise_install:
        name = f"all of {installation.enterprise_name or installation.enterprise_id}"
    log.info("install.done", extra={"team_id": team_id or installation.enterprise_id})
    words = str(installation.get_custom_value("words") or "")
    link = f"https://slack.com/app_redirect?app={installation.app_id}"
    link += f"&team={team_id}" if team_id else ""
    body = (
        f"<p>Brief is in {html.escape(name)}. {html.escape(words)}</p>"
        f'<p><a href="{html.escape(link)}">Open Slack</a></p>'
    )
    return _response(200, page("Installed", body), args.settings)


class _Failed:
    """Makes the page of what failed; the log gets each reason once a minute.

    Anybody may open the address, as often as they like and with any words in it.
    """

    def __init__(self) -> None:
        self._known = {reason: SparingWarning("install.failed") for reason in REFUSED}
        self._other = SparingWarning("install.failed")

    async def __call__(self, args: AsyncFailureArgs) -> BoltResponse:
        reason = args.reason
        if reason == "invalid_code":
            reason = _refusal.get() or reason
        words = REFUSED.get(reason, ELSE).format(
            reason=reason, redirect_url=args.settings.redirect_uri
        )
        if isinstance(args.error, InstallFailed):
            words = str(args.error)
        named = reason if re.fullmatch(r"[a-z_]{1,60}", reason) else "other"
        self._known.get(reason, self._other).tell(reason=named)
        body = f'<p>{html.escape(words)}</p><p><a href="{INSTALL_PATH}">{AGAIN}</a></p>'
        status = args.suggested_status_code
        return _response(status, page("Not installed", body), args.settings)


def _response(status: int, text: str, settings: AsyncOAuthSettings) -> BoltResponse:
    return BoltResponse(
        status=status,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Set-Cookie": settings.state_utils.build_set_cookie_for_deletion(),
        },
        body=text,
    )


def page(title: str, body: str) -> str:
    """Return a page that loads nothing from anywhere."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>body{{font:16px/1.5 sans-serif;"
        "max-width:36em;margin:3em auto;padding:0 1em}</style></head>"
        f"<body><h1>{html.escape(title)}</h1>{body}</body></html>"
    )


@dataclass(frozen=True)
class InstallPages:
    """The two addresses that a browser comes to."""

    flow: AsyncOAuthFlow

    async def install(self, request: web.Request) -> web.StreamResponse:
        """Send somebody to Slack, with a state of their own."""
        return await self._answer(request, self.flow.handle_installation)

    async def finish(self, request: web.Request) -> web.StreamResponse:
        """Take what Slack sent them back with."""
        return await self._answer(request, self.flow.handle_callback)

    async def _answer(
        self,
        request: web.Request,
        handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
    ) -> web.StreamResponse:
        _refusal.set("")
        try:
            async with asyncio.timeout(WITHIN_S):
                answered = await handle(await to_bolt_request(request))
        except SLACK_TROUBLE as exc:
            log.warning("install.failed", extra={"reason": why(exc)})
            answered = _plain(503, NO_ANSWER)
        except BotError as error:
            log.error("install.failed", extra={"reason": str(error)})
            answered = _plain(503, NOT_KEPT)
        response = await to_aiohttp_response(answered)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _plain(status: int, words: str) -> BoltResponse:
    body = f'<p>{html.escape(words)}</p><p><a href="{INSTALL_PATH}">{AGAIN}</a></p>'
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return BoltResponse(
        status=status, headers=dict(headers), body=page("Not installed", body)
    )


def renewer(
    client_id: str,
    client_secret: str,
    *,
    session: aiohttp.ClientSession,
    api_url: str,
) -> Callable[[SlackInstallation, timedelta], Awaitable[SlackInstallation | None]]:
    """Return what asks Slack for new tokens.

    It asks once: a refresh token that Slack took before the connection broke is used.
    """
    client = AsyncWebClient(base_url=api_url, session=session, retry_handlers=[])
    rotator = AsyncTokenRotator(
        client_id=client_id, client_secret=client_secret, client=client
    )

    async def renew(
        old: SlackInstallation, ahead: timedelta
    ) -> SlackInstallation | None:
        try:
            return await rotator.perform_token_rotation(
                installation=old,
                minutes_before_expiration=int(ahead.total_seconds() // 60),
            )
        except SlackTokenRotationError as exc:
            raise NotRenewed(error_code(exc.api_error)) from exc
        except SLACK_TROUBLE as exc:
            raise NotRenewed(why(exc)) from exc

    return renew
