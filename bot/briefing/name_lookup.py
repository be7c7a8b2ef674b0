"""What people call things: ids, short names and aliases, typing errors included. Pure.

A name is looked up whole, never inside a sentence: sentences are the search's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.briefing.models import Briefing
from bot.briefing.search.analysis import words
from bot.briefing.search.english import FUNCTION_WORDS, english_ranks

MOST_WORDS = 12
"""A longer text is a question; no name or title is repaired in it."""
_SHORTEST, _LONG = 4, 6
"""Letters a name needs to be repaired; from `_LONG` on, two errors are forgiven."""


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A briefing, one of its sections, or one of its claims."""

    briefing_id: str
    section_id: str = ""
    claim_id: str = ""

    @property
    def rank(self) -> int:
        """0 for a briefing, 1 for a section, 2 for a claim: the wider one wins."""
        return bool(self.section_id) + bool(self.claim_id)


@dataclass(frozen=True, slots=True)
class Found:
    """What a name stands for: nothing, one thing, or several to choose from.

    `is_exact` is False where a typing error was forgiven.
    """

    things: tuple[Named, ...] = ()
    is_exact: bool = True


NOTHING = Found()


class Names:
    """The names of briefings as one audience may see them; no other is suggested."""

    def __init__(self, briefings: Iterable[Briefing]) -> None:
        self._briefings = tuple(briefings)

    def find(self, text: str, *, briefing_id: str = "") -> Found:
        """Look a name up, first as it is written, then with typing errors forgiven.

        Names of `briefing_id` come before those of other briefings, wider things
        before narrower ones.
        """
        key = _key(text)
        if not key:
            return NOTHING
        exact = self._named.get(key)
        if exact:
            return Found(_foremost(exact, briefing_id))
        near = [thing for name in self._near(key) for thing in self._named[name]]
        return Found(_foremost(near, briefing_id), is_exact=False) if near else NOTHING

    def briefing(self, text: str) -> str:
        """Return the id of the briefing that goes by this name, or an empty text."""
        things = self.find(text).things
        return next((t.briefing_id for t in things if t.rank == 0), "")

    def briefings_with(self, text: str) -> tuple[str, ...]:
        """Return the ids of the briefings that some whole words of their names say.

        Words that every text has say nothing, and neither does a name in a sentence.
        """
        key = _key(text)
        if FUNCTION_WORDS.issuperset(key.split()) or len(key) < _SHORTEST:
            return ()
        return tuple(
            briefing.id
            for briefing in self._briefings
            if any(
                f" {key} " in f" {_key(name)} "
                for name in (briefing.id, briefing.name, *briefing.aliases)
            )
        )

    def warm(self) -> None:
        """Build the table now, so that no answer has to wait for it."""
        _ = self._named

    @cached_property
    def _named(self) -> dict[str, list[Named]]:
        table: dict[str, list[Named]] = {}

        def add(thing: Named, *names: str) -> None:
            for name in names:
                things = table.setdefault(_key(name), [])
                if thing not in things:
                    things.append(thing)

        for briefing in self._briefings:
            id = briefing.id
            add(Named(id), id, briefing.name, briefing.title, *briefing.aliases)
            for part in briefing.sections:
                path = f"{id}/{part.id}"
                names = (part.id, part.name, part.title, path, *part.aliases)
                add(Named(id, part.id), *names)
                for claim in part.claims:
                    # A claim that was taken back has no name left.
                    if not claim.is_withdrawn:
                        inner = f"{part.id}/{claim.id}", f"{path}/{claim.id}"
                        thing = Named(id, part.id, claim.id)
                        add(thing, claim.id, *inner, *claim.aliases)
        table.pop("", None)
        return table

    def _near(self, key: str) -> list[str]:
        """Return the nearest names; a text of English words is no typing error."""
        parts = key.split()
        is_name_like = len(key) >= _SHORTEST and len(parts) <= MOST_WORDS
        is_english = all(p in english_ranks() or not p.isalpha() for p in parts)
        if not is_name_like or is_english:
            return []
        errors = 2 if len(key) >= _LONG else 1
        matches = process.extract(
            key, list(self._named), scorer=OSA.distance, score_cutoff=errors, limit=20
        )
        nearest = min((distance for _, distance, _ in matches), default=0)
        return [name for name, distance, _ in matches if distance == nearest]


def _key(text: str) -> str:
    return " ".join(words(text.replace("_", " ").replace("-", " ")))


def _foremost(things: list[Named], briefing_id: str) -> tuple[Named, ...]:
    if len(things) == 1:
        return (things[0],)
    own = [thing for thing in things if thing.briefing_id == briefing_id]
    candidates = list(dict.fromkeys(own or things))
    widest = min(thing.rank for thing in candidates)
    return tuple(thing for thing in candidates if thing.rank == widest)
