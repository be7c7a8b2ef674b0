"""`SubscriptionStore`: subscriptions, each with the watermark of its schedule."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    not_,
    select,
    update,
)

from bot.db.database import Database
from bot.db.statements import insert_new, of_installation
from bot.db.tables import subscriptions
from bot.digests.models import Show
from bot.digests.schedules import Every
from bot.installation import Installation
from bot.outbox.model import PAUSED, SCHEDULE_REMOVED, NewDelivery
from bot.outbox.plan import end_planned, insert_deliveries
from bot.outbox.watermarks import (
    Watermark,
    drop_watermark,
    locked_watermark,
    set_watermark,
)
from bot.subscriptions.model import Rhythm, Subscription, carry_over

_COLUMNS = subscriptions.c
LARGEST_BATCH = 1_000
"""So many are planned at a time, which both databases take as parameters."""


class SubscriptionStore:
    """Keeps subscriptions; `next_at` of a row is when it must be planned again."""

    def __init__(self, database: Database, *, batch: int = LARGEST_BATCH) -> None:
        """Hand out at most `batch` that are due at a time."""
        self._database = database
        self._batch = batch

    async def create(
        self, subscription: Subscription, introduction: NewDelivery | None = None
    ) -> bool:
        """Keep a new one, which begins now, and plan what introduces it.

        False where its id is known already: then nothing is planned either.
        """
        now = self._database.now()
        rows = [introduction] if introduction else []

        def create(connection: Connection) -> bool:
            statement = insert_new(subscriptions, connection).returning(_COLUMNS.id)
            if connection.scalar(statement, _row(subscription)) is None:
                return False
            _begin(connection, subscription, subscription.created_at)
            insert_deliveries(connection, rows, now=now)
            return True

        return await self._database.write(create)

    async def find(
        self, installation: Installation, subscription_id: str
    ) -> Subscription | None:
        """Return one by its id, or None where it is gone."""
        found = await self._select(installation, _COLUMNS.id == subscription_id)
        return found[0] if found else None

    async def of_person(
        self, installation: Installation, user_id: str
    ) -> Sequence[Subscription]:
        """Return what a person has set up, for themselves and for channels."""
        return await self._select(installation, _COLUMNS.owner_id == user_id)

    async def in_channel(
        self, installation: Installation, channel_id: str
    ) -> Sequence[Subscription]:
        """Return what was set up for a channel, by whomever."""
        return await self._select(installation, _COLUMNS.destination == channel_id)

    async def of_installation(
        self, installation: Installation
    ) -> Sequence[Subscription]:
        """Return all of a workspace."""
        return await self._select(installation)

    async def due(
        self, installation: Installation, by: datetime
    ) -> Sequence[Subscription]:
        """Return those that may have come due by then, or a first thousand of them."""
        return await self._select(
            installation, _COLUMNS.next_at <= by, limit=self._batch
        )

    async def due_in_channels(
        self, installation: Installation, by: datetime
    ) -> Sequence[Subscription]:
        """Return those of channels alone."""
        of_channel = _COLUMNS.destination != _COLUMNS.owner_id
        return await self._select(installation, _COLUMNS.next_at <= by, of_channel)

    async def planned(self, marks: Sequence[Watermark]) -> None:
        """Set when what is planned until these watermarks is due next.

        What was edited or paused meanwhile stays as it is.
        """

        def look_ahead(connection: Connection) -> None:
            for installation in {mark.installation for mark in marks}:
                until = {
                    m.digest_id: m for m in marks if m.installation == installation
                }
                due = (_COLUMNS.next_at.is_not(None), _COLUMNS.id.in_(until))
                rows = [
                    {"one": each.id, "next": each.rhythm.next_after(mark.planned_until)}
                    for each in _read(connection, installation, due)
                    for mark in [until[each.id]]
                    if mark.schedule == each.digest.schedule_fingerprint
                ]
                statement = (
                    update(subscriptions)
                    .where(
                        *of_installation(installation, subscriptions),
                        _COLUMNS.id == bindparam("one"),
                    )
                    .values(next_at=bindparam("next"))
                )
                if rows:
                    connection.execute(statement, rows)

        if marks:
            await self._database.write(look_ahead)

    async def pause(self, installation: Installation, subscription_id: str) -> bool:
        """Keep one from coming due, and end what is planned of it.

        False where it is gone or is paused already.
        """
        now = self._database.now()

        def pause(connection: Connection) -> bool:
            paused = connection.execute(
                update(subscriptions)
                .where(
                    *of_installation(installation, subscriptions),
                    _COLUMNS.id == subscription_id,
                    _COLUMNS.next_at.is_not(None),
                )
                .values(next_at=None)
            )
            end_planned(
                connection, installation, subscription_id, ending=PAUSED, now=now
            )
            return paused.rowcount > 0

        return await self._database.write(pause)

    async def resume(self, installation: Installation, subscription_id: str) -> bool:
        """Begin one anew from now; False where it is gone or is not paused."""
        now = self._database.now()
        paused = (_COLUMNS.id == subscription_id, _COLUMNS.next_at.is_(None))

        def resume(connection: Connection) -> bool:
            found = _read(connection, installation, paused)
            for subscription in found:
                next_at = subscription.rhythm.next_after(now)
                _begin(connection, subscription, now)
                _set_next(connection, subscription, next_at)
            return bool(found)

        return await self._database.write(resume)

    async def delete(self, installation: Installation, subscription_id: str) -> bool:
        """Forget one, and end what is planned of it; False where it is gone already."""
        now = self._database.now()
        one = _COLUMNS.id == subscription_id
        ended = await self._database.write(lambda c: _delete(c, installation, now, one))
        return bool(ended)

    async def forget_owner(
        self, installation: Installation, user_id: str
    ) -> Sequence[Subscription]:
        """Forget who set these up: theirs end, and those of channels go on without.

        Return the latter, as they were.
        """
        now = self._database.now()
        theirs = _COLUMNS.owner_id == user_id
        of_channel = _COLUMNS.destination != _COLUMNS.owner_id

        def forget(connection: Connection) -> list[Subscription]:
            _delete(connection, installation, now, theirs, not_(of_channel))
            found = _read(connection, installation, (theirs,))
            mine = of_installation(installation, subscriptions)
            connection.execute(
                update(subscriptions).where(*mine, theirs).values(owner_id="")
            )
            return found

        return await self._database.write(forget)

    async def follow(self, installation: Installation, user_id: str, zone: str) -> int:
        """Move a person's own DMs to another zone; return how many were elsewhere.

        What was sent under a local time is past there too, wherever the person flew.
        """
        elsewhere = (
            _COLUMNS.owner_id == user_id,
            _COLUMNS.destination == user_id,
            _COLUMNS.zone != zone,
        )

        def follow(connection: Connection) -> int:
            found = _read(connection, installation, elsewhere)
            for subscription in found:
                # Locked, as a planner may be about to advance it.
                mark = locked_watermark(connection, installation, subscription.id)
                assert mark is not None, "written together with its subscription"
                old, new = ZoneInfo(subscription.rhythm.zone), ZoneInfo(zone)
                until = carry_over(mark, old=old, new=new)

                followed = subscription.in_zone(zone)
                _begin(connection, followed, until)
                next_at = followed.rhythm.next_after(until)
                is_paused = followed.is_paused
                _set_next(connection, followed, None if is_paused else next_at)
            return len(found)

        return await self._database.write(follow)

    async def _select(
        self,
        installation: Installation,
        *conditions: ColumnElement[bool],
        limit: int | None = None,
    ) -> list[Subscription]:
        return await self._database.read(
            lambda c: _read(c, installation, conditions, limit=limit)
        )


def _read(
    connection: Connection,
    installation: Installation,
    conditions: Sequence[ColumnElement[bool]],
    *,
    limit: int | None = None,
) -> list[Subscription]:
    found = connection.execute(
        select(subscriptions)
        .where(*of_installation(installation, subscriptions), *conditions)
        .order_by(_COLUMNS.created_at, _COLUMNS.id)
        .limit(limit)
    )
    return [
        Subscription(
            id=row.id,
            installation=Installation(row.team_id, row.enterprise_id),
            owner_id=row.owner_id,
            destination=row.destination,
            topics=tuple(row.topics.split()),
            title=row.title,
            show=Show(row.show),
            rhythm=Rhythm(Every(row.every), time.fromisoformat(row.at), row.zone),
            created_at=row.created_at,
            next_at=row.next_at,
        )
        for row in found
    ]


def _begin(
    connection: Connection, subscription: Subscription, planned_until: datetime
) -> None:
    """Set the watermark, from which on its occurrences are planned."""
    schedule = subscription.digest.schedule_fingerprint
    mark = Watermark(
        subscription.installation, subscription.id, schedule, planned_until
    )
    set_watermark(connection, mark)


def _set_next(
    connection: Connection, subscription: Subscription, next_at: datetime | None
) -> None:
    connection.execute(
        update(subscriptions)
        .where(
            *of_installation(subscription.installation, subscriptions),
            _COLUMNS.id == subscription.id,
        )
        .values(zone=subscription.rhythm.zone, next_at=next_at)
    )


def _delete(
    connection: Connection,
    installation: Installation,
    now: datetime,
    *conditions: ColumnElement[bool],
) -> list[str]:
    """Drop subscriptions with their watermarks, and end what is planned of them."""
    deleted = connection.execute(
        delete(subscriptions)
        .where(*of_installation(installation, subscriptions), *conditions)
        .returning(_COLUMNS.id)
    )
    ids = list(deleted.scalars())
    for id in ids:
        drop_watermark(connection, installation, id)
        end_planned(connection, installation, id, ending=SCHEDULE_REMOVED, now=now)
    return ids


def _row(subscription: Subscription) -> dict[str, Any]:
    rhythm = subscription.rhythm
    return {
        "enterprise_id": subscription.installation.enterprise_id,
        "team_id": subscription.installation.team_id,
        "id": subscription.id,
        "owner_id": subscription.owner_id,
        "destination": subscription.destination,
        "topics": " ".join(subscription.topics),
        "title": subscription.title,
        "show": subscription.show.value,
        "every": rhythm.every.value,
        "at": f"{rhythm.at:%H:%M}",
        "zone": rhythm.zone,
        "created_at": subscription.created_at,
        "next_at": subscription.next_at,
    }
