"""`adopt`: take over what was kept of a workspace under another key.

A workspace that moves into an organisation keeps its team id and gains an enterprise
id, with which every row would be somebody else's: no subscriptions, digests or edits.
"""

import logging

from sqlalchemy import Connection, Table, and_, delete, exists, not_, select, update

from bot.db.database import Database
from bot.db.dialects import lock
from bot.db.tables import deliveries, metadata
from bot.installation import Installation
from bot.outbox.rows import IN_HAND, has_status, lane_of

log = logging.getLogger(__name__)


async def adopt(database: Database, installation: Installation) -> None:
    """Give rows of this team the enterprise id that it has now, at a start.

    Delivery ids stay as they are, as messages in Slack carry them. A row that was made
    under the new key already stands, and the earlier one goes.
    """

    def adopt_all(connection: Connection) -> int:
        tables = [t for t in metadata.sorted_tables if "enterprise_id" in t.c]
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
