"""`CuratorDashboard`: what those who answer for briefings should look at."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePath

from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing, Claim
from bot.corrections.model import ClaimKey
from bot.corrections.report import CorrectionRecord, report
from bot.corrections.shown_wordings import ShownWordingStore
from bot.curators.edit_links import EditLinks
from bot.curators.handling import HandledStore
from bot.curators.notices import error_in_words
from bot.curators.votes import VoteCount, VoteStore
from bot.db.database import Database
from bot.installation import Installation
from bot.interfaces import Clock, LibrarySource
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import DeliveryKind, DeliveryRecord, Status
from bot.questions.unanswered import UnansweredQuestions, UnansweredTopic
from bot.revisions import RevisionStore, StoredRevision
from bot.scheduling.digest_sources import AllDigests

FAILED_WITHIN = WEEK = timedelta(days=7)
MOST_READ = 5
MOST_LINKED = 12
"""Only so many claims are shown, so no more are looked up in their files."""
_MOST_FAILED = 100


@dataclass(frozen=True, slots=True)
class StaleClaim:
    """A claim whose review is overdue, how often it was read, and where to edit it."""

    briefing: Briefing
    claim: Claim
    reads: int
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery that failed for good; `title` is the digest's, empty for others."""

    record: DeliveryRecord
    title: str = ""

    @property
    def item(self) -> str:
        """What it is called where curators say that it is dealt with."""
        return f"failed/{self.record.key.delivery_id}"


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim, and how often it was read and judged within a week."""

    briefing: Briefing
    claim: Claim
    reads: int
    votes: VoteCount
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class LoadError:
    """What keeps a file from being served, in words, and the link to its line."""

    words: str
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """All of it is of the briefings that this curator answers for.

    `revision` is what is served now, None before the first was stored.
    """

    unanswered: tuple[UnansweredTopic, ...]
    stale: tuple[StaleClaim, ...]
    failed: tuple[FailedDelivery, ...]
    errors: tuple[LoadError, ...]
    revision: StoredRevision | None
    read: tuple[ReadClaim, ...] = ()
    corrections: tuple[CorrectionRecord, ...] = ()


@dataclass(frozen=True)
class CuratorDashboard:
    """Collects the page from where each part of it is kept."""

    database: Database
    briefings: LibrarySource
    unanswered: UnansweredQuestions
    shown: ShownWordingStore
    history: DeliveryHistory
    digests: AllDigests
    revisions: RevisionStore
    votes: VoteStore
    handled: HandledStore
    links: EditLinks
    clock: Clock

    async def page(
        self, installation: Installation, own: Collection[str], library: SubLibrary
    ) -> DashboardPage:
        """Return the page for who curates `own`, and sees no more than `library`."""
        # An error quotes its file, so other curators' files stay theirs to see.
        served = self.briefings.served
        others = {briefing.id for briefing in served.library.briefings} - set(own)
        errors = [e for e in served.errors if PurePath(e.path).stem not in others]
        if served.library.workspaces is not None:
            # Of several workspaces, a file's name may be another one's.
            errors = [e for e in errors if PurePath(e.path).stem in own]
        a_week_ago = self.clock.now() - WEEK
        corrected = await self.database.read(
            lambda c: report(c, installation=installation, since=a_week_ago)
        )
        return DashboardPage(
            unanswered=await self.unanswered.topics(
                installation, briefing_ids={*own, ""}
            ),
            stale=await self._stale(installation, own, library),
            failed=await self._failed(installation, own),
            errors=tuple(
                LoadError(error_in_words(error, own), self.links.to_error(error))
                for error in errors
            ),
            revision=await self.revisions.current(),
            read=await self._read(installation, own, library),
            corrections=tuple(
                each for each in corrected if each.correction.claim.briefing_id in own
            ),
        )

    async def _read(
        self, installation: Installation, own: Collection[str], library: SubLibrary
    ) -> tuple[ReadClaim, ...]:
        """Find what was read and judged in the last week, the most read first."""
        since = self.clock.now() - WEEK
        reads = await self.shown.reads_since(installation, since.date())
        votes = await self.votes.counts_since(installation, since)
        found = [
            ReadClaim(
                briefing,
                claim,
                reads.get(key, 0),
                votes.get(key, VoteCount()),
            )
            for briefing in library.briefings
            if briefing.id in own
            for claim in briefing.claims
            if (key := ClaimKey(briefing.id, claim.id)) in reads.keys() | votes.keys()
        ]
        found.sort(key=lambda one: (-one.reads, -one.votes.helpful))
        return tuple(
            [
                replace(
                    one,
                    edit_url=await self.links.to_claim(one.briefing.id, one.claim.id),
                )
                for one in found[:MOST_READ]
            ]
        )

    async def _stale(
        self, installation: Installation, own: Collection[str], library: SubLibrary
    ) -> tuple[StaleClaim, ...]:
        """Find what is overdue, the most read first: there an error does most harm."""
        today = self.clock.now().date()
        overdue = [
            (briefing, claim)
            for briefing in library.briefings
            if briefing.id in own
            for claim in briefing.claims
            if not claim.is_withdrawn and briefing.is_stale(claim, today)
        ]
        reads = await self.shown.reads(installation) if overdue else {}
        counted = [
            (reads.get(ClaimKey(briefing.id, claim.id), 0), briefing, claim)
            for briefing, claim in overdue
        ]
        counted.sort(key=lambda one: -one[0])

        stale: list[StaleClaim] = []
        for count, briefing, claim in counted:
            url = ""
            if len(stale) < MOST_LINKED:
                url = await self.links.to_claim(briefing.id, claim.id)
            stale.append(StaleClaim(briefing, claim, count, url))
        return tuple(stale)

    async def _failed(
        self, installation: Installation, own: Collection[str]
    ) -> tuple[FailedDelivery, ...]:
        """Find what failed, without digests that are wholly of other briefings."""
        records = await self.history.records(
            installation=installation,
            statuses={Status.FAILED},
            since=self.clock.now() - FAILED_WITHIN,
            limit=_MOST_FAILED,
        )
        failed = []
        handled = await self.handled.all(installation)
        for record in records:
            if FailedDelivery(record).item in handled:
                continue
            if record.key.kind is not DeliveryKind.DIGEST:
                failed.append(FailedDelivery(record))
                continue
            found = await self.digests.find(installation, record.key.subject)
            if found is None:
                failed.append(FailedDelivery(record, record.key.subject))
            elif set(own) & set(found.digest.briefing_ids):
                failed.append(FailedDelivery(record, found.digest.title))
        return tuple(failed)
