"""What makes an answer doubtful although words match: each cuts the coverage."""

import re
from collections.abc import Iterator

from bot.briefing.dates import EdtfDate
from bot.briefing.models import Claim
from bot.briefing.search.analysis import MONTHS, words
from bot.briefing.search.expectation import Expected
from bot.briefing.search.question import Question, Unit

ABSENT_NAME, UNFIT_KIND, UNMET_FOCUS, PERSONAL = 0.6, 0.7, 0.7, 0.6
_MONEY = re.compile(
    r"[$€£¥₩]|\b(?:dollar|euro|pound|yen|won|rouble|ruble|yuan|franc|krone|krona|rupee|"
    r"cent)s?\b|\b(?:USD|EUR|GBP)\b",
    re.IGNORECASE,
)
_AGE = re.compile(r"\baged?\b|\byears? old\b|-year-old|\bborn\b", re.IGNORECASE)


def fits(expected: Expected, claim: Claim) -> bool:
    """Say whether the claim has the kind of answer that the question expects."""
    text = f"{claim.text} {claim.short or ''}"
    if expected is Expected.NUMBER:
        return bool(claim.figures) or any(w[0].isdigit() for w in words(text))
    if expected is Expected.MONEY:
        return bool(_MONEY.search(text))
    if expected is Expected.AGE:
        return bool(_AGE.search(text))
    if expected is Expected.DATE:
        return _has_date(text, claim.when)
    return True


def _has_date(text: str, when: EdtfDate | None) -> bool:
    if when:
        return True
    found = words(text)
    years = (w for w in found if w.isdigit() and len(w) == 4 and w[:2] in ("19", "20"))
    return any(month in found for month in MONTHS) or any(years)


def doubts(question: Question, claim: Claim, satisfied: set[Unit]) -> Iterator[float]:
    """Yield a factor below 1 for each reason to doubt that this claim answers."""
    for unit in question.units:
        if unit.is_absent and (unit.is_name or unit.is_number):
            yield ABSENT_NAME
    if question.is_personal:
        yield PERSONAL
    if not fits(question.expected, claim):
        yield UNFIT_KIND

    focus = [unit for unit in question.units if unit.is_focus]
    met = sum(unit.weight for unit in focus if unit in satisfied)
    if focus and met < sum(unit.weight for unit in focus) / 2:
        yield UNMET_FOCUS
