"""The inverted index of one briefing: which claims hold a token, and how weightily.

BM25 with the parameters that were measured best for claims of one to three sentences.
"""

from array import array
from dataclasses import dataclass
from functools import cached_property
from math import log

from bot.briefing.models import Briefing, Claim
from bot.briefing.search.analysis import term, words
from bot.briefing.search.fields import Counts, FieldReader
from bot.briefing.search.vocabulary import Vocabulary

K1, B = 0.9, 0.45


@dataclass(frozen=True, slots=True)
class Postings:
    """The claims that hold one token, in file order, with what each is worth there.

    `own` is 1 where it stands in the claim itself and not only around it.
    """

    rows: "array[int]"
    weights: "array[float]"
    own: bytearray


class Index:
    """All claims of a briefing that may answer: withdrawn ones are left out."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.rows = [
            (section, claim)
            for section in briefing.sections
            for claim in section.claims
            if not claim.is_withdrawn
        ]
        self._reader = FieldReader(briefing)
        self.phrases = self._reader.phrases
        self.postings = self._build()

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the claims and of all spellings of what they speak of."""
        found = set(self._reader.words)
        for canonical, spelled in self.phrases.words.items():
            if canonical in self.postings:
                found |= spelled
        return Vocabulary(found)

    def rarity(self, token: str) -> float:
        """Return the inverse document frequency; highest for what no claim holds."""
        found = self.postings.get(token)
        holding = len(found.rows) if found else 0
        return log(1 + (len(self.rows) - holding + 0.5) / (holding + 0.5))

    def sequence(self, row: int) -> list[str]:
        """Return the terms of a claim's text and short form, in order."""
        claim = self.rows[row][1]
        return self._reader.content(f"{claim.text} {claim.short or ''}")

    def owned(self, claim: Claim) -> set[tuple[str, str]]:
        """Return each name with the word right behind it: "North Korean", "soldiers".

        Names are canonical tokens; a word stands as its term and as its synonyms'.
        """
        spelled = [term(word) for word in words(claim.text)]
        phrases = dict(self.phrases.spot(spelled))
        pairs = set()
        for at, phrase in phrases.items():
            end = at + len(phrase.spelling)
            if phrase.is_name and end < len(spelled):
                pairs.add((phrase.canonical, spelled[end]))
                if end in phrases:
                    pairs.add((phrase.canonical, phrases[end].canonical))
        return pairs

    def _build(self) -> dict[str, Postings]:
        growing: dict[str, tuple[list[int], list[float], bytearray]] = {}
        lengths = []
        for row, (section, claim) in enumerate(self.rows):
            own, length = self._reader.own(claim)
            lengths.append(length)
            _post(own, self._reader.around(section, claim), row, growing)

        damping = _damping(lengths)
        return {
            token: Postings(array("I", rows), _weigh(rows, counts, damping), own)
            for token, (rows, counts, own) in growing.items()
        }


def _post(
    own: Counts,
    around: Counts,
    row: int,
    growing: dict[str, tuple[list[int], list[float], bytearray]],
) -> None:
    for token, count in own.items():
        rows, counts, marks = growing.setdefault(token, ([], [], bytearray()))
        rows.append(row)
        counts.append(count + around.pop(token, 0.0))
        marks.append(1)
    for token, count in around.items():
        rows, counts, marks = growing.setdefault(token, ([], [], bytearray()))
        rows.append(row)
        counts.append(count)
        marks.append(0)


def _damping(lengths: list[float]) -> list[float]:
    """Return BM25's allowance for length, one number per claim."""
    mean = sum(lengths) / len(lengths) if lengths else 1.0
    return [K1 * (1 - B + B * length / (mean or 1.0)) for length in lengths]


def _weigh(
    rows: list[int], counts: list[float], damping: list[float]
) -> "array[float]":
    pairs = zip(rows, counts, strict=True)
    return array("f", (n * (K1 + 1) / (n + damping[row]) for row, n in pairs))
