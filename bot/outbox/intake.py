"""`Intake`: where rows enter that somebody waits for, past the worker's next round."""

from datetime import datetime

from bot.outbox.model import NewDelivery
from bot.outbox.store import DeliveryStore
from bot.outbox.worker import Worker


class Intake:
    """Hands a row to the worker of this process, if there is one at work."""

    def __init__(self, store: DeliveryStore) -> None:
        self._store = store
        self._worker: Worker | None = None

    def now(self) -> datetime:
        """Return the database's time."""
        return self._store.now()

    def use(self, worker: Worker | None) -> None:
        """Hand rows to this worker from now on; None plans them for any."""
        self._worker = worker

    async def plan(self, row: NewDelivery) -> bool:
        """Plan a row, which survives a crash from then on; say whether it is new."""
        if self._worker is None:
            return bool(await self._store.plan([row]))
        return await self._worker.take_in(row)
