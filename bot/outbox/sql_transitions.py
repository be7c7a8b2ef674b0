"""What happens to acquired rows, for many rows in one transaction.

Rows that share their values are changed by one statement; each statement says what it
believes of its rows, and a row that it does not return was somebody else's.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    case,
    exists,
    not_,
    update,
)

from bot.db.tables import Instant, deliveries, messages
from bot.digests.retry import Timing, earliest_look_up, lease_until
from bot.outbox.model import Delivery, DeliveryKind, Ending, Status
from bot.outbox.rows import has_status

ItemT = TypeVar("ItemT")
KeyT = TypeVar("KeyT", bound=Hashable)

IN_HAND = (Status.ACQUIRED, Status.SENDING)


@dataclass(frozen=True, slots=True)
class Begin:
    """A part is about to be posted."""

    delivery: Delivery
    part: int


@dataclass(frozen=True, slots=True)
class End:
    """A delivery is over without another message."""

    delivery: Delivery
    ending: Ending


@dataclass(frozen=True, slots=True)
class Release:
    """A row is given back; `values` is what else is then known of it."""

    delivery: Delivery
    values: dict[str, Any]


def change(
    connection: Connection, statement: Update, ids: Iterable[str], **values: object
) -> set[str]:
    """Run a statement made by `changes` and return the ids of the rows it found."""
    parameters = {f"b_{name}": value for name, value in values.items()}
    rows = connection.execute(statement, {"b_ids": list(ids), **parameters})
    return set(rows.scalars())


def changes(*conditions: ColumnElement[bool], **values: Any) -> Update:
    """Build an update of the rows `b_ids` while they are `b_attempt`'s."""
    return (
        update(deliveries)
        .where(
            deliveries.c.id.in_(bindparam("b_ids", expanding=True)),
            deliveries.c.attempt == bindparam("b_attempt"),
            *conditions,
        )
        .values(**values)
        .returning(deliveries.c.id)
    )


def grouped(
    items: Iterable[ItemT], key: Callable[[ItemT], KeyT]
) -> dict[KeyT, list[ItemT]]:
    """Sort items into groups that one statement can change."""
    groups: dict[KeyT, list[ItemT]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


_BEGIN = changes(
    has_status(Status.ACQUIRED),
    deliveries.c.lease_until >= bindparam("b_least_lease", type_=Instant),
    # An earlier attempt may have got its `ok` in the meantime.
    not_(
        exists().where(
            and_(
                messages.c.delivery_id == deliveries.c.id,
                messages.c.part == bindparam("b_part"),
            )
        )
    ),
    status=Status.SENDING.value,
    part=bindparam("b_part"),
    sending_at=bindparam("b_now", type_=Instant),
    lookups=0,
    lease_until=bindparam("b_lease", type_=Instant),
    ready_at=bindparam("b_look_up", type_=Instant),
)


def begin(
    connection: Connection,
    begins: Sequence[Begin],
    *,
    now: datetime,
    timing: Timing,
) -> list[bool]:
    """Step 4: what Slack is about to be asked is committed before it is asked."""
    begun: set[str] = set()
    lease = lease_until(now, timing)
    for (attempt, part), group in grouped(begins, _attempt_and_part).items():
        begun |= change(
            connection,
            _BEGIN,
            (begin.delivery.id for begin in group),
            attempt=attempt,
            part=part,
            now=now,
            least_lease=now + timing.least_lease_to_post,
            lease=lease,
            look_up=earliest_look_up(lease, timing),
        )
    return [begin.delivery.id in begun for begin in begins]


def _attempt_and_part(begin: Begin) -> tuple[int, int]:
    return begin.delivery.attempt, begin.part


_SAID_BY_PEOPLE = (DeliveryKind.ANSWER.value, DeliveryKind.NOTICE.value)

ENDED = {
    "ended_at": bindparam("b_now", type_=Instant),
    "status": bindparam("b_status"),
    "reason": bindparam("b_reason"),
    # What somebody asked or remarked is kept no longer than it is needed.
    "request": case(
        (deliveries.c.kind.in_(_SAID_BY_PEOPLE), ""), else_=deliveries.c.request
    ),
}

_END = changes(has_status(*IN_HAND), **ENDED)


def end(connection: Connection, ends: Sequence[End], *, now: datetime) -> list[bool]:
    """Give rows their one ending."""
    ended: set[str] = set()
    groups = grouped(ends, lambda end: (end.delivery.attempt, end.ending))
    for (attempt, ending), group in groups.items():
        ended |= change(
            connection,
            _END,
            (end.delivery.id for end in group),
            attempt=attempt,
            now=now,
            status=ending.status.value,
            reason=ending.reason,
        )
    return [end.delivery.id in ended for end in ends]


def release(connection: Connection, releases: Sequence[Release]) -> list[bool]:
    """Give rows back, each with what is known of it now."""
    return [_release(connection, release) for release in releases]


def _release(connection: Connection, release: Release) -> bool:
    statement = changes(has_status(*IN_HAND), **release.values)
    delivery = release.delivery
    released = change(connection, statement, [delivery.id], attempt=delivery.attempt)
    return delivery.id in released
