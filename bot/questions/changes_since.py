"""`ChangesSince`: "what changed?" means since the last digest, or since a day."""

import asyncio
import logging
from datetime import UTC, datetime, time

from bot.audiences import Asker, Audiences, AudienceUnknown, look_up_audience
from bot.briefing.changes import briefing_changes
from bot.briefing.library import SubLibrary
from bot.errors import DatabaseUnavailable
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import DeliveryKind, DeliveryRecord, Status
from bot.questions.pages import Page, PageKind, Reply, Shown, Since
from bot.revisions import Revisions

log = logging.getLogger(__name__)

PATIENCE_S = 0.8
"""A command is answered within Slack's three seconds, whatever the database does."""
RECENT = 20


def is_counted(reply: Reply) -> bool:
    """Say whether it is a page of changes, counted from the last digest or a day."""
    return (
        isinstance(reply, Shown)
        and reply.page.kind is PageKind.CHANGES
        and not reply.page.item_id
    )


class ChangesSince:
    """Turns the page of changes into what changed since the last digest that came.

    Where a day is named it is what changed since that day began, in UTC: what is new
    stands in no claim's own list of revisions.

    Whoever was never sent a digest, or asks while the database is slow, gets the page
    itself: the corrections and updates that the claims tell of.
    """

    def __init__(
        self, history: DeliveryHistory, revisions: Revisions, *, audiences: Audiences
    ) -> None:
        self._history = history
        self._revisions = revisions
        self._audiences = audiences

    async def count(
        self,
        asker: Asker,
        reply: Reply,
        library: SubLibrary,
        *,
        is_for_room: bool = False,
    ) -> Reply:
        """Return the reply as it was, unless it is a page of changes.

        A room is answered from its own digests; one person, where the channel has
        none, from those that came to them.
        """
        if not isinstance(reply, Shown) or not is_counted(reply):
            return reply
        try:
            async with asyncio.timeout(PATIENCE_S):
                since = await self._since(
                    asker, library, reply.page, is_for_room=is_for_room
                )
        except (DatabaseUnavailable, AudienceUnknown, TimeoutError) as exc:
            log.info("changes_since.skipped", extra={"why": type(exc).__name__})
            return reply
        return since or reply

    async def _since(
        self, asker: Asker, library: SubLibrary, page: Page, *, is_for_room: bool
    ) -> Since | None:
        if page.since:
            then = datetime.combine(page.since, time(), UTC)
            earlier = await self._revisions.before(then)
        else:
            places = (
                (asker.channel_id,)
                if is_for_room
                else (asker.channel_id, asker.user_id)
            )
            last = await self._last_digest(asker, *places)
            if last is None:
                return None
            then, earlier = last.due_at, await self._revisions.at(last.revision)
        if earlier is None:
            return None

        audience = await look_up_audience(
            self._audiences,
            asker.installation,
            earlier,
            person=asker.user_id,
            channel=asker.channel_id if is_for_room else "",
        )
        before = earlier.as_told_with(library, audience).by_id.get(page.briefing_id)
        if before is None:
            return None
        changes = briefing_changes(before, library.by_id[page.briefing_id])
        return Since(page, changes, then)

    async def _last_digest(self, asker: Asker, *places: str) -> DeliveryRecord | None:
        """Return the last digest of the first of these places that has one."""
        for place in filter(None, places):
            records = await self._history.records(
                installation=asker.installation,
                statuses=[Status.SENT],
                to={place},
                limit=RECENT,
            )
            digests = (r for r in records if r.key.kind is DeliveryKind.DIGEST)
            if last := next(digests, None):
                return last
        return None
