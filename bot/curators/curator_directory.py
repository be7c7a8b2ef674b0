"""`CuratorDirectory`: which briefings a person answers for."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

from bot.audiences import Admission, People
from bot.digests.models import Recipient, RecipientKind, read_recipient
from bot.errors import DeliveryError
from bot.installation import Installation
from bot.interfaces import Clock, LibrarySource
from bot.outbox.interfaces import Messenger
from bot.outbox.model import DeliveryKey, NewDelivery

log = logging.getLogger(__name__)

KEPT_S = 900.0
Pins = Callable[[Installation], Awaitable[Mapping[str, str]]]
"""Returns channel ids by the names that the outbox resolved."""

_IN = frozenset({Admission.ADMITTED, Admission.JOINABLE, Admission.ARCHIVED})


class CuratorDirectory:
    """Knows a person as curator by their id, or as member of the curators' channel.

    What Slack says is kept for a quarter of an hour; what it does not say is no.
    """

    def __init__(
        self,
        briefings: LibrarySource,
        people: People,
        pins: Pins,
        messenger: Messenger,
        *,
        clock: Clock,
    ) -> None:
        self._briefings = briefings
        self._people = people
        self._pins = pins
        self._messenger = messenger
        self._clock = clock
        self._kept: dict[tuple[Installation, str, str], tuple[bool, float]] = {}

    async def briefings_of(
        self, installation: Installation, user_id: str
    ) -> frozenset[str]:
        """Return the ids of the briefings that this person curates."""
        found = set()
        library = self._briefings.served.library
        for briefing in library.briefings:
            names = library.curators(briefing, installation)
            for curator in curators_in(installation, names):
                if await self._is(installation, user_id, curator):
                    found.add(briefing.id)
                    break
        return frozenset(found)

    async def _is(
        self, installation: Installation, user_id: str, curator: Recipient
    ) -> bool:
        if curator.kind is RecipientKind.USER:
            return curator.value == user_id
        key, now = (installation, user_id, curator.value), self._clock.elapsed_s()
        known, until = self._kept.get(key, (False, now))
        if now < until:
            return known

        found = False
        if channel_id := await self._channel_id(installation, curator):
            admission = await self._people.admission(installation, channel_id, user_id)
            found = admission in _IN
        self._kept[key] = found, now + KEPT_S
        return found

    async def _channel_id(self, installation: Installation, curator: Recipient) -> str:
        """Return the channel, by the outbox's pin if there is one; or nothing."""
        if curator.kind is RecipientKind.CHANNEL:
            return curator.value
        pins = await self._pins(installation)
        if pinned := pins.get(f"#{curator.value}"):
            return pinned
        try:
            return await self._messenger.resolve_name(installation, curator.value) or ""
        except DeliveryError:
            return ""


def curators_in(installation: Installation, curators: Iterable[str]) -> list[Recipient]:
    """Read curators as their briefing names them; those of elsewhere are left out."""
    found = []
    for text in curators:
        try:
            curator = read_recipient(text)
        except ValueError:
            log.warning("notice.unknown_curator", extra={"curator": text})
            continue
        if curator.team_id in ("", installation.team_id):
            found.append(curator)
    return found


def rows_to_curators(
    installation: Installation,
    curators: Iterable[str],
    request: str,
    *,
    about: str,
    occasion: str,
    now: datetime,
    grace: timedelta,
) -> list[NewDelivery]:
    """Return a notice to each of these curators; none where nobody is named here.

    The same `about` on the same `occasion` is said once. `grace` is how long it is
    tried.
    """
    return [
        NewDelivery(
            DeliveryKey.for_notice(
                installation, about, occasion, recipient=str(curator)
            ),
            destination=curator.destination,
            due_at=now,
            expires_at=now + grace,
            request=request,
        )
        for curator in curators_in(installation, curators)
    ]
