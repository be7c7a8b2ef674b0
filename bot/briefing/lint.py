"""Estimative language by ICD 203: warnings, each with the word and a rewording.

Precision comes before recall: what might be meant otherwise is let pass.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from bot.briefing.checks import claims_of, sections_of
from bot.briefing.marks import Likelihood, likelihood_of
from bot.briefing.models import Briefing, Claim, Kind
from bot.briefing.numbers import NUMBER_WORDS, Mention, is_dated, mentions
from bot.briefing.problems import KeyPath, Problem, warning


@dataclass(frozen=True, slots=True)
class Term:
    """A word of likelihood, or a chance in percent, with its place in the text."""

    words: str
    start: int
    likelihood: Likelihood
    is_word: bool = True
    """False for a percentage, which belongs to neither row of words."""


def terms(text: str) -> list[Term]:
    """Return the terms of a text in their order.

    Comparisons ("more likely"), negations and degrees that ICD 203 does not know
    ("highly unlikely") are left out: they name no range.
    """
    found = [
        Term(match[0], match.start(), _TERMS[match[0].lower()])
        for match in _WORD.finditer(text)
        if not _ELSEWHERE.search(text[: match.start()][-20:])
    ]
    found += [
        Term(match[0], match.start(), likelihood_of(int(match[1])), is_word=False)
        for match in _CHANCE.finditer(text)
        if int(match[1]) >= 1
    ]
    return sorted(found, key=lambda term: term.start)


def phrase(likelihood: Likelihood) -> str:
    """Return how the likelihood stands before a verb: "is likely to"."""
    if "chance" in likelihood or "odds" in likelihood:
        article = "" if likelihood is Likelihood.ALMOST_NO_CHANCE else "a "
        return f"has {article}{likelihood} of"
    if likelihood is Likelihood.REMOTE:
        return "has a remote chance of"
    return f"is {likelihood} to"


_TERMS = {
    "almost no chance": Likelihood.ALMOST_NO_CHANCE,
    "very unlikely": Likelihood.VERY_UNLIKELY,
    "unlikely": Likelihood.UNLIKELY,
    "roughly even chance": Likelihood.ROUGHLY_EVEN_CHANCE,
    "very likely": Likelihood.VERY_LIKELY,
    "likely": Likelihood.LIKELY,
    "almost certainly": Likelihood.ALMOST_CERTAIN,
    "almost certain": Likelihood.ALMOST_CERTAIN,
    "remote chance": Likelihood.REMOTE,
    "remote possibility": Likelihood.REMOTE,
    "highly improbable": Likelihood.HIGHLY_IMPROBABLE,
    "improbable": Likelihood.IMPROBABLE,
    "improbably": Likelihood.IMPROBABLE,
    "roughly even odds": Likelihood.ROUGHLY_EVEN_ODDS,
    "highly probable": Likelihood.HIGHLY_PROBABLE,
    "probable": Likelihood.PROBABLE,
    "probably": Likelihood.PROBABLE,
    "nearly certain": Likelihood.NEARLY_CERTAIN,
}
_ELSEWHERE = re.compile(
    r"(?:\b(?:not|never|hardly|more|less|most|as|so|how|highly|too)|n't)\s+(?:very\s+)?$",
    re.IGNORECASE,
)
"""What stands before a word that names no range of its own."""
_WORD = re.compile(rf"\b({'|'.join(_TERMS)})\b", re.IGNORECASE)
_CHANCE = re.compile(
    r"\b(\d{1,2})(?:\s?%| per ?cent)[ -](?:chance|probability|likelihood)\b",
    re.IGNORECASE,
)


def lint(briefing: Briefing) -> list[Problem]:
    """Return what ICD 203 would have worded otherwise, as warnings."""
    found = [*_mixed_rows(briefing)]
    for where, text in _texts(briefing):
        found += _both_in_one_sentence(where, text)
    for where, claim in claims_of(briefing):
        said = terms(claim.text)
        meant = claim.likelihood
        if meant and said and meant.rank not in {t.likelihood.rank for t in said}:
            term = said[0]
            text = (
                f'"{term.words}" means {term.likelihood.meaning}, and the claim\'s '
                f'likelihood is "{meant}" ({meant.meaning}).'
            )
            hint = f'Write "{meant}", or set `likelihood: {term.likelihood}`.'
            place = (*where, "text")
            found.append(_at(place, claim.text, _span(term), (text, hint)))
        found += _vague(where, claim)
        found += _stated(where, claim)
    return found


def _texts(briefing: Briefing) -> Iterator[tuple[KeyPath, str]]:
    """Return every text that speaks in sentences, with the path to it."""
    if briefing.bottom_line:
        yield ("bottom_line",), briefing.bottom_line
    for where, section in sections_of(briefing):
        if section.summary:
            yield (*where, "summary"), section.summary
    for where, claim in claims_of(briefing):
        yield (*where, "text"), claim.text


Span = tuple[int, int]
"""Where a word starts and ends in its text."""


def _at(where: KeyPath, text: str, span: Span, say: tuple[str, str]) -> Problem:
    """Return a warning that points at a word inside a text."""
    word = text[slice(*span)]
    before = text[: span[0]].count(word)
    return warning(where, *say, phrase=word, occurrence=before)


def _span(term: Term) -> Span:
    return term.start, term.start + len(term.words)


_CONFIDENCE = re.compile(
    r"\b(?:low|moderate|medium|high) confidence\b"
    r"|\bconfidence (?:level )?is (?:low|moderate|medium|high)\b"
    r"|\b(?:we are|the desk is) confident\b",
    re.IGNORECASE,
)


def _both_in_one_sentence(where: KeyPath, text: str) -> Iterator[Problem]:
    """ICD 203: confidence is about the basis, likelihood about the event."""
    ends = [end.end() for end in re.finditer(r"[.!?;](?=\s|$)", text)]
    for start, end in pairwise([0, *ends, len(text)]):
        confidence = _CONFIDENCE.search(text, start, end)
        likely = [term for term in terms(text) if start <= term.start < end]
        if confidence and likely:
            said = (
                f'"{confidence[0]}" and "{likely[0].words}" stand in one sentence: one '
                "is about the basis, the other about the event.",
                "Make two sentences: first how likely, then how sure and why.",
            )
            yield _at(where, text, confidence.span(), said)


@dataclass(frozen=True, slots=True)
class _Used:
    """A likelihood word of the desk's own, in a text or as a mark."""

    where: KeyPath
    text: str
    span: Span
    likelihood: Likelihood


def _mixed_rows(briefing: Briefing) -> Iterator[Problem]:
    """ICD 203 has two rows of words, and a product keeps to one of them.

    A source's own words are its own, and do not count.
    """
    own = {(*where, "text") for where, c in claims_of(briefing) if c.is_own_judgment}
    used = [
        _Used(where, text, _span(term), term.likelihood)
        for where, text in _texts(briefing)
        if where[-1] != "text" or where in own
        for term in terms(text)
        if term.is_word
    ]
    for where, claim in claims_of(briefing):
        if claim.likelihood:
            mark, place = str(claim.likelihood), (*where, "likelihood")
            used.append(_Used(place, mark, (0, len(mark)), claim.likelihood))

    rows = [each.likelihood.row for each in used]
    if len(set(rows)) < 2:
        return
    kept = max((0, 1), key=lambda row: (rows.count(row), row == 0))
    other = next(each for each in used if each.likelihood.row == kept)
    same = {word.rank: word for word in Likelihood if word.row == kept}
    for each in used:
        if each.likelihood.row != kept:
            word = each.text[slice(*each.span)]
            said = (
                f'"{word}" and "{other.likelihood}" are from different rows of '
                "ICD 203, which mean the same in other words.",
                f'Write "{same[each.likelihood.rank]}".',
            )
            yield _at(each.where, each.text, each.span, said)


# "May" is a month and "military might" a noun, so only what a verb follows counts.
_VAGUE = re.compile(
    r"\b(?:may|might|could)\b(?!\s+not\b)(?=\s+[a-z])(?!\s+(?:and|of|in|to|is|was)\b)"
    r"|\bpossibly\b|\bperhaps\b"
)


def _vague(where: KeyPath, claim: Claim) -> Iterator[Problem]:
    """The desk's own judgment in words that name no range."""
    if not (claim.is_own_judgment and claim.kind.is_judgment):
        return
    for key, text in (("text", claim.text), ("short", claim.short or "")):
        for hit in _VAGUE.finditer(text):
            said = (
                f'"{hit[0]}" says neither how likely nor how sure, and this is the '
                "desk's own judgment.",
                f"Write {_rewording(claim)}.",
            )
            yield _at((*where, key), text, hit.span(), said)


def _rewording(claim: Claim) -> str:
    if claim.likelihood:
        return f'"{phrase(claim.likelihood)}"'
    return 'a word of ICD 203, such as "is likely to" or "is unlikely to"'


_FUTURE = re.compile(r"\b(?:will|is going to|are going to|shall)\b")
_NOT_AS_FACT = re.compile(
    r"\b(?:say|says|said|predict|expect|forecast|believe|fear|warn|judge|assess|think|"
    r"estimate|project|anticipate|hope|plan|intend|promise|pledge|vow|announce|report|"
    r"suggest|claim|argue|suspect|threaten|see|seen|accord|suppose|reckon|consider)"
    r"(?:s|ed|d|es|ing|ly)?\b"
    r"|\b(?:according|reportedly|thought|told|may|might|could|would|should|possibl[ey]|"
    r"perhaps|likely|unlikely|probabl[ey]|improbabl[ey]|chances?|odds|risk|if|unless|"
    r"almost certain(?:ly)?|nearly certain)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|circa|up to|at least|"
    r"at most|more than|less than|fewer than|over|under|between|from|an estimated|"
    r"as many as|as much as|as few as|upwards|or so|(?:ten|hundred|thousand)s of)\b",
    re.IGNORECASE,
)


_NUMBER = rf"(?:\d|(?:{'|'.join(sorted(NUMBER_WORDS))})\b)"
_BEHIND_RATE = re.compile(
    r"\s?%|[\s-](?:per ?cent|pct|percentage|times|fold)\b|fold\b|\s?:\s?\d|"
    rf"(?:st|nd|rd|th)\b|\s(?:in|out of|of every)\s{_NUMBER}|"
    r"(?:\s[\w$€£-]+){0,3}\s?(?:\bper\b|/\s?[a-z]|\b(?:an?|each|every)\s"
    r"(?:second|minute|hour|day|night|week|month|quarter|year|head|person|household)\b)",
    re.IGNORECASE,
)
"""What makes a number a rate, a share or a ratio when it stands behind it."""
_BEFORE_RATE = re.compile(
    rf"{_NUMBER}\s(?:in|out of|of every)\s$|\bper\s$|\d\s?:\s?$|"
    r"\d{4}[-–/]$|\b(?:ratio|odds|index|rate|factor|R number)\s[^.]{0,20}$",
    re.IGNORECASE,
)


def _is_count(text: str, mention: Mention) -> bool:
    """Say whether a number counts something: no rate, share, ratio, date or rank."""
    before, behind = text[: mention.start], text[mention.start + len(mention.words) :]
    if not mention.is_firm or _BEHIND_RATE.match(behind):
        return False
    return not (_BEFORE_RATE.search(before) or is_dated(text, mention))


def _stated(where: KeyPath, claim: Claim) -> Iterator[Problem]:
    """An estimate or a forecast that reads as if it had been observed."""
    if _NOT_AS_FACT.search(claim.text):
        return
    place = (*where, "text")
    if claim.kind is Kind.FORECAST and (hit := _FUTURE.search(claim.text)):
        rewording = _rewording(claim) if claim.is_own_judgment else "who expects it"
        said = (
            f'"{hit[0]}" words this forecast as a fact.',
            f"Write {rewording}.",
        )
        yield _at(place, claim.text, hit.span(), said)
    if claim.kind is Kind.ESTIMATE and not _ABOUT.search(claim.text):
        counts = (m for m in mentions(claim.text) if _is_count(claim.text, m))
        for mention in islice(counts, 1):
            sign = re.search(r"(?:[A-Z]{2})?[$€£¥₹₽₩₴]$", claim.text[: mention.start])
            start = sign.start() if sign else mention.start
            end = mention.start + len(mention.words)
            words = claim.text[start:end]
            said = (
                f'"{words}" words this estimate as a count.',
                f'Write "about {words}", or say who estimates it.',
            )
            yield _at(place, claim.text, (start, end), said)
