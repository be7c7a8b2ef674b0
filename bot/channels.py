"""`Channels`: what is remembered of channels, the same in every process."""

import logging
from collections.abc import Iterable

from bot.db.database import Database
from bot.errors import DatabaseUnavailable
from bot.installation import Installation
from bot.installations.installed import Installations
from bot.moves import move_channel
from bot.outbox.destinations import DestinationStore
from bot.outbox.notifier import OF_CHANNELS, Notifier, announce_change
from bot.questions.channel_defaults import (
    ChannelDefault,
    ChannelDefaults,
    ChannelDefaultStore,
)
from bot.slack.background import Background

log = logging.getLogger(__name__)


class Channels:
    """Which briefing a channel means, and which id it has, in memory and stored.

    What is set here is stored in the background; `stored` are those from before the
    start.
    """

    def __init__(
        self,
        database: Database,
        store: ChannelDefaultStore,
        destinations: DestinationStore,
        background: Background,
        installed: Installations,
        *,
        stored: Iterable[ChannelDefault],
    ) -> None:
        self._database = database
        self._store = store
        self._destinations = destinations
        self._background = background
        self._installed = installed
        self.defaults = ChannelDefaults(
            lambda new: background.start(self.save(new), "channel default"), stored
        )

    async def save(self, new: ChannelDefault) -> None:
        """Store a default, and let other processes know."""
        await self._store.save(new)
        self.defaults.saved(new)
        await announce_change(self._database, new.installation, OF_CHANNELS)

    def follow(self, notifier: Notifier) -> None:
        """Hear of what other processes keep of channels."""

        def changed(installation: Installation, *ids: str) -> None:
            if OF_CHANNELS in ids:
                self._destinations.forget(installation)
                self._background.start(self.load(), "channel defaults")

        def missed() -> None:
            self._destinations.forget_all()
            self._background.start(self.load(), "channel defaults")

        notifier.follow(changed, missed)

    async def load(self) -> None:
        """Take over what is stored, unless the database is away."""
        try:
            stored = await self._store.load()
        except DatabaseUnavailable as error:
            # It is read anew when the database is heard of again.
            log.warning("defaults.database_away", extra={"reason": str(error)})
            return
        self.defaults.take_over(stored)

    async def move(self, installation: Installation, old_id: str, new_id: str) -> None:
        """Let what is stored and what is remembered of a channel follow its new id.

        So does all that the organisation's other workspaces keep of it. Those of other
        companies do not: whoever leaves a shared channel gets another id, and those who
        stay keep theirs. https://docs.slack.dev/reference/events/channel_id_changed
        """
        everywhere = self._installed.siblings(installation)
        await move_channel(self._database, everywhere, old_id, new_id)
        for one in everywhere:
            self._destinations.forget(one)
            self.defaults.move(one, old_id, new_id)
            await announce_change(self._database, one, OF_CHANNELS)
