"""`Home`: what one person's App Home shows."""

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.audiences import (
    UNKNOWN_ZONE,
    Asker,
    Audiences,
    AudienceUnknown,
    People,
    look_up_audience,
)
from bot.briefing.changes import Change, briefing_changes
from bot.briefing.handling import Audience
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing
from bot.curators.dashboard import CuratorDashboard, DashboardPage
from bot.curators.directory import CuratorDirectory
from bot.interfaces import Clock, LibrarySource
from bot.readers.visits import Visit, VisitStore
from bot.revisions import Revisions
from bot.subscriptions.manage import SubscriptionList, Subscriptions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a briefing since somebody was here; or all of it `is_new`."""

    briefing: Briefing
    changes: tuple[Change, ...] = ()
    is_new: bool = False


@dataclass(frozen=True)
class HomePage:
    """One person's Home. `since` is their visit before this one, None for the first.

    `curators` is None for who curates nothing.
    """

    library: SubLibrary
    now: datetime
    zone: str
    since: datetime | None
    news: tuple[News, ...]
    listing: SubscriptionList
    curators: DashboardPage | None


@dataclass(frozen=True)
class Home:
    """Composes the page anew each time: nothing in it is older than the press."""

    briefings: LibrarySource
    audiences: Audiences
    revisions: Revisions
    visits: VisitStore
    subscriptions: Subscriptions
    people: People
    curators: CuratorDirectory
    curation: CuratorDashboard
    clock: Clock

    async def page(self, asker: Asker, *, is_visit: bool) -> HomePage | None:
        """Return the page; None where nobody can say now what this person may see.

        `is_visit` is False for drawing it anew after a press: what was new stays so.
        """
        library = self.briefings.served.library
        try:
            audience = await look_up_audience(
                self.audiences, asker.installation, library, person=asker.user_id
            )
        except AudienceUnknown:
            return None
        zone = await self._follow(asker)
        seen = library.for_audience(audience)
        since = await self._since(asker, library.content_hash, is_visit=is_visit)
        return HomePage(
            seen,
            self.clock.now(),
            zone,
            since.at if since else None,
            news=await self._news(seen, audience, since),
            listing=await self.subscriptions.listing(_alone(asker)),
            curators=await self._curators_page(asker, seen),
        )

    async def _follow(self, asker: Asker) -> str:
        """Catch up with a move of which Slack told us while we were away."""
        zone = await self.people.zone_of(asker.installation, asker.user_id)
        if zone != UNKNOWN_ZONE:
            await self.subscriptions.follow(asker.installation, asker.user_id, zone)
        return zone

    async def _since(
        self, asker: Asker, revision: str, *, is_visit: bool
    ) -> Visit | None:
        person = asker.installation, asker.user_id
        if not is_visit:
            return await self.visits.before(*person)
        return await self.visits.arrive(*person, Visit(revision, self.clock.now()))

    async def _news(
        self, seen: SubLibrary, audience: Audience, since: Visit | None
    ) -> tuple[News, ...]:
        """Compare with what this person may be told of the revision they saw last."""
        earlier = await self.revisions.at(since.revision) if since else None
        if earlier is None:
            return ()
        before = earlier.as_told_with(seen, audience).by_id
        found = (_news_of(before.get(now.id), now) for now in seen.briefings)
        return tuple(news for news in found if news.changes or news.is_new)

    async def _curators_page(
        self, asker: Asker, seen: SubLibrary
    ) -> DashboardPage | None:
        own = await self.curators.briefings_of(asker.installation, asker.user_id)
        if not own:
            return None
        return await self.curation.page(asker.installation, own, seen)


def _news_of(before: Briefing | None, now: Briefing) -> News:
    found = briefing_changes(before, now)
    return News(now, found.news, is_new=found.is_new)


def _alone(asker: Asker) -> Asker:
    return Asker(asker.installation, asker.user_id)
