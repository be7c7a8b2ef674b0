"""What can be shown, and what a person's words come to: values that buttons carry."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.block_kit.part import Part
from bot.briefing.changes import BriefingChanges
from bot.briefing.drafts.check import DraftCheck
from bot.briefing.library import SubLibrary
from bot.briefing.search.searcher import MissingWord
from bot.questions.small_talk import Aspect
from bot.subscriptions.manage import SubscriptionList, SubscriptionRequest


class PageKind(StrEnum):
    """The sorts of page; `item_id` means a section or a claim in the first two."""

    SECTION = "section"
    CLAIM = "claim"
    OVERVIEW = "overview"
    FIGURES = "figures"
    TIMELINE = "timeline"
    SOURCES = "sources"
    CHANGES = "changes"
    LEGEND = "legend"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a briefing. `start` is the first entry shown where there are many.

    A list with an `item_id` is that section's; changes with `since` are those from that
    day on. A page names what it shows and holds none of it, so that a button pressed
    after a restart or a correction shows what is true then.
    """

    kind: PageKind
    briefing_id: str
    item_id: str = ""
    start: int = 0
    since: date | None = None

    def encode(self) -> str:
        """Return it as a button's value; ids of 60 characters stay within 150."""
        since = self.since.isoformat() if self.since else ""
        fields = (
            *(self.kind.value, self.briefing_id, self.item_id),
            *(self.start or "", since),
        )
        return "|".join(map(str, fields)).rstrip("|")

    @classmethod
    def decode(cls, value: str) -> "Page | None":
        """Read a button's value; None for what no button of ours ever carried."""
        kind, briefing_id, item_id, start, since, *rest = (*value.split("|"), *[""] * 4)
        if kind not in set(PageKind) or any(rest) or not (start or "0").isdecimal():
            return None
        try:
            day = date.fromisoformat(since) if since else None
        except ValueError:
            return None
        return cls(PageKind(kind), briefing_id, item_id, int(start[:6] or 0), day)

    def at(self, start: int) -> "Page":
        """Return the same page from another entry on."""
        return replace(self, start=start)


ReadDates = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page is the answer; `corrected_from` are words that were not quite its name.

    `read_as` are the dates in the question that can be read in two ways, each with the
    one in which it was read.
    """

    page: Page
    corrected_from: str = ""
    read_as: ReadDates = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Several briefings, and nothing says which one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Words that name several pages: the person picks."""

    words: str
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Hedge:
    """The middle outcome: the closest claims, which may not answer the question.

    `missing` are the words that none of them has; `by_meaning` says that vectors took
    part in finding them. `languages` are those of the briefings, where it was asked in
    another.
    """

    question: str
    claims: tuple[Page, ...]
    missing: tuple[MissingWord, ...] = ()
    by_meaning: bool = False
    languages: tuple[str, ...] = ()
    read_as: ReadDates = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """No briefing covers it. `briefing_id` is empty where several were searched.

    `languages` are those of the briefings, by code, where it was asked in another;
    `by_meaning` says that vectors found nothing near, either.
    """

    question: str
    briefing_id: str = ""
    languages: tuple[str, ...] = ()
    by_meaning: bool = False
    read_as: ReadDates = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft, held sentence by sentence against what the briefings say."""

    check: DraftCheck


@dataclass(frozen=True, slots=True)
class Help:
    """How to ask, with examples of the briefing that is assumed, else of the first."""

    briefing_id: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """How errors are corrected, and how to report one."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Hello to whoever said it, or called without asking anything."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """An answer to thanks."""


@dataclass(frozen=True, slots=True)
class TextOnly:
    """A picture, a clip or a file without a word: none of it is read."""


@dataclass(frozen=True, slots=True)
class Slashed:
    """A command that opens a form or a list of one's own, which a message cannot.

    `words` stand behind it; `request` is what they ask to subscribe to.
    """

    verb: str
    words: str = ""
    request: SubscriptionRequest | None = None


@dataclass(frozen=True, slots=True)
class WhatComes:
    """What somebody set up to be sent, each with the way to stop it."""

    listing: SubscriptionList


@dataclass(frozen=True, slots=True)
class AboutClaim:
    """What somebody wants to know of a claim that was shown: its source, its date."""

    page: Page
    aspect: Aspect


@dataclass(frozen=True, slots=True)
class NothingBefore:
    """Words that lean on an answer, where there was none."""


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """The page that answers now what somebody asked on that day and got no answer."""

    question: str
    asked_on: date
    page: Page


@dataclass(frozen=True, slots=True)
class Gone:
    """A button's page that this person's library does not hold (any more)."""

    page: Page


@dataclass(frozen=True, slots=True)
class UnknownBriefing:
    """`use` with words that name no briefing."""

    words: str


@dataclass(frozen=True, slots=True)
class DefaultSet:
    """`use`: questions in this channel go to that briefing from now on, or to none."""

    briefing_id: str


@dataclass(frozen=True, slots=True)
class Empty:
    """There is no briefing that this person may see."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Who is asking could not be looked up in time, so nothing is shown."""


@dataclass(frozen=True, slots=True)
class Since:
    """The page of changes, counted from the last digest that came here, or a day."""

    page: Page
    changes: BriefingChanges
    notified_at: datetime


Reply = (
    Shown
    | Since
    | Catalogue
    | Choice
    | Hedge
    | Refusal
    | Checked
    | Help
    | Policy
    | Greeting
    | Thanks
    | TextOnly
    | Slashed
    | WhatComes
    | AboutClaim
    | NothingBefore
    | LateAnswer
    | Gone
    | UnknownBriefing
    | DefaultSet
    | Empty
    | Unchecked
)
"""Everything that words, a button or a question may come to. All of it hashes."""


def briefing_of(reply: Hedge | Refusal) -> str:
    """Return the briefing that a question was asked of, or nothing for several."""
    if isinstance(reply, Refusal):
        return reply.briefing_id
    asked = {page.briefing_id for page in reply.claims}
    return asked.pop() if len(asked) == 1 else ""


RenderReply = Callable[[Reply, SubLibrary, date], Part]
"""Makes a message of a reply, for its asker or for the room they asked in.

It takes the reply, the library as they may see it, in which a page that is not there is
gone, and the day.
"""

RenderShared = Callable[[Page, SubLibrary, str, date], Part]
"""Makes a message for everybody in a room of a page that somebody shares.

It takes the page, the library as the room may see it, who shares, and the day.
"""
