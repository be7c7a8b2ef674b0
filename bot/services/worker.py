"""The worker: takes what is due, workspace by workspace, and delivers it once."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from bot.digests.retry import is_late
from bot.installation import Installation
from bot.services.deliveries import Delivery, DeliveryKind
from bot.services.interfaces import Bell
from bot.services.phases.equipment import Equipment, facts, log
from bot.services.phases.freezing import freeze
from bot.services.phases.look_ups import look_up
from bot.services.phases.sending import send
from bot.services.stores import StoreUnavailable

BATCH = 100
LOOK_UPS_AT_ONCE = 20
FREED_LANES_GATHER_S = 0.02


class Worker:
    """Delivers until it is stopped; any number may run beside it, anywhere.

    Each round of the loop
    1. gives back rows whose holder is gone (step 2),
    2. takes rows whose outcome is unclear and looks them up (step 7),
    3. takes due rows of each workspace in turn (step 2), and has each frozen, sent and
       settled by a task of its own (steps 3 to 6),
    4. waits for new rows, for a due time, or for lanes that have become free.
    """

    def __init__(self, kit: Equipment, bell: Bell) -> None:
        self._kit = kit
        self._bell = bell
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand: Counter[Installation] = Counter()
        self._looking_up = 0
        self._may_be_more = False
        self._here_since: datetime | None = None

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
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def take(self) -> int:
        """Do the first three steps of a round; return how many rows are now in hand."""
        if self._here_since is None:
            self._here_since = self._kit.store.now()
        await self._kit.store.release_expired()
        return await self._take_unclear() + await self._take_due()

    async def _round(self) -> None:
        self._wake.clear()
        try:
            taken = await self.take()
            if not taken or not self._may_be_more:
                await self._wait()
        except StoreUnavailable as error:
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
        self._may_be_more = False
        for installation in await self._kit.store.installations_waiting():
            taken += await self._take_of(installation)
        return taken

    async def _take_of(self, installation: Installation) -> int:
        room = self._kit.pacing.room(installation, self._in_hand[installation])
        limit = min(room, BATCH)
        if limit == 0:
            return 0
        rows = await self._kit.store.acquire(installation, limit)
        self._may_be_more |= len(rows) == limit
        self._in_hand[installation] += len(rows)
        for delivery in rows:
            self._start(self._deliver(delivery), delivery)
        return len(rows)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            look_first = self._may_be_forgotten(delivery)
            ready = await freeze(self._kit, delivery)
            if ready is not None:
                await send(self._kit, ready, look_first=look_first)
        finally:
            self._in_hand[delivery.installation] -= 1
            self._wake_for_freed_lane()

    async def _look_up(self, delivery: Delivery) -> None:
        try:
            await look_up(self._kit, delivery)
        finally:
            self._looking_up -= 1
            self._wake_for_freed_lane()

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
        """Wait for the bell or a freed lane; a poll hears of everything else."""
        timing, store = self._kit.timing, self._kit.store
        timeout = timing.poll
        due = await store.next_due()
        if due is not None and (until_due := due - store.now()) > timeout * 0:
            timeout = min(timeout, until_due)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout.total_seconds()):
                await self._wake.wait()

    def _wake_for_freed_lane(self) -> None:
        """Gather lanes that become free at about the same time into one round.

        While more rows wait than we took, half of them must be done first: then the
        next batch is worth a statement.
        """
        installations = len(self._in_hand) or 1
        if self._may_be_more and self._in_hand.total() > BATCH * installations // 2:
            return
        loop = asyncio.get_running_loop()
        loop.call_later(FREED_LANES_GATHER_S, self._wake.set)


async def _guarded(work: Coroutine[Any, Any, None], delivery: Delivery) -> None:
    """Let no row take the worker down: its lease runs out, and it is taken again."""
    try:
        await work
    except StoreUnavailable as error:
        reason = facts(delivery, reason=str(error))
        log.warning("delivery.database_away", extra=reason)
    except Exception:
        log.exception("delivery.crashed", extra=facts(delivery))
