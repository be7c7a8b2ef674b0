"""The words a briefing is written in, and typing errors brought back to them."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.briefing.search.analysis import term
from bot.briefing.search.english import FUNCTION_WORDS
from bot.briefing.search.word_lists import english_ranks

SHORTEST = 4
"""Letters a word needs to be repaired; from `LONG` on, two errors are forgiven."""
LONG = 6
MOST = 3
_NEAR, _FAR, _OTHER_START = 0.9, 0.7, 0.75


@dataclass(frozen=True, slots=True)
class Repair:
    """A word of the briefing that a typed one was probably meant to be."""

    word: str
    term: str
    weight: float


class Vocabulary:
    """The words of one briefing as an audience may see it: no other is suggested."""

    def __init__(self, words: set[str]) -> None:
        self._terms = {term(word) for word in words}
        self._by_length: dict[int, list[str]] = {}
        self._gathered: dict[tuple[int, int], list[str]] = {}
        self._repaired: dict[str, tuple[Repair, ...]] = {}
        for word in sorted(words - FUNCTION_WORDS):
            if len(word) >= SHORTEST - 1 and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)

    def __contains__(self, token: str) -> bool:
        return token in self._terms

    def repair(self, word: str) -> tuple[Repair, ...]:
        """Return up to three words it may be, best first; none for an English word.

        A correct word that the briefing lacks must stay absent: "Kurds" is no typing
        error of "Kursk".
        """
        if len(word) < SHORTEST or not word.isalpha() or word in english_ranks():
            return ()
        if word not in self._repaired:
            if len(self._repaired) > 2_000:
                self._repaired.clear()
            self._repaired[word] = self._search(word)
        return self._repaired[word]

    def _search(self, word: str) -> tuple[Repair, ...]:
        """Compare the word with those that are near enough in length, gathered once."""
        errors = 2 if len(word) >= LONG else 1
        if (len(word), errors) not in self._gathered:
            lengths = range(len(word) - errors, len(word) + errors + 1)
            choices = [w for length in lengths for w in self._by_length.get(length, ())]
            self._gathered[len(word), errors] = choices
        found = process.extract(
            word,
            self._gathered[len(word), errors],
            scorer=OSA.distance,
            score_cutoff=errors,
            limit=8,
        )

        best: dict[str, Repair] = {}
        for near, distance, _ in found:
            weight = _NEAR if distance <= 1 else _FAR
            weight *= 1.0 if word[0] == near[0] else _OTHER_START
            repair = Repair(near, term(near), weight)
            known = best.get(repair.term)
            if not known or known.weight < repair.weight:
                best[repair.term] = repair
        ordered = sorted(best.values(), key=lambda r: (-r.weight, r.word))
        return tuple(ordered[:MOST])


@lru_cache(maxsize=2_000)
def repair_english(word: str) -> str:
    """Return the common English word that this one is a typing error of, else itself.

    It is for words that neither the briefing nor English knows: what they were meant
    to be tells how much they say, and whether they ask for anything.
    """
    if len(word) <= SHORTEST or not (word.isascii() and word.isalpha()):
        return word
    near = _english_by_start().get(word[0], [])
    sized = [choice for choice in near if abs(len(choice) - len(word)) <= 1]
    found = process.extractOne(word, sized, scorer=OSA.distance, score_cutoff=1)
    return word if found is None else str(found[0])


COMMON_ENGLISH = 15_000
"""Words of English, by rank, that a typing error is brought back to."""


@lru_cache(maxsize=1)
def _english_by_start() -> dict[str, list[str]]:
    by_start: dict[str, list[str]] = {}
    for word in islice(english_ranks(), COMMON_ENGLISH):
        if len(word) >= SHORTEST:
            by_start.setdefault(word[0], []).append(word)
    return by_start


@lru_cache(maxsize=2_000)
def repair_function_word(word: str) -> str:
    """Return the function word that this one is a typing error of, else the word."""
    if len(word) < SHORTEST - 1 or not word.isalpha():
        return word
    found = process.extractOne(word, _FUNCTIONS, scorer=OSA.distance, score_cutoff=1)
    if found is None or (len(word) < SHORTEST and sorted(word) != sorted(found[0])):
        return word
    return str(found[0])


_FUNCTIONS = sorted(word for word in FUNCTION_WORDS if len(word) >= SHORTEST - 1)
