"""`ReadTracker`: what follows from an answer only its asker sees, after it has left."""

from collections.abc import Iterable
from typing import Protocol
from uuid import uuid4

from bot.audiences import Asker
from bot.block_kit.part import ClaimMark
from bot.briefing.library import SubLibrary
from bot.corrections.shown import ShownWordings
from bot.corrections.store import ClaimKey
from bot.interfaces import Clock
from bot.questions.answers import Answer
from bot.questions.unanswered import UnansweredQuestions


class Memory(Protocol):
    """Remembers what people were shown, so that a correction finds them."""

    def corrected(self, asker: Asker, library: SubLibrary) -> tuple[ClaimKey, ...]:
        """Return what was wrong when this person last saw it, from memory."""
        ...

    async def shown(
        self,
        asker: Asker,
        answer: Answer,
        marks: Iterable[ClaimMark],
        *,
        told: Iterable[ClaimKey] = (),
    ) -> None:
        """Keep that an answer showed these wordings, or that nothing answered."""
        ...


class ReadTracker:
    """A `Memory` of glimpses and gaps; nothing of it is on an answer's way."""

    def __init__(
        self, glimpses: ShownWordings, gaps: UnansweredQuestions, clock: Clock
    ) -> None:
        self._glimpses = glimpses
        self._gaps = gaps
        self._clock = clock

    def corrected(self, asker: Asker, library: SubLibrary) -> tuple[ClaimKey, ...]:
        return self._glimpses.corrected(asker, library)

    async def shown(
        self,
        asker: Asker,
        answer: Answer,
        marks: Iterable[ClaimMark],
        *,
        told: Iterable[ClaimKey] = (),
    ) -> None:
        now = self._clock.now()
        library = answer.library
        await self._glimpses.shown(asker, library, marks, told=told, at=now)
        await self._gaps.note(asker.installation, answer.reply, id=uuid4().hex)


class NoMemory:
    """Stands in where nothing is kept: a rehearsal, a test of something else."""

    def corrected(self, asker: Asker, library: SubLibrary) -> tuple[ClaimKey, ...]:
        return ()

    async def shown(
        self,
        asker: Asker,
        answer: Answer,
        marks: Iterable[ClaimMark],
        *,
        told: Iterable[ClaimKey] = (),
    ) -> None:
        return
