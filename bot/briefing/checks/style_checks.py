"""Warnings: what is valid and probably not meant."""

import re
from collections.abc import Iterator

from bot.briefing.checks.ids import RESERVED
from bot.briefing.checks.walk import claims_of, sections_of
from bot.briefing.folding import fold
from bot.briefing.models import Briefing
from bot.briefing.problems import KeyPath, Problem, quoted, warning
from bot.briefing.wording import first_sentence

COMMAND_WORDS = frozenset(
    (
        *("help", "use", "claim", "changes", "figures", "timeline", "sources"),
        *("digests", "why", "subscribe", "unsubscribe", "forget"),
    )
)
"""The first words that `/brief` keeps for itself."""
LONGEST_HEADLINE = 80


def check_style(briefing: Briefing) -> Iterator[Problem]:
    """Find what a curator would want to look at once more."""
    yield from _uncited(briefing)
    first: dict[str, str] = {}
    for id, source in briefing.sources.items():
        if source.url and (other := first.setdefault(_bare(source.url), id)) != id:
            text = f'The sources "{other}" and "{id}" have the same address.'
            hint = f"Keep one of them, and cite {other} with a locator."
            yield warning(("sources", id, "url"), text, hint)
    yield from _aliases(briefing)
    for where, claim in claims_of(briefing):
        headline = first_sentence(claim.text)
        if claim.short is None and len(headline) > LONGEST_HEADLINE:
            text = (
                f"The claim {quoted(claim.id)} has no `short`, and its first sentence "
                f"of {len(headline)} characters is cut at {LONGEST_HEADLINE}."
            )
            hint = "Add `short`: the figure first, at most 80 characters."
            yield warning((*where, "text"), text, hint, at_key=True)
    for position, group in enumerate(briefing.synonyms):
        if len(group) < 2:
            text = "This group of synonyms has fewer than two words."
            yield warning(("synonyms", position), text, "Add one, or remove the group.")


def _uncited(briefing: Briefing) -> Iterator[Problem]:
    used = {citation.id for claim in briefing.claims for citation in claim.sources}
    if not used <= set(briefing.sources):
        # A source that is cited under a misspelt id looks like one nobody cites.
        return
    ahead = list(used)
    while ahead:
        source = briefing.sources.get(ahead.pop())
        fresh = set(source.via) - used if source else set()
        used |= fresh
        ahead += fresh
    for id in briefing.sources:
        if id not in used:
            text = f'No claim cites the source "{id}".'
            yield warning(("sources", id), text, "Cite it, or remove it.", at_key=True)


def _bare(url: str) -> str:
    """Return an address without what does not change the page it leads to."""
    bare = re.sub(r"^https?://(www\.)?", "", url).partition("#")[0].rstrip("/")
    host, slash, path = bare.partition("/")
    return host.lower() + slash + path


def _aliases(briefing: Briefing) -> Iterator[Problem]:
    """Find words that the command keeps for itself, and that lead to two things."""
    holders: list[tuple[KeyPath, str, str, tuple[str, ...]]] = [
        ((), "the briefing", briefing.id, briefing.aliases)
    ]
    for where, section in sections_of(briefing):
        owner = f'the section "{section.id}"'
        holders.append((where, owner, section.id, section.aliases))
    for where, claim in claims_of(briefing):
        owner = f'the claim "{claim.id}"'
        holders.append((where, owner, claim.id, claim.aliases))

    owners: dict[str, str] = {}
    for _, owner, id, _ in holders:
        owners.setdefault(fold(id), owner)
    for where, owner, id, aliases in holders:
        if id in COMMAND_WORDS and id not in RESERVED:
            yield _command_word((*where, "id"), "id", id)
        for position, alias in enumerate(aliases):
            place, word = (*where, "aliases", position), fold(alias)
            if word in COMMAND_WORDS:
                yield _command_word(place, "alias", alias)
            elif (other := owners.setdefault(word, owner)) != owner:
                text = f'The alias "{alias}" leads to {other} already.'
                hint = "Give each word to one of them: readers get the first."
                yield warning(place, text, hint)


def _command_word(where: KeyPath, what: str, word: str) -> Problem:
    text = f'The {what} "{word}" is a command word: `/brief {word}` means the command.'
    return warning(where, text, "Choose another word.")
