"""A claim in one line, as lists show it: the figure first and bold, the mark behind."""

import re
from datetime import date

from bot.briefing.canonical import contradictions
from bot.briefing.kinds import Kind
from bot.briefing.models import Briefing, Claim, Figure
from bot.briefing.wording import attribution, headline, mark, number
from bot.slack.views.mrkdwn import bold, clean, escape, italic, strike
from bot.slack.views.times import say_day

_OPENERS = re.compile(
    r"(about|around|some|nearly|almost|over|more than|up to|at least|another|\W)* ?",
    re.IGNORECASE,
)
"""What may stand before a figure that leads its line."""


def claim_line(claim: Claim, briefing: Briefing, *, today: date) -> str:
    """Say a claim in a line: its short form, its mark, and what is wrong with it."""
    marked = italic(escape(", ".join(_marks(claim, briefing, today))))
    words = strike(escape(headline(claim))) if claim.is_withdrawn else bold_words(claim)
    return f"• {words} — {marked}" if marked else f"• {words}"


def brief_entry(claim: Claim, briefing: Briefing) -> str:
    """Say a claim in a line whose mark is one word: kind, or the speaker."""
    word = attribution(claim, briefing)
    if claim.kind is not Kind.STATEMENT:
        word = claim.kind.mark
    return (
        f"• {bold_words(claim)} — {italic(escape(word))}"
        if word
        else f"• {bold_words(claim)}"
    )


def _marks(claim: Claim, briefing: Briefing, today: date) -> list[str]:
    said = [mark(claim, briefing)]
    if claim.is_withdrawn:
        said.append(f"withdrawn on {say_day(claim.revisions[-1].date)}")
    if claim.id in contradictions(briefing):
        said.append("disputed")
    if briefing.is_stale(claim, today):
        said.append("review overdue")
    return [words for words in said if words]


def bold_words(claim: Claim) -> str:
    """Return the short form with the figures it opens with in bold."""
    words = clean(headline(claim))
    end = _lead_end(words, claim.figures)
    figure, rest = bold(escape(words[:end])), words[end:]
    blank = rest[: len(rest) - len(rest.lstrip())]
    return f"{figure}{blank}{escape(rest)}"


def _lead_end(words: str, figures: tuple[Figure, ...]) -> int:
    """Return where the opening figures end; 0 where the words open with none."""
    spots = sorted(spot for figure in figures for spot in _spots(words, figure))
    if not spots or not _OPENERS.fullmatch(words[: spots[0][0]]):
        return 0
    end = spots[-1][1]
    counted = re.match(r" [\w-]+", words[end:]) if len(figures) > 1 else None
    return end + (counted.end() if counted else 0)


def _spots(words: str, figure: Figure) -> list[tuple[int, int]]:
    amounts = (figure.value, figure.low, figure.high)
    said = [number(amount) for amount in amounts if amount is not None]
    found = (re.search(rf"(?<![\d.,]){re.escape(n)}(?![.,]?\d)", words) for n in said)
    return [match.span() for match in found if match]
