"""What the whole bot asks of time and of the files."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from bot.briefing.kept_questions import KeptQuestions
from bot.briefing.library import Library
from bot.digests.models import DigestFile
from bot.errors import BriefingError


class Clock(Protocol):
    """Tells the time; a test's clock stands still until it is moved."""

    def now(self) -> datetime:
        """Return the time, aware and in UTC; it goes back where it is set back."""
        ...

    def elapsed_s(self) -> float:
        """Return seconds since some moment, for the age of things: never set back."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed_s(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Served:
    """The briefings and digests in use, and what keeps newer files from serving.

    Never changed: a reload makes a new one, and whoever holds this one keeps a whole.
    """

    library: Library
    digests: DigestFile
    errors: tuple[BriefingError, ...] = ()
    questions: KeptQuestions = field(default_factory=dict)

    @property
    def is_degraded(self) -> bool:
        """Say whether the files hold an error, so that their last good state serves."""
        return bool(self.errors)


class LibrarySource(Protocol):
    """Where briefings come from; a bad edit there never takes the bot down."""

    @property
    def served(self) -> Served:
        """What is in use now. Read it once per question: the next may be another."""
        ...

    def look_again(self) -> None:
        """Look at the files now, whether or not they seem to have changed."""
        ...

    def changes(self, stop: asyncio.Event) -> AsyncIterator[Served]:
        """Yield what is served whenever it, or what is wrong with it, has changed.

        Ends when `stop` is set. Nothing is yielded for an edit of comments or layout.
        """
        ...


async def ring_or_stop(
    alarm: asyncio.Event, stop: asyncio.Event, *, within_s: float
) -> bool:
    """Wait until the alarm rings, and clear it; return False once told to stop.

    After `within_s` it counts as rung: the scheduler goes by the machine's clock, and
    where that is set back, its alarms are silent until they are due again.
    """
    waits = [asyncio.create_task(event.wait()) for event in (alarm, stop)]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    alarm.clear()
    return not stop.is_set()
