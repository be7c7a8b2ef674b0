"""Whatever a curator writes within the model's limits, Slack takes what we render."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.briefing.handling import CURATOR
from bot.briefing.models import Briefing
from bot.services.pages import Choice, Hedge, Page, PageKind, Refusal, Shown
from bot.slack.blocks.edition import Edition
from bot.slack.blocks.modal import copy_modal, modal
from bot.slack.blocks.render import render
from tests.factories import claim, make_briefing, section
from tests.shipped import edition_of

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Shrinking a whole briefing takes minutes and tells little."""
LIVE = "<!channel> <@U123> &amp; *_~` https://example.org #general "


def hostile(most: int) -> st.SearchStrategy[str]:
    """Texts of every length up to a field's limit, live signs among them."""
    long = st.sampled_from(
        ["&" * most, "<" * most, (LIVE * 40)[:most], "\U0001f6a2" * most]
    )
    short = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=most)
    return st.one_of(long, short.filter(str.strip))


@st.composite
def briefings(draw: st.DrawFn) -> Briefing:
    claims = [
        claim(
            f"c{number}",
            text=draw(hostile(1000)),
            caveat=draw(st.none() | hostile(300)),
            short=draw(st.none() | hostile(80)),
            when="2026-11",
            sources=[{"id": "port", "quote": draw(hostile(500))}]
            * draw(st.integers(1, 9)),
            figures=[{"label": draw(hostile(60)), "value": "40"}],
            contradicts=["c0"] if number else [],
            revisions=[_revision(draw)] if draw(st.booleans()) else [],
        )
        for number in range(draw(st.integers(1, 12)))
    ]
    return make_briefing(
        title=draw(hostile(150)),
        short=draw(hostile(24)),
        bottom_line=draw(st.none() | hostile(600)),
        sources={"port": {"title": draw(hostile(200)), "note": draw(hostile(600))}},
        sections=[section(title=draw(hostile(150)), claims=claims)],
    )


def _revision(draw: st.DrawFn) -> dict[str, str]:
    kind = draw(st.sampled_from(["correction", "update", "withdrawal"]))
    was, because = draw(hostile(1000)), draw(hostile(300))
    return {"date": "2026-11-20", "kind": kind, "was": was, "because": because}


@settings(max_examples=12, deadline=None, phases=QUICK)
@given(briefings())
def test_every_page_of_any_briefing_passes_the_checker(briefing: Briefing) -> None:
    """`message` and `checked_view` raise for what Slack would refuse; none does."""
    edition = edition_of(briefing, audience=CURATOR)
    pages = [Page(kind, "harbour", "storm") for kind in PageKind if kind != "claim"]
    pages += [Page(PageKind.CLAIM, "harbour", c.id) for c in briefing.claims]

    for page in pages:
        part = render(Shown(page, heard=LIVE), edition)
        modal(edition, page)
        copy_modal(edition, page)

        assert _live(part.text) == []
        assert all(_live(text) == [] for text in _texts(part.blocks))


@settings(phases=QUICK)
@given(hostile(4_000))
def test_any_question_is_answered_with_blocks_slack_takes(words: str) -> None:
    """A question travels in its button and is echoed nowhere else but in quotes."""
    edition: Edition = edition_of(make_briefing())
    page = Page(PageKind.CLAIM, "harbour", "losses")

    for reply in (
        Hedge(words, (page,)),
        Refusal(words, "harbour"),
        Choice(words, (page,)),
    ):
        part = render(reply, edition)

        assert all(_live(text) == [] for text in _texts(part.blocks))


def _texts(blocks: object) -> list[str]:
    if isinstance(blocks, dict):
        own = [blocks["text"]] if blocks.get("type") == "mrkdwn" else []
        return own + [text for part in blocks.values() for text in _texts(part)]
    if isinstance(blocks, list | tuple):
        return [text for part in blocks for text in _texts(part)]
    return []


def _live(text: str) -> list[str]:
    """Return what Slack would read as a mention, a channel or a link."""
    return [char for char in text if char in "<>"]
