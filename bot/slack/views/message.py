"""Messages: built of blocks, checked, split at sensible places, counted in lines.

Everything that is sent is checked here, and nowhere else. A posted message must stay
editable, and `chat.update` refuses text over 4,000 characters; so a part stays well
below what a post could hold. `RenderContext` is what whoever builds one may know: the
library as one clearance sees it on one day. No I/O.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from textwrap import wrap
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.blocks import (
    ContextBlock,
    MarkdownTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)

from bot.block_kit.checker import check, check_view
from bot.block_kit.limits import Surface, slack_length
from bot.block_kit.part import (
    TEXT,
    Block,
    ClaimMark,
    DrawnFigure,
    Part,
    Span,
    mrkdwn_of,
)
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing, Claim
from bot.errors import BotError
from bot.slack.views.mrkdwn import clean, italic, spoken, unescape

BLOCK_TEXT = 2_900
ENTRY_TEXT = 1_500
"""More than any line of a list should ever take."""
PART_TEXT = 3_000
PART_BLOCKS = 40
_CONTEXT_TEXT = 1_500

PHONE = 40
"""About what a phone shows of a line."""
CLAIM_LINES = 8
OVERVIEW_LINES = 14
SECTION_LINES = 22
LEAD_LINES = 14
ENTRY_LINES = 3
REFUSAL_LINES = 4

_CUT_BEHIND = tuple(map(re.compile, (r"\n\n", r"\n", r"(?<=[.!?])[_*]? ", r" ")))
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_CLAUSE_ENDS = (",", ";", ":", "–", "—")


@dataclass(frozen=True, eq=False)
class RenderContext:
    """What rendering may know: what is visible, today's date, the command's name."""

    library: SubLibrary
    today: date
    command: str = "/brief"
    is_posted: bool = False
    """Whether it goes through the outbox, which can post a plain form instead."""

    @property
    def briefings(self) -> tuple[Briefing, ...]:
        return self.library.briefings

    @property
    def is_several(self) -> bool:
        """Say whether an answer must name its briefing."""
        return len(self.library.briefings) > 1

    def briefing(self, briefing_id: str) -> Briefing | None:
        """Return a briefing by id; None where it does not exist for this audience."""
        return self.library.by_id.get(briefing_id)

    def words_of(
        self, briefing: Briefing, shown: Claim | str, *words: str
    ) -> list["ClaimWords"]:
        """Return which wording is shown in these words, so that corrections find it.

        `shown` is a claim, or the id of a claim, bottom line, summary or title; there
        is nothing to find of what is gone. `words` are mrkdwn, as they stand in the
        message and in their order there.
        """
        if isinstance(shown, str):
            claim = self.library.claim(briefing.id, shown)
            id = shown
        else:
            claim, id = shown, shown.id
        own = self.library.fingerprints[briefing.id].get(id)
        if own is None:
            return []
        entries = len(claim.revisions) if claim else 0
        mark = ClaimMark(briefing.id, id, own, entries)
        return [ClaimWords(mark, tuple(filter(None, words)))]


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """A claim that a message shows, and the words there that are its own.

    Without a `mark` they are nobody's: what follows is looked for behind them.
    """

    mark: ClaimMark | None
    words: tuple[str, ...] = ()


class UnsendableError(BotError):
    """Slack would refuse what was rendered: a bug of ours, found before it is sent."""


def message(*blocks: SdkBlock, claims: Iterable[ClaimWords] = ()) -> Part:
    """Make a `Part` of blocks, its text being all their words.

    `claims` come in the order of their words. Raise `UnsendableError` for what Slack
    refuses, in a post or when it is edited.
    """
    shown = list(claims)
    marks = tuple(dict.fromkeys(each.mark for each in shown if each.mark))
    wanted = (
        (marks.index(each.mark) if each.mark else None, words)
        for each in shown
        for words in each.words
    )
    ready = tuple(block.to_dict() for block in blocks)
    return _checked(ready, marks, _found_in_order(ready, wanted))


def drawn(
    part: Part, blocks: Iterable[Block], figures: Iterable[DrawnFigure] = ()
) -> Part:
    """Return a message that draws what it says, and keeps its plain form beside.

    Its text stays: the plain form says everything in words. `figures` say where each
    is drawn, so that a corrected one can be drawn anew.
    """
    spans = [span for span in part.spans if span.block != TEXT]
    made = _checked(part.blocks, part.claims, spans, drawn_as=blocks)
    return replace(made, drawn=tuple(figures))


def remade(part: Part, change: Callable[[tuple[Block, ...]], Iterable[Block]]) -> Part:
    """Return a message whose blocks, in both forms, are changed alike.

    It shows the same claims: the blocks with their words are kept, in their order.
    """
    plain, blocks = tuple(change(part.worded_blocks)), tuple(change(part.blocks))
    moved = _moved(part.worded_blocks, plain)
    kept = [span for span in part.spans if span.block in moved]
    spans = [replace(span, block=moved[span.block]) for span in kept]
    drawn_as = blocks if part.plain_blocks else ()
    made = _checked(plain, part.claims, spans, drawn_as=drawn_as)

    moved = _moved(part.blocks, blocks)
    figures = [figure for figure in part.drawn if figure.block in moved]
    return replace(made, drawn=tuple(replace(f, block=moved[f.block]) for f in figures))


def _moved(before: Sequence[Block], after: Sequence[Block]) -> dict[int, int]:
    """Return where the blocks that are left stand by now."""
    moved, at = {}, 0
    for number, block in enumerate(before):
        if block in after[at:]:
            moved[number] = at = after.index(block, at)
    return moved


def _found_in_order(
    blocks: Sequence[Block], wanted: Iterable[tuple[int | None, str]]
) -> list[Span]:
    """Find words one behind the other; what was cut on its way is not found."""
    places = [
        (number, element, text)
        for number, block in enumerate(blocks)
        for element, text in enumerate(mrkdwn_of(block))
    ]
    found: list[Span] = []
    first = start = 0
    for claim, words in wanted:
        for index in range(first, len(places)):
            number, element, text = places[index]
            at = text.find(words, start if index == first else 0)
            if at >= 0:
                first, start = index, at + len(words)
                if claim is not None:
                    found.append(Span(claim, number, element, at, start))
                break
    return found


def _checked(
    blocks: tuple[Block, ...],
    claims: tuple[ClaimMark, ...],
    spans: Sequence[Span],
    *,
    drawn_as: Iterable[Block] = (),
) -> Part:
    texts = {
        (number, element): text
        for number, block in enumerate(blocks)
        for element, text in enumerate(mrkdwn_of(block))
    }
    said = {place: spoken(text) for place, text in texts.items()}
    words = shorten("\n".join(said.values()), PART_TEXT)

    # The same words as they are spoken, one behind the other in what each block says.
    in_text, begin = [], 0
    for place, spoken_text in said.items():
        at = 0
        for span in spans:
            if (span.block, span.element) != place:
                continue
            own = spoken(texts[place][span.start : span.end])
            at = spoken_text.find(own, at)
            if at < 0 or begin + at + len(own) > len(words):
                break
            start = begin + at
            in_text.append(Span(span.claim, TEXT, 0, start, start + len(own)))
            at += len(own)
        begin += len(spoken_text) + 1

    drawing = tuple(drawn_as)
    for form in filter(None, (blocks, drawing)):
        refuse_unsendable(form, words)
    plain = blocks if drawing else ()
    return Part(words, drawing or blocks, claims, plain, (*spans, *in_text))


def refuse_unsendable(blocks: tuple[Block, ...], text: str) -> None:
    """Raise `UnsendableError` for what Slack refuses when a message is edited."""
    _refuse(check(blocks, text=text, surface=Surface.UPDATE))


def checked_view(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a modal or a Home that Slack takes; raise `UnsendableError` otherwise."""
    _refuse(check_view(view))
    return dict(view)


def _refuse(violations: Sequence[object]) -> None:
    if violations:
        raise UnsendableError("; ".join(map(str, violations)))


def paragraphs(mrkdwn: str) -> list[SdkBlock]:
    """Return a text as blocks that are never folded, in which Slack links nothing."""
    return [
        SectionBlock(text=MarkdownTextObject(text=text, verbatim=True), expand=True)
        for text in cut(mrkdwn, BLOCK_TEXT)
    ]


def context_block(escaped: str) -> SdkBlock:
    """Return the one small italic line below an answer."""
    words = italic(shorten(escaped, _CONTEXT_TEXT))
    return ContextBlock(elements=[MarkdownTextObject(text=words, verbatim=True)])


def preformatted(text: str) -> list[SdkBlock]:
    """Return plain text in fixed width, to be copied; it is not escaped."""
    pieces = (_halves(piece) for piece in cut(text, BLOCK_TEXT))
    parts = [RichTextElementParts.Text(text=text) for each in pieces for text in each]
    return [
        RichTextBlock(elements=[RichTextPreformattedElement(elements=[part])])
        for part in parts
    ]


def _halves(text: str) -> list[str]:
    """Cut a text in halves until each piece fits where Slack will escape it itself."""
    if slack_length(text, is_escaped=False) <= BLOCK_TEXT:
        return [text]
    half = len(text) // 2
    return [*_halves(text[:half]), *_halves(text[half:])]


def cut(text: str, most: int) -> list[str]:
    """Cut a text into pieces of at most `most` characters as Slack counts them.

    It is cut between paragraphs, else lines, sentences or words; where there is no
    such place it is cut before a character, never inside an entity or a link.
    """
    pieces = []
    rest = text.strip()
    while slack_length(rest) > most:
        end = _last_place(rest, most)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def _last_place(text: str, most: int) -> int:
    torn_entity = re.search(r"&[a-z]{0,3}$", text[:most])
    window = text[: torn_entity.start()] if torn_entity else text[:most]
    while slack_length(window) > most:
        window = window[: -max(1, (slack_length(window) - most) // 5)]

    for place in _CUT_BEHIND:
        ends = [match.end() for match in place.finditer(window)]
        ends = [end for end in ends if _is_outside_links(window, end)]
        if ends and ends[-1] > len(window) // 3:
            return ends[-1]
    is_outside = _is_outside_links(window, len(window))
    return max(1, len(window) if is_outside else window.rfind("<"))


def _is_outside_links(text: str, end: int) -> bool:
    """Say whether no link or mention goes on behind this place."""
    return text.rfind("<", 0, end) <= text.rfind(">", 0, end)


def shorten(text: str, most: int) -> str:
    """Return the text, or as much of it as fits with an ellipsis behind it."""
    return text if slack_length(text) <= most else f"{cut(text, most - 1)[0]}…"


def shorten_plain(text: str, most: int) -> str:
    """Clean a plain text and cut it at `most` characters as Slack counts them there.

    Of a text without a sign to be seen a dash is left: Slack takes no empty label.
    """
    cleaned = clean(text) or "–"
    cut_at = most
    while slack_length(cleaned[:cut_at], is_escaped=False) > most:
        cut_at -= 1
    return cleaned if cut_at >= len(cleaned) else f"{cleaned[: cut_at - 1]}…"


@dataclass(frozen=True, slots=True)
class Piece:
    """What belongs together: some mrkdwn, and the claims whose words it shows."""

    mrkdwn: str
    claims: tuple[ClaimWords, ...] = ()


def pack(pieces: Iterable[Piece]) -> list[tuple[Piece, ...]]:
    """Put pieces, in order, into as few messages as their sizes allow.

    A piece too long for any message is cut; what it shows stands on each of its cuts.
    Each message has room left for a row of controls and a context line.
    """
    cuts = (
        Piece(text, piece.claims)
        for piece in pieces
        for text in cut(piece.mrkdwn, BLOCK_TEXT)
    )
    packed: list[list[Piece]] = []
    used = 0
    for piece in cuts:
        length = slack_length(piece.mrkdwn) + 1
        is_full = used + length > PART_TEXT - 400
        if not packed or is_full or len(packed[-1]) == PART_BLOCKS - 3:
            packed.append([])
            used = 0
        packed[-1].append(piece)
        used += length
    return [tuple(part) for part in packed]


def count_lines(*mrkdwn: str) -> int:
    """Count the lines of these texts at 40 characters, empty ones included."""
    count = 0
    for line in [line for text in mrkdwn for line in text.split("\n")]:
        words = unescape(spoken(line))
        indent = "  " if words.startswith("•") else ""
        count += max(1, len(wrap(words, PHONE, subsequent_indent=indent)))
    return count


def fit_sentences(escaped: str, most_lines: int) -> str:
    """Return as many whole sentences as fit; one at least.

    A first one too long is cut behind a clause, if that leaves half of it, else behind
    a word, and never inside a link.
    """
    kept, *sentences = _SENTENCE_END.split(escaped)
    for sentence in sentences:
        if count_lines(f"{kept} {sentence}") > most_lines:
            break
        kept = f"{kept} {sentence}"
    if count_lines(kept) <= most_lines:
        return kept

    words = kept.split(" ")
    while len(words) > 1 and (
        count_lines(" ".join(words) + "…") > most_lines
        or " ".join(words).count("<") > " ".join(words).count(">")
    ):
        words.pop()
    ends = range(len(words), len(words) // 2, -1)
    clause = next((end for end in ends if words[end - 1].endswith(_CLAUSE_ENDS)), None)
    said = " ".join(words[:clause]).rstrip(",;:–— ") or kept
    if count_lines(said) > most_lines:
        # It is one word, such as a key or an address that somebody pasted.
        said = shorten(said, most_lines * PHONE)
    return said.removesuffix("…") + "…"


def fit_lines(lines: Sequence[str], most_lines: int) -> int:
    """Return how many of these lines fit, counted from the first; at least one.

    Of no lines none fits.
    """
    used = 0
    for index, line in enumerate(lines):
        used += count_lines(line)
        if used > most_lines:
            return max(1, index)
    return len(lines)


def listed(names: Sequence[str]) -> str:
    """Return names, one at least, as in a sentence: "lessons, troops and Wonsan"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
