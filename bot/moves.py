"""What is kept follows a workspace into an organisation, and a channel to another id.

A workspace that moves keeps its team id and gains an enterprise id, with which every
row would be somebody else's: no subscriptions, digests or edits. A channel gets another
id when a private one is shared, or when a company leaves it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    Table,
    and_,
    delete,
    exists,
    not_,
    select,
    update,
)

from bot.db.database import Database
from bot.db.statements import lock, of_installation
from bot.db.tables import (
    channel_defaults,
    correction_steps,
    deliveries,
    message_states,
    messages,
    metadata,
    subscriptions,
    turns,
)
from bot.installation import Installation
from bot.outbox.destinations import move_pins
from bot.outbox.model import Status
from bot.outbox.rows import IN_HAND, has_status, lane_of

log = logging.getLogger(__name__)


async def adopt(database: Database, installation: Installation) -> None:
    """Give rows of this team the enterprise id that it has now, at a start.

    Delivery ids stay as they are, as messages in Slack carry them. A row that was made
    under the new key already stands, and the earlier one goes.
    """

    def adopt_all(connection: Connection) -> int:
        keyed = [t for t in metadata.sorted_tables if "enterprise_id" in t.c]
        # Tokens are found by the ids that Slack gave with them.
        tables = [t for t in keyed if not t.c.enterprise_id.nullable]
        return sum(_adopt(connection, installation, table) for table in tables)

    if rows := await database.write(adopt_all):
        extra = {"team_id": installation.team_id, "rows": rows}
        log.warning("installation.adopted", extra=extra)


def _adopt(connection: Connection, installation: Installation, table: Table) -> int:
    ours, column = installation.enterprise_id, table.c.enterprise_id
    is_team = table.c.team_id == installation.team_id
    earlier = select(column).distinct().where(is_team, column != ours)
    if not (ids := list(connection.execute(earlier).scalars())):
        return 0

    lock(connection, table)
    values: dict[str, object] = {"enterprise_id": ours}
    condition = is_team
    twin = table.alias()
    if table is deliveries:
        lane = lane_of(installation, "") + deliveries.c.destination
        values["lane"] = lane
        # Two rows of a lane are never in hand: this one waits for the next start.
        is_busy = exists().where(twin.c.lane == lane, has_status(*IN_HAND, table=twin))
        condition = and_(is_team, not_(and_(has_status(*IN_HAND), is_busy)))

    rows = 0
    for id in ids:
        if column.primary_key:
            others = [c for c in table.primary_key if c is not column]
            same = (twin.c[c.name] == c for c in others)
            stands = exists().where(twin.c.enterprise_id == ours, *same)
            connection.execute(delete(table).where(is_team, column == id, stands))
        adopted = update(table).where(condition, column == id).values(values)
        rows += connection.execute(adopted).rowcount
    return rows


async def move_channel(
    database: Database, installations: Sequence[Installation], old_id: str, new_id: str
) -> None:
    """Let everything that is kept of a channel follow it to its new id.

    It is the same channel in all these workspaces. Its earlier id is pinned to the new
    one, as files may name it. A row that is being sent ends where it is.
    """
    now = database.now()

    def move(connection: Connection) -> int:
        moved = (
            _move_channel(connection, installation, old_id, new_id, now=now)
            for installation in installations
        )
        return sum(moved)

    rows = await database.write(move)
    log.info("channel.moved", extra={"old": old_id, "new": new_id, "rows": rows})


def _move_channel(
    connection: Connection,
    installation: Installation,
    old_id: str,
    new_id: str,
    *,
    now: datetime,
) -> int:
    def change(table: Table, column: str, **others: object) -> int:
        mine = of_installation(installation, table)
        statement = update(table).where(*mine, table.c[column] == old_id)
        if table is deliveries:
            statement = statement.where(has_status(Status.PLANNED))
        values = {column: new_id} | others
        return connection.execute(statement.values(values)).rowcount

    # What the channel gets next is compared with what it got under its earlier id.
    subscribed = select(subscriptions.c.id).where(
        *of_installation(installation, subscriptions),
        subscriptions.c.destination == old_id,
    )
    connection.execute(
        update(deliveries)
        .where(
            *of_installation(installation, deliveries),
            deliveries.c.recipient == old_id,
            deliveries.c.subject.in_(subscribed),
        )
        .values(recipient=new_id)
    )
    lane = lane_of(installation, new_id)
    is_old = correction_steps.c.lane == lane_of(installation, old_id)
    connection.execute(update(correction_steps).where(is_old).values(lane=lane))
    rows = change(deliveries, "destination", lane=lane)
    rows += change(subscriptions, "destination") + change(messages, "channel_id")
    rows += change(message_states, "channel_id")
    rows += change(turns, "channel_id")

    ours = of_installation(installation, channel_defaults)
    is_set = select(channel_defaults).where(
        *ours, channel_defaults.c.channel_id == new_id
    )
    if connection.execute(is_set).first() is None:
        rows += change(channel_defaults, "channel_id")

    return rows + move_pins(connection, installation, old_id, new_id, now=now)
