"""Whether a claim accounts for what was asked, and how near it comes if it does not.

An answer is plain only where the claim itself has nearly all of what was asked, and
no doubt is left. Words of the briefing's own names count for nothing in that: every
claim is about those. For coming near they do count, since a question that has them is
hardly about anything else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.briefing.models import Claim
from bot.briefing.search.analysis import term, words, words_of_claim
from bot.briefing.search.answer_kinds import Expected, fits
from bot.briefing.search.index import Index
from bot.briefing.search.question import Question, has_superlative, negates
from bot.briefing.search.ranking import SMOOTHING, Match, Ranked
from bot.briefing.search.roles import are_others, is_only_within_names
from bot.briefing.search.units import PART, Unit, Via

CONSIDERED = 3
"""How many of the best claims are judged: any may answer, the nearest are shown."""
HALF_MET = 0.5
"""How far a word is met by a loosely related one, or by a part of its phrase."""
TOPIC = 0.5
"""The part of its weight that a word of the topic keeps for coming near."""
COUNTED = frozenset({Expected.NUMBER, Expected.MONEY})
ABSENT_NAME, PERSONAL = 0.6, 0.6
"""What is left of coming near, for each name or number that nothing here has."""


class Doubt(StrEnum):
    """Why a claim may not be the answer although its words match, for curators."""

    NO_CONTENT = "nothing is asked but what every question is made of"
    PERSONAL = "it is about the asker, or about the bot"
    ABSENT_NAME = "a name or number in it stands nowhere in the briefing"
    UNMET_NAME = "the claim does not speak of a name, number or office in it"
    OTHERS = "the claim says it of somebody else"
    OTHER_SPEAKER = "the claim is not the word of whoever it asks about"
    UNFIT_KIND = "the claim has no answer of the kind that is asked for"
    UNCOUNTED = "the claim does not count the very thing that is to be counted"
    COUNTS = "it asks for a state, and the claim has a count"
    PART_OF_COUNT = "the claim has one count for that and more together"
    UNMET_ACT = "the claim does not speak of what was done"
    NOT_NEGATED = "it asks what is not so, and the claim says what is"
    OTHER_ROLES = "the claim has who did what to whom another way round"
    NO_ADVICE = "it asks what should be done, and the claim says what is"
    NO_CREDIT = "it asks how far a name is to be trusted, and the claim does not say"
    NO_SUPERLATIVE = "it asks for the most or the first, and the claim ranks nothing"


@dataclass(frozen=True, slots=True)
class Limits:
    """How near a claim must come to be shown, and what it takes to answer.

    `answered` is the least coverage, and `lacking` the most of what was asked, by
    weight, that an answer may leave open.
    """

    closest: float
    answered: float = 0.6
    lacking: float = 0.24


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one claim covers of a question, what it lacks, and what makes it doubtful.

    `coverage` is the share of what was asked, by weight, that the claim covers, and
    `lacking` what it lacks of it; `nearness` says how near the claim comes at all.
    """

    coverage: float
    lacking: float
    nearness: float
    unmet: tuple[Unit, ...]
    doubts: tuple[Doubt, ...]

    def answers(self, limits: Limits) -> bool:
        """Say whether the claim may be given as the answer."""
        is_met = self.coverage >= limits.answered and self.lacking <= limits.lacking
        return is_met and not self.doubts


def judge(question: Question, ranked: Ranked, index: Index) -> Judgment:
    """Return how far this claim accounts for the question."""
    matches = {match.unit: match for match in ranked.matches}
    claim = index.rows[ranked.row][1]
    asked = [unit for unit in question.units if not unit.is_topic]
    whole = sum(unit.weight for unit in asked) or 1.0
    # When, where or why something came about, only a claim on that very thing tells.
    met = sum(
        (_met(found) if found.is_own or not question.act else HALF_MET) * unit.weight
        for unit in asked
        if (found := matches.get(unit))
    )

    # How near it comes: the share it covers, times how much the words met prove.
    all_asked, covered, proof, nearness = SMOOTHING, 0.0, 0.0, 1.0
    for unit in question.units:
        part = TOPIC if unit.is_topic else 1.0
        share = 1.0 if unit.is_topic else 0.0
        if unit in matches:
            share = max(share, matches[unit].share)
        all_asked += unit.weight * part
        covered += share * unit.weight * part
        proof += share * unit.rarity * unit.part * part
        if unit.is_absent and (unit.is_name or unit.is_number) and not unit.is_topic:
            nearness *= ABSENT_NAME
    nearness *= min(1.0, proof) * covered / all_asked
    if question.is_personal:
        nearness *= PERSONAL
    return Judgment(
        ranked.share,
        1 - met / whole,
        nearness if question.has_content else 0.0,
        unmet=tuple(unit for unit in asked if unit not in matches),
        doubts=tuple(_doubts(question, claim, matches, index)),
    )


def _met(match: Match) -> float:
    """Return how far a match meets its unit, whatever it is worth for ranking."""
    is_loose = match.alternative.via is Via.RELATED or match.alternative.weight <= PART
    return HALF_MET if is_loose else 1.0


def _doubts(
    question: Question, claim: Claim, matches: dict[Unit, Match], index: Index
) -> Iterator[Doubt]:
    """Yield each reason to doubt that this claim answers."""
    if not question.has_content:
        yield Doubt.NO_CONTENT
    if question.is_personal:
        yield Doubt.PERSONAL

    telling = [u for u in question.units if u.tells_apart and not u.is_topic]
    if any(unit.is_absent for unit in telling):
        yield Doubt.ABSENT_NAME
    elif any(u not in matches or _met(matches[u]) < 1.0 for u in telling) or any(
        is_only_within_names(unit, claim, index) for unit in question.compounded
    ):
        yield Doubt.UNMET_NAME
    if question.owned and _is_of_others(question, claim, index):
        yield Doubt.OTHERS
    said_by = index.said_by(claim) if question.speakers else set()
    if question.speakers and not any(
        (unit in matches and matches[unit].is_own)
        or any(
            o.token in said_by for o in unit.alternatives if o.via is not Via.RELATED
        )
        for unit in question.speakers
    ):
        yield Doubt.OTHER_SPEAKER

    focus = [unit for unit in question.units if unit.is_focus]
    counted = frozenset(o.token for unit in focus for o in unit.alternatives)
    if not fits(question.expected, claim, counted, question.words):
        yield Doubt.UNFIT_KIND
    telling_focus = [unit for unit in focus if not unit.is_topic]
    met = sum(u.weight for u in telling_focus if u in matches and matches[u].is_own)
    is_unmet = met < sum(unit.weight for unit in telling_focus) / 2
    if question.expected is Expected.NUMBER and is_unmet:
        yield Doubt.UNCOUNTED
    if question.expected in COUNTED and _is_part_of_count(claim, matches):
        yield Doubt.PART_OF_COUNT
    if (
        question.state
        and claim.figures
        and question.state not in words_of_claim(claim.text)
    ):
        yield Doubt.COUNTS
    if question.act and not question.act.is_topic and question.act not in matches:
        yield Doubt.UNMET_ACT
    if question.is_negated and not negates(claim.text):
        yield Doubt.NOT_NEGATED
    if are_others(question.roles, claim, index):
        yield Doubt.OTHER_ROLES
    if question.is_advice and not _ADVISES.search(claim.text):
        yield Doubt.NO_ADVICE
    if question.credit and question.credit not in words_of_claim(claim.text):
        yield Doubt.NO_CREDIT
    if question.is_superlative and not has_superlative(claim.text.lower()):
        yield Doubt.NO_SUPERLATIVE


_ADVISES = re.compile(
    r"\b(?:should|must|ought|(?:need|ha(?:s|ve))\w* to|recommend\w*|advi[sc]e\w*|"
    r"urg\w+|call\w* (?:for|on)|demand\w*|propos\w*|suggest\w*|want\w*|"
    r"requir\w*|plan\w*)\b",
    re.IGNORECASE,
)


_JOINED = re.compile(r"\b(?:[\w-]+, )*[\w-]+,? (?:and|or) [a-z-]+\b")
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_TOGETHER = re.compile(r"\b(?:together|combined|both|altogether|separate\w*)\b")


def _is_part_of_count(claim: Claim, matches: dict[Unit, Match]) -> bool:
    """Say whether some of what the claim counts as one is asked for, and not all.

    "Packing and transport cost 9" does not tell what packing cost. Where the caveat
    says that, the claim may answer.
    """
    amounts = {word for word in words_of_claim(claim.text) if word[0].isdigit()}
    if len(amounts) != 1 or _TOGETHER.search(claim.caveat or ""):
        return False
    met = {option.token for unit in matches for option in unit.alternatives}
    for sentence in _SENTENCE_END.split(claim.text):
        if amounts.isdisjoint(words_of_claim(sentence)):
            continue
        for joined in _JOINED.finditer(sentence):
            members = {term(word) for word in words(joined[0])} - {"and", "or"}
            if members.isdisjoint(amounts) and members & met and members - met:
                return True
    return False


def _is_of_others(question: Question, claim: Claim, index: Index) -> bool:
    """Say whether a thing asked about as one name's is only another's in the claim."""
    owned = index.owned(claim)
    for owner, thing in question.owned:
        tokens = {option.token for option in thing.alternatives}
        owners = {who for who, what in owned if what in tokens}
        if owners and owners.isdisjoint(o.token for o in owner.alternatives):
            return True
    return False
