"""What delivering asks of Slack, of composers, and of whoever wants to know."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.block_kit.part import Part
from bot.errors import BotError
from bot.installation import Installation
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryMark,
    Ending,
    HistoryPage,
    MessageRef,
    Payload,
    PostedMessage,
    Skipped,
)


class UnreadableChannel(BotError):
    """A channel cannot be read back: no scope, no membership, or pages refused."""


class StalePage(BotError):
    """A page's name means nothing to Slack any more: the first one is to be read."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What decides whether a channel can be posted to, read back, and by whom seen.

    `can_read_back` is False where a history scope or membership is missing. `can_join`
    is True where the bot is no member, and may become one by itself.
    """

    channel_id: str
    name: str
    is_member: bool
    is_archived: bool
    is_private: bool
    is_dm: bool
    is_external: bool
    can_read_back: bool
    can_join: bool = False


class Messenger(Protocol):
    """Posts `Part`s to Slack, and finds them again.

    Every method raises `DeliveryError`: `permanent` names who can mend it,
    `retry_after_s` is Slack's own word for that method and workspace, and `ambiguous`
    means that the message may be stored although no `ok` came. A call the caller
    cancels or lets time out is ambiguous too. Nothing is ever retried inside.
    """

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
        """Make exactly one POST; `broadcast` shows a thread's reply in the channel.

        Where Slack refuses a part's blocks and stores nothing, its plain form is
        posted, if it has one. A request that is not written within `within_s` is not
        written at all.
        """
        ...

    async def update(
        self, installation: Installation, message: MessageRef, part: Part
    ) -> None:
        """Replace a message's text and blocks; its metadata stays. Safe to repeat."""
        ...

    async def delete(self, installation: Installation, message: MessageRef) -> None:
        """Delete an own message; one that is gone already counts as deleted."""
        ...

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
        """Look on one page for an own message with this mark, both bounds inclusive.

        It takes one request. `page` is the `next_page` of the one before. The message
        with the ts `other_than` is known and is not meant.

        Raise `UnreadableChannel` where it can never be said here whether it is there,
        `StalePage` where the pages have to be read anew, `DeliveryError` for now.
        """
        ...

    async def open_dm(self, installation: Installation, user_id: str) -> str:
        """Return the `D…` id of the conversation with this person."""
        ...

    async def resolve_name(self, installation: Installation, name: str) -> str | None:
        """Return the id of the channel `#name` (without `#`), or None if none is seen.

        A private channel that the bot is not in looks like none.
        """
        ...

    async def describe_channel(
        self, installation: Installation, channel_id: str
    ) -> ChannelFacts:
        """Return what preflight wants to know of a destination."""
        ...

    async def join(self, installation: Installation, channel_id: str) -> None:
        """Become a member of a public channel."""
        ...


class Composer(Protocol):
    """Makes what a delivery says, and knows whether it may be said there still."""

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Resolve the audience, compose, render and check.

        Return the same `Payload` object for recipients who get the same. Raise
        `DeliveryError` like a `Messenger`: of class content where it cannot be said.
        """
        ...

    async def may_be_seen(
        self, delivery: Delivery, payload: Payload, *, part: int, max_age: timedelta
    ) -> bool:
        """Say whether those who read there may see a payload from this part on.

        What is known of them is at most so old. Raise `DeliveryError`, a passing one,
        where Slack does not say who they are.
        """
        ...

    def reader(self, delivery: Delivery) -> str:
        """Return the person who reads it if it goes into a DM; empty if nobody does."""
        ...

    def is_fresh(self, delivery: Delivery, payload: Payload) -> bool:
        """Say whether nothing was heard since `may_be_seen` that would change it."""
        ...


class DeliveryObserver(Protocol):
    """Hears how deliveries end: curators' notices, corrections, metrics hang here.

    Called after the commit: once or, after a crash, never.
    """

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        """Take note of the one ending of a delivery."""
        ...

    async def resent_unverified(self, delivery: Delivery) -> None:
        """Take note that a part is sent again and may stand in the channel twice.

        The channel cannot be read back, and the operator chose `never-lost`.
        """
        ...
