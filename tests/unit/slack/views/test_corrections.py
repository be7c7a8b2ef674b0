"""A message edited in its wrong words alone: struck, beside what is right, and why."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.block_kit.part import TEXT, ClaimMark, Part, mrkdwn_of
from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR
from bot.briefing.verdicts import Verdict
from bot.briefing.wording import forms
from bot.corrections.model import HistoryLine, Replacement, ToldCorrection
from bot.questions.pages import Page, PageKind, Shown
from bot.slack.views.corrections import SlackCorrectionRenderer
from bot.slack.views.message import (
    ClaimWords,
    UnsendableError,
    drawn,
    message,
    paragraphs,
)
from bot.slack.views.mrkdwn import bold, clean, escape
from bot.slack.views.render import render
from tests.frozen import context_of
from tests.unit.slack.views.test_digest import DOCUMENTS, DRILL, NK, rendered

DAY = date(2025, 8, 2)
LOSSES = ClaimMark("harbour", "losses", "a", 0)
CREWS = ClaimMark("harbour", "crews", "b", 0)
WAS, NOW = "About 4,000 were killed.", "About 4,700 were killed."
LINE = HistoryLine(Verdict.CORRECTED, DAY, WAS, NOW, "The Times corrected its report.")
RENDERER = SlackCorrectionRenderer()


def part_of(*lines: tuple[str, ClaimMark | None]) -> Part:
    """Return a message of lines, some of them a claim's words."""
    return message(
        *paragraphs("\n".join(line for line, _ in lines)),
        claims=[ClaimWords(mark, (line,)) for line, mark in lines if mark],
    )


def replaced(number: int = 0, was: str = WAS, now: str = NOW) -> Replacement:
    line = HistoryLine(Verdict.CORRECTED, DAY, was, now, "Because.")
    return Replacement(number, (was,), (now,), (line,))


def marked(part: Part) -> str:
    return str(part.blocks[0]["text"]["text"])


def test_the_wrong_words_are_struck_and_said_to_be_wrong() -> None:
    """Struck text is never the only sign: what it was stands in words."""
    part = part_of(("Casualties", None), (bold(WAS), LOSSES), ("As of July", None))

    after = RENDERER.edit(part, (Replacement(0, (WAS,), (NOW,), (LINE,)),))

    assert marked(after) == (
        "Casualties\n"
        "About ~4,000~ *4,700* were killed.\n"
        "✏️ *CORRECTED 2 August 2025:* was 4,000, is 4,700. The Times corrected its "
        "report.\n"
        "As of July"
    )
    assert after.text == (
        "Casualties\n"
        "About 4,700 were killed.\n"
        "✏️ CORRECTED 2 August 2025: was 4,000, is 4,700. The Times corrected its "
        "report.\n"
        "As of July"
    )


def test_a_chart_gives_way_to_its_words() -> None:
    """Nothing in a drawing can be struck; its plain form was frozen beside it."""
    plain = part_of(("Losses", None), (WAS, LOSSES))
    chart = {"type": "divider"}

    after = RENDERER.edit(drawn(plain, [chart]), (replaced(),))

    assert len(after.blocks) == 1
    assert marked(after).startswith("Losses\nAbout ~4,000~ *4,700* were killed.\n✏️")


WORDS = st.text("abc 47,.&<>é“*_~", min_size=1, max_size=25).map(clean).filter(bool)
LINES = st.lists(st.tuples(WORDS, st.sampled_from([None, LOSSES, CREWS])), max_size=6)


@given(LINES, WORDS, WORDS, LINES)
def test_nothing_outside_the_claims_words_is_touched(
    above: list[tuple[str, ClaimMark | None]],
    was: str,
    now: str,
    below: list[tuple[str, ClaimMark | None]],
) -> None:
    """Not by a byte, whatever stands there: it may be the same words."""
    one = ClaimMark("harbour", "this", "c", 0)
    lines = [*above, (was, one), *below]
    part = part_of(*((escape(text), mark) for text, mark in lines))
    number = part.claims.index(one)

    after = RENDERER.edit(part, (replaced(number, was, now),))

    pairs = zip(
        [part.text, *texts_of(part)], [after.text, *texts_of(after)], strict=True
    )
    for before, later in pairs:
        kept = [line for line in later.split("\n") if "CORRECTED" not in line]
        both = zip(before.split("\n"), kept, strict=True)
        assert sum(line != now_line for line, now_line in both) <= 1
    assert after.claims == part.claims


def texts_of(part: Part) -> list[str]:
    return [text for block in part.blocks for text in mrkdwn_of(block)]


@given(LINES)
def test_spans_say_where_each_claims_words_stand(
    lines: list[tuple[str, ClaimMark | None]],
) -> None:
    """In the blocks and in the text, each of them, in their order."""
    part = part_of(*((escape(text), mark) for text, mark in [("x", None), *lines]))

    shown = [escape(text) for text, mark in lines if mark]
    in_blocks = [
        mrkdwn_of(part.blocks[span.block])[span.element][span.start : span.end]
        for span in part.spans
        if span.block != TEXT
    ]
    assert in_blocks == shown
    assert sum(span.block == TEXT for span in part.spans) == len(shown)


def test_words_of_an_earlier_release_are_found_where_they_stand_once() -> None:
    """In bold or not; twice is not once, and such a message is left as it is."""
    once = message(*paragraphs("Casualties\n*About 4,000* were killed."))
    twice = message(*paragraphs(f"{WAS}\nSome say: {WAS}"))

    after = RENDERER.edit(once, (replaced(),))

    assert "About ~4,000~ *4,700* were killed.\n✏️" in marked(after)
    with pytest.raises(UnsendableError, match="just once"):
        RENDERER.edit(twice, (replaced(),))


def test_a_number_inside_another_one_is_not_the_claims_words() -> None:
    """“4,000” in “14,000” is another number."""
    part = message(*paragraphs("About 14,000 were killed."))
    with pytest.raises(UnsendableError):
        RENDERER.edit(part, (replaced(was="4,000 were killed."),))


def test_what_may_not_be_seen_any_more_is_taken_back_without_its_words() -> None:
    """Neither struck nor told: only that something was wrong."""
    part = part_of((WAS, LOSSES), ("Twelve crews came back.", CREWS))
    why = HistoryLine(Verdict.CORRECTED, DAY, "", "", "")

    after = RENDERER.edit(part, (Replacement(0, (WAS,), (), (why,), withheld=True),))

    said = json.dumps([after.text, after.blocks])
    assert "killed" not in said
    assert "Twelve crews came back." in said
    assert "[taken back]" in said


def test_a_message_too_long_with_its_correction_is_not_edited() -> None:
    """Slack takes less in an edit than in a post: it gets a labelled note instead."""
    long = "word " * 590
    part = part_of((WAS, LOSSES), (long, None))
    lines = tuple(
        HistoryLine(Verdict.CORRECTED, DAY, "a " * 400, "b " * 400, "c " * 140)
        for _ in range(3)
    )
    with pytest.raises(UnsendableError):
        RENDERER.edit(part, (Replacement(0, (WAS,), (NOW,), lines),))


def test_a_withdrawn_claim_is_struck_and_says_why() -> None:
    """Its marks stay as they are: they say who had said so."""
    marks = "Estimate, source not named."
    part = message(
        *paragraphs(f"{WAS}\n_{marks}_"), claims=[ClaimWords(LOSSES, (WAS, marks))]
    )
    line = HistoryLine(Verdict.WITHDRAWN, DAY, WAS, WAS, "Nobody stands by it.")
    forms = (WAS, "", "", "", marks)

    after = RENDERER.edit(part, (Replacement(0, forms, (), (line,)),))

    assert marked(after) == (
        f"~{WAS}~\n✏️ *WITHDRAWN 2 August 2025.* Nobody stands by it.\n_{marks}_"
    )


def test_a_note_and_a_word_to_who_asked_say_what_was_and_is() -> None:
    """With the day of the message, and what became of it."""
    told = (ToldCorrection(LOSSES, WAS, NOW, (LINE,)),)

    note = RENDERER.note(
        told, said_on=date(2025, 7, 8), what="brief", ending="The message is corrected."
    )
    tell = RENDERER.tell(told, said_on=date(2025, 7, 8), ending="")

    assert note.text == (
        "✏️ Correction. On 8 July 2025 this brief said “About 4,000 were killed.” Right "
        "is: “About 4,700 were killed.” The Times corrected its report. The message is "
        "corrected."
    )
    assert tell.text == (
        "✏️ Correction to my answer of 8 July 2025: “About 4,700 were killed.” (was "
        "4,000, is 4,700). The Times corrected its report."
    )
    assert note.claims == tell.claims == (LOSSES,)


@pytest.mark.parametrize("name", ["full", "headlines", "two-briefings", "changes"])
def test_every_claim_of_a_digest_can_be_corrected_in_it(name: str) -> None:
    """In its lead and in its thread, by whatever form of its words stands there."""
    for part in rendered(DOCUMENTS[name]):
        assert_editable(part, NK, DRILL)


@pytest.mark.parametrize("briefing", [NK, DRILL], ids=["first", "drill"])
def test_every_claim_of_an_answer_can_be_corrected_in_it(briefing: Briefing) -> None:
    """Of every page, as it is posted."""
    pages = [
        *(Page(PageKind.CLAIM, briefing.id, claim.id) for claim in briefing.claims),
        *(Page(PageKind.SECTION, briefing.id, each.id) for each in briefing.sections),
        *(
            Page(kind, briefing.id)
            for kind in PageKind
            if kind not in (PageKind.CLAIM, PageKind.SECTION)
        ),
    ]
    context = replace(context_of(NK, DRILL, audience=CURATOR), is_posted=True)
    for page in pages:
        assert_editable(render(Shown(page), context), briefing)


def assert_editable(part: Part, *briefings: Briefing) -> None:
    """Correct each claim, bottom line, summary and title that a message shows."""
    by_id = {briefing.id: briefing for briefing in briefings}
    for number, mark in enumerate(part.claims):
        briefing = by_id[mark.briefing_id]
        claim = next((c for c in briefing.claims if c.id == mark.claim_id), None)
        if claim is None:
            was: tuple[str, ...] = (briefing.told_texts[mark.claim_id],)
            now: tuple[str, ...] = (f"Otherwise, {was[0]}",)
        else:
            short = f"Otherwise {claim.short}"[:80] if claim.short else None
            text = f"Otherwise {claim.text}"
            moved = claim.model_copy(update={"text": text, "short": short})
            was, now = forms(claim, briefing), forms(moved, briefing)
        line = HistoryLine(Verdict.CORRECTED, DAY, was[0], now[0], "Counted again.")

        after = RENDERER.edit(part, (Replacement(number, was, now, (line,)),))

        assert "CORRECTED" in after.text
