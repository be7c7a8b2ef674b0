"""Answers to questions that were not answered: hedge, refusal, choice. No I/O."""

from bot.block_kit.part import Part
from bot.briefing.models import Briefing, Section
from bot.briefing.wording import headline, hedge_opening, other_language
from bot.questions.pages import (
    Catalogue,
    Choice,
    Hedge,
    Page,
    PageKind,
    Refusal,
    briefing_of,
)
from bot.slack.views.claim import bold_words, one_word_mark, with_mark
from bot.slack.views.controls import Action, ask_curators, button, controls, page_select
from bot.slack.views.footer import as_of
from bot.slack.views.message import (
    REFUSAL_LINES,
    RenderContext,
    count_lines,
    listed,
    message,
    paragraphs,
)
from bot.slack.views.mrkdwn import bold, escape, italic, quote

_MOST_CLAIMS = 3
_LONGEST_WORD = 40
_MOST_CHOICES = 5
_MOST_BRIEFINGS = 8


def hedge(context: RenderContext, asked: Hedge) -> Part:
    """Show at most three closest claims, under a line that says what they lack."""
    opening = hedge_opening(
        asked.missing,
        is_several=context.is_several,
        emphasise=lambda word: italic(escape(word[:_LONGEST_WORD])),
    )
    if asked.languages:
        opening = f"{other_language(asked.languages)} Closest:"
    lines, marks = [opening], []
    for page in asked.claims[:_MOST_CLAIMS]:
        briefing = context.briefing(page.briefing_id)
        claim = context.library.claim(page.briefing_id, page.item_id)
        if briefing and claim:
            words = f"• {bold_words(claim)}"
            marked = one_word_mark(claim, briefing)
            lines.append(with_mark(words, marked))
            own = bold_words(claim), escape(marked)
            marks += context.words_of(briefing, claim, *own)
    return message(
        *paragraphs("\n".join(lines)),
        controls(ask_curators(asked.question, briefing_of(asked))),
        claims=marks,
    )


def refusal(context: RenderContext, asked: Refusal) -> Part:
    """Say that it is not covered, and what is; no claims at all."""
    if asked.languages:
        said = other_language(asked.languages)
        return message(
            *paragraphs(said),
            controls(ask_curators(asked.question, briefing_of(asked))),
        )
    briefing = context.briefing(asked.briefing_id)
    if briefing:
        name = f"“{escape(briefing.name)}”" if context.is_several else "The briefing"
        said = f"{name} doesn't cover that. It covers "
        names = [_topic(section, briefing) for section in briefing.sections]
    else:
        said = "No briefing here covers that. They cover "
        names = [f"“{escape(each.name)}”" for each in context.briefings]
    return message(
        *paragraphs(_enumerated(said, names)),
        controls(ask_curators(asked.question, briefing_of(asked))),
    )


def _topic(section: Section, briefing: Briefing) -> str:
    """Return the topic's name as it stands inside a sentence: names keep capitals."""
    words = section.name
    spellings = {
        name
        for entity in briefing.entities.values()
        for name in (entity.name, *entity.aliases)
    }
    is_name = words in spellings or words[1:2].isupper()
    return escape(words if is_name else words[:1].lower() + words[1:])


def _enumerated(said: str, names: list[str]) -> str:
    for shown in range(len(names), 0, -1):
        left = len(names) - shown
        more = [f"{left:,} more"] if left else []
        line = f"{said}{listed([*names[:shown], *more])}."
        if count_lines(line) < REFUSAL_LINES or shown == 1:
            return line
    return said.split(". ")[0] + "."


def choice(context: RenderContext, asked: Choice) -> Part:
    """Ask which page was meant, with a button for each."""
    pages = [page for page in asked.pages if _name(context, page)][:_MOST_CHOICES]
    buttons = [
        button(_name(context, page), Action.OPEN, page, number=number)
        for number, page in enumerate(pages)
    ]
    words = f"{quote(asked.words)} could mean several things. Which one?"
    rows = [controls(*buttons)] if buttons else []
    return message(*paragraphs(words), *rows)


def _name(context: RenderContext, page: Page) -> str:
    briefing = context.briefing(page.briefing_id)
    section = context.library.section(page.briefing_id, page.item_id)
    claim = context.library.claim(page.briefing_id, page.item_id)
    if briefing is None:
        return ""
    names = {
        PageKind.OVERVIEW: briefing.name,
        PageKind.SECTION: section.name if section else "",
        PageKind.CLAIM: headline(claim) if claim else "",
    }
    name = names.get(page.kind, page.kind.capitalize())
    is_named = context.is_several and name and page.kind is not PageKind.OVERVIEW
    return f"{briefing.name}: {name}" if is_named else name


def catalogue(context: RenderContext, _asked: Catalogue) -> Part:
    """List the briefings this person may see, and open one from a menu."""
    briefings = context.briefings
    lines = [
        f"• {bold(escape(briefing.name))}, {escape(as_of(briefing)[:1].lower())}"
        f"{escape(as_of(briefing)[1:])}"
        for briefing in briefings[:_MOST_BRIEFINGS]
    ]
    left = len(briefings) - len(lines)
    more = [f"{left:,} more in the menu"] if left else []
    pages = [(each.name, Page(PageKind.OVERVIEW, each.id)) for each in briefings]
    title = bold("Which briefing?")
    return message(
        *paragraphs("\n".join([title, *lines, *more])),
        controls(page_select("Open a briefing", pages)),
    )
