"""What services ask of SQL about readers: their subscriptions and their visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.digests.subscriptions import Subscription
from bot.installation import Installation
from bot.services.deliveries import NewDelivery
from bot.services.stores import Watermark


class SubscriptionStore(Protocol):
    """Keeps subscriptions, and with each one the watermark of its schedule.

    Both change in one transaction, so a crash in between can neither repeat a morning
    nor lose one. Lists are in the order of setting up.
    """

    async def create(
        self, subscription: Subscription, introduction: NewDelivery | None = None
    ) -> bool:
        """Keep a new one, which begins now, and plan what introduces it.

        False where its id is known already: then nothing is planned either.
        """
        ...

    async def find(
        self, installation: Installation, subscription_id: str
    ) -> Subscription | None:
        """Return one by its id, or None where it is gone."""
        ...

    async def of_person(
        self, installation: Installation, user_id: str
    ) -> Sequence[Subscription]:
        """Return what a person has set up, for themselves and for channels."""
        ...

    async def in_channel(
        self, installation: Installation, channel_id: str
    ) -> Sequence[Subscription]:
        """Return what was set up for a channel, by whomever."""
        ...

    async def of_installation(
        self, installation: Installation
    ) -> Sequence[Subscription]:
        """Return all of a workspace."""
        ...

    async def due(
        self, installation: Installation, by: datetime
    ) -> Sequence[Subscription]:
        """Return those that may have come due by then, or a first thousand of them."""
        ...

    async def due_in_channels(
        self, installation: Installation, by: datetime
    ) -> Sequence[Subscription]:
        """Return those of channels alone."""
        ...

    async def planned(self, watermarks: Sequence[Watermark]) -> None:
        """Look ahead: what is planned until then is due again at its next time."""
        ...

    async def pause(self, installation: Installation, subscription_id: str) -> bool:
        """Keep one from coming due, and end what is planned of it.

        False where it is gone or is paused already.
        """
        ...

    async def resume(self, installation: Installation, subscription_id: str) -> bool:
        """Begin one anew from now; False where it is gone or is not paused."""
        ...

    async def delete(self, installation: Installation, subscription_id: str) -> bool:
        """Forget one, and end what is planned of it; False where it is gone already."""
        ...

    async def delete_all(self, installation: Installation) -> int:
        """Forget all of a workspace, as when the app is removed; return how many."""
        ...

    async def follow(self, installation: Installation, user_id: str, zone: str) -> int:
        """Move a person's own DMs to another zone; return how many were elsewhere.

        What was sent under a local time is past there too, wherever the person flew.
        """
        ...


@dataclass(frozen=True, slots=True)
class Visit:
    """What a person saw in their App Home: the current revision, and when."""

    revision: str
    at: datetime


class VisitStore(Protocol):
    """Remembers each person's last visits to their App Home, and nothing else of them.

    Openings that follow each other within half an hour are one visit: what is new does
    not vanish when somebody looks again.
    """

    async def arrive(
        self, installation: Installation, user_id: str, visit: Visit
    ) -> Visit | None:
        """Keep a visit and return the one before it, or None if it is the first."""
        ...

    async def before(self, installation: Installation, user_id: str) -> Visit | None:
        """Return what `arrive` returned last, without a visit."""
        ...

    async def knows(self, installation: Installation, user_id: str) -> bool:
        """Say whether anything is kept of a person."""
        ...

    async def forget(self, installation: Installation, user_id: str) -> bool:
        """Drop what is kept of a person; False where nothing was."""
        ...
