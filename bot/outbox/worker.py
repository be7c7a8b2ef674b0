"""The worker: takes what is due, workspace by workspace, and delivers it once."""

import asyncio
import contextlib
import logging
import math
from collections import Counter, defaultdict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select

from bot.db.database_state import Restoration, show_life
from bot.db.migrate import refuse_if_too_old
from bot.db.tables import deliveries
from bot.errors import DatabaseUnavailable, SettingsError
from bot.installation import Installation
from bot.log_context import logged_with
from bot.outbox.acquire import (
    acquire,
    acquire_unclear,
    call_back,
    installations_waiting,
    next_due,
    plan_and_acquire,
    plan_rows,
    release_expired,
    renew,
)
from bot.outbox.delivery_context import DeliveryContext, log_facts
from bot.outbox.freeze import freeze, keep_payload
from bot.outbox.model import (
    Delivery,
    DeliveryId,
    DeliveryKey,
    DeliveryKind,
    NewDelivery,
)
from bot.outbox.notifier import Notifier
from bot.outbox.reconcile import look_up
from bot.outbox.recover import may_have_been_sent, recover
from bot.outbox.send import send

log = logging.getLogger(__name__)

BATCH = 100
LOOK_UPS_AT_ONCE = 20
GATHER_S = 0.05
SIGN_OF_LIFE = timedelta(minutes=1)
"""How often the database is told that somebody works on it, and asked how it is."""


class Worker:
    """Delivers until it is stopped; any number may run beside it, anywhere.

    Each round of the loop, once a minute after a sign of life in the database,
    1. renews the leases of rows that it prepares slowly, and gives back rows whose
       holder is gone (step 2),
    2. takes rows whose outcome is unclear and looks them up (step 7),
    3. takes due rows of each workspace in turn (step 2), and has each frozen, sent and
       confirmed by a task of its own (steps 3 to 6),
    4. waits for new rows, for a due time, or for lanes that have become free.
    """

    def __init__(self, context: DeliveryContext, notifier: Notifier) -> None:
        self._context = context
        self._notifier = notifier
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._plannings: set[asyncio.Task[bool]] = set()
        self._in_flight: dict[Installation, InFlight] = defaultdict(InFlight)
        self._corrections: Counter[Installation] = Counter()
        self._looking_up = 0
        self._held: dict[DeliveryId, Delivery] = {}
        self._is_waking = False
        self._alive_at: datetime | None = None
        self._restoration: Restoration | None = None
        self._tidied_at = -math.inf
        self._renewed_at = -math.inf
        self._latest: datetime | None = None

    async def run(self) -> None:
        """Work until `stop`; what is under way then is finished first.

        Raise `SettingsError` once the database is for later releases than this one.
        """
        listening = asyncio.create_task(self._listen())
        try:
            while not self._context.stopping.is_set():
                self._wake.clear()
                try:
                    # Fewer than a batch are all there were, or all we can take on.
                    if await self.take() < BATCH:
                        await self._wait()
                except DatabaseUnavailable as error:
                    log.warning("worker.database_away", extra={"reason": str(error)})
                    # It may come back as it was at an earlier time.
                    self._alive_at = None
                    poll_s = self._context.timing.poll.total_seconds()
                    await self._context.pause(poll_s)
                except SettingsError:
                    self.stop()
                    await self.drain()
                    raise
            await self.drain()
        finally:
            for task in (listening, *self._tasks):
                task.cancel()

    def stop(self) -> None:
        """Acquire nothing more."""
        self._context.stopping.set()
        self._wake.set()

    async def drain(self) -> None:
        """Wait until nothing is in flight."""
        while under_way := {*self._plannings, *self._tasks}:
            await asyncio.wait(under_way)

    async def take(self) -> int:
        """Do the first three steps of a round; return how many rows were acquired."""
        now = self._context.now()
        # A clock that is set back must not keep us from it.
        if self._alive_at is None or abs(now - self._alive_at) >= SIGN_OF_LIFE:
            await self._show_life(now)
        # What another clock said, or an earlier setting of ours, may be hours ahead.
        if self._latest is None or now < self._latest - self._context.timing.late_after:
            await call_back(self._context)
        self._latest = now
        taken, elapsed_s = 0, self._context.database.elapsed_s()
        poll = self._context.timing.poll
        renew_s = self._context.timing.renew_every.total_seconds()
        if elapsed_s - self._renewed_at >= renew_s:
            await renew(self._context, self._held.values())
            self._renewed_at = elapsed_s
        if elapsed_s - self._tidied_at >= poll.total_seconds():
            await release_expired(self._context)
            taken += await self._take_unclear()
            self._tidied_at = elapsed_s
        for installation in await installations_waiting(self._context):
            limit = self._capacity(installation)
            corrections = self._context.pacing.correction_capacity(
                installation, self._corrections[installation]
            )
            rows: tuple[Delivery, ...] = ()
            if limit:
                rows = await acquire(
                    self._context, installation, limit, corrections=corrections
                )
            self._begin(installation, rows, all_there_were=len(rows) < limit)
            taken += len(rows)
        return taken

    def now(self) -> datetime:
        """Return the database's time."""
        return self._context.now()

    async def knows(self, key: DeliveryKey) -> bool:
        """Say whether a delivery of this key was planned, while its row is kept."""
        planned = select(exists().where(deliveries.c.id == key.delivery_id))
        return await self._context.database.read(
            lambda connection: bool(connection.execute(planned).scalar_one())
        )

    async def plan_now(self, row: NewDelivery) -> bool:
        """Plan a row that somebody waits for, and begin it in the same transaction.

        It survives a crash from then on. While this worker does not run, it is planned
        for any. Return whether it is new. A caller who gives up waiting undoes nothing:
        what is acquired meanwhile is delivered.
        """
        if self._alive_at is None or self._context.stopping.is_set():
            is_new = await self._context.database.write_together(plan_rows, row)
            self._notifier.notify()
            return is_new
        planning = asyncio.create_task(self._plan_and_begin(row))
        self._plannings.add(planning)
        planning.add_done_callback(self._plannings.discard)
        return await asyncio.shield(planning)

    async def _plan_and_begin(self, row: NewDelivery) -> bool:
        installation = row.key.installation
        limit = self._capacity(installation)
        planned = await plan_and_acquire(self._context, row, limit)
        self._begin(installation, planned.rows, all_there_were=False)
        if planned.is_new and not planned.rows:
            self._notifier.notify()
        return planned.is_new

    async def _take_unclear(self) -> int:
        limit = LOOK_UPS_AT_ONCE - self._looking_up
        if limit <= 0:
            return 0
        unclear = await acquire_unclear(self._context, limit)
        self._looking_up += len(unclear)
        for delivery in unclear:
            self._start(self._look_up(delivery), delivery)
        return len(unclear)

    def _capacity(self, installation: Installation) -> int:
        in_flight = self._in_flight[installation].rows
        return min(BATCH, self._context.pacing.capacity(installation, in_flight))

    def _begin(
        self,
        installation: Installation,
        rows: Sequence[Delivery],
        *,
        all_there_were: bool,
    ) -> None:
        self._in_flight[installation].add(len(rows), all_there_were=all_there_were)
        self._corrections[installation] += sum(map(_is_correction, rows))
        for delivery in rows:
            self._held[delivery.id] = delivery
            self._start(self._deliver(delivery), delivery)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            restoration = self._restoration
            ready = await freeze(self._context, delivery)
            if ready and restoration and may_have_been_sent(restoration, delivery):
                ready = await keep_payload(self._context, ready)
                if ready is not None:
                    ready = await recover(self._context, ready, restoration)
            if ready is not None:
                await send(self._context, ready)
        finally:
            if self._held.get(delivery.id) is delivery:
                del self._held[delivery.id]
            in_flight = self._in_flight[delivery.installation]
            in_flight.rows -= 1
            self._corrections[delivery.installation] -= _is_correction(delivery)
            if in_flight.rows <= in_flight.refill_at:
                self._wake_soon()

    async def _look_up(self, delivery: Delivery) -> None:
        try:
            await look_up(self._context, delivery)
        finally:
            self._looking_up -= 1
            self._wake_soon()

    async def _show_life(self, now: datetime) -> None:
        state = await self._context.database.write(lambda c: show_life(c, now=now))
        refuse_if_too_old(state.oldest_program)
        self._alive_at, self._restoration = now, state.restoration
        if state.is_just_found and state.restoration:
            extra = {
                "forgot_since": state.restoration.forgot_since.isoformat(),
                "forgot_until": state.restoration.forgot_until.isoformat(),
            }
            log.warning("database.restored", extra=extra)

    def _start(self, work: Coroutine[Any, Any, None], delivery: Delivery) -> None:
        # Whoever wakes us asks for one of these rows, or for none of them.
        with logged_with(request_id=delivery.key.request_id):
            task = asyncio.create_task(_guarded(work, delivery), name=delivery.id)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self) -> None:
        poll_s = self._context.timing.poll.total_seconds()
        while True:
            if await self._notifier.wait(poll_s):
                self._wake.set()

    async def _wait(self) -> None:
        """Wait until notified or until rows are done; a poll finds everything else.

        The next row may be due sooner. One that is due already waits for its lane.
        """
        timeout = self._context.timing.poll
        if not self._tasks:
            due = await next_due(self._context)
            left = due - self._context.now() if due else timeout
            timeout = min(timeout, left) if left > timedelta() else timeout
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout.total_seconds()):
                await self._wake.wait()

    def _wake_soon(self) -> None:
        """Gather what is done at about the same time into one round."""
        if not self._is_waking:
            self._is_waking = True
            asyncio.get_running_loop().call_later(GATHER_S, self._wake_now)

    def _wake_now(self) -> None:
        self._is_waking = False
        self._wake.set()


@dataclass
class InFlight:
    """The rows of one workspace under way, and from how few on more are worth a round.

    While there are more than we took, half of these must be done first; else a lane
    that becomes free may have one more row, so every ending counts.
    """

    rows: int = 0
    refill_at: int = 0

    def add(self, count: int, *, all_there_were: bool) -> None:
        self.rows += count
        self.refill_at = self.rows if all_there_were else self.rows // 2


def _is_correction(delivery: Delivery) -> bool:
    return delivery.key.kind is DeliveryKind.CORRECTION


async def _guarded(work: Coroutine[Any, Any, None], delivery: Delivery) -> None:
    """Let no row take the worker down: its lease runs out, and it is taken again."""
    try:
        await work
    except DatabaseUnavailable as error:
        extra = log_facts(delivery, reason=str(error))
        log.warning("delivery.database_away", extra=extra)
    except Exception:
        log.exception("delivery.crashed", extra=log_facts(delivery))
