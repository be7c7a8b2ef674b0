"""What is asked of a claim that was just shown, said from its data. No I/O."""

import re
from collections.abc import Iterator

from bot.block_kit.part import Part
from bot.briefing.models import Briefing, Claim, Kind
from bot.briefing.numbers import is_dated, mentions
from bot.briefing.search.answer_kinds import Expected, fits
from bot.briefing.wording import (
    attribution,
    describe_origins,
    headline,
    known_through,
    mark,
)
from bot.questions.pages import AboutClaim, Page, PageKind
from bot.questions.small_talk import Aspect
from bot.slack.views.claim import (
    bold_words,
    linked_source,
    related_claims,
    section_of,
    with_mark,
)
from bot.slack.views.controls import Action, button, controls
from bot.slack.views.footer import footer
from bot.slack.views.message import RenderContext, context_block, message, paragraphs
from bot.slack.views.mrkdwn import bold, escape, italic
from bot.slack.views.times import say_day

NO_PLACE = "The briefing gives no place for it."
NO_NUMBER = "The briefing gives no number for it."
NO_COMPARISON = "The briefing compares it with nothing."
_MOST_SOURCES = 3
_A_KIND = {
    Kind.FACT: "a fact",
    Kind.STATEMENT: "a statement",
    Kind.REPORT: "a report",
    Kind.ESTIMATE: "an estimate",
    Kind.ASSESSMENT: "an assessment",
    Kind.FORECAST: "a forecast",
}
_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|yesterday|today|tomorrow|\w+day|(?:19|20)\d\d|"
    r"(?:in the )?(?:coming|next|last|past) (?:few )?(?:days|weeks|months|years))\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|in order to|so that|in exchange|"
    r"in return|as a result|to (?:fortify|support|help|protect|prevent|avoid))\b",
    re.IGNORECASE,
)

_COMPARISON = re.compile(
    r"\b(?:than|compared (?:to|with)|in (?:comparison|contrast) (?:to|with)|as \w+ as|"
    r"(?:up|down) from|never .*before)\b",
    re.IGNORECASE,
)


def about_claim(context: RenderContext, asked: AboutClaim) -> Part | None:
    """Say it in a few lines with the claim's caveat; None where the claim is gone."""
    briefing = context.briefing(asked.page.briefing_id)
    claim = context.library.claim(asked.page.briefing_id, asked.page.item_id)
    if briefing is None or claim is None:
        return None
    lines: list[str] = []
    if claim.is_withdrawn:
        day = say_day(claim.revisions[-1].date)
        lines.append(f"✏️ {bold(f'Withdrawn on {day}.')}")
    match asked.aspect:
        case Aspect.SOURCE:
            lines += _sources(claim, briefing)
        case Aspect.CONFIRMED:
            lines += _confirmation(claim, briefing)
        case Aspect.CERTAINTY:
            lines += _certainty(claim, briefing)
        case Aspect.WHEN:
            day = escape(briefing.as_of_date(claim).format())
            if claim.when:
                lines.append(bold(f"Date: {escape(claim.when.format())}."))
            elif _DATE.search(claim.text):
                lines.append(_said(claim))
            else:
                none = bold("The briefing gives no date for it.")
                lines.append(f"{none} What it says is as of {day}.")
        case Aspect.WHERE:
            has_place = fits(Expected.PLACE, claim)
            lines.append(_said(claim) if has_place else bold(NO_PLACE))
        case Aspect.NUMBER:
            found = (m for m in mentions(claim.text) if not is_dated(claim.text, m))
            has_number = any(mention.is_firm for mention in found)
            lines.append(_said(claim) if has_number else bold(NO_NUMBER))
        case Aspect.COMPARED:
            has_other = _COMPARISON.search(claim.text)
            lines.append(_said(claim) if has_other else bold(NO_COMPARISON))
        case Aspect.WHY | Aspect.MORE | Aspect.OTHER:
            lines += _reasons(claim, briefing)
    if claim.caveat:
        lines.append(italic(escape(claim.caveat)))

    section = section_of(claim, briefing)
    about = f"About: {headline(claim)}"
    foot = footer(context, briefing, facts=(about, section.name), claims=[claim])
    page = Page(PageKind.CLAIM, briefing.id, claim.id)
    topic = Page(PageKind.SECTION, briefing.id, section.id)
    return message(
        *paragraphs("\n".join(lines)),
        controls(
            button("Sources", Action.DETAIL, page),
            button("The whole topic", Action.OPEN, topic),
        ),
        context_block(foot),
        claims=context.words_of(briefing, claim, *_own_words(claim, lines, about)),
    )


def _said(claim: Claim) -> str:
    return f"The briefing says: “{escape(claim.text)}”"


def _own_words(claim: Claim, lines: list[str], about: str) -> Iterator[str]:
    """Yield the words that the claim itself is said in, in the order of the answer."""
    for words in (escape(claim.text), escape(claim.caveat or "")):
        if words and any(words in line for line in lines):
            yield words
    yield escape(about).removeprefix("About: ")


def _sources(claim: Claim, briefing: Briefing) -> Iterator[str]:
    """Name who says it, and through whom it is known; else what the desk rests on."""
    if claim.is_own_judgment:
        yield bold("This desk judges so itself.")
        yield from _basis(claim, briefing)
        return
    is_one = len(claim.sources) == 1
    if is_one and briefing.sources[claim.sources[0].id].unnamed:
        through = escape(known_through(claim.sources[0].id, briefing))
        yield " ".join(filter(None, (bold("The source isn't named."), through)))
        return
    yield bold("It comes from:")
    for citation in claim.sources[:_MOST_SOURCES]:
        said = f"{linked_source(briefing.sources[citation.id], briefing)}."
        through = escape(known_through(citation.id, briefing))
        yield " ".join(filter(None, (f"• {said}", through)))
    left = len(claim.sources) - _MOST_SOURCES
    if left > 0:
        yield f"And {left:,} more under Sources."


def _basis(claim: Claim, briefing: Briefing) -> Iterator[str]:
    """List the claims that a judgment of the desk rests on, as far as they are seen."""
    basis = [each for each in briefing.claims if each.id in claim.basis]
    if basis:
        yield "It rests on:"
    for each in basis[:_MOST_SOURCES]:
        yield with_mark(f"• {bold_words(each)}", mark(each, briefing))


def _confirmation(claim: Claim, briefing: Briefing) -> Iterator[str]:
    """Say what kind of claim it is, how it was graded, and who says otherwise."""
    yield _kind(claim)
    yield f"{_grade(claim)} It rests on {escape(describe_origins(claim, briefing))}."
    against = briefing.contradictions().get(claim.id, set())
    for other in related_claims(claim, briefing):
        if other.id in against and not other.is_withdrawn:
            yield with_mark(f"Disputed: {bold_words(other)}", mark(other, briefing))


def _kind(claim: Claim) -> str:
    stands = bold(f"It stands here as {_A_KIND[claim.kind]}.")
    return f"{stands} {escape(claim.kind.meaning)}"


def _grade(claim: Claim) -> str:
    if claim.credibility is None:
        return "Nobody has graded how credible it is."
    return f"The curators' grade: {claim.credibility.meaning}."


def _certainty(claim: Claim, briefing: Briefing) -> Iterator[str]:
    """Say likelihood and confidence, in sentences of their own, else what there is."""
    if claim.likelihood:
        likelihood = f"Likelihood: {claim.likelihood} ({claim.likelihood.meaning})."
        yield bold(escape(likelihood))
    if claim.confidence:
        yield f"{bold(f'Confidence: {claim.confidence}.')} {claim.confidence.meaning}"
    if claim.kind.is_judgment and not (claim.likelihood or claim.confidence):
        yield bold("The briefing gives no likelihood and no confidence with it.")
    yield _kind(claim)
    sources = [briefing.sources[citation.id] for citation in claim.sources]
    judged = [
        f"Source: {source.name}, judged {source.reliability.meaning}."
        for source in sources
        if source.reliability
    ]
    origin = f"Source: {attribution(claim, briefing)}, not graded."
    if all(source.unnamed for source in sources):
        origin = "This desk judges so." if not sources else "The source isn't named."
    said = (_grade(claim), *(judged[:_MOST_SOURCES] or [origin]))
    yield " ".join(map(escape, said))


def _reasons(claim: Claim, briefing: Briefing) -> Iterator[str]:
    """Say the reason that the claim itself has in its words, else that it has none."""
    if claim.is_own_judgment and claim.basis:
        yield bold("This desk judges so itself.")
        yield from _basis(claim, briefing)
    elif _REASON.search(claim.text):
        yield _said(claim)
    else:
        yield bold("The briefing gives no reason for it.")
