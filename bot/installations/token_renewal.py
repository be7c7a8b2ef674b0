"""`TokenRenewal`: tokens that expire are renewed ahead of time, by one process.

Slack's tokens live twelve hours and a refresh token is taken once: of two processes
that use the same one, the second has none. So there is a lease for each installation,
and a token has two hours left when it is renewed: nothing scheduled meets an expired
one, and no request waits for a renewal.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from bot.db.database import Database
from bot.errors import BotError, DatabaseUnavailable
from bot.installation import Installation
from bot.installations.installed import Installations, tell_all
from bot.installations.store import InstallationStore
from bot.installations.token_cipher import UnreadableToken
from bot.interfaces import ring_or_stop

log = logging.getLogger(__name__)

AHEAD = timedelta(hours=2)
LEASE = timedelta(minutes=5)
"""Longer than Slack may take to answer, and how long a failure is left alone."""
MINUTE_S = 60.0
SAVE_AGAIN_S = 1.0

Renew = Callable[[SlackInstallation, timedelta], Awaitable[SlackInstallation | None]]
"""Asks Slack for new tokens if these expire within that time; None where they do not.

Raises `NotRenewed`.
"""


class NotRenewed(BotError):
    """Slack gave no new token: it could not be reached, or refuses."""


@dataclass(frozen=True)
class TokenRenewal:
    """Renews what expires soon, each minute."""

    database: Database
    store: InstallationStore
    installed: Installations
    renew: Renew
    alarm: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Renew until told to stop; the first time does not wait for the alarm."""
        while not stop.is_set():
            try:
                await self.run_once()
            except DatabaseUnavailable as error:
                log.warning("token.database_away", extra={"reason": str(error)})
            await ring_or_stop(self.alarm, stop, within_s=MINUTE_S)

    async def run_once(self) -> int:
        """Renew what expires within two hours; return how many were renewed here."""
        due = await self.store.expiring(datetime.now(UTC) + AHEAD)
        return sum([await self._renew_one(key) for key in due])

    async def _renew_one(self, key: Installation) -> bool:
        before = datetime.now(UTC) + AHEAD
        facts = {"team_id": key.team_id, "enterprise_id": key.enterprise_id}
        try:
            old = await self.store.begin_renewal(key, before=before, lease=LEASE)
            if old is None:
                return False
            new = await self.renew(old, AHEAD)
        except (NotRenewed, UnreadableToken) as exc:
            log.error("token.not_renewed", extra=facts | {"why": str(exc)})
            return False
        if new is None:
            return False

        # The old refresh token is used up: these are to be kept, whatever it takes.
        while True:
            try:
                is_kept = await self.store.renewed(
                    new, instead_of=old.bot_refresh_token or ""
                )
                break
            except DatabaseUnavailable as error:
                log.error("token.not_kept", extra=facts | {"why": str(error)})
                await asyncio.sleep(SAVE_AGAIN_S)
        if is_kept:
            log.info("token.renewed", extra=facts)
            await tell_all(self.database, self.installed, key)
        return is_kept
