"""The library: one immutable snapshot of all briefings, and what an audience sees.

`Library.for_audience` is the one gate. Everything outward works on the `SubLibrary` it
returns, where a withheld claim cannot be told from one that was never written.
"""

from collections.abc import Callable
from functools import cached_property

from bot.briefing.canonical import content_hash, fingerprints, lead_texts
from bot.briefing.handling import Audience, Label, Labels, labels_for
from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.names import Names
from bot.briefing.search.answers import Searcher
from bot.briefing.withhold import visible_part

Clearance = tuple[tuple[str, Labels], ...]
"""For each briefing, by id, the labels an audience may see."""
ClaimIds = frozenset[tuple[str, str]]
"""Claims by the ids of their briefings and their own."""
Fingerprints = dict[str, dict[str, str]]
"""For each briefing, by id, the fingerprint of each claim and lead text."""


class SubLibrary:
    """The briefings as one audience may see them; nothing else exists here."""

    def __init__(
        self,
        briefings: tuple[Briefing, ...],
        clearance: Clearance,
        *,
        wordings: Callable[[], Fingerprints],
        everything: Callable[[], ClaimIds],
    ) -> None:
        """`wordings` and `everything` are the whole library's, when first asked for."""
        self.briefings = briefings
        self.clearance = clearance
        self._wordings = wordings
        self._everything = everything

    @cached_property
    def by_id(self) -> dict[str, Briefing]:
        """The briefings by id, in the order of the library."""
        return {briefing.id: briefing for briefing in self.briefings}

    @cached_property
    def content_hash(self) -> str:
        """The hash of what is visible: equal for audiences that see the same."""
        return content_hash(self.briefings)

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Which wording of each claim and lead text is shown, for messages to carry.

        They are the whole library's, so one wording has one name for every audience.
        """
        wordings = self._wordings()
        return {b.id: _among(wordings[b.id], b) for b in self.briefings}

    @cached_property
    def withheld(self) -> ClaimIds:
        """What exists and is not here: for narrowing an earlier library, no more."""
        return self._everything() - _claim_ids(self.briefings)

    @cached_property
    def names(self) -> Names:
        """What readers call things; the table is made when first asked."""
        return Names(self.briefings)

    @cached_property
    def labels_shown(self) -> str:
        """The labels in sight, for the record: "harbour TLP:CLEAR TLP:GREEN"."""
        return "; ".join(f"{b.id} {' '.join(_labels(b))}" for b in self.briefings)

    @cached_property
    def searcher(self) -> Searcher:
        """Answers questions from what is visible; indexed when first asked."""
        return Searcher(self.briefings)

    def section(self, briefing_id: str, section_id: str) -> Section | None:
        """Return a section, or None where it does not exist for this audience."""
        briefing = self.by_id.get(briefing_id)
        sections = briefing.sections if briefing else ()
        return next((s for s in sections if s.id == section_id), None)

    def claim(self, briefing_id: str, claim_id: str) -> Claim | None:
        """Return a claim, or None where it does not exist for this audience."""
        briefing = self.by_id.get(briefing_id)
        claims = briefing.claims if briefing else ()
        return next((c for c in claims if c.id == claim_id), None)


def _labels(briefing: Briefing) -> list[Label]:
    labels = {briefing.label_of(claim) for claim in briefing.claims}
    return sorted(labels, key=lambda label: label.rank)


def _among(wordings: dict[str, str], briefing: Briefing) -> dict[str, str]:
    ids = [*(claim.id for claim in briefing.claims), *lead_texts(briefing)]
    return {id: wordings[id] for id in ids}


class Library:
    """All briefings at one moment. Never changed: a reload makes a new one."""

    def __init__(
        self, briefings: tuple[Briefing, ...], *, kept: Fingerprints | None = None
    ) -> None:
        """Take validated briefings, each with its handling filled in.

        `kept` are earlier fingerprints of what was only worded anew since.
        """
        self.briefings = tuple(sorted(briefings, key=lambda b: b.id))
        self.kept: Fingerprints = kept or {}
        self._seen: dict[tuple[Clearance, ClaimIds], SubLibrary] = {}

    def keeping(self, kept: Fingerprints) -> "Library":
        """Return the same library with these earlier fingerprints."""
        return self if kept == self.kept else Library(self.briefings, kept=kept)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON of all briefings."""
        return content_hash(self.briefings)

    @cached_property
    def own_fingerprints(self) -> Fingerprints:
        """The fingerprints of the words as they stand."""
        return {b.id: fingerprints(b) for b in self.briefings}

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """The fingerprints that messages carry: those kept, else the words' own."""
        return {
            id: own | self.kept.get(id, {}) for id, own in self.own_fingerprints.items()
        }

    @cached_property
    def labels(self) -> Labels:
        """Every label in use: where it is CLEAR alone, no audience is looked up."""
        return frozenset(
            briefing.label_of(claim)
            for briefing in self.briefings
            for claim in briefing.claims
        )

    @property
    def is_clear(self) -> bool:
        """Say whether anybody may see everything."""
        return self.labels <= {Label.CLEAR}

    def for_audience(self, audience: Audience) -> SubLibrary:
        """Return what this audience may see; built once per clearance and kept."""
        return self._for(self._clearance(audience))

    def as_told_with(self, present: SubLibrary, audience: Audience) -> SubLibrary:
        """Return what an audience that sees `present` may be told of this earlier one.

        A label that was made stricter since holds for what was said before, too.
        """
        return self._for(self._clearance(audience), present.withheld)

    def _clearance(self, audience: Audience) -> Clearance:
        return tuple(
            (briefing.id, labels_for(audience, briefing.audiences))
            for briefing in self.briefings
        )

    def _for(
        self, clearance: Clearance, withheld: ClaimIds = frozenset()
    ) -> SubLibrary:
        key = clearance, withheld
        if key not in self._seen:
            self._seen[key] = self._withhold(clearance, withheld)
        return self._seen[key]

    def _withhold(self, clearance: Clearance, withheld: ClaimIds) -> SubLibrary:
        seen = (
            visible_part(
                briefing, labels, withheld={c for b, c in withheld if b == briefing.id}
            )
            for briefing, (_, labels) in zip(self.briefings, clearance, strict=True)
        )
        visible = tuple(b for b in seen if b is not None)
        return SubLibrary(
            visible,
            clearance,
            wordings=lambda: self.fingerprints,
            everything=lambda: _claim_ids(self.briefings),
        )


def _claim_ids(briefings: tuple[Briefing, ...]) -> ClaimIds:
    return frozenset((b.id, claim.id) for b in briefings for claim in b.claims)
