"""A briefing as a curator writes it: sections of cited claims. No I/O.

Every mark is optional, and what is absent was not judged: no default looks like a
judgment. Cross-checks between the parts live in `checks.py`.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from bot.briefing.field_types import (
    Day,
    EdtfDate,
    Flag,
    LanguageCode,
    Model,
    Number,
    ReviewDays,
    Slug,
    Url,
    upto,
    upto_entries,
)
from bot.briefing.marks import Confidence, Credibility, Likelihood, Reliability
from bot.briefing.tlp import Circles, Label

BOTTOM_LINE = "bottom-line"
"""The id under which the bottom line is referred to, like a claim's."""
SUMMARY = "summary"
"""`<section>/summary` refers to a section's summary."""
TITLE = "title"
"""`<section>/title` refers to a section's title, `/title` to the briefing's."""
Alias = Annotated[str, upto(60)]
Aliases = Annotated[tuple[Alias, ...], upto_entries(50)]


class Citation(Model):
    """Which source says it, and where in it."""

    id: Slug
    """The id of one of the briefing's sources."""
    locator: Annotated[str, upto(120)] | None = None
    """Where in the source: "p. 3", "second paragraph"."""
    quote: Annotated[str, upto(500)] | None = None
    """The source's own words; the numbers of the claim should stand in them."""
    differs: Annotated[str, upto(200)] | None = Field(default=None, exclude=True)
    """Why the quote has other numbers than the claim: it then warns no more."""
    # Readers are not told of it, so it is no part of a revision: it is never dumped.
    url: Url | None = None
    """Where exactly this is said, if that differs from the source's address."""

    @model_validator(mode="after")
    def _explains_a_quote(self) -> "Citation":
        if self.differs and not self.quote:
            raise ValueError(
                "`differs` says why a quote has other numbers, and there is no quote. "
                "Remove `differs`, or add `quote`."
            )
        return self


Cited = Annotated[
    Citation,
    BeforeValidator(
        lambda value: {"id": value} if isinstance(value, str) else value,
        json_schema_input_type=Citation | Slug,
    ),
]


class Source(Model):
    """Whoever or whatever *said* it; `via` names the carriers it reached us through."""

    title: Annotated[str, upto(200)] | None = None
    """What the document is called."""
    publisher: Annotated[str, upto(200)] | None = None
    """Who speaks: a paper, an agency, a person with an office."""
    short: Annotated[str, upto(40)] | None = None
    """The name that readers see beside a claim."""
    author: Annotated[str, upto(120)] | None = None
    """Who wrote it."""
    url: Url | None = None
    """Where it can be read."""
    archived_url: Url | None = None
    """Where a kept copy can be read when the page is gone."""
    published: EdtfDate | None = None
    """When it came out; its claims are as of then."""
    accessed: EdtfDate | None = None
    """When a curator last read it there."""
    language: Annotated[str, upto(40)] | None = None
    """The language it is in, where that is not the briefing's."""
    party: Annotated[str, upto(60)] | None = None
    """The party to the matter that this source belongs to; left out = none known."""
    reliability: Reliability | None = None
    """Its record by the Admiralty code, A to F; left out = not judged."""
    unnamed: Flag = False
    """Write true where nobody is named: it then counts as no origin."""
    via: tuple[Slug, ...] = ()
    """The sources through which it reached us, by id."""
    note: Annotated[str, upto(600)] | None = None
    """What bears on its quality: access, bias, how its date was inferred."""

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
    """What it is counted in: soldiers, dollars, percent."""
    value: Number | None = None
    """The number, in digits only; it must stand in the claim's text."""
    low: Number | None = None
    """The least it can be; alone it means at least."""
    high: Number | None = None
    """The most it can be; alone it means up to."""
    approximate: Flag = False
    """Write true where the text says about."""

    @model_validator(mode="after")
    def _has_a_number(self) -> "Figure":
        ends = (self.low, self.high)
        if (self.value is None) == (ends == (None, None)):
            advice = "Add `value`" if self.value is None else "Remove one or the other"
            raise ValueError(
                f"A figure has either `value`, or `low` and/or `high`. {advice}."
            )
        if self.low is not None and self.high is not None and self.low >= self.high:
            is_same = self.low == self.high
            raise ValueError(
                f'The low end "{self.low}" is not below the high end "{self.high}". '
                + (f"Write `value: {self.low}`." if is_same else "Swap them.")
            )
        return self


class Kind(StrEnum):
    """The sorts of claim, from what nobody disputes to what is only foreseen."""

    FACT = "fact"
    STATEMENT = "statement"
    REPORT = "report"
    ESTIMATE = "estimate"
    ASSESSMENT = "assessment"
    FORECAST = "forecast"

    @property
    def mark(self) -> str:
        """The word a reader sees beside the claim; a fact needs none."""
        return _KIND_MARKS[self]

    @property
    def meaning(self) -> str:
        """What the kind promises, in plain words, for the legend."""
        return _KIND_MEANINGS[self]

    @property
    def is_judgment(self) -> bool:
        """Say whether ICD 203 asks for confidence or likelihood with it."""
        return self in (Kind.ASSESSMENT, Kind.FORECAST)


_KIND_MARKS = {
    Kind.FACT: "",
    Kind.STATEMENT: "said",
    Kind.REPORT: "reported",
    Kind.ESTIMATE: "estimate",
    Kind.ASSESSMENT: "assessment",
    Kind.FORECAST: "forecast",
}
_KIND_MEANINGS = {
    Kind.FACT: "Nobody involved disputes it.",
    Kind.STATEMENT: "Somebody says or promises it.",
    Kind.REPORT: "Said to have happened; not confirmed.",
    Kind.ESTIMATE: "A number somebody worked out, not a count.",
    Kind.ASSESSMENT: "A judgment, a fear included; not an observation.",
    Kind.FORECAST: "What somebody expects to happen.",
}


class RevisionKind(StrEnum):
    """Newsroom practice: an error, new facts, or taking it back."""

    CORRECTION = "correction"
    UPDATE = "update"
    WITHDRAWAL = "withdrawal"


class ClaimRevision(Model):
    """One entry of the append-only list of what a claim said before."""

    model_config = ConfigDict(title="revision")

    date: Day
    """The day of the change."""
    kind: RevisionKind
    """correction: it was wrong; update: there is news; withdrawal: taken back."""
    was: Annotated[str, upto(1000)]
    """What it said before."""
    because: Annotated[str, upto(300)]
    """Why, in a few words for readers."""


class Claim(Model):
    """One to three sentences that one source, or several, stand behind."""

    id: Slug
    """Stable for life: messages, corrections and receipts refer to it."""
    text: Annotated[str, upto(1000)]
    """One to three sentences in your own words."""
    short: Annotated[str, upto(80)] | None = None
    """At most 80 characters, figure first, read inside its section."""
    caveat: Annotated[str, upto(300)] | None = None
    """What travels with the claim wherever it is shown."""
    aliases: Aliases = ()
    """Words that lead here: `/brief casualties`."""
    kind: Kind = Kind.REPORT
    """fact (undisputed), statement, report, estimate, assessment or forecast."""
    sources: Annotated[tuple[Cited, ...], upto_entries(50)]
    """Who says so, by source id; [] for the desk's own judgment."""
    basis: Annotated[tuple[Slug, ...], upto_entries(50)] = ()
    """For the desk's own judgment: the ids of the claims it rests on."""
    figures: Annotated[tuple[Figure, ...], upto_entries(20)] = ()
    """The numbers of the text as data."""
    when: EdtfDate | None = None
    """The date of the event; it places the claim on the timeline."""
    as_of: EdtfDate | None = None
    """When this was so, if that differs from its sources' dates."""
    credibility: Credibility | None = None
    """Admiralty code, 1 (confirmed) to 6; left out = not judged."""
    confidence: Confidence | None = None
    """How well founded a judgment is: low, moderate, high (ICD 203)."""
    likelihood: Likelihood | None = None
    """How likely the event is, in ICD 203's words."""
    contradicts: Annotated[tuple[Slug, ...], upto_entries(50)] = ()
    """Ids of claims that conflict with this one; declared once, it holds both ways."""
    handling: Label | None = None
    """A TLP label stricter than the briefing's."""
    verified: Day | None = None
    """When a curator last stood by this claim."""
    revisions: Annotated[tuple[ClaimRevision, ...], upto_entries(100)] = ()
    """What it said before, oldest first; a typing error needs no entry."""

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
    """What `/brief` is typed with."""
    title: Annotated[str, upto(150)]
    """A sentence that says the news."""
    short: Annotated[str, upto(24)] | None = None
    """At most 24 characters, for menus."""
    aliases: Aliases = ()
    """Other words that lead here."""
    summary: Annotated[str, upto(600)] | None = None
    """What the claims come to, and how far it can be trusted."""
    claims: Annotated[tuple[Claim, ...], Field(min_length=1, max_length=20_000)]
    """Most important first."""

    @property
    def name(self) -> str:
        """What menus call it."""
        return self.short or self.id.replace("-", " ").capitalize()


class Entity(Model):
    """A name with its spellings."""

    name: Annotated[str, upto(80)]
    """The spelling that the briefing uses."""
    aliases: Aliases = ()
    """The other spellings people type."""


class Thresholds(Model):
    """A curator's own limits of coverage (0 to 1) instead of the calibrated ones."""

    model_config = ConfigDict(title="search")

    closest: Number | None = None
    """Below this coverage the bot says that the briefing does not cover it."""
    answered: Number | None = None
    """From this coverage on a claim is given as the answer."""


Curators = Annotated[
    tuple[Annotated[str, upto(80)], ...],
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) else value,
        json_schema_input_type=str | list[str],
    ),
]


class Briefing(Model):
    """One ongoing topic, kept in one file."""

    id: Slug
    """The name of the file without `.yaml`."""
    title: Annotated[str, upto(150)]
    """A topic sentence."""
    short: Annotated[str, upto(24)] | None = None
    """At most 24 characters: menus, starts of notifications."""
    bottom_line: Annotated[str, upto(600)] | None = None
    """The answer in two sentences; its numbers must stand in a claim."""
    as_of: EdtfDate
    """The date it describes: 2025-07-12, 2025-07 or 2025; ~ means about."""
    verified: Day | None = None
    """When a curator last stood by it."""
    review_every: ReviewDays | None = None
    """`30 days`, or `never` for a closed briefing."""
    handling: Label | None = None
    """Who may see it, by TLP; left out = the configured default, never CLEAR."""
    # None only until the loader fills in that default.
    audiences: Circles = Circles()
    """Who the TLP words mean here, as Slack ids."""
    invented: Flag = False
    """Write true for an example or an exercise: it never stands before real ones."""
    language: LanguageCode = "en"
    """The language it is written in, by its ISO 639-1 code: en, de, fr."""
    matter: Annotated[str, upto(60)] | None = None
    """What the sources' `party` is a party to, such as "the war"."""
    aliases: Aliases = ()
    """Other words for the topic: `/brief nk`."""
    curators: Curators = ()
    """Who answers for it: a channel such as "#korea-curators", or user ids."""
    synonyms: Annotated[
        tuple[Annotated[tuple[Alias, ...], upto_entries(50)], ...], upto_entries(500)
    ] = ()
    """Groups of words of the same meaning; "killed" is not "wounded"."""
    entities: dict[Slug, Entity] = Field(default_factory=dict)
    """Names that people spell in several ways."""
    search: Thresholds = Thresholds()
    """Limits of coverage, where the calibrated ones do not fit."""
    sources: Annotated[dict[Slug, Source], Field(min_length=1)]
    """Whoever said it, by an id of your choice."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=5_000)]
    """The topics, in the order they are shown in."""

    @property
    def name(self) -> str:
        """What menus and notifications call it."""
        return self.short or self.title

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
        dates = (self.published_on(citation.id) for citation in claim.sources)
        return claim.as_of or next((d for d in dates if d), None) or self.as_of

    def published_on(self, source_id: str) -> EdtfDate | None:
        """Return a source's date, else that of the nearest through which it reached us.

        None where none of them is dated.
        """
        ways = [source_id]
        for id in ways:
            if day := self.sources[id].published:
                return day
            ways += [carrier for carrier in self.sources[id].via if carrier not in ways]
        return None

    def verified_on(self, claim: Claim) -> date | None:
        """Return when a curator last stood by it; None if that was never written."""
        return claim.verified or self.verified

    @property
    def lead_texts(self) -> dict[str, str]:
        """The bottom line and the summaries by the ids they are referred to by."""
        leads = {f"{s.id}/{SUMMARY}": s.summary for s in self.sections}
        leads[BOTTOM_LINE] = self.bottom_line
        return {id: text for id, text in leads.items() if text}

    @property
    def told_texts(self) -> dict[str, str]:
        """The lead texts and the titles, which are corrected with the claims."""
        titles = {f"{s.id}/{TITLE}": s.title for s in self.sections}
        return {f"/{TITLE}": self.title} | titles | self.lead_texts

    def contradictions(self) -> dict[str, set[str]]:
        """Return which claims conflict; declared on one side, it holds for both."""
        against: dict[str, set[str]] = {}
        for claim in self.claims:
            for other in claim.contradicts:
                against.setdefault(claim.id, set()).add(other)
                against.setdefault(other, set()).add(claim.id)
        return against

    def dispute_of(self, claim_id: str) -> tuple[str, ...]:
        """Return the ids of a claim and of those that conflict with it, in file order.

        Where they lead an answer, the first one leads whichever was asked for. What was
        taken back disputes nothing any more.
        """
        against = self.contradictions().get(claim_id, set())
        return tuple(
            claim.id
            for claim in self.claims
            if claim.id == claim_id or (claim.id in against and not claim.is_withdrawn)
        )

    def carriers(self, source_id: str) -> frozenset[str]:
        """Return every source through which this one reached us, near or far."""
        seen: set[str] = set()
        ahead = list(self.sources[source_id].via)
        while ahead:
            carrier = ahead.pop()
            if carrier not in seen:
                seen.add(carrier)
                ahead.extend(self.sources[carrier].via)
        return frozenset(seen)

    def origins(self, claim: Claim) -> tuple[str, ...]:
        """Return the ids of the independent sources of a claim, in citing order.

        Ten papers with one wire are one origin: these are the distinct sources it
        cites, less any that carries another one cited. An unnamed source counts as
        none (STANAG 2511 asks for certainty of origin).
        """
        cited = dict.fromkeys(citation.id for citation in claim.sources)
        carriers = {carrier for id in cited for carrier in self.carriers(id)}
        return tuple(
            id for id in cited if id not in carriers and not self.sources[id].unnamed
        )

    def is_stale(self, claim: Claim, today: date) -> bool:
        """Say whether the review is overdue; reading a claim never renews it."""
        verified = self.verified_on(claim)
        if verified is None or not isinstance(self.review_every, int):
            return False
        return today > verified + timedelta(days=self.review_every)
