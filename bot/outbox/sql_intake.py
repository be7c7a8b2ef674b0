"""Rows that somebody waits for: planned and acquired in one transaction."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.installation import Installation
from bot.outbox import plan
from bot.outbox.model import Delivery, DeliveryId, NewDelivery, TakenIn

Acquire = Callable[[Connection, Installation, int], tuple[Delivery, ...]]


@dataclass(frozen=True, slots=True)
class Ask:
    """A row, and how many due ones of its workspace the asker has room for."""

    row: NewDelivery
    limit: int

    @property
    def installation(self) -> Installation:
        return self.row.key.installation


def take_in(
    connection: Connection,
    asks: Sequence[Ask],
    *,
    now: datetime,
    acquire: Acquire,
) -> list[TakenIn]:
    """Insert what is new, then acquire as many rows as were asked with."""
    rows = [ask.row for ask in asks]
    new = plan.insert(connection, rows, now=now)
    asked = Counter(ask.installation for ask in asks if ask.row.key.delivery_id in new)
    taken = {}
    for installation, number in asked.items():
        room = max(ask.limit for ask in asks if ask.installation == installation)
        if limit := min(room, number):
            taken[installation] = acquire(connection, installation, limit)
    return answers(asks, new, taken)


def answers(
    asks: Sequence[Ask],
    new: Collection[DeliveryId],
    taken: Mapping[Installation, tuple[Delivery, ...]],
) -> list[TakenIn]:
    """Answer each ask; what was acquired goes to the first of its workspace."""
    left, untold = dict(taken), set(new)
    told = []
    for ask in asks:
        id = ask.row.key.delivery_id
        told.append(TakenIn(id in untold, left.pop(ask.installation, ())))
        untold.discard(id)
    return told
