"""What services ask of SQL about what people were shown, and how often claims are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.installation import Installation


class ClaimKey(NamedTuple):
    """A claim among all briefings."""

    briefing_id: str
    claim_id: str


@dataclass(frozen=True, slots=True)
class Glimpse:
    """The wording of a claim that somebody was shown in a message only they saw.

    `entries` counts the claim's revisions at that time: those that follow are news.
    """

    installation: Installation
    user_id: str
    claim: ClaimKey
    fingerprint: str
    entries: int
    shown_at: datetime


class GlimpseStore(Protocol):
    """Keeps the last glimpse of each person and claim, and counts reads."""

    async def keep(self, glimpses: Collection[Glimpse]) -> None:
        """Keep them in place of earlier ones of the same people and claims."""
        ...

    async def outdated(self, current: Mapping[ClaimKey, str]) -> Sequence[Glimpse]:
        """Return the glimpses of other wordings than these fingerprints."""
        ...

    async def count(
        self, installation: Installation, claims: Collection[ClaimKey]
    ) -> None:
        """Count one more read of each of these claims; of whom is not kept."""
        ...

    async def reads(self, installation: Installation) -> Mapping[ClaimKey, int]:
        """Return how often each claim was read."""
        ...

    async def count_of_person(self, installation: Installation, user_id: str) -> int:
        """Return how many glimpses of a person are kept."""
        ...

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop the glimpses of a person."""
        ...

    async def drop_before(self, then: datetime) -> int:
        """Drop the glimpses from before then, and return how many."""
        ...
