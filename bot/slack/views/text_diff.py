"""What a claim said before, in the fewest words: "was 4,000, is 4,700". No I/O."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.briefing.moved_marks import MovedMark
from bot.slack.views.mrkdwn import clean, escape

_FEW = 5
"""A difference of more words than this is told as the whole earlier text."""
_MOST_PLACES = 3
"""Texts that differ in more places than this, or share less than half of their words,
are told by all that lies between the first place and the last."""
_WORD = re.compile(r"(?<!\S)[^\s\d]*\d{1,3}(?: \d{3})+(?!\d)\S*|\S+")
"""A number in groups of three, such as "4 000", is one word."""
_SOMETHING = re.compile(r"\w")
_OPENING = "\"'(["
_CLOSING = "\"')].,;:!?"
"""Signs around words that may stand beside a mark of Slack's emphasis. Of typographic
quotation marks Slack does not say so: where these are at a wrong word they are struck
with it."""
_QUOTES = "“”„‘’«»"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that two texts share, or what one has where the other has something else.

    `is_joined` where no blank stands before it.
    """

    was: str
    now: str
    is_joined: bool = False

    @property
    def is_shared(self) -> bool:
        return self.was == self.now


def stretches(was: str, now: str) -> list[Stretch]:
    """Return both texts, cleaned, as what they share and what differs, in order.

    Places that differ with a single word between them are one. Signs around words that
    both have there, such as a bracket, are shared.
    """
    earlier, later = (_WORD.findall(clean(text)) for text in (was, now))
    found: list[Stretch] = []
    for same, gone, come in _places(earlier, later):
        if same:
            found.append(Stretch(" ".join(same), " ".join(same)))
        if gone or come:
            found += _without_signs(" ".join(gone), " ".join(come))
    return found


def _places(
    earlier: list[str], later: list[str]
) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Yield shared words with what differs behind them, from the texts' beginning."""
    matcher = SequenceMatcher(None, earlier, later, autojunk=False)
    blocks = [each for each in matcher.get_matching_blocks() if each.size > 1]
    start = _shared(earlier, later)
    end = _shared(earlier[start:][::-1], later[start:][::-1])
    inner = [
        each
        for each in blocks
        if start <= each.a
        and start <= each.b
        and each.a + each.size <= len(earlier) - end
        and each.b + each.size <= len(later) - end
    ]
    longest = max(len(earlier), len(later))
    shared = start + end + sum(each.size for each in inner)
    if len(inner) >= _MOST_PLACES or 2 * shared < longest:
        inner = []

    same, a, b = earlier[:start], start, start
    for each in inner:
        yield same, earlier[a : each.a], later[b : each.b]
        same = earlier[each.a : each.a + each.size]
        a, b = each.a + each.size, each.b + each.size
    yield same, earlier[a : len(earlier) - end], later[b : len(later) - end]
    yield earlier[len(earlier) - end :] if end else [], [], []


def _shared(earlier: list[str], later: list[str]) -> int:
    pairs = zip(earlier, later, strict=False)
    differing = (at for at, (was, now) in enumerate(pairs) if was != now)
    return next(differing, min(len(earlier), len(later)))


def _without_signs(gone: str, come: str) -> list[Stretch]:
    """Take the signs from both ends that stand in both."""
    start = end = 0
    shorter = min(len(gone), len(come)) - 1
    while start < shorter and gone[start] == come[start] and gone[start] in _OPENING:
        start += 1
    while (
        end < shorter - start
        and gone[-end - 1] == come[-end - 1]
        and gone[-end - 1] in _CLOSING
    ):
        end += 1
    head, tail = gone[:start], gone[len(gone) - end :]
    middle = Stretch(
        gone[start : len(gone) - end],
        come[start : len(come) - end],
        is_joined=bool(head),
    )
    before = [Stretch(head, head)] if head else []
    behind = [Stretch(tail, tail, is_joined=True)] if tail else []
    return [*before, middle, *behind]


def text_diff(was: str, now: str) -> str:
    """Return, escaped, "was 17, is 11", or the earlier words in quotes.

    What both texts share goes unsaid; of equal ones there is nothing to say. A fragment
    that shares nothing with the text, such as "4,000", is said as it stands.
    """
    found = stretches(was, now)
    moved = [each for each in found if not each.is_shared]
    if not moved:
        return ""
    # A full stop that both end with makes no fragment of the other.
    shares = any(_SOMETHING.search(each.was) for each in found if each.is_shared)
    pairs = [_bare(each) for each in moved]
    if shares and all(_is_short(gone) and _is_short(come) for gone, come in pairs):
        told = (f"was {escape(gone)}, is {escape(come)}" for gone, come in pairs)
        return "; ".join(told)
    is_fragment = len(clean(was).split()) < _FEW
    return f"was {escape(was)}" if is_fragment else f"was “{escape(was)}”"


def said_of_marks(moved: Iterable[MovedMark]) -> str:
    """Say, escaped, "kind was estimate, is reported"; nothing where none moved."""
    return "; ".join(
        f"{escape(each.what)} was {escape(each.was)}, is {escape(each.now)}"
        for each in moved
    )


def _bare(differing: Stretch) -> tuple[str, str]:
    """Return the words without quotation marks that both have, and what ends them."""
    gone, come = (words.rstrip(".,;:") for words in (differing.was, differing.now))
    if gone[:1] == come[:1] and gone[:1] in _QUOTES:
        gone, come = gone[1:], come[1:]
    if gone[-1:] == come[-1:] and gone[-1:] in _QUOTES:
        gone, come = gone[:-1], come[:-1]
    return gone, come


def _is_short(words: str) -> bool:
    return 0 < len(words.split()) <= _FEW
