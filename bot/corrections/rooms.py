"""`ChangedRooms`: what stands in a room that more people read by now.

A channel that is shared with others, gets its first guest or turns public may hold
messages that were not for these. Slack keeps them in sight, so they are withdrawn: what
stood there is replaced by a line that says so. Of TLP:GREEN, which a community may see,
the curators are told, and decide.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, or_, select

from bot.audiences import Audiences, AudienceUnknown
from bot.block_kit.part import Part
from bot.briefing.library import Library, SnapshotError
from bot.briefing.tlp import Audience, Label
from bot.corrections.model import Carrier, StepRequest
from bot.corrections.states import CARRIERS, as_carrier, plan_edits
from bot.db.database import Database
from bot.db.statements import lock, of_installation
from bot.db.tables import message_states, messages, payloads
from bot.errors import DatabaseUnavailable
from bot.installation import Installation
from bot.interfaces import ring_or_stop
from bot.outbox.model import Payload
from bot.outbox.notifier import Notifier
from bot.revisions import Revisions

log = logging.getLogger(__name__)

AGAIN_S = 60.0
"""How long after Slack did not say who reads a room it is asked once more."""
HOUR_S = 3_600.0
"""How often all rooms that hold something restricted are looked at: events get lost."""
PAGE = 200
_WITHDRAWN_FROM = Label.AMBER
"""This label and stricter ones are withdrawn; of others the curators are told."""

_Room = tuple[Installation, str]


@dataclass(frozen=True, slots=True)
class Overheard:
    """Messages in a room that not everybody who reads there may see.

    `withdrawn` says what becomes of them: they are withdrawn, or curators decide.
    """

    installation: Installation
    channel_id: str
    messages: tuple[str, ...]
    """Their `ts`, the newest first."""
    briefing_ids: frozenset[str]
    withdrawn: bool


class ChangedRooms:
    """Looks at rooms that events tell of, and at all of them each hour."""

    def __init__(
        self,
        database: Database,
        revisions: Revisions,
        audiences: Audiences,
        notifier: Notifier,
        *,
        siblings: Callable[[Installation], Iterable[Installation]],
        has_left: Callable[[Installation], bool],
        tell: Callable[[Overheard], Awaitable[None]],
    ) -> None:
        """Take who is told, and who knows workspaces: which share channels with one,
        and whether the app has left one.
        """
        self._database = database
        self._revisions = revisions
        self._audiences = audiences
        self._notifier = notifier
        self._siblings = siblings
        self._has_left = has_left
        self._tell = tell
        self._waiting: set[_Room] = set()
        self._wake = asyncio.Event()

    def changed(self, installation: Installation, channel_id: str) -> None:
        """Have a room looked at in each workspace that may share it.

        Who reads it may have changed, and Slack tells one of them.
        """
        self._waiting |= {(one, channel_id) for one in self._siblings(installation)}
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Look at rooms until told to stop."""
        loop = asyncio.get_running_loop()
        # Events that came while no process ran are made up for soon.
        all_at = loop.time() + AGAIN_S
        wait_s = AGAIN_S
        while await ring_or_stop(self._wake, stop, within_s=wait_s):
            try:
                if loop.time() >= all_at:
                    await self.look_at_all()
                    all_at = loop.time() + HOUR_S
                await self.look()
                wait_s = AGAIN_S if self._waiting else max(0.0, all_at - loop.time())
            except (DatabaseUnavailable, SnapshotError) as error:
                log.warning("rooms.later", extra={"reason": str(error)})
                wait_s = AGAIN_S

    async def look_at_all(self) -> None:
        """Look at every room where something stands that is not for everybody."""
        self._waiting |= set(await self._database.read(_rooms))
        await self.look()

    async def look(self) -> None:
        """Look at the rooms that wait; one of which Slack says nothing waits on.

        Of a workspace that the app has left nothing can be withdrawn.
        """
        library = await self._revisions.current()
        for room in sorted(self._waiting):
            self._waiting.discard(room)
            if self._has_left(room[0]):
                continue
            try:
                await self._look_at(room, library)
            except AudienceUnknown:
                self._waiting.add(room)
            except BaseException:
                self._waiting.add(room)
                raise

    async def _look_at(self, room: _Room, library: Library) -> None:
        installation, channel_id = room
        shown = await self._database.read(partial(_restricted, room=room))
        if not shown:
            return
        audience = await self._audiences.of_channel(installation, channel_id)
        found: dict[bool, list[_Shown]] = {True: [], False: []}
        for each in shown:
            earlier = await self._revisions.at(each.revision)
            if hidden := _hidden(each.part, earlier, library, audience):
                strictest = max(label.rank for label in hidden)
                found[strictest >= _WITHDRAWN_FROM.rank].append(each)

        if found[True]:
            carriers = [each.carrier for each in found[True]]
            now = self._database.now()
            await self._database.write(partial(_plan, carriers=carriers, now=now))
            self._notifier.notify()
        for withdrawn, those in found.items():
            if not those:
                continue
            extra = {"channel_id": channel_id, "messages": len(those)}
            event = "room.withdrawn" if withdrawn else "room.overheard"
            log.warning(event, extra=extra)
            overheard = Overheard(
                installation,
                channel_id,
                tuple(each.carrier.ts for each in those),
                frozenset(m.briefing_id for each in those for m in each.part.claims),
                withdrawn,
            )
            await self._tell(overheard)


@dataclass(frozen=True)
class _Shown:
    """A message in a room, and what it shows."""

    carrier: Carrier
    part: Part
    revision: str


def _rooms(connection: Connection) -> list[_Room]:
    """Return the channels where something stands that is not for everybody."""
    statement = (
        select(messages.c.enterprise_id, messages.c.team_id, messages.c.channel_id)
        .join(payloads, payloads.c.hash == messages.c.shown_hash)
        .where(_MAY_BE_RESTRICTED, messages.c.channel_id.not_like("D%"))
        .distinct()
    )
    return [
        (Installation(row.team_id, row.enterprise_id), row.channel_id)
        for row in connection.execute(statement)
    ]


_MAY_BE_RESTRICTED = or_(
    *(
        payloads.c.audience.contains(label.value, autoescape=True)
        for label in Label
        if label is not Label.CLEAR
    )
)


def _restricted(connection: Connection, room: _Room) -> list[_Shown]:
    """Return what stands there of which not every label is TLP:CLEAR."""
    installation, channel_id = room
    statement = (
        CARRIERS.add_columns(payloads.c.content)
        .join(payloads, payloads.c.hash == messages.c.shown_hash)
        .where(
            *of_installation(installation, messages),
            messages.c.channel_id == channel_id,
            _MAY_BE_RESTRICTED,
        )
    )
    found = []
    for row in connection.execute(statement):
        payload = Payload.from_json(row.content)
        part = payload.parts[row.shown_part]
        found.append(_Shown(as_carrier(row), part, payload.revision))
    return found


def _hidden(
    part: Part, earlier: Library | None, library: Library, audience: Audience
) -> set[Label]:
    """Return the labels, then or now, of what a message shows and not all may see.

    Of a revision that nobody can read any more the words of now decide.
    """
    then = earlier or library
    seen = then.as_told_with(library.for_audience(audience), audience)
    labels = set()
    for mark in part.claims:
        briefing = seen.by_id.get(mark.briefing_id)
        if briefing and mark.claim_id in briefing.told_texts:
            continue
        if seen.claim(mark.briefing_id, mark.claim_id):
            continue
        for each in (*then.briefings, *library.briefings):
            if each.id == mark.briefing_id:
                claim = next((c for c in each.claims if c.id == mark.claim_id), None)
                labels.add(each.label_of(claim) if claim else each.handling)
    return {label for label in labels if label is not None}


def _plan(connection: Connection, carriers: Sequence[Carrier], now: datetime) -> int:
    """Plan that the messages are withdrawn; nobody there is told in a note."""
    lock(connection, message_states)
    still = {
        (row.delivery_id, row.part): row.state
        for row in connection.execute(
            select(messages.c.delivery_id, messages.c.part, messages.c.state).where(
                messages.c.delivery_id.in_([c.id.delivery_id for c in carriers])
            )
        )
    }
    same = [c for c in carriers if still.get((c.id.delivery_id, c.id.part)) == c.state]
    for start in range(0, len(same), PAGE):
        page = same[start : start + PAGE]
        requests = [StepRequest(reader_id=c.reader_id, withdrawn=True) for c in page]
        plan_edits(connection, page, requests, now, followed_at=now)
    return len(same)
