"""The worker: takes what is due, workspace by workspace, and delivers it once."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.digests.retry import is_late
from bot.errors import DatabaseUnavailable
from bot.installation import Installation
from bot.outbox.context import DeliveryContext, facts, log
from bot.outbox.freeze import freeze
from bot.outbox.interfaces import Notifier
from bot.outbox.model import Delivery, DeliveryKind, NewDelivery
from bot.outbox.reconcile import look_up
from bot.outbox.recover import recall
from bot.outbox.send import send

BATCH = 100
LOOK_UPS_AT_ONCE = 20
GATHER_S = 0.05


class Worker:
    """Delivers until it is stopped; any number may run beside it, anywhere.

    Each round of the loop
    1. gives back rows whose holder is gone (step 2),
    2. takes rows whose outcome is unclear and looks them up (step 7),
    3. takes due rows of each workspace in turn (step 2), and has each frozen, sent and
       settled by a task of its own (steps 3 to 6),
    4. waits for new rows, for a due time, or for lanes that have become free.
    """

    def __init__(self, kit: DeliveryContext, bell: Notifier) -> None:
        self._kit = kit
        self._bell = bell
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._takings: set[asyncio.Task[bool]] = set()
        self._hands: dict[Installation, InFlight] = defaultdict(InFlight)
        self._looking_up = 0
        self._here_since: datetime | None = None
        self._tidied_at: datetime | None = None

    async def run(self) -> None:
        """Work until `stop`; what is under way then is finished first."""
        listening = asyncio.create_task(self._listen())
        try:
            while not self._kit.stopping.is_set():
                await self._round()
            await self.drain()
        finally:
            for task in (listening, *self._tasks):
                task.cancel()

    def stop(self) -> None:
        """Take nothing more in hand."""
        self._kit.stopping.set()
        self._wake.set()

    async def drain(self) -> None:
        """Wait until nothing is in hand."""
        while under_way := {*self._takings, *self._tasks}:
            await asyncio.wait(under_way)

    async def take(self) -> int:
        """Do the first three steps of a round; return how many rows are now in hand."""
        now = self._kit.store.now()
        if self._here_since is None:
            self._here_since = now
        unclear = 0
        if self._tidied_at is None or now - self._tidied_at >= self._kit.timing.poll:
            await self._kit.store.release_expired()
            unclear = await self._take_unclear()
            self._tidied_at = now
        return unclear + await self._take_due()

    async def take_in(self, row: NewDelivery) -> bool:
        """Plan a row that somebody waits for, and begin it in the same transaction.

        Return whether it is new. A caller who gives up waiting undoes nothing: what is
        acquired meanwhile is delivered.
        """
        if self._here_since is None or self._kit.stopping.is_set():
            return bool(await self._kit.store.plan([row]))
        taking = asyncio.create_task(self._take_in(row))
        self._takings.add(taking)
        taking.add_done_callback(self._takings.discard)
        return await asyncio.shield(taking)

    async def _take_in(self, row: NewDelivery) -> bool:
        installation = row.key.installation
        room = self._room(installation)
        taken = await self._kit.store.plan_and_acquire(row, room)
        self._begin(installation, taken.rows, all_there_were=False)
        if taken.is_new and not taken.rows:
            self._bell.ring()
        return taken.is_new

    async def _round(self) -> None:
        self._wake.clear()
        try:
            if not await self.take():
                await self._wait()
        except DatabaseUnavailable as error:
            log.warning("worker.database_away", extra={"reason": str(error)})
            # It may come back as it was at an earlier time.
            self._here_since = None
            await self._kit.pause(self._kit.timing.poll.total_seconds())

    async def _take_unclear(self) -> int:
        room = LOOK_UPS_AT_ONCE - self._looking_up
        if room <= 0:
            return 0
        unclear = await self._kit.store.acquire_unclear(room)
        self._looking_up += len(unclear)
        for delivery in unclear:
            self._start(self._look_up(delivery), delivery)
        return len(unclear)

    async def _take_due(self) -> int:
        taken = 0
        for installation in await self._kit.store.installations_waiting():
            taken += await self._take_of(installation)
        return taken

    async def _take_of(self, installation: Installation) -> int:
        limit = self._room(installation)
        rows = await self._kit.store.acquire(installation, limit) if limit else ()
        self._begin(installation, rows, all_there_were=len(rows) < limit)
        return len(rows)

    def _room(self, installation: Installation) -> int:
        in_hand = self._hands[installation].rows
        return min(BATCH, self._kit.pacing.room(installation, in_hand))

    def _begin(
        self,
        installation: Installation,
        rows: Sequence[Delivery],
        *,
        all_there_were: bool,
    ) -> None:
        hands = self._hands[installation]
        hands.take(len(rows), all_there_were=all_there_were)
        for delivery in rows:
            self._start(self._deliver(delivery), delivery)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            may_be_forgotten = self._may_be_forgotten(delivery)
            ready = await freeze(self._kit, delivery)
            if ready is not None and may_be_forgotten:
                ready = await recall(self._kit, ready)
            if ready is not None:
                await send(self._kit, ready)
        finally:
            hands = self._hands[delivery.installation]
            hands.rows -= 1
            if hands.rows <= hands.refill_at:
                self._wake_soon()

    async def _look_up(self, delivery: Delivery) -> None:
        try:
            await look_up(self._kit, delivery)
        finally:
            self._looking_up -= 1
            self._wake_soon()

    def _may_be_forgotten(self, delivery: Delivery) -> bool:
        """Tell whether a restored database may have forgotten that this was sent.

        Only what was due before we came is suspicious: what we have been pacing since
        it was due is late for a reason we know.
        """
        assert self._here_since is not None, "set before anything is taken"
        return (
            delivery.key.kind is DeliveryKind.DIGEST
            and delivery.sending_at is None
            and delivery.due_at < self._here_since
            and is_late(delivery.due_at, self._kit.store.now(), self._kit.timing)
        )

    def _start(self, work: Coroutine[Any, Any, None], delivery: Delivery) -> None:
        task = asyncio.create_task(_guarded(work, delivery), name=delivery.id)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self) -> None:
        poll_s = self._kit.timing.poll.total_seconds()
        while True:
            if await self._bell.wait(poll_s):
                self._wake.set()

    async def _wait(self) -> None:
        """Wait for the bell or for rows to be done; a poll hears of everything else."""
        timeout = self._kit.timing.poll
        if not self._tasks:
            timeout = min(timeout, await self._until_due())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout.total_seconds()):
                await self._wake.wait()

    async def _until_due(self) -> timedelta:
        """Return how long the next row waits; one that is due waits for its lane."""
        poll = self._kit.timing.poll
        due = await self._kit.store.next_due()
        if due is None:
            return poll
        left = due - self._kit.store.now()
        return left if left > timedelta() else poll

    def _wake_soon(self) -> None:
        """Gather what is done at about the same time into one round."""
        loop = asyncio.get_running_loop()
        loop.call_later(GATHER_S, self._wake.set)


@dataclass
class InFlight:
    """The rows of one workspace in hand, and from how few on more are worth a round.

    While there are more than we took, half of these must be done first; else a lane
    that becomes free may have one more row, so every ending counts.
    """

    rows: int = 0
    refill_at: int = 0

    def take(self, count: int, *, all_there_were: bool) -> None:
        self.rows += count
        self.refill_at = self.rows if all_there_were else self.rows // 2


async def _guarded(work: Coroutine[Any, Any, None], delivery: Delivery) -> None:
    """Let no row take the worker down: its lease runs out, and it is taken again."""
    try:
        await work
    except DatabaseUnavailable as error:
        reason = facts(delivery, reason=str(error))
        log.warning("delivery.database_away", extra=reason)
    except Exception:
        log.exception("delivery.crashed", extra=facts(delivery))
