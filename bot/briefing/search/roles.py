"""Who does what, and to whom: as a question has it, and as a claim does.

The words of "did A thank B?" all stand in "B thanked A", which says no such thing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.briefing.models import Claim
from bot.briefing.search.analysis import term, words_of_claim
from bot.briefing.search.english import FUNCTION_WORDS
from bot.briefing.search.index import Index
from bot.briefing.search.units import Unit, Via

_ACTIVE = re.compile(
    r"\b(?:did|does|do|has|have|had|will|would|can|could|may|might) (?:the )?"
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being) .*\bby (?:the )?")
_WAYS = {"to": "from", "from": "to"}
"""Each way with its opposite."""
_MUTUAL = """
agree ally border clash compete cooperate debate differ discuss fight meet negotiate
play quarrel speak talk trade
"""
_MUTUAL_TERMS = frozenset(map(term, _MUTUAL.split()))
"""What two do with each other: whoever is named first."""
_RIGHT_BEHIND, _REACH = 2, 8
"""Words behind a "to" in which a name stands that it leads to: "to A, B and the C"."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The name that is asked to have done something, and names something goes to."""

    doer: Unit | None = None
    act: Unit | None = None
    """What was done, as far as the order of the words tells it."""
    ends: tuple[tuple[str, Unit], ...] = ()
    """Names right behind a "to" or "from", each with that word."""


class _Place(NamedTuple):
    """Where a claim has a name, and all that the name may stand for."""

    at: int
    tokens: frozenset[str]
    is_whole: bool
    """Whether no other word behind it says what is meant: "Russian tourists"."""


def read_roles(
    spaced: str, units: Sequence[Unit], speakers: Sequence[Unit] = ()
) -> Roles:
    """Tell the roles in a question, given its words with single spaces.

    Whoever is asked to have said it stands before or behind that: "says A".
    """
    names = [unit for unit in units if unit.is_name and unit.alternatives]
    ends = tuple(
        (way, unit)
        for unit in names
        for way in _WAYS
        if f" {way} " in spaced
        for found in re.finditer(
            rf"\b{way} (?:the )?{re.escape(unit.typed)}\b ?(?P<next>\w*)", spaced
        )
        if not found["next"] or found["next"] in FUNCTION_WORDS
    )
    asked = _PASSIVE.search(spaced) or _ACTIVE.search(spaced)
    rest = f"{spaced[asked.end() :]} " if asked else ""
    doer = next((u for u in names if rest.startswith(f"{u.typed} ")), None)
    if asked is None or doer is None or doer in speakers:
        return Roles(ends=ends)

    at, is_passive = units.index(doer), asked.re is _PASSIVE
    near = units[at - 1 : at] if is_passive else units[at + 1 : at + 2]
    acts = (unit for unit in near if not (unit.is_name or unit.is_number))
    return Roles(doer, next(acts, None), ends)


def are_others(roles: Roles, claim: Claim, index: Index) -> bool:
    """Say whether the claim has the names of a question in other roles."""
    if not (roles.ends or (roles.doer and roles.act)):
        return False
    spelled = words_of_claim(claim.text)
    terms, phrases = index.spotted(claim)
    places = []
    for at, phrase in phrases.items():
        if phrase.is_name:
            end = at + len(phrase.spelling)
            is_whole = FUNCTION_WORDS.issuperset(spelled[end : end + 1])
            tokens = frozenset((*phrase.canonicals, phrase.exact))
            places.append(_Place(at, tokens, is_whole))
    if any(_leads_elsewhere(*end, places, spelled) for end in roles.ends):
        return True
    if roles.doer is None or roles.act is None:
        return False
    if not _MUTUAL_TERMS.isdisjoint(roles.act.terms):
        return False

    same = {o.token for o in roles.act.alternatives if o.via in (Via.WORD, Via.REPAIR)}
    acts = [at for at, found in enumerate(terms) if found in same]
    doers = _places_of(roles.doer, places)
    if not acts or not doers or min(doers) < max(acts):
        return False
    # "Supplied by A": what stands behind the act may have done it.
    is_passive = any("by" in spelled[at + 1 : at + 4] for at in acts)
    return not is_passive and any(place.at < min(acts) for place in places)


def _leads_elsewhere(
    way: str,
    name: Unit,
    places: Sequence[_Place],
    spelled: Sequence[str],
) -> bool:
    """Say whether the claim has the name, but not behind this "to" or "from"."""
    own = set(_places_of(name, places))

    def behind(word: str, reach: int) -> set[_Place]:
        starts = [at for at, each in enumerate(spelled) if each == word]
        return {p for p in places for s in starts if 0 < p.at - s <= reach}

    if not own or any(place.at in own for place in behind(way, _REACH)):
        return False
    opposite = behind(_WAYS[way], _RIGHT_BEHIND)
    return any(place.is_whole for place in behind(way, _RIGHT_BEHIND)) or any(
        place.at in own for place in opposite
    )


def _places_of(name: Unit, places: Sequence[_Place]) -> list[int]:
    tokens = {option.token for option in name.alternatives}
    return [place.at for place in places if not place.tokens.isdisjoint(tokens)]


def is_only_within_names(word: Unit, claim: Claim, index: Index) -> bool:
    """Say whether the claim has a word as a part of other names alone.

    The "Korean" of "North Korean" is not that of the "Korean War".
    """
    terms, phrases = index.spotted(claim)
    places = {at for at, found in enumerate(terms) if found in word.terms}
    within = {
        at + offset
        for at, phrase in phrases.items()
        if phrase.is_name and len(phrase.spelling) > len(word.terms)
        for offset in range(len(phrase.spelling))
    }
    return bool(places) and places <= within
