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
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.tlp import Audience
from bot.curators.curator_directory import CuratorDirectory
from bot.curators.dashboard import CuratorDashboard, DashboardPage
from bot.interfaces import Clock, LibrarySource
from bot.readers.home_visits import Visit, VisitStore
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
    """Composes the page anew each time: nothing in it is older than the request."""

    briefings: LibrarySource
    audiences: Audiences
    revisions: Revisions
    visits: VisitStore
    subscriptions: Subscriptions
    people: People
    curators: CuratorDirectory
    dashboard: CuratorDashboard
    clock: Clock

    async def page(self, asker: Asker, *, is_visit: bool) -> HomePage | None:
        """Return the page; None where nobody can say now what this person may see.

        `is_visit` is False for drawing it anew after a button: what was new stays so.
        """
        library = self.briefings.served.library
        try:
            audience = await look_up_audience(
                self.audiences, asker.installation, library, person=asker.user_id
            )
        except AudienceUnknown:
            return None
        installation, user_id = person = asker.installation, asker.user_id
        zone = await self.people.zone_of(*person)
        if zone != UNKNOWN_ZONE:
            # Slack may have told of the person's move while the bot was away.
            await self.subscriptions.follow(installation, user_id, zone)

        now = self.clock.now()
        if is_visit:
            visit = Visit(library.content_hash, now)
            since = await self.visits.arrive(*person, visit)
        else:
            since = await self.visits.before(*person)
        seen = library.for_audience(audience)
        news = await self._news(seen, audience, since)
        own = await self.curators.briefings_of(*person)
        dashboard = None
        if own:
            dashboard = await self.dashboard.page(installation, own, seen)
        return HomePage(
            seen,
            now,
            zone,
            since.at if since else None,
            news=news,
            listing=await self.subscriptions.listing(Asker(*person)),
            curators=dashboard,
        )

    async def _news(
        self, seen: SubLibrary, audience: Audience, since: Visit | None
    ) -> tuple[News, ...]:
        """Compare with what this person may be told of the revision they saw last."""
        earlier = await self.revisions.at(since.revision) if since else None
        if earlier is None:
            return ()
        before = earlier.as_told_with(seen, audience).by_id
        news = []
        for briefing in seen.briefings:
            found = briefing_changes(before.get(briefing.id), briefing)
            if found.news or found.is_new:
                news.append(News(briefing, found.news, is_new=found.is_new))
        return tuple(news)
