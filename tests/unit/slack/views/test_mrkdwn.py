"""Nothing in a curator's or a reader's words becomes live in Slack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.views.mrkdwn import clean, escape, link, mention, quote, spoken, unescape

ESCAPED = {
    "mention": ("<@U123> said", "&lt;@U123&gt; said"),
    "everybody": ("<!channel> & all", "&lt;!channel&gt; &amp; all"),
    "entity": ("&lt;", "&amp;lt;"),
    "lines": ("one\n two\t three", "one two three"),
    "control": ("a\x00b\x1bc\x7f", "abc"),
    "direction": ("abc\u202edef\u2066g", "abcdefg"),
    "joiner": ("👩\u200d🚒 می\u200cخواهم", "👩\u200d🚒 می\u200cخواهم"),
    "marks": ("*a* _b_ ~c d~", "*\u200ba\u200b* _\u200bb\u200b_ ~\u200bc d\u200b~"),
    "code": ("the `x` and 2*3", "the `\u200bx\u200b` and 2*3"),
    "names": ("snake_case, 3 * 4 and ~", "snake_case, 3 * 4 and ~"),
    "without width": ("bo\u200bats", "boats"),
    "lone surrogate": ("a\ud800b", "ab"),
}


@pytest.mark.parametrize(("text", "escaped"), ESCAPED.values(), ids=ESCAPED)
def test_escaping_leaves_words_and_nothing_live(text: str, escaped: str) -> None:
    """`&`, `<` and `>` are escaped; what is not seen or turns the text is dropped."""
    assert escape(text) == escaped


@given(st.text())
def test_escaped_text_reads_as_the_cleaned_one(text: str) -> None:
    """Escaping loses nothing that can be seen, and leaves no angle bracket."""
    escaped = escape(text)

    assert unescape(escaped) == clean(text)
    assert not set("<>") & set(escaped)


def test_marks_in_a_curators_words_stay_where_they_are_read_out() -> None:
    """What was written is no emphasis of ours: nothing looks bold, or withdrawn."""
    said = f"*{escape('The ~removed~ _setup_ is *here*.')}*"

    assert unescape(spoken(said)) == "The ~removed~ _setup_ is *here*."


def test_a_long_quotation_is_cut() -> None:
    """A person's words are echoed in 60 characters at most."""
    assert quote("word " * 100) == f"“{('word ' * 100)[:59].rstrip()}…”"


def test_people_and_channels_are_named_by_id() -> None:
    """Slack gives people of a grid an id of their own kind."""
    assert [mention(id) for id in ("U0ANA", "W0ANA", "C0DESK", "G0DESK")] == [
        *("<@U0ANA>", "<@W0ANA>", "<#C0DESK>", "<#G0DESK>")
    ]


def test_a_quotation_that_fits_is_whole() -> None:
    """The sixtieth character is still there."""
    assert quote("x" * 60) == f"“{'x' * 60}”"


def test_what_is_spoken_has_no_marks_and_spells_links_out() -> None:
    """The notification and the screen reader get words, not signs."""
    said = spoken(
        f"*About 9,500* fought, _reported_: {link('https://x.org/?a=1&b', 'a')}"
    )

    assert said == "About 9,500 fought, reported: a (https://x.org/?a=1&amp;b)"


def test_signs_that_are_no_emphasis_stay() -> None:
    """Slack shows a lone star, and an underscore inside a word."""
    assert spoken("2 * 3 and snake_case_name") == "2 * 3 and snake_case_name"
