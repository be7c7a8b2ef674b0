"""`DigestListing`: which digests reach a person or a channel, and how they ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.audiences import Asker, Audiences, visible_library
from bot.briefing.library import SubLibrary
from bot.briefing.problems import nearest
from bot.digests.models import (
    Digest,
    Show,
    cover,
    is_subscription,
    shown_title,
)
from bot.digests.occurrences import next_occurrences
from bot.interfaces import LibrarySource
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.destinations import DestinationStore
from bot.outbox.plan import DeliveryStore
from bot.outbox.watermarks import Mended, WatermarkStore
from bot.subscriptions.store import SubscriptionStore

MOST_ENDINGS = 5


@dataclass(frozen=True, slots=True)
class DigestSummary:
    """A digest as a list shows it; `next_at` is None while it is paused."""

    digest_id: str
    title: str
    show: Show
    next_at: datetime | None
    zone: str

    @property
    def is_subscription(self) -> bool:
        """Say whether somebody set it up in Slack, who may have paused it."""
        return is_subscription(self.digest_id)


@dataclass(frozen=True, slots=True)
class DigestList:
    """The digests of this channel, and those that come to the person alone."""

    of_channel: tuple[DigestSummary, ...] = ()
    mine: tuple[DigestSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryEnding:
    """What became of one occurrence here: its ending, or that it is under way."""

    due_at: datetime
    reason: str
    is_over: bool
    is_mine: bool = False
    """It came, or is to come, to the person alone."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A digest with what became of its last occurrences here, latest first."""

    digest: DigestSummary
    endings: tuple[DeliveryEnding, ...]
    mended: Mended | None = None
    """Its planning was set back with the clock."""


@dataclass(frozen=True, slots=True)
class NoSuchDigest:
    """The words name none that reaches this person or channel; `known` do."""

    words: str
    near: str = ""
    known: tuple[DigestSummary, ...] = ()


@dataclass(frozen=True, slots=True)
class _ConfiguredDigest:
    """A digest that is set up, wherever that was."""

    digest: Digest
    next_at: datetime | None

    def reaches(self, names: set[str], team_id: str) -> bool:
        """Say whether one of these is a recipient there, as its author names them."""
        return any(
            to.destination in names
            for to in self.digest.to
            if to.team_id in ("", team_id)
        )

    def summary(self, library: SubLibrary) -> DigestSummary:
        """Return it for whoever sees this sub-library."""
        digest = self.digest
        return DigestSummary(
            digest.id,
            shown_title(digest, library),
            digest.show,
            self.next_at,
            digest.when.timezone,
        )


class DigestListing:
    """Answers `/brief digests` and `/brief why`.

    A digest is named only to those who may see something of it: its very title could
    tell of what is withheld.
    """

    def __init__(
        self,
        briefings: LibrarySource,
        subscriptions: SubscriptionStore,
        destinations: DestinationStore,
        *,
        audiences: Audiences,
        history: DeliveryHistory,
        store: DeliveryStore,
        watermarks: WatermarkStore,
    ) -> None:
        self._briefings = briefings
        self._subscriptions = subscriptions
        self._destinations = destinations
        self._audiences = audiences
        self._history = history
        self._store = store
        self._watermarks = watermarks

    async def listing(self, asker: Asker) -> DigestList | None:
        """Return what reaches them; None where who is asking could not be found out."""
        served = self._briefings.served.library
        library = await visible_library(served, self._audiences, asker)
        if library is None:
            return None
        found = []
        now = self._store.now()
        for digest in self._briefings.served.digests.digests:
            coming = next_occurrences(digest.when, now, 1, holidays=digest.holidays)
            next_at = coming[0].scheduled_for if coming else None
            found.append(_ConfiguredDigest(digest, next_at))
        installation = asker.installation
        own = await self._subscriptions.of_person(installation, asker.user_id)
        around = await self._subscriptions.in_channel(installation, asker.channel_id)
        subscribed = {each.id: each for each in (*own, *around)}
        found += [_ConfiguredDigest(s.digest, s.next_at) for s in subscribed.values()]

        names, team_id = await self._names_of(asker), installation.team_id
        visible = [one for one in found if cover(one.digest, library)]
        here = [one for one in visible if one.reaches(names, team_id)]
        mine = [one for one in visible if one.reaches({asker.user_id}, team_id)]
        return DigestList(
            tuple(one.summary(library) for one in here),
            tuple(one.summary(library) for one in mine),
        )

    async def why(
        self, asker: Asker, words: str
    ) -> tuple[Explanation, ...] | NoSuchDigest | None:
        """Explain the digest that is named, or all that reach them; None as above."""
        listing = await self.listing(asker)
        if listing is None:
            return None
        known = tuple(dict.fromkeys((*listing.of_channel, *listing.mine)))
        chosen = _find_by_words(words, known) if words else known
        if not chosen:
            titles = {digest.title.casefold(): digest.title for digest in known}
            near = nearest(words.casefold(), titles)
            return NoSuchDigest(words, titles[near] if near else "", known)

        explanations = []
        ids = [digest.digest_id for digest in chosen]
        mended = await self._watermarks.mended(asker.installation, ids)
        to = {asker.user_id, *await self._names_of(asker)}
        for digest in chosen:
            records = await self._history.records(
                installation=asker.installation,
                digest_id=digest.digest_id,
                to=to,
                limit=MOST_ENDINGS,
            )
            endings = tuple(
                DeliveryEnding(
                    record.due_at,
                    record.reason or record.status.value,
                    is_over=record.status.is_ending,
                    is_mine=record.key.person_id == asker.user_id,
                )
                for record in records
            )
            explained = Explanation(digest, endings, mended.get(digest.digest_id))
            explanations.append(explained)
        return tuple(explanations)

    async def _names_of(self, asker: Asker) -> set[str]:
        """Return what the channel is called in `digests.yaml`: its id, its name."""
        if not asker.channel_id:
            return set()
        pins = await self._destinations.pins(asker.installation)
        pinned = {name for name, id in pins.items() if id == asker.channel_id}
        return {asker.channel_id, *pinned}


def _find_by_words(
    words: str, known: Sequence[DigestSummary]
) -> tuple[DigestSummary, ...]:
    """Return what has this id or title, or the one whose title begins so."""
    wanted = words.casefold().strip("“”\"' ")
    exact = [d for d in known if wanted in (d.digest_id, d.title.casefold())]
    begun = [d for d in known if d.title.casefold().startswith(wanted)]
    return tuple(exact or (begun if len(begun) == 1 else ()))
