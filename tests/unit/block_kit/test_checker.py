"""What holds for a whole message: surfaces, totals, unique ids."""

import pytest

from bot.block_kit.checker import check
from bot.block_kit.limits import Surface
from tests.unit.block_kit.samples import (
    Json,
    chart,
    plain,
    refusals,
    section,
    table,
)


@pytest.mark.parametrize(
    ("surface", "most"),
    [(s, 100 if s.is_view else 50) for s in Surface],
    ids=[s.value for s in Surface],
)
def test_a_surface_holds_so_many_blocks(surface: Surface, most: int) -> None:
    """Messages hold 50 blocks, views 100."""
    blocks: list[Json] = [{"type": "divider"}] * most

    assert refusals(blocks, surface) == []
    assert refusals([*blocks, {"type": "divider"}], surface) == [
        f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"
    ]


@pytest.mark.parametrize(
    "block",
    [{"type": "markdown", "text": "News"}, {"type": "context_actions", "elements": []}],
    ids=lambda block: str(block["type"]),
)
@pytest.mark.parametrize("surface", [Surface.MODAL, Surface.HOME])
def test_blocks_of_messages_are_refused_in_views(block: Json, surface: Surface) -> None:
    """Some blocks exist only in messages."""
    assert refusals([block], surface) == [
        f"[ERROR] unsupported type: {block['type']} [json-pointer:/blocks/0/type]"
    ]


@pytest.mark.parametrize(
    ("surface", "most", "error"),
    [
        (Surface.POST, 40_000, "message_truncated"),
        (Surface.UPDATE, 4_000, "msg_too_long"),
        (Surface.EPHEMERAL, 4_000, "msg_too_long"),
    ],
)
def test_an_update_takes_less_text_than_a_post(
    surface: Surface, most: int, error: str
) -> None:
    """A message may be postable and yet not editable with the same text."""
    fitting = check([], text="x" * most, surface=surface)
    longer = check([], text="x" * (most + 1), surface=surface)

    assert fitting == ()
    assert [found.error for found in longer] == [error]


def test_a_message_says_something() -> None:
    """Neither text nor blocks is `no_text`."""
    (found,) = check([], text="", surface=Surface.POST)

    assert found.error == "no_text"


def test_block_ids_are_unique_in_a_payload() -> None:
    """Two blocks must not share a block_id."""
    blocks = [section(block_id="lead"), section(block_id="lead")]

    assert refusals(blocks) == [
        '[ERROR] block_id "lead" is used more than once [json-pointer:/blocks]'
    ]


def test_markdown_adds_up_over_the_payload() -> None:
    """Two lawful markdown blocks may be unlawful together."""
    half = {"type": "markdown", "text": "x" * 6_001}

    found = check([half, half], text="News", surface=Surface.POST)

    assert [each.error for each in found] == ["invalid_blocks", "msg_blocks_too_long"]
    assert found[0].rule == "reference/block-kit/blocks/markdown-block#total"


def test_a_message_holds_one_table_of_ten_thousand_characters() -> None:
    """Tables have a total of their own, and there is one of them."""
    wide = check([table(4, "x" * 2_600)], text="News", surface=Surface.POST)
    twice = check([table(), table()], text="News", surface=Surface.POST)

    assert [found.rule for found in wide] == [
        "reference/block-kit/blocks/table-block#total"
    ]
    assert [found.error for found in twice] == ["invalid_attachments"]


def test_a_message_holds_two_charts() -> None:
    """A third is refused: https://docs.slack.dev names two."""
    assert refusals([chart(), chart()]) == []
    assert refusals([chart()] * 3) == [
        "[ERROR] no more than 2 data_visualization blocks allowed "
        "[json-pointer:/blocks]"
    ]


def test_all_text_of_a_message_has_an_unpublished_bound() -> None:
    """Lawful sections are refused together when they hold too much."""
    blocks = [section("x" * 2_751)] * 4

    (found,) = check(blocks, text="News", surface=Surface.POST)

    assert found.error == "msg_blocks_too_long"


def test_entities_and_wide_characters_count_as_slack_stores_them() -> None:
    """A plain `&` becomes five characters, a flag or a cow two."""
    header = {"type": "header", "text": plain("&" * 31)}
    cows = {"type": "header", "text": plain("🐄" * 76)}

    assert len(refusals([header])) == 1
    assert len(refusals([cows])) == 1
    assert refusals([{"type": "header", "text": plain("&" * 30)}]) == []


def test_a_rule_is_named_after_its_page() -> None:
    """Whoever doubts a refusal can read where it comes from."""
    (found,) = check([section("x" * 3_001)], text="", surface=Surface.POST)

    assert found.rule == "reference/block-kit/blocks/section-block#text"
