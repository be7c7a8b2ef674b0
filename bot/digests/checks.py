"""Cross-checks of `digests.yaml`: what no single field shows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.digests.models import Digest, DigestFile

Loc = tuple[str | int, ...]
"""The path of keys to a place in the file, as pydantic writes it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake that a single field does not show; `loc` is the path of keys to it."""

    loc: Loc
    text: str


def check_digests(
    file: DigestFile, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Find ids used twice, recipients named twice and content that does not exist.

    `known` has the section ids of each briefing, by briefing id.
    """
    seen: set[str] = set()
    for index, digest in enumerate(file.digests):
        loc = ("digests", index)
        if digest.id in seen:
            yield Problem(
                (*loc, "id"),
                f'digest "{digest.id}" exists already. Give this one another id.',
            )
        seen.add(digest.id)
        yield from _recipients_twice(digest, loc)
        yield from _unknown_content(digest, loc, known)


def _recipients_twice(digest: Digest, loc: Loc) -> Iterator[Problem]:
    for position, recipient in enumerate(digest.to):
        if recipient in digest.to[:position]:
            yield Problem(
                (*loc, "to", position),
                f'recipient "{recipient}" is named twice. Remove one of them.',
            )


def _unknown_content(
    digest: Digest, loc: Loc, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    for position, briefing_id in enumerate(digest.briefings):
        if briefing_id not in known:
            yield Problem((*loc, "briefings", position), _unknown(briefing_id, known))

    for position, path in enumerate(digest.sections):
        briefing_id, _, section_id = path.partition("/")
        place = (*loc, "sections", position)
        if briefing_id not in known:
            yield Problem(place, _unknown(briefing_id, known))
        elif section_id not in known[briefing_id]:
            yield Problem(place, _unknown(section_id, known[briefing_id], briefing_id))


def _unknown(
    wanted: str, known: Collection[str], briefing_id: str | None = None
) -> str:
    what = f'section "{wanted}" of briefing "{briefing_id}"'
    if briefing_id is None:
        what = f'briefing "{wanted}"'
    there = ", ".join(sorted(known)) or "none"
    return f"{what} does not exist; there is: {there}."
