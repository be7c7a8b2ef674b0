"""The ways out: what services ask of Slack, SQL, files and the clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.block_kit.part import Part
from bot.errors import BotError
from bot.installation import Installation
from bot.services.deliveries import (
    Composed,
    Delivery,
    DeliveryId,
    Ending,
    MessageRef,
    NewDelivery,
    Payload,
    Skipped,
)


class Clock(Protocol):
    """Tells the time; a test's clock stands still until it is moved."""

    def now(self) -> datetime:
        """Return the time, aware and in UTC."""
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
    ) -> PostedMessage:
        """Make exactly one POST; `broadcast` shows a thread's reply in the channel."""
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
    ) -> PostedMessage | None:
        """Look for an own message with this mark, both bounds inclusive.

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


class Settled(StrEnum):
    """What became of an `ok` that was handed to the store.

    `ELSEWHERE`: another holder knows of the very same message. `DOUBLED`: another
    message is stored for this part, so this one is to be deleted.
    """

    STORED = "stored"
    ELSEWHERE = "elsewhere"
    DOUBLED = "doubled"


@dataclass(frozen=True, slots=True)
class Ok:
    """A part that Slack took, for the attempt that posted it."""

    delivery: Delivery
    part: int
    message: PostedMessage
    ending: Ending | None
    """How the delivery ends if this was its last part; None while more follow."""


class DeliveryStore(Protocol):
    """The outbox: rows that are planned, acquired, sent, and end exactly once.

    Every update says what it believes of the row (`id`, `attempt`, `status`) and
    answers whether it was so. `False` always means: somebody else has the row, drop it.
    Times are the database's. While the database is away methods raise
    `StoreUnavailable`, and the rows stay as they were.
    """

    def now(self) -> datetime:
        """Return the database's time, as every lease and due time is measured in it."""
        ...

    async def plan(self, rows: Sequence[NewDelivery]) -> frozenset[DeliveryId]:
        """Insert rows whose key is new and return their ids; ring the bell."""
        ...

    async def plan_occurrences(
        self, rows: Sequence[NewDelivery], watermarks: Sequence["Watermark"]
    ) -> frozenset[DeliveryId]:
        """Plan rows and move the schedules' watermarks in the same transaction.

        A watermark only moves forward, and only while its schedule is unchanged; where
        it does not, its rows are not planned either.
        """
        ...

    async def acquire(
        self, installation: Installation, limit: int
    ) -> tuple[Delivery, ...]:
        """Take up to `limit` due rows for sending until the lease ends, earliest first.

        At most one row of a lane (installation, destination) is acquired or sending.
        A row is passed only by other kinds, when it waits over a minute for its retry,
        is no answer and has no part sent.
        """
        ...

    async def installations_waiting(self) -> tuple[Installation, ...]:
        """Return the workspaces that have rows due now."""
        ...

    async def next_due(self) -> datetime | None:
        """Return when the next row wants attention, or None if none is planned."""
        ...

    async def release_expired(self) -> int:
        """Make `acquired` rows whose lease ran out `planned`: nothing was sent."""
        ...

    async def release(
        self, delivery: Delivery, *, retry_at: datetime, failed: bool
    ) -> bool:
        """Give a row back, to be acquired again no earlier than `retry_at`.

        `failed` counts it towards the back-off.
        """
        ...

    async def redirect(self, delivery: Delivery, channel_id: str) -> bool:
        """Give a row back into the lane of the channel it turned out to be for."""
        ...

    async def is_duplicate(self, delivery: Delivery) -> bool:
        """Tell whether another row brings the same occurrence to the same channel."""
        ...

    async def freeze(self, delivery: Delivery, composed: Composed) -> bool:
        """Store the payload, once for all that share it, and point the row to it."""
        ...

    async def payload(self, payload_hash: str) -> Payload:
        """Return what was frozen."""
        ...

    async def begin(self, delivery: Delivery, part: int) -> bool:
        """Commit that a part is about to be posted: the one ambiguous state."""
        ...

    async def settle(self, ok: Ok) -> Settled:
        """Store where a part went: the first to store a part is right.

        An `ok` of a lost attempt is stored too, if nobody else stored that part.
        """
        ...

    async def end(self, delivery: Delivery, ending: Ending) -> bool:
        """End a row without another message."""
        ...

    async def acquire_unclear(self, limit: int) -> tuple[Delivery, ...]:
        """Take `sending` rows whose lease ended a settling time ago, to be looked up.

        They stay `sending` in the new holder's hands.
        """
        ...

    async def defer_lookup(
        self, delivery: Delivery, *, look_up_at: datetime, counted: bool
    ) -> bool:
        """Give an unclear row back, to be looked up again; `counted` if it was read."""
        ...

    async def last_echo(
        self, installation: Installation, channel_id: str
    ) -> bool | None:
        """Tell whether the last message there kept our metadata; None if none is."""
        ...

    async def last_revision(
        self, installation: Installation, digest_id: str, recipient: str
    ) -> str | None:
        """Return the revision that this recipient last received of this digest."""
        ...

    async def cancel(
        self,
        installation: Installation,
        digest_id: str,
        ending: Ending,
        *,
        keep: Collection[str] = (),
    ) -> int:
        """End the digest's rows that are planned still, but for these recipients."""
        ...


class StoreUnavailable(BotError):
    """The database is away or busy; nothing was changed, try again later."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """Up to when a schedule's occurrences are planned; `schedule` is its fingerprint.

    An edited schedule has another fingerprint and starts anew.
    """

    installation: Installation
    digest_id: str
    schedule: str
    planned_until: datetime


class WatermarkStore(Protocol):
    """Remembers how far each schedule is planned."""

    async def watermarks(self, installation: Installation) -> Mapping[str, Watermark]:
        """Return the watermarks by digest id."""
        ...

    async def start(self, watermarks: Iterable[Watermark]) -> None:
        """Begin schedules that are new or edited; what another began first stands."""
        ...

    async def forget(self, installation: Installation, digest_id: str) -> None:
        """Drop the watermark of a schedule that is gone."""
        ...


class DestinationStore(Protocol):
    """Pins: which id a configured recipient was resolved to, once."""

    async def pins(self, installation: Installation) -> Mapping[str, str]:
        """Return channel ids by recipient as configured."""
        ...

    async def pin(
        self, installation: Installation, recipient: str, channel_id: str
    ) -> str:
        """Keep a resolution; return the one kept, which may be an earlier one."""
        ...

    async def unpin(self, installation: Installation, recipient: str) -> None:
        """Forget a resolution, as when the name now means another channel."""
        ...


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A snapshot of the library by its hash, and where it came from.

    `number` grows with every new snapshot. `made_at` is when its authors made it: the
    time of the git commit, or of the newest file. `commit` is empty outside git.
    """

    hash: str
    number: int
    made_at: datetime
    stored_at: datetime
    commit: str = ""


class Standing(StrEnum):
    """How this process's snapshot relates to the current revision.

    A `BEHIND` replica plans nothing: it would edit messages back.
    """

    CURRENT = "current"
    BEHIND = "behind"


class RevisionStore(Protocol):
    """Every changed snapshot, stored once by any number of replicas.

    Content alone is the key: the library is the same for every installation.
    """

    async def publish(
        self, snapshot: str, *, made_at: datetime, commit: str = "", previous: str = ""
    ) -> Standing:
        """Store a snapshot (canonical JSON) if new, and make it current if newer.

        `current_revision` moves by compare-and-set: from `previous`, the revision this
        process served until now (files edited, or edited back, under a running bot), or
        to a later `made_at` (a start, a deploy). Otherwise this process is behind.
        """
        ...

    async def current(self) -> StoredRevision | None:
        """Return the current revision, or None before the first."""
        ...

    async def snapshot(self, revision: str) -> str | None:
        """Return the canonical JSON of a revision by hash, or None if never stored."""
        ...

    async def history(self, limit: int) -> Sequence[StoredRevision]:
        """Return the latest revisions, newest first."""
        ...


class Composer(Protocol):
    """Makes what a delivery says; called once per delivery, before the first POST."""

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Resolve the audience, compose, render and check.

        Return the same `Payload` object for recipients who get the same. Raise
        `DeliveryError` like a `Messenger`: of class content where it cannot be said.
        """
        ...


DocumentT = TypeVar("DocumentT", contravariant=True)


class Renderer(Protocol[DocumentT]):
    """Turns a document into Slack messages."""

    def render(self, document: DocumentT, audience: str) -> tuple[Part, ...]:
        """Return at least one part, each small enough to be edited later."""
        ...


class EndingObserver(Protocol):
    """Is told of every ending: curators' notices, corrections and metrics hang here."""

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        """Take note. Called after the commit, once or, after a crash, never."""
        ...


class Bell(Protocol):
    """Wakes the worker when there are new rows, here or in another replica."""

    def ring(self) -> None:
        """Wake whoever waits in this process."""
        ...

    async def wait(self, timeout_s: float) -> bool:
        """Return True if it rang within this time, and be silent again."""
        ...
