"""`understand`: what a person's words ask for, within what they may see. Pure.

1. Nothing: the briefing that is meant, or the list of them.
2. A command word, with the name of a briefing before or behind it.
3. The name of a briefing, a section or a claim, typing errors forgiven.
4. The name of a briefing, and words about it.
5. Anything else is a question to the search.
"""

from bot.briefing.library import SubLibrary
from bot.briefing.names import Found, Named
from bot.briefing.search.answers import Answer, Outcome
from bot.questions.pages import (
    Catalogue,
    Choice,
    DefaultSet,
    Empty,
    Gone,
    Hedge,
    Help,
    Page,
    PageKind,
    Refusal,
    Reply,
    Shown,
    UnknownBriefing,
)

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
    text: str, library: SubLibrary, *, meant: str = "", previous: str | None = None
) -> Reply:
    """Return what the words come to; `meant` is the briefing meant where none is named.

    Any text is fine. `previous` is the question before this one, by the same person,
    if this one may lean on it. What is withheld is not in `library`, so that it cannot
    be told from what was never written.
    """
    if not library.briefings:
        return Empty()
    meant = meant if meant in library.by_id else ""
    words = " ".join(text[:MOST_CHARACTERS].split())
    if not words:
        return _front(library, meant)
    return (
        _command(words, library, meant)
        or _named(words, library, meant)
        or _inside_a_briefing(words, library)
        or answer_question(words, library, meant=meant, previous=previous)
    )


def understand_question(text: str, library: SubLibrary, *, meant: str = "") -> Reply:
    """Return what the words of a message come to: they are no command."""
    if not library.briefings:
        return Empty()
    meant = meant if meant in library.by_id else ""
    words = " ".join(text[:MOST_CHARACTERS].split())
    return answer_question(words, library, meant=meant)


def _front(library: SubLibrary, meant: str) -> Reply:
    if meant or len(library.briefings) == 1:
        return Shown(Page(PageKind.OVERVIEW, meant or library.briefings[0].id))
    return Catalogue()


def _command(words: str, library: SubLibrary, meant: str) -> Reply | None:
    verb, _, rest = words.partition(" ")
    match verb.casefold().strip("/?!."):
        case "help":
            return Help(meant) if not rest else None
        case "use":
            return _use(rest, library)
        case "claim":
            return _claim(rest, library, meant)
        case word if word in LISTS:
            return _list(LISTS[word], rest, library, meant=meant)
    return None


def _use(name: str, library: SubLibrary) -> Reply:
    briefing_id = library.names.briefing(name) if name else ""
    return DefaultSet(briefing_id) if briefing_id else UnknownBriefing(name)


def _claim(name: str, library: SubLibrary, meant: str) -> Reply | None:
    if not name:
        return None
    ordered = sorted(library.by_id, key=lambda briefing_id: briefing_id != meant)
    for briefing_id in ordered:
        if library.claim(briefing_id, name):
            return Shown(Page(PageKind.CLAIM, briefing_id, name))
    return _named(name, library, meant) or Gone(Page(PageKind.CLAIM, meant, name[:60]))


def _list(
    kind: PageKind, name: str, library: SubLibrary, *, meant: str
) -> Reply | None:
    """Return the list of the briefing that is named or meant; ask back if none is."""
    if name:
        named = library.names.briefing(name)
        return Shown(Page(kind, named)) if named else None
    if meant or len(library.briefings) == 1:
        return Shown(Page(kind, meant or library.briefings[0].id))
    return Choice(kind.value, tuple(Page(kind, id) for id in library.by_id))


def _named(words: str, library: SubLibrary, meant: str) -> Reply | None:
    found = library.names.find(words, briefing_id=meant)
    if not found.things:
        return None
    if len(found.things) > 1:
        pages = tuple(page_of(thing) for thing in found.things[:_MOST_CHOICES])
        return Choice(words, pages)
    return Shown(page_of(found.things[0]), heard=_heard(words, found))


def page_of(thing: Named) -> Page:
    """Return the page that shows a thing that was named."""
    kinds = (PageKind.OVERVIEW, PageKind.SECTION, PageKind.CLAIM)
    return Page(
        kinds[thing.rank], thing.briefing_id, thing.claim_id or thing.section_id
    )


def _heard(words: str, found: Found) -> str:
    return "" if found.is_exact else words


def _inside_a_briefing(words: str, library: SubLibrary) -> Reply | None:
    """Read `<briefing> <topic>`, the longest name first."""
    parts = words.split()
    for count in range(min(_MOST_NAME_WORDS, len(parts) - 1), 0, -1):
        found = library.names.find(" ".join(parts[:count]))
        if found.is_exact and found.things and found.things[0].rank == 0:
            briefing_id = found.things[0].briefing_id
            rest = " ".join(parts[count:])
            return (
                _command(rest, library, briefing_id)
                or _named(rest, library, briefing_id)
                or answer_question(rest, library, meant=briefing_id, only_there=True)
            )
    return None


def answer_question(
    words: str,
    library: SubLibrary,
    *,
    meant: str = "",
    only_there: bool = False,
    previous: str | None = None,
) -> Reply:
    """Search the briefing that is meant, then all of them unless `only_there`."""
    sole = meant or (library.briefings[0].id if len(library.briefings) == 1 else "")
    answer = library.searcher.ask(words, briefing_id=meant or None, previous=previous)
    if meant and not only_there and answer.outcome is not Outcome.ANSWERED:
        wider = library.searcher.ask(words, previous=previous)
        is_better = wider.outcome is Outcome.ANSWERED
        answer = wider if is_better else answer
    return _outcome(words, answer, sole)


def _outcome(words: str, answer: Answer, briefing_id: str) -> Reply:
    pages = tuple(
        Page(PageKind.CLAIM, hit.briefing_id, hit.claim.id) for hit in answer.shown
    )
    if answer.outcome is Outcome.ANSWERED and pages:
        return Shown(pages[0])
    if answer.outcome is Outcome.CLOSEST and pages:
        return Hedge(words, pages)
    return Refusal(words, briefing_id)
