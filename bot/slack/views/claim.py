"""A claim as the answer: one leads; what conflicts or counts the same stands by."""

from collections.abc import Iterable
from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock

from bot.block_kit.part import ClaimMark, Part
from bot.briefing.canonical import contradictions
from bot.briefing.models import Briefing, Claim, RevisionKind, Section
from bot.briefing.wording import amount, headline, mark, marks
from bot.questions.pages import Page, PageKind
from bot.slack.views.claim_line import bold_words
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    legend_option,
    report_option,
)
from bot.slack.views.footer import as_of, footer
from bot.slack.views.message import (
    CLAIM_LINES,
    context_block,
    count_lines,
    fit_lines,
    message,
    paragraphs,
)
from bot.slack.views.mrkdwn import bold, escape, italic, strike
from bot.slack.views.render_context import RenderContext
from bot.slack.views.text_diff import text_diff
from bot.slack.views.times import say_day

_FRAME = 2
"""The lines of "Only visible to you" and of the controls."""


def claim_answer(
    context: RenderContext, briefing: Briefing, claim: Claim, *, heard: str = ""
) -> Part:
    """Show a claim with its marks and caveat, within the lines of a phone.

    A text that is too long gives way to its first sentence or its short form, and the
    button says "More". A caveat is never cut.
    """
    others = relatives(claim, briefing)
    beside = [_beside(claim, other, briefing) for other in others]
    feet = [
        footer(context, briefing, facts=facts, claims=[claim, *others], heard=heard)
        for facts in _facts(briefing, claim)
    ]
    layouts = [
        _laid_out(
            claim, [*_marks_line(context, briefing, claim), *history, foot], beside
        )
        for foot in feet
        for history in _histories(claim)
    ]
    chosen = next((each for each in layouts if each.fits), layouts[-1])
    is_whole = chosen.is_whole_of(layouts[0], beside)

    return message(
        *paragraphs("\n".join([chosen.words, *chosen.below, *beside[: chosen.shown]])),
        claim_controls(briefing, claim, is_whole=is_whole),
        context_block(chosen.foot),
        claims=marks_of(context, briefing, [claim, *others[: chosen.shown]]),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """One way to say a claim: `below` are its marks and history; `shown` relatives."""

    words: str
    below: list[str]
    foot: str
    shown: int
    is_whole: bool
    fits: bool

    def is_whole_of(self, longest: "_Layout", beside: list[str]) -> bool:
        """Say whether nothing is left to be read under More."""
        is_full = self.below == longest.below and self.shown == len(beside)
        return self.is_whole and is_full


def _laid_out(claim: Claim, under: list[str], beside: list[str]) -> _Layout:
    room = CLAIM_LINES - _FRAME - _height([*under, *beside[:1]])
    words, is_whole = _words(claim, room)
    left = room - count_lines(words)
    shown = fit_lines(beside, left + _height(beside[:1])) if beside else 0
    return _Layout(words, under[:-1], under[-1], shown, is_whole, left >= 0)


def _facts(briefing: Briefing, claim: Claim) -> list[tuple[str, ...]]:
    """Return what the context line may say of a claim, the longest first."""
    date = briefing.as_of_date(claim).format()
    short = f"{date[:1].upper()}{date[1:]}"
    return [(as_of(briefing, claim), section_of(claim, briefing).name), (short,)]


def _height(lines: list[str]) -> int:
    return sum(map(count_lines, lines))


def _beside(claim: Claim, other: Claim, briefing: Briefing) -> str:
    """Say what stands against a claim; of the same count the amount says enough."""
    against = contradictions(briefing).get(claim.id, set())
    word = "Disputed:" if other.id in against else "Also:"
    counted = _counted(claim)
    amounts = [amount(f) for f in other.figures if (f.label, f.unit) in counted]
    said = bold(escape(amounts[0])) if amounts else bold_words(other)
    marked = italic(escape(mark(other, briefing)))
    return f"{word} {said} — {marked}" if marked else f"{word} {said}"


def section_of(claim: Claim, briefing: Briefing) -> Section:
    """Return the section that holds the claim."""
    return next(
        section
        for section in briefing.sections
        if any(each.id == claim.id for each in section.claims)
    )


def _marks_line(context: RenderContext, briefing: Briefing, claim: Claim) -> list[str]:
    said = [marks(claim, briefing)]
    verified = briefing.verified_on(claim)
    if verified and briefing.is_stale(claim, context.today):
        said.append(f"Review overdue: last checked {say_day(verified)}.")
    words = escape(" ".join(filter(None, said)))
    return [italic(words)] if words else []


def _histories(claim: Claim) -> list[list[str]]:
    """Say the last correction or withdrawal, the error included: in full, in short."""
    last = claim.revisions[-1] if claim.revisions else None
    if last is None or last.kind is RevisionKind.UPDATE:
        return [[]]
    day, because = say_day(last.date), escape(last.because)
    if last.kind is RevisionKind.WITHDRAWAL:
        return [[f"✏️ {bold(f'Withdrawn on {day}.')} {because}"]]
    said = f"✏️ {bold(f'Corrected {day}:')} {text_diff(last.was, claim.text)}."
    return [[f"{said} {because}"], [said]]


def _words(claim: Claim, room: int) -> tuple[str, bool]:
    """Return the longest form that fits, and whether it is the whole text."""
    if claim.is_withdrawn:
        return strike(escape(headline(claim))), False
    first, _, rest = escape(claim.text).partition(". ")
    whole = bold(f"{first}.") + f" {rest}" if rest else bold(first)
    for words in (whole, bold(f"{first.removesuffix('.')}.")):
        if count_lines(words) <= room:
            return words, words == whole
    return bold(escape(headline(claim))), False


def relatives(claim: Claim, briefing: Briefing) -> list[Claim]:
    """Return what conflicts with the claim, then what counts the same thing."""
    against = contradictions(briefing).get(claim.id, set())
    counted = {(figure.label, figure.unit) for figure in claim.figures}
    conflicting = [c for c in briefing.claims if c.id in against]
    same = [
        other
        for other in briefing.claims
        if other.id not in against | {claim.id} and counted & _counted(other)
    ]
    return conflicting + same


def _counted(claim: Claim) -> set[tuple[str, str | None]]:
    return {(figure.label, figure.unit) for figure in claim.figures}


def claim_controls(briefing: Briefing, claim: Claim, *, is_whole: bool) -> ActionsBlock:
    """Sources (or More), Share here, and the menu."""
    page = Page(PageKind.CLAIM, briefing.id, claim.id)
    topic = Page(PageKind.SECTION, briefing.id, section_of(claim, briefing).id)
    menu = (
        ("The whole topic", Action.OPEN, topic),
        copy_option(page),
        report_option(page),
        legend_option(briefing.id),
    )
    return controls(
        button("Sources" if is_whole else "More", Action.DETAIL, page),
        button("Share here", Action.SHARE, page),
        menu=menu,
    )


def marks_of(
    context: RenderContext, briefing: Briefing, claims: Iterable[Claim]
) -> list[ClaimMark]:
    """Return which wording of these claims is shown, so that corrections find it."""
    prints = context.library.fingerprints[briefing.id]
    return [ClaimMark(briefing.id, c.id, prints[c.id]) for c in claims]
