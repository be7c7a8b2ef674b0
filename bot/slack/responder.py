"""`Responder`: the one way to reach a person after the acknowledgement."""

import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.slack.clients import ClientsOf
from bot.slack.failures import SLACK_TROUBLE, why
from bot.slack.payloads import Interaction
from bot.slack.reply_cache import payload
from bot.slack.views.modal import reply_modal

log = logging.getLogger(__name__)

TIMEOUT_S = 5


class Responder:
    """Ephemeral answers, modals and the Home: what nobody else sees or needs again.

    Nothing is raised; what could not be shown is logged.
    """

    def __init__(self, clients_of: ClientsOf) -> None:
        self._clients_of = clients_of

    async def reply(self, interaction: Interaction, part: Part) -> None:
        """Answer by whichever way is still open.

        1. In a modal, the modal turns to the words.
        2. By `response_url`, in place of the message if only its asker sees it.
        3. By a fresh ephemeral, where the URL is used up or too old.
        4. By a modal with the words alone, where the bot is no member of the channel.
        """
        if interaction.view_id:
            await self.turn(interaction, reply_modal(part))
            return

        client = self._clients_of(interaction.asker.installation).posting
        body = payload(part) | {"replace_original": interaction.is_ephemeral}
        url = interaction.response_url
        if url and await send_to_url(url, body, session=client.session):
            return

        try:
            await client.chat_postEphemeral(
                channel=interaction.asker.channel_id,
                user=interaction.asker.user_id,
                text=part.text,
                blocks=[dict(block) for block in part.blocks],
                thread_ts=interaction.thread_ts or None,
            )
        except SLACK_TROUBLE as exc:
            log.info("ephemeral.failed", extra={"why": why(exc)})
            await self.open(interaction, reply_modal(part))

    async def open(self, interaction: Interaction, view: dict[str, Any]) -> None:
        """Open a modal, as long as the trigger is not too old for one."""
        client = self._clients_of(interaction.asker.installation).posting
        try:
            await client.views_open(trigger_id=interaction.trigger_id, view=view)
        except SLACK_TROUBLE as exc:
            log.warning("interaction.unanswered", extra={"why": why(exc)})

    async def turn(self, interaction: Interaction, view: dict[str, Any]) -> None:
        """Turn the open modal to another page; one that was closed needs nothing."""
        client = self._clients_of(interaction.asker.installation).posting
        try:
            await client.views_update(view_id=interaction.view_id, view=view)
        except SLACK_TROUBLE as exc:
            log.info("modal.closed", extra={"why": why(exc)})

    async def publish_home(
        self, asker: Asker, view: dict[str, Any], *, hash: str = ""
    ) -> None:
        """Publish somebody's Home; `hash` is of the view that they see now.

        Where Slack refuses, a newer one was drawn meanwhile, or the next opening of
        the Home draws it.
        """
        client = self._clients_of(asker.installation).posting
        try:
            await client.views_publish(
                user_id=asker.user_id, view=view, hash=hash or None
            )
        except SLACK_TROUBLE as exc:
            log.info("home.not_drawn", extra={"why": why(exc)})


async def send_to_url(
    url: str, body: Mapping[str, Any], *, session: aiohttp.ClientSession | None
) -> bool:
    """Post to a `response_url`, and say whether Slack took it.

    For one that has expired Slack answers 404, and the SDK does not raise.
    """
    webhook = AsyncWebhookClient(
        url, session=session, timeout=TIMEOUT_S, retry_handlers=[]
    )
    try:
        response = await webhook.send_dict(dict(body))
    except SLACK_TROUBLE as exc:
        log.info("response_url.failed", extra={"why": why(exc)})
        return False
    return bool(response.status_code == 200)
