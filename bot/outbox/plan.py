"""Step 1: plan deliveries, every key once, and end what is planned."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, not_, select, update

from bot.db.database import Database
from bot.db.statements import insert_many_new, of_installation
from bot.db.tables import deliveries, messages
from bot.installation import Installation
from bot.outbox.model import (
    DeliveryId,
    DeliveryKind,
    Ending,
    NewDelivery,
    Status,
)
from bot.outbox.notifier import Notifier
from bot.outbox.rows import has_status, row_to_plan
from bot.outbox.watermarks import Watermark, advance_watermarks

ASKED_AGAIN = timedelta(days=1)
A_MINUTE = "2026-11-23T08:00"
"""A name that a schedule gives; what is sent by hand is named by the second."""
_AT_ONCE = 500
"""SQLite takes some thousand parameters."""


class DeliveryStore:
    """Where the rest of the bot plans deliveries, and takes back what is planned."""

    def __init__(self, database: Database, notifier: Notifier) -> None:
        self.database = database
        self._notifier = notifier

    def now(self) -> datetime:
        """Return the database's time, as every lease and due time is measured in it."""
        return self.database.now()

    def elapsed_s(self) -> float:
        """Return seconds since some moment, for ages: never set back."""
        return self.database.elapsed_s()

    async def measure_clock(self) -> None:
        """Keep to the database server's time, whatever became of it meanwhile."""
        await self.database.measure_clock()

    async def plan(self, rows: Sequence[NewDelivery]) -> frozenset[DeliveryId]:
        """Insert rows whose key is new, wake the workers, and return the new ids."""
        now = self.now()
        new = await self.database.write(lambda c: insert_deliveries(c, rows, now=now))
        self._notifier.notify()
        return new

    async def plan_occurrences(
        self, rows: Sequence[NewDelivery], marks: Sequence[Watermark]
    ) -> frozenset[DeliveryId]:
        """Plan rows and move the schedules' watermarks in the same transaction.

        A watermark only moves forward, and only while its schedule is unchanged; where
        it does not, its rows are not planned either.
        """
        now = self.now()

        def plan(connection: Connection) -> frozenset[DeliveryId]:
            moved = advance_watermarks(connection, marks)
            wanted = [
                row for row in rows if (row.key.installation, row.key.subject) in moved
            ]
            return insert_deliveries(connection, wanted, now=now)

        new = await self.database.write(plan)
        self._notifier.notify()
        return new

    async def planned_digests(
        self, installation: Installation
    ) -> Mapping[str, frozenset[str]]:
        """Return the recipients for whom something is planned, by digest id."""
        statement = (
            select(deliveries.c.subject, deliveries.c.recipient)
            .where(
                *of_installation(installation, deliveries),
                has_status(Status.PLANNED),
                deliveries.c.kind == DeliveryKind.DIGEST.value,
            )
            .distinct()
        )
        found = await self.database.rows(statement)
        planned: dict[str, set[str]] = {}
        for digest_id, recipient in found:
            planned.setdefault(digest_id, set()).add(recipient)
        return {digest_id: frozenset(names) for digest_id, names in planned.items()}

    async def cancel(
        self,
        installation: Installation,
        digest_id: str,
        ending: Ending,
        *,
        keep: Collection[str] = (),
        keeps_sent_by_hand: bool = False,
    ) -> int:
        """End the digest's rows that are planned still, but for these recipients."""
        now = self.now()
        return await self.database.write(
            lambda c: end_planned(
                c,
                installation,
                digest_id,
                ending=ending,
                now=now,
                keep=keep,
                keeps_sent_by_hand=keeps_sent_by_hand,
            )
        )


def insert_deliveries(
    connection: Connection, rows: Sequence[NewDelivery], *, now: datetime
) -> frozenset[DeliveryId]:
    """Insert the rows whose key is new and return their ids.

    Of the others it is noted once a day that they are still asked for: else they would
    be dropped one day as old, and then be new.
    """
    if not rows:
        return frozenset()
    found = insert_many_new(connection, deliveries, [row_to_plan(r, now) for r in rows])
    new = frozenset(DeliveryId(id) for (id,) in found)
    known = sorted({row.key.delivery_id for row in rows} - new)
    for start in range(0, len(known), _AT_ONCE):
        asked_again = update(deliveries).where(
            deliveries.c.id.in_(known[start : start + _AT_ONCE]),
            deliveries.c.planned_at < now - ASKED_AGAIN,
        )
        connection.execute(asked_again.values(planned_at=now))
    return new


def end_planned(
    connection: Connection,
    installation: Installation,
    digest_id: str,
    *,
    ending: Ending,
    now: datetime,
    keep: Collection[str] = (),
    keeps_sent_by_hand: bool = False,
) -> int:
    """End what is planned of a digest, unless a part of it is in the channel."""
    has_message = exists().where(messages.c.delivery_id == deliveries.c.id)
    statement = (
        update(deliveries)
        .where(
            *of_installation(installation, deliveries),
            has_status(Status.PLANNED),
            deliveries.c.kind == DeliveryKind.DIGEST.value,
            deliveries.c.subject == digest_id,
            not_(has_message),
        )
        .values(status=ending.status.value, reason=ending.reason, ended_at=now)
    )
    if keep:
        statement = statement.where(deliveries.c.recipient.not_in(keep))
    if keeps_sent_by_hand:
        by_the_minute = func.length(deliveries.c.occurrence) <= len(A_MINUTE)
        statement = statement.where(by_the_minute)
    return connection.execute(statement).rowcount
