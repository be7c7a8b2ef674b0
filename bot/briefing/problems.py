"""What is wrong with a briefing, by the path of keys to it; no file, no line."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

KeyPath = tuple[str | int, ...]
"""The keys and list positions that lead to a value, from the top of the file."""


class Severity(StrEnum):
    """An error keeps a file from serving; a warning is valid but probably not meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a curator should mend; `hint` says what to try.

    `phrase` names the words it is about inside the text at `where`; of several equal
    ones it is the one with `occurrence` others before it.
    """

    where: KeyPath
    text: str
    hint: str = ""
    at_key: bool = False
    phrase: str = ""
    occurrence: int = 0
    severity: Severity = Severity.ERROR


def warning(
    where: KeyPath,
    text: str,
    hint: str = "",
    *,
    at_key: bool = False,
    phrase: str = "",
    occurrence: int = 0,
) -> Problem:
    """Return a problem that keeps nothing from serving."""
    return Problem(
        where, text, hint, at_key, phrase, occurrence, severity=Severity.WARNING
    )


MOST_KNOWN = 5_000
"""Words beyond which none is looked for: a hostile file could ask for all pairs."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant; None where none is near."""
    words = list(known)
    same = [other for other in words if other.casefold() == word.casefold()]
    if same or len(words) > MOST_KNOWN:
        return same[0] if same else None
    found = process.extractOne(
        word,
        words,
        scorer=DamerauLevenshtein.normalized_similarity,
        score_cutoff=0.6,
    )
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the question as a sentence, or nothing where no known word is near."""
    near = nearest(word, known)
    return f'Did you mean "{near}"?' if near else ""


def listed(words: Iterable[str], *, most: int = 12) -> str:
    """Return the words with commas; of very many only the first."""
    known = list(words)
    shown = ", ".join(known[:most])
    return f"{shown} and {len(known) - most} more" if len(known) > most else shown


LONGEST_QUOTED = 40


def quoted(value: object, *, most: int = LONGEST_QUOTED) -> str:
    """Return a value in quotes on one line, cut to a readable length."""
    text = " ".join(str(value).split())
    return f'"{text}"' if len(text) <= most else f'"{text[: most - 1]}…"'
