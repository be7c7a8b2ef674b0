"""The inverted index of one briefing: which claims hold a token, and how weightily.

`FieldReader` reads the claims, `Phrases` holds the spellings that stand for one thing,
and `Vocabulary` the words that a typing error is brought back to. BM25 with the
parameters that were measured best for claims of one to three sentences.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, islice, product
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.numbers import plain
from bot.briefing.search.analysis import MONTHS, term, words, words_of_claim
from bot.briefing.search.english import (
    ARTICLES,
    FUNCTION_WORDS,
    countries,
    english_ranks,
)

K1, B = 0.9, 0.45


@dataclass(frozen=True, slots=True)
class Postings:
    """The claims that hold one token, in file order, with what each is worth there.

    `own` is 1 where it stands in the claim itself and not only around it.
    """

    rows: "array[int]"
    weights: "array[float]"
    own: bytearray


_NAME = re.compile(r"(?<=[^.?!] )[A-Z][\w-]*")
"""A word in capitals inside a sentence."""
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
        names = (
            briefing.short or briefing.title,
            *briefing.aliases,
            *_NAME.findall(briefing.title),
            briefing.id.replace("-", " "),
        )
        self.topic = self._reader.tokens(" . ".join(names))
        """The tokens of the briefing's own names: every claim is about those."""
        self.postings = self._build()

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def vocabulary(self) -> "Vocabulary":
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

    def spotted(self, claim: Claim) -> tuple[list[str], dict[int, "Phrase"]]:
        """Return the terms of all words of a claim, and its phrases by their places."""
        spelled = [term(word) for word in words_of_claim(claim.text)]
        return spelled, dict(self.phrases.spot(spelled))

    def owned(self, claim: Claim) -> set[tuple[str, str]]:
        """Return each name with the word right behind it: "North Korean", "soldiers".

        Names are canonical tokens; a word stands as its term and as its synonyms'.
        """
        spelled, phrases = self.spotted(claim)
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


_LONG_NAME = 3
"""Words of a name, all but one of which tell which name it is."""
Spelling = tuple[str, ...]
"""A phrase as the terms of all its words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One spelling found in a text, and the token that all spellings of it share.

    Where curators gave one spelling to several things it has a token for each.
    """

    canonicals: tuple[str, ...]
    spelling: Spelling
    is_name: bool

    @property
    def exact(self) -> str:
        """The token of this very spelling; a text that has it matches a bit better."""
        return " ".join(self.spelling)


class Phrases:
    """Every spelling that one briefing, or the English language, gives a thing."""

    def __init__(self, briefing: Briefing) -> None:
        self._by_first: dict[str, list[Phrase]] = {}
        self.titles: dict[str, str] = {}
        """What each canonical token is called, for telling why something matched."""
        self.words: dict[str, set[str]] = {}
        """For each canonical token the words that its spellings consist of."""
        phrases: dict[Spelling, Phrase] = {}
        curated = [
            *((True, (e.name, *e.aliases)) for e in briefing.entities.values()),
            *((False, group) for group in briefing.synonyms),
        ]
        for is_name, names in curated:
            self._add(names, f"={names[0]}", phrases, is_name=is_name)
        for names in countries():
            # A country that curators name is that very one, with more spellings.
            known = (phrases[s] for s in _spellings(names) if s in phrases)
            named = next((p.canonicals[0] for p in known if p.is_name), f"={names[0]}")
            self._add(names, named, phrases, is_name=True, only_new=True)
        for phrase in phrases.values():
            self._by_first.setdefault(phrase.spelling[0], []).append(phrase)
        for found in self._by_first.values():
            found.sort(key=lambda phrase: -len(phrase.spelling))

    def _add(
        self,
        names: Sequence[str],
        canonical: str,
        phrases: dict[Spelling, Phrase],
        *,
        is_name: bool,
        only_new: bool = False,
    ) -> None:
        """Take in spellings of one thing; one known already may mean either thing."""
        self.titles.setdefault(canonical, names[0])
        self.words.setdefault(canonical, set()).update(*map(words, names))
        for spelling in dict.fromkeys(_spellings(names)):
            known = phrases.get(spelling)
            if known is None:
                phrases[spelling] = Phrase((canonical,), spelling, is_name)
            elif not only_new and canonical not in known.canonicals:
                both = (*known.canonicals, canonical)
                phrases[spelling] = Phrase(both, spelling, known.is_name or is_name)

    @cached_property
    def _by_gap(self) -> dict[tuple[int, Spelling], set[str]]:
        """The words of names of three words or more, by their place and the others."""
        found: dict[tuple[int, Spelling], set[str]] = {}
        for phrase in chain.from_iterable(self._by_first.values()):
            spelling = phrase.spelling
            if not phrase.is_name or len(spelling) < _LONG_NAME:
                continue
            for gap, word in enumerate(spelling):
                others = spelling[:gap] + spelling[gap + 1 :]
                found.setdefault((gap, others), set()).add(word)
        return found

    @cached_property
    def _in_long_names(self) -> frozenset[str]:
        return frozenset(word for _, others in self._by_gap for word in others)

    def misspelt(self, terms: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield the places of words a letter away from a name's, and that word.

        All others of the name stand around it, and it is no name itself: "Kim Jung Un"
        is Kim Jong Un, whoever else is called Jung.
        """
        if sum(map(self._in_long_names.__contains__, terms)) < _LONG_NAME - 1:
            return
        places = (
            (start, start + gap, start + size)
            for size in (_LONG_NAME, _LONG_NAME + 1)
            for start in range(len(terms) - size + 1)
            for gap in range(size)
        )
        for start, at, end in places:
            word, others = terms[at], (*terms[start:at], *terms[at + 1 : end])
            if len(word) < SHORTEST - 1 or word in self._by_first:
                continue
            meant = self._by_gap.get((at - start, others), set())
            near = [name for name in sorted(meant) if OSA.distance(word, name) == 1]
            if near and word not in meant:
                yield at, near[0]

    def spot(self, terms: Sequence[str]) -> Iterator[tuple[int, Phrase]]:
        """Yield the phrases in a sequence of terms with their places, longest first."""
        by_first = self._by_first
        until = 0
        for at, first in enumerate(terms):
            if at < until or first not in by_first:
                continue
            for phrase in by_first[first]:
                end = at + len(phrase.spelling)
                if tuple(terms[at:end]) == phrase.spelling:
                    yield at, phrase
                    until = end
                    break


def _spellings(names: Iterable[str]) -> Iterator[Spelling]:
    for name in names:
        spelled = words(name)
        content = [word for word in spelled if word not in FUNCTION_WORDS]
        if not content:
            continue
        yield tuple(term(word) for word in spelled)

        without = tuple(term(word) for word in spelled if word not in ARTICLES)
        if len(without) > 1:
            yield without


SHORTEST = 4
"""Letters a word needs to be repaired; from `LONG` on, two errors are forgiven."""
LONG = 6
MOST = 3
NEAR, FAR, OTHER_START = 0.9, 0.7, 0.75
"""What a repair is worth: of one error, of two, and where the first letter differs."""


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
            weight = NEAR if distance <= 1 else FAR
            weight *= 1.0 if word[0] == near[0] else OTHER_START
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
    """Return the function word that this one is a typing error of, else the word.

    Of three letters two are swapped, or a fourth behind the first was left out.
    """
    if len(word) < SHORTEST - 1 or not word.isalpha():
        return word
    choices = _FUNCTIONS
    if len(word) < SHORTEST:
        choices = [
            choice
            for choice in _FUNCTIONS
            if sorted(choice) == sorted(word)
            or (len(choice) > len(word) and choice[0] == word[0])
        ]
    found = process.extractOne(word, choices, scorer=OSA.distance, score_cutoff=1)
    return word if found is None else str(found[0])


_FUNCTIONS = sorted(word for word in FUNCTION_WORDS if len(word) >= SHORTEST - 1)
