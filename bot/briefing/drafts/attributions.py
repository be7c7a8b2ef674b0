"""Whom a draft has say something, and whom it speaks of, against the claim's own."""

import re
from collections.abc import Iterator

from bot.briefing.drafts.synonyms import SynonymsAndNames
from bot.briefing.models import Briefing, Claim
from bot.briefing.search.analysis import term, words
from bot.briefing.search.english import FUNCTION_WORDS, ROLES, english_ranks

_SAYS = (
    r"(?:sa(?:ys?|id)|told|tells?|claim(?:s|ed)|admit(?:s|ted)|confirm(?:s|ed)|"
    r"den(?:ies|ied)|announc(?:es|ed)|report(?:s|ed)|estimat(?:es|ed)|"
    r"predict(?:s|ed)|expect(?:s|ed)|think(?:s)?|thought|believe[sd]|warn(?:s|ed)|"
    r"stat(?:es|ed)|promis(?:es|ed)|pledg(?:es|ed)|vow(?:s|ed)|offer(?:s|ed)|"
    r"accus(?:es|ed)|insist(?:s|ed)|suggest(?:s|ed)|acknowledg(?:es|ed)|"
    r"conclud(?:es|ed)|judg(?:es|ed)|argu(?:es|ed)|declar(?:es|ed)|prais(?:es|ed)|"
    r"thank(?:s|ed)|forecasts?|fear(?:s|ed)|put (?:it|the|its)|voic(?:es|ed))"
)
_BEFORE_A_VERB = re.compile(
    rf"(?P<who>(?:[\w.'’-]+,?\s+){{1,7}}?)(?:(?:has|have|had|also|itself|himself|herself|"
    rf"reportedly|officially|publicly|later|already|now)\s+){{0,2}}{_SAYS}\b"
)
_BEHIND = re.compile(
    rf"(?:[Aa]ccording to|[Aa]s told by|(?:,|”|\")\s*{_SAYS}(?: by)?|"
    rf"\b(?:announced|reported|estimated|confirmed|promised|predicted) by)\s+"
    rf"(?P<who>(?:[\w.'’-]+\s*){{1,5}})"
)
_NAME = re.compile(r"\b[A-Z][\w'’-]+")
_NEGATION = re.compile(
    r"\b(?:not|never|unlikely to|no longer|no|none|nobody|without|cannot|denie[sd]|"
    r"deny)\b(?! (?:only|(?:more|less|fewer|later|longer) than|least|just))|n['’]t\b",
    re.IGNORECASE,
)
_REACH = 5
"""Words behind a "not" that it is about."""


def speakers_in(text: str, synonyms: SynonymsAndNames) -> dict[str, str]:
    """Return whom a text has say something: tokens of names, else names as written."""
    found: dict[str, str] = {}
    for pattern in (_BEFORE_A_VERB, _BEHIND):
        for match in pattern.finditer(text):
            who = re.split(r"[,;:](?=\s*\w+\s*$)", match["who"])[0]
            known = synonyms.names_in(who)
            found |= {token: synonyms.names[token] for token in sorted(known)}
            if not known:
                found |= {name: name for name in _unknown_names(who)}
    return found


def _unknown_names(text: str) -> Iterator[str]:
    for match in _NAME.finditer(text):
        word = match[0].removesuffix("'s").removesuffix("’s")
        lower = word.lower()
        if lower not in FUNCTION_WORDS and lower not in english_ranks():
            yield word


def other_speaker(
    text: str, claim: Claim, briefing: Briefing, synonyms: SynonymsAndNames
) -> str:
    """Return whom a text has say what the claim has from others; else nothing."""
    said = speakers_in(text, synonyms)
    if not said:
        return ""
    own = synonyms.speakers(claim, briefing) | speakers_in(claim.text, synonyms).keys()
    is_named = any(not briefing.sources[c.id].unnamed for c in claim.sources)
    if not is_named:
        own |= synonyms.names_in(claim.text)
    spelled = set(_spelled(claim, briefing))
    is_own = any(
        token in own or spelled.issuperset(words(name)) for token, name in said.items()
    )
    return "" if is_own else " and ".join(dict.fromkeys(said.values()))


def _spelled(claim: Claim, briefing: Briefing) -> Iterator[str]:
    yield from words(claim.text)
    for citation in claim.sources:
        source = briefing.sources[citation.id]
        for text in (source.publisher, source.short, source.title, source.author):
            yield from words(text or "")


def other_names(
    text: str, claim: Claim, briefing: Briefing, synonyms: SynonymsAndNames
) -> tuple[str, ...]:
    """Return the names in a text that neither claim nor topic nor sources have."""
    section = next(s for s in briefing.sections if claim in s.claims)
    around = " . ".join(
        filter(
            None,
            (
                *(claim.text, claim.short, claim.caveat, *claim.aliases),
                *(section.title, section.short, *section.aliases),
                *(briefing.title, briefing.short, briefing.matter, *briefing.aliases),
            ),
        )
    )
    known = synonyms.names_in(around) | synonyms.speakers(claim, briefing)
    found = {synonyms.names[token] for token in synonyms.names_in(text) - known}
    terms = set(map(term, (*words(around), *_spelled(claim, briefing))))
    covered = {word for name in synonyms.names.values() for word in words(name)}
    for match in _NAME.finditer(text):
        word = re.sub(r"['’]s?$", "", match[0])
        spelled = words(word)
        is_plain = word.lower() in english_ranks() or word.lower() in FUNCTION_WORDS
        is_first = match.start() == 0
        if is_plain and (is_first or word.lower() in ROLES):
            continue
        if synonyms.names_in(word) or covered.issuperset(spelled) or len(word) < 4:
            continue
        if not is_plain and terms.isdisjoint(map(term, spelled)):
            found.add(word)
    return tuple(sorted(found))


def negated_terms(text: str) -> frozenset[str]:
    """Return the terms of which a text says that they are not so."""
    found: set[str] = set()
    for match in _NEGATION.finditer(text):
        behind = re.split(r"[,;:.]", text[match.end() :])[0].split()[:_REACH]
        typed = [word for word in words(" ".join(behind)) if word not in FUNCTION_WORDS]
        found |= set(map(term, typed))
    return frozenset(found)
