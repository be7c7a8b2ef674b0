"""Slack's mrkdwn, read and written: escaping, emphasis, tokens, plain words. No I/O."""

import re
import unicodedata

from bot.block_kit.limits import slack_length

_LONGEST_LINK = 1_400
"""What fits into any line that is shortened to a list's."""
_BLANKS = re.compile(r"\s+")
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_MENTION = re.compile(r"<[@#!][^>]*>")
_ESCAPED_TOKEN = re.compile(
    r"&lt;(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!date\^\d+\^[^|&\n]+\|[^|&\n]+)&gt;"
)
_NO_MARK = "\u200b"
"""A blank without width: Slack takes a mark that has one inside of it as a sign."""
_EMPHASIS = re.compile(
    rf"(?<![\w*_~])([*_~])(?=[^\s{_NO_MARK}])([^\n]*?[^\s{_NO_MARK}])\1(?![\w*_~])"
)
_OPENS = re.compile(r"(?<![^\W_])([*_~`])(?=\S)")
_CLOSES = re.compile(rf"(?<=[^\s{_NO_MARK}])([*_~`])(?![^\W_])")


def clean(text: str) -> str:
    """Return the text on one line, without control and direction characters.

    Emoji and scripts that join letters keep their joiners; an override of the writing
    direction would let a text show other words than it holds.
    """
    visible = (c for c in _BLANKS.sub(" ", text) if not _is_hidden(c))
    return "".join(visible).strip()


def _is_hidden(char: str) -> bool:
    if char.isascii():
        return not char.isprintable()
    hidden = ("Cc", "Cs")
    return (
        unicodedata.category(char) in hidden or char in _DIRECTIONS or char == _NO_MARK
    )


_DIRECTIONS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def escape(text: str) -> str:
    """Clean a text and escape `&`, `<` and `>`: Slack asks for these and no others.

    Nothing in the result is a mention, a channel or a link, and nothing is bold, struck
    or code: Slack has no escape for `*`, `_`, `~` and backticks.
    """
    cleaned = _OPENS.sub(rf"\1{_NO_MARK}", clean(text))
    return _escape_signs(_CLOSES.sub(rf"{_NO_MARK}\1", cleaned))


def _escape_signs(cleaned: str) -> str:
    return cleaned.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_notice(text: str) -> str:
    """Escape a line all but `<@U…>`, `<#C…>`, `<!date…>` and our own marks."""
    return _ESCAPED_TOKEN.sub(r"<\1>", _escape_signs(clean(text)))


def mention(id: str) -> str:
    """Name a person or a channel by id as Slack shows them; a person is notified."""
    return f"<#{id}>" if id[:1] in ("C", "G") else f"<@{id}>"


def date_token(timestamp: int, shown: str, words: str) -> str:
    """Return an instant that each reader sees in their own zone.

    The escaped `words` stand where Slack's token is not understood.
    """
    return f"<!date^{timestamp}^{shown}|{words}>"


def quote(words: str, most: int = 60) -> str:
    """Return somebody's own words, escaped, in quotes and cut to `most` characters."""
    cleaned = clean(words)
    cut = cleaned if len(cleaned) <= most else f"{cleaned[: most - 1].rstrip()}…"
    return f"“{escape(cut)}”"


def bold(escaped: str) -> str:
    """Make an escaped text bold; nothing stays nothing."""
    return f"*{escaped}*" if escaped else ""


def italic(escaped: str) -> str:
    """Make an escaped text italic; nothing stays nothing."""
    return f"_{escaped}_" if escaped else ""


def strike(escaped: str) -> str:
    """Strike an escaped text; words beside it must say so too."""
    return f"~{escaped}~" if escaped else ""


def link(url: str, label: str) -> str:
    """Make a link of a curator's link field; the URL was checked when it was loaded.

    One too long to be kept in one piece is left as its label.
    """
    made = f"<{url.replace('&', '&amp;')}|{escape(label)}>"
    return made if slack_length(made) <= _LONGEST_LINK else escape(label)


def spoken(mrkdwn: str) -> str:
    """Return the words as they are read, still escaped: no marks, links spelt out."""
    plain = _LINK.sub(r"\2 (\1)", mrkdwn)
    for _ in range(2):
        plain = _EMPHASIS.sub(r"\2", plain)
    return plain


def written(mrkdwn: str) -> str:
    """Return the words of somebody's message: links spelt out, mentions left out."""
    plain = _LINK.sub(r"\2", mrkdwn)
    return clean(unescape(spoken(_MENTION.sub(" ", plain))))


def unescape(escaped: str) -> str:
    """Return what a person sees of an escaped text."""
    plain = escaped.replace(_NO_MARK, "").replace("&lt;", "<").replace("&gt;", ">")
    return plain.replace("&amp;", "&").strip()
