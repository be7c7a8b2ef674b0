"""`response_url`s: five more replies to one act, for thirty minutes, members or not."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.block_kit.limits import Surface
from bot.simulator.clock import Clock
from bot.simulator.content import Content, read_content
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json, Message
from bot.simulator.workspace import Workspace

LIFE_S = 1_800.0
USES = 5


@dataclass(slots=True)
class ReplyContext:
    """Who acted where; `original` is the message acted on, or the first reply to it."""

    user: str
    channel: str
    expires_at: float
    original: Message | None = None
    thread_ts: str = ""
    uses: int = field(default=0)


class ResponseUrls:
    """Issues response URLs, and shows what is sent to them."""

    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace = workspace
        self._clock = clock
        self._contexts: dict[str, ReplyContext] = {}

    def issue(self, user: str, channel: str, original: Message | None = None) -> str:
        """Return the secret last part of the address."""
        key = secrets.token_urlsafe(18)
        expires_at = self._clock.now().timestamp() + LIFE_S
        thread_ts = original.thread_ts if original and original.is_reply else ""
        self._contexts[key] = ReplyContext(
            user, channel, expires_at, original, thread_ts
        )
        return key

    def use(self, key: str, payload: Json) -> None:
        """Do what the payload says; `used_url` or `expired_url` when it is too late."""
        context = self._contexts.get(key)
        if context is None or context.uses >= USES:
            raise SlackError("used_url")
        if self._clock.now().timestamp() > context.expires_at:
            raise SlackError("expired_url")

        context.uses += 1
        self._reply(context, payload)

    def acknowledge(self, key: str, payload: Json) -> Message | None:
        """Show what came with the acknowledgement, which uses up nothing."""
        return self._reply(self._contexts[key], payload)

    def _reply(self, context: ReplyContext, payload: Json) -> Message | None:
        original = self._standing(context.original)
        if payload.get("delete_original"):
            if original:
                self._workspace.delete(original)
            return None

        content = read_content(
            str(payload.get("text") or ""),
            payload.get("blocks"),
            surface=Surface.EPHEMERAL,
        )
        if payload.get("replace_original") and original:
            at = self._workspace.take_ts()
            edited = original.edit(text=content.text, blocks=content.blocks, at=at)
            return self._workspace.edit(original, edited)

        shown = self._workspace.show(self._message(context, payload, content))
        context.original = context.original or shown
        return shown

    def _standing(self, original: Message | None) -> Message | None:
        if original is None:
            return None
        return self._workspace.timeline.find(original.channel, original.ts)

    def _message(
        self, context: ReplyContext, payload: Json, content: Content
    ) -> Message:
        workspace = self._workspace
        is_public = payload.get("response_type") == "in_channel"
        return Message(
            ts=workspace.take_ts(),
            channel=context.channel,
            user=workspace.bot.id,
            text=content.text,
            blocks=content.blocks,
            thread_ts=_text(payload.get("thread_ts")) or context.thread_ts,
            bot_id=workspace.app.bot_id,
            app_id=workspace.app.id,
            ephemeral_to="" if is_public else context.user,
        )


def _text(value: Any) -> str:
    return str(value) if value else ""
