"""What makes an answer doubtful although words match: each cuts the coverage."""

from collections.abc import Iterator

from bot.briefing.models import Claim
from bot.briefing.search.expectation import fits
from bot.briefing.search.index import Index
from bot.briefing.search.question import Question
from bot.briefing.search.units import Unit

ABSENT_NAME, PERSONAL = 0.6, 0.6
NO_CONTENT = 0.0
UNFIT_KIND, UNMET_FOCUS, OTHERS = 0.7, 0.7, 0.7


def doubts(
    question: Question, claim: Claim, satisfied: set[Unit], index: Index
) -> Iterator[float]:
    """Yield a factor below 1 for each reason to doubt that this claim answers.

    A name or number that the whole briefing lacks, a question about the asker, a kind
    of answer that the claim has not, a thing asked for that it does not speak of, and
    the soldiers of one country where it speaks of another's.
    """
    if not question.has_content:
        yield NO_CONTENT
    for unit in question.units:
        if unit.is_absent and (unit.is_name or unit.is_number):
            yield ABSENT_NAME
    if question.is_personal:
        yield PERSONAL

    focus = [unit for unit in question.units if unit.is_focus]
    if not fits(question.expected, claim, _tokens(focus)):
        yield UNFIT_KIND
    met = sum(unit.weight for unit in focus if unit in satisfied)
    if focus and met < sum(unit.weight for unit in focus) / 2:
        yield UNMET_FOCUS
    if question.owned and _is_of_others(question, claim, index):
        yield OTHERS


def _tokens(units: list[Unit]) -> frozenset[str]:
    return frozenset(o.token for unit in units for o in unit.alternatives)


def _is_of_others(question: Question, claim: Claim, index: Index) -> bool:
    """Say whether a thing asked about as one name's is only another's in the claim."""
    owned = index.owned(claim)
    for owner, thing in question.owned:
        tokens = {option.token for option in thing.alternatives}
        owners = {who for who, what in owned if what in tokens}
        if owners and owner not in owners:
            return True
    return False
