"""What a person's words ask for, within what they may see. Pure.

Every way of asking comes here: the command, direct messages and mentions, the message
shortcut, and `briefing-bot ask`.

1. Nothing: the briefing that is assumed, or the list of them.
2. A draft to be checked: it states something, and asks at most whether that is right.
3. Small talk, which gives way to a name that curators gave.
4. Words about the claim that was shown last: "who says so?", "when?".
5. A command word, with the name of a briefing or a topic before or behind it.
6. The name of a briefing, a section or a claim, typing errors forgiven.
7. The name of a briefing, and words about it; a part of a briefing's name.
8. Anything else is a question to the search: a command word in front makes it none.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from bot.briefing.drafts.check import check_draft
from bot.briefing.drafts.sentences import draft_in
from bot.briefing.library import SubLibrary
from bot.briefing.reading import words_as_written
from bot.briefing.search.analysis import words as words_of
from bot.briefing.search.meaning import Meaning
from bot.briefing.search.question import may_lean, read_wording
from bot.briefing.search.searcher import Outcome
from bot.questions.by_name import (
    MOST_CHOICES,
    command_page,
    name_in,
    named_page,
    part_of_a_name,
    shown_by_name,
)
from bot.questions.pages import (
    AboutClaim,
    Catalogue,
    Checked,
    Empty,
    Greeting,
    Hedge,
    Help,
    NothingBefore,
    Page,
    PageKind,
    Policy,
    Refusal,
    Reply,
    Shown,
    Slashed,
    TextOnly,
    Thanks,
)
from bot.questions.plain_times import read_rhythm
from bot.questions.small_talk import Aspect, Courtesy, Utterance, read_utterance
from bot.subscriptions.manage import SubscriptionRequest

MOST_CHARACTERS = 600
"""What is longer is no question; its beginning says enough."""
_SHORT = 60
"""Characters up to which words are likely to be typed again."""
_MOST_NAME_WORDS = 4
_CONNECTIVE = re.compile(r"^(?:and|but|so|or|also|then)\s+", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:this|that|it|these|them)\b", re.IGNORECASE)
"""Names what was shown last, where nothing else is named."""
_TO_COURTESIES: Mapping[Courtesy, Reply] = {
    Courtesy.HELLO: Greeting(),
    Courtesy.THANKS: Thanks(),
    Courtesy.POLICY: Policy(),
    Courtesy.FILE: TextOnly(),
}


def understand(
    text: str,
    library: SubLibrary,
    *,
    assumed_briefing: str = "",
    previous: str | None = None,
    today: date | None = None,
    meaning: Meaning | None = None,
) -> Reply:
    """Return what words behind the command come to."""
    return reply_to(
        read_command(text, library),
        library,
        assumed_briefing=assumed_briefing,
        previous=previous,
        today=today,
        meaning=meaning,
    )


def read_command(text: str, library: SubLibrary) -> Utterance:
    """Read the words behind the command; without any it asks for the short version.

    What curators gave a name is that thing, even where the name is "thanks".
    """
    said = _read(text)
    if not text.strip() or (_is_wish(said) and _is_name(said, library)):
        return Utterance(said.words)
    return _with_object(said, library)


def read_message(text: str, library: SubLibrary) -> Utterance:
    """Read a message, which may be a courtesy; without words it calls the bot.

    What curators gave a name comes before a command said in other words.
    """
    said = _read(text)
    if _is_wish(said) and not said.courtesy and _is_name(said, library):
        return Utterance(said.words)
    return _with_object(said, library)


def _read(text: str) -> Utterance:
    """Read words by themselves; the few that are typed all day are read once."""
    return _read_once(text) if len(text) <= _SHORT else _read_once.__wrapped__(text)


@lru_cache(maxsize=1_000)
def _read_once(text: str) -> Utterance:
    written = words_as_written(text)
    said = read_utterance(_joined(written, text))
    draft = draft_in(written)
    return said if draft is None else Utterance(said.words, draft=draft)


def _is_wish(said: Utterance) -> bool:
    """Say whether it is anything that may be the name of something as well."""
    return said.is_small_talk or said.draft == ""


def one_line(text: str) -> str:
    """Return the words that ask; a wave alone is left for small talk."""
    return _joined(words_as_written(text), text)


def _joined(written: str, text: str) -> str:
    asked = " ".join(written.split())[:MOST_CHARACTERS]
    is_quoted = asked[:1] in _QUOTES and asked[-1:] in _QUOTES
    if is_quoted and not any(mark in asked[1:-1] for mark in _QUOTES):
        asked = asked[1:-1].strip()
    return asked or " ".join(text[:MOST_CHARACTERS].split())


_QUOTES = frozenset("“”„\"‘’'«»")


def _is_name(said: Utterance, library: SubLibrary) -> bool:
    """Say whether curators gave these words to something; a verb's own word stays."""
    if said.verb and said.words.casefold() == said.verb:
        return False
    found = library.names.find(said.words)
    return found.is_exact and bool(found.things)


_TURNED = re.compile(
    r"(?P<polite>(?:(?:please|pls|can you|could you|can i|how (?:do|can) i|i want to)"
    r"\s+)*)(?P<verb>stop|unsubscribe|cancel|end|(?:un)?pause|(?:un)?mute|silence|"
    r"snooze|disable|resume|(?:turn|switch)\s+(?:off|on)|take me off|(?:un)?follow|"
    r"(?:don['’]?t|do not) send(?: me)?|i (?:don['’]?t|do not) want|"
    r"i['’]?(?:m| am) not interested in)\s+"
    r"(?:(?:my|all|any|from|to)\s+)*(?P<name>.+?)"
    r"(?P<sent>\s+(?:digests?|subscriptions?|updates?|messages?|notifications?))?"
    r"(?:\s+(?:any\s?more|any longer|for now|please|(?:until|till)\s+\w+|"
    r"for\s+(?:an?|the|this|one|two|three|\d+)\s+\w+))*[\s.!?]*",
    re.IGNORECASE,
)
_OF_THE_WORLD = frozenset(("stop", "cancel", "end", "pause", "disable", "resume"))
"""Verbs of the news, too: "end sanctions?" asks something."""


def _with_object(said: Utterance, library: SubLibrary) -> Utterance:
    """Read "mute troops" as the verb that it is where there is something so called."""
    if said.is_small_talk or not (wanted := _TURNED.fullmatch(said.words)):
        return said
    about, _, _ = read_rhythm(name_in(wanted["name"]))
    found = library.names.find(about)
    is_name = found.is_exact and any(thing.rank < 2 for thing in found.things)
    is_clear = bool(wanted["polite"] or wanted["sent"])
    if wanted["verb"].casefold() not in _OF_THE_WORLD:
        is_name = is_name or bool(library.names.briefings_with(about))
    elif said.words.endswith("?") and not is_clear:
        return said
    verb = "subscribe" if wanted["verb"].casefold() == "follow" else "subscriptions"
    return replace(said, verb=verb, object=about) if is_name else said


def may_follow(said: Utterance) -> bool:
    """Say whether the question before could matter to these words."""
    if said.is_small_talk:
        leans = said.verb == "subscribe" and _POINTS.search(said.object)
        return said.command is not None or said.aspect is not None or bool(leans)
    return said.draft is None and may_lean(said.words)


def whole_question(words: str, previous: str | None) -> str:
    """Return the question so that it can be read without the one before it."""
    if previous is None or not read_wording(words_of(words)).is_ellipsis:
        return words
    return f"{previous} {words}"[-MOST_CHARACTERS:]


def is_refused(
    question: str,
    library: SubLibrary,
    *,
    assumed_briefing: str,
    meaning: Meaning | None = None,
) -> bool:
    """Say whether a question gets a no: nothing leans on one that did."""
    reply = reply_to(
        Utterance(question),
        library,
        assumed_briefing=assumed_briefing,
        meaning=meaning,
    )
    return isinstance(reply, Refusal)


def question_to_keep(
    said: Utterance,
    reply: Reply,
    library: SubLibrary,
    *,
    assumed_briefing: str = "",
    previous: str | None = None,
    meaning: Meaning | None = None,
) -> str:
    """Return the question that the next one may lean on.

    Asked anew without the one before it, it comes to the claim that was shown.
    """
    if said.aspect and previous:
        return previous
    if isinstance(reply, Checked):
        # What follows is asked of the first claim that the draft touches.
        ids = [id for each in reply.check.by_weight for id in each.claim_ids]
        return f"claim {ids[0]}" if ids else said.words
    whole = whole_question(said.words, previous)
    page = _shown_first(reply)
    if previous is None or page is None:
        return whole
    for question in (whole, said.words, f"{previous} {said.words}"[-MOST_CHARACTERS:]):
        again = reply_to(
            Utterance(question),
            library,
            assumed_briefing=assumed_briefing,
            meaning=meaning,
        )
        if _shown_first(again) == page:
            return question
    return whole


def _shown_first(reply: Reply | None) -> Page | None:
    """Return the page of an answer, or the first of the claims that came closest."""
    if isinstance(reply, Shown):
        return reply.page
    return reply.claims[0] if isinstance(reply, Hedge) else None


def reply_to(
    said: Utterance,
    library: SubLibrary,
    *,
    assumed_briefing: str = "",
    previous: str | None = None,
    today: date | None = None,
    meaning: Meaning | None = None,
) -> Reply:
    """Return what the words come to.

    `assumed_briefing` is the one where none is named. `previous` is the question before
    this one, by the same person, if this one may follow it. `meaning` widens what a
    search by words alone calls closest. What is withheld is not in
    `library`, so that it cannot be told from what was never written. Without `today`
    no "since Monday" is counted.
    """
    if said.verb:
        return _slashed(said, library, assumed_briefing, previous)
    if not library.briefings:
        return Empty()
    assumed = assumed_briefing if assumed_briefing in library.by_id else ""
    words = said.words
    if said.draft is not None:
        return Checked(check_draft(said.draft, library, briefing_id=assumed))

    if said.courtesy is Courtesy.HELP:
        return Help(assumed)
    if said.courtesy is not None:
        return _TO_COURTESIES[said.courtesy]

    before: Reply | None = None
    if previous and (said.aspect or said.command is not None):
        before = reply_to(
            Utterance(previous), library, assumed_briefing=assumed, meaning=meaning
        )
    if said.aspect and (about := _about(said.aspect, before, library)):
        return about
    if said.command is not None:
        words = f"{said.command} since {said.object}" if said.object else said.command
        # "sources?" behind an answer means those of the briefing that gave it.
        if isinstance(before, Shown):
            assumed = assumed or before.page.briefing_id
    elif said.aspect:
        return NothingBefore()

    if not words:
        if assumed or len(library.briefings) == 1:
            return Shown(Page(PageKind.OVERVIEW, assumed or library.briefings[0].id))
        return Catalogue()
    return (
        command_page(words, library, assumed, today)
        or named_page(words, library, assumed)
        or shown_by_name(words, library, assumed, today)
        or _inside_a_briefing(words, library, today, meaning)
        or part_of_a_name(words, library)
        or answer_question(
            words, library, assumed_briefing=assumed, previous=previous, meaning=meaning
        )
    )


def search(
    text: str,
    library: SubLibrary,
    *,
    assumed_briefing: str = "",
    meaning: Meaning | None = None,
) -> Reply:
    """Return what words come to that were said to somebody else.

    That is a draft or a question at most.
    """
    if not library.briefings:
        return Empty()
    assumed = assumed_briefing if assumed_briefing in library.by_id else ""
    if draft := draft_in(words_as_written(text)):
        return Checked(check_draft(draft, library, briefing_id=assumed))
    return answer_question(
        one_line(text), library, assumed_briefing=assumed, meaning=meaning
    )


def _about(aspect: Aspect, before: Reply | None, library: SubLibrary) -> Reply | None:
    """Return what is asked of the claim shown last; None where there was none.

    Of a topic it is the topic's own sources and dates, or the topic behind it: which
    of its claims is meant otherwise, nobody knows.
    """
    page = _shown_first(before)
    if page is None or page.kind not in (PageKind.CLAIM, PageKind.SECTION):
        return None
    is_around = aspect in (Aspect.MORE, Aspect.OTHER)
    if page.kind is PageKind.CLAIM and not is_around:
        return AboutClaim(page, aspect)
    if page.kind is PageKind.CLAIM:
        return Shown(_topic_page(page, library))
    sections = library.by_id[page.briefing_id].sections
    match aspect:
        case Aspect.SOURCE:
            return Shown(replace(page, kind=PageKind.SOURCES))
        case Aspect.WHEN:
            return Shown(replace(page, kind=PageKind.TIMELINE))
        case Aspect.NUMBER:
            return Shown(replace(page, kind=PageKind.FIGURES))
        case Aspect.MORE:
            ids = [section.id for section in sections]
            behind = ids[ids.index(page.item_id) + 1 :]
            if behind:
                return Shown(replace(page, item_id=behind[0]))
    return None


def _slashed(
    said: Utterance, library: SubLibrary, assumed: str, previous: str | None
) -> Slashed:
    """Return the command that words ask for; "this" is what was shown before."""
    request, named = None, said.object
    if said.verb == "subscribe" and said.object:
        request = subscription_request(said.object, library)
        if previous and not request.topics and _POINTS.search(said.object):
            shown = reply_to(Utterance(previous), library, assumed_briefing=assumed)
            request = replace(request, topics=_topics_of(shown, library))
            # Behind the command, where nothing was shown before, "this" is nothing.
            name = " ".join(request.topics).rpartition("/")[2]
            named = _POINTS.sub(name or r"\g<0>", said.object, count=1)
    return Slashed(said.verb, named, request)


def subscription_request(words: str, library: SubLibrary) -> SubscriptionRequest:
    """Return what words such as "to troops every weekday at 7" ask for.

    Topics that nothing is called by are left to whoever sees the form.
    """
    about, every, at = read_rhythm(words)
    about = name_in(about.strip(" ,.!?"))
    parts = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", about)
    is_one = len(parts) == 1 or library.names.find(about).things
    named = [about] if is_one else [name_in(part) for part in parts[:MOST_CHOICES]]
    found = (topic for name in named for topic in _topics(name, library))
    topics = tuple(dict.fromkeys(found))
    if any("/" in topic for topic in topics):
        # A form takes whole briefings or single topics, not both.
        topics = tuple(topic for topic in topics if "/" in topic)
    usual = SubscriptionRequest()
    return SubscriptionRequest(topics, every=every or usual.every, at=at or usual.at)


def _topics(words: str, library: SubLibrary) -> tuple[str, ...]:
    """Return the topic that words name: a section's, else a briefing's."""
    if not words or not library.briefings:
        return ()
    reply = (
        named_page(words, library, "")
        or _inside_a_briefing(words, library)
        or part_of_a_name(words, library)
    )
    return _topics_of(reply, library)


def _topics_of(reply: Reply | None, library: SubLibrary) -> tuple[str, ...]:
    """Return the topic of what is shown first; none where nothing is."""
    page = _shown_first(reply)
    if page is None:
        return ()
    if page.kind is PageKind.CLAIM:
        page = _topic_page(page, library)
    is_section = page.kind is PageKind.SECTION
    return (f"{page.briefing_id}/{page.item_id}" if is_section else page.briefing_id,)


def _topic_page(page: Page, library: SubLibrary) -> Page:
    """Return the page of the topic that a claim stands in."""
    section_id = next(
        section.id
        for section in library.by_id[page.briefing_id].sections
        if any(claim.id == page.item_id for claim in section.claims)
    )
    return Page(PageKind.SECTION, page.briefing_id, section_id)


def _inside_a_briefing(
    words: str,
    library: SubLibrary,
    today: date | None = None,
    meaning: Meaning | None = None,
) -> Reply | None:
    """Read `<briefing> <topic>`, the longest name first."""
    parts = words.split()
    for count in range(min(_MOST_NAME_WORDS, len(parts) - 1), 0, -1):
        found = library.names.find(" ".join(parts[:count]))
        if not (found.is_exact and found.things and found.things[0].rank == 0):
            continue
        briefing_id = found.things[0].briefing_id
        rest = " ".join(parts[count:])
        return (
            command_page(rest, library, briefing_id, today)
            or named_page(rest, library, briefing_id)
            or answer_question(
                rest,
                library,
                assumed_briefing=briefing_id,
                only_there=True,
                meaning=meaning,
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
    meaning: Meaning | None = None,
) -> Reply:
    """Search the briefing that is assumed, then all of them unless `only_there`.

    "And how many were killed?" is whole without the question before it, and leans only
    where it has no answer of its own.
    """
    ask = library.searcher.ask
    own = _CONNECTIVE.sub("", words)
    if previous and own != words and not may_lean(own):
        alone = ask(own, briefing_id=assumed_briefing or None)
        if alone.outcome is Outcome.ANSWERED:
            words, previous = own, None
    result = ask(words, briefing_id=assumed_briefing or None, previous=previous)
    if (
        assumed_briefing
        and not only_there
        and result.outcome is not Outcome.ANSWERED
        and len(library.briefings) > 1
    ):
        wider = ask(words, previous=previous)
        result = wider if wider.outcome is Outcome.ANSWERED else result
    if meaning and result.outcome is not Outcome.ANSWERED:
        there = assumed_briefing or None
        result = ask(words, briefing_id=there, previous=previous, meaning=meaning)

    pages = tuple(
        Page(PageKind.CLAIM, hit.briefing_id, hit.claim.id) for hit in result.shown
    )
    if result.outcome is Outcome.ANSWERED and pages:
        return Shown(pages[0], read_as=result.dates)
    question = whole_question(words, previous)
    by_meaning = result.standing is not None
    if result.outcome is Outcome.CLOSEST and pages:
        return Hedge(
            question,
            pages,
            result.missing,
            by_meaning,
            languages=result.languages,
            read_as=result.dates,
        )
    only = library.briefings[0].id if len(library.briefings) == 1 else ""
    there = assumed_briefing or only
    return Refusal(question, there, result.languages, by_meaning, result.dates)
