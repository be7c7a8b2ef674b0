"""`Responder`: getting an answer to one person by whichever way is still open."""

import logging
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.block_kit.part import Part
from bot.errors import DeliveryError
from bot.slack.clients import Clients, ClientsOf
from bot.slack.payloads import Interaction
from bot.slack.reply_cache import payload
from bot.slack.views.modal import reply_modal

log = logging.getLogger(__name__)

TIMEOUT_S = 5
_FAILURES = (SlackApiError, aiohttp.ClientError, TimeoutError, DeliveryError)


class Responder:
    """Ephemeral answers and modals: what nobody else sees or needs again."""

    def __init__(self, clients_of: ClientsOf) -> None:
        self._clients_of = clients_of

    async def reply(self, press: Interaction, part: Part) -> None:
        """Answer a press.

        1. In a modal, the modal turns to the words.
        2. By `response_url`, in place of the message if only its asker sees it.
        3. By a fresh ephemeral, where the URL is used up or too old.
        4. By a modal with the words alone, where the bot is no member of the channel.
        """
        clients = self._clients_of(press.asker.installation)
        if press.view_id:
            await self.turn(press, reply_modal(part))
        elif not (
            await _by_response_url(clients, press, part)
            or await _by_ephemeral(clients, press, part)
        ):
            await self.open(press, reply_modal(part))

    async def open(self, press: Interaction, view: dict[str, Any]) -> None:
        """Open a modal; a press that is too old for one is logged, never raised."""
        clients = self._clients_of(press.asker.installation)
        try:
            await clients.posting.views_open(trigger_id=press.trigger_id, view=view)
        except _FAILURES as exc:
            log.warning("press.unanswered", extra={"why": _why(exc)})

    async def turn(self, press: Interaction, view: dict[str, Any]) -> None:
        """Turn the open modal to another page; one that was closed needs nothing."""
        clients = self._clients_of(press.asker.installation)
        try:
            await clients.posting.views_update(view_id=press.view_id, view=view)
        except _FAILURES as exc:
            log.info("modal.closed", extra={"why": _why(exc)})


async def _by_response_url(clients: Clients, press: Interaction, part: Part) -> bool:
    """Say whether Slack took it: for an expired URL, a 404, the SDK never raises."""
    if not press.response_url:
        return False
    body = payload(part) | {"replace_original": press.is_ephemeral}
    webhook = AsyncWebhookClient(
        press.response_url,
        session=clients.posting.session,
        timeout=TIMEOUT_S,
        retry_handlers=[],
    )
    try:
        response = await webhook.send_dict(body)
    except _FAILURES as exc:
        log.info("response_url.failed", extra={"why": _why(exc)})
        return False
    return bool(response.status_code == 200)


async def _by_ephemeral(clients: Clients, press: Interaction, part: Part) -> bool:
    asker = press.asker
    try:
        await clients.posting.chat_postEphemeral(
            channel=asker.channel_id,
            user=asker.user_id,
            text=part.text,
            blocks=[dict(block) for block in part.blocks],
            thread_ts=press.thread_ts or None,
        )
    except _FAILURES as exc:
        log.info("ephemeral.failed", extra={"why": _why(exc)})
        return False
    return True


def _why(exc: BaseException) -> str:
    if isinstance(exc, SlackApiError):
        return str(exc.response.get("error"))
    return type(exc).__name__
