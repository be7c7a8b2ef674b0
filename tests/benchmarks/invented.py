"""Invented briefings of any size, the same at every run, in the words of English."""

from itertools import accumulate
from random import Random
from typing import Any

from bot.briefing.models import Briefing
from bot.briefing.search.english import english_ranks
from tests.factories import claim, make_briefing, section

CLAIMS_A_SECTION = 10
COMMON, RARER = 14, 5
"""Words of a claim: drawn by their frequency in English, and rarer ones."""
TOPICS, TOPICAL = 15, 0.2
"""Words that the whole briefing turns on, and how often a claim has each."""


def invented_briefing(claims: int, seed: int = 7) -> Briefing:
    """Return a briefing of so many claims, ten in a section."""
    author = _Author(seed)
    sections = [
        section(f"section-{at}", title=author.text(6)[:90], claims=author.claims(at))
        for at in range(max(1, claims // CLAIMS_A_SECTION))
    ]
    title = " ".join(author.topics)
    return make_briefing(id=f"invented-{claims}", title=title, sections=sections)


def invented_questions(briefing: Briefing, count: int, seed: int = 8) -> list[str]:
    """Return questions in words of the claims; every fourth has a typing error."""
    random = Random(seed)
    topics = briefing.title.lower().split()
    found = []
    for at in range(count):
        told = random.choice(briefing.claims).text.rstrip(".").split()
        asked = random.sample([word for word in told if len(word) > 3], k=3)
        if at % 4 == 0:
            asked[0] = _mistype(asked[0], random)
        asked += random.sample(topics, k=2)
        found.append(f"What about the {' '.join(asked)}?")
    return found


def _mistype(word: str, random: Random) -> str:
    at = random.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


class _Author:
    """Writes nonsense whose words are as frequent as their rank in English says."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._words = list(english_ranks())
        ranks = range(1, len(self._words) + 1)
        self.topics = self._random.sample(self._words[200:2_000], k=TOPICS)
        self._weights = list(accumulate(1 / rank for rank in ranks))

    def text(self, length: int) -> str:
        """Return a sentence in which each word of the topic is as likely as not."""
        drawn = self._random.choices(self._words, cum_weights=self._weights, k=length)
        rarer = self._random.sample(self._words[500:9_000], k=RARER)
        topics = [word for word in self.topics if self._random.random() < TOPICAL]
        return " ".join([*drawn, *rarer, *topics]).capitalize() + "."

    def claims(self, section_number: int) -> list[dict[str, Any]]:
        first = section_number * CLAIMS_A_SECTION
        return [
            claim(f"claim-{n}", text=self.text(COMMON), aliases=[f"topic {n}"])
            for n in range(first, first + CLAIMS_A_SECTION)
        ]
