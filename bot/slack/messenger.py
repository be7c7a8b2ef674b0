"""`SlackMessenger`: posts parts, edits them, and finds them again by their metadata."""

import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.block_kit.part import Block, Part
from bot.errors import DeliveryError, FailureClass
from bot.installation import Installation
from bot.outbox.interfaces import ChannelFacts, StalePage, UnreadableChannel
from bot.outbox.model import DeliveryMark, HistoryPage, MessageRef, PostedMessage
from bot.slack.clients import Clients, ClientsOf, written_within
from bot.slack.directory import read_channel
from bot.slack.failures import SLACK_TROUBLE, delivery_error, error_code

log = logging.getLogger(__name__)

EVENT_TYPE = "briefing_delivery"
PAGE = 200
"""Messages per page of history; 999 is the most that conversations.history gives."""

_PLAIN_FOR = timedelta(days=1)
"""How long a workspace gets plain blocks alone once Slack refused drawn ones there."""
_REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format"})

_NO_SUCH_PERSON = (
    "I can't write to this person: the account is deactivated, or of another workspace."
)
_UNREADABLE = frozenset(
    {
        *("missing_scope", "not_in_channel", "channel_not_found", "no_permission"),
        *("channel_is_limited_access", "access_denied", "thread_not_found"),
        *("not_allowed_token_type", "method_not_supported_for_channel_type"),
    }
)


class SlackMessenger:
    """A `Messenger` on Slack's Web API; what goes wrong comes as `DeliveryError`."""

    def __init__(self, clients_of: ClientsOf) -> None:
        self._clients_of = clients_of
        self._plain_until: dict[Installation, float] = {}

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
        """Make exactly one POST to chat.postMessage that Slack may store.

        One whose blocks it refuses is stored nowhere: then the plain form goes out.
        """
        clients = self._clients_of(installation)

        async def call(blocks: tuple[Block, ...]) -> AsyncSlackResponse:
            return await clients.posting.chat_postMessage(
                channel=channel_id,
                text=part.text,
                blocks=[dict(block) for block in blocks],
                metadata=_metadata(mark),
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=thread_ts or None,
                reply_broadcast=broadcast or None,
            )

        with _translated_failures(clients, channel_id), written_within(within_s):
            answer = await self._in_a_form_it_takes(installation, part, call)
        echoed = (answer.get("message") or {}).get("metadata") or {}
        return PostedMessage(
            answer["channel"],
            answer["ts"],
            mark_echoed=echoed.get("event_type") == EVENT_TYPE,
        )

    async def update(
        self, installation: Installation, message: MessageRef, part: Part
    ) -> None:
        """Edit with chat.update; metadata that is left out stays as it is.

        An update without `blocks` would drop the old ones, which is what is meant. What
        a post leaves as it is, an update links by itself unless told not to.
        """
        clients = self._clients_of(installation)

        async def call(blocks: tuple[Block, ...]) -> AsyncSlackResponse:
            return await clients.posting.chat_update(
                channel=message.channel_id,
                ts=message.ts,
                text=part.text,
                parse="none",
                link_names=False,
                blocks=[dict(block) for block in blocks],
            )

        with _translated_failures(clients):
            await self._in_a_form_it_takes(installation, part, call)

    async def _in_a_form_it_takes(
        self,
        installation: Installation,
        part: Part,
        call: Callable[[tuple[Block, ...]], Awaitable[AsyncSlackResponse]],
    ) -> AsyncSlackResponse:
        """Send what is drawn, or its plain form where Slack refused that today."""
        now = time.monotonic()
        if not part.plain_blocks:
            return await call(part.blocks)
        if self._plain_until.get(installation, now) > now:
            return await call(part.plain_blocks)
        try:
            return await call(part.blocks)
        except SLACK_TROUBLE as exc:
            if error_code(exc) not in _REFUSED_BLOCKS:
                raise
        self._plain_until[installation] = now + _PLAIN_FOR.total_seconds()
        log.warning(
            "blocks.refused",
            extra={"team_id": installation.team_id, "plain_for": str(_PLAIN_FOR)},
        )
        return await call(part.plain_blocks)

    async def delete(self, installation: Installation, message: MessageRef) -> None:
        """Delete an own message; one that is gone already counts as deleted."""
        clients = self._clients_of(installation)
        try:
            await clients.posting.chat_delete(channel=message.channel_id, ts=message.ts)
        except SLACK_TROUBLE as exc:
            if error_code(exc) != "message_not_found":
                raise delivery_error(exc, bot=clients.identity.name) from exc

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
        page: str = "",
    ) -> HistoryPage:
        """Read a page of history, or of a thread's replies, without any retry.

        A client that waits for Slack's `Retry-After` would outsleep the row's lease.
        """
        clients = self._clients_of(installation)
        window: dict[str, Any] = {
            "channel": channel_id,
            "oldest": f"{oldest.timestamp():.6f}",
            "latest": f"{latest.timestamp():.6f}",
            "inclusive": True,
            "include_all_metadata": True,
            "limit": PAGE,
            "cursor": page or None,
        }
        wanted = {"bot_id": clients.identity.bot_id, "metadata": _metadata(mark)}
        client = clients.posting
        try:
            if thread_ts:
                answer = await client.conversations_replies(ts=thread_ts, **window)
            else:
                answer = await client.conversations_history(**window)
        except SLACK_TROUBLE as exc:
            error = error_code(exc)
            if error in _UNREADABLE:
                text = f"History of {channel_id} is closed: {error}."
                raise UnreadableChannel(text) from exc
            if error == "invalid_cursor":
                raise StalePage(f"Slack says {error} of {channel_id}.") from exc
            raise delivery_error(exc, bot=clients.identity.name) from exc

        for message in answer["messages"]:
            is_ours = {key: message.get(key) for key in wanted} == wanted
            if is_ours and message["ts"] != other_than:
                return HistoryPage(PostedMessage(channel_id, message["ts"]))
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        return HistoryPage(None, next_page=cursor)

    async def open_dm(self, installation: Installation, user_id: str) -> str:
        """Return the `D…` id, which edits need where posts would take the `U…` id."""
        clients = self._clients_of(installation)
        with _translated_failures(clients):
            answer = await clients.posting.conversations_open(users=user_id)
        return str(answer["channel"]["id"])

    async def resolve_name(self, installation: Installation, name: str) -> str | None:
        """Page through conversations.list until the name comes up."""
        clients = self._clients_of(installation)
        with _translated_failures(clients):
            async for page in await clients.reading.conversations_list(
                types="public_channel,private_channel",
                limit=PAGE,
                team_id=clients.about_team.get("team_id"),
            ):
                ids = (c["id"] for c in page["channels"] if c["name"] == name)
                if found := next(ids, None):
                    return str(found)
        return None

    async def describe_channel(
        self, installation: Installation, channel_id: str
    ) -> ChannelFacts:
        """Ask conversations.info, and the granted scopes, what can be done there."""
        clients = self._clients_of(installation)
        with _translated_failures(clients):
            answer = await clients.reading.conversations_info(channel=channel_id)
        return read_channel(answer["channel"], clients.identity.scopes)

    async def join(self, installation: Installation, channel_id: str) -> None:
        """Join with conversations.join, which needs the scope channels:join."""
        clients = self._clients_of(installation)
        with _translated_failures(clients):
            await clients.reading.conversations_join(channel=channel_id)
        log.info("channel.joined", extra={"channel_id": channel_id})


@contextmanager
def _translated_failures(clients: Clients, channel_id: str = "") -> Iterator[None]:
    """Raise trouble with Slack in this block as `DeliveryError`.

    A person's id may stand where a channel's is wanted.
    """
    try:
        yield
    except SLACK_TROUBLE as exc:
        is_person = channel_id.startswith(("U", "W"))
        if is_person and error_code(exc) == "channel_not_found":
            permanent = FailureClass.DESTINATION
            raise DeliveryError(_NO_SUCH_PERSON, permanent=permanent) from exc
        raise delivery_error(exc, bot=clients.identity.name) from exc


def _metadata(mark: DeliveryMark) -> dict[str, Any]:
    # Payload values are strings or numbers only, and anybody in the workspace can
    # read them: https://docs.slack.dev/messaging/message-metadata
    payload = {"delivery_id": mark.delivery_id, "part": mark.part}
    return {"event_type": EVENT_TYPE, "event_payload": payload}
