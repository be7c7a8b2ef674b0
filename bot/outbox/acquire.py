"""Step 2: acquire rows by lane, each for as long as its lease lasts."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import exc as sql_errors

from bot.db.instant import Instant
from bot.db.tables import deliveries
from bot.digests.delivery_timing import Timing, earliest_look_up, lease_until
from bot.installation import Installation
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.model import Delivery, DeliveryKind, NewDelivery, Status
from bot.outbox.plan import insert_deliveries
from bot.outbox.rows import (
    DELIVERY_COLUMNS,
    IN_HAND,
    change_if,
    changed,
    delivery_from_row,
    grouped,
    has_status,
    stored_messages,
)

log = logging.getLogger(__name__)


async def acquire(
    context: DeliveryContext,
    installation: Installation,
    limit: int,
    *,
    corrections: int = 0,
) -> tuple[Delivery, ...]:
    """Take up to `limit` due rows for sending until the lease ends, earliest first.

    Where these are all, up to so many `corrections` are taken with them.

    At most one row of a lane (installation, destination) is acquired or sending. A row
    is passed only by other kinds, when it waits over a minute for its retry, is no
    answer and has no part sent.
    """
    await context.database.measure_clock()
    now, timing = context.now(), context.timing
    try:
        return await context.database.write(
            lambda c: acquire_rows(
                c,
                installation,
                limit,
                now=now,
                timing=timing,
                corrections=corrections,
            )
        )
    except sql_errors.IntegrityError:
        # Another worker took a row of the same lane in the same moment, a row that our
        # snapshot did not show yet. It has the lane; there is a next time.
        return ()


async def acquire_unclear(context: DeliveryContext, limit: int) -> tuple[Delivery, ...]:
    """Take `sending` rows whose lease ended a settling time ago, to be looked up.

    They stay `sending` while the new holder has them.
    """
    now = context.now()
    lease = lease_until(now, context.timing)
    parameters = {
        "b_now": now,
        "b_lease": lease,
        "b_look_up": earliest_look_up(lease, context.timing),
        "b_limit": limit,
    }
    return await context.database.write(
        lambda c: _taken(c, _ACQUIRE_UNCLEAR, parameters)
    )


async def renew(context: DeliveryContext, held: Iterable[Delivery]) -> int:
    """Give rows that their holder still prepares a whole lease again.

    Only those are written that have had theirs for a while, which is none as long as
    nothing is slow. On a machine that can hardly keep up, rows that were taken away
    while they wait would be prepared again and again, and none of them sent. Return how
    many are still ours.
    """
    now, timing = context.now(), context.timing
    until = lease_until(now, timing)
    slow = [
        row
        for row in held
        if timing.renew_every
        <= now - (row.lease_until - timing.lease)
        <= timing.longest_in_hand
    ]
    if not slow:
        return 0

    def write(connection: Connection) -> int:
        ours: set[str] = set()
        for attempt, rows in grouped(slow, lambda row: row.attempt).items():
            ids = [row.id for row in rows]
            ours |= changed(connection, _RENEW, ids, attempt=attempt, until=until)
        return len(ours)

    return await context.database.write(write)


_RENEW = change_if(
    has_status(Status.ACQUIRED), lease_until=bindparam("b_until", type_=Instant)
)


async def release_expired(context: DeliveryContext) -> int:
    """Make `acquired` rows whose lease ran out `planned`: nothing was sent.

    The holder, who would have renewed them, is gone, and others may have them. Nobody
    has a lease that is longer than any: the clock was set back since, and whoever still
    holds the row finds it taken.
    """
    now, timing = context.now(), context.timing
    leases = deliveries.c.lease_until
    too_long = lease_until(now, timing) + timing.lease
    statement = (
        update(deliveries)
        .where(
            has_status(*IN_HAND),
            has_status(Status.ACQUIRED),
            or_(leases <= now, leases > too_long),
        )
        .values(status=Status.PLANNED.value, ready_at=now)
    )
    return await context.database.write(lambda c: c.execute(statement).rowcount)


async def call_back(context: DeliveryContext) -> int:
    """Let no row wait for a time that only a clock set back since would reach.

    A digest of later today stays planned for its hour. A row that Slack put off is at
    most put off once more.
    """
    now, timing = context.now(), context.timing
    ready, is_due = deliveries.c.ready_at, deliveries.c.due_at <= now
    is_digest = deliveries.c.kind == DeliveryKind.DIGEST.value
    waits_too_long = (
        update(deliveries)
        .where(
            has_status(Status.PLANNED),
            ready > now + timing.longest_backoff,
            or_(is_due, not_(is_digest)),
        )
        .values(ready_at=now)
    )
    look_up = earliest_look_up(lease_until(now, timing), timing)
    unclear_too_long = (
        update(deliveries)
        .where(has_status(*IN_HAND), has_status(Status.SENDING), ready > look_up)
        .values(ready_at=look_up)
    )

    def call(connection: Connection) -> int:
        statements = waits_too_long, unclear_too_long
        return sum(connection.execute(each).rowcount for each in statements)

    if rows := await context.database.write(call):
        log.warning("outbox.called_back", extra={"rows": rows})
    return rows


@dataclass(frozen=True, slots=True)
class PlannedAtOnce:
    """Whether a row was new, and what was acquired with it: not always that row.

    Of several that ask at once, one gets what is acquired.
    """

    is_new: bool
    rows: tuple[Delivery, ...] = ()


async def plan_and_acquire(
    context: DeliveryContext, row: NewDelivery, limit: int
) -> PlannedAtOnce:
    """Plan a row and, if it is new, acquire up to `limit` in one transaction.

    The workers of other replicas are not woken.
    """
    database = context.database
    await database.measure_clock()
    try:
        ask = AwaitedRow(row, limit, context.timing)
        return await database.write_together(plan_and_acquire_rows, ask)
    except sql_errors.IntegrityError:
        # As in `acquire`, but our row is undone with it: it is planned alone.
        return PlannedAtOnce(await database.write_together(plan_rows, row))


async def installations_waiting(context: DeliveryContext) -> tuple[Installation, ...]:
    """Return the workspaces with planned rows, by one step in the index for each."""

    def read(connection: Connection) -> tuple[Installation, ...]:
        found: list[Installation] = []
        last = {"b_enterprise": "", "b_team": ""}
        while row := connection.execute(_NEXT_WAITING, last).first():
            found.append(Installation(row.team_id, row.enterprise_id))
            last = {"b_enterprise": row.enterprise_id, "b_team": row.team_id}
        return tuple(found)

    return await context.database.read(read)


_workspace = tuple_(deliveries.c.enterprise_id, deliveries.c.team_id)
_NEXT_WAITING = (
    select(deliveries.c.enterprise_id, deliveries.c.team_id)
    .where(
        has_status(Status.PLANNED),
        _workspace > tuple_(bindparam("b_enterprise"), bindparam("b_team")),
    )
    .order_by(deliveries.c.enterprise_id, deliveries.c.team_id)
    .limit(1)
)


async def next_due(context: DeliveryContext) -> datetime | None:
    """Return when the next planned or unclear row wants attention, or None."""
    soonest = select(func.min(deliveries.c.ready_at))
    planned = soonest.where(has_status(Status.PLANNED))
    unclear = soonest.where(has_status(*IN_HAND), has_status(Status.SENDING))
    found = await context.database.read(
        lambda c: [c.scalar(planned), c.scalar(unclear)]
    )
    return min((due for due in found if due is not None), default=None)


@dataclass(frozen=True, slots=True)
class AwaitedRow:
    """A row that somebody waits for, and how many due ones its worker can take on."""

    row: NewDelivery
    limit: int
    timing: Timing

    @property
    def installation(self) -> Installation:
        return self.row.key.installation


def plan_and_acquire_rows(
    connection: Connection, asks: Sequence[AwaitedRow], now: datetime
) -> list[PlannedAtOnce]:
    """Insert what is new, then acquire as many rows as were asked with.

    What was acquired goes to the first that asked of its workspace.
    """
    new = plan_rows(connection, [ask.row for ask in asks], now)
    answered = list(zip(asks, new, strict=True))
    numbers = Counter(ask.installation for ask, is_new in answered if is_new)
    acquired: dict[Installation, tuple[Delivery, ...]] = {}
    for installation, number in numbers.items():
        here = [ask for ask in asks if ask.installation == installation]
        limit = min(number, max(ask.limit for ask in here))
        if limit:
            acquired[installation] = acquire_rows(
                connection, installation, limit, now=now, timing=here[0].timing
            )
    return [
        PlannedAtOnce(is_new, acquired.pop(ask.installation, ()))
        for ask, is_new in answered
    ]


def plan_rows(
    connection: Connection, rows: Sequence[NewDelivery], now: datetime
) -> list[bool]:
    """Insert rows and say which were new; of two that are the same, the first."""
    left = set(insert_deliveries(connection, rows, now=now))
    found = []
    for row in rows:
        found.append(row.key.delivery_id in left)
        left.discard(row.key.delivery_id)
    return found


def acquire_rows(
    connection: Connection,
    installation: Installation,
    limit: int,
    *,
    now: datetime,
    timing: Timing,
    corrections: int = 0,
) -> tuple[Delivery, ...]:
    """Take at most one row of a lane, and none of a lane of which one is taken.

    A correction is not taken while anything else that is due is left.
    """
    parameters = {
        "b_enterprise": installation.enterprise_id,
        "b_team": installation.team_id,
        "b_now": now,
        "b_patience": now + timing.lane_patience,
        "b_lease": lease_until(now, timing),
        "b_limit": limit,
    }
    taken = _taken(connection, _ACQUIRE, parameters) if limit else ()
    if len(taken) < limit and corrections:
        parameters["b_limit"] = min(corrections, limit - len(taken))
        taken += _taken(connection, _ACQUIRE_CORRECTIONS, parameters)
    return taken


def _taken(
    connection: Connection, statement: Any, parameters: Mapping[str, Any]
) -> tuple[Delivery, ...]:
    rows = connection.execute(statement, parameters).all()
    again = [row.id for row in rows if row.attempt > 1]
    stored = stored_messages(connection, again)
    taken = [delivery_from_row(row, stored) for row in rows]
    return tuple(sorted(taken, key=lambda delivery: (delivery.due_at, delivery.id)))


_candidate = deliveries.alias("candidate")
_other = deliveries.alias("other")
_same_lane = _other.c.lane == _candidate.c.lane
_now = bindparam("b_now", type_=Instant)
_lease = bindparam("b_lease", type_=Instant)


_lane_is_busy = exists().where(_same_lane, has_status(*IN_HAND, table=_other))

# A row may pass one of another kind that waits long for its retry; but answers keep
# their place, and so does what has a part in the channel already.
_may_be_passed = and_(
    _other.c.ready_at > bindparam("b_patience", type_=Instant),
    _other.c.kind != _candidate.c.kind,
    _other.c.kind != DeliveryKind.ANSWER.value,
    _other.c.part == 0,
)
_another_is_first = exists().where(
    _same_lane,
    has_status(Status.PLANNED, table=_other),
    or_(
        and_(
            _other.c.rank == _candidate.c.rank,
            tuple_(_other.c.due_at, _other.c.id)
            < tuple_(_candidate.c.due_at, _candidate.c.id),
        ),
        and_(_other.c.rank < _candidate.c.rank, _other.c.due_at <= _now),
    ),
    not_(_may_be_passed),
)


def _acquiring(of_rank: ColumnElement[bool]) -> Update:
    # In a CTE, because PostgreSQL may run a subquery again for every row.
    heads_of_lanes = (
        select(_candidate.c.id)
        .where(
            _candidate.c.enterprise_id == bindparam("b_enterprise"),
            _candidate.c.team_id == bindparam("b_team"),
            of_rank,
            has_status(Status.PLANNED, table=_candidate),
            _candidate.c.ready_at <= _now,
            not_(_lane_is_busy),
            not_(_another_is_first),
        )
        .order_by(_candidate.c.rank, _candidate.c.due_at, _candidate.c.id)
        .limit(bindparam("b_limit"))
        .with_for_update(skip_locked=True, of=_candidate)
        .cte("heads")
    )
    return (
        update(deliveries)
        .where(
            deliveries.c.id.in_(select(heads_of_lanes.c.id)),
            has_status(Status.PLANNED),
        )
        .values(
            status=Status.ACQUIRED.value,
            attempt=deliveries.c.attempt + 1,
            lease_until=_lease,
        )
        .returning(*DELIVERY_COLUMNS)
    )


# Written into the statements: a bound number would hide what the index is for.
_ACQUIRE = _acquiring(_candidate.c.rank == literal_column("0"))
_ACQUIRE_CORRECTIONS = _acquiring(_candidate.c.rank > literal_column("0"))

_UNCLEAR = (
    select(_candidate.c.id)
    .where(
        has_status(*IN_HAND, table=_candidate),
        has_status(Status.SENDING, table=_candidate),
        _candidate.c.ready_at <= _now,
    )
    .order_by(_candidate.c.sending_at, _candidate.c.id)
    .limit(bindparam("b_limit"))
    .with_for_update(skip_locked=True, of=_candidate)
    .cte("unclear")
)

_ACQUIRE_UNCLEAR = (
    update(deliveries)
    .where(deliveries.c.id.in_(select(_UNCLEAR.c.id)), has_status(Status.SENDING))
    .values(
        attempt=deliveries.c.attempt + 1,
        lease_until=_lease,
        ready_at=bindparam("b_look_up", type_=Instant),
    )
    .returning(*DELIVERY_COLUMNS)
)
"""Takes rows that nobody holds and whose message must be visible if it is there."""
