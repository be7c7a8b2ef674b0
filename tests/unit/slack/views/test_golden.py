"""Each answer as it was looked at and found right, and its lines on a phone."""

from dataclasses import replace

import pytest

from bot.briefing.search.searcher import MissingWord
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
    Policy,
    Refusal,
    Reply,
    Shown,
    Unchecked,
    UnknownBriefing,
)
from bot.slack.views.message import (
    CLAIM_LINES,
    OVERVIEW_LINES,
    REFUSAL_LINES,
    SECTION_LINES,
    RenderContext,
)
from bot.slack.views.render import copy_modal, modal, render
from tests.frozen import demo_context, first_context
from tests.golden_files import assert_golden
from tests.phone import phone_lines

NK = "north-korea-russia"
DRILL = "harbour-drill"
FIRST_CONTEXT = first_context()
DEMO_CONTEXT = demo_context()


def page(kind: PageKind, item_id: str = "", briefing_id: str = NK) -> Page:
    return Page(kind, briefing_id, item_id)


def claim(item_id: str, briefing_id: str = NK) -> Page:
    return page(PageKind.CLAIM, item_id, briefing_id)


REPLIES: dict[str, Reply] = {
    "overview": Shown(page(PageKind.OVERVIEW)),
    "section-troops": Shown(page(PageKind.SECTION, "troops")),
    "claim-casualties": Shown(claim("casualties")),
    "claim-read-as": Shown(claim("casualties"), corrected_from="casulties"),
    "figures": Shown(page(PageKind.FIGURES)),
    "timeline": Shown(page(PageKind.TIMELINE)),
    "sources": Shown(page(PageKind.SOURCES)),
    "changes": Shown(page(PageKind.CHANGES)),
    "hedge": Hedge(
        "how many tanks were lost?",
        (claim("casualties"), claim("fought-in-kursk")),
        (MissingWord("tanks", is_elsewhere=False),),
    ),
    "hedge-beside": Hedge(
        "Did Lavrov visit Kursk?",
        (claim("lavrov-visit"), claim("fought-in-kursk"), claim("meeting-place")),
        (MissingWord("visit", is_elsewhere=True), MissingWord("<ok>", True)),
    ),
    "hedge-of-all": Hedge("who hugged whom in Kursk?", (claim("hug"),)),
    "other-language": Refusal("Wer gewann?", NK, ("en",)),
    "refusal": Refusal("who won the Champions League?", NK),
    "choice": Choice("kim", (claim("kim-support"), claim("leader"))),
    "help": Help(),
    "policy": Policy(),
    "gone": Gone(claim("no-such-claim")),
    "unknown-briefing": UnknownBriefing("<!channel>"),
    "default-set": DefaultSet(NK),
    "empty": Empty(),
    "unchecked": Unchecked(),
}
DEMO_REPLIES: dict[str, Reply] = {
    "demo-catalogue": Catalogue(),
    "demo-overview": Shown(page(PageKind.OVERVIEW, briefing_id=DRILL)),
    "demo-disputed": Shown(claim("evacuated-office", DRILL)),
    "demo-corrected": Shown(claim("siren", DRILL)),
    "demo-stale": Shown(claim("boats-ready", DRILL)),
    "demo-amber": Shown(claim("pump", DRILL)),
    "demo-figures": Shown(page(PageKind.FIGURES, briefing_id=DRILL)),
    "demo-changes": Shown(page(PageKind.CHANGES, briefing_id=DRILL)),
    "demo-refusal": Refusal("who won the Champions League?"),
}
MODALS = {
    "modal-claim": claim("casualties"),
    "modal-section": page(PageKind.SECTION, "troops"),
    "modal-figures": page(PageKind.FIGURES),
    "modal-timeline": page(PageKind.TIMELINE),
    "modal-sources": page(PageKind.SOURCES),
    "modal-legend": page(PageKind.LEGEND),
    "modal-overview": page(PageKind.OVERVIEW),
}
DEMO_MODALS = {
    "modal-demo-corrected": claim("siren", DRILL),
    "modal-demo-disputed": claim("evacuated-office", DRILL),
    "modal-demo-amber": claim("pump", DRILL),
    "modal-demo-changes": page(PageKind.CHANGES, briefing_id=DRILL),
}
COPIES = {
    "copy-claim": claim("casualties"),
    "copy-section": page(PageKind.SECTION, "troops"),
    "copy-overview": page(PageKind.OVERVIEW),
    "copy-figures": page(PageKind.FIGURES),
    "copy-timeline": page(PageKind.TIMELINE),
    "copy-sources": page(PageKind.SOURCES),
}
DEMO_COPIES = {
    "copy-demo-amber": claim("pump", DRILL),
    "copy-demo-changes": page(PageKind.CHANGES, briefing_id=DRILL),
}


@pytest.mark.parametrize("name", REPLIES)
def test_an_answer_looks_as_it_was_approved(name: str) -> None:
    """Text and blocks of each answer from the first briefing are kept as JSON."""
    part = render(REPLIES[name], FIRST_CONTEXT)

    assert_golden(f"answers/{name}", {"text": part.text, "blocks": list(part.blocks)})


@pytest.mark.parametrize("name", DEMO_REPLIES)
def test_what_the_first_briefing_lacks_looks_as_it_was_approved(name: str) -> None:
    """Conflicts, corrections, stale and labelled claims are the invented briefing's."""
    part = render(DEMO_REPLIES[name], DEMO_CONTEXT)

    assert_golden(f"answers/{name}", {"text": part.text, "blocks": list(part.blocks)})


@pytest.mark.parametrize(
    ("name", "reply", "context"),
    [
        ("figures-posted", REPLIES["figures"], FIRST_CONTEXT),
        ("demo-figures-posted", DEMO_REPLIES["demo-figures"], DEMO_CONTEXT),
    ],
)
def test_posted_figures_look_as_they_were_approved(
    name: str, reply: Reply, context: RenderContext
) -> None:
    """What three give is drawn, all stand in a table, and the plain form is beside."""
    part = render(reply, replace(context, is_posted=True))

    drawn = {"text": part.text, "blocks": list(part.blocks)}
    plain = render(reply, context)
    assert (part.text, part.plain_blocks[0]) == (plain.text, plain.blocks[0])
    assert_golden(f"answers/{name}", drawn)


@pytest.mark.parametrize("name", MODALS)
def test_a_modal_looks_as_it_was_approved(name: str) -> None:
    """Views are kept as JSON too."""
    assert_golden(f"modals/{name}", modal(FIRST_CONTEXT, MODALS[name]))


@pytest.mark.parametrize("name", DEMO_MODALS)
def test_what_only_the_invented_briefing_has_looks_right_in_full(name: str) -> None:
    """Conflicts, corrections and labels, with all that there is to say of them."""
    assert_golden(f"modals/{name}", modal(DEMO_CONTEXT, DEMO_MODALS[name]))


@pytest.mark.parametrize("name", COPIES)
def test_text_to_copy_looks_as_it_was_approved(name: str) -> None:
    """What is copied names its source and carries its marks."""
    assert_golden(f"modals/{name}", copy_modal(FIRST_CONTEXT, COPIES[name]))


@pytest.mark.parametrize("name", DEMO_COPIES)
def test_copied_text_says_who_may_see_it(name: str) -> None:
    """The narrowest label of what is copied stands behind the source."""
    assert_golden(f"modals/{name}", copy_modal(DEMO_CONTEXT, DEMO_COPIES[name]))


def _pages(context: RenderContext) -> list[tuple[Page, int]]:
    lists = (PageKind.FIGURES, PageKind.TIMELINE, PageKind.SOURCES, PageKind.CHANGES)
    found = []
    for briefing in context.briefings:
        id = briefing.id
        found.append((Page(PageKind.OVERVIEW, id), OVERVIEW_LINES))
        found += [(Page(kind, id), SECTION_LINES) for kind in lists]
        sections = [Page(PageKind.SECTION, id, s.id) for s in briefing.sections]
        found += [(section, SECTION_LINES) for section in sections]
        found += [
            (Page(PageKind.CLAIM, id, c.id), CLAIM_LINES) for c in briefing.claims
        ]
    return found


@pytest.mark.parametrize("context", [FIRST_CONTEXT, DEMO_CONTEXT], ids=["one", "two"])
def test_no_answer_takes_more_lines_than_the_mockups_allow(
    context: RenderContext,
) -> None:
    """At 40 characters: a claim 8, an overview 14, a section or a list 22."""
    taken = {
        page.encode(): (phone_lines(render(Shown(page), context)), most)
        for page, most in _pages(context)
    }

    assert {name: lines for name, lines in taken.items() if lines[0] > lines[1]} == {}


def test_a_refusal_takes_four_lines() -> None:
    """The button is one of them; Slack's own line is not ours."""
    part = render(REPLIES["refusal"], FIRST_CONTEXT)

    assert phone_lines(part, is_ephemeral=False) == REFUSAL_LINES
