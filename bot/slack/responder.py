"""`Responder`: the one way to reach a person after the acknowledgement."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.errors import BotError
from bot.installation import Installation
from bot.slack.background import Background
from bot.slack.clients import ClientsOf
from bot.slack.failures import SLACK_TROUBLE, why
from bot.slack.payloads import Interaction, Json, read_interaction
from bot.slack.reply_cache import payload
from bot.slack.views.home import home_with_note
from bot.slack.views.modal import message_of, reply_modal
from bot.slack.views.notices import FAILED, notice

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0
"""How long one way is tried before the next: a person is waiting."""
GONE = "not_found"
"""What Slack says of a modal that its reader has closed."""


class Responder:
    """Ephemeral answers, modals and the Home: what nobody else sees or needs again.

    Nothing is raised. Where Slack refuses one way the words take another one that is
    still open, and the log says so where there is none.
    """

    def __init__(self, clients_of: ClientsOf) -> None:
        self._clients_of = clients_of

    async def carry_out(self, interaction: Interaction, work: Awaitable[None]) -> None:
        """Do what somebody waits for; where it fails, tell them instead of nobody."""
        try:
            await work
        except BotError as error:
            log.info("interaction.refused", extra={"why": str(error)})
            words = str(error)
        except Exception:
            id = secrets.token_hex(3)
            log.exception("interaction.failed", extra={"error_id": id})
            words = FAILED.format(id=id)
        else:
            return
        await self.add(interaction, notice(words))

    async def reply(self, interaction: Interaction, part: Part) -> None:
        """Answer in place of what was pressed, if only its asker sees that."""
        if interaction.in_modal:
            await self.turn(interaction, reply_modal(part))
        else:
            await self._say(interaction, part, replaces=interaction.is_ephemeral)

    async def add(self, interaction: Interaction, part: Part) -> None:
        """Say something beside what was pressed, which stays as it is."""
        if interaction.in_modal:
            await self.open(interaction, reply_modal(part))
        else:
            await self._say(interaction, part)

    async def open(
        self, interaction: Interaction, view: dict[str, Any], *, instead: str = ""
    ) -> None:
        """Show a modal, on top of the one in which something was pressed.

        `instead` is what to say where Slack opens none, of a view that no message can
        stand for, such as a form.
        """
        client = self._clients_of(interaction.asker.installation).posting
        trigger_id = interaction.trigger_id
        if interaction.in_modal:
            pushed = await _try(client.views_push(trigger_id=trigger_id, view=view))
            if not pushed:
                return
            # A stack holds three, and a trigger three seconds: a turn needs neither.
            update = client.views_update(view_id=interaction.view_id, view=view)
            refusal = await _try(update)
        else:
            refusal = await _try(client.views_open(trigger_id=trigger_id, view=view))
        if refusal:
            part = notice(instead) if instead else message_of(view)
            await self._say(interaction, part, by_modal=False)

    async def turn(self, interaction: Interaction, view: dict[str, Any]) -> None:
        """Turn the open modal to another page; one that was closed needs nothing."""
        client = self._clients_of(interaction.asker.installation).posting
        update = client.views_update(view_id=interaction.view_id, view=view)
        refusal = await _try(update)
        if refusal and refusal != GONE:
            await self.open(interaction, view)

    async def _say(
        self,
        interaction: Interaction,
        part: Part,
        *,
        replaces: bool = False,
        by_modal: bool = True,
    ) -> None:
        """Say something to one person by the first way that is open.

        1. By `response_url`, which works where the bot is no member.
        2. By a fresh ephemeral, where the URL is used up, too old, or there is none.
        3. By a modal with the words alone.
        4. On top of their Home, if that is what they look at.
        5. By an ephemeral in their direct messages.
        """
        asker = interaction.asker
        client = self._clients_of(asker.installation).posting
        body = payload(part) | {"replace_original": replaces}
        url = interaction.response_url
        if url and await send_to_url(url, body, session=client.session):
            return

        async def show_in(channel_id: str, thread_ts: str = "") -> None:
            await client.chat_postEphemeral(
                channel=channel_id,
                user=asker.user_id,
                text=part.text,
                blocks=[dict(block) for block in part.blocks],
                thread_ts=thread_ts or None,
            )

        async def show_in_dm() -> None:
            opened = await client.conversations_open(users=asker.user_id)
            await show_in(opened["channel"]["id"])

        channel_id = asker.channel_id
        if channel_id and not await _try(show_in(channel_id, interaction.thread_ts)):
            return
        if by_modal:
            modal = reply_modal(part)
            trigger_id = interaction.trigger_id
            if not await _try(client.views_open(trigger_id=trigger_id, view=modal)):
                return
        if interaction.is_home:
            home = home_with_note(part, interaction.home_blocks)
            if not await _try(client.views_publish(user_id=asker.user_id, view=home)):
                return
        if refusal := await _try(show_in_dm()):
            log.warning("interaction.unanswered", extra={"why": refusal})

    async def publish_home(
        self, asker: Asker, view: dict[str, Any], *, hash: str = ""
    ) -> None:
        """Publish somebody's Home; `hash` is of the view that they see now.

        Where Slack refuses, a newer one was drawn meanwhile, or the next opening of
        the Home draws it.
        """
        client = self._clients_of(asker.installation).posting
        publish = client.views_publish(
            user_id=asker.user_id, view=view, hash=hash or None
        )
        if refusal := await _try(publish):
            log.info("home.not_drawn", extra={"why": refusal})


def after_ack(
    work: Callable[[Interaction], Coroutine[Any, Any, None]],
    name: str,
    responder: Responder,
    background: Background,
) -> Callable[..., Awaitable[None]]:
    """Return a listener that acknowledges a press at once, and then does the work.

    Where it fails, whoever pressed hears of it; `name` is the task's, in the log.
    """

    async def pressed(
        ack: AsyncAck, installation: Installation, body: Json, action: Json
    ) -> None:
        await ack()
        interaction = read_interaction(installation, body, action)
        background.start(responder.carry_out(interaction, work(interaction)), name)

    return pressed


async def _try(call: Awaitable[object]) -> str:
    """Call Slack, and return why that failed: its error string, else the trouble."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await call
    except SLACK_TROUBLE as exc:
        log.info("response.refused", extra={"why": why(exc)})
        return why(exc)
    return ""


async def send_to_url(
    url: str, body: Mapping[str, Any], *, session: aiohttp.ClientSession | None
) -> bool:
    """Post to a `response_url`, and say whether Slack took it.

    For one that has expired Slack answers 404, and the SDK does not raise.
    """
    webhook = AsyncWebhookClient(
        url, session=session, timeout=int(TIMEOUT_S), retry_handlers=[]
    )
    try:
        response = await webhook.send_dict(dict(body))
    except SLACK_TROUBLE as exc:
        log.info("response_url.failed", extra={"why": why(exc)})
        return False
    return bool(response.status_code == 200)
