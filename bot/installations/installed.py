"""`Installations`: where the app is, in memory, so that no acknowledgement waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.db.database import Database
from bot.errors import DatabaseUnavailable
from bot.installation import Installation
from bot.installations.store import InstalledWorkspace, Stored
from bot.outbox.notifier import Notifier, announce_change

log = logging.getLogger(__name__)

ITSELF = "installation"
"""Stands where a person's or a channel's id does, when replicas tell each other."""
RETRY_S = 5.0


class Installations:
    """Knows every workspace that the app is in, by what was read last.

    `environment` is the workspace of the token in the environment. Others were
    installed through OAuth and come from the store, which every process reads anew as
    soon as any of them installed, renewed or removed something.
    """

    def __init__(self, *environment: InstalledWorkspace) -> None:
        self._environment = environment
        self._read: Callable[[], Awaitable[Stored]] | None = None
        self._stored = Stored()
        self._by_team = {one.installation.team_id: one for one in environment}
        self._reading: asyncio.Task[None] | None = None
        self._is_stale = False
        self._turn = asyncio.Lock()
        self.changed = asyncio.Event()
        """Set when a workspace has come or gone; whoever follows it clears it."""

    async def follow(
        self, read: Callable[[], Awaitable[Stored]], notifier: Notifier
    ) -> None:
        """Know what is stored, from now on and as soon as any replica changes it.

        Raise `DatabaseUnavailable` while that is away.
        """

        def heard(_installation: Installation, *ids: str) -> None:
            if ITSELF in ids:
                self.read_soon()

        self._read = read
        notifier.follow(heard, self.read_soon)
        await self.read()

    @property
    def all(self) -> tuple[InstalledWorkspace, ...]:
        """Every workspace, ordered by its id."""
        return tuple(one for _, one in sorted(self._by_team.items()))

    @property
    def keys(self) -> tuple[Installation, ...]:
        """The key of each."""
        return tuple(one.installation for one in self.all)

    @property
    def only(self) -> Installation | None:
        """The workspace that is meant where none is named.

        It is the environment's, or the only one.
        """
        known = self._environment or self.all
        return known[0].installation if len(known) == 1 else None

    def find(self, installation: Installation) -> InstalledWorkspace | None:
        """Return the workspace that rows with this key belong to, if it is ours."""
        found = self._by_team.get(installation.team_id)
        return found if found and found.installation == installation else None

    def of_request(
        self, team_id: str, enterprise_id: str = ""
    ) -> InstalledWorkspace | None:
        """Return the workspace that Slack sends something for.

        An event may leave the organisation's id out, so the team's alone decides. A
        workspace that is new in an organisation of ours is served by its token.
        """
        found = self._by_team.get(team_id)
        if found or not (team_id and enterprise_id):
            return found
        key, org = Installation(team_id, enterprise_id), None
        if key not in self._stored.removed:
            org = self.of_organisation(enterprise_id)
        if org is None:
            return None
        found = replace(org, installation=key, name="")
        self._by_team[team_id] = found
        self.changed.set()
        return found

    def of_organisation(self, enterprise_id: str) -> InstalledWorkspace | None:
        """Return an organisation that the app is in as a whole."""
        found = self._stored.organisations
        return next(
            (o for o in found if o.installation.enterprise_id == enterprise_id), None
        )

    @property
    def organisations(self) -> tuple[InstalledWorkspace, ...]:
        """Every organisation that the app is in as a whole."""
        return self._stored.organisations

    def of_bot(self, bot_id: str) -> InstalledWorkspace | None:
        """Return the workspace in which this is our bot; None where it is in several.

        An organisation's workspaces share one.
        """
        found = [one for one in self._by_team.values() if one.bot_id == bot_id]
        return found[0] if bot_id and len(found) == 1 else None

    def siblings(self, installation: Installation) -> tuple[Installation, ...]:
        """Return a workspace and the others of its organisation.

        Channels that they share have one id in each, and Slack tells one of them.
        """
        found = {installation}
        if organisation := installation.enterprise_id:
            found |= {one for one in self.keys if one.enterprise_id == organisation}
        return tuple(sorted(found))

    def has_left(self, installation: Installation) -> bool:
        """Say whether the app was removed from there, and did not come back."""
        if self.find(installation):
            return False
        return self._read is None or installation in self._stored.removed

    def entered(self) -> tuple[InstalledWorkspace, ...]:
        """Return those of organisations that are not stored yet."""
        stored = {one.installation for one in self._stored.workspaces}
        return tuple(
            one
            for one in self.all
            if one.is_org_wide and one.installation not in stored
        )

    def read_soon(self) -> None:
        """Read what is stored, and let nobody wait; until then what is known holds."""
        self._is_stale = True
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_until_done())

    async def read(self) -> None:
        """Read what is stored now. Raise `DatabaseUnavailable` while that is away."""
        if self._read is None:
            return
        async with self._turn:
            # Of two that read at once, the later one knows what is newer.
            stored = await self._read()
            before = {one.installation for one in self.all}
            self._stored = stored
            organisations = {
                one.installation.enterprise_id for one in stored.organisations
            }
            # What was read with a key that this process lacks by now, and what an
            # organisation has that is not stored yet, goes on being served.
            kept = [
                one
                for one in self.all
                if one.installation in stored.unreadable
                or (one.is_org_wide and one.installation.enterprise_id in organisations)
            ]
            known = [*self._environment, *kept]
            here = [one for one in known if one.installation not in stored.removed]
            here += stored.workspaces
            self._by_team = {one.installation.team_id: one for one in here}
            if {one.installation for one in self.all} != before:
                self.changed.set()

    async def close(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read_until_done(self) -> None:
        while self._is_stale:
            self._is_stale = False
            try:
                await self.read()
            except DatabaseUnavailable as error:
                log.warning("installations.not_read", extra={"reason": str(error)})
                self._is_stale = True
                await asyncio.sleep(RETRY_S)


async def tell_all(
    database: Database, installed: Installations, installation: Installation
) -> None:
    """Have this process and all others read anew who is installed."""
    await installed.read()
    await announce_change(database, installation, ITSELF)
