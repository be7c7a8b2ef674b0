"""What follows when the app is removed from a workspace, at once and after a while.

At once its token is forgotten, in every process, and what is planned for it ends. Its
data stays for a set time, in which a reinstallation finds everything again; then it
goes, and the log says so.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, delete, exists, select, update

from bot.corrections.pruning import drop_whole
from bot.db.database import Database
from bot.db.statements import of_installation
from bot.db.tables import deliveries, metadata, slack_installations, workspaces
from bot.installation import Installation
from bot.installations.installed import Installations, tell_all
from bot.installations.store import InstallationStore
from bot.outbox.model import Ending, Status
from bot.outbox.rows import has_status

log = logging.getLogger(__name__)

APP_REMOVED = Ending(Status.SKIPPED, "skipped: the app was removed from the workspace")
AT_ONCE = 500
"""Deliveries that one transaction erases."""


@dataclass(frozen=True)
class Removal:
    """Ends the work for a workspace that the app has left, and erases its data.

    `kept_for` is how long the operator has the data kept.
    """

    database: Database
    store: InstallationStore
    installed: Installations
    kept_for: timedelta

    async def remove(
        self, key: Installation, *, dead_token: str, why: str
    ) -> tuple[Installation, ...]:
        """Let the app be gone from a workspace, or with an empty team from all of one.

        Nothing happens where another token than the dead one is kept: the app is back.
        Return the workspaces that it is gone from.
        """
        now = self.database.now()
        ending = {"status": APP_REMOVED.status.value, "reason": APP_REMOVED.reason}

        def remove(connection: Connection) -> list[Installation]:
            if not self.store.drop(connection, key, token=dead_token):
                return []
            gone = _still_there(connection, key)
            for one in gone:
                mine = of_installation(one, workspaces)
                left = update(workspaces).where(*mine)
                connection.execute(left.values(removed_at=now, renewing_until=None))
                planned = update(deliveries).where(
                    *of_installation(one, deliveries), has_status(Status.PLANNED)
                )
                connection.execute(planned.values(**ending, ended_at=now))
            return gone

        gone = await self.database.write(remove)
        for one in gone:
            extra = {
                "team_id": one.team_id,
                "enterprise_id": one.enterprise_id,
                "why": why,
                "data_goes_at": (now + self.kept_for).isoformat(timespec="minutes"),
            }
            log.warning("workspace.removed", extra=extra)
        if gone:
            await tell_all(self.database, self.installed, key)
        return tuple(one for one in gone if one.team_id)

    async def erase_old(self, now: datetime) -> dict[Installation, int]:
        """Erase the data of workspaces that were left longer ago than it is kept.

        Return how many rows of each went.
        """
        long_ago = select(workspaces).where(
            workspaces.c.removed_at <= now - self.kept_for
        )
        rows = await self.database.rows(long_ago)
        erased: dict[Installation, int] = {}
        for row in rows:
            key = Installation(row.team_id, row.enterprise_id)
            count = 0
            erase_some = partial(_erase_deliveries, key=key)
            while some := await self.database.write(erase_some):
                count += some
            erase_rest = partial(_erase_rest, key=key, removed_at=row.removed_at)
            count += await self.database.write(erase_rest)
            if not count:
                continue
            erased[key] = count
            extra = {"team_id": key.team_id, "enterprise_id": key.enterprise_id}
            log.warning("workspace.erased", extra=extra | {"rows": count})
        return erased


def _still_there(connection: Connection, key: Installation) -> list[Installation]:
    """Return which of the workspaces meant the app is in, as far as is known.

    All of an organisation are those without a token of their own, and itself.
    """
    mine = of_installation(key, workspaces)
    if not key.team_id:
        tokens = slack_installations.c
        has_own = exists().where(
            tokens.enterprise_id == key.enterprise_id,
            tokens.team_id == workspaces.c.team_id,
        )
        mine = (workspaces.c.enterprise_id == key.enterprise_id, ~has_own)
    found = select(workspaces.c.team_id, workspaces.c.enterprise_id).where(
        *mine, workspaces.c.removed_at.is_(None)
    )
    return [Installation(team, org) for team, org in connection.execute(found)]


def _erase_deliveries(connection: Connection, key: Installation) -> int:
    """Erase some deliveries with all that is of them; return how many there were."""
    some = select(deliveries.c.id).where(*of_installation(key, deliveries))
    ids = list(connection.execute(some.limit(AT_ONCE)).scalars())
    return drop_whole(connection, ids)


def _erase_rest(connection: Connection, key: Installation, removed_at: datetime) -> int:
    """Erase what else is kept by the installation, unless the app is back there."""
    still_gone = delete(workspaces).where(
        *of_installation(key, workspaces), workspaces.c.removed_at == removed_at
    )
    if not connection.execute(still_gone).rowcount:
        return 0
    # What refers to others goes first. Tokens went when the app did.
    kept_by_installation = (
        table
        for table in reversed(metadata.sorted_tables)
        if {"enterprise_id", "team_id"} <= set(table.c.keys())
        and not table.c.enterprise_id.nullable
        and table is not workspaces
    )
    return 1 + sum(
        connection.execute(delete(table).where(*of_installation(key, table))).rowcount
        for table in kept_by_installation
    )
