"""The Bolt app: its workspaces' requests, answered within Slack's three seconds.

With `process_before_response` the listener runs to its end before the acknowledgement
leaves: Bolt's default polls for it every 10 ms. What comes with that is minded here: a
listener that hangs is cut after 2.5 s, and one that fails still answers a person.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from typing import Any, cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.installation import Installation
from bot.installations.installed import Installations
from bot.log_context import logged_with, request_id
from bot.metrics import Metrics
from bot.slack.background import Background
from bot.slack.clients import InstalledClients
from bot.slack.payloads import text_in, value_in
from bot.slack.responder import send_to_url
from bot.slack.views.notices import FAILED
from bot.slack.waits import USUAL_WAITS, Waits

log = logging.getLogger(__name__)

TOO_LATE = "That took too long on my side. Please try again."
ELSEWHERE = (
    "This app is not set up for your workspace. Ask whoever runs it to install it."
)
UNREAD = "I can't make sense of that. Please try again, or type {command} help."

KINDS = frozenset(
    (
        *("block_actions", "view_submission", "view_closed", "block_suggestion"),
        *("message_action", "shortcut", "interactive_message", "dialog_submission"),
        *("app_mention", "message", "app_home_opened", "app_uninstalled"),
        *("tokens_revoked", "user_change", "team_join", "team_access_granted"),
        *("team_access_revoked", "channel_archive", "channel_unarchive"),
        *("channel_deleted", "channel_rename", "channel_shared", "channel_unshared"),
        *("channel_id_changed", "channel_left", "group_archive", "group_deleted"),
        *("group_left", "group_rename", "group_unarchive", "member_joined_channel"),
        *("member_left_channel", "url_verification", "ssl_check", "app_rate_limited"),
    )
)
"""What is counted and logged by name; all else is `other`."""

Authorize = Callable[..., Awaitable[AuthorizeResult]]
MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What Bolt's own reading raises where a payload lacks a field or holds an odd one."""


RATE_LIMITED = "app_rate_limited"
"""Tells of itself outside any event, which Bolt knows no listener for."""
EventsLost = Callable[[Installation], Awaitable[None]]


class NotOurs(BotError):
    """A request of another workspace than the one that the token belongs to."""

    def __init__(self, team_id: str | None) -> None:
        super().__init__(ELSEWHERE)
        self.team_id = team_id


class BriefApp(AsyncApp):
    """An `AsyncApp` with a limit of time, and a count of what is in flight."""

    def __init__(
        self,
        clients_of: InstalledClients,
        background: Background,
        *,
        waits: Waits = USUAL_WAITS,
        command: str = "/brief",
        metrics: Metrics | None = None,
        oauth_flow: AsyncOAuthFlow | None = None,
    ) -> None:
        # Bolt reads SLACK_BOT_TOKEN by itself, only to warn that it needs none, and
        # warns of a client's token that `authorize` makes superfluous.
        bolts_log = logging.getLogger("slack_bolt")
        bolts_log.addFilter(_is_news)
        without_token = AsyncWebClient(
            base_url=clients_of.api_url, session=clients_of.session, retry_handlers=[]
        )
        super().__init__(
            logger=bolts_log,
            client=without_token,
            before_authorize=_WhoseRequest(clients_of.installed),
            # Bolt takes its own kind as well, and only that beside an OAuth flow.
            authorize=cast("Authorize", _TokenInMemory(clients_of.installed)),
            oauth_flow=oauth_flow,
            # `SlackEndpoint` has checked it before anything of a request is read.
            request_verification_enabled=False,
            process_before_response=True,
            attaching_conversation_kwargs_enabled=False,
            attaching_function_token_enabled=False,
            ignoring_self_assistant_message_events_enabled=False,
        )
        self._background = background
        self._waits = waits
        self._command = command
        self._metrics = metrics or Metrics()
        self.events_lost: EventsLost = _nobody_minds
        """Hears that Slack kept events back; whoever remembers by events sets it."""
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.error(self._explain)

    def _init_context(self, req: AsyncBoltRequest) -> None:
        """Set what listeners may ask for, as Bolt does, which makes a client anew.

        A copy is as good a client of a request's own, and takes a tenth of the time:
        making one, the SDK asks for the system, its own version, and proxies.
        """
        req.context["logger"] = self.logger
        req.context["token"] = None
        req.context["client"] = copy(self.client)
        req.context["listener_runner"] = self.listener_runner

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer one request; what takes over 2.5 s is cut, and an apology sent."""
        self._in_flight += 1
        self._idle.clear()
        begun_at, failed = time.monotonic(), ""
        try:
            with logged_with(request_id=_id(req.body)):
                response, failed = await self._answer(req)
        finally:
            took_s = time.monotonic() - begun_at
            self._metrics.request(_kind(req.body), took_s, failed=failed)
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()
        return response

    async def _answer(self, req: AsyncBoltRequest) -> tuple[BoltResponse, str]:
        """Return the answer, and why it is none of a listener's; else empty."""
        try:
            async with asyncio.timeout(self._waits.listener_s):
                response = await super().async_dispatch(req)
        except MALFORMED as exc:
            return self._answer_unread(req.body, type(exc).__name__), "unread"
        except TimeoutError:
            log.error("listener.too_late", extra=_facts(req.body))
            late = self._apologise(req.body, TOO_LATE) or BoltResponse(status=500)
            return late, "too_late"
        if response.status == 404 and text_in(req.body, "type") == RATE_LIMITED:
            return await self._note_lost_events(req.context["installation"])
        if response.status == 404:
            return self._answer_unread(req.body), "unread"
        return response, "failed" if response.status >= 500 else ""

    async def _note_lost_events(
        self, installation: Installation
    ) -> tuple[BoltResponse, str]:
        try:
            await self.events_lost(installation)
        except BotError as error:
            # Slack tells of it again.
            log.warning("events.lost_untold", extra={"why": str(error)})
            return BoltResponse(status=500), "failed"
        return BoltResponse(status=200), ""

    async def drain(self, patience_s: float) -> None:
        """Wait until nothing is in flight, or until this time is over."""
        try:
            async with asyncio.timeout(patience_s):
                await self._idle.wait()
        except TimeoutError:
            log.warning("listeners.cut", extra={"in_flight": self._in_flight})

    async def _explain(
        self, error: Exception, body: dict[str, Any]
    ) -> BoltResponse | None:
        """Answer a person kindly; leave events at 500, so that Slack repeats them.

        What comes from elsewhere or cannot be read would be no better the next time.
        """
        if isinstance(error, NotOurs):
            log.warning("request.foreign", extra=_facts(body) | {"team": error.team_id})
            return self._apologise(body, ELSEWHERE) or BoltResponse(status=200)
        if isinstance(error, MALFORMED) and _is_bolts_own(error):
            return self._answer_unread(body, type(error).__name__)
        if isinstance(error, BotError):
            log.info("listener.refused", extra=_facts(body) | {"why": str(error)})
            return self._apologise(body, str(error))
        id = secrets.token_hex(3)
        log.error(
            "listener.failed", exc_info=error, extra=_facts(body) | {"error_id": id}
        )
        return self._apologise(body, FAILED.format(id=id))

    def _answer_unread(self, body: dict[str, Any], why: str = "") -> BoltResponse:
        """Answer what no listener knows or nobody can read: once is enough."""
        log.warning("request.unread", extra=_facts(body) | {"why": why})
        words = UNREAD.format(command=self._command)
        return self._apologise(body, words) or BoltResponse(status=200)

    def _apologise(self, body: dict[str, Any], text: str) -> BoltResponse | None:
        """Answer in the acknowledgement, or else by the `response_url`.

        None where nobody waits for an answer: at an event.
        """
        if "event" in body:
            return None
        if body.get("type") == "view_submission":
            if field := _first_field(body):
                return json_response(
                    {"response_action": "errors", "errors": {field: text}}
                )
            words = {"type": "plain_text", "text": text}
            view = {
                "type": "modal",
                "title": {"type": "plain_text", "text": "Sorry"},
                "close": {"type": "plain_text", "text": "Close"},
                "blocks": [{"type": "section", "text": words}],
            }
            return json_response({"response_action": "update", "view": view})
        if "command" in body:
            return json_response({"response_type": "ephemeral", "text": text})

        url = body.get("response_url")
        if isinstance(url, str) and url.startswith(("https://", "http://")):
            apology = {
                "text": text,
                "response_type": "ephemeral",
                "replace_original": False,
            }
            reply = send_to_url(url, apology, session=self.client.session)
            self._background.start(reply, "apology")
        return BoltResponse(status=200)


async def _nobody_minds(_installation: Installation) -> None:
    """Remember nothing by events."""


def _is_news(record: logging.LogRecord) -> bool:
    return "`token` will be unused" not in record.getMessage()


class _WhoseRequest(AsyncMiddleware):
    """Sets once for all listeners which installation a request is for.

    With a connected company the outer ids of a payload are those of whoever acts. What
    Slack sends it for stands in the view or in the event's authorizations, where Bolt
    reads it, and a press on a message of ours is ours, also on one that a single person
    sees. An event may leave the
    organisation's id out, so the team's alone decides; of an app that is in all of an
    organisation, Slack may name nothing there but the organisation.

    For a function in its place Bolt would gather some thirty arguments by name, at each
    request.
    """

    def __init__(self, installed: Installations) -> None:
        self._installed = installed

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse | None:
        body, context, installed = req.body, req.context, self._installed
        team_id = str(context.team_id or "")
        enterprise_id = str(context.enterprise_id or "")
        if "event" in body and not body.get("authorizations"):
            team_id = text_in(body, "context_team_id") or team_id
        if not team_id.startswith("T"):
            enterprise_id = enterprise_id or team_id
            here = (("context_team_id",), ("view", "team_id"), ("user", "team_id"))
            named = [text_in(body, *path) for path in here]
            team_id = ([id for id in named if id] or [""])[0]
        found = installed.of_request(team_id, enterprise_id)
        pressed_in = body.get("type") == "block_actions" and body.get("message")
        if pressed_in:
            found = installed.of_bot(text_in(pressed_in, "bot_id")) or found
        elif "view" in body and not text_in(body, "view", "app_installed_team_id"):
            # Of a view, too, its bot says whose it is where no team does.
            found = installed.of_bot(text_in(body, "view", "bot_id")) or found
        if found is None and value_in(body, "container", "is_ephemeral"):
            # It shows no bot's id. Where the app is in one workspace alone, nobody but
            # that one's bot can have shown it.
            found = installed.all[0] if len(installed.all) == 1 else None
        context["installation"] = found.installation if found else Installation(team_id)
        return await next()


class _TokenInMemory(AsyncAuthorize):
    """Knows a workspace's token without asking Slack on each request.

    https://github.com/slackapi/bolt-python/issues/122
    """

    def __init__(self, installed: Installations) -> None:
        self._installed = installed

    async def __call__(
        self, *, context: AsyncBoltContext, **_ids: str | None
    ) -> AuthorizeResult:
        installation: Installation = context["installation"]
        found = self._installed.find(installation)
        if found is None:
            raise NotOurs(installation.team_id)
        return AuthorizeResult(
            enterprise_id=installation.enterprise_id or None,
            team_id=installation.team_id,
            bot_token=found.bot_token,
            bot_id=found.bot_id,
            bot_user_id=found.user_id,
        )


def json_response(payload: dict[str, Any] | str) -> BoltResponse:
    """Return an acknowledgement that carries JSON; a text is JSON already."""
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "application/json;charset=utf-8"
    }
    return BoltResponse(status=200, body=payload, headers=headers)


def _first_field(body: dict[str, Any]) -> str:
    """Return the first field of a form, beside which it can be said what went wrong.

    What was typed stays there; a view without a field turns to the words instead.
    """
    view = body.get("view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    fields = [
        block.get("block_id")
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, dict) and block.get("type") == "input"
    ]
    return next((field for field in fields if isinstance(field, str)), "")


def _is_bolts_own(error: Exception) -> bool:
    """Say whether Bolt failed at reading a payload, and no listener of ours."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    name = trace.tb_frame.f_globals.get("__name__", "") if trace else ""
    return str(name).startswith("slack_bolt.")


def _facts(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a log line may hold of a request: never what somebody wrote."""
    return {"request": _kind(body)}


def _kind(body: dict[str, Any]) -> str:
    """Return the kind of a request: one of Slack's own words, and never a stranger's.

    Else whoever may post to us could fill the memory with kinds.
    """
    event = body.get("event")
    kind = event.get("type") if isinstance(event, dict) else body.get("type")
    if not kind and "command" in body:
        return "command"
    return kind if isinstance(kind, str) and kind in KINDS else "other"


def _id(body: dict[str, Any]) -> str:
    """Return the id of a request in the log, by what Slack names it by.

    A message and a mention of it are told apart by nobody.
    """
    event = body.get("event")
    if isinstance(event, dict):
        channel, ts = text_in(event, "channel"), text_in(event, "ts")
        return request_id(channel, ts) if ts else request_id(text_in(body, "event_id"))
    return request_id(text_in(body, "trigger_id"))
