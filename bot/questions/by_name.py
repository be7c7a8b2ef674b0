"""Words that are a command word or a name, and the page that they stand for. Pure."""

import re
from dataclasses import replace
from datetime import date

from bot.briefing.library import SubLibrary
from bot.briefing.name_lookup import Named
from bot.briefing.search.english import FUNCTION_WORDS
from bot.questions.pages import (
    Choice,
    DefaultSet,
    Gone,
    Help,
    Page,
    PageKind,
    Reply,
    Shown,
    UnknownBriefing,
)
from bot.questions.plain_times import day_in

MOST_CHOICES = 5
_MOST_OBJECT_WORDS = 3
"""Words behind `use` and `claim` up to which they are meant as a name."""
_NO_BRIEFING = frozenset(("none", "nothing", "no briefing", "all", "any", "off"))
_SHOW = re.compile(
    r"^(?:(?:please|can you|could you|show|give|list|open|get|tell|"
    r"go (?:back )?to|take me to|let['’]?s talk about)\s+)+"
    r"(?:(?:me|us|all|the|about|of)\s+)*",
    re.IGNORECASE,
)
_BEFORE_A_NAME = re.compile(
    r"^(?:(?:of|for|on|about|in|from|to|behind|with|regarding)\s+)?"
    r"(?:(?:the|this|section|topic|briefing)\s+)*",
    re.IGNORECASE,
)
_BEHIND_A_NAME = re.compile(
    r"(?:\s+(?:briefing|section|topic|digest|please|here|(?:for|in) this channel))+$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"(?:^|\s)since\s+(?P<since>\S.*)$", re.IGNORECASE)
_WHAT_CHANGED = re.compile(
    r"^(?:what(?:['’]?s| is| has| was)?\s+(?:changed|new)|any(?:thing new|"
    r"\s+(?:news|changes|updates)))\s+(?=(?:in|on|about|with|for)\s)",
    re.IGNORECASE,
)
_SUMMARY = frozenset(
    ("overview", "summary", "tldr", "summarise", "summarize", "section", "topic")
)

_PLEASE = r"\s*(?:(?:please|pls|can you|could you|let['’]?s)\s+)*"
_DEFAULT = (
    r"(?:(?:the|our|my|this channel['’]?s)\s+)?(?:default\s+)?(?:briefing|default)"
)
_SWITCHES = tuple(
    re.compile(rf"{_PLEASE}{pattern}[\s.!?]*", re.IGNORECASE)
    for pattern in (
        rf"(?:(?P<switch>switch)|change|move)\s+"
        rf"(?P<briefing>(?:{_DEFAULT}|(?:the\s+|this\s+)?channel)\s+)?"
        r"(?:over\s+|back\s+)?"
        r"to\s+(?P<name>\S.*?)",
        rf"(?:(?P<switch>switch)|change|set)\s+(?P<briefing>{_DEFAULT}\s+)(?:to\s+|as\s+|=\s*)?"
        r"(?P<name>\S.*?)",
        rf"(?P<switch>make)\s+(?P<name>\S.*?)\s+(?P<briefing>{_DEFAULT})(?:\s+here)?",
        rf"(?P<switch>set|use|take)\s+(?P<name>\S.*?)\s+as\s+(?P<briefing>{_DEFAULT})",
        r"(?:select|choose|pick)\s+(?P<switch>(?!))?(?P<briefing>(?!))?(?P<name>\S.*?)",
    )
)
"""`use` in other words, which they are where a briefing goes by the name."""
_RESET = re.compile(
    rf"{_PLEASE}(?:reset|clear|unset|remove|forget)\s+{_DEFAULT}[\s.!?]*", re.IGNORECASE
)

_WHICH = re.compile(
    rf"{_PLEASE}(?:switch|(?:switch|change|set)\s+{_DEFAULT})[\s.!?]*", re.IGNORECASE
)
"""The same without a name."""

LISTS = {
    "figures": PageKind.FIGURES,
    "timeline": PageKind.TIMELINE,
    "sources": PageKind.SOURCES,
    "changes": PageKind.CHANGES,
}
_LIST_WORDS = {
    **LISTS,
    **dict.fromkeys(("numbers", "statistics", "stats"), PageKind.FIGURES),
    **dict.fromkeys(("chronology", "dates"), PageKind.TIMELINE),
    **dict.fromkeys(("references", "citations"), PageKind.SOURCES),
    **dict.fromkeys(("corrections", "updates", "news"), PageKind.CHANGES),
}
"""Other words for a list, which they are only with a name that they go with."""
COMMAND_WORDS = ("help", "use", "claim", *LISTS)


def command_page(
    words: str, library: SubLibrary, assumed: str, today: date | None
) -> Reply | None:
    """Read a command word with its object; None where it only begins a question."""
    if wanted := next(
        filter(None, (each.fullmatch(words) for each in _SWITCHES)), None
    ):
        about = name_in(wanted["name"])
        # "Move to Russia" may ask of the troops; "switch to Russia" does not.
        is_clear = bool(wanted["briefing"] or wanted["switch"])
        if briefing_id := _briefing_named(about, library, or_in_part=is_clear):
            return DefaultSet(briefing_id)
        if wanted["briefing"] and _is_name_like(about):
            return UnknownBriefing(about)
    if _RESET.fullmatch(words):
        return DefaultSet("")
    if _WHICH.fullmatch(words):
        return UnknownBriefing("")
    verb, _, name = words.partition(" ")
    name = name.strip(' ?!.“”"')
    match verb.casefold().strip('/?!.,:“”"'):
        case "help":
            return Help(assumed) if not name else None
        case "use":
            about = name_in(name)
            if briefing_id := _briefing_named(about, library):
                return DefaultSet(briefing_id)
            if _NO_BRIEFING & {name.casefold(), about.casefold()}:
                return DefaultSet("")
            is_one = _is_name_like(name) or name.casefold().endswith(" briefing")
            return UnknownBriefing(name) if is_one else None
        case "claim":
            return _claim(name, library, assumed)
        case word if word in LISTS:
            return _list(LISTS[word], name, library, assumed=assumed, today=today)
    return None


def _briefing_named(name: str, library: SubLibrary, *, or_in_part: bool = True) -> str:
    """Return the briefing that goes by this name, or alone has these words in one."""
    if found := library.names.briefing(name):
        return found
    ids = library.names.briefings_with(name) if or_in_part else ()
    return ids[0] if len(ids) == 1 else ""


def name_in(words: str) -> str:
    """Return words without what stands around a name: "the", "briefing", "please"."""
    bare = _BEHIND_A_NAME.sub("", words.strip(' ,.!?“”"'))
    return _BEFORE_A_NAME.sub("", bare)


def _is_name_like(words: str) -> bool:
    parts = words.casefold().split()
    return len(parts) <= _MOST_OBJECT_WORDS and FUNCTION_WORDS.isdisjoint(parts)


def _claim(name: str, library: SubLibrary, assumed: str) -> Reply | None:
    if not name:
        return None
    ordered = sorted(library.by_id, key=lambda briefing_id: briefing_id != assumed)
    for briefing_id in ordered:
        if library.claim(briefing_id, name):
            return Shown(Page(PageKind.CLAIM, briefing_id, name))
    named = named_page(name, library, assumed)
    gone = Gone(Page(PageKind.CLAIM, assumed, name[:60]))
    return named or (gone if _is_name_like(name) else None)


def _list(
    kind: PageKind,
    name: str,
    library: SubLibrary,
    *,
    assumed: str,
    today: date | None,
) -> Reply | None:
    """Return the list of what is named, else of the briefing assumed, or ask back.

    A section has a list of its own; of a claim it is the claim that is shown.
    """
    since = None
    if kind is PageKind.CHANGES and (said := _SINCE.search(name)):
        since = day_in(said["since"], today) if today else None
        name = name[: said.start()]
    if name:
        found = library.names.find(name_in(name), briefing_id=assumed)
        pages = tuple(
            page_of(thing)
            if thing.rank == 2
            else Page(kind, thing.briefing_id, thing.section_id, since=since)
            for thing in found.things[:MOST_CHOICES]
        )
        if len(pages) > 1:
            return Choice(name, pages)
        return Shown(pages[0]) if pages else None
    if assumed or len(library.briefings) == 1:
        id = assumed or library.briefings[0].id
        return Shown(Page(kind, id, since=since))
    pages = tuple(Page(kind, id, since=since) for id in library.by_id)
    return Choice(kind.value, pages)


def named_page(words: str, library: SubLibrary, assumed: str) -> Reply | None:
    found = library.names.find(words, briefing_id=assumed)
    if not found.things:
        return None
    if len(found.things) > 1:
        pages = tuple(page_of(thing) for thing in found.things[:MOST_CHOICES])
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


def shown_by_name(
    words: str, library: SubLibrary, assumed: str, today: date | None
) -> Reply | None:
    """Read "show me the figures for troops", "troops figures", "open Wonsan".

    What is called by no name is a question.
    """
    bare = _WHAT_CHANGED.sub("changes ", _SHOW.sub("", words.strip(" ?!.")))
    first, _, behind = bare.partition(" ")
    before, _, last = bare.rpartition(" ")
    for word, name in ((first, behind), (last, before)):
        kind = _LIST_WORDS.get(word.casefold())
        about = name_in(_SINCE.sub("", name))
        if not about or not library.names.find(about).is_exact:
            continue
        if word.casefold() in _SUMMARY:
            return named_page(about, library, assumed)
        if kind:
            shown = _list(kind, name, library, assumed=assumed, today=today)
            if shown:
                return shown
    name = name_in(bare)
    found = library.names.find(name, briefing_id=assumed)
    if name != words and found.things and found.is_exact:
        return named_page(name, library, assumed)
    return part_of_a_name(name, library) if bare != words.strip(" ?!.") else None


def part_of_a_name(words: str, library: SubLibrary) -> Reply | None:
    """Read some words of a briefing's name as that briefing: "north korea"."""
    ids = library.names.briefings_with(words)
    pages = tuple(Page(PageKind.OVERVIEW, id) for id in ids[:MOST_CHOICES])
    if len(pages) > 1:
        return Choice(words, pages)
    return Shown(pages[0]) if pages else None
