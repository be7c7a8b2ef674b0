"""`ChangesSince`: "what changed?" means since the last digest that came here."""

import asyncio
import logging
from dataclasses import replace

from bot.audiences import Asker, Audiences, AudienceUnknown, look_up_audience
from bot.briefing.changes import briefing_changes
from bot.briefing.library import Library, SubLibrary
from bot.errors import DatabaseUnavailable
from bot.outbox.history import DeliveryHistory
from bot.outbox.model import DeliveryKind, DeliveryRecord, Status
from bot.questions.answers import Answer
from bot.questions.pages import Page, PageKind, Shown, Since
from bot.revisions import Revisions

log = logging.getLogger(__name__)

PATIENCE_S = 0.8
"""A command is answered within Slack's three seconds, whatever the database does."""
RECENT = 20


class ChangesSince:
    """Turns the page of changes into what changed since this channel was last told.

    Whoever was never sent a digest, or asks while the database is slow, gets the page
    itself: the corrections and updates that the claims tell of.
    """

    def __init__(
        self, history: DeliveryHistory, revisions: Revisions, *, audiences: Audiences
    ) -> None:
        self._history = history
        self._revisions = revisions
        self._audiences = audiences

    async def __call__(self, asker: Asker, answer: Answer) -> Answer:
        """Return the answer as it was, unless it is the page of changes."""
        match answer.reply:
            case Shown(Page(kind=PageKind.CHANGES) as page):
                since = await self._in_time(asker, answer.library, page)
                return replace(answer, reply=since) if since else answer
            case _:
                return answer

    async def _in_time(
        self, asker: Asker, library: SubLibrary, page: Page
    ) -> Since | None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._since(asker, library, page)
        except (DatabaseUnavailable, AudienceUnknown, TimeoutError) as exc:
            log.info("since.not_told", extra={"why": type(exc).__name__})
            return None

    async def _since(
        self, asker: Asker, library: SubLibrary, page: Page
    ) -> Since | None:
        told = await self._last_told(asker)
        earlier = await self._revisions.at(told.revision) if told else None
        if told is None or earlier is None:
            return None
        then = await self._seen_then(asker, earlier, library)
        before = then.by_id.get(page.briefing_id)
        if before is None:
            return None
        found = briefing_changes(before, library.by_id[page.briefing_id])
        return Since(page, found, told.due_at)

    async def _last_told(self, asker: Asker) -> DeliveryRecord | None:
        """Return the last digest of this channel, else of this person."""
        for place in filter(None, (asker.channel_id, asker.user_id)):
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

    async def _seen_then(
        self, asker: Asker, earlier: Library, present: SubLibrary
    ) -> SubLibrary:
        """Return what whoever is asking may be told of the earlier revision."""
        audience = await look_up_audience(
            self._audiences, asker.installation, earlier, person=asker.user_id
        )
        return earlier.as_told_with(present, audience)
