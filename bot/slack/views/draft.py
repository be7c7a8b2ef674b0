"""A draft held against the briefings: what differs first, each claim with its mark."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.block_kit.limits import slack_length
from bot.block_kit.part import Part
from bot.briefing.drafts.check import (
    CheckedSentence,
    DraftCheck,
    DraftRemark,
    RemarkKind,
)
from bot.briefing.drafts.comparison import Difference
from bot.briefing.models import Briefing, Claim
from bot.briefing.tlp import Label
from bot.briefing.wording import attribution, headline, mark
from bot.questions.pages import Page, PageKind
from bot.slack.views.claim import bold_words, line_words, with_mark
from bot.slack.views.controls import MOST_CARRIED, Action, check_more, controls
from bot.slack.views.footer import as_of, strictest
from bot.slack.views.message import (
    ENTRY_TEXT,
    SECTION_LINES,
    ClaimWords,
    RenderContext,
    context_block,
    count_lines,
    fit_lines,
    listed,
    message,
    paragraphs,
    shorten,
)
from bot.slack.views.modal import CALLBACK_ID, modal_view, within_view
from bot.slack.views.mrkdwn import bold, clean, escape, italic, strike
from bot.slack.views.times import say_day

_FRAME = 2
"""The lines of "Only visible to you" and of the controls."""
_QUOTED = 32
_MOST_SOURCES = 5
_COMPARED = "compares numbers, dates, names and “not”"
_PASTE = (
    "Paste a paragraph behind the word: {check} About 9,000 soldiers fought there. "
    "I hold each sentence against the briefing."
)


def checked_draft(context: RenderContext, check: DraftCheck) -> Part:
    """Show what differs, then what else is touched, within the lines of a section.

    The button More carries the sentences that did not fit.
    """
    if not check.sentences:
        return message(*paragraphs(_PASTE.format(check=bold("check:"))))
    opening = " ".join(filter(None, (bold(_news(check)), _extent(check))))
    entries = [
        shorten("\n".join(_lines(context, check, each)), ENTRY_TEXT)
        for each in check.by_weight
    ]
    foot = _footer(context, check.by_weight)
    rest_line = f"{_count(len(entries), 'sentence')} under More."
    below = [*_left_out(check), rest_line]
    room = SECTION_LINES - _FRAME - count_lines(opening, foot, *below)
    shown = fit_lines(entries, room)
    left = check.by_weight[shown:]
    below = [*_left_out(check)]
    if left:
        below.append(f"{_count(len(left), 'sentence')} under More.")
    sources = _sources(context, check.by_weight[:shown])
    rest = [each.text for each in check.sentences if each in left]
    rows = [check_more(_carried(rest))] if rest else []
    row = [controls(*rows, menu=sources)] if rows or sources else []
    return message(
        *paragraphs("\n".join([opening, *entries[:shown], *below])),
        *row,
        *([context_block(foot)] if foot else []),
        claims=draft_marks(context, check.by_weight[:shown]),
    )


def draft_modal(context: RenderContext, check: DraftCheck) -> dict[str, Any]:
    """Return a view of the whole check, in the order of the text."""
    blocks = [
        block for text in draft_in_full(context, check) for block in paragraphs(text)
    ]
    view = within_view(blocks)
    return modal_view("Draft", view, callback_id=CALLBACK_ID)


def draft_in_full(context: RenderContext, check: DraftCheck) -> list[str]:
    """Return all there is to say of a draft, a paragraph for each sentence."""
    if not check.sentences:
        return [_PASTE.format(check=bold("check:"))]
    opening = " ".join(filter(None, (bold(_news(check)), _extent(check))))
    said = [opening]
    for each in check.sentences:
        if each.is_touched:
            said.append("\n".join(_lines(context, check, each, is_full=True)))
        else:
            quoted = f"{bold(f'{each.number}.')} “{escape(each.text)}”"
            said.append(f"{quoted}\nThe briefing has nothing on this.")
    if check.is_cut:
        said.append(_CUT)
    foot = _footer(context, check.by_weight)
    return [*said, *([italic(foot)] if foot else [])]


_CUT = "What stands behind that was not read: paste it by itself."


def _news(check: DraftCheck) -> str:
    """Say in one sentence what matters most."""
    touched = check.by_weight
    if not touched:
        count = len(check.sentences)
        of = "that" if count == 1 else f"any of the {count} sentences"
        return f"The briefing has nothing on {of}."
    differences = [d for each in touched for d in each.differences]
    dates = sum(each.is_date for each in differences)
    numbers = len(differences) - dates
    counted = [
        *([_count(numbers, "number")] if numbers else []),
        *([_count(dates, "date")] if dates else []),
    ]
    if counted:
        verb = "differs" if len(differences) == 1 else "differ"
        return f"{listed(counted)} {verb} from the briefing."
    remarked = sum(bool(each.remarks) for each in touched)
    if remarked:
        verb = "is" if remarked == 1 else "are"
        return f"{_count(remarked, 'sentence')} {verb} not as the briefing has it."
    same = sum(len(each.same) for each in touched)
    if same:
        return f"{_count(same, 'number')} as in the briefing, and none that differs."
    return "No number in it differs from the briefing."


def _extent(check: DraftCheck) -> str:
    """Say how much of the text the briefing speaks of; nothing where that is all."""
    count, touched = len(check.sentences), len(check.by_weight)
    if touched in (0, count):
        return ""
    return f"It speaks of {touched} of the {count} sentences."


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def _left_out(check: DraftCheck) -> Iterator[str]:
    """Say which sentences touch nothing, and what was not read."""
    nothing = [str(each.number) for each in check.sentences if not each.is_touched]
    if nothing and check.by_weight:
        named = [*nothing[:8], *([f"{len(nothing) - 8} more"] if nothing[8:] else [])]
        yield f"Nothing in the briefing on {listed(named)}."
    if check.is_cut:
        yield _CUT


def _lines(
    context: RenderContext,
    check: DraftCheck,
    each: CheckedSentence,
    *,
    is_full: bool = False,
) -> Iterator[str]:
    """Yield what is said of a sentence, and of which briefing if not all is of one."""
    briefing = context.briefing(each.briefing_id)
    is_of_several = len({touched.briefing_id for touched in check.by_weight}) > 1
    lines = (line for line, _ in _entry(context, each, is_full=is_full))
    if briefing and is_of_several:
        yield f"{next(lines)} · {escape(briefing.name)}"
    yield from lines


Words = tuple[Claim | None, tuple[str, ...]]
"""Words of a line that are a claim's own; without one those of the draft."""


def _entry(
    context: RenderContext, each: CheckedSentence, *, is_full: bool = False
) -> Iterator[tuple[str, list[Words]]]:
    """Quote a sentence, and say below it what the briefing has instead, or has.

    With each line come the words there that a correction would replace.
    """
    briefing = context.briefing(each.briefing_id)
    if briefing is None:
        return
    text = clean(each.text).strip('"“”')
    cut = text if len(text) <= _QUOTED else text[:_QUOTED].rsplit(" ", 1)[0] + "…"
    quoted = text if is_full else cut
    line = f"{bold(f'{each.number}.')} “{escape(quoted)}”"
    yield line, [(None, (line,))]
    claims = {claim.id: claim for claim in briefing.claims}
    told: set[str] = set()
    for difference in each.differences:
        told |= {number.claim_id for number in difference.theirs}
        yield _difference(difference, briefing, claims)
    for id in each.claim_ids:
        claim = claims[id]
        if claim.is_withdrawn:
            day = say_day(claim.revisions[-1].date)
            words = strike(escape(headline(claim)))
            line = f"✏️ {bold(f'Withdrawn on {day}:')} {words}"
            yield line, [(claim, (words,))]
        elif id not in told:
            line = with_mark(f"• {bold_words(claim)}", mark(claim, briefing))
            yield line, [(claim, line_words(claim, briefing))]
        elif is_full:
            yield f"• {bold_words(claim)}", []
    for remark in each.remarks:
        claim = claims[remark.claim_id]
        if line := _remark(remark, briefing, claim):
            own = bold(escape(attribution(claim, briefing)))
            is_said = line.endswith(f"{own}.")
            yield line, [(claim, (own,) if is_said else ())]
    if each.unknown:
        named = [bold(escape(words)) for words in each.unknown[:3]]
        yield f"Not in the briefing: {listed(named)}.", []


def _difference(
    difference: Difference, briefing: Briefing, claims: dict[str, Claim]
) -> tuple[str, list[Words]]:
    """Say "You have 9,000; the briefing has about 9,500", with who says so."""
    said, words = [], []
    for each in difference.theirs[:3]:
        claim = claims[each.claim_id]
        number, who = bold(escape(each.said)), mark(claim, briefing)
        label = f" ({escape(each.label)})" if each.label else ""
        said.append(with_mark(f"{number}{label}", who))
        words.append((claim, (number, italic(escape(who)))))
    yours = bold(f"You have {escape(difference.yours)}")
    theirs = listed(said)
    line = f"{yours}; the briefing has {theirs}"
    if difference.corrected_on:
        day = say_day(difference.corrected_on)
        line = f"✏️ {yours}, {bold(f'corrected on {day}:')} now {theirs}"
    return line, [(None, (yours,)), *words]


def _remark(remark: DraftRemark, briefing: Briefing, claim: Claim) -> str:
    words = bold(escape(remark.words))
    match remark.kind:
        case RemarkKind.SPEAKER:
            sources = [briefing.sources[citation.id] for citation in claim.sources]
            if claim.is_own_judgment:
                return f"You name {words}; here this desk judges so itself."
            if all(source.unnamed for source in sources):
                return f"You name {words}; the briefing names no source."
            own = bold(escape(attribution(claim, briefing)))
            return f"You name {words}; the briefing has it from {own}."
        case RemarkKind.NAMES:
            return f"The briefing doesn't speak of {words} there."
        case RemarkKind.NOT_HERE:
            return f"{bold('You say that it is not so')}; the briefing doesn't."
        case RemarkKind.NOT_THERE:
            return f"{bold('The briefing says “not”')}; you don't."
        case RemarkKind.WITHDRAWN:
            return ""


def _footer(context: RenderContext, touched: Iterable[CheckedSentence]) -> str:
    """Say the strictest label of what is shown, its date and briefing, and what is
    compared.
    """
    shown: dict[str, list[Claim]] = {}
    for each in touched:
        ids = {
            *each.claim_ids,
            *(n.claim_id for d in each.differences for n in d.theirs),
        }
        found = (context.library.claim(each.briefing_id, id) for id in ids)
        shown.setdefault(each.briefing_id, []).extend(filter(None, found))
    if not shown:
        return ""
    briefings = {id: context.library.by_id[id] for id in shown}
    labels = [strictest(briefings[id], claims) for id, claims in shown.items()]
    label = max(labels, key=lambda each: each.rank)
    only = [*briefings.values()] if len(briefings) == 1 else []
    said = [
        escape(label.value) if label is not Label.CLEAR else "",
        *(escape(as_of(each)) for each in only),
        *(escape(each.name) for each in only if context.is_several),
        _COMPARED,
    ]
    return " · ".join(filter(None, said))


def draft_marks(
    context: RenderContext, shown: Iterable[CheckedSentence]
) -> Iterator[ClaimWords]:
    """Yield which wording of the claims is shown that these sentences touch.

    Of one that is only compared, no words stand there: a correction stands below it.
    """
    for each in shown:
        briefing = context.briefing(each.briefing_id)
        if briefing is None:
            continue
        for _, words in _entry(context, each):
            for claim, own in words:
                if claim is None:
                    yield ClaimWords(None, own)
                else:
                    yield from context.words_of(briefing, claim, *own)
        ids = {
            *each.claim_ids,
            *(n.claim_id for d in each.differences for n in d.theirs),
        }
        for claim in briefing.claims:
            if claim.id in ids:
                yield from context.words_of(briefing, claim)


def _sources(
    context: RenderContext, shown: Sequence[CheckedSentence]
) -> tuple[tuple[str, Action, Page], ...]:
    """Return the menu's ways to the claims in full, with their sources."""
    options: dict[Page, str] = {}
    for each in shown:
        for id in each.claim_ids:
            claim = context.library.claim(each.briefing_id, id)
            page = Page(PageKind.CLAIM, each.briefing_id, id)
            if claim and page not in options:
                options[page] = f"Sources {each.number}: {headline(claim)}"
    listed_options = [(label, Action.DETAIL, page) for page, label in options.items()]
    return tuple(listed_options[:_MOST_SOURCES])


def _carried(rest: Sequence[str]) -> str:
    """Return as many whole sentences as a button carries; the first one at least."""
    kept = rest[0]
    for sentence in rest[1:]:
        longer = f"{kept}\n{sentence}"
        if slack_length(clean(longer), is_escaped=False) > MOST_CARRIED:
            break
        kept = longer
    return kept
