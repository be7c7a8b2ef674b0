"""What of a claim can be found, and how much each part of it counts."""

from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.numbers import plain
from bot.briefing.search.analysis import MONTHS, term, words
from bot.briefing.search.english import FUNCTION_WORDS
from bot.briefing.search.phrases import Phrases

TEXT, SHORT, ALIAS, CAVEAT, FIGURE, WHEN = 1.0, 0.5, 0.9, 0.4, 0.4, 0.5
SOURCE, TOPIC, KIND = 0.4, 0.3, 0.2
Counts = dict[str, float]
"""For each token the weight of the fields it stands in, summed."""


class FieldReader:
    """Reads the texts of one briefing into tokens: terms, and phrases' tokens."""

    def __init__(self, briefing: Briefing) -> None:
        self.phrases = Phrases(briefing)
        self.words: set[str] = set()
        """Every word that was read."""
        self._sources = {
            id: " . ".join(
                filter(None, (s.publisher, s.title, s.short, s.author, s.party))
            )
            for id, s in briefing.sources.items()
        }
        self._around: dict[str, Counts] = {}

    def own(self, claim: Claim) -> tuple[Counts, float, tuple[str, ...]]:
        """Return the tokens of the claim itself, its length in weighed terms, its text.

        The text is that of its terms, in order and without function words.
        """
        counts: Counts = {}
        sequence = self._count(claim.text, TEXT, counts)
        length = len(sequence) * TEXT
        further = [(claim.short, SHORT), (claim.caveat, CAVEAT)]
        further += [(claim.id.replace("-", " "), ALIAS)]
        further += [(alias, ALIAS) for alias in claim.aliases]
        for figure in claim.figures:
            ends = (figure.value, figure.low, figure.high)
            numbers = " ".join(plain(end) for end in ends if end is not None)
            further.append((f"{figure.label} {figure.unit or ''} {numbers}", FIGURE))
        for text, weight in further:
            if text:
                length += len(self._count(text, weight, counts)) * weight
        if claim.when:
            month = MONTHS[claim.when.month - 1] if claim.when.month else ""
            date = f"{claim.when.day or ''} {month} {claim.when.year}"
            self._count(date, WHEN, counts)
        return counts, length, tuple(sequence)

    def around(self, section: Section, claim: Claim) -> Counts:
        """Return the tokens of its section, of whoever said it, and of its kind."""
        title = " . ".join((section.title, section.short or "", *section.aliases))
        counts = dict(self._read(section.id, title, TOPIC))
        parts = [self._read(claim.kind, f"{claim.kind} {claim.kind.mark}", KIND)]
        for citation in claim.sources:
            parts.append(self._read_source(citation.id))
        for part in parts:
            for token, weight in part.items():
                counts[token] = counts.get(token, 0.0) + weight
        return counts

    def sources(self, claim: Claim) -> set[str]:
        """Return the tokens of whoever said it."""
        cited = (citation.id for citation in claim.sources)
        return {token for id in cited for token in self._read_source(id)}

    def tokens(self, text: str) -> set[str]:
        """Return the tokens of any text."""
        counts: Counts = {}
        self._count(text, TEXT, counts)
        return set(counts)

    def _read_source(self, id: str) -> Counts:
        return self._read(id, self._sources[id], SOURCE)

    def _read(self, key: str, text: str, weight: float) -> Counts:
        """Count a text that many claims share once."""
        key = f"{weight}/{key}"
        if key not in self._around:
            counts: Counts = {}
            self._count(text, weight, counts)
            self._around[key] = counts
        return self._around[key]

    def _count(self, text: str, weight: float, counts: Counts) -> list[str]:
        """Add the text's tokens to the counts, and return its terms in order."""
        found = words(text)
        self.words.update(found)
        spelled = [term(word) for word in found]
        pairs = zip(found, spelled, strict=True)
        content = [token for word, token in pairs if word not in FUNCTION_WORDS]
        for token in content:
            counts[token] = counts.get(token, 0.0) + weight

        for _, phrase in self.phrases.spot(spelled):
            for token in {*phrase.canonicals, phrase.exact} - set(phrase.spelling):
                counts[token] = counts.get(token, 0.0) + weight
        return content
