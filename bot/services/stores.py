"""What services ask of SQL: the outbox, watermarks, pinned names, revisions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Protocol

from bot.briefing.library import Fingerprints
from bot.errors import BotError
from bot.installation import Installation
from bot.services.deliveries import (
    Composed,
    Delivery,
    DeliveryId,
    DeliveryKey,
    Ending,
    MessageRef,
    NewDelivery,
    Payload,
    Status,
)
from bot.services.interfaces import PostedMessage


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


class Frozen(StrEnum):
    """What became of an attempt to freeze a payload.

    `DUPLICATE`: another row brings the same occurrence to the same channel.
    """

    FROZEN = "frozen"
    DUPLICATE = "duplicate"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Received:
    """What a recipient got last of a digest: `message` is its first part.

    `told_at` is when the last one that showed a claim was due; None if none did.
    """

    payload_hash: str
    revision: str
    message: MessageRef
    due_at: datetime
    told_at: datetime | None = None

    @property
    def told_nothing(self) -> bool:
        """Say whether it was the line that nothing is new, which may be edited."""
        return self.told_at != self.due_at


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Whether a row was new, and what was acquired with it: not always that row.

    The bell is silent. What is acquired is told to one asker of several at once.
    """

    is_new: bool
    rows: tuple[Delivery, ...] = ()


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

    async def plan_and_acquire(self, row: NewDelivery, limit: int) -> "TakenIn":
        """Plan a row and, if it is new, acquire up to `limit` in one transaction."""
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

        `failed` counts it towards the back-off, and says that nothing was stored.
        """
        ...

    async def redirect(self, delivery: Delivery, channel_id: str) -> bool:
        """Give a row back into the lane of the channel it turned out to be for."""
        ...

    async def freeze(self, delivery: Delivery, composed: Composed) -> Frozen:
        """Store the payload, once for all that share it, and point the row to it.

        It replaces an earlier one while nothing of that is posted.
        """
        ...

    async def post_anew(self, delivery: Delivery) -> bool:
        """Give back a row whose message cannot be edited, to be posted instead."""
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

    async def last_received(self, delivery: Delivery) -> Received | None:
        """Return what this recipient was last sent of the same digest, if anything."""
        ...

    async def planned_digests(
        self, installation: Installation
    ) -> Mapping[str, frozenset[str]]:
        """Return the recipients for whom something is planned, by digest id."""
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


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """What became of a delivery, for people who ask.

    While it is under way, `ended_at` is None and `retry_at` is when it goes on.
    """

    key: DeliveryKey
    destination: str
    due_at: datetime
    status: Status
    reason: str
    ended_at: datetime | None
    retry_at: datetime
    attempt: int
    message: MessageRef | None
    """The first part, where one was posted."""
    revision: str = ""
    """The library it was made of, from the moment its words were fixed."""


class DeliveryHistory(Protocol):
    """Answers `/brief why` and `briefing-bot deliveries`."""

    async def records(
        self,
        *,
        installation: Installation | None = None,
        digest_id: str = "",
        statuses: Collection[Status] = (),
        since: datetime | None = None,
        to: Collection[str] = (),
        limit: int = 100,
    ) -> tuple[DeliveryRecord, ...]:
        """Return what matches, latest due first; what is left out matches all.

        `to` are recipients as configured, or where they turned out to be.
        """
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

    async def watermarks(
        self, installation: Installation, digest_ids: Collection[str] | None = None
    ) -> Mapping[str, Watermark]:
        """Return the watermarks by digest id, of these digests or of all."""
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


@dataclass(frozen=True)
class Snapshot:
    """A library as revisions keep it: its canonical JSON, whose hash names it.

    `kept` are the fingerprints that messages of this revision carry although the words
    are others by now: they were only worded anew.
    """

    text: str
    kept: Fingerprints = field(default_factory=dict)

    @cached_property
    def hash(self) -> str:
        return sha256(self.text.encode()).hexdigest()


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
        self,
        snapshot: Snapshot,
        *,
        made_at: datetime,
        commit: str = "",
        previous: str = "",
    ) -> Standing:
        """Store a snapshot if its text is new, and make it current if it is newer.

        `current_revision` moves by compare-and-set: from `previous`, the revision this
        process served until now (files edited, or edited back, under a running bot), or
        to a later `made_at` (a start, a deploy). Otherwise this process is behind.
        """
        ...

    async def current(self) -> StoredRevision | None:
        """Return the current revision, or None before the first."""
        ...

    async def snapshot(self, revision: str) -> Snapshot | None:
        """Return a revision by its hash, or None if it was never stored."""
        ...

    async def history(self, limit: int) -> Sequence[StoredRevision]:
        """Return the latest revisions, newest first."""
        ...
