"""What waits in the outbox: how much, for how long, and how much of it is unclear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from bot.db.tables import deliveries
from bot.installation import Installation
from bot.outbox.model import Status
from bot.outbox.rows import IN_HAND, has_status


@dataclass(frozen=True, slots=True)
class Backlog:
    """What one workspace's messages wait for.

    `due` counts what could be posted by now, the oldest of which was due at
    `oldest_due_at`; `unclear` what was posted without an `ok`, and is looked for.
    """

    installation: Installation
    due: int = 0
    oldest_due_at: datetime | None = None
    unclear: int = 0


def backlogs(connection: Connection, *, now: datetime) -> Sequence[Backlog]:
    """Return what waits, by workspace; those where nothing does are left out."""
    place = deliveries.c.enterprise_id, deliveries.c.team_id
    planned = (
        select(*place, func.count().label("due"), func.min(deliveries.c.due_at))
        .where(has_status(Status.PLANNED), deliveries.c.due_at <= now)
        .group_by(*place)
    )
    is_unclear = has_status(Status.SENDING) & (deliveries.c.lease_until <= now)
    in_hand = (
        select(*place, func.sum(case((is_unclear, 1), else_=0)))
        .where(has_status(*IN_HAND))
        .group_by(*place)
    )
    unclear = {(org, team): count for org, team, count in connection.execute(in_hand)}
    found = [
        Backlog(Installation(team, org), due, oldest, unclear.pop((org, team), 0))
        for org, team, due, oldest in connection.execute(planned)
    ]
    left = [
        Backlog(Installation(team, org), unclear=count)
        for (org, team), count in unclear.items()
        if count
    ]
    return [*found, *left]
