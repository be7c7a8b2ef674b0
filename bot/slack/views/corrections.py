"""Corrections: a message edited in its wrong words alone, a note, a word to who asked.

No I/O.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.block_kit.checker import check
from bot.block_kit.limits import Surface, slack_length
from bot.block_kit.part import TEXT, Block, Part, Span, mrkdwn_of
from bot.briefing.verdicts import Verdict
from bot.corrections.model import HistoryLine, Replacement, ToldCorrection
from bot.slack.views.figures import redrawn
from bot.slack.views.message import (
    ClaimWords,
    UnsendableError,
    message,
    paragraphs,
    refuse_unsendable,
)
from bot.slack.views.mrkdwn import (
    bold,
    clean,
    escape,
    italic,
    spoken,
    strike,
    unescape,
)
from bot.slack.views.text_diff import said_of_marks, stretches, text_diff
from bot.slack.views.times import say_day

Place = tuple[int, int]
"""A block's number and an element's in it, as spans have them."""

NOT_FOUND = "Its words do not stand in it just once."
TOO_LONG = "With its correction it is longer than Slack lets a message be."
TAKEN_BACK = "[taken back]"
WAS_WRONG = "What stood here was wrong and is taken back."
FOR_FEWER = (
    "Withdrawn on {day}: what stood here is for fewer people than read this channel "
    "now."
)
_NO_LONGER = "An earlier correction was taken back."
_MOST_LINES = 3
_MOST_TOLD = 5
_WORDS = 4
"""The first forms of a claim are its words; then come its marks."""
_FIGURES = 10
"""From here on the forms are figures."""
_SECTION_TEXT = 2_990
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class SlackCorrectionRenderer:
    """A `CorrectionRenderer` for messages of blocks."""

    def edit(self, part: Part, replacements: tuple[Replacement, ...]) -> Part:
        """Replace words where they stand, and draw corrected figures anew.

        What cannot be drawn with them gives way to what it says in words. Raise
        `UnsendableError` where the words cannot be found, or Slack would refuse the
        message with what it says more.
        """
        draft = _Draft.of(part)
        for replacement in replacements:
            spans = draft.spans_of(replacement.claim)
            if not part.spans:
                spans = draft.find_once(replacement)
            for span in spans:
                draft.replace(span, replacement)
            if lines := _lines(replacement):
                draft.add_lines(spans, lines)
        worded = draft.finished()
        if not part.plain_blocks:
            return worded
        lines = [line for each in replacements for line in _lines(each)]
        drawing = redrawn(part, replacements, lines)
        if not drawing or check(drawing, text=worded.text, surface=Surface.UPDATE):
            return worded
        return replace(worded, blocks=tuple(drawing), plain_blocks=worded.blocks)

    def take_back(self, part: Part, on: date) -> Part:
        """Say of a message that not even its wrong words may stand there any more."""
        return message(*paragraphs(_line(Verdict.CORRECTED, on, WAS_WRONG)))

    def for_fewer(self, part: Part, on: date) -> Part:
        """Say of a message that what stood there is for fewer people."""
        words = FOR_FEWER.format(day=say_day(on))
        return message(*paragraphs(italic(escape(words))))

    def note(
        self, told: tuple[ToldCorrection, ...], *, said_on: date, what: str, ending: str
    ) -> Part:
        """Say what was wrong and what is right, in the thread of the message."""
        opening = f"✏️ {bold('Correction.')} On {say_day(said_on)} this {what} said"
        return _told(opening, told, ending, one=_note_words)

    def tell(
        self, told: tuple[ToldCorrection, ...], *, said_on: date, ending: str
    ) -> Part:
        """Say what is right and was wrong, to somebody who asked."""
        opening = f"✏️ {bold('Correction')} to my answer of {say_day(said_on)}"
        return _told(f"{opening}:", told, ending, one=_tell_words)


def _told(
    opening: str,
    told: Sequence[ToldCorrection],
    ending: str,
    *,
    one: Callable[[ToldCorrection], str],
) -> Part:
    said = [one(each) for each in told[:_MOST_TOLD]]
    left = len(told) - len(said)
    more = [f"• {left:,} more"] if left else []
    if len(told) == 1:
        words = " ".join(filter(None, (opening, said[0], escape(ending))))
    else:
        lines = [opening.removesuffix(":") + ":", *(f"• {each}" for each in said)]
        words = "\n".join([*lines, *more, *([escape(ending)] if ending else [])])
    claims = [
        ClaimWords(each.mark, (escape(each.now),))
        for each in told[:_MOST_TOLD]
        if not each.withheld
    ]
    return message(*paragraphs(words), claims=claims)


def _note_words(told: ToldCorrection) -> str:
    if told.withheld:
        return "something that was wrong and is taken back."
    was = f"“{escape(told.was)}”"
    if told.lines[-1].kind is Verdict.WITHDRAWN:
        return f"{was} That is withdrawn. {_because(told.lines[-1:])}"
    wrong, later = _until_update(told.lines)
    right = wrong[-1].now
    marks = said_of_marks(wrong[-1].moved)
    said = []
    if told.was != right:
        said.append(f"Right {'was' if later else 'is'}: “{escape(right)}”")
    elif wrong[-1].stands_again:
        said.append("That was withdrawn, and stands again.")
    elif not marks:
        said.append("These words stand; something that goes with them was wrong.")
    if marks:
        said.append(f"Wrong in it: {marks}.")
    words = was, *said, _because(wrong), *map(_history_line, later)
    return " ".join(filter(None, words))


def _tell_words(told: ToldCorrection) -> str:
    if told.withheld:
        return "something in it was wrong and is taken back."
    if told.lines[-1].kind is Verdict.WITHDRAWN:
        return f"“{escape(told.was)}” is withdrawn. {_because(told.lines[-1:])}"
    wrong, later = _until_update(told.lines)
    differs = _differs(replace(wrong[-1], was=told.was))
    said = f"“{escape(told.now)}”" + (f" ({differs})." if differs else "")
    words = said, _because(wrong), *map(_history_line, later)
    return " ".join(filter(None, words))


def _until_update(
    lines: Sequence[HistoryLine],
) -> tuple[Sequence[HistoryLine], Sequence[HistoryLine]]:
    """Part what was wrong from the updates that came after it: these are no error."""
    wrong = [at for at, line in enumerate(lines) if line.kind is not Verdict.OUTDATED]
    end = wrong[-1] + 1
    return lines[:end], lines[end:]


def _because(lines: Sequence[HistoryLine]) -> str:
    """Give each reason once, in the order of the entries."""
    reasons = [
        _NO_LONGER if line.kind is Verdict.TAKEN_BACK else escape(line.because)
        for line in lines
        if line.kind is not Verdict.OUTDATED
    ]
    return " ".join(dict.fromkeys(filter(None, reasons)))


def _differs(line: HistoryLine) -> str:
    """Say what was wrong and what is right of it; empty if nothing is known."""
    again = "was withdrawn, stands again" if line.stands_again else ""
    words = text_diff(line.was, line.now), said_of_marks(line.moved)
    return "; ".join(filter(None, (again, *words)))


def _lines(replacement: Replacement) -> list[str]:
    if replacement.withheld:
        return [_line(each.kind, each.on, WAS_WRONG) for each in replacement.lines[:1]]
    return [_history_line(line) for line in replacement.lines[-_MOST_LINES:]]


def _history_line(line: HistoryLine) -> str:
    """Say what was wrong, and what is right, beside the words that are struck."""
    because = escape(line.because)
    if line.kind is Verdict.WITHDRAWN:
        return _line(line.kind, line.on, because)
    if line.kind is Verdict.TAKEN_BACK:
        because = _NO_LONGER
    differs = _differs(line)
    said = f"{differs}." if differs else ""
    return _line(line.kind, line.on, " ".join(filter(None, (said, because))))


def _line(kind: Verdict, on: date, words: str) -> str:
    day = say_day(on)
    label = f"✏️ {bold(f'CORRECTED {day}:')}"
    if kind is Verdict.OUTDATED:
        label = bold(f"Updated {day}:")
    elif kind is Verdict.WITHDRAWN:
        label = f"✏️ {bold(f'WITHDRAWN {day}.')}"
    return f"{label} {words}"


@dataclass
class _Draft:
    """A message while its words are replaced; what is not touched stays as it is."""

    part: Part
    texts: dict[Place, str]
    spans: list[Span]
    changed: dict[Span, str] = field(default_factory=dict)
    lines: dict[Place, list[tuple[int, str]]] = field(default_factory=dict)
    below: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, part: Part) -> "_Draft":
        texts = {
            (number, element): text
            for number, block in enumerate(part.worded_blocks)
            for element, text in enumerate(mrkdwn_of(block))
        }
        return cls(part, texts | {(TEXT, 0): part.text}, list(part.spans))

    def spans_of(self, claim: int) -> list[Span]:
        return [span for span in self.spans if span.claim == claim]

    def find_once(self, replacement: Replacement) -> list[Span]:
        """Find where words of an earlier release's message stand, and nowhere else."""
        for form in filter(None, map(clean, replacement.was[:_WORDS])):
            blocks = list(self._found(replacement.claim, form, in_blocks=True))
            texts = list(self._found(replacement.claim, form, in_blocks=False))
            if len(blocks) == 1 and len(texts) == 1:
                found = [*blocks, *texts]
                if any(_overlap(each, other) for each in found for other in self.spans):
                    raise UnsendableError(NOT_FOUND)
                self.spans += found
                return found
            if blocks:
                break
        raise UnsendableError(NOT_FOUND)

    def _found(self, claim: int, form: str, *, in_blocks: bool) -> Iterator[Span]:
        marked = r"[*_~]*"
        words = (re.escape(escape(word)) for word in form.split())
        pattern = rf"(?<![\w.,]){rf'{marked} {marked}'.join(words)}(?![\w])"
        for (block, element), text in self.texts.items():
            if (block != TEXT) is in_blocks:
                for match in re.finditer(pattern, text):
                    start, end = _with_marks(text, *match.span())
                    yield Span(claim, block, element, start, end)

    def replace(self, span: Span, replacement: Replacement) -> None:
        """Set other words in place of these, if they differ."""
        words = self.texts[span.block, span.element][span.start : span.end]
        if replacement.withheld:
            self.changed[span] = TAKEN_BACK
            return
        was = unescape(spoken(words))
        now = _now_words(was, replacement)
        if now == was:
            return
        in_text = span.block == TEXT
        self.changed[span] = escape(now or was) if in_text else _struck(was, now)

    def add_lines(self, spans: Sequence[Span], lines: list[str]) -> None:
        """Say why on the line below the words; below everything if none stand there."""
        in_blocks = [span for span in spans if span.block != TEXT]
        in_text = [span for span in spans if span.block == TEXT]
        for first in (in_blocks[:1], in_text[:1]):
            if not first:
                continue
            place = first[0].block, first[0].element
            end = self.texts[place].find("\n", first[0].end)
            at = len(self.texts[place]) if end < 0 else end
            said = lines if place[0] != TEXT else [spoken(line) for line in lines]
            self.lines.setdefault(place, []).extend((at, line) for line in said)
        if not in_blocks:
            self.below += lines
        if not in_text:
            at = len(self.texts[TEXT, 0])
            last = [(at, spoken(line)) for line in lines]
            self.lines.setdefault((TEXT, 0), []).extend(last)

    def finished(self) -> Part:
        blocks: list[Block] = []
        spans: list[Span] = []
        last_section = 0
        for number, block in enumerate(self.part.worded_blocks):
            made = {
                place: self._made(place) for place in self.texts if place[0] == number
            }
            after: list[str] = []
            for place, (text, own, lines) in made.items():
                added = _with_lines(text, lines)
                fits = slack_length(added[0]) <= _SECTION_TEXT
                if block["type"] == "section" and fits:
                    text, own = added[0], [added[1](span) for span in own]
                else:
                    after += [line for _, line in lines]
                made[place] = text, own, []
                spans += [_at_block(span, len(blocks)) for span in own]
            blocks.append(_reworded(block, [text for text, _, _ in made.values()]))
            blocks += [each.to_dict() for line in after for each in paragraphs(line)]
            if block["type"] == "section":
                last_section = len(blocks)
        below = [each.to_dict() for line in self.below for each in paragraphs(line)]
        blocks[last_section:last_section] = below
        spans = [
            _at_block(s, s.block + len(below)) if s.block >= last_section else s
            for s in spans
        ]

        text, own, lines = self._made((TEXT, 0))
        whole, shifted = _with_lines(text, lines)
        spans += map(shifted, own)
        try:
            refuse_unsendable(tuple(blocks), whole)
        except UnsendableError as exc:
            raise UnsendableError(TOO_LONG) from exc
        return Part(whole, tuple(blocks), self.part.claims, spans=tuple(spans))

    def _made(self, place: Place) -> tuple[str, list[Span], list[tuple[int, str]]]:
        """Return a text with its words replaced, where they stand, and its lines."""
        text, made, at = self.texts[place], "", 0
        own: list[Span] = []
        moved: list[tuple[int, int]] = []
        here = (s for s in self.spans if (s.block, s.element) == place)
        for span in sorted(here, key=lambda span: span.start):
            made += text[at : span.start]
            start = len(made)
            made += self.changed.get(span, text[span.start : span.end])
            own.append(Span(span.claim, *place, start, len(made)))
            at = span.end
            moved.append((span.end, len(made) - span.end))
        made += text[at:]
        lines = []
        for where, line in self.lines.get(place, []):
            by = [moved_by for end, moved_by in moved if end <= where]
            lines.append((where + (by[-1] if by else 0), line))
        return made, own, lines


def _with_lines(text: str, lines: Sequence[tuple[int, str]]) -> tuple[str, "_Shift"]:
    """Insert lines behind these places, and say how what stands behind them moves."""
    made, at = "", 0
    inserted: list[tuple[int, int]] = []
    for where, line in sorted(lines, key=lambda each: each[0]):
        made += f"{text[at:where]}\n{line}"
        inserted.append((where, len(line) + 1))
        at = where
    return made + text[at:], _Shift(tuple(inserted))


@dataclass(frozen=True)
class _Shift:
    inserted: tuple[tuple[int, int], ...]

    def __call__(self, span: Span) -> Span:
        by = sum(length for where, length in self.inserted if where <= span.start)
        place = span.claim, span.block, span.element
        return Span(*place, span.start + by, span.end + by)


def _at_block(span: Span, block: int) -> Span:
    return Span(span.claim, block, span.element, span.start, span.end)


def _reworded(block: Block, texts: Sequence[str]) -> Block:
    if block["type"] == "section":
        return {**block, "text": {**block["text"], "text": texts[0]}}
    if block["type"] == "context":
        elements = zip(block["elements"], texts, strict=True)
        return {
            **block,
            "elements": [{**each, "text": text} for each, text in elements],
        }
    return block


def _now_words(was: str, replacement: Replacement) -> str:
    """Return what these words of a claim are by now; empty if they are struck alone.

    Words that were cut, to so many sentences or at a word, are compared as far as they
    went.
    """
    forms = [unescape(spoken(escape(form))) for form in replacement.was]
    now = [clean(form) for form in replacement.now]
    if was in filter(None, forms):
        at = forms.index(was)
        if not now:
            return was if _WORDS <= at < _FIGURES else ""
        return now[at] if at < len(now) else ""
    numbers = {clean(number): moved for number, moved in replacement.numbers.items()}
    if was in numbers:
        if now and not numbers[was]:
            raise UnsendableError(NOT_FOUND)
        return clean(numbers[was]) if now else ""
    kept = was.removesuffix("…").rstrip(",;: ")
    for at, form in enumerate(forms):
        if kept and form.startswith(kept):
            if not now:
                return ""
            if was.endswith("…"):
                return now[min(_WORDS, len(now)) - 1]
            sentences = len(_SENTENCE_END.split(was))
            return " ".join(_SENTENCE_END.split(now[at])[:sentences])
    raise UnsendableError(NOT_FOUND)


def _struck(was: str, now: str) -> str:
    """Strike what is wrong and set beside it, in bold, what is right."""
    if not now:
        return strike(escape(was))
    made = ""
    for each in stretches(was, now):
        words = [escape(each.was)]
        if not each.is_shared:
            words = [strike(escape(each.was)), bold(escape(each.now))]
        blank = "" if each.is_joined or not made else " "
        made += blank + " ".join(filter(None, words))
    return made


def _overlap(one: Span, other: Span) -> bool:
    is_here = (one.block, one.element) == (other.block, other.element)
    return is_here and one.start < other.end and other.start < one.end


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the signs of emphasis that these words open and close with."""
    inside = text[start:end]
    for sign in "*_~":
        if inside.count(sign) % 2:
            if start and text[start - 1] == sign:
                start -= 1
            elif text[end : end + 1] == sign:
                end += 1
    while start and text[start - 1] in "*_~" and text[end : end + 1] == text[start - 1]:
        start, end = start - 1, end + 1
    return start, end
