"""The commands that tell of digests: `/brief digests` and `/brief why`."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.block_kit.part import Part
from bot.scheduling.digest_status import DigestListing, NoSuchDigest
from bot.slack.commands import WHY, Unknown, Verb
from bot.slack.payloads import Interaction
from bot.slack.views.digest_status import digests_answer, why_answer
from bot.slack.views.notices import UNCHECKED, notice


@dataclass(frozen=True)
class DigestHandlers:
    """Answers what comes when, and what became of it; nothing here is pressed."""

    listing: DigestListing
    command: str

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The commands that are answered here."""
        return {"digests": self.typed_digests, WHY: self.typed_why}

    async def typed_digests(self, typed: Interaction) -> Part:
        """List what comes to the channel and to the person."""
        listing = await self.listing.listing(typed.asker)
        if listing is None:
            return notice(UNCHECKED)
        return digests_answer(listing, self.command)

    async def typed_why(self, typed: Interaction) -> Part | Unknown:
        """Say what became of a digest, or of all that reach them.

        Words that no digest goes by, nor almost, are no name: they are a question.
        """
        explained = await self.listing.why(typed.asker, typed.value)
        if explained is None:
            return notice(UNCHECKED)
        if typed.value and isinstance(explained, NoSuchDigest) and not explained.near:
            return Unknown.NAME
        return why_answer(explained, self.command)
