"""What a digest is: its recipients, what `digests.yaml` says of it, and its topics.

A topic is a briefing, by its id, or a section, by `briefing/section`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

from pydantic import (
    AfterValidator,
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bot.briefing.field_types import Day, Model, Slug, upto
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.problems import KeyPath, Problem, did_you_mean, listed, warning
from bot.briefing.workspaces import WorkspaceList
from bot.digests.schedules import Duration, Schedule

_RECIPIENT = re.compile(
    r"(?:(?P<team>T[A-Z0-9]{2,})/)?"
    r"(?:#(?P<name>[^\s#@/.,A-Z]{1,80})|(?P<channel>[CG][A-Z0-9]{2,})"
    r"|(?P<user>[UW][A-Z0-9]{2,}))"
)
_RECIPIENT_HINT = (
    'allowed: a channel such as "#korea-desk", the id of a channel (C…) or of a person '
    "(U…), each with its workspace in front where there are several (T…/C…)"
)


class RecipientKind(StrEnum):
    """How a recipient is named; only a name must be resolved to an id."""

    NAME = "name"
    CHANNEL = "channel"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A destination as configured; `value` is a name without `#`, or an id.

    `team_id` is empty where the author left the workspace out.
    """

    kind: RecipientKind
    value: str
    team_id: str = ""

    def __str__(self) -> str:
        """The text it is configured by, which stands in the key of its deliveries."""
        workspace = f"{self.team_id}/" if self.team_id else ""
        return f"{workspace}{self.destination}"

    @property
    def destination(self) -> str:
        """What it is called inside its workspace, with the mark of a name."""
        mark = "#" if self.kind is RecipientKind.NAME else ""
        return f"{mark}{self.value}"


def read_recipient(text: str) -> Recipient:
    """Read a recipient; raise ValueError with what to write instead."""
    match = _RECIPIENT.fullmatch(text)
    if match is None:
        advice = _RECIPIENT_HINT
        name = re.sub(r"[\s.,]+", "-", text.lstrip("#").strip().lower())
        linked = re.search(r"(?<![A-Z0-9])[CG][A-Z0-9]{6,}(?![A-Z0-9])", text)
        if linked and text.startswith(("http", "<#")):
            advice = f"write {linked[0]}"
        elif text.startswith("@") or re.fullmatch(r"D[A-Z0-9]{6,}", text):
            profile = "which their profile shows in Slack"
            advice = f"a person is named by their id (U…), {profile}"
        elif name and _RECIPIENT.fullmatch(f"#{name}"):
            advice = f'for a channel\'s name write "#{name}", with the quotation marks'
        raise ValueError(f'recipient "{text}" is not understood; {advice}.')

    team_id = match["team"] or ""
    if match["name"]:
        return Recipient(RecipientKind.NAME, match["name"], team_id)
    if match["channel"]:
        return Recipient(RecipientKind.CHANNEL, match["channel"], team_id)
    return Recipient(RecipientKind.USER, match["user"], team_id)


def _validate(value: object) -> Recipient:
    if isinstance(value, Recipient):
        return value
    if isinstance(value, str):
        return read_recipient(value)
    raise ValueError(f"A recipient is a text; {_RECIPIENT_HINT}.")


RecipientText = Annotated[
    Recipient,
    PlainValidator(_validate, json_schema_input_type=str),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": "^([T][A-Z0-9]+/)?(#.+|[CGUW].+)$"}),
]


SUBSCRIPTION_PREFIX = "subscription-"
"""Begins the id of every digest that somebody subscribed to, and of none in a file."""


class Show(StrEnum):
    """How much of the briefings a digest says."""

    FULL = "full"
    HEADLINES = "headlines"
    CHANGES = "changes"


class NothingNew(StrEnum):
    """What a digest of changes does when there are none; recorded either way."""

    SAY_SO = "say-so"
    SKIP = "skip"


class Missed(StrEnum):
    """Which of the occurrences missed during a downtime are still sent."""

    LATEST = "latest"
    SKIP = "skip"


def _section_path(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,60}/[a-z0-9-]{1,60}", text):
        id = text if re.fullmatch(r"[a-z0-9-]{1,60}", text) else "troops"
        raise ValueError(
            f'"{text}" does not name a section. Put its briefing in front, as in '
            f"north-korea-russia/{id}."
        )
    return text


SectionPath = Annotated[str, AfterValidator(_section_path)]
"""`briefing/section`."""


class Digest(Model):
    """One digest: what it says, when, to whom, and what it does when late or empty."""

    id: Slug
    title: Annotated[str, upto(150)]
    briefings: tuple[Slug, ...] = ()
    sections: tuple[SectionPath, ...] = ()
    show: Show = Show.CHANGES
    when: Schedule
    to: tuple[RecipientText, ...] = ()
    """Empty means that the digest waits for a channel."""
    nothing_new: NothingNew = NothingNew.SAY_SO
    missed: Missed = Missed.LATEST
    grace: Duration = timedelta(hours=6)
    """How late an occurrence may still be sent."""
    holidays: tuple[Day, ...] = ()

    @property
    def briefing_ids(self) -> frozenset[str]:
        """The briefings it is about, whole or in part."""
        paths = self.sections or self.briefings
        return frozenset(path.partition("/")[0] for path in paths)

    @property
    def schedule_fingerprint(self) -> str:
        """What makes it another schedule, which starts anew: days, hours and zone."""
        days_off = " ".join(day.isoformat() for day in sorted(self.holidays))
        return f"{self.when.expression} {self.when.timezone} {days_off}".strip()

    @field_validator("sections")
    @classmethod
    def _not_beside_briefings(
        cls, sections: tuple[str, ...], info: ValidationInfo
    ) -> tuple[str, ...]:
        if sections and info.data.get("briefings"):
            raise ValueError(
                'A digest has either "briefings" or "sections", not both. '
                "Remove one of them."
            )
        return sections

    @model_validator(mode="after")
    def _says_something(self) -> "Digest":
        if not (self.briefings or self.sections):
            raise ValueError(
                f'digest "{self.id}" names nothing to say. '
                "Add `briefings` with their ids, or `sections`."
            )
        return self


class DigestFile(Model):
    """The whole of `digests.yaml`; `check_digests` finds what spans several digests."""

    model_config = ConfigDict(title="file of digests")

    digests: tuple[Digest, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What tells one state of the file from another, whatever its layout."""
        return sha256(self.model_dump_json().encode()).hexdigest()


def is_subscription(digest_id: str) -> bool:
    """Tell a digest that somebody subscribed to from one in `digests.yaml`."""
    return digest_id.startswith(SUBSCRIPTION_PREFIX)


def check_digests(
    file: DigestFile, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Find ids used twice, recipients named twice and content that does not exist.

    Warn of schedules that are due more often than their author will have meant.
    `known` has the section ids of each briefing, by briefing id.
    """
    seen: set[str] = set()
    for index, digest in enumerate(file.digests):
        where = ("digests", index)
        if digest.id in seen:
            text = f'The id "{digest.id}" belongs to an earlier digest.'
            yield Problem((*where, "id"), text, "Give this one another id.")
        seen.add(digest.id)
        if is_subscription(digest.id):
            text = f'The id "{digest.id}" begins as only ids of subscriptions do.'
            yield Problem((*where, "id"), text, "Give it another id.")
        yield from _check_references(digest, where, known)
        yield from _check_frequency(digest, (*where, "when", "cron"))


MOST_AN_HOUR = 4
"""Times an hour beyond which nobody means a digest to be posted."""


def _check_frequency(digest: Digest, where: KeyPath) -> Iterator[Problem]:
    cron, often = digest.when.cron, digest.when.times_an_hour
    if not cron:
        return
    if often > MOST_AN_HOUR:
        text = f'cron "{cron}" is due {often} times an hour.'
        once = " ".join(["0", *cron.split()[1:]])
        yield warning(where, text, f'Write "{once}" for once.')
    if digest.when.has_two_kinds_of_day:
        text = f'cron "{cron}" names days and weekdays, and either is enough.'
        yield warning(where, text, "Write * for one of them, or make two digests.")


def check_recipients(file: DigestFile, workspaces: WorkspaceList) -> Iterator[Problem]:
    """Find recipients in no workspace that is listed, or in one without the content."""
    entries = {entry.id: entry for entry in workspaces.workspaces}
    first = next((id for id in entries if id.startswith("T")), "T0123ABC")
    for index, digest in enumerate(file.digests):
        for position, recipient in enumerate(digest.to):
            place = ("digests", index, "to", position)
            if not recipient.team_id:
                if len(entries) > 1:
                    text = f'Nothing says in which workspace "{recipient}" is.'
                    hint = f'Write it in front, as in "{first}/{recipient}".'
                    yield Problem(place, text, hint)
                continue
            entry = entries.get(recipient.team_id)
            if entry is None:
                if any(id.startswith("E") for id in entries):
                    continue
                text = f'"{recipient.team_id}" is not in workspaces.yaml.'
                yield Problem(place, text, did_you_mean(recipient.team_id, entries))
            elif lacking := digest.briefing_ids - set(entry.briefings):
                text = f'"{entry.id}" has no briefing "{min(lacking)}".'
                yield Problem(place, text, "Name it in workspaces.yaml, or leave it.")


def _check_references(
    digest: Digest, where: KeyPath, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    for position, recipient in enumerate(digest.to):
        place = (*where, "to", position)
        earlier = {
            each.team_id: each
            for each in digest.to[:position]
            if each.destination == recipient.destination
        }
        if recipient.team_id in earlier:
            text = f'The recipient "{recipient}" is named twice.'
            yield Problem(place, text, "Remove one of them.")
        elif earlier and "" in (recipient.team_id, *earlier):
            same = earlier.get("") or min(earlier.values(), key=str)
            text = f'Where I am in one workspace, "{recipient}" is "{same}" again.'
            yield warning(place, text, "Remove one of them.")

    for position, briefing_id in enumerate(digest.briefings):
        if briefing_id not in known:
            text = f'There is no briefing "{briefing_id}".'
            hint = _instead(briefing_id, known)
            yield Problem((*where, "briefings", position), text, hint)

    for position, path in enumerate(digest.sections):
        briefing_id, _, section_id = path.partition("/")
        place = (*where, "sections", position)
        if briefing_id not in known:
            text = f'There is no briefing "{briefing_id}".'
            yield Problem(place, text, _instead(briefing_id, known))
        elif section_id not in known[briefing_id]:
            text = f'Briefing "{briefing_id}" has no section "{section_id}".'
            paths = [f"{briefing_id}/{id}" for id in known[briefing_id]]
            yield Problem(place, text, _instead(path, paths))


def _instead(word: str, known: Collection[str]) -> str:
    return did_you_mean(word, known) or f"There is: {listed(sorted(known))}."


_LONGEST_TITLE = 150


def cover(digest: Digest, library: SubLibrary) -> tuple[Briefing, ...]:
    """Return the briefings, or parts of briefings, that the digest is about.

    A briefing is cut down to the digest's sections, in the digest's order. The bottom
    line goes with what is cut away: it speaks of the whole.
    """
    wanted = digest.sections or digest.briefings
    covered = []
    for briefing_id in dict.fromkeys(path.partition("/")[0] for path in wanted):
        briefing = library.by_id.get(briefing_id)
        if briefing and digest.sections:
            by_path = {f"{briefing_id}/{s.id}": s for s in briefing.sections}
            sections = tuple(by_path[path] for path in wanted if path in by_path)
            cut = {"sections": sections, "bottom_line": None}
            briefing = briefing.model_copy(update=cut)
        if briefing and briefing.sections:
            covered.append(briefing)
    return tuple(covered)


def distinct(topics: Iterable[str]) -> tuple[str, ...]:
    """Drop what is named twice, and sections of briefings that are named whole."""
    named = dict.fromkeys(topics)
    return tuple(t for t in named if "/" not in t or t.partition("/")[0] not in named)


def visible(topics: Iterable[str], library: SubLibrary) -> tuple[str, ...]:
    """Keep those that exist for whoever sees this sub-library."""
    return tuple(topic for topic in topics if topic_name(topic, library))


def topic_name(topic: str, library: SubLibrary) -> str:
    """Return a topic's name for people, empty where it does not exist for them."""
    briefing_id, _, section_id = topic.partition("/")
    briefing = library.by_id.get(briefing_id)
    if briefing is None or not section_id:
        return briefing.name if briefing else ""
    section = library.section(briefing_id, section_id)
    return section.name if section else ""


def shown_title(digest: Digest, library: SubLibrary) -> str:
    """Return a digest's title for whoever sees this sub-library.

    Where not all that it is about exists for them, its title could tell of the rest.
    """
    topics = digest.sections or digest.briefings
    seen = visible(topics, library)
    return digest.title if seen == topics else title_of(seen, library)


def title_of(topics: Iterable[str], library: SubLibrary) -> str:
    """Name what a digest is about: "North Korea and Russia: Troops, Alliance"."""
    names: dict[str, list[str]] = {}
    for topic in topics:
        briefing_id, _, section_id = topic.partition("/")
        sections = names.setdefault(topic_name(briefing_id, library), [])
        sections += [topic_name(topic, library)] if section_id else []

    titles = [
        f"{name}: {', '.join(sections)}" if sections else name
        for name, sections in names.items()
    ]
    title = "; ".join(titles)
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
