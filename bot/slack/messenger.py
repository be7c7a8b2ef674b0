"""`SlackMessenger`: posts parts, edits them, and finds them again by their metadata."""

import math
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.block_kit.part import Part
from bot.errors import DeliveryError, FailureClass
from bot.installation import Installation
from bot.outbox.interfaces import ChannelFacts, Unreadable
from bot.outbox.model import DeliveryMark, MessageRef, PostedMessage
from bot.slack.clients import Clients, ClientsOf
from bot.slack.deadline import written_within
from bot.slack.failures import delivery_error, error_code

EVENT_TYPE = "briefing_delivery"
PAGE = 200
"""Messages per page of history; 999 is the most that conversations.history gives."""

_UNREADABLE = frozenset(
    {
        *("missing_scope", "not_in_channel", "channel_not_found", "no_permission"),
        *("channel_is_limited_access", "access_denied", "thread_not_found"),
        *("not_allowed_token_type", "method_not_supported_for_channel_type"),
    }
)
_HISTORY_SCOPES = {True: "groups:history", False: "channels:history"}


class SlackMessenger:
    """A `Messenger` on Slack's Web API; what goes wrong comes as `DeliveryError`."""

    def __init__(self, clients_of: ClientsOf) -> None:
        self._clients_of = clients_of

    async def post(
        self,
        installation: Installation,
        channel_id: str,
        part: Part,
        *,
        mark: DeliveryMark,
        thread_ts: str = "",
        broadcast: bool = False,
        within_s: float = math.inf,
    ) -> PostedMessage:
        """Make exactly one POST to chat.postMessage."""
        with written_within(within_s):
            answer = await self._call(
                installation,
                "chat.postMessage",
                channel=channel_id,
                metadata=_metadata(mark),
                unfurl_links=False,
                unfurl_media=False,
                **_content(part),
                **({"thread_ts": thread_ts} if thread_ts else {}),
                **({"reply_broadcast": True} if broadcast else {}),
            )
        echoed = (answer.get("message") or {}).get("metadata") or {}
        return PostedMessage(
            answer["channel"],
            answer["ts"],
            mark_echoed=echoed.get("event_type") == EVENT_TYPE,
        )

    async def update(
        self, installation: Installation, message: MessageRef, part: Part
    ) -> None:
        """Edit with chat.update; metadata that is left out stays as it is."""
        await self._call(
            installation,
            "chat.update",
            channel=message.channel_id,
            ts=message.ts,
            **_content(part),
        )

    async def delete(self, installation: Installation, message: MessageRef) -> None:
        """Delete an own message; one that is gone already counts as deleted."""
        client = self._clients_of(installation).posting
        try:
            await client.chat_delete(channel=message.channel_id, ts=message.ts)
        except SlackApiError as exc:
            if error_code(exc) != "message_not_found":
                raise self._failure(installation, exc) from exc
        except Exception as exc:
            raise self._failure(installation, exc) from exc

    async def find(
        self,
        installation: Installation,
        channel_id: str,
        mark: DeliveryMark,
        *,
        oldest: datetime,
        latest: datetime,
        thread_ts: str = "",
        other_than: str = "",
    ) -> PostedMessage | None:
        """Read history, or a thread's replies, to the end of the window."""
        clients = self._clients_of(installation)
        window: dict[str, Any] = {
            "channel": channel_id,
            "oldest": f"{oldest.timestamp():.6f}",
            "latest": f"{latest.timestamp():.6f}",
            "inclusive": True,
            "include_all_metadata": True,
            "limit": PAGE,
        }
        try:
            async for page in _pages(clients.reading, window, thread_ts):
                for message in page:
                    is_ours = _is_marked(message, mark, clients.identity.bot_id)
                    if is_ours and message["ts"] != other_than:
                        return PostedMessage(channel_id, message["ts"])
        except SlackApiError as exc:
            if error_code(exc) in _UNREADABLE:
                text = f"History of {channel_id} is closed: {error_code(exc)}."
                raise Unreadable(text) from exc
            raise self._failure(installation, exc) from exc
        except Exception as exc:
            raise self._failure(installation, exc) from exc
        return None

    async def open_dm(self, installation: Installation, user_id: str) -> str:
        """Return the `D…` id, which edits need where posts would take the `U…` id."""
        answer = await self._read(installation, "conversations.open", users=user_id)
        return str(answer["channel"]["id"])

    async def resolve_name(self, installation: Installation, name: str) -> str | None:
        """Page through conversations.list until the name comes up."""
        cursor = ""
        while True:
            answer = await self._read(
                installation,
                "conversations.list",
                types="public_channel,private_channel",
                limit=PAGE,
                **({"cursor": cursor} if cursor else {}),
            )
            for channel in answer["channels"]:
                if channel["name"] == name:
                    return str(channel["id"])
            cursor = _next_cursor(answer)
            if not cursor:
                return None

    async def describe_channel(
        self, installation: Installation, channel_id: str
    ) -> ChannelFacts:
        """Ask conversations.info, and the granted scopes, what can be done there."""
        answer = await self._read(
            installation, "conversations.info", channel=channel_id
        )
        scopes = self._clients_of(installation).identity.scopes
        return _facts(answer["channel"], scopes)

    async def _call(
        self, installation: Installation, method: str, **arguments: Any
    ) -> Any:
        client = self._clients_of(installation).posting
        try:
            return await client.api_call(method, json=arguments)
        except Exception as exc:
            raise self._failure(installation, exc) from exc

    async def _read(
        self, installation: Installation, method: str, **arguments: Any
    ) -> Any:
        client = self._clients_of(installation).reading
        try:
            return await client.api_call(method, params=arguments)
        except Exception as exc:
            raise self._failure(installation, exc) from exc

    def _failure(self, installation: Installation, exc: Exception) -> DeliveryError:
        return delivery_error(exc, bot=self._clients_of(installation).identity.name)


def single_workspace(clients: Clients) -> ClientsOf:
    """Return the look-up of an app that is installed in one workspace."""

    def clients_of(installation: Installation) -> Clients:
        if installation != clients.identity.installation:
            raise DeliveryError(
                f"The app is not installed in {installation.team_id}.",
                permanent=FailureClass.INSTALLATION,
            )
        return clients

    return clients_of


def _metadata(mark: DeliveryMark) -> dict[str, Any]:
    # Payload values are strings or numbers only, and anybody in the workspace can
    # read them: https://docs.slack.dev/messaging/message-metadata
    payload = {"delivery_id": mark.delivery_id, "part": mark.part}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _content(part: Part) -> dict[str, Any]:
    # An update without `blocks` would drop the old ones, which is what is meant.
    return {"text": part.text, "blocks": list(part.blocks)}


def _is_marked(message: dict[str, Any], mark: DeliveryMark, bot_id: str) -> bool:
    metadata = message.get("metadata") or {}
    wanted = _metadata(mark)
    return message.get("bot_id") == bot_id and metadata == wanted


async def _pages(
    client: AsyncWebClient, window: dict[str, Any], thread_ts: str
) -> AsyncIterator[list[dict[str, Any]]]:
    method = "conversations.replies" if thread_ts else "conversations.history"
    place = window | ({"ts": thread_ts} if thread_ts else {})
    cursor = ""
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await client.api_call(method, params=place | more)
        yield answer["messages"]
        cursor = _next_cursor(answer)
        if not cursor:
            return


def _next_cursor(answer: Any) -> str:
    return (answer.get("response_metadata") or {}).get("next_cursor") or ""


def _facts(channel: dict[str, Any], scopes: frozenset[str]) -> ChannelFacts:
    is_dm = bool(channel.get("is_im"))
    is_private = bool(channel.get("is_private"))
    is_member = is_dm or bool(channel.get("is_member"))
    history = "im:history" if is_dm else _HISTORY_SCOPES[is_private]
    return ChannelFacts(
        channel["id"],
        name=channel.get("name") or "",
        is_member=is_member,
        is_archived=bool(channel.get("is_archived")),
        is_private=is_private,
        is_dm=is_dm,
        is_external=bool(
            channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
        ),
        can_read_back=is_member and history in scopes,
    )
