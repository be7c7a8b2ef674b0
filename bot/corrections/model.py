"""Corrections as values: what is right by now, what was shown, what is to be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict

from bot.block_kit.part import ClaimMark, Part
from bot.briefing.models import Briefing, Claim
from bot.briefing.moved_marks import MovedMark
from bot.briefing.verdicts import Verdict
from bot.installation import Installation
from bot.outbox.model import MessageId


class ClaimKey(NamedTuple):
    """A claim among all briefings; also a bottom line, a summary or a title."""

    briefing_id: str
    claim_id: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator decides about corrections."""

    quiet: timedelta = timedelta(minutes=2)
    """For how long a slip can be taken back before anybody is told."""
    most_rooms: int = 25
    """To more rooms and people than these they go when somebody says so."""
    most_claims: int = 5
    """More claims than these at once go when somebody says so."""
    second_curator: bool = True
    """A withdrawal waits for another curator where a briefing has two."""


GO = "corrections"
"""The first step of the subject of notices that ask for a go."""


class Needs(StrEnum):
    """Why somebody has to say that a correction may go out."""

    NOTHING = ""
    MANY = "many"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Correction:
    """A claim whose wording is right by now, while others were shown that are wrong.

    `number` counts the claim's corrections. `needs` is None until the quiet time is
    over; `messages` and `rooms` are how many carried it then.
    """

    claim: ClaimKey
    number: int
    fingerprint: str
    entries: int
    revision: str
    kind: Verdict
    because: str
    noticed_at: datetime
    ready_at: datetime
    needs: Needs | None = None
    messages: int | None = None
    rooms: int | None = None
    asked_at: datetime | None = None
    go_at: datetime | None = None
    go_by: str = ""
    ended_at: datetime | None = None

    @property
    def is_cleared(self) -> bool:
        """Say whether nothing keeps it from those who read the error."""
        if self.needs is None or self.ended_at is not None:
            return False
        return self.needs is Needs.NOTHING or self.go_at is not None

    @property
    def is_waiting(self) -> bool:
        """Say whether it waits for somebody's go."""
        return bool(self.needs) and not self.go_at and not self.ended_at


@dataclass(frozen=True, slots=True)
class ClaimWording:
    """How a claim was once shown; `revision` is one of which it was."""

    claim: ClaimKey
    fingerprint: str
    entries: int
    revision: str


@dataclass(frozen=True, slots=True)
class WrongClaim:
    """A claim of which wrong wordings were shown, and what is right by now."""

    claim: ClaimKey
    fingerprint: str
    entries: int
    kind: Verdict
    because: str
    wrong: frozenset[tuple[str, int]]
    """The fingerprints and numbers of entries that were shown wrongly."""


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A claim that says something else by now, or is gone, and no entry says why."""

    claim: ClaimKey
    verdict: Verdict
    was: str
    now: str
    fingerprint: str


@dataclass(frozen=True)
class WordingVerdicts:
    """What a library makes of wordings that were shown."""

    revision: str
    findings: Mapping[ClaimKey, WrongClaim] = field(default_factory=dict)
    unexplained: tuple[Unexplained, ...] = ()


class Step(StrEnum):
    """What is done for one message: the last word of its delivery's occurrence."""

    EDIT = "edit"
    NOTE = "note"
    TELL = "tell"


class StepRequest(BaseModel):
    """What a correction's row holds for its composer.

    `reader_id` reads a direct message. A note or tell speaks of `claims`; it is about
    messages that were `edited`, or could not be for that `reason`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reader_id: str = ""
    claims: tuple[ClaimKey, ...] = ()
    edited: bool = True
    reason: str = ""
    withdrawn: bool = False
    """Whether it takes a message back that is for fewer people than read there now."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A message that shows a wrong wording, as planning needs it."""

    id: MessageId
    installation: Installation
    channel_id: str
    ts: str
    thread_ts: str
    state: int
    shown_hash: str
    shown_part: int
    reader_id: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry between what was shown and what is right: what it was, and is.

    `moved` is what else of the claim differs. It `stands_again` where it was withdrawn
    until then.
    """

    kind: Verdict
    on: date
    was: str
    now: str
    because: str
    moved: tuple[MovedMark, ...] = ()
    stands_again: bool = False


@dataclass(frozen=True, slots=True)
class Replacement:
    """What becomes of a claim's words in a message.

    `was` and `now` are its words in the same forms, the fullest first, as they are read
    and not as they are marked up. `now` is empty where they are struck alone. Of one
    that is `withheld` nothing may be said any more, not even what was wrong.
    """

    claim: int
    """Which of the message's claims."""
    was: tuple[str, ...]
    now: tuple[str, ...]
    lines: tuple[HistoryLine, ...] = ()
    withheld: bool = False
    source: tuple[Claim, Briefing] | None = None
    """Where `now` is from, for what is drawn; None of a text that is no claim."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """What numbers and dates became that stand there by themselves; "": not known."""


@dataclass(frozen=True, slots=True)
class ToldCorrection:
    """What a note or a tell says of one claim; `withheld` as in a replacement.

    `lines` are all entries between what was shown and what is right, oldest first.
    """

    mark: ClaimMark
    """Its wording as it is told now."""
    was: str
    now: str
    lines: tuple[HistoryLine, ...]
    withheld: bool = False


class CorrectionRenderer(Protocol):
    """How corrections look; what cannot be said raises a `BotError`."""

    def edit(self, part: Part, replacements: tuple[Replacement, ...]) -> Part:
        """Return the message with these words alone replaced, and why in a line."""
        ...

    def take_back(self, part: Part, on: date) -> Part:
        """Return a message that says that all of it was taken back."""
        ...

    def for_fewer(self, part: Part, on: date) -> Part:
        """Return a message that says that more people read there than it is for."""
        ...

    def note(
        self, told: tuple[ToldCorrection, ...], *, said_on: date, what: str, ending: str
    ) -> Part:
        """Return what stands in a thread; `ending` says whether it was edited."""
        ...

    def tell(
        self, told: tuple[ToldCorrection, ...], *, said_on: date, ending: str
    ) -> Part:
        """Return what somebody who asked is told."""
        ...
