"""A briefing as a curator writes it: sections of cited claims. No I/O.

Every mark is optional, and what is absent was not judged: no default looks like a
judgment. Cross-checks between the parts live in `checks.py`.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from bot.briefing.admiralty import Credibility, Reliability
from bot.briefing.dates import EdtfDate
from bot.briefing.handling import Label
from bot.briefing.kinds import Kind
from bot.briefing.likelihood import Confidence, Likelihood
from bot.briefing.scalars import (
    Day,
    Flag,
    Model,
    Number,
    ReviewDays,
    SlackId,
    Slug,
    Url,
    upto,
)

BOTTOM_LINE = "bottom-line"
"""The id under which the bottom line is referred to, like a claim's."""
SUMMARY = "summary"
"""`<section>/summary` refers to a section's summary."""
Alias = Annotated[str, upto(60)]


class Citation(Model):
    """Which source says it, and where in it."""

    id: Slug
    locator: Annotated[str, upto(120)] | None = None
    quote: Annotated[str, upto(500)] | None = None
    url: Url | None = None


def _cite(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


class Source(Model):
    """Whoever or whatever *said* it; `via` names the carriers it reached us through."""

    title: Annotated[str, upto(200)] | None = None
    publisher: Annotated[str, upto(200)] | None = None
    short: Annotated[str, upto(40)] | None = None
    author: Annotated[str, upto(120)] | None = None
    url: Url | None = None
    archived_url: Url | None = None
    published: EdtfDate | None = None
    accessed: EdtfDate | None = None
    language: Annotated[str, upto(40)] | None = None
    party: Annotated[str, upto(60)] | None = None
    """The party to the matter that this source belongs to; None is none known."""
    reliability: Reliability | None = None
    unnamed: Flag = False
    via: tuple[Slug, ...] = ()
    note: Annotated[str, upto(600)] | None = None

    @property
    def name(self) -> str:
        """What a reader is told it is called, shortest first."""
        return self.short or self.publisher or self.title or "source not named"

    @model_validator(mode="after")
    def _has_a_name(self) -> "Source":
        if not (self.unnamed or self.title or self.publisher):
            raise ValueError(
                "This source has neither publisher nor title. Add one, or write "
                "`unnamed: true` where nobody is named."
            )
        return self


class Figure(Model):
    """A number as data: a value, or a low (at least) and/or a high (up to) end."""

    label: Annotated[str, upto(60)]
    """What is counted: figures with the same label and unit can be compared."""
    unit: Annotated[str, upto(40)] | None = None
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    approximate: Flag = False

    @model_validator(mode="after")
    def _has_a_number(self) -> "Figure":
        ends = (self.low, self.high)
        if (self.value is None) == (ends == (None, None)):
            raise ValueError("A figure has either `value`, or `low` and/or `high`.")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high}).")
        return self


class RevisionKind(StrEnum):
    """Newsroom practice: an error, new facts, or taking it back."""

    CORRECTION = "correction"
    UPDATE = "update"
    WITHDRAWAL = "withdrawal"


class ClaimRevision(Model):
    """One entry of the append-only list of what a claim said before."""

    date: Day
    kind: RevisionKind
    was: Annotated[str, upto(1000)]
    because: Annotated[str, upto(300)]


class Claim(Model):
    """One to three sentences that one source, or several, stand behind."""

    id: Slug
    text: Annotated[str, upto(1000)]
    short: Annotated[str, upto(80)] | None = None
    caveat: Annotated[str, upto(300)] | None = None
    aliases: tuple[Alias, ...] = ()
    kind: Kind = Kind.REPORT
    sources: tuple[Annotated[Citation, BeforeValidator(_cite)], ...]
    basis: tuple[Slug, ...] = ()
    figures: tuple[Figure, ...] = ()
    when: EdtfDate | None = None
    """The date of the event; it places the claim on the timeline."""
    as_of: EdtfDate | None = None
    credibility: Credibility | None = None
    confidence: Confidence | None = None
    likelihood: Likelihood | None = None
    contradicts: tuple[Slug, ...] = ()
    handling: Label | None = None
    verified: Day | None = None
    revisions: tuple[ClaimRevision, ...] = ()

    @property
    def is_own_judgment(self) -> bool:
        """Say whether the desk itself judges so, on the basis of other claims."""
        return not self.sources

    @property
    def is_withdrawn(self) -> bool:
        """Say whether the last revision took it back."""
        last = self.revisions[-1] if self.revisions else None
        return last is not None and last.kind is RevisionKind.WITHDRAWAL


class Section(Model):
    """A topic: its title is a sentence, its claims stand most important first."""

    id: Slug
    title: Annotated[str, upto(150)]
    short: Annotated[str, upto(24)] | None = None
    aliases: tuple[Alias, ...] = ()
    summary: Annotated[str, upto(600)] | None = None
    claims: Annotated[tuple[Claim, ...], Field(min_length=1)]

    @property
    def name(self) -> str:
        """What menus call it."""
        return self.short or self.id.replace("-", " ").capitalize()


class Entity(Model):
    """A name with its spellings."""

    name: Annotated[str, upto(80)]
    aliases: tuple[Alias, ...] = ()


class Circles(Model):
    """Who the TLP words mean here, as Slack ids; empty means nobody."""

    red: tuple[SlackId, ...] = ()
    clients: tuple[SlackId, ...] = ()
    community: tuple[SlackId, ...] = ()


class Thresholds(Model):
    """A curator's own limits of coverage (0 to 1) instead of the calibrated ones."""

    closest: Number | None = None
    answered: Number | None = None


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Curators = Annotated[
    tuple[Annotated[str, upto(80)], ...],
    BeforeValidator(_one_or_many, json_schema_input_type=str | list[str]),
]


class Briefing(Model):
    """One ongoing topic, kept in one file."""

    id: Slug
    title: Annotated[str, upto(150)]
    short: Annotated[str, upto(24)] | None = None
    bottom_line: Annotated[str, upto(600)] | None = None
    as_of: EdtfDate
    verified: Day | None = None
    review_every: ReviewDays | None = None
    handling: Label | None = None
    """None until the loader fills in the configured default, which is never CLEAR."""
    audiences: Circles = Circles()
    matter: Annotated[str, upto(60)] | None = None
    """What the sources' `party` is a party to, such as "the war"."""
    aliases: tuple[Alias, ...] = ()
    curators: Curators = ()
    synonyms: tuple[tuple[Alias, ...], ...] = ()
    entities: dict[Slug, Entity] = Field(default_factory=dict)
    search: Thresholds = Thresholds()
    sources: Annotated[dict[Slug, Source], Field(min_length=1)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @property
    def name(self) -> str:
        """What menus and notifications call it."""
        return self.short or self.title

    @property
    def is_closed(self) -> bool:
        """Say whether nobody is to review it any more."""
        return self.review_every == "never"

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, in the order of the file."""
        return tuple(claim for section in self.sections for claim in section.claims)

    def label_of(self, claim: Claim) -> Label:
        """Return the claim's own label, else the briefing's.

        Raise ValueError where neither is set: nothing unlabelled may leave the house.
        """
        label = claim.handling or self.handling
        if label is None:
            raise ValueError(f'briefing "{self.id}" was not given its handling')
        return label

    def as_of_date(self, claim: Claim) -> EdtfDate:
        """Return the claim's date, else its first dated source's, else the topic's."""
        dates = (self.sources[c.id].published for c in claim.sources)
        return claim.as_of or next((d for d in dates if d), None) or self.as_of

    def verified_on(self, claim: Claim) -> date | None:
        """Return when a curator last stood by it; None if that was never written."""
        return claim.verified or self.verified

    def is_stale(self, claim: Claim, today: date) -> bool:
        """Say whether the review is overdue; reading a claim never renews it."""
        verified = self.verified_on(claim)
        if verified is None or not isinstance(self.review_every, int):
            return False
        return today > verified + timedelta(days=self.review_every)
