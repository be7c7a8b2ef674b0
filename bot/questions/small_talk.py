"""Small talk that a person expects an answer to: hello, thanks, help. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.briefing.search.analysis import fold

Meaning = TypeVar("Meaning")


class Courtesy(StrEnum):
    """What somebody says without asking anything of the briefing."""

    HELLO = "hello"
    THANKS = "thanks"
    HELP = "help"
    FILE = "file"
    """Something was sent, and nothing written."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A person's words as a courtesy, a command, or words for the briefing.

    Of "hello, how many were killed?" the question is left. `command` is the word that
    stands for the same after the slash command: "changes" for "what's new?", nothing
    for an overview; None where the words are no command. `verb` is a command that
    opens a form or a list of one's own, which a message cannot.
    """

    words: str
    courtesy: Courtesy | None = None
    command: str | None = None
    verb: str = ""

    @property
    def is_small_talk(self) -> bool:
        """Say whether it is anything but words for the briefing."""
        return bool(self.courtesy or self.verb) or self.command is not None


_LONGEST = 100
"""Characters up to which words can be small talk."""


def read_utterance(text: str) -> Utterance:
    """Tell small talk from what the briefing is asked; any text at all is fine."""
    folded = _fold(text)
    if not folded:
        return Utterance("", _wordless(text))
    # "Hello," and "Thanks!" are dropped where a question follows.
    words = _GREETED.sub("", text.strip()) or text.strip()
    if len(folded) > _LONGEST:
        return Utterance(words)
    asked = _fold(words)
    return Utterance(
        words,
        _first_match(folded, _COURTESY_OF),
        _first_match(asked, _COMMAND_OF),
        verb=_first_match(asked, _VERB_OF) or "",
    )


def _first_match(
    folded: str, patterns: Iterable[tuple[re.Pattern[str], Meaning]]
) -> Meaning | None:
    """Return what the first pattern that fits the whole text stands for."""
    for pattern, meaning in patterns:
        if pattern.fullmatch(folded):
            return meaning
    return None


_WAVES = ("👋", ":wave:", "🙂", "😊", ":slightly_smiling_face:", ":smile:")
_THUMBS = ("👍", "🙏", "❤", "🎉", "👌", ":+1:", ":thumbsup:", ":pray:", ":heart:")
_PAPERCLIP = "📎"
_EMOJI_NAME = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-\d:)?")


def _fold(text: str) -> str:
    """Return the text's words in small letters, without marks and emoji."""
    words = re.findall(r"\w+", _EMOJI_NAME.sub(" ", fold(text).replace("’", "'")))
    return " ".join(words)


def _wordless(text: str) -> Courtesy:
    """Say what a message of emoji, signs or nothing at all comes to."""
    if _PAPERCLIP in text:
        return Courtesy.FILE
    if any(sign in text for sign in _THUMBS):
        return Courtesy.THANKS
    if any(sign in text for sign in _WAVES) or not text.strip():
        return Courtesy.HELLO
    return Courtesy.HELP


_HELLO = (
    r"(?:hello|hi|hiya|hey|heya|howdy|yo|greetings|hallo|hola|bonjour|salut|ciao|moin|"
    r"good (?:morning|afternoon|evening|day))"
)
_TO_ALL = r"(?: (?:there|again|all|everyone|everybody|team|bot|brief|briefing bot))?"
_THANKS = (
    r"(?:thanks|thank you|thankyou|thx|ty|cheers|merci|danke|gracias|grazie|"
    r"much appreciated|appreciate it)"
)
_PRAISE = (
    r"(?:ok|okay|great|good|perfect|nice|cool|super|excellent|brilliant|lovely|"
    r"got it|good bot|well done|awesome|very helpful|that helps|that s helpful|noted)"
)
_AFTER_THANKS = (
    r"(?: (?:a lot|lots|so much|very much|again|for that|for the help|for your help|"
    r"bot|brief|a bunch|a million|mate|all|everyone))*"
)
_COURTESIES = {
    Courtesy.HELLO: (
        rf"(?:{_HELLO}{_TO_ALL}(?: |$))+(?:how are you(?: doing)?|what s up)?",
        r"how are you(?: doing)?(?: today)?",
        r"what s up",
        r"are you (?:there|awake|up)",
        r"(?:test|testing|ping)(?: \d+)*",
    ),
    Courtesy.THANKS: (
        rf"(?:{_PRAISE} )*{_THANKS}{_AFTER_THANKS}(?: {_PRAISE})*",
        rf"{_PRAISE}(?: {_PRAISE})*",
        r"(?:good)?bye|see you(?: later)?|good night",
    ),
    Courtesy.HELP: (
        r"(?:please )?help(?: me)?(?: please)?",
        r"usage|commands|menu|instructions",
        r"(?:so )?what (?:can|do|could) (?:you|i|we|it) "
        r"(?:do|know|answer|cover|ask(?: you)?|say)(?: here| for me| about)?",
        r"(?:what|who) are you(?: for)?",
        r"what(?: s| is) this(?: bot)?",
        r"how (?:do|can|does) (?:i|we|you|this|it) "
        r"(?:work|ask|use (?:you|this|it))(?: (?:a question|you|this))?",
    ),
}
_COURTESY_OF = tuple(
    (re.compile("|".join(patterns)), courtesy)
    for courtesy, patterns in _COURTESIES.items()
)


_SHOW = (
    r"(?:(?:please|can you|could you|show|give|tell|list|see|me|us|all|the|your|"
    r"what are|what is|what s|whats|where are|open|get) )*"
)
_POLITE = r"(?: (?:please|you use|used|again|of this|of that|there|here))*"
_COMMANDS = {
    "changes": (
        r"changes?|latest|news|updates?|corrections",
        r"what(?: s| has| is|s)? (?:changed|new|the news|the latest)",
        r"any(?:thing new| news| updates?| changes| corrections)",
        r"what(?: s| has)? (?:changed|new) (?:lately|today|recently|since \w+)",
        r"any(?:thing new| news| updates?) (?:lately|today|recently|since \w+)",
    ),
    "sources": (
        r"sources?|source list|citations?|references?",
        r"who says(?: so| that)?|according to whom",
    ),
    "figures": (r"figures?|numbers?|statistics|stats|data",),
    "timeline": (r"timeline|time line|chronology|dates",),
    "": (
        r"summary|overview|bottom line|short version|briefing|brief|home",
        r"topics?|sections?|contents?",
        r"summari[sz]e(?: it)?|tl dr|tldr",
        r"what(?: s| is) (?:it|this|the briefing|the brief) about",
        r"what(?: topics)? do you cover",
    ),
}
_COMMAND_OF = tuple(
    (re.compile(f"{_SHOW}(?:{'|'.join(patterns)}){_POLITE}"), command)
    for command, patterns in _COMMANDS.items()
)


_VERBS = {
    "subscribe": (
        r"(?:how (?:do|can) i )?subscribe(?: me)?(?: to (?:this|it|the (?:brief|"
        r"briefing|digest|news)))?",
        r"sign me up",
    ),
    "subscriptions": (
        r"(?:my |show my |list my )?subscriptions",
        r"(?:how (?:do|can) i )?unsubscribe(?: me)?",
        r"stop(?: sending| writing| messages| the digests?| it)?(?: me)?",
    ),
    "digests": (r"(?:my |show |list )?digests?",),
    "forget me": (
        r"forget (?:me|everything|all|what you know(?: about me)?)",
        r"(?:delete|erase) (?:me|my data|everything about me)",
        r"what do you (?:know|keep|store) about me",
    ),
}
_VERB_OF = tuple(
    (re.compile("|".join(patterns)), verb) for verb, patterns in _VERBS.items()
)


_GREETED = re.compile(
    rf"^\W*(?:(?:{_HELLO}{_TO_ALL}|{_THANKS}{_AFTER_THANKS}|ok(?:ay)?)\b[\s,.!;:–-]*)+"
    r"(?=\w)",
    re.IGNORECASE,
)
