"""What a person wrote, read down to the words that ask. No I/O.

One reading for commands, messages, mentions, the shortcut and the terminal. It knows
Slack's marks and those of plain text, and leaves small talk and verbs to others.
"""

import re
import unicodedata

_LONGEST = 4_000
"""Characters that are read; what is behind them is no question any more."""
_MOST_LAYERS = 20
"""How often what is uncovered is read once more: nobody wraps a question so often."""
_LINK = re.compile(r"<(?:https?:|mailto:|tel:)[^|>\s]*(?:\|([^>]*))?>")
_REFERENCE = re.compile(r"<[#!][^|>]*(?:\|([^>]*))?>|<@[^>]*>")
_ADDRESS = re.compile(
    r"\b(?:https?://|www\.)\S+|(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|"
    r"\b(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|gov|edu|io|info|int|eu|uk|de|fr)"
    r"(?:/\S*)?(?![\w.])",
    re.IGNORECASE,
)
_EMOJI_CODE = re.compile(
    r":(?=[a-z0-9_+'-]*[a-z+])[a-z0-9_+'-]{1,80}:(?:skin-tone-\d:)?"
)
_QUOTED = re.compile(r"^\s*(?:>|&gt;)+\s?")
_FORWARDED = re.compile(
    r"^\s*(?:-{2,} ?(?:original|forwarded) message|on .{5,80} wrote:$|from: .+@)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"^\s*(?:(?:--|—|__+)\s*$|(?:sent (?:from|via|using) (?:my |the )?\w+|"
    r"get outlook for|(?:best|kind|warm|many|with)(?: \w+){0,2} (?:regards|wishes)|"
    r"regards|best|cheers|sincerely(?: yours)?|yours(?: \w+)?|all the best|br|"
    r"(?:many )?thanks(?: again| in advance)?|thank you(?: in advance)?|thx)(?!\w)"
    r"[\s,.!:–-]*(?P<rest>.*)$)",
    re.IGNORECASE,
)
_HELLO = (
    r"(?:hello|hi|hiya|hey|howdy|dear|greetings|good (?:morning|afternoon|evening|day))"
    r"(?: (?:there|all|everyone|everybody|team|folks|both|bot|brief|colleagues|again))*"
)
_EXCUSE = (
    r"sorry (?:to (?:bother|disturb|trouble)(?: you)?|for (?:bothering|disturbing)"
    r"(?: you)?)(?: again)?(?:,? but)?|apologies|excuse me|fyi|btw|by the way|"
    r"ok(?:ay)?|(?:just )?(?:a |one |another )?(?:very )?"
    r"(?:(?:quick|short|small|stupid|silly|simple|random|last|general) )?"
    r"(?:question|one|q|query)(?: for you)?(?=\s*[:,–—-])|"
    r"(?:so|well|um+|hmm+),|please|(?:morning|afternoon|evening)(?=\s*[!,.])|"
    r"would you mind (?:telling|showing|letting) (?:me|us)(?: know)?(?= \w)"
)
_PREFACE = re.compile(rf"^[\s*_~]*(?:{_HELLO}|{_EXCUSE})\b[\s,.!:;–—-]*", re.IGNORECASE)
_AFTERWORD = re.compile(
    r"[\s,.!–—-]*\b(?:(?:many )?thanks(?: (?:a lot|in advance|so much|again))*|"
    r"thank you(?: (?:very much|so much|in advance))*|thx|cheers|please|pls|"
    r"(?:is (?:that|this|it) )?(?:right|correct|accurate)(?=\s*\?))"
    r"(?P<end>[\s.!?]*)$",
    re.IGNORECASE,
)
_SIGNED_BEHIND = re.compile(
    r"(?<=[.!?])\s+(?i:(?:(?:best|kind|warm|many) )?(?:regards|wishes|thanks)|cheers|"
    r"best|thanks|thank you|yours)\s*,\s*(?:[A-Z][\w'’-]*[\s.]*){1,2}$"
)
"""A signature on the line of the question: "… were killed? Cheers, Ana"."""
_IS_THAT_RIGHT = re.compile(
    r"[.!]\s+(?:(?:is (?:that|this|it|all that) )?(?:right|correct|accurate))\s*\?\s*$",
    re.IGNORECASE,
)
"""Asks about the sentences before it, and is no afterword to one of them."""
_IS_SOMEBODY_RIGHT = re.compile(
    r"^(?i:is|are|was|were)(?: the)?(?: [A-Z][\w'’-]*)+ "
    r"(?:right|correct|accurate)\s*\?$"
)
"""Asks of a name how far it is to be trusted."""
WISH_TO_CHECK = re.compile(
    r"(?:[\w'’-]+[\s,]+){0,6}?(?:(?:fact|double)[ -])?(?:check|verify|proofread|"
    r"right|true|correct|accurate)(?:[\s,]+[\w'’-]+){0,4}[\s:?!.–—-]*",
    re.IGNORECASE,
)
"""A few words that say no more than that something is to be checked."""
_NOTHING_BUT_WORDS = re.compile(r"(?:[a-z0-9]+ )*[a-z0-9]+\??", re.IGNORECASE)
"""A line in which there is nothing to be read off but politeness: most of them."""
_MARKS = re.compile(r"(?<![\w*_~`])[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?![\w*_~`])")


def words_that_ask(text: str) -> str:
    """Return the words that ask, on one line; empty where no words are left."""
    return " ".join(words_as_written(text).split())


def words_as_written(text: str) -> str:
    """Return the words that ask, in their lines; empty where no words are left.

    1. Invisible characters go, and every blank is a blank.
    2. Lines that quote or forward somebody count only where nothing else stands, or
       only the wish to have them checked, and a signature only where nothing stands
       before it.
    3. Addresses, mentions and emoji codes are no words; a link's label is.
    4. A greeting or an excuse before the question goes, and thanks behind it, or the
       "right?" of somebody who checks what they know, as long as something is left.
    """
    text = text[:_LONGEST]
    read = _without_politeness if _NOTHING_BUT_WORDS.fullmatch(text) else _read_once
    # What is uncovered may be read once more: a quotation in a code mark, say.
    for _ in range(_MOST_LAYERS):
        if (asked := read(text)) == text:
            break
        text = asked
    return text


def _read_once(text: str) -> str:
    lines = [visible(line) for line in text.splitlines()]
    own = _before_signature([line for line in lines if not _QUOTED.match(line)])
    asked = _plain(own)
    is_wish = len(own) < len(lines) and WISH_TO_CHECK.fullmatch(asked)
    if is_wish or not _has_words(asked):
        asked = _plain([_QUOTED.sub("", line) for line in lines])
    if not _has_words(asked):
        return ""

    return _without_politeness(asked)


def _without_politeness(asked: str) -> str:
    while (shorter := _PREFACE.sub("", asked, count=1)) != asked:
        if not _has_words(shorter):
            return asked
        asked = shorter
    if _IS_THAT_RIGHT.search(asked) or _IS_SOMEBODY_RIGHT.match(asked):
        return asked
    asked = _SIGNED_BEHIND.sub("", asked)
    without = _AFTERWORD.sub(lambda m: "?" if "?" in m["end"] else "", asked)
    return (without if _has_words(without) else asked).strip()


def visible(line: str) -> str:
    """Return a line without characters that cannot be seen, each blank as a blank."""
    if line.isascii() and line.isprintable():
        return line
    kept = []
    for char in line:
        category = unicodedata.category(char)
        if category == "Zs" or char == "\t":
            kept.append(" ")
        # Joiners stay: emoji and some scripts are written with them.
        elif category not in ("Cf", "Cc", "Cs") or char in "\u200c\u200d":
            kept.append(char)
    return "".join(kept)


def _before_signature(lines: list[str]) -> list[str]:
    """Return the lines up to a signature or a message below that is answered."""
    has_begun = False
    for at, line in enumerate(lines):
        signed = _SIGNED.match(line)
        # "Thanks, how many were killed?" is no signature: it goes on to ask.
        rest = (signed["rest"] or "") if signed else line
        is_signature = signed and len(rest.split()) <= 4 and "?" not in rest
        if has_begun and (is_signature or _FORWARDED.match(line)):
            return lines[:at]
        has_begun = has_begun or _has_words(_plain([line]))
    return lines


def _plain(lines: list[str]) -> str:
    """Return lines without addresses, mentions, emoji codes, marks and empty ones."""
    text = "\n".join(lines)
    for pattern in (_LINK, _REFERENCE):
        text = pattern.sub(lambda match: f" {match[1] or ''} ", text)
    text = _EMOJI_CODE.sub(" ", _ADDRESS.sub(" ", text))
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    text = _MARKS.sub("", text)
    return "\n".join(
        filter(None, (" ".join(line.split()) for line in text.split("\n")))
    )


def _has_words(text: str) -> bool:
    return any(char.isalnum() for char in text)
