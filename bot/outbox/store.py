"""`DeliveryStore`: the outbox in SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy import exc as sql_errors

from bot.db.batches import Batches
from bot.db.database import Database
from bot.db.tables import deliveries, messages, of_installation, payloads
from bot.digests.retry import Timing, earliest_look_up, lease_until
from bot.installation import Installation
from bot.outbox import (
    lanes,
    last_received,
    plan,
    sql_intake,
    sql_payloads,
    sql_transitions,
)
from bot.outbox.interfaces import Notifier
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryId,
    Ending,
    Frozen,
    NewDelivery,
    Ok,
    Payload,
    Received,
    Settled,
    Status,
    TakenIn,
    Watermark,
)
from bot.outbox.rows import delivery_from_row, lane_of, stored_messages


class DeliveryStore:
    """A `DeliveryStore` on SQLite or PostgreSQL.

    What single deliveries ask for is written in batches, one transaction for all that
    ask at the same time.
    """

    def __init__(self, database: Database, timing: Timing, bell: Notifier) -> None:
        self.database = database
        self._timing = timing
        self._bell = bell
        self._intakes = Batches(self._write_intakes)
        self._freezes = Batches(self._write_freezes)
        self._begins = Batches(self._write_begins)
        self._settles = Batches(self._write_settles)
        self._ends = Batches(self._write_ends)
        self._releases = Batches(self._write_releases)
        self._receipts = Batches(self._read_receipts)

    def now(self) -> datetime:
        """Return the database's time, as every lease and due time is measured in it."""
        return self.database.now()

    async def plan(self, rows: Sequence[NewDelivery]) -> frozenset[DeliveryId]:
        """Insert rows whose key is new and return their ids; ring the bell."""
        now = self.now()
        new = await self.database.write(lambda c: plan.insert(c, rows, now=now))
        self._bell.ring()
        return new

    async def plan_and_acquire(self, row: NewDelivery, limit: int) -> TakenIn:
        """Plan a row and, if it is new, acquire up to `limit` in one transaction."""
        await self.database.measure_clock()
        return await self._intakes.ask(sql_intake.Ask(row, limit))

    async def plan_occurrences(
        self, rows: Sequence[NewDelivery], watermarks: Sequence[Watermark]
    ) -> frozenset[DeliveryId]:
        """Plan rows and move the schedules' watermarks in the same transaction.

        A watermark only moves forward, and only while its schedule is unchanged; where
        it does not, its rows are not planned either.
        """
        now = self.now()
        new = await self.database.write(
            lambda c: plan.insert_occurrences(c, rows, watermarks, now=now)
        )
        self._bell.ring()
        return new

    async def planned_digests(
        self, installation: Installation
    ) -> Mapping[str, frozenset[str]]:
        """Return the recipients for whom something is planned, by digest id."""
        return await self.database.read(lambda c: plan.planned_digests(c, installation))

    async def cancel(
        self,
        installation: Installation,
        digest_id: str,
        ending: Ending,
        *,
        keep: Collection[str] = (),
    ) -> int:
        """End the digest's rows that are planned still, but for these recipients."""
        now = self.now()
        statement = plan.cancellation(installation, digest_id, ending, now=now)
        if keep:
            statement = statement.where(deliveries.c.recipient.not_in(keep))
        return await self.database.write(lambda c: _count(c, statement))

    async def acquire(
        self, installation: Installation, limit: int
    ) -> tuple[Delivery, ...]:
        """Take up to `limit` due rows for sending until the lease ends, earliest first.

        At most one row of a lane (installation, destination) is acquired or sending.
        A row is passed only by other kinds, when it waits over a minute for its retry,
        is no answer and has no part sent.
        """
        await self.database.measure_clock()
        try:
            return await self.database.write(
                lambda c: self._acquire(c, installation, limit)
            )
        except sql_errors.IntegrityError:
            # Another worker took a row of the same lane in the same moment, a row that
            # our snapshot did not show yet. It has the lane; there is a next time.
            return ()

    def _acquire(
        self, connection: Connection, installation: Installation, limit: int
    ) -> tuple[Delivery, ...]:
        now = self.now()
        parameters = {
            "b_enterprise": installation.enterprise_id,
            "b_team": installation.team_id,
            "b_now": now,
            "b_patience": now + self._timing.lane_patience,
            "b_lease": lease_until(now, self._timing),
            "b_limit": limit,
        }
        return _take(connection, lanes.ACQUIRE, parameters)

    async def acquire_unclear(self, limit: int) -> tuple[Delivery, ...]:
        """Take `sending` rows whose lease ended a settling time ago, to be looked up.

        They stay `sending` in the new holder's hands.
        """
        now = self.now()
        lease = lease_until(now, self._timing)
        parameters = {
            "b_now": now,
            "b_lease": lease,
            "b_look_up": earliest_look_up(lease, self._timing),
            "b_limit": limit,
        }
        return await self.database.write(
            lambda c: _take(c, lanes.ACQUIRE_UNCLEAR, parameters)
        )

    async def release_expired(self) -> int:
        """Make `acquired` rows whose lease ran out `planned`: nothing was sent."""
        parameters = {"b_now": self.now()}
        return await self.database.write(
            lambda c: _count(c, lanes.RELEASE_EXPIRED, parameters)
        )

    async def installations_waiting(self) -> tuple[Installation, ...]:
        """Return the workspaces that have rows due now."""
        return await self.database.read(lanes.installations_waiting)

    async def next_due(self) -> datetime | None:
        """Return when the next row wants attention, or None if none is planned."""
        return await self.database.read(lanes.next_due)

    async def release(
        self, delivery: Delivery, *, retry_at: datetime, failed: bool
    ) -> bool:
        """Give a row back, to be acquired again no earlier than `retry_at`.

        `failed` counts it towards the back-off, and says that nothing was stored.
        """
        values: dict[str, Any] = {"status": Status.PLANNED.value, "ready_at": retry_at}
        if failed:
            values |= {"failures": delivery.failures + 1, "sending_at": None}
        return await self._releases.ask(sql_transitions.Release(delivery, values))

    async def redirect(self, delivery: Delivery, channel_id: str) -> bool:
        """Give a row back into the lane of the channel it turned out to be for."""
        values = {
            "status": Status.PLANNED.value,
            "ready_at": self.now(),
            "destination": channel_id,
            "lane": lane_of(delivery.installation, channel_id),
        }
        return await self._releases.ask(sql_transitions.Release(delivery, values))

    async def post_anew(self, delivery: Delivery) -> bool:
        """Give back a row whose message cannot be edited, to be posted instead."""
        values = {
            "status": Status.PLANNED.value,
            "ready_at": self.now(),
            "edit_ts": "",
        }
        return await self._releases.ask(sql_transitions.Release(delivery, values))

    async def defer_lookup(
        self, delivery: Delivery, *, look_up_at: datetime, counted: bool
    ) -> bool:
        """Give an unclear row back, to be looked up again; `counted` if it was read."""
        values = {
            "ready_at": look_up_at,
            "lookups": delivery.lookups + 1 if counted else delivery.lookups,
        }
        return await self._releases.ask(sql_transitions.Release(delivery, values))

    async def freeze(self, delivery: Delivery, composed: Composed) -> Frozen:
        """Store the payload, once for all that share it, and point the row to it.

        It replaces an earlier one while nothing of that is posted.
        """
        return await self._freezes.ask(sql_payloads.Freeze(delivery, composed))

    async def begin(self, delivery: Delivery, part: int) -> bool:
        """Commit that a part is about to be posted: the one ambiguous state."""
        return await self._begins.ask(sql_transitions.Begin(delivery, part))

    async def settle(self, ok: Ok) -> Settled:
        """Store where a part went: the first to store a part is right.

        An `ok` of a lost attempt is stored too, if nobody else stored that part.
        """
        return await self._settles.ask(ok)

    async def end(self, delivery: Delivery, ending: Ending) -> bool:
        """End a row without another message."""
        return await self._ends.ask(sql_transitions.End(delivery, ending))

    async def payload(self, payload_hash: str) -> Payload:
        """Return what was frozen."""
        statement = select(payloads.c.content).where(payloads.c.hash == payload_hash)
        content = await self.database.read(lambda c: c.execute(statement).scalar_one())
        return Payload.from_json(content)

    async def last_echo(
        self, installation: Installation, channel_id: str
    ) -> bool | None:
        """Tell whether the last message there kept our metadata; None if none is."""
        statement = (
            select(messages.c.mark_echoed)
            .where(
                *of_installation(installation, messages),
                messages.c.channel_id == channel_id,
            )
            .order_by(messages.c.ts.desc())
            .limit(1)
        )
        return await self.database.read(lambda c: c.scalar(statement))

    async def last_received(self, delivery: Delivery) -> Received | None:
        """Return what this recipient was last sent of the same digest, if anything."""
        return await self._receipts.ask(delivery)

    async def close(self) -> None:
        """Wait until everything that was asked is written."""
        for batches in (
            self._intakes,
            self._freezes,
            self._begins,
            self._settles,
            self._ends,
            self._releases,
            self._receipts,
        ):
            await batches.close()

    async def _write_intakes(self, asks: Sequence[sql_intake.Ask]) -> Sequence[TakenIn]:
        now = self.now()
        try:
            return await self.database.write(
                lambda c: sql_intake.take_in(c, asks, now=now, acquire=self._acquire)
            )
        except sql_errors.IntegrityError:
            # As in `acquire`, but our rows are undone with it: they are planned alone.
            new = await self.plan([ask.row for ask in asks])
            return sql_intake.answers(asks, new, {})

    async def _write_freezes(
        self, freezes: Sequence[sql_payloads.Freeze]
    ) -> Sequence[Frozen]:
        now = self.now()
        return await self.database.write(
            lambda c: sql_payloads.freeze(c, freezes, now=now)
        )

    async def _write_begins(
        self, begins: Sequence[sql_transitions.Begin]
    ) -> Sequence[bool]:
        now, timing = self.now(), self._timing
        return await self.database.write(
            lambda c: sql_transitions.begin(c, begins, now=now, timing=timing)
        )

    async def _write_settles(self, oks: Sequence[Ok]) -> Sequence[Settled]:
        now, timing = self.now(), self._timing
        return await self.database.write(
            lambda c: sql_payloads.settle(c, oks, now=now, timing=timing)
        )

    async def _write_ends(self, ends: Sequence[sql_transitions.End]) -> Sequence[bool]:
        now = self.now()
        return await self.database.write(
            lambda c: sql_transitions.end(c, ends, now=now)
        )

    async def _write_releases(
        self, releases: Sequence[sql_transitions.Release]
    ) -> Sequence[bool]:
        return await self.database.write(lambda c: sql_transitions.release(c, releases))

    async def _read_receipts(
        self, wanted: Sequence[Delivery]
    ) -> Sequence[Received | None]:
        return await self.database.read(
            lambda c: last_received.last_received(c, wanted)
        )


def _take(
    connection: Connection, statement: Any, parameters: dict[str, Any]
) -> tuple[Delivery, ...]:
    rows = connection.execute(statement, parameters).all()
    again = [row.id for row in rows if row.attempt > 1]
    stored = stored_messages(connection, again)
    taken = [delivery_from_row(row, stored) for row in rows]
    return tuple(sorted(taken, key=lambda delivery: (delivery.due_at, delivery.id)))


def _count(
    connection: Connection,
    statement: Any,
    parameters: dict[str, Any] | None = None,
) -> int:
    return connection.execute(statement, parameters or {}).rowcount
