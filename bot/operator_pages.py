"""`OperatorPages`: how the bot is, and its numbers, for whoever runs it."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.capabilities import Capabilities
from bot.corrections.records import count_waiting
from bot.errors import DatabaseUnavailable
from bot.outbox.backlog import backlogs
from bot.slack.socket import SocketMode
from bot.web import Health

NOT_SERVED = "{place} has an error, which the log names: the last good state is served."
"""Anybody may ask for the health, and an error quotes its file."""
NOT_CONNECTED = "Not connected to Slack."
DATABASE_S = 1.0  # How long a health check waits for the database.
SET_BACK = (
    "The clock was set back at {at:%H:%M} UTC: digests had been planned until "
    "{until:%d %b %H:%M} UTC, and are planned on from now. Let NTP set the clock."
)
SAID_FOR = timedelta(hours=1)
"""How long a health check tells of a clock that was set back."""
WORDS_ALONE = "Sentence vectors are not to be had, as the log says: words alone answer."
BEHIND = "Another process has newer briefings: this one plans nothing."


@dataclass(frozen=True)
class OperatorPages:
    """Asks all parts of the bot; `socket` is None where Slack calls over HTTP."""

    capabilities: Capabilities
    socket: SocketMode | None

    async def health(self) -> Health:
        """Return how the bot is, in words that an operator can act on."""
        capabilities = self.capabilities
        served = capabilities.workspace.briefings.served
        warnings = [NOT_SERVED.format(place=error.place) for error in served.errors]
        if capabilities.revisions.is_superseded:
            warnings.append(BEHIND)
        mended, now = capabilities.planner.mended, capabilities.stores.database.now()
        if mended is not None and now - mended.at < SAID_FOR:
            warnings.append(SET_BACK.format(at=mended.at, until=mended.planned_until))
        if capabilities.meanings.trouble:
            warnings.append(WORDS_ALONE)

        obstacles = []
        if self.socket is not None and not await self.socket.is_connected():
            obstacles.append(NOT_CONNECTED)
        if trouble := await capabilities.write_probe.trouble(DATABASE_S):
            obstacles.append(trouble)
        return Health(
            ready=not obstacles,
            degraded=bool(warnings),
            reasons=(*warnings, *obstacles),
            facts={"revision": served.library.content_hash[:12]},
        )

    async def metrics(self) -> bytes:
        """Return the numbers, those that are asked of the database among them."""
        capabilities, metrics = self.capabilities, self.capabilities.metrics
        is_behind = capabilities.revisions.is_superseded
        metrics.serving(capabilities.workspace.briefings.served, is_behind=is_behind)
        metrics.meaning(works=not capabilities.meanings.trouble)
        metrics.busy(len(asyncio.all_tasks()))
        database = capabilities.stores.database
        now = database.now()
        try:
            async with asyncio.timeout(DATABASE_S):
                waiting, asked = await database.read(
                    lambda c: (backlogs(c, now=now), count_waiting(c))
                )
            metrics.database_answered(waiting, corrections=asked)
        except (DatabaseUnavailable, TimeoutError):
            metrics.database_away()
        return metrics.page()
