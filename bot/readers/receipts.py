"""`Receipts`: what a message said, on which sources as of then, and what changed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.audiences import Asker, Audiences, AudienceUnknown, People, look_up_audience
from bot.block_kit.part import ClaimMark
from bot.briefing.changes import Change, briefing_changes
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing, Claim
from bot.interfaces import Clock
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import MessageRef
from bot.revisions import Revisions

_LINK = re.compile(r"/archives/([CDG][A-Z0-9]{2,20})/p(\d{10})(\d{6})")
_MOST_READ = 1_000


@dataclass(frozen=True, slots=True)
class SaidThen:
    """A claim as a message said it, and what changed of it since; None if nothing did.

    `briefing` is the one of then. `claim` is None for a bottom line or a summary.
    """

    briefing: Briefing
    words: str
    claim: Claim | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands behind a message, as far as its reader may see it then and now."""

    posted_at: datetime
    said: tuple[SaidThen, ...]


class NoReceipt(StrEnum):
    """Why there is none to show.

    `NOT_FOUND` stands for a conversation of others, too: who is not in it learns
    nothing of what is posted there.
    """

    NOT_FOUND = "not found"
    NOTHING_SHOWN = "nothing shown"
    UNCHECKED = "unchecked"
    FORGOTTEN = "forgotten"


def linked_message(words: str) -> MessageRef | None:
    """Return the message that a link to it, as Slack copies it, leads to."""
    found = _LINK.search(words[:_MOST_READ])
    if found is None:
        return None
    channel_id, seconds, fraction = found.groups()
    return MessageRef(channel_id, f"{seconds}.{fraction}")


@dataclass(frozen=True)
class Receipts:
    """Finds what was posted, for those who are in its conversation.

    Who is in it is asked then. What they may see is what they may see now, of what the
    briefing allowed then.
    """

    history: DeliveryHistory
    revisions: Revisions
    audiences: Audiences
    people: People
    clock: Clock
    kept_for: timedelta
    """How long messages are kept with what they said, and corrected."""

    async def of_message(
        self, asker: Asker, message: MessageRef
    ) -> Receipt | NoReceipt:
        """Return what stands behind one of our messages, a reply in a thread too."""
        posted = await self.history.posted(asker.installation, message)
        if posted is None:
            posted_at = datetime.fromtimestamp(float(message.ts), UTC)
            is_old = self.clock.now() - posted_at > self.kept_for
            return NoReceipt.FORGOTTEN if is_old else NoReceipt.NOT_FOUND
        is_in = await self.people.is_in(
            asker.installation, message.channel_id, asker.user_id
        )
        if is_in is None:
            return NoReceipt.UNCHECKED
        if not is_in:
            return NoReceipt.NOT_FOUND
        part = posted.shown
        earlier = await self.revisions.at(posted.revision) if part else None
        if part is None or earlier is None:
            return NoReceipt.FORGOTTEN

        present = await self.revisions.current()
        try:
            audience = await look_up_audience(
                self.audiences,
                asker.installation,
                earlier,
                present,
                person=asker.user_id,
            )
        except AudienceUnknown:
            return NoReceipt.UNCHECKED
        now = present.for_audience(audience)
        then = earlier.as_told_with(now, audience)
        said = tuple(filter(None, (_said(mark, then, now) for mark in part.claims)))
        return Receipt(posted.posted_at, said) if said else NoReceipt.NOTHING_SHOWN


def _said(mark: ClaimMark, then: SubLibrary, now: SubLibrary) -> SaidThen | None:
    """Return what a mark stands for; None where it may not be seen, then or now."""
    briefing = then.by_id.get(mark.briefing_id)
    if briefing is None:
        return None
    claim = then.claim(briefing.id, mark.claim_id)
    words = claim.text if claim else briefing.lead_texts.get(mark.claim_id, "")
    if not words:
        return None
    later = now.by_id.get(briefing.id)
    changes = briefing_changes(briefing, later).news if later else ()
    change = next((c for c in changes if c.claim_id == mark.claim_id), None)
    return SaidThen(briefing, words, claim, change)
