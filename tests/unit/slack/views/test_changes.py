"""Changes in one line: what is, what was, and why."""

from typing import Any

import pytest

from bot.briefing.changes import briefing_changes
from bot.briefing.models import Briefing
from bot.questions.pages import Page, PageKind, Shown
from bot.slack.views.changes import change_line
from bot.slack.views.render import modal, render
from tests.factories import claim, make_briefing, section
from tests.frozen import context_of

WAS = "About 40 boats were lost."


def harbour(*claims: dict[str, Any], summary: str = "", line: str = "") -> Briefing:
    return make_briefing(
        sections=[section(claims=list(claims), summary=summary or None)],
        bottom_line=line or None,
    )


def revised(kind: str, because: str = "The port counted again.") -> dict[str, Any]:
    entry = {"date": "2026-11-22", "kind": kind, "was": WAS, "because": because}
    return {"revisions": [entry]}


def counted(number: int) -> dict[str, Any]:
    return {"figures": [{"label": "lost", "value": str(number)}], "kind": "estimate"}


LOST = claim("a", text=WAS)
SANK = claim("b", text="One sank.")
NOW = {"text": "About 47 boats were lost."}
LINES = {
    "corrected": (
        harbour(LOST),
        harbour(claim("a", **NOW, **revised("correction"))),
        "✏️ *Corrected:* About 47 boats were lost, was 40, is 47 — "
        "_The port counted again._",
    ),
    "a long reason": (
        harbour(LOST),
        harbour(claim("a", **NOW, **revised("correction", "It was counted. " * 9))),
        "✏️ *Corrected:* About 47 boats were lost, was 40, is 47",
    ),
    "its kind alone": (
        harbour(LOST | {"kind": "estimate"}),
        harbour(claim("a", text=WAS, kind="report", **revised("correction"))),
        "✏️ *Corrected:* About 40 boats were lost, kind was estimate, is reported — "
        "_The port counted again._",
    ),
    "withdrawn": (
        harbour(LOST, claim("b")),
        harbour(claim("a", text=WAS, **revised("withdrawal")), claim("b")),
        "✏️ *Withdrawn:* “About 40 boats were lost” — _The port counted again._",
    ),
    "estimate": (
        harbour(claim("a", text=WAS, **counted(40))),
        harbour(claim("a", **NOW, **counted(47))),
        "*Estimate moved:* *About 47* boats were lost, not 40",
    ),
    "new": (
        harbour(LOST),
        harbour(LOST, SANK),
        "*New:* One sank — _reported, Port authority_",
    ),
    "removed": (
        harbour(LOST, SANK),
        harbour(LOST),
        "*Removed:* “One sank”",
    ),
    "disputed": (
        harbour(LOST, SANK),
        harbour(claim("a", text=WAS, contradicts=["b"]), SANK),
        "*Disputed:* About 40 boats were lost — _reported, Port authority_",
    ),
    "bottom line": (
        harbour(LOST, line="It is bad."),
        harbour(LOST, line="All is well."),
        "*Updated:* the bottom line: All is well.",
    ),
    "summary": (
        harbour(LOST, summary="It is bad."),
        harbour(LOST, summary="All is well."),
        "*Updated:* a summary: All is well.",
    ),
}


def test_the_answer_lists_what_was_revised_newest_first() -> None:
    """A withdrawal quotes what nobody should repeat, and says why."""
    earlier = {"date": "2026-11-20", "kind": "update", "was": "One.", "because": "Two."}
    briefing = harbour(
        claim("a", text="Two sank.", short="Two sank", revisions=[earlier]),
        claim("b", text=WAS, **revised("withdrawal")),
    )
    page = Page(PageKind.CHANGES, "harbour")

    answer = render(Shown(page), context_of(briefing))
    view = modal(context_of(briefing), page)

    assert answer.text.splitlines()[:4] == [
        "What the storm did to the harbour: 2 changes",
        "",
        "• ✏️ Withdrawn 22 November 2026: “About 40 boats were lost” — "
        "The port counted again.",
        "• Updated 20 November 2026: Two sank; was One. — Two.",
    ]
    assert view
    assert [block["text"]["text"] for block in view["blocks"]] == [
        "*✏️ Withdrawn 22 November 2026*. Was: “About 40 boats were lost.” "
        "The port counted again.\nNow: About 40 boats were lost.",
        "*Updated 20 November 2026*. Was: “One.” Two.\nNow: Two sank.",
    ]


@pytest.mark.parametrize("name", LINES)
def test_a_change_is_said_in_a_line(name: str) -> None:
    """The word for what happened, the words as they are, and what they were."""
    before, after, said = LINES[name]

    first = briefing_changes(before, after).news[0]

    assert change_line(first, after) == said
