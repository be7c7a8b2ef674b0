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


def check_habits(briefing: Briefing) -> Iterator[Problem]:
    """Find what a curator would want to look at once more."""
    yield from _uncited(briefing)
    yield from _same_addresses(briefing)
    yield from _aliases(briefing)
    yield from _long_first_sentences(briefing)
    yield from _lonely_synonyms(briefing)


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


def _same_addresses(briefing: Briefing) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for id, source in briefing.sources.items():
        if source.url and (other := first.setdefault(_bare(source.url), id)) != id:
            text = f'The sources "{other}" and "{id}" have the same address.'
            hint = f"Keep one of them, and cite {other} with a locator."
            yield warning(("sources", id, "url"), text, hint)


def _bare(url: str) -> str:
    """Return an address without what does not change the page it leads to."""
    bare = re.sub(r"^https?://(www\.)?", "", url).partition("#")[0].rstrip("/")
    host, slash, path = bare.partition("/")
    return host.lower() + slash + path


def _aliases(briefing: Briefing) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for _, owner, id in _holders(briefing):
        owners.setdefault(fold(id), owner)
    for where, owner, id in _holders(briefing):
        if id in COMMAND_WORDS and id not in RESERVED:
            yield _command_word((*where, "id"), "id", id)
        for place, alias in _aliases_at(where, briefing):
            word = fold(alias)
            if word in COMMAND_WORDS:
                yield _command_word(place, "alias", alias)
            elif (other := owners.setdefault(word, owner)) != owner:
                text = f'The alias "{alias}" leads to {other} already.'
                hint = "Give each word to one of them: readers get the first."
                yield warning(place, text, hint)


def _command_word(where: KeyPath, what: str, word: str) -> Problem:
    text = f'The {what} "{word}" is a command word: `/brief {word}` means the command.'
    return warning(where, text, "Choose another word.")


def _holders(briefing: Briefing) -> Iterator[tuple[KeyPath, str, str]]:
    """Return whatever a word can lead to: its path, its name and its id."""
    yield (), "the briefing", briefing.id
    for where, section in sections_of(briefing):
        yield where, f'the section "{section.id}"', section.id
    for where, claim in claims_of(briefing):
        yield where, f'the claim "{claim.id}"', claim.id


def _aliases_at(where: KeyPath, briefing: Briefing) -> Iterator[tuple[KeyPath, str]]:
    aliases = briefing.aliases
    if len(where) == 2:
        aliases = briefing.sections[int(where[1])].aliases
    if len(where) == 4:
        aliases = briefing.sections[int(where[1])].claims[int(where[3])].aliases
    for position, alias in enumerate(aliases):
        yield (*where, "aliases", position), alias


def _long_first_sentences(briefing: Briefing) -> Iterator[Problem]:
    for where, claim in claims_of(briefing):
        first = first_sentence(claim.text)
        if claim.short is None and len(first) > LONGEST_HEADLINE:
            text = (
                f"The claim {quoted(claim.id)} has no `short`, and its first sentence "
                f"of {len(first)} characters is cut at {LONGEST_HEADLINE}."
            )
            hint = "Add `short`: the figure first, at most 80 characters."
            yield warning((*where, "text"), text, hint, at_key=True)


def _lonely_synonyms(briefing: Briefing) -> Iterator[Problem]:
    for position, group in enumerate(briefing.synonyms):
        if len(group) < 2:
            text = "This group of synonyms has fewer than two words."
            yield warning(("synonyms", position), text, "Add one, or remove the group.")
