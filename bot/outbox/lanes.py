"""Acquiring by lane: which rows may be taken now, as one statement."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    not_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.expression import CTE

from bot.db.tables import Instant, deliveries
from bot.installation import Installation
from bot.outbox.model import DeliveryKind, Status
from bot.outbox.rows import DELIVERY_COLUMNS, has_status

IN_HAND = (Status.ACQUIRED, Status.SENDING)

_candidate = deliveries.alias("candidate")
_other = deliveries.alias("other")
_same_lane = _other.c.lane == _candidate.c.lane
_now = bindparam("b_now", type_=Instant)
_lease = bindparam("b_lease", type_=Instant)


def _heads_of_lanes() -> CTE:
    """Select in a CTE: a subquery PostgreSQL may run again for every row."""
    return (
        select(_candidate.c.id)
        .where(
            _candidate.c.enterprise_id == bindparam("b_enterprise"),
            _candidate.c.team_id == bindparam("b_team"),
            has_status(Status.PLANNED, table=_candidate),
            _candidate.c.ready_at <= _now,
            not_(_lane_is_busy()),
            not_(_another_is_first()),
        )
        .order_by(_candidate.c.due_at, _candidate.c.id)
        .limit(bindparam("b_limit"))
        .with_for_update(skip_locked=True, of=_candidate)
        .cte("heads")
    )


def _lane_is_busy() -> ColumnElement[bool]:
    return exists().where(_same_lane, has_status(*IN_HAND, table=_other))


def _another_is_first() -> ColumnElement[bool]:
    """Find an earlier row that this one may not pass.

    It may pass one of another kind that waits long for its retry; but answers keep
    their place, and so does what has a part in the channel already.
    """
    may_be_passed = and_(
        _other.c.ready_at > bindparam("b_patience", type_=Instant),
        _other.c.kind != _candidate.c.kind,
        _other.c.kind != DeliveryKind.ANSWER.value,
        _other.c.part == 0,
    )
    is_earlier = tuple_(_other.c.due_at, _other.c.id) < tuple_(
        _candidate.c.due_at, _candidate.c.id
    )
    waits = has_status(Status.PLANNED, table=_other)
    return exists().where(
        _other.c.lane == _candidate.c.lane, waits, is_earlier, not_(may_be_passed)
    )


def _unclear() -> CTE:
    return (
        select(_candidate.c.id)
        .where(
            has_status(*IN_HAND, table=_candidate),
            has_status(Status.SENDING, table=_candidate),
            _candidate.c.ready_at <= _now,
        )
        .limit(bindparam("b_limit"))
        .with_for_update(skip_locked=True, of=_candidate)
        .cte("unclear")
    )


ACQUIRE = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(select(_heads_of_lanes().c.id)), has_status(Status.PLANNED)
    )
    .values(
        status=Status.ACQUIRED.value,
        attempt=deliveries.c.attempt + 1,
        lease_until=_lease,
    )
    .returning(*DELIVERY_COLUMNS)
)
"""Takes at most one row of a lane, and none of a lane of which one is in hand."""

ACQUIRE_UNCLEAR = (
    update(deliveries)
    .where(deliveries.c.id.in_(select(_unclear().c.id)), has_status(Status.SENDING))
    .values(
        attempt=deliveries.c.attempt + 1,
        lease_until=_lease,
        ready_at=bindparam("b_look_up", type_=Instant),
    )
    .returning(*DELIVERY_COLUMNS)
)
"""Takes rows that nobody holds and whose message must be visible if it is there."""

RELEASE_EXPIRED = (
    update(deliveries)
    .where(
        has_status(*IN_HAND),
        has_status(Status.ACQUIRED),
        deliveries.c.lease_until <= _now,
    )
    .values(status=Status.PLANNED.value, ready_at=_now)
)
"""An acquired row has nothing under way: its holder is gone, others may have it."""


_OPEN = has_status(Status.PLANNED)


def installations_waiting(
    connection: Connection,
) -> tuple[Installation, ...]:
    """Return the workspaces with planned rows, by one step in the index for each."""
    found: list[Installation] = []
    while (last := _next_installation(connection, after=found)) is not None:
        found.append(last)
    return tuple(found)


def _next_installation(
    connection: Connection, *, after: list[Installation]
) -> Installation | None:
    key = tuple_(deliveries.c.enterprise_id, deliveries.c.team_id)
    statement = select(deliveries.c.enterprise_id, deliveries.c.team_id)
    statement = (
        statement.where(_OPEN)
        .order_by(deliveries.c.enterprise_id, deliveries.c.team_id)
        .limit(1)
    )
    if after:
        last = after[-1]
        statement = statement.where(key > (last.enterprise_id, last.team_id))
    row = connection.execute(statement).first()
    return Installation(row.team_id, row.enterprise_id) if row else None


def next_due(connection: Connection) -> datetime | None:
    """Return when the next planned or unclear row wants attention."""
    soonest = [
        connection.scalar(select(func.min(deliveries.c.ready_at)).where(status))
        for status in (_OPEN, and_(has_status(*IN_HAND), has_status(Status.SENDING)))
    ]
    return min((due for due in soonest if due is not None), default=None)
