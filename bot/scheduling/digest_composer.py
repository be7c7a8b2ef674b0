"""`DigestComposer`: what a digest says to one recipient, as a payload to be posted."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.audiences import Audiences, look_up_audience
from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary, labels_shown
from bot.digests.compose import DigestDocument, DocumentKind, Occasion, Silence, compose
from bot.digests.delivery_timing import Timing, is_late
from bot.digests.models import Digest
from bot.digests.occurrences import Occurrence
from bot.interfaces import Clock
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import (
    SCHEDULE_REMOVED,
    Composed,
    Delivery,
    Ending,
    Payload,
    Received,
    Skipped,
    Status,
)
from bot.revisions import Revisions
from bot.scheduling.digest_sources import AllDigests, ScheduledDigest

RenderDigest = Callable[[DigestDocument, SubLibrary], tuple[Part, ...]]
"""Turns a digest's document into at least one message, small enough to be edited later.

The first stands in the channel, the others in its thread. Each names the claims it
shows by the library's fingerprints; the line that nothing is new shows none.
"""

NOT_RUNNING = "I was not running"
NOT_TAKEN = "Slack did not take it before"
PAYLOADS_KEPT = 256


@dataclass(frozen=True, slots=True)
class DigestInput:
    """What one recipient may see now, and of what it received last, if anything."""

    revision: str
    seen: SubLibrary
    earlier: SubLibrary | None


class DigestComposer:
    """The `Composer` of digests.

    1. The digest is looked up as it is now: a removed one is not sent.
    2. The audience of the destination decides what exists for it, now and before: what
       is withheld now is not spoken of any more.
    3. The document is selected, rendered and kept, so that recipients who get the same
       share one payload.
    4. The line that nothing is new replaces the one before it, if that is the last
       thing this recipient was told.
    """

    def __init__(
        self,
        digests: AllDigests,
        revisions: Revisions,
        history: DeliveryHistory,
        *,
        clock: Clock,
        audiences: Audiences,
        render: RenderDigest,
        timing: Timing,
    ) -> None:
        self._digests = digests
        self._revisions = revisions
        self._history = history
        self._clock = clock
        self._audiences = audiences
        self._render = render
        self._timing = timing
        self._started_at = clock.now()
        self._payloads: OrderedDict[tuple[object, ...], Payload | Silence] = (
            OrderedDict()
        )

    def reader(self, delivery: Delivery) -> str:
        return delivery.key.person_id

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        key = delivery.key
        found = await self._digests.find(key.installation, key.subject)
        if found is None:
            return Skipped(SCHEDULE_REMOVED)

        library = await self._revisions.current()
        received = await self._history.last_received(delivery)
        earlier = await self._revisions.at(received.revision) if received else None
        audience = await look_up_audience(
            self._audiences,
            delivery.installation,
            *([library, earlier] if earlier else [library]),
            person=self.reader(delivery),
            channel=delivery.destination,
        )
        seen = library.for_audience(audience)
        seen_before = earlier.as_told_with(seen, audience) if earlier else None
        shown = DigestInput(library.content_hash, seen, seen_before)

        occasion = self._occasion(delivery, found, received)
        payload = self._payload(found.digest, shown, occasion)
        if isinstance(payload, Silence):
            return Skipped(Ending(Status.SKIPPED, f"skipped: {payload.value}"))

        edit_ts = ""
        says_nothing_new = not any(part.claims for part in payload.parts)
        if received and received.showed_no_claim and says_nothing_new:
            message = received.message
            is_here = message.channel_id == delivery.destination
            edit_ts = message.ts if is_here else ""
        return Composed(payload, edit_ts=edit_ts)

    def _occasion(
        self, delivery: Delivery, found: ScheduledDigest, received: Received | None
    ) -> Occasion:
        """Say what is particular; whoever gets it in the same minute gets the same."""
        now = self._clock.now()
        if not is_late(delivery.due_at, now, self._timing):
            now, late_because = delivery.due_at, None
        else:
            now = now.replace(second=0, microsecond=0)
            was_away = delivery.due_at < self._started_at
            because = NOT_RUNNING if was_away else ""
            late_because = NOT_TAKEN if delivery.failures else because

        is_first = received is None and not found.is_introduced
        return Occasion(
            Occurrence(delivery.key.occurrence, delivery.due_at),
            now,
            late_because=late_because,
            unchanged_since=received.claims_shown_at if received else None,
            is_first=is_first,
            set_up_by=found.set_up_by if is_first else "",
        )

    def _payload(
        self, digest: Digest, shown: DigestInput, occasion: Occasion
    ) -> Payload | Silence:
        """Make the payload, or find the one of a recipient who gets the same."""
        earlier = shown.earlier.content_hash if shown.earlier else ""
        key = (digest, shown.seen.content_hash, earlier, shown.revision, occasion)
        if key in self._payloads:
            return self._payloads[key]

        made: Payload | Silence
        document = compose(digest, shown.seen, occasion, earlier=shown.earlier)
        if isinstance(document, Silence):
            made = document
        else:
            parts = self._render(document, shown.seen)
            if document.kind is DocumentKind.NOTHING_NEW:
                assert not any(part.claims for part in parts), "the line shows no claim"
            told = [shown.seen, *([shown.earlier] if shown.earlier else [])]
            made = Payload(parts, shown.revision, labels_shown(*told))
        self._payloads[key] = made
        if len(self._payloads) > PAYLOADS_KEPT:
            self._payloads.popitem(last=False)
        return made
