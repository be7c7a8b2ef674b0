"""`InstallationCheck`: asks Slack in which workspaces the app still is, and is now.

At a start, each hour, and when an event tells of an end: events come late, in any
order, or not at all while nobody listens. Whether a token holds Slack knows best.
"""

import asyncio
import logging
from dataclasses import dataclass, replace

from slack_sdk.errors import SlackApiError

from bot.db.database import Database
from bot.errors import DatabaseUnavailable
from bot.installation import Installation
from bot.installations.installed import tell_all
from bot.installations.removal import Removal
from bot.installations.store import InstallationStore, InstalledWorkspace
from bot.interfaces import ring_or_stop
from bot.moves import adopt
from bot.slack.clients import InstalledClients, identify
from bot.slack.failures import SLACK_TROUBLE, error_code, why

log = logging.getLogger(__name__)

HOUR_S = 3600.0
DEAD = frozenset({"account_inactive", "token_revoked"})
"""What Slack says of a token whose app was removed; all else may pass."""


@dataclass(frozen=True)
class InstallationCheck:
    """Removes what is gone, and enters what an organisation has added."""

    database: Database
    store: InstallationStore
    removal: Removal
    clients_of: InstalledClients
    alarm: asyncio.Event

    async def run_once(self) -> None:
        """Look at every token, encrypt with the newest key, and erase what is due.

        Raise `DatabaseUnavailable` while that is away.
        """
        if rows := await self.store.encrypt_anew():
            log.info("tokens.encrypted_anew", extra={"rows": rows})
        installed = self.clients_of.installed
        await self.store.enter_all(installed.entered())
        for org in installed.organisations:
            await self.look_at_organisation(org)
        for one in installed.all:
            if not one.is_org_wide:
                await self._look(one)
        await self.removal.erase_old(self.database.now())

    async def run(self, stop: asyncio.Event) -> None:
        """Look at once and then each hour, until told to stop."""
        while not stop.is_set():
            try:
                await self.run_once()
            except DatabaseUnavailable as error:
                extra = {"reason": str(error)}
                log.warning("installations.database_away", extra=extra)
            await ring_or_stop(self.alarm, stop, within_s=HOUR_S)

    async def look_at(self, installation: Installation) -> None:
        """Look at the token that serves a workspace: an event says that it ended."""
        installed = self.clients_of.installed
        one = installed.find(installation)
        if one is None:
            return
        if org := one.is_org_wide and installed.of_organisation(
            installation.enterprise_id
        ):
            await self.look_at_organisation(org)
        else:
            await self._look(one)

    async def look_at_organisation(self, org: InstalledWorkspace) -> None:
        """Find out which of an organisation's workspaces the app is in."""
        client = self.clients_of.clients_for(org).reading
        teams: dict[Installation, str] = {}
        try:
            async for page in await client.auth_teams_list():
                for team in page["teams"]:
                    key = Installation(team["id"], org.installation.enterprise_id)
                    teams[key] = str(team.get("name") or "")
        except SLACK_TROUBLE as exc:
            await self._judge(org, exc)
            return

        installed = self.clients_of.installed
        known = {
            one.installation
            for one in installed.all
            if one.installation.enterprise_id == org.installation.enterprise_id
            and one.is_org_wide
        }
        new = [replace(org, installation=key, name=name) for key, name in teams.items()]
        await self.store.enter_all(new)
        for key in known - teams.keys():
            await self.removal.remove(key, dead_token="", why="team_access_revoked")
        if teams.keys() - known:
            await tell_all(self.database, installed, org.installation)

    async def _look(self, one: InstalledWorkspace) -> None:
        try:
            identity = await identify(self.clients_of.clients_for(one).reading)
        except SLACK_TROUBLE as exc:
            await self._judge(one, exc)
            return
        new = identity.installation
        if new.team_id == one.installation.team_id and new != one.installation:
            await self.store.moved(one.installation, new)
            await adopt(self.database, new)
            await tell_all(self.database, self.clients_of.installed, new)

    async def _judge(self, one: InstalledWorkspace, exc: Exception) -> None:
        """End the work for a workspace whose token is dead; else look another time."""
        code = error_code(exc) if isinstance(exc, SlackApiError) else ""
        if code not in DEAD:
            extra = {"team_id": one.installation.team_id, "why": why(exc)}
            log.warning("installation.not_checked", extra=extra)
            return
        await self.removal.remove(one.installation, dead_token=one.bot_token, why=code)
