"""`Change`: something somebody can now see; and the record of all of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.simulator.channels import Channel
from bot.simulator.clock import PATIENCE_S
from bot.simulator.messages import Message
from bot.simulator.users import User
from bot.simulator.views import View


class ChangeKind(StrEnum):
    """The words of the page's event stream."""

    MESSAGE = "message"
    MESSAGE_CHANGED = "message_changed"
    MESSAGE_DELETED = "message_deleted"
    EPHEMERAL = "ephemeral"
    EPHEMERAL_CHANGED = "ephemeral_changed"
    EPHEMERAL_DELETED = "ephemeral_deleted"
    VIEW_OPENED = "view_opened"
    VIEW_UPDATED = "view_updated"
    VIEW_CLOSED = "view_closed"
    HOME = "home"
    CHANNEL = "channel"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, at which epoch second; exactly one kind of object is given.

    `before` and `channel_before` are how the object stood until then.
    """

    kind: ChangeKind
    at: float
    message: Message | None = None
    before: Message | None = None
    view: View | None = None
    channel: Channel | None = None
    channel_before: Channel | None = None
    user: User | None = None

    @property
    def text(self) -> str:
        """The message's text, empty for everything else."""
        return self.message.text if self.message else ""

    def as_json(self) -> dict[str, Any]:
        """What the control API lists."""
        seen: dict[str, Any] = {"kind": self.kind.value, "at": self.at}
        if self.message:
            seen |= self.message.as_slack()
            seen |= {
                "channel": self.message.channel,
                "ephemeral_to": self.message.ephemeral_to,
            }
        if self.view:
            seen |= {"user": self.view.user, "view": self.view.content}
        return seen


class Record:
    """Keeps every change that showed a message or a view, in order."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._more = asyncio.Event()

    def note(self, change: Change) -> None:
        if change.message or change.view:
            self.changes.append(change)
            self._more.set()

    async def wait_for(
        self,
        predicate: Callable[[Change], bool],
        *,
        timeout_s: float = PATIENCE_S,
        since: int = 0,
    ) -> Change:
        """Return the first change from number `since` on that the predicate holds for.

        What was shown before the call counts too. TimeoutError after real seconds.
        """
        async with asyncio.timeout(timeout_s):
            while True:
                for change in self.changes[since:]:
                    if predicate(change):
                        return change
                since = len(self.changes)
                self._more.clear()
                await self._more.wait()
