"""Review: which claims nobody has stood by for longer than the briefing promises."""

from collections.abc import Iterator
from datetime import date

from bot.briefing.checks.walk import claims_of
from bot.briefing.models import Briefing
from bot.briefing.problems import Problem, warning

_HINT = "Check it against its sources, then set `verified` to today."


def check_review(briefing: Briefing, today: date) -> Iterator[Problem]:
    """Find what is past its review date; claims without a date of their own as one."""
    if not isinstance(briefing.review_every, int):
        return
    if briefing.verified is None and any(c.verified is None for c in briefing.claims):
        text = "`review_every` counts from `verified`, and this briefing has none."
        hint = "Add `verified` with the day on which a curator last stood by it."
        yield warning(("review_every",), text, hint, at_key=True)
    dated = [(where, c) for where, c in claims_of(briefing) if c.verified]
    stale = [
        (where, claim) for where, claim in dated if briefing.is_stale(claim, today)
    ]
    for where, claim in stale:
        text = f'The claim "{claim.id}" {_overdue(claim.verified, briefing)}'
        yield warning((*where, "verified"), text, _HINT)
    rest = [claim for claim in briefing.claims if claim.verified is None]
    if rest and briefing.is_stale(rest[0], today):
        text = f"The briefing {_overdue(briefing.verified, briefing)}"
        yield warning(("verified",), text, _HINT)


def _overdue(verified: date | None, briefing: Briefing) -> str:
    return (
        f'was last verified on "{verified}" and is past its review date: it is to be '
        f"looked at every {briefing.review_every} days."
    )
