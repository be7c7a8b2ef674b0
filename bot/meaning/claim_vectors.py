"""`ClaimVectors`: the vectors of claims in memory, and how close a question comes.

Every number is over the claims of one index alone: what one audience sees. What is
known beside it, how chance stands to a claim, is each claim's own.
"""

import importlib
import importlib.util
import math
from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from operator import mul
from typing import Any
from weakref import WeakKeyDictionary

from bot.briefing.search.index import Index
from bot.briefing.search.meaning import Closeness, passage
from bot.meaning.embedders import Vector

PERCENTILE = 96
"""The share of off-topic questions that are near no claim of a briefing."""


class ClaimVectors:
    """Vectors by the text of a passage, and what chance comes to for each.

    `chance` are the vectors of questions on anything at all. Whatever has no vectors
    for all its claims is left to words.
    """

    def __init__(self, chance: Sequence["Vector[float]"]) -> None:
        self._chance = Rows(chance)
        self._vectors: dict[str, Vector[float]] = {}
        self._by_chance: dict[str, Chance] = {}
        self._ready: WeakKeyDictionary[Index, IndexVectors] = WeakKeyDictionary()
        self._lacking: WeakKeyDictionary[Index, str] = WeakKeyDictionary()
        self.size = self._chance.size
        """How many numbers a vector has."""

    def __len__(self) -> int:
        return len(self._vectors)

    def __contains__(self, text: str) -> bool:
        return text in self._vectors

    def add(self, vectors: Mapping[str, "Vector[float]"]) -> None:
        """Take vectors in, by their passages; those of another size are left out."""
        for text, vector in vectors.items():
            if len(vector) == self.size:
                self._by_chance[text] = Chance.of(self._chance.times(vector))
                self._vectors[text] = vector

    def keep(self, texts: set[str]) -> None:
        """Forget all passages but these; an index that is ready keeps its own."""
        for text in self._vectors.keys() - texts:
            del self._vectors[text], self._by_chance[text]

    def covers(self, index: Index) -> bool:
        """Say whether every claim of this index has a vector."""
        return self._of(index) is not None

    def closeness(self, question: "Vector[float]", index: Index) -> Closeness | None:
        """Compare a question with the claims of this index; None where one is lacking.

        A vector of another size than theirs compares with nothing.
        """
        found = self._of(index)
        if found is None or len(question) != self.size:
            return None
        cosines = found.rows.times(question)
        standing = [
            (cosine - chance.mean) / chance.spread
            for cosine, chance in zip(cosines, found.chance, strict=True)
        ]
        return Closeness(cosines, standing, found.limit)

    def _of(self, index: Index) -> "IndexVectors | None":
        ready = self._ready.get(index)
        if ready is not None:
            return ready
        if (lacks := self._lacking.get(index)) and lacks not in self._vectors:
            return None
        texts = [passage(*row) for row in index.rows]
        lacks = next((text for text in texts if text not in self._vectors), "")
        if lacks or not texts:
            self._lacking[index] = lacks
            return None
        ready = IndexVectors(
            [self._vectors[text] for text in texts],
            [self._by_chance[text] for text in texts],
        )
        self._ready[index] = ready
        return ready


class Chance:
    """How close questions on anything at all come to one claim.

    `standing` are they themselves, in deviations above their mean.
    """

    __slots__ = ("mean", "spread", "standing")

    def __init__(self, mean: float, spread: float, standing: "array[float]") -> None:
        self.mean = mean
        self.spread = spread
        self.standing = standing

    @classmethod
    def of(cls, cosines: Sequence[float]) -> "Chance":
        mean = math.fsum(cosines) / len(cosines)
        variance = math.fsum((each - mean) ** 2 for each in cosines) / len(cosines)
        spread = math.sqrt(variance) or 1.0
        return cls(mean, spread, array("f", ((c - mean) / spread for c in cosines)))


class IndexVectors:
    """The vectors of one index by row, and the limit of coming near any of them."""

    def __init__(
        self, vectors: Sequence["Vector[float]"], chance: Sequence[Chance]
    ) -> None:
        self.rows = Rows(vectors)
        self.chance = chance
        nearest = list(chance[0].standing)
        for each in chance[1:]:
            nearest = list(map(max, nearest, each.standing))
        nearest.sort()
        self.limit = nearest[math.ceil(len(nearest) * PERCENTILE / 100) - 1]


class Rows:
    """Vectors of one size that are multiplied together, by numpy where it is there."""

    def __init__(
        self, vectors: Sequence["Vector[float]"], *, by_numpy: bool = True
    ) -> None:
        self.size = len(vectors[0])
        numpy = _numpy() if by_numpy else None
        self._matrix = None
        self._vectors = tuple(vectors)
        if numpy is not None:
            joined = b"".join(vector.tobytes() for vector in vectors)
            self._matrix = numpy.frombuffer(joined, "f").reshape(-1, self.size)
            self._vectors = ()

    def times(self, vector: "Vector[float]") -> list[float]:
        """Return the cosine of this vector with each."""
        if self._matrix is not None:
            products: list[float] = (self._matrix @ _numpy().array(vector)).tolist()
            return products
        return [sum(map(mul, row, vector)) for row in self._vectors]


@cache
def _numpy() -> Any:
    """Return numpy, which the extra brings; an endpoint does without it."""
    is_there = importlib.util.find_spec("numpy") is not None
    return importlib.import_module("numpy") if is_there else None
