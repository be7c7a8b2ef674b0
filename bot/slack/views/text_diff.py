"""What a claim said before, in the fewest words: "was 4,000, is 4,700". No I/O."""

from bot.slack.views.mrkdwn import clean, escape

_FEW = 5
"""A difference of more words than this is told as the whole earlier text."""


def text_diff(was: str, now: str) -> str:
    """Return, escaped, "was 17, is 11", or the earlier words in quotes.

    What both texts share at the start and at the end goes unsaid. A fragment that
    shares nothing with the text, such as "4,000", is said as it stands.
    """
    earlier, later = clean(was).split(), clean(now).split()
    start = _shared(earlier, later)
    end = _shared(earlier[start:][::-1], later[start:][::-1])
    gone, come = _middle(earlier, start, end), _middle(later, start, end)
    if start + end and _is_short(gone) and _is_short(come):
        return f"was {escape(gone)}, is {escape(come)}"
    return f"was {escape(was)}" if len(earlier) < _FEW else f"was “{escape(was)}”"


def _shared(earlier: list[str], later: list[str]) -> int:
    pairs = zip(earlier, later, strict=False)
    differing = (at for at, (was, now) in enumerate(pairs) if was != now)
    return next(differing, min(len(earlier), len(later)))


def _middle(words: list[str], start: int, end: int) -> str:
    return " ".join(words[start : len(words) - end]).rstrip(".,;:")


def _is_short(words: str) -> bool:
    return 0 < len(words.split()) <= _FEW
