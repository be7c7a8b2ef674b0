"""A digest: its lead within 14 lines, its thread by topic, every part editable."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.block_kit.checker import check
from bot.block_kit.limits import Surface
from bot.block_kit.part import Part
from bot.briefing.changes import briefing_changes
from bot.briefing.library import Library
from bot.briefing.models import BOTTOM_LINE, SUMMARY, Briefing
from bot.briefing.tlp import CURATOR
from bot.digests.compose import (
    BriefingPart,
    DigestDocument,
    DocumentKind,
    Highlight,
    Introduction,
    Late,
)
from bot.slack.views.digest import render_digest
from bot.slack.views.message import (
    ENTRY_LINES,
    LEAD_LINES,
    PART_BLOCKS,
    PART_TEXT,
    count_lines,
)
from tests.frozen import FIRST, INVENTED, briefing_at
from tests.golden_files import assert_golden
from tests.phone import phone_lines

NK, DRILL = briefing_at(FIRST), briefing_at(INVENTED)
LIBRARY = Library((NK, DRILL)).for_audience(CURATOR)
DUE = datetime(2025, 7, 8, 8, 0, tzinfo=ZoneInfo("Europe/London"))


def whole(briefing: Briefing) -> BriefingPart:
    first = tuple(
        Highlight(section, section.claims[0]) for section in briefing.sections
    )
    return BriefingPart(briefing, highlights=first)


def changed() -> BriefingPart:
    """What the drill's corrected siren is to somebody who read "17 minutes"."""
    content = DRILL.model_dump_json(exclude_defaults=True)
    before = Briefing.model_validate_json(
        content.replace("Siren 11 minutes", "Siren 17 minutes")
        .replace("sounded 11 minutes", "sounded 17 minutes")
        .replace('"value":11', '"value":17')
        .replace("About 290 people were", "About 250 people were")
        .replace('"value":290', '"value":250')
    )
    earlier = [
        section.model_copy(
            update={
                "claims": tuple(
                    claim.model_copy(update={"revisions": ()})
                    for claim in section.claims
                    if claim.id != "radios"
                )
            }
        )
        for section in before.sections
    ]
    before = before.model_copy(update={"sections": tuple(earlier)})
    found = briefing_changes(before, DRILL)
    return BriefingPart(DRILL, changes=found.news, unchanged=found.unchanged)


FULL = DigestDocument("weekday-brief", DocumentKind.FULL, (whole(NK),), DUE, DUE)
DOCUMENTS = {
    "full": FULL,
    "headlines": replace(FULL, kind=DocumentKind.HEADLINES),
    "late-and-introduced": replace(
        FULL,
        late=Late(DUE, DUE.replace(hour=13, minute=5), "Slack was not reachable"),
        introduction=Introduction("Weekday brief", set_up_by="U123"),
    ),
    "two-briefings": replace(FULL, parts=(whole(NK), whole(DRILL))),
    "changes": replace(FULL, kind=DocumentKind.CHANGES, parts=(changed(),)),
    "nothing-new": replace(
        FULL,
        kind=DocumentKind.NOTHING_NEW,
        parts=(BriefingPart(NK),),
        unchanged_since=DUE.replace(day=5),
    ),
}


def rendered(document: DigestDocument) -> tuple[Part, ...]:
    return render_digest(document, LIBRARY)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_digest_looks_as_it_was_approved(name: str) -> None:
    """The lead and the thread are kept as JSON."""
    parts = rendered(DOCUMENTS[name])

    content = [{"text": part.text, "blocks": list(part.blocks)} for part in parts]
    assert_golden(f"digests/{name}", content)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_lead_takes_14_lines_at_most(document: DigestDocument) -> None:
    """What is longer goes into the thread, never into the channel."""
    lead, *_ = rendered(document)

    assert phone_lines(lead, is_ephemeral=False) <= LEAD_LINES


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_part_stays_editable(document: DigestDocument) -> None:
    """`chat.update` takes less than a post, and a correction makes text longer."""
    for part in rendered(document):
        assert check(part.blocks, text=part.text, surface=Surface.UPDATE) == ()
        assert len(part.text) <= PART_TEXT
        assert len(part.blocks) <= PART_BLOCKS


def test_every_claim_of_a_full_digest_is_marked_where_it_is_shown() -> None:
    """A correction finds a message by the fingerprints it carries."""
    _, *thread = rendered(FULL)

    marked = {mark.claim_id for part in thread for mark in part.claims}
    assert {claim.id for claim in NK.claims} <= marked
    for part in thread:
        shown = [claim for claim in NK.claims if claim.text in part.text]
        assert {c.id for c in shown} <= {mark.claim_id for mark in part.claims}


def test_bottom_lines_and_summaries_are_marked_where_they_are_shown() -> None:
    """They are corrected like claims, and so is the message that said them."""
    lead, *thread = rendered(FULL)

    assert lead.claims[0].claim_id == BOTTOM_LINE
    for section in NK.sections:
        assert section.summary
        shown = [part for part in thread if section.summary in part.text]
        marked = [{mark.claim_id for mark in part.claims} for part in shown]
        assert marked
        assert all(f"{section.id}/{SUMMARY}" in ids for ids in marked)


def test_what_a_digest_leaves_out_is_not_marked() -> None:
    """A digest of topics has no bottom line, and one without summaries says none."""
    bare = [s.model_copy(update={"summary": None}) for s in NK.sections]
    update = {"bottom_line": None, "sections": tuple(bare)}
    part = whole(NK.model_copy(update=update))

    parts = rendered(replace(FULL, parts=(part,)))

    marked = {mark.claim_id for part in parts for mark in part.claims}
    titles = {f"{section.id}/title" for section in NK.sections}
    assert marked == {claim.id for claim in NK.claims} | titles


def test_a_line_that_says_nothing_is_new_carries_no_claims() -> None:
    """So that it may be edited each day until something changes."""
    (part,) = rendered(DOCUMENTS["nothing-new"])

    assert part.claims == ()
    assert part.text == (
        "North Korea and Russia: nothing changed since Sat 5 July. "
        "Checked Tue 8 July 08:00 London"
    )


def test_the_notification_of_changes_begins_with_the_count() -> None:
    """It names the briefing and what happened, not the digest."""
    lead, *_ = rendered(DOCUMENTS["changes"])

    expected = "Harbour drill (invented): 1 corrected, 1 estimate moved, 1 new"
    assert lead.text.startswith(expected)
    entries = lead.text.split("\n")[1:4]
    assert all(count_lines(entry) <= ENTRY_LINES for entry in entries)


def test_a_forged_user_id_is_no_mention() -> None:
    """Who set a digest up is no curator's text: only an id becomes a mention."""
    forged = Introduction("Brief <!here>", set_up_by="!channel")

    lead, *_ = rendered(replace(FULL, introduction=forged))

    assert "<!channel>" not in lead.text
    assert lead.text.endswith("Brief &lt;!here&gt;: set up here by the curators")
