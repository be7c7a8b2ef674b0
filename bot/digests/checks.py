"""Cross-checks of `digests.yaml`: what no single field shows."""

from collections.abc import Collection, Iterator, Mapping

from bot.briefing.problems import KeyPath, Problem, did_you_mean, listed
from bot.digests.models import Digest, DigestFile
from bot.digests.subscriptions import is_subscription


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
        yield from _recipients_twice(digest, where)
        yield from _unknown_briefings(digest, where, known)
        yield from _unknown_sections(digest, where, known)


def _recipients_twice(digest: Digest, where: KeyPath) -> Iterator[Problem]:
    for position, recipient in enumerate(digest.to):
        if recipient in digest.to[:position]:
            text = f'The recipient "{recipient}" is named twice.'
            yield Problem((*where, "to", position), text, "Remove one of them.")


def _unknown_briefings(
    digest: Digest, where: KeyPath, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    for position, briefing_id in enumerate(digest.briefings):
        if briefing_id not in known:
            text = f'There is no briefing "{briefing_id}".'
            hint = _instead(briefing_id, known)
            yield Problem((*where, "briefings", position), text, hint)


def _unknown_sections(
    digest: Digest, where: KeyPath, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
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
