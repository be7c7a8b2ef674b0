"""`CuratorDashboard`: what those who answer for briefings should look at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing, Claim
from bot.corrections.store import ClaimKey, ShownWordingStore
from bot.curators.edit_links import EditLinks
from bot.curators.notices import error_in_words
from bot.installation import Installation
from bot.interfaces import Clock, LibrarySource
from bot.outbox.history import DeliveryHistory
from bot.outbox.model import DeliveryKind, DeliveryRecord, Status
from bot.questions.unanswered import UnansweredQuestions, UnansweredTopic
from bot.revisions import RevisionStore, StoredRevision
from bot.scheduling.sources import AllDigests

FAILED_WITHIN = timedelta(days=7)
MOST_LINKED = 12
"""Only so many claims are shown, so no more are looked up in their files."""
_MOST_FAILED = 100


@dataclass(frozen=True, slots=True)
class StaleClaim:
    """A claim whose review is overdue, how often it was read, and where to mend it."""

    briefing: Briefing
    claim: Claim
    reads: int
    edit_url: str = ""


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery that failed for good; `title` is the digest's, empty for others."""

    record: DeliveryRecord
    title: str = ""


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

    gaps: tuple[UnansweredTopic, ...]
    stale: tuple[StaleClaim, ...]
    failed: tuple[FailedDelivery, ...]
    errors: tuple[LoadError, ...]
    revision: StoredRevision | None


@dataclass(frozen=True)
class CuratorDashboard:
    """Collects the page from where each part of it is kept."""

    briefings: LibrarySource
    gaps: UnansweredQuestions
    glimpses: ShownWordingStore
    history: DeliveryHistory
    digests: AllDigests
    revisions: RevisionStore
    links: EditLinks
    clock: Clock

    async def page(
        self, installation: Installation, own: Collection[str], library: SubLibrary
    ) -> DashboardPage:
        """Return the page for who curates `own`, and sees no more than `library`."""
        return DashboardPage(
            gaps=await self.gaps.groups(installation, briefing_ids={*own, ""}),
            stale=await self._stale(installation, own, library),
            failed=await self._failed(installation, own),
            errors=self._errors(own),
            revision=await self.revisions.current(),
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
        reads = await self.glimpses.reads(installation) if overdue else {}
        overdue.sort(key=lambda pair: -_reads(reads, *pair))
        return tuple(
            [
                await self._stale_claim(pair, reads, is_linked=position < MOST_LINKED)
                for position, pair in enumerate(overdue)
            ]
        )

    async def _stale_claim(
        self,
        pair: tuple[Briefing, Claim],
        reads: Mapping[ClaimKey, int],
        *,
        is_linked: bool,
    ) -> StaleClaim:
        briefing, claim = pair
        url = await self.links.to_claim(briefing.id, claim.id) if is_linked else ""
        return StaleClaim(briefing, claim, _reads(reads, briefing, claim), url)

    async def _failed(
        self, installation: Installation, own: Collection[str]
    ) -> tuple[FailedDelivery, ...]:
        records = await self.history.records(
            installation=installation,
            statuses={Status.FAILED},
            since=self.clock.now() - FAILED_WITHIN,
            limit=_MOST_FAILED,
        )
        found = [await self._failed_of(record, own) for record in records]
        return tuple(failed for failed in found if failed)

    async def _failed_of(
        self, record: DeliveryRecord, own: Collection[str]
    ) -> FailedDelivery | None:
        """Leave out digests that are wholly of other briefings."""
        if record.key.kind is not DeliveryKind.DIGEST:
            return FailedDelivery(record)
        found = await self.digests.find(record.key.installation, record.key.subject)
        if found is None:
            return FailedDelivery(record, record.key.subject)
        if not set(own) & set(found.digest.briefing_ids):
            return None
        return FailedDelivery(record, found.digest.title)

    def _errors(self, own: Collection[str]) -> tuple[LoadError, ...]:
        """An error quotes its file, so other curators' files stay theirs to see."""
        served = self.briefings.served
        others = {briefing.id for briefing in served.library.briefings} - set(own)
        return tuple(
            LoadError(error_in_words(error, own), self.links.to_error(error))
            for error in served.errors
            if PurePath(error.path).stem not in others
        )


def _reads(reads: Mapping[ClaimKey, int], briefing: Briefing, claim: Claim) -> int:
    return reads.get(ClaimKey(briefing.id, claim.id), 0)
