"""The library: one immutable snapshot of all briefings, and what an audience sees.

`Library.for_audience` is the one gate. Everything outward works on the `SubLibrary` it
returns, where a withheld claim cannot be told from one that was never written.
`write_snapshot` and `read_snapshot` turn a library into the text that revisions keep,
and back.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from functools import cached_property
from hashlib import sha256

from pydantic import ValidationError

from bot.briefing.fingerprints import content_hash, fingerprints, snapshot_text
from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.name_lookup import Names
from bot.briefing.search.analysis import term, words
from bot.briefing.search.searcher import Searcher
from bot.briefing.tlp import Audience, Label, Labels, labels_for
from bot.briefing.workspaces import WorkspaceList, curators_there, has_briefing
from bot.errors import BotError
from bot.installation import Installation

Clearance = tuple[tuple[str, Labels], ...]
"""For each briefing, by id, the labels an audience may see."""
ClaimIds = frozenset[tuple[str, str]]
"""Claims by the ids of their briefings and their own."""
NONE: Labels = frozenset()
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
        workspaces: WorkspaceList | None = None,
    ) -> None:
        """`wordings` and `everything` are the whole library's, when first asked for.

        So are `workspaces`, for narrowing an earlier library, no more.
        """
        self.workspaces = workspaces
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
        shown: Fingerprints = {}
        for briefing in self.briefings:
            ids = [*(claim.id for claim in briefing.claims), *briefing.told_texts]
            shown[briefing.id] = {id: wordings[briefing.id][id] for id in ids}
        return shown

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
        return labels_shown(self)

    @cached_property
    def labels_allowed(self) -> str:
        """All labels that the audience may see, in sight or not, in the same form."""
        return _as_record(dict(self.clearance))

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
        return self._claims.get((briefing_id, claim_id))

    @cached_property
    def _claims(self) -> dict[tuple[str, str], Claim]:
        """Each claim by both ids: an answer asks for all that it shows, some twice."""
        return {
            (briefing.id, claim.id): claim
            for briefing in self.briefings
            for claim in briefing.claims
        }


def labels_shown(*libraries: SubLibrary) -> str:
    """Return the labels in sight in any of these: what was removed had one, too."""
    labels: dict[str, Labels] = {}
    for briefing in (b for library in libraries for b in library.briefings):
        own = frozenset(briefing.label_of(claim) for claim in briefing.claims)
        labels[briefing.id] = labels.get(briefing.id, frozenset()) | own
    return _as_record(labels)


def _as_record(labels: Mapping[str, Labels]) -> str:
    ordered = {
        id: sorted(those, key=lambda label: label.rank) for id, those in labels.items()
    }
    return "; ".join(" ".join([id, *those]) for id, those in ordered.items())


class Library:
    """All briefings at one moment. Never changed: a reload makes a new one."""

    def __init__(
        self,
        briefings: tuple[Briefing, ...],
        *,
        kept: Fingerprints | None = None,
        workspaces: WorkspaceList | None = None,
    ) -> None:
        """Take validated briefings, each with its handling filled in.

        `kept` are earlier fingerprints of what was only worded anew since.
        `workspaces` say which of them exist where; None lets all exist everywhere.
        """
        self.workspaces = workspaces
        self.briefings = tuple(sorted(briefings, key=lambda b: (b.invented, b.id)))
        self.kept: Fingerprints = kept or {}
        self._seen: dict[tuple[Clearance, ClaimIds], SubLibrary] = {}

    def keeping(self, kept: Fingerprints) -> "Library":
        """Return the same library with these earlier fingerprints."""
        if kept == self.kept:
            return self
        return Library(self.briefings, kept=kept, workspaces=self.workspaces)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of what `write_snapshot` writes."""
        return sha256(write_snapshot(self).encode()).hexdigest()

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

    def fingerprint(self, briefing_id: str, id: str) -> str:
        """Return that of a claim or lead text; empty where there is none such."""
        return self.fingerprints.get(briefing_id, {}).get(id, "")

    @cached_property
    def labels(self) -> Labels:
        """Every label in use: where it is CLEAR alone, no audience is looked up."""
        return frozenset(
            briefing.label_of(claim)
            for briefing in self.briefings
            for claim in briefing.claims
        )

    @cached_property
    def is_clear(self) -> bool:
        """Say whether anybody may see everything."""
        return self.labels <= {Label.CLEAR}

    def for_audience(self, audience: Audience) -> SubLibrary:
        """Return what this audience may see; built once per clearance and kept.

        In a workspace that has not got a briefing, no label of it is granted.
        """
        return self._for(self._clearance(audience, self.workspaces))

    def as_told_with(self, present: SubLibrary, audience: Audience) -> SubLibrary:
        """Return what an audience that sees `present` may be told of this earlier one.

        A label that was made stricter since holds for what was said before, too, and
        so does a briefing that a workspace has no more.
        """
        clearance = self._clearance(audience, self.workspaces, present.workspaces)
        return self._for(clearance, present.withheld)

    def curators(
        self, briefing: Briefing, installation: Installation
    ) -> tuple[str, ...]:
        """Return who answers for a briefing in a workspace, as the files name them."""
        return curators_there(self.workspaces, installation, briefing)

    def _clearance(
        self, audience: Audience, *workspaces: WorkspaceList | None
    ) -> Clearance:
        here = audience.installation
        clearance = []
        for briefing in self.briefings:
            is_there = all(has_briefing(w, here, briefing.id) for w in workspaces)
            labels = labels_for(audience, briefing.audiences) if is_there else NONE
            clearance.append((briefing.id, labels))
        return tuple(clearance)

    def _for(
        self, clearance: Clearance, withheld: ClaimIds = frozenset()
    ) -> SubLibrary:
        key = clearance, withheld
        found = self._seen.get(key)
        if found is not None:
            return found

        seen = (
            visible_part(
                briefing, labels, withheld={c for b, c in withheld if b == briefing.id}
            )
            for briefing, (_, labels) in zip(self.briefings, clearance, strict=True)
        )
        made = SubLibrary(
            tuple(briefing for briefing in seen if briefing is not None),
            clearance,
            wordings=lambda: self.fingerprints,
            everything=lambda: _claim_ids(self.briefings),
            workspaces=self.workspaces,
        )
        self._seen[key] = made
        return made

    def let_go(self) -> None:
        """Drop what was built for audiences, their search indexes above all.

        An earlier library says what was said then, and is searched no more; what is
        asked of it after all is built anew.
        """
        self._seen.clear()


def _claim_ids(briefings: tuple[Briefing, ...]) -> ClaimIds:
    return frozenset((b.id, claim.id) for b in briefings for claim in b.claims)


def visible_part(
    briefing: Briefing, labels: Labels, *, withheld: Set[str] = frozenset()
) -> Briefing | None:
    """Return the briefing without what these labels do not grant.

    None where nothing is left. Sources, entities and synonyms that only withheld claims
    use go with them, as do references to those claims and sections that become empty.
    `withheld` are claims that are not shown whatever their labels are.
    """
    granted = {c.id for c in briefing.claims if briefing.label_of(c) in labels}
    kept = granted - withheld
    if briefing.handling not in labels or not kept:
        return None
    if len(kept) == len(briefing.claims):
        return briefing

    sections = []
    for section in briefing.sections:
        claims = tuple(
            claim.model_copy(
                update={
                    "contradicts": tuple(i for i in claim.contradicts if i in kept),
                    "basis": tuple(i for i in claim.basis if i in kept),
                }
            )
            for claim in section.claims
            if claim.id in kept
        )
        if claims:
            sections.append(section.model_copy(update={"claims": claims}))
    cut = briefing.model_copy(update={"sections": tuple(sections)})

    cited = {citation.id for claim in cut.claims for citation in claim.sources}
    used = cited | {c for source in cited for c in cut.carriers(source)}
    sources = {id: source for id, source in cut.sources.items() if id in used}
    return _only_mentioned(cut.model_copy(update={"sources": sources}))


def _only_mentioned(briefing: Briefing) -> Briefing:
    """Drop names and synonyms of which nothing that is left makes any mention."""
    if not (briefing.entities or briefing.synonyms):
        return briefing
    texts = [briefing.title, briefing.short, briefing.bottom_line]
    for source in briefing.sources.values():
        texts += (source.title, source.publisher, source.short)
        texts += (source.author, source.party)
    for section in briefing.sections:
        texts += (section.title, section.name, section.summary, *section.aliases)
    for claim in briefing.claims:
        texts += (claim.text, claim.short, claim.caveat)
        texts += (claim.id.replace("-", " "), *claim.aliases)
        texts += (f"{figure.label} {figure.unit or ''}" for figure in claim.figures)
    told = "|".join(_spelled(text or "") for text in texts)

    def is_told(names: Iterable[str]) -> bool:
        spellings = map(_spelled, names)
        return any(name.strip() and name in told for name in spellings)

    entities = {
        id: entity
        for id, entity in briefing.entities.items()
        if is_told((entity.name, *entity.aliases))
    }
    synonyms = tuple(group for group in briefing.synonyms if is_told(group))
    return briefing.model_copy(update={"entities": entities, "synonyms": synonyms})


def _spelled(text: str) -> str:
    """Return the text as the search reads it: its terms, with a blank around each."""
    return f" {' '.join(map(term, words(text)))} "


class SnapshotError(BotError):
    """A stored snapshot that this release cannot read any more."""


_WORKSPACES = "workspaces "
"""Begins the line that says which workspace has what, where that is said at all."""


def write_snapshot(library: Library) -> str:
    """Return the canonical JSON of all briefings; its SHA-256 is `content_hash`."""
    text = snapshot_text(library.briefings)
    if library.workspaces is None:
        return text
    return f"{text}\n{_WORKSPACES}{library.workspaces.model_dump_json()}"


def read_snapshot(text: str) -> Library:
    """Return the library that was written.

    Raise SnapshotError where a later release has other fields than the text: such a
    revision is as good as none, and its reader gets everything anew.
    """
    try:
        lines = [line for line in text.split("\n") if line]
        workspaces = None
        if lines and lines[-1].startswith(_WORKSPACES):
            last = lines.pop().removeprefix(_WORKSPACES)
            workspaces = WorkspaceList.model_validate_json(last)
        briefings = tuple(Briefing.model_validate_json(line) for line in lines)
        return Library(briefings, workspaces=workspaces)
    except ValidationError as exc:
        problems = exc.error_count()
        raise SnapshotError(
            f"A stored revision does not fit this release ({problems} fields differ)."
        ) from exc
