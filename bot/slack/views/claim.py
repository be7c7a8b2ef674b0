"""A claim: the answer, one line, all of it, a modal, plain text. No I/O."""

import re
from datetime import date
from itertools import pairwise, product
from typing import Any

from bot.block_kit.part import Part
from bot.briefing.models import (
    Briefing,
    Citation,
    Claim,
    ClaimRevision,
    Figure,
    Kind,
    RevisionKind,
    Section,
    Source,
)
from bot.briefing.tlp import Label
from bot.briefing.wording import (
    amount,
    attribution,
    describe,
    describe_origins,
    headline,
    known_through,
    mark,
    marks,
    number,
)
from bot.questions.pages import Page, PageKind
from bot.slack.views.controls import page_controls
from bot.slack.views.footer import as_of, footer
from bot.slack.views.legend import legend_link
from bot.slack.views.message import (
    CLAIM_LINES,
    RenderContext,
    context_block,
    count_lines,
    fit_lines,
    message,
    paragraphs,
)
from bot.slack.views.modal import page_modal
from bot.slack.views.mrkdwn import bold, clean, escape, italic, link, strike
from bot.slack.views.text_diff import text_diff
from bot.slack.views.times import say_day

_FRAME = 2
"""The lines of "Only visible to you" and of the controls."""
_REVISED = {
    RevisionKind.CORRECTION: "✏️ Corrected",
    RevisionKind.UPDATE: "Updated",
    RevisionKind.WITHDRAWAL: "✏️ Withdrawn",
}
_BEFORE_FIGURE = re.compile(
    r"(about|around|some|nearly|almost|over|more than|up to|at least|another|\W)* ?",
    re.IGNORECASE,
)
"""What may stand before a figure that leads its line."""


def claim_answer(
    context: RenderContext,
    briefing: Briefing,
    claim: Claim,
    *,
    corrected_from: str = "",
) -> Part:
    """Show a claim with its marks and caveat, within the lines of a phone.

    What conflicts with it or counts the same stands by. A text that is too long gives
    way to its first sentence or its short form, and the button says "More". A caveat is
    never cut.
    """
    others = related_claims(claim, briefing)
    related = [_related_line(claim, other, briefing) for other in others]
    marked = italic(escape(" ".join(_marks(context, briefing, claim))))
    date_of = briefing.as_of_date(claim).format()
    facts_forms = (
        (as_of(briefing, claim), section_of(claim, briefing).name),
        (f"{date_of[:1].upper()}{date_of[1:]}",),
    )
    histories = _last_error(claim)

    # From the longest way to say it to the shortest, until one fits.
    for facts, history in product(facts_forms, histories):
        foot = footer(
            context,
            briefing,
            facts=facts,
            claims=[claim, *others],
            corrected_from=corrected_from,
        )
        below = [line for line in (marked, history) if line]
        room = CLAIM_LINES - _FRAME - count_lines(*below, foot, *related[:1])
        words, is_whole = _longest_words(claim, room)
        left = room - count_lines(words)
        if left >= 0:
            break

    shown = fit_lines(related, left + count_lines(*related[:1]))
    is_whole = is_whole and history == histories[0] and shown == len(related)
    told = [(claim, (words, escape(marks(claim, briefing))))]
    told += [(one, _related_words(claim, one, briefing)) for one in others[:shown]]
    page = Page(PageKind.CLAIM, briefing.id, claim.id)
    topic = Page(PageKind.SECTION, briefing.id, section_of(claim, briefing).id)
    return message(
        *paragraphs("\n".join([words, *below, *related[:shown]])),
        page_controls(
            page,
            "Sources" if is_whole else "More",
            [("The whole topic", topic)],
            is_posted=context.is_posted,
        ),
        context_block(foot),
        claims=[
            each
            for one, said in told
            for each in context.words_of(briefing, one, *said)
        ],
    )


def _related_line(claim: Claim, other: Claim, briefing: Briefing) -> str:
    """Say what stands against a claim; of the same count the amount says enough."""
    against = briefing.contradictions().get(claim.id, set())
    word = "Disputed:" if other.id in against else "Also:"
    said, _ = _related_words(claim, other, briefing)
    return with_mark(f"{word} {said}", mark(other, briefing))


def _related_words(claim: Claim, other: Claim, briefing: Briefing) -> tuple[str, str]:
    counted = _counted(claim)
    amounts = [amount(f) for f in other.figures if (f.label, f.unit) in counted]
    said = bold(escape(amounts[0])) if amounts else bold_words(other)
    return said, escape(mark(other, briefing))


def _marks(context: RenderContext, briefing: Briefing, claim: Claim) -> list[str]:
    """Return in plain words who says it, its caveat, and whether review is overdue."""
    said = [marks(claim, briefing)]
    verified = briefing.verified_on(claim)
    if verified and briefing.is_stale(claim, context.today):
        said.append(f"Review overdue: last checked {say_day(verified)}.")
    return [words for words in said if words]


def _last_error(claim: Claim) -> tuple[str, ...]:
    """Say the last correction or withdrawal, the error included: in full, in short.

    There is nothing to say of a claim that was never wrong, or updated since.
    """
    last = claim.revisions[-1] if claim.revisions else None
    if last is None or last.kind is RevisionKind.UPDATE:
        return ("",)
    day, because = say_day(last.date), escape(last.because)
    if last.kind is RevisionKind.WITHDRAWAL:
        said = f"✏️ {bold(f'Withdrawn on {day}.')} {because}"
        # What it went through before, oldest first.
        earlier = [
            f"{bold(f'{_REVISED[entry.kind]} {say_day(entry.date)}:')} "
            f"{_differs(entry, following.was)}"
            for entry, following in pairwise(claim.revisions)
        ]
        return "\n".join([*earlier, said]), said
    label = f"✏️ {bold(f'Corrected {day}:')}"
    differs = text_diff(last.was, claim.text)
    if not differs:
        return f"{label} {because}", f"✏️ {bold(f'Corrected {day}.')}"
    return f"{label} {differs}. {because}", f"{label} {differs}."


def _differs(entry: ClaimRevision, now: str) -> str:
    """Say what an entry changed; its reason where that stands beside the words."""
    differs = text_diff(entry.was, now)
    return f"{differs}." if differs else escape(entry.because)


def _longest_words(claim: Claim, room: int) -> tuple[str, bool]:
    """Return the longest form that fits, and whether it is the whole text."""
    if claim.is_withdrawn:
        return strike(escape(headline(claim))), False
    first, _, rest = escape(claim.text).partition(". ")
    whole = bold(f"{first}.") + f" {rest}" if rest else bold(first)
    for words in (whole, bold(f"{first.removesuffix('.')}.")):
        if count_lines(words) <= room:
            return words, words == whole
    return bold(escape(headline(claim))), False


def section_of(claim: Claim, briefing: Briefing) -> Section:
    """Return the section that holds the claim."""
    return next(
        section
        for section in briefing.sections
        if any(each.id == claim.id for each in section.claims)
    )


def related_claims(claim: Claim, briefing: Briefing) -> list[Claim]:
    """Return what conflicts with the claim, then what counts the same thing."""
    against = briefing.contradictions().get(claim.id, set())
    counted = _counted(claim)
    conflicting = [c for c in briefing.claims if c.id in against]
    same = [
        other
        for other in briefing.claims
        if other.id not in against | {claim.id} and counted & _counted(other)
    ]
    return conflicting + same


def _counted(claim: Claim) -> set[tuple[str, str | None]]:
    return {(figure.label, figure.unit) for figure in claim.figures}


def claim_line(claim: Claim, briefing: Briefing, *, today: date) -> str:
    """Say a claim in a line: its short form, its mark, and what is wrong with it."""
    said = [mark(claim, briefing)]
    if claim.is_withdrawn:
        said.append(f"withdrawn on {say_day(claim.revisions[-1].date)}")
    if claim.id in briefing.contradictions():
        said.append("disputed")
    if briefing.is_stale(claim, today):
        said.append("review overdue")

    words, _ = line_words(claim, briefing)
    return with_mark(f"• {words}", ", ".join(filter(None, said)))


def line_words(claim: Claim, briefing: Briefing) -> tuple[str, str]:
    """Return the words of a claim's line that are its own: what it says, its mark."""
    words = strike(escape(headline(claim))) if claim.is_withdrawn else bold_words(claim)
    return words, escape(mark(claim, briefing))


def with_mark(words: str, plain_mark: str) -> str:
    """Put a mark, in plain words, behind escaped words; none where there is nothing."""
    marked = italic(escape(plain_mark))
    return f"{words} — {marked}" if marked else words


def one_word_mark(claim: Claim, briefing: Briefing) -> str:
    """Return the shortest mark of a claim: its kind, or who states it."""
    is_statement = claim.kind is Kind.STATEMENT
    return attribution(claim, briefing) if is_statement else claim.kind.mark


def bold_words(claim: Claim) -> str:
    """Return the short form with the figures it opens with in bold."""
    words = clean(headline(claim))
    end = _figures_end(words, claim.figures)
    figures, rest = bold(escape(words[:end])), words[end:]
    blank = rest[: len(rest) - len(rest.lstrip())]
    return f"{figures}{blank}{escape(rest)}"


def _figures_end(words: str, figures: tuple[Figure, ...]) -> int:
    """Return where the opening figures end; 0 where the words open with none."""
    amounts = [a for f in figures for a in (f.value, f.low, f.high) if a is not None]
    patterns = [rf"(?<![\d.,]){re.escape(number(each))}(?![.,]?\d)" for each in amounts]
    found = [re.search(pattern, words) for pattern in patterns]
    spans = sorted(match.span() for match in found if match)
    if not spans or not _BEFORE_FIGURE.fullmatch(words[: spans[0][0]]):
        return 0
    end = spans[-1][1]
    counted = re.match(r" [\w-]+", words[end:]) if len(figures) > 1 else None
    return end + (counted.end() if counted else 0)


def claim_modal(
    context: RenderContext, page: Page, briefing: Briefing, claim: Claim
) -> dict[str, Any]:
    """Return the view of a claim in full, with the claims around it in its topic."""
    section = section_of(claim, briefing)
    place = section.claims.index(claim)
    links = [
        (label, Page(PageKind.CLAIM, briefing.id, section.claims[at].id))
        for label, at in (("Previous", place - 1), ("Next", place + 1))
        if 0 <= at < len(section.claims)
    ]
    links.append(("Whole topic", Page(PageKind.SECTION, briefing.id, section.id)))
    links.append(legend_link(briefing))
    texts = claim_in_full(context, briefing, claim)
    blocks = [block for text in texts for block in paragraphs(text)]
    return page_modal(page, section.name, blocks, links)


def claim_in_full(
    context: RenderContext, briefing: Briefing, claim: Claim
) -> list[str]:
    """Return all there is to say of a claim, a paragraph each."""
    figures = " · ".join(
        f"{escape(figure.label)}: {bold(escape(amount(figure)))}"
        f"{f' {escape(figure.unit)}' if figure.unit else ''}"
        for figure in claim.figures
    )
    basis = [other for other in briefing.claims if other.id in claim.basis]
    origins = describe_origins(claim, briefing)
    credibility = claim.credibility
    against_ids = briefing.contradictions().get(claim.id, set())
    against = [other for other in briefing.claims if other.id in against_ids]

    return [
        claim_text(context, briefing, claim),
        *([figures] if figures else []),
        bold("Sources") if claim.sources else bold("Judged by this desk, on"),
        *(_cited(citation, briefing) for citation in claim.sources),
        *(f"• {escape(headline(other))}" for other in basis),
        escape(f"{origins[:1].upper()}{origins[1:]}. {as_of(briefing, claim)}."),
        *([f"Judged credibility: {credibility.meaning}."] if credibility else []),
        *([bold("Disputed by")] if against else []),
        *(f"• {escape(other.text)}" for other in against),
        *map(revised, claim.revisions),
    ]


def claim_text(
    context: RenderContext, briefing: Briefing, claim: Claim, *, also: str = ""
) -> str:
    """Return a claim's whole text, and its marks and `also` on a line below."""
    text = escape(claim.text)
    words = f"{strike(text)} (withdrawn)" if claim.is_withdrawn else text
    said = _marks(context, briefing, claim)
    label = briefing.label_of(claim)
    if label is not Label.CLEAR:
        said.append(f"{label}: {label.meaning}")
    marked = italic(escape(" ".join(filter(None, (*said, also)))))
    return "\n".join(filter(None, (words, marked)))


def _cited(citation: Citation, briefing: Briefing) -> str:
    """Say where a claim stands: source, place, quotation, links, and what is noted."""
    source = briefing.sources[citation.id]
    place = f", {escape(citation.locator)}" if citation.locator else ""
    said = [
        f"• {linked_source(source, briefing)}{place}.",
        f"“{escape(citation.quote)}”" if citation.quote else "",
        escape(known_through(citation.id, briefing)),
        link(citation.url, "at this place") if citation.url else "",
        link(source.archived_url, "archived copy") if source.archived_url else "",
    ]
    note = f"\n{italic(escape(source.note))}" if source.note else ""
    return " ".join(filter(None, said)) + note


def linked_source(source: Source, briefing: Briefing) -> str:
    """Say what a source is, with its link where it has one."""
    words = describe(source, briefing)
    return link(source.url, words) if source.url else escape(words)


def revised(revision: ClaimRevision) -> str:
    """Say what a claim said before, when that ended, and why."""
    word = bold(f"{_REVISED[revision.kind]} {say_day(revision.date)}")
    return f"{word}. Was: “{escape(revision.was)}” {escape(revision.because)}"


def claim_plain(claim: Claim, briefing: Briefing) -> list[str]:
    """Return the lines of a claim that is copied: text, marks, sources, origins."""
    cited = [briefing.sources[citation.id] for citation in claim.sources]
    return [
        " ".join(filter(None, (claim.text, marks(claim, briefing)))),
        *(["This has been withdrawn."] if claim.is_withdrawn else []),
        *(f"- {describe(source, briefing)}" for source in cited),
        f"Rests on {describe_origins(claim, briefing)}.",
    ]
