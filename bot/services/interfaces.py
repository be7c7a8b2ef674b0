"""The ways out: what services ask of Slack, of composers and of the clock."""

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.block_kit.part import Part
from bot.briefing.library import Library, SubLibrary
from bot.digests.compose import DigestDocument
from bot.digests.models import DigestFile
from bot.errors import BotError, BriefingError
from bot.installation import Installation
from bot.services.deliveries import (
    Composed,
    Delivery,
    DeliveryId,
    Ending,
    MessageRef,
    Skipped,
)
from bot.services.pages import Page, Reply


class Clock(Protocol):
    """Tells the time; a test's clock stands still until it is moved."""

    def now(self) -> datetime:
        """Return the time, aware and in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Served:
    """The briefings and digests in use, and what keeps newer files from serving.

    Never changed: a reload makes a new one, and whoever holds this one keeps a whole.
    """

    library: Library
    digests: DigestFile
    errors: tuple[BriefingError, ...] = ()

    @property
    def is_degraded(self) -> bool:
        """Say whether the files hold an error, so that their last good state serves."""
        return bool(self.errors)


class BriefingSource(Protocol):
    """Where briefings come from; a bad edit there never takes the bot down."""

    @property
    def served(self) -> Served:
        """What is in use now. Read it once per question: the next may be another."""
        ...

    def changes(self, stop: asyncio.Event) -> AsyncIterator[Served]:
        """Yield what is served whenever it, or what is wrong with it, has changed.

        Ends when `stop` is set. Nothing is yielded for an edit of comments or layout.
        """
        ...


@dataclass(frozen=True, slots=True)
class DeliveryMark:
    """What a posted message carries in its metadata, so that it can be found again."""

    delivery_id: DeliveryId
    part: int


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """Slack's `ok`. `channel_id` is where it really went (a DM's `D…`).

    `mark_echoed` is False where the answer shows no trace of our metadata: then nothing
    posted in that channel can be found again.
    """

    channel_id: str
    ts: str
    mark_echoed: bool = True


class Unreadable(BotError):
    """A channel cannot be read back: no scope, no membership, or pages refused."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What decides whether a channel can be posted to, read back, and by whom seen.

    `can_read_back` is False where a history scope or membership is missing.
    """

    channel_id: str
    name: str
    is_member: bool
    is_archived: bool
    is_private: bool
    is_dm: bool
    is_external: bool
    can_read_back: bool


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

        A request that is not written within `within_s` is not written at all.
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
    ) -> PostedMessage | None:
        """Look for an own message with this mark, both bounds inclusive.

        The message with the ts `other_than` is known and is not meant.

        Return None only when every page was read and it was on none of them. Raise
        `Unreadable` where that can never be said here, `DeliveryError` for now.
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


class Composer(Protocol):
    """Makes what a delivery says; called once per delivery, before the first POST."""

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Resolve the audience, compose, render and check.

        Return the same `Payload` object for recipients who get the same. Raise
        `DeliveryError` like a `Messenger`: of class content where it cannot be said.
        """
        ...


class DigestRenderer(Protocol):
    """Turns a digest's document into Slack messages."""

    def render(self, document: DigestDocument, library: SubLibrary) -> tuple[Part, ...]:
        """Return at least one part, each small enough to be edited later.

        The first stands in the channel, the others in its thread. Each names the claims
        it shows by `library`'s fingerprints; the line that nothing is new shows none.
        """
        ...


class ReplyRenderer(Protocol):
    """Turns a reply into a message for its asker, or for the room they asked in."""

    def render(self, reply: Reply, library: SubLibrary, *, today: date) -> Part:
        """Return the reply as `library` holds it; a page that is not there is gone."""
        ...


class SharedRenderer(Protocol):
    """Turns an answer that somebody shares into a message for everybody in a room."""

    def render(self, page: Page, library: SubLibrary, *, by: str, today: date) -> Part:
        """Return the page as `library` holds it, naming the person who shared it."""
        ...


class NoticeRenderer(Protocol):
    """Turns a notice's plain words into a message."""

    def render(self, words: str) -> Part:
        """Escape all but `*`, `_`, and the tokens `<@U…>`, `<#C…>` and `<!date…>`."""
        ...


class DeliveryObserver(Protocol):
    """Is told how deliveries end: curators' notices, corrections, metrics hang here.

    Called after the commit: once or, after a crash, never.
    """

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        """Take note of the one ending of a delivery."""
        ...

    async def sent_blind(self, delivery: Delivery) -> None:
        """Take note that a part is sent again and may stand in the channel twice.

        The channel cannot be read back, and the operator chose `never-lost`.
        """
        ...


class Bell(Protocol):
    """Wakes the worker when there are new rows, here or in another replica."""

    def ring(self) -> None:
        """Wake whoever waits in this process."""
        ...

    async def wait(self, timeout_s: float) -> bool:
        """Return True if it rang within this time, and be silent again."""
        ...
