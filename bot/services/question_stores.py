"""What services ask of SQL about questions: those just asked, and those in vain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.installation import Installation


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody asked in a conversation: the next question may lean on it."""

    installation: Installation
    channel_id: str
    user_id: str
    ts: str
    question: str
    asked_at: datetime


class TurnStore(Protocol):
    """Keeps questions for the minutes in which another one may lean on them."""

    async def keep(self, turn: Turn) -> None:
        """Keep a turn; keeping it again changes nothing."""
        ...

    async def before(self, turn: Turn, *, since: datetime) -> Turn | None:
        """Return the last turn of the same person there, asked before this one."""
        ...

    async def drop_before(self, then: datetime) -> int:
        """Drop what was asked before then, and return how many."""
        ...

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop what a person asked."""
        ...


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """A question that no briefing answered.

    `briefing_id` is empty where several were asked. `asker_id` is empty unless the
    person agreed to be told of an answer: nothing else tells who it was.
    """

    id: str
    installation: Installation
    briefing_id: str
    text: str
    asked_at: datetime
    asker_id: str = ""


class GapStore(Protocol):
    """Keeps the questions that were not answered until they are, or are too old."""

    async def keep(self, question: GapQuestion) -> None:
        """Keep a question; one whose id is known changes nothing."""
        ...

    async def sign(self, question: GapQuestion) -> None:
        """Put the asker's id to the latest question of these words that has none.

        Where there is no such question it is kept as it is given; somebody who has
        signed these words already changes nothing.
        """
        ...

    async def open(
        self,
        installation: Installation | None = None,
        *,
        briefing_ids: Collection[str] | None = None,
    ) -> Sequence[GapQuestion]:
        """Return the questions still open, latest first; None stands for all."""
        ...

    async def close(self, questions: Collection[GapQuestion]) -> None:
        """Drop questions that are answered now."""
        ...

    async def of_person(
        self, installation: Installation, user_id: str
    ) -> Sequence[GapQuestion]:
        """Return what a person asked to be told of."""
        ...

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop what a person asked to be told of."""
        ...

    async def drop_before(self, then: datetime) -> int:
        """Drop what was asked before then, and return how many."""
        ...
