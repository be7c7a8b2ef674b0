"""A bot without Slack: planner, worker and composers over a real database."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.block_kit.part import ClaimMark, Part
from bot.briefing.library import Library, SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.tlp import Reach
from bot.curators.notices import CuratorNotices, read_notice
from bot.db.database import Database, open_database
from bot.digests.compose import DigestDocument, DocumentKind
from bot.digests.delivery_timing import Timing
from bot.digests.models import Digest, DigestFile
from bot.files.git import LibraryVersion
from bot.interfaces import Served
from bot.outbox.composers import KindComposer, NoticeComposer
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import Delivery, DeliveryKind, Ending
from bot.outbox.notifier import Notifier
from bot.outbox.pacing import PaceLimits, Pacing
from bot.outbox.plan import DeliveryStore
from bot.outbox.watermarks import WatermarkStore
from bot.outbox.worker import Worker
from bot.questions.sharing import ShareComposer, Sharing
from bot.reloader import Reloader, visibility_check
from bot.revisions import Revisions, RevisionStore
from bot.scheduling.digest_composer import DigestComposer
from bot.scheduling.digest_sources import AllDigests
from bot.scheduling.planner import Planner
from bot.scheduling.preflight import Preflight
from bot.subscriptions.store import SubscriptionStore
from tests.fakes import RecordingMessenger, StoppedClock
from tests.held import HeldBriefings, KnownAudiences
from tests.installations import installed_in
from tests.outbox import HERE, no_pause

UNLIMITED = PaceLimits(channel_per_second=None, workspace_per_minute=None)


def make_digest(id: str = "daily", **fields: Any) -> Digest:
    """Return a digest of changes, due each day at eight in London in channel C1."""
    defaults: dict[str, Any] = {
        "title": "Daily",
        "briefings": ["harbour"],
        "when": {"every": "day", "at": "08:00", "timezone": "Europe/London"},
        "to": ["C01"],
    }
    return Digest.model_validate({"id": id} | defaults | fields)


class PlainRenderer:
    """Renders what digests say in a few words."""

    class Digests:
        """Says the kind of the document, then its claims or changes."""

        def __init__(self) -> None:
            self.rendered: list[DigestDocument] = []

        def render(
            self, document: DigestDocument, library: SubLibrary
        ) -> tuple[Part, ...]:
            self.rendered.append(document)
            lead = Part(_lead(document), claims=_marks(document, library))
            if document.kind is not DocumentKind.FULL:
                return (lead,)
            return lead, Part("the thread", claims=lead.claims)


def _lead(document: DigestDocument) -> str:
    changed = [change.claim_id for part in document.parts for change in part.changes]
    shown = [lead.claim.id for part in document.parts for lead in part.highlights]
    extras = [
        "introduced" if document.introduction else "",
        f"late: {document.late.because}" if document.late else "",
        f"since {document.unchanged_since:%d %b}"
        if document.kind is DocumentKind.NOTHING_NEW and document.unchanged_since
        else "",
    ]
    return " | ".join(filter(None, [document.kind.value, *changed, *shown, *extras]))


def _marks(document: DigestDocument, library: SubLibrary) -> tuple[ClaimMark, ...]:
    if document.kind is DocumentKind.NOTHING_NEW:
        return ()
    return tuple(
        ClaimMark(part.briefing.id, claim.id, prints[claim.id])
        for part in document.parts
        for prints in [library.fingerprints[part.briefing.id]]
        for claim in part.briefing.claims
    )


@dataclass
class DigestBot:
    """One process; a second one on the same database is another replica."""

    database: Database
    clock: StoppedClock
    messenger: RecordingMessenger
    audiences: KnownAudiences
    endings: "list[tuple[Delivery, Ending]]" = field(default_factory=list)
    timing: Timing = field(default_factory=Timing)
    loaded: list[str] = field(default_factory=list)
    has_loaded: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        notifier = Notifier()
        self.briefings = HeldBriefings()
        self.store = DeliveryStore(self.database, notifier)
        self.history = DeliveryHistory(self.database)
        self.revisions = Revisions(RevisionStore(self.database), self.clock)
        destinations = DestinationStore(self.database)
        self.digests = AllDigests(self.briefings, SubscriptionStore(self.database))
        self.planner = Planner(
            self.store,
            WatermarkStore(self.database),
            destinations,
            timing=self.timing,
            subscribed=self.digests,
            is_behind=lambda: self.revisions.is_behind,
        )
        self.renderer = PlainRenderer.Digests()
        self.context = DeliveryContext(
            database=self.database,
            destinations=destinations,
            messenger=self.messenger,
            composer=KindComposer(
                self._composers(),
                library=self.revisions.current,
                audiences=self.audiences,
            ),
            observer=self,
            pacing=Pacing(UNLIMITED),
            timing=self.timing,
            jitter=lambda: 0.0,
            pause=no_pause,
        )
        self.worker = Worker(self.context, notifier)
        self.notices = CuratorNotices(
            self.store, self.briefings, self.digests, link_to=lambda _error: ""
        )
        self.reloader = self._reloader()
        self.sharing = Sharing(
            self.store,
            self.revisions,
            audiences=self.audiences,
            messenger=self.messenger,
        )

    def _composers(self) -> Mapping[DeliveryKind, Any]:
        digests = DigestComposer(
            self.digests,
            self.revisions,
            self.history,
            clock=self.clock,
            audiences=self.audiences,
            render=self.renderer.render,
            timing=self.timing,
        )
        shares = ShareComposer(
            self.revisions,
            audiences=self.audiences,
            render=lambda page, _, by, today: Part(
                f"{page.item_id}, shared by {by} on {today}"
            ),
        )
        return {
            DeliveryKind.DIGEST: digests,
            DeliveryKind.SHARE: shares,
            DeliveryKind.NOTICE: NoticeComposer(_in_plain_words),
        }

    def _reloader(self) -> Reloader:
        preflight = Preflight(
            self.messenger,
            self.context.destinations,
            self.context.pacing,
            notify=self.notices.found,
            audience=visibility_check(self.briefings),
        )
        return Reloader(
            self.briefings,
            self.revisions,
            self.planner,
            preflight,
            self.notices,
            library_version=lambda: LibraryVersion(self.clock.now()),
            installed=installed_in(HERE),
            hooks=[self._hook],
        )

    async def _hook(self, library: Library) -> None:
        self.loaded.append(library.content_hash)
        self.has_loaded.set()

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        self.endings.append((delivery, ending))
        await self.notices.ended(delivery, ending)

    async def resent_unverified(self, delivery: Delivery) -> None:
        await self.notices.resent_unverified(delivery)

    async def load(
        self, briefings: Briefing | Iterable[Briefing], *digests: Digest
    ) -> None:
        """Take over files that were edited just now."""
        each = (briefings,) if isinstance(briefings, Briefing) else tuple(briefings)
        self.briefings.served = Served(Library(each), DigestFile(digests=digests))
        await self.reloader.take_over(self.briefings.served)

    async def at(self, now: datetime) -> None:
        """Let it be that time, and plan and deliver what is due by then."""
        self.clock.time = now
        await self.planner.plan()
        await self.work()

    async def work(self) -> None:
        """Deliver until nothing is left to be taken now."""
        while await self.worker.take():
            await self.worker.drain()

    @property
    def reasons(self) -> list[str]:
        """Why the deliveries that this process ended ended."""
        return [ending.reason for _, ending in self.endings]

    def texts(self, channel_id: str = "C01") -> list[str]:
        """What the channel shows now, threads left out."""
        return [
            message.text
            for message in self.messenger.messages
            if message.channel_id == channel_id and not message.thread_ts
        ]


@asynccontextmanager
async def open_bot(
    url: str, clock: StoppedClock, messenger: RecordingMessenger | None = None
) -> AsyncIterator[DigestBot]:
    """Open a process on this database; `messenger` is its workspace."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(url, clock=clock))
        slack = messenger or RecordingMessenger(clock)
        bot = DigestBot(database, clock, slack, KnownAudiences(Reach.MEMBER))
        yield bot


def _in_plain_words(subject: str, request: str) -> Part:
    to_curators = read_notice(subject, request)
    return Part(to_curators.words if to_curators else request)
