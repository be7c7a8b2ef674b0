"""What `digests.yaml` holds: which briefings go where, when, and in what form."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    ConfigDict,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.briefing.problems import KeyPath, Problem, did_you_mean, listed
from bot.briefing.scalars import Day, Model, Slug, upto
from bot.digests.recipients import RecipientText
from bot.digests.schedules import Duration, Schedule

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
        raise ValueError(
            f'"{text}" does not name a section. Write briefing and section, as in '
            "north-korea-russia/troops."
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
                'Add "briefings" or "sections".'
            )
        return self


class DigestFile(Model):
    """The whole of `digests.yaml`; `check_digests` finds what spans several digests."""

    model_config = ConfigDict(title="file of digests")

    digests: tuple[Digest, ...] = ()


def is_subscription(digest_id: str) -> bool:
    """Tell a digest that somebody subscribed to from one in `digests.yaml`."""
    return digest_id.startswith(SUBSCRIPTION_PREFIX)


def check_digests(
    file: DigestFile, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Find ids used twice, recipients named twice and content that does not exist.

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


def _check_references(
    digest: Digest, where: KeyPath, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    for position, recipient in enumerate(digest.to):
        if recipient in digest.to[:position]:
            text = f'The recipient "{recipient}" is named twice.'
            yield Problem((*where, "to", position), text, "Remove one of them.")

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
            yield Problem(place, text, _instead(section_id, known[briefing_id]))


def _instead(word: str, known: Collection[str]) -> str:
    return did_you_mean(word, known) or f"There is: {listed(sorted(known))}."
