"""Numbers: none stands in a short form that the full text does not bear out."""

from collections.abc import Iterator

from bot.briefing.checks.walk import claims_in, sections_of
from bot.briefing.models import Briefing, Claim
from bot.briefing.numbers import Support, mentions
from bot.briefing.problems import KeyPath, Problem, listed
from bot.briefing.wording import number


def check_numbers(briefing: Briefing) -> Iterator[Problem]:
    """Find numbers that stand in a short form, figure or summary but in no text."""
    for where, section in sections_of(briefing):
        for place, claim in claims_in(where, section):
            if not (claim.short or claim.figures):
                continue
            support = Support((claim.text,))
            short = claim.short or ""
            for mention in support.missing(short):
                yield Problem(
                    (*place, "short"),
                    f'"{mention.words}" does not stand in the claim\'s text'
                    f"{_has(claim)}.",
                    "Make them agree.",
                    phrase=mention.words,
                    occurrence=short[: mention.start].count(mention.words),
                )
            for position, figure in enumerate(claim.figures):
                for key in ("value", "low", "high"):
                    value = getattr(figure, key)
                    if value is not None and not support.holds(value):
                        yield Problem(
                            (*place, "figures", position, key),
                            f'The figure "{number(value)}" does not stand in the '
                            f"claim's text{_has(claim)}.",
                            "Make them agree.",
                        )
        if section.summary:
            support = _support(section.claims, briefing)
            owner = f'claim of section "{section.id}"'
            yield from _lead((*where, "summary"), section.summary, support, owner)
    if briefing.bottom_line:
        support = _support(briefing.claims, briefing)
        yield from _lead(("bottom_line",), briefing.bottom_line, support, "claim")


def _has(claim: Claim) -> str:
    words = [mention.words for mention in mentions(claim.text)]
    return f", which has {listed(words)}" if words else ", which has no number"


def _support(claims: tuple[Claim, ...], briefing: Briefing) -> Support:
    """Return the numbers everybody who sees the briefing may read in its claims."""
    return Support(
        claim.text
        for claim in claims
        if not claim.is_withdrawn
        and (
            claim.handling is None
            or briefing.handling is None
            or claim.handling.rank <= briefing.handling.rank
        )
    )


def _lead(where: KeyPath, text: str, support: Support, owner: str) -> Iterator[Problem]:
    for mention in support.missing(text):
        yield Problem(
            where,
            f'"{mention.words}" stands in no {owner} that the same readers may see.',
            "Add the claim, or leave the number out.",
            phrase=mention.words,
            occurrence=text[: mention.start].count(mention.words),
        )
