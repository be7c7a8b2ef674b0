"""Step 6: give a row back for another try, or end it without another message."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case

from bot.db.instant import Instant
from bot.db.tables import deliveries
from bot.digests.delivery_timing import retry_at
from bot.errors import DeliveryError
from bot.outbox.delivery_context import DeliveryContext, announce, log_facts
from bot.outbox.model import TOO_LATE, Delivery, DeliveryKind, Ending, Status
from bot.outbox.pacing import Method
from bot.outbox.rows import IN_HAND, change_if, changed, grouped, has_status

log = logging.getLogger(__name__)


async def retry_later(
    context: DeliveryContext,
    delivery: Delivery,
    error: DeliveryError,
    *,
    method: Method,
) -> None:
    """Try again later, unless nobody but people can put it right.

    Nothing is under way and nothing was stored: Slack said so. `method` is what Slack's
    `Retry-After` holds back.
    """
    if error.permanent is not None:
        await end(context, delivery, Ending(Status.FAILED, f"failed: {error}"))
        return

    retry_after = None
    if error.retry_after_s is not None:
        context.pacing.hold(delivery.installation, method, error.retry_after_s)
        retry_after = timedelta(seconds=error.retry_after_s)
    again = retry_at(
        context.now(),
        delivery.failures + 1,
        jitter=context.jitter(),
        timing=context.timing,
        retry_after=retry_after,
    )
    if again <= delivery.expires_at:
        if await put_back(context, delivery, retry_at=again, failed=True):
            extra = log_facts(delivery, retry_at=again.isoformat(), reason=str(error))
            log.warning("delivery.retried", extra=extra)
        return

    given_up = Ending(Status.SKIPPED, f"{TOO_LATE.reason}: {error}")
    if delivery.messages:
        posted = len(delivery.messages)
        reason = f"failed: only the first {posted} parts were posted: {error}"
        given_up = Ending(Status.FAILED, reason)
    await end(context, delivery, given_up)


async def put_back(
    context: DeliveryContext,
    delivery: Delivery,
    *,
    retry_at: datetime | None = None,
    failed: bool = False,
    **changes: Any,
) -> bool:
    """Give a row back, to be acquired again no earlier than `retry_at`, or at once.

    `failed` counts it towards the back-off, and says that nothing was stored. Return
    False if the row was no longer ours.
    """
    values: dict[str, Any] = {
        "status": Status.PLANNED.value,
        "ready_at": retry_at or context.now(),
    }
    if failed:
        values |= {"failures": delivery.failures + 1, "sending_at": None}
    row = ChangedRow(delivery, values | changes)
    return await context.database.write_together(change_rows, row)


async def end(context: DeliveryContext, delivery: Delivery, ending: Ending) -> bool:
    """End a row and tell; a row that is no longer ours has ended elsewhere."""
    ended = EndedRow(delivery, ending)
    if not await context.database.write_together(end_rows, ended):
        log.info("delivery.lost", extra=log_facts(delivery))
        return False
    await announce(context, delivery, ending)
    return True


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that its holder gives back, with what is known of it now."""

    delivery: Delivery
    values: dict[str, Any]


def change_rows(
    connection: Connection, rows: Sequence[ChangedRow], _now: datetime
) -> list[bool]:
    """Change rows, each in its own way, and say which were still their holder's."""
    found = []
    for row in rows:
        id, attempt = row.delivery.id, row.delivery.attempt
        statement = change_if(has_status(*IN_HAND), **row.values)
        found.append(id in changed(connection, statement, [id], attempt=attempt))
    return found


@dataclass(frozen=True, slots=True)
class EndedRow:
    """A delivery that is over without another message."""

    delivery: Delivery
    ending: Ending


_SAID_BY_PEOPLE = (DeliveryKind.ANSWER.value, DeliveryKind.NOTICE.value)

ENDED: dict[str, Any] = {
    "ended_at": bindparam("b_now", type_=Instant),
    "status": bindparam("b_status"),
    "reason": bindparam("b_reason"),
    # What somebody asked or remarked is kept no longer than it is needed.
    "request": case(
        (deliveries.c.kind.in_(_SAID_BY_PEOPLE), ""), else_=deliveries.c.request
    ),
}
"""The columns of a row that ends."""

_END = change_if(has_status(*IN_HAND), **ENDED)


def end_rows(
    connection: Connection, rows: Sequence[EndedRow], now: datetime
) -> list[bool]:
    """Give rows their one ending, and say which were still their holder's."""
    ended: set[str] = set()
    groups = grouped(rows, lambda row: (row.delivery.attempt, row.ending))
    for (attempt, ending), group in groups.items():
        ended |= changed(
            connection,
            _END,
            (row.delivery.id for row in group),
            attempt=attempt,
            now=now,
            status=ending.status.value,
            reason=ending.reason,
        )
    return [row.delivery.id in ended for row in rows]
