"""What a person's words ask for, within what they may see. Pure.

Every way of asking comes here: the command, direct messages and mentions, the message
shortcut, and `briefing-bot ask`.

1. Nothing: the briefing that is assumed, or the list of them.
2. Small talk, which gives way to a name that curators gave.
3. A command word, with the name of a briefing before or behind it.
4. The name of a briefing, a section or a claim, typing errors forgiven.
5. The name of a briefing, and words about it.
6. Anything else is a question to the search.
"""

from dataclasses import replace

from bot.briefing.library import SubLibrary
from bot.briefing.name_lookup import Named
from bot.briefing.reading import words_that_ask
from bot.briefing.search.analysis import words as words_of
from bot.briefing.search.question import may_lean, read_wording
from bot.briefing.search.searcher import Outcome
from bot.questions.pages import (
    Catalogue,
    Choice,
    DefaultSet,
    Empty,
    Gone,
    Greeting,
    Hedge,
    Help,
    Page,
    PageKind,
    Refusal,
    Reply,
    Shown,
    Slashed,
    TextOnly,
    Thanks,
    UnknownBriefing,
)
from bot.questions.small_talk import Courtesy, Utterance, read_utterance

MOST_CHARACTERS = 600
"""What is longer is no question; its beginning says enough."""
_MOST_NAME_WORDS = 4
_MOST_CHOICES = 5

LISTS = {
    "figures": PageKind.FIGURES,
    "timeline": PageKind.TIMELINE,
    "sources": PageKind.SOURCES,
    "changes": PageKind.CHANGES,
}
COMMAND_WORDS = ("help", "use", "claim", *LISTS)


def understand(
    text: str,
    library: SubLibrary,
    *,
    assumed_briefing: str = "",
    previous: str | None = None,
) -> Reply:
    """Return what words behind the command come to."""
    return reply_to(
        read_command(text, library),
        library,
        assumed_briefing=assumed_briefing,
        previous=previous,
    )


def read_command(text: str, library: SubLibrary) -> Utterance:
    """Read the words behind the command; without any it asks for the short version.

    What curators gave a name is that thing, even where the name is "thanks".
    """
    said = read_utterance(_one_line(text))
    if not text.strip() or (said.is_small_talk and _is_name(said.words, library)):
        return Utterance(said.words)
    return said


def read_message(text: str, library: SubLibrary) -> Utterance:
    """Read a message, which may be a courtesy; without words it calls the bot.

    What curators gave a name comes before a command said in other words.
    """
    said = read_utterance(_one_line(text))
    is_other_words = said.is_small_talk and not said.courtesy
    if is_other_words and _is_name(said.words, library):
        return Utterance(said.words)
    return said


def _one_line(text: str) -> str:
    """Return the words that ask; a wave alone is left for small talk."""
    return words_that_ask(text)[:MOST_CHARACTERS] or " ".join(
        text[:MOST_CHARACTERS].split()
    )


def _is_name(words: str, library: SubLibrary) -> bool:
    found = library.names.find(words)
    return found.is_exact and bool(found.things)


def may_follow(said: Utterance) -> bool:
    """Say whether the question before could matter to these words."""
    if said.is_small_talk:
        return said.command is not None
    return may_lean(said.words)


def whole_question(words: str, previous: str | None) -> str:
    """Return the question so that it can be read without the one before it."""
    if previous is None or not read_wording(words_of(words)).is_ellipsis:
        return words
    return f"{previous} {words}"[-MOST_CHARACTERS:]


def reply_to(
    said: Utterance,
    library: SubLibrary,
    *,
    assumed_briefing: str = "",
    previous: str | None = None,
) -> Reply:
    """Return what the words come to.

    `assumed_briefing` is the one where none is named. `previous` is the question before
    this one, by the same person, if this one may follow it. What is withheld is not in
    `library`, so that it cannot be told from what was never written.
    """
    if not library.briefings:
        return Empty()
    assumed = assumed_briefing if assumed_briefing in library.by_id else ""
    words = said.words

    match said.courtesy:
        case Courtesy.HELLO:
            return Greeting()
        case Courtesy.THANKS:
            return Thanks()
        case Courtesy.HELP:
            return Help(assumed)
        case Courtesy.FILE:
            return TextOnly()
    if said.verb:
        return Slashed(said.verb)
    if said.command is not None:
        words = said.command
        # "sources?" behind an answer means those of the briefing that gave it.
        before = answer_question(previous, library) if previous else None
        if isinstance(before, Shown):
            assumed = assumed or before.page.briefing_id

    if not words:
        if assumed or len(library.briefings) == 1:
            return Shown(Page(PageKind.OVERVIEW, assumed or library.briefings[0].id))
        return Catalogue()
    return (
        _command(words, library, assumed)
        or _named(words, library, assumed)
        or _inside_a_briefing(words, library)
        or answer_question(words, library, assumed_briefing=assumed, previous=previous)
    )


def search(text: str, library: SubLibrary, *, assumed_briefing: str = "") -> Reply:
    """Return what words come to that were said to somebody else: a question at most."""
    if not library.briefings:
        return Empty()
    assumed = assumed_briefing if assumed_briefing in library.by_id else ""
    return answer_question(_one_line(text), library, assumed_briefing=assumed)


def _command(words: str, library: SubLibrary, assumed: str) -> Reply | None:
    verb, _, name = words.partition(" ")
    match verb.casefold().strip("/?!."):
        case "help":
            return Help(assumed) if not name else None
        case "use":
            briefing_id = library.names.briefing(name) if name else ""
            return DefaultSet(briefing_id) if briefing_id else UnknownBriefing(name)
        case "claim":
            return _claim(name, library, assumed)
        case word if word in LISTS:
            return _list(LISTS[word], name, library, assumed=assumed)
    return None


def _claim(name: str, library: SubLibrary, assumed: str) -> Reply | None:
    if not name:
        return None
    ordered = sorted(library.by_id, key=lambda briefing_id: briefing_id != assumed)
    for briefing_id in ordered:
        if library.claim(briefing_id, name):
            return Shown(Page(PageKind.CLAIM, briefing_id, name))
    named = _named(name, library, assumed)
    return named or Gone(Page(PageKind.CLAIM, assumed, name[:60]))


def _list(
    kind: PageKind, name: str, library: SubLibrary, *, assumed: str
) -> Reply | None:
    """Return the list of the briefing that is named or assumed; ask back if none is."""
    if name:
        named = library.names.briefing(name)
        return Shown(Page(kind, named)) if named else None
    if assumed or len(library.briefings) == 1:
        return Shown(Page(kind, assumed or library.briefings[0].id))
    return Choice(kind.value, tuple(Page(kind, id) for id in library.by_id))


def _named(words: str, library: SubLibrary, assumed: str) -> Reply | None:
    found = library.names.find(words, briefing_id=assumed)
    if not found.things:
        return None
    if len(found.things) > 1:
        pages = tuple(page_of(thing) for thing in found.things[:_MOST_CHOICES])
        return Choice(words, pages)
    page = page_of(found.things[0])
    if page.kind is PageKind.CLAIM:
        disputed = library.by_id[page.briefing_id].dispute_of(page.item_id)
        page = replace(page, item_id=disputed[0])
    return Shown(page, corrected_from="" if found.is_exact else words)


def page_of(thing: Named) -> Page:
    """Return the page that shows a thing that was named."""
    kinds = (PageKind.OVERVIEW, PageKind.SECTION, PageKind.CLAIM)
    return Page(
        kinds[thing.rank], thing.briefing_id, thing.claim_id or thing.section_id
    )


def _inside_a_briefing(words: str, library: SubLibrary) -> Reply | None:
    """Read `<briefing> <topic>`, the longest name first."""
    parts = words.split()
    for count in range(min(_MOST_NAME_WORDS, len(parts) - 1), 0, -1):
        found = library.names.find(" ".join(parts[:count]))
        if not (found.is_exact and found.things and found.things[0].rank == 0):
            continue
        briefing_id = found.things[0].briefing_id
        rest = " ".join(parts[count:])
        return (
            _command(rest, library, briefing_id)
            or _named(rest, library, briefing_id)
            or answer_question(
                rest, library, assumed_briefing=briefing_id, only_there=True
            )
        )
    return None


def answer_question(
    words: str,
    library: SubLibrary,
    *,
    assumed_briefing: str = "",
    only_there: bool = False,
    previous: str | None = None,
) -> Reply:
    """Search the briefing that is assumed, then all of them unless `only_there`."""
    ask = library.searcher.ask
    result = ask(words, briefing_id=assumed_briefing or None, previous=previous)
    if (
        assumed_briefing
        and not only_there
        and result.outcome is not Outcome.ANSWERED
        and len(library.briefings) > 1
    ):
        wider = ask(words, previous=previous)
        result = wider if wider.outcome is Outcome.ANSWERED else result

    pages = tuple(
        Page(PageKind.CLAIM, hit.briefing_id, hit.claim.id) for hit in result.shown
    )
    if result.outcome is Outcome.ANSWERED and pages:
        return Shown(pages[0])
    question = whole_question(words, previous)
    if result.outcome is Outcome.CLOSEST and pages:
        return Hedge(question, pages, result.missing)
    only = library.briefings[0].id if len(library.briefings) == 1 else ""
    return Refusal(question, assumed_briefing or only, result.languages)
