"""What moved in a claim besides its words: its kind, source, date, caveat. No I/O."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.briefing.models import Briefing, Claim
from bot.briefing.wording import amount, attribution

_NOTHING = "not given"


@dataclass(frozen=True, slots=True)
class MovedMark:
    """A mark of a claim that is something else by now: what it was, and what it is."""

    what: str
    was: str
    now: str


def moved_marks(
    then: Claim, before: Briefing, now: Claim, after: Briefing
) -> tuple[MovedMark, ...]:
    """Return what a reader is told of a claim that differs, other than its text.

    Figures and the short form say no more than the text does, so they count only where
    that is the same.
    """
    return tuple(
        MovedMark(what, was or _NOTHING, is_now or _NOTHING)
        for what, was, is_now in _pairs(then, before, now, after)
        if was != is_now
    )


def _pairs(
    then: Claim, before: Briefing, now: Claim, after: Briefing
) -> Iterator[tuple[str, str, str]]:
    yield "kind", then.kind.mark or then.kind.value, now.kind.mark or now.kind.value
    yield "source", _who(then, before), _who(now, after)
    yield "date", _date(then), _date(now)
    yield "likelihood", str(then.likelihood or ""), str(now.likelihood or "")
    yield "confidence", str(then.confidence or ""), str(now.confidence or "")
    yield "caveat", _quoted(then.caveat), _quoted(now.caveat)
    if then.text == now.text:
        counted = {(figure.label, figure.unit): figure for figure in then.figures}
        for figure in now.figures:
            if was := counted.get((figure.label, figure.unit)):
                yield f"figure ({figure.label})", amount(was), amount(figure)
        yield "short form", _quoted(then.short), _quoted(now.short)


def _who(claim: Claim, briefing: Briefing) -> str:
    """Say who stands behind it, as far as the briefing still names them."""
    is_named = all(citation.id in briefing.sources for citation in claim.sources)
    return attribution(claim, briefing) if is_named else "another one"


def _date(claim: Claim) -> str:
    return claim.when.format() if claim.when else ""


def _quoted(words: str | None) -> str:
    return f"“{words}”" if words else ""
