"""A checked draft as it is shown: within a phone's lines, the rest behind a button."""

import pytest

from bot.block_kit.part import Part
from bot.briefing.drafts.check import check_draft
from bot.briefing.drafts.sentences import draft_in
from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR
from bot.questions.pages import Checked
from bot.slack.views.draft import draft_in_full, draft_modal
from bot.slack.views.message import PART_TEXT, SECTION_LINES
from bot.slack.views.render import render
from tests.factories import briefing_of, claim
from tests.frozen import FIRST, INVENTED, briefing_at, context_of
from tests.golden_files import assert_golden
from tests.phone import phone_lines

DRAFT = (
    "About 9,000 North Koreans took part in human-wave charges in Kursk. Kim promised "
    "5,000 builders and 2,000 sappers. The weather was fine all week. Kim pledged "
    "unconditional backing for Russia's war. The talks were held at a military site."
)


def shown(text: str, *briefings: Briefing) -> Part:
    context = context_of(*(briefings or (briefing_at(FIRST),)), audience=CURATOR)
    return render(Checked(check_draft(text, context.library)), context)


def lines(text: str, *briefings: Briefing) -> list[str]:
    """Return the lines above the footer."""
    return shown(text, *briefings).text.split("\n")[:-1]


def test_a_checked_draft_looks_as_it_was_approved() -> None:
    """What differs comes first, and what does not fit is behind More."""
    part = shown(DRAFT)

    assert_golden("answers/draft", {"text": part.text, "blocks": list(part.blocks)})


def test_a_modal_shows_all_of_a_draft() -> None:
    """In the order of the text, each sentence whole."""
    context = context_of(briefing_at(FIRST))

    assert_golden(
        "modals/modal-draft", draft_modal(context, check_draft(DRAFT, context.library))
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "About 9,000 soldiers fought in Kursk.",
            [
                "1 number differs from the briefing.",
                "1. “About 9,000 soldiers fought in…”",
                "You have about 9,000; the briefing has about 9,500 — reported, source "
                "not named",
            ],
        ),
        (
            "About 9,500 soldiers fought in Kursk.",
            [
                "1 number as in the briefing, and none that differs.",
                "1. “About 9,500 soldiers fought in…”",
                "• About 9,500 fought in “human wave” assaults in Kursk — reported, "
                "source not named",
            ],
        ),
        (
            "Kim promised 5,000 builders and 1,000 sappers.",
            [
                "1 sentence is not as the briefing has it.",
                "1. “Kim promised 5,000 builders and…”",
                "• 1,000 sappers, 5,000 builders announced — Shoigu, Russia",
                "You name Kim Jong Un; the briefing has it from Shoigu, Russia.",
            ],
        ),
        (
            "About 12,000 North Korean soldiers are in Russia.",
            [
                "No number in it differs from the briefing.",
                "1. “About 12,000 North Korean…”",
                "• Soldiers are said to be in Ukraine itself — reported, news article",
                "Not in the briefing: about 12,000.",
            ],
        ),
    ],
    ids=["differs", "the same", "another speaker", "not counted here"],
)
def test_what_is_said_of_one_sentence(text: str, said: list[str]) -> None:
    """The news, the sentence, what the briefing has, and who says so."""
    assert lines(text) == said


def test_a_dispute_is_told_from_all_sides() -> None:
    """In the order of the file, each with its mark."""
    said = lines("The crews led 310 people to safety.", briefing_at(INVENTED))

    assert said[2] == (
        "You have 310; the briefing has 340 (led to safety) — reported, harbour "
        "office, about 290 (led to safety) — estimate, Gazette and at least 300 (led "
        "to safety) — Mayor Tock"
    )


def test_a_corrected_number_is_told_with_its_day() -> None:
    """The error is named in words, beside the sign."""
    said = lines("The siren sounded 17 minutes after the alarm.", briefing_at(INVENTED))

    assert said[2] == (
        "✏️ You have 17, corrected on 19 October 2026: now 11 — reported, Gazette"
    )


def test_what_touches_nothing_is_said_in_a_line() -> None:
    """Of all sentences together, or of some by their numbers."""
    nothing = "The weather was fine all week. Nobody was hurt in the storm."

    assert shown(nothing).text == "The briefing has nothing on any of the 2 sentences."
    assert "Nothing in the briefing on 3." in lines(DRAFT)


def test_a_wish_without_a_text_is_told_how() -> None:
    """An example says more than a rule."""
    assert draft_in("check") == ""
    assert shown("").text.startswith("Paste a paragraph behind the word: check:")


def test_the_strictest_label_is_said() -> None:
    """Whoever copies from it sees whom it is for."""
    foot = shown("The pump of the Tern failed in the drill.", briefing_at(INVENTED))

    assert foot.text.split("\n")[-1].startswith("TLP:AMBER · ")


@pytest.mark.parametrize("count", [1, 5, 30, 60])
def test_a_long_draft_stays_within_a_sections_lines(count: int) -> None:
    """And within what a part may hold; each button carries what is left."""
    part = shown(" ".join([DRAFT] * count))

    assert phone_lines(part) <= SECTION_LINES
    assert len(part.text) <= PART_TEXT
    [row] = [block for block in part.blocks if block["type"] == "actions"]
    assert row["elements"][0]["text"]["text"] == "More"
    assert len(row["elements"][0]["value"]) <= 2_000


def test_text_is_shown_as_written() -> None:
    """Marks and mentions in a draft mention and mark nothing."""
    told = claim(text="About 40 boats were lost in the storm.")
    part = shown(
        "<!channel> *About* 41 boats & nets were lost in the storm.", briefing_of(told)
    )

    assert "“&lt;!channel&gt; *\\u200bAbout\\u200b* 41 boats &amp;" in str(part.blocks)


def test_what_is_shown_is_marked_for_corrections() -> None:
    """A correction finds whoever was shown a claim in a check, too."""
    part = shown("About 9,000 soldiers fought in Kursk.")

    assert [mark.claim_id for mark in part.claims] == ["fought-in-kursk"]


def test_a_full_check_says_what_was_not_read() -> None:
    """Nobody takes the silence on the rest for a check."""
    context = context_of(briefing_at(FIRST))
    text = " ".join(f"The ship number {n} has left the harbour." for n in range(99))

    said = draft_in_full(context, check_draft(text, context.library))

    assert said[-1] == "What stands behind that was not read: paste it by itself."


DRILL = briefing_of(
    claim("siren", text="The siren sounded 11 minutes late.", sources=["port"]),
    id="drill",
    title="The drill",
    short="The drill (invented)",
)


def test_where_all_is_of_one_briefing_it_is_named_once() -> None:
    """Below, beside its date: no sentence need say it again."""
    text = "The siren sounded 17 minutes late. The siren was late, they say."

    said = shown(text, briefing_at(FIRST), DRILL).text

    assert said.count("The drill (invented)") == 1
    assert "· The drill (invented) · compares" in said


def test_where_sentences_touch_several_briefings_each_names_its_own() -> None:
    """A name with brackets in it stands in none."""
    text = "The siren sounded 17 minutes late. About 9,000 soldiers fought in Kursk."

    said = lines(text, briefing_at(FIRST), DRILL)

    assert "1. “The siren sounded 17 minutes…” · The drill (invented)" in said
    assert any(line.endswith("” · North Korea and Russia") for line in said)
    assert "))" not in "\n".join(said)
