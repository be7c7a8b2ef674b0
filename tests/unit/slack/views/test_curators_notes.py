"""What curators get, and the forms that lead to it: safe, short, and in full."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corrections.model import ClaimKey
from bot.curators.feedback import Note, Remark
from bot.readers.personal_data import KeptOfPerson
from bot.slack.views.changes import with_corrections
from bot.slack.views.feedback import (
    REPORT,
    question_form,
    render_note,
    report_form,
)
from bot.slack.views.notices import notice
from bot.slack.views.personal_data import kept_view
from tests.factories import briefing_of, claim
from tests.frozen import context_of

REMARK = Remark(
    user_id="U0ANA",
    comment="It was <47>, <!channel>",
    page="claim|harbour|boats",
    words="About 40 boats\nwere lost.",
    permalink="https://acme.slack.com/archives/C1/p1",
)
HOSTILE = st.text(max_size=1_500)


def note(**fields: Any) -> Note:
    defaults: dict[str, Any] = {
        "remark": REMARK,
        "briefing": "The harbour",
        "item_id": "boats",
        "words": REMARK.words,
        "edit_url": "https://git.test/edit?a=1&b=2",
    }
    return Note(**(defaults | fields))


def test_a_report_says_who_what_and_where() -> None:
    """And what its author wrote mentions nobody."""
    part = render_note(note())

    assert part.blocks[0]["text"]["text"] == (
        "*Wrong or outdated?* <@U0ANA> about `boats` in “The harbour”:\n"
        "&gt; About 40 boats\n&gt; were lost.\n"
        "“It was &lt;47&gt;, &lt;!channel&gt;”"
    ).replace("&gt; ", "> ")
    edit, reply, done = part.blocks[1]["elements"]
    assert edit["url"] == "https://git.test/edit?a=1&b=2"
    assert reply["value"] == '["U0ANA", "It was <47>, <!channel>"]'
    assert done["action_id"] == "notice_done"
    assert part.blocks[2]["elements"][0]["text"] == (
        "_<https://acme.slack.com/archives/C1/p1|The message> · "
        "<https://git.test/edit?a=1&amp;b=2|The line>_"
    )


def test_a_question_says_whether_its_asker_waits() -> None:
    """A curator who adds the answer knows that somebody will be told."""
    remark = Remark(user_id="U0ANA", comment="Why?", wants_answer=True)

    part = render_note(note(remark=remark, item_id="", words="", edit_url=""))

    assert part.text == (
        "A question for you from <@U0ANA> about “The harbour”:\n“Why?”\n"
        "Wants to be told of an answer"
    )


def test_a_report_quotes_what_it_is_about_and_carries_it() -> None:
    """The form is answered after a restart too: all that it needs travels with it."""
    form = report_form("About 40 <boats>\nwere lost.", "the remark")

    assert (form["callback_id"], form["private_metadata"]) == (REPORT, "the remark")
    quoted, comment, note = form["blocks"]
    assert quoted["text"]["text"] == "> About 40 &lt;boats&gt;\n> were lost."
    assert comment["label"]["text"] == "What is wrong or outdated?"
    assert note["elements"][0]["text"] == "_The curators see your name with it._"


def test_a_long_quotation_in_a_report_is_cut() -> None:
    """Four hundred characters tell what is meant."""
    form = report_form("x" * 401, "")

    assert form["blocks"][0]["text"]["text"] == f"> {'x' * 400}…"


@pytest.mark.parametrize("form", [report_form("x", ""), question_form("")])
def test_a_form_opens_with_an_empty_field(form: dict[str, Any]) -> None:
    """Nothing stands in it that nobody has typed, or it would be sent."""
    (field, *_) = [block for block in form["blocks"] if block["type"] == "input"]

    assert "initial_value" not in field["element"]
    assert not field.get("optional")


@given(HOSTILE, HOSTILE)
def test_whatever_is_written_fits_a_form_and_a_note(words: str, comment: str) -> None:
    """Every form and note is checked against Slack's limits when it is made."""
    remark = REMARK.model_copy(update={"comment": comment, "words": words})

    part = render_note(note(remark=remark, words=words))
    report_form(words[:400], "")
    question_form(comment)

    assert "<!channel>" not in part.text


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (KeptOfPerson(), "I keep nothing about you."),
        (KeptOfPerson(questions=("Who <pays>?",)), "“Who &lt;pays&gt;?”"),
        (KeptOfPerson(shown_wordings=1_200), "(1,200)"),
        (KeptOfPerson(has_visited=True), "opened my Home"),
    ],
)
def test_what_is_kept_is_listed_in_plain_words(kept: KeptOfPerson, said: str) -> None:
    """Nobody has to know how it is stored to know what is stored."""
    view = kept_view(kept)

    assert said in view["blocks"][0]["text"]["text"]
    is_offered = any(block["type"] == "actions" for block in view["blocks"])
    assert is_offered is not kept.is_nothing


def test_an_error_somebody_saw_is_told_in_one_line_above_the_answer() -> None:
    """What it says now comes first, then what it was."""
    entry = {"date": "2026-11-23", "kind": "correction", "because": "Counted again."}
    revisions = [entry | {"was": "About 40 boats were lost."}]
    text = "About 47 boats were lost."
    context = context_of(briefing_of(claim("boats", text=text, revisions=revisions)))

    part = with_corrections(notice("Hello."), context, [ClaimKey("harbour", "boats")])

    assert part.text == (
        "✏️ Corrected since you looked: About 47 boats were lost, was 40, is 47\nHello."
    )


def test_an_error_beside_the_words_is_told_by_its_reason() -> None:
    """What it was nobody has noted; the words are what they were."""
    text = "About 40 boats were lost."
    entry = {"date": "2026-11-23", "kind": "correction", "because": "The navy said so."}
    own = claim("boats", text=text, revisions=[entry | {"was": text}])
    context = context_of(briefing_of(own))

    part = with_corrections(notice("Hello."), context, [ClaimKey("harbour", "boats")])

    assert part.text == (
        "✏️ Corrected since you looked: About 40 boats were lost — The navy said so.\n"
        "Hello."
    )


def test_a_slip_somebody_saw_that_was_taken_back_is_told_without_an_entry() -> None:
    """Nothing is left in the file of what it said meanwhile."""
    text = "About 40 boats were lost."
    context = context_of(briefing_of(claim("boats", text=text)))

    part = with_corrections(notice("Hello."), context, [ClaimKey("harbour", "boats")])

    assert part.text == "✏️ Corrected since you looked: About 40 boats were lost\nHello."


def test_more_errors_than_two_are_counted() -> None:
    """The answer that was asked for is not pushed out of sight."""
    entry = {"date": "2026-11-23", "kind": "withdrawal", "because": "It was a rumour."}
    ids = [f"c{number}" for number in range(4)]
    claims = [
        claim(id, text=f"Claim {id}.", revisions=[entry | {"was": f"Claim {id}."}])
        for id in ids
    ]
    context = context_of(briefing_of(*claims))
    keys = [ClaimKey("harbour", id) for id in (*ids, "gone")]

    part = with_corrections(notice("Hello."), context, keys)

    assert part.text.splitlines() == [
        "✏️ Withdrawn since you looked: “Claim c0”",
        "✏️ Withdrawn since you looked: “Claim c1”",
        "2 more: /brief changes",
        "Hello.",
    ]
