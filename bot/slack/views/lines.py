"""How many lines a text takes on a phone, and how many it may take. No I/O."""

import re
from collections.abc import Sequence
from textwrap import wrap

from bot.slack.views.mrkdwn import spoken, unescape

PHONE = 40
"""About what a phone shows of a line."""
CLAIM_LINES = 8
OVERVIEW_LINES = 14
SECTION_LINES = 22
LEAD_LINES = 14
ENTRY_LINES = 3
REFUSAL_LINES = 4

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def count_lines(mrkdwn: str) -> int:
    """Count the lines of a text at 40 characters, empty ones included."""
    return sum(_wrapped(line) for line in mrkdwn.split("\n"))


def _wrapped(line: str) -> int:
    words = unescape(spoken(line))
    indent = "  " if words.startswith("•") else ""
    return max(1, len(wrap(words, PHONE, subsequent_indent=indent)))


def fit_sentences(escaped: str, most_lines: int) -> str:
    """Return as many whole sentences as fit; a first one too long is cut at a word."""
    sentences = _SENTENCE_END.split(escaped)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if count_lines(f"{kept} {sentence}") > most_lines:
            return kept
        kept = f"{kept} {sentence}"
    return kept if count_lines(kept) <= most_lines else _cut(kept, most_lines)


def _cut(sentence: str, most_lines: int) -> str:
    words = sentence.split(" ")
    while len(words) > 1 and count_lines(" ".join(words) + "…") > most_lines:
        words.pop()
    return " ".join(words).rstrip(",;:") + "…"


def fit_lines(lines: list[str], most_lines: int) -> int:
    """Return how many of these lines fit, counted from the first; at least one."""
    used = 0
    for index, line in enumerate(lines):
        used += count_lines(line)
        if used > most_lines:
            return max(1, index)
    return len(lines)


def listed(names: Sequence[str]) -> str:
    """Return names, one at least, as in a sentence: "lessons, troops and Wonsan"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
