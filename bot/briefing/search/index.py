"""The inverted index of one briefing: which claims hold a token, and how weightily.

BM25 with the parameters that were measured best for claims of one to three sentences.
"""

from array import array
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import log

from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.search.analysis import term, words
from bot.briefing.search.fields import FieldReader
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


Row = tuple[Section, Claim]
"""A claim with its section."""


class Index:
    """All claims of a briefing that may answer: withdrawn ones are left out."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.rows: list[Row] = [
            (section, claim)
            for section in briefing.sections
            for claim in section.claims
            if not claim.is_withdrawn
        ]
        self.sequences: list[tuple[str, ...]] = []
        """For each row the terms of the claim's text, in order."""
        self._reader = FieldReader(briefing)
        self.phrases = self._reader.phrases
        names = (briefing.title, briefing.short or "", *briefing.aliases)
        self.topic = self._reader.tokens(" . ".join(names))
        """The tokens of the briefing's own names: every claim is about those."""
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

    def has(self, text: str) -> bool:
        """Say whether some claim has these words, in whatever form or spelling."""
        spelled = [term(word) for word in words(text)]
        found = self.phrases.spot(spelled)
        phrases = (token for _, phrase in found for token in phrase.canonicals)
        return all(token in self.postings for token in spelled) or any(
            token in self.postings for token in phrases
        )

    def rarity(self, token: str) -> float:
        """Return the inverse document frequency; highest for what no claim holds."""
        found = self.postings.get(token)
        holding = len(found.rows) if found else 0
        return log(1 + (len(self.rows) - holding + 0.5) / (holding + 0.5))

    def said_by(self, claim: Claim) -> set[str]:
        """Return the tokens of the names of whoever said it."""
        return self._reader.sources(claim)

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
                follows = phrases[end].canonicals if end in phrases else ()
                pairs |= set(product(phrase.canonicals, (spelled[end], *follows)))
        return pairs

    def _build(self) -> dict[str, Postings]:
        growing: dict[str, tuple[list[int], list[float], bytearray]] = {}
        lengths = []

        def post(token: str, row: int, count: float, is_own: int) -> None:
            if token not in growing:
                growing[token] = ([], [], bytearray())
            rows, counts, own = growing[token]
            rows.append(row)
            counts.append(count)
            own.append(is_own)

        for row, (section, claim) in enumerate(self.rows):
            counts, length, sequence = self._reader.own(claim)
            around = self._reader.around(section, claim)
            lengths.append(length)
            self.sequences.append(sequence)
            for token, count in counts.items():
                post(token, row, count + around.pop(token, 0.0), 1)
            for token, count in around.items():
                post(token, row, count, 0)

        # BM25's allowance for length, one number per claim.
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        damping = [K1 * (1 - B + B * length / (mean or 1.0)) for length in lengths]
        postings = {}
        for token, (rows, counted, own) in growing.items():
            pairs = zip(rows, counted, strict=True)
            weights = array("f", [n * (K1 + 1) / (n + damping[r]) for r, n in pairs])
            postings[token] = Postings(array("I", rows), weights, own)
        return postings
