"""`DigestDesk`: the commands that tell of digests."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.scheduling.listing import DigestListing
from bot.slack.desk import Verb
from bot.slack.views.digest_list import digests_answer, why_answer
from bot.slack.views.notices import UNCHECKED, notice


@dataclass(frozen=True)
class DigestDesk:
    """Answers `/brief digests` and `/brief why`, which only the outbox can."""

    listing: DigestListing
    command: str

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The commands that are answered here."""
        return {"digests": self.typed_digests, "why": self.typed_why}

    async def typed_digests(self, asker: Asker, _words: str, _trigger_id: str) -> Part:
        """List what comes to the channel and to the person."""
        listing = await self.listing.listing(asker)
        if listing is None:
            return notice(UNCHECKED)
        return digests_answer(listing, self.command)

    async def typed_why(self, asker: Asker, words: str, _trigger_id: str) -> Part:
        """Say what became of a digest, or of all that reach them."""
        explained = await self.listing.why(asker, words)
        if explained is None:
            return notice(UNCHECKED)
        return why_answer(explained, self.command)
