"""What a digest is about: briefings by id, sections by `briefing/section`. No I/O."""

from collections.abc import Iterable

from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing
from bot.digests.models import Digest

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
