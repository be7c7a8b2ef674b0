"""Long texts are cut where it hurts least, and never inside an entity."""

from hypothesis import given
from hypothesis import strategies as st

from bot.block_kit.limits import slack_length
from bot.block_kit.part import ClaimMark
from bot.slack.views.message import (
    PART_TEXT,
    ClaimWords,
    Piece,
    count_lines,
    cut,
    fit_sentences,
    pack,
    paragraphs,
    shorten,
    shorten_plain,
)
from bot.slack.views.mrkdwn import escape


@given(st.text(max_size=300), st.integers(8, 60))
def test_every_piece_fits_and_no_word_is_lost(text: str, most: int) -> None:
    """Only blanks may go at a cut, and an entity is never torn apart."""
    escaped = escape(text)

    pieces = cut(escaped, most)

    assert all(slack_length(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(escaped.split())
    assert all(escape(text).count("&") == "".join(pieces).count("&") for _ in pieces)


def test_a_text_is_cut_between_paragraphs_before_sentences() -> None:
    """The best place wins even if more words would fit."""
    text = "First one. Second one.\n\nThird one. Fourth one. Fifth"

    assert cut(text, 40) == ["First one. Second one.", "Third one. Fourth one. Fifth"]


def test_an_entity_is_not_torn() -> None:
    """`&amp;` stays whole where the text has no better place."""
    assert cut("aaaaaa&amp;bbbb", 9) == ["aaaaaa", "&amp;bbbb"]


def test_a_link_is_not_torn() -> None:
    """Half of one would be read as its address, and the other half as words."""
    link = "<https://a.io/|the long report>"

    assert cut(f"It says so in {link}, at last.", 36) == [
        "It says so in",
        f"{link}, at",
        "last.",
    ]


def test_a_shortened_text_says_so() -> None:
    """An ellipsis stands for what was left out."""
    assert shorten("one two three", 9) == "one two…"


def test_five_thousand_characters_become_blocks_slack_takes() -> None:
    """No text object may hold more than 3,000."""
    blocks = paragraphs("word " * 1_000)

    assert [len(block.to_dict()["text"]["text"]) for block in blocks] == [2899, 2099]


@given(st.lists(st.integers(1, 4_000), max_size=30))
def test_packed_messages_are_small_enough_to_be_edited(sizes: list[int]) -> None:
    """Order is kept, and each message has room for controls and a context line."""
    pieces = [Piece(f"{'x' * size}", (_mark(n),)) for n, size in enumerate(sizes)]

    packed = pack(pieces)

    lengths = [sum(len(piece.mrkdwn) + 1 for piece in part) for part in packed]
    assert all(length <= PART_TEXT for length in lengths)
    shown = [claim for part in packed for piece in part for claim in piece.claims]
    assert list(dict.fromkeys(shown)) == [piece.claims[0] for piece in pieces]


def _mark(number: int) -> ClaimWords:
    return ClaimWords(ClaimMark("harbour", f"claim-{number}", "0"))


def test_a_label_holds_one_line_without_hidden_signs() -> None:
    """Nothing turns the writing round in a button; an empty one is a dash."""
    assert shorten_plain("Lost\n\u202eboats  at sea\x07", 75) == "Lost boats at sea"
    assert shorten_plain("boats", 5) == "boats"
    assert shorten_plain("boats", 4) == "boa…"
    assert shorten_plain("\u202e", 4) == "–"


SENTENCES = st.text(st.sampled_from("ab éß漢&<>.!? ,;–"), min_size=1, max_size=400)


@given(SENTENCES.map(str.strip).filter(bool), st.integers(1, 4))
def test_sentences_are_cut_to_their_lines_and_never_to_nothing(
    text: str, most: int
) -> None:
    """Whatever is written: something of it is said, and it fits."""
    said = fit_sentences(escape(text), most)

    assert said.strip()
    assert count_lines(said) <= most


def test_a_first_sentence_too_long_is_cut_behind_a_clause() -> None:
    """What is left makes sense; half a clause may say the opposite."""
    text = (
        "The port is closed to all ships over ten metres, which the harbour master "
        "says will not be so for long. It opens soon."
    )

    assert fit_sentences(text, 2) == "The port is closed to all ships over ten metres…"


def test_where_no_clause_leaves_half_it_is_cut_behind_a_word() -> None:
    """Too little said is no better than a cut."""
    text = (
        "Yes, the port is closed to all of the ships that are longer than ten metres."
    )

    assert fit_sentences(text, 1) == "Yes, the port is closed to all of the…"


def test_sentences_are_cut_inside_no_link() -> None:
    """Half of one would be read as its address."""
    text = "The port says so in its <https://a.io/|own long report of the year> today."

    assert fit_sentences(text, 1) == "The port says so in its…"
