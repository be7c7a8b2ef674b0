"""What a single block may hold, row by row of the table."""

import pytest

from tests.unit.block_kit.samples import (
    Json,
    actions,
    button,
    chart,
    mrkdwn,
    option,
    plain,
    refusals,
    rich_text,
    section,
    select,
    table,
    text_input,
)

ACCEPTED = {
    "section": section(expand=True),
    "fields": {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
    "accessory": section(accessory=button()),
    "context": {"type": "context", "elements": [mrkdwn("as of July 2025")]},
    "divider": {"type": "divider"},
    "header": {"type": "header", "text": plain("News")},
    "actions": actions(button("a"), select(options=[option()])),
    "overflow": actions({"type": "overflow", "action_id": "m", "options": [option()]}),
    "markdown": {"type": "markdown", "text": "**News**"},
    "table": table(),
    "chart": chart(),
    "rich text": rich_text({"type": "text", "text": "News"}),
    "image": {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"},
    "input": text_input(max_length=3_000),
}


@pytest.mark.parametrize("block", ACCEPTED.values(), ids=ACCEPTED)
def test_a_lawful_block_is_accepted(block: Json) -> None:
    """The checker is strict, not in the way."""
    assert refusals([block]) == []


REFUSED: dict[str, tuple[Json, str]] = {
    "unknown type": (
        {"type": "poem"},
        "[ERROR] unsupported type: poem [json-pointer:/blocks/0/type]",
    ),
    "unknown member": (
        section(txt="x"),
        "[ERROR] invalid additional property: txt [json-pointer:/blocks/0]",
    ),
    "chart with a long label": (
        chart(axis_config={"categories": ["HUR", "Seoul"], "x_label": "x" * 51}),
        "[ERROR] must be less than 51 characters "
        "[json-pointer:/blocks/0/chart/axis_config/x_label]",
    ),
    "chart without a bar for each category": (
        chart("HUR", axis_config={"categories": ["HUR", "Seoul"]}),
        "[ERROR] data must have each category exactly once "
        "[json-pointer:/blocks/0/chart/series/0/data]",
    ),
    "chart with a word for a number": (
        chart("A", series=[{"name": "s", "data": [{"label": "A", "value": "4"}]}]),
        "[ERROR] must be a number [json-pointer:/blocks/0/chart/series/0/data/0/value]",
    ),
    "chart with two series of one name": (
        chart(
            "HUR", series=[{"name": "s", "data": [{"label": "HUR", "value": 4}]}] * 2
        ),
        '[ERROR] series name "s" is used more than once '
        "[json-pointer:/blocks/0/chart/series]",
    ),
    "chart with a number for a category": (
        chart("4", axis_config={"categories": [4]}),
        "[ERROR] must be a string "
        "[json-pointer:/blocks/0/chart/axis_config/categories/0]",
    ),
    "chart of a kind that is never sent": (
        chart(type="pie"),
        "[ERROR] unsupported type: pie [json-pointer:/blocks/0/chart/type]",
    ),
    "long section": (
        section("x" * 3_001),
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "empty text": (
        section(""),
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "section without text": (
        {"type": "section"},
        "[ERROR] missing required field: text or fields [json-pointer:/blocks/0]",
    ),
    "eleven fields": (
        {"type": "section", "fields": [mrkdwn("x")] * 11},
        "[ERROR] no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "long field": (
        {"type": "section", "fields": [mrkdwn("x" * 2_001)]},
        "[ERROR] must be less than 2001 characters "
        "[json-pointer:/blocks/0/fields/0/text]",
    ),
    "long context": (
        {"type": "context", "elements": [mrkdwn("x" * 3_001)]},
        "[ERROR] must be less than 3001 characters "
        "[json-pointer:/blocks/0/elements/0/text]",
    ),
    "eleven in a context": (
        {"type": "context", "elements": [mrkdwn("x")] * 11},
        "[ERROR] no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "long header": (
        {"type": "header", "text": plain("x" * 151)},
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "mrkdwn header": (
        {"type": "header", "text": mrkdwn("x")},
        "[ERROR] must be plain_text [json-pointer:/blocks/0/text/type]",
    ),
    "empty actions": (
        actions(),
        "[ERROR] no fewer than 1 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "26 actions": (
        actions(*(button(f"a{n}") for n in range(26))),
        "[ERROR] no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "long button": (
        actions(button(text=plain("x" * 76))),
        "[ERROR] must be less than 76 characters "
        "[json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "long value": (
        actions(button(value="x" * 2_001)),
        "[ERROR] must be less than 2001 characters "
        "[json-pointer:/blocks/0/elements/0/value]",
    ),
    "twin action ids": (
        actions(button("open"), button("open")),
        '[ERROR] action_id "open" is used more than once [json-pointer:/blocks/0]',
    ),
    "101 options": (
        actions(select(options=[option()] * 101)),
        "[ERROR] no more than 100 items allowed "
        "[json-pointer:/blocks/0/elements/0/options]",
    ),
    "long option": (
        actions(select(options=[option("x" * 76)])),
        "[ERROR] must be less than 76 characters "
        "[json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
    "options and groups": (
        actions(
            select(
                options=[option()],
                option_groups=[{"label": plain("All"), "options": [option()]}],
            )
        ),
        "[ERROR] only one of options and option_groups is allowed "
        "[json-pointer:/blocks/0/elements/0]",
    ),
    "six in an overflow": (
        actions({"type": "overflow", "action_id": "m", "options": [option()] * 6}),
        "[ERROR] no more than 5 items allowed "
        "[json-pointer:/blocks/0/elements/0/options]",
    ),
    "eleven checkboxes": (
        actions({"type": "checkboxes", "action_id": "c", "options": [option()] * 11}),
        "[ERROR] no more than 10 items allowed "
        "[json-pointer:/blocks/0/elements/0/options]",
    ),
    "long confirm title": (
        actions(
            button(
                confirm={
                    "title": plain("x" * 101),
                    "text": plain("Sure?"),
                    "confirm": plain("Yes"),
                    "deny": plain("No"),
                }
            )
        ),
        "[ERROR] must be less than 101 characters "
        "[json-pointer:/blocks/0/elements/0/confirm/title/text]",
    ),
    "modal's element": (
        actions({"type": "plain_text_input", "action_id": "x"}),
        "[ERROR] unsupported type: plain_text_input "
        "[json-pointer:/blocks/0/elements/0/type]",
    ),
    "image without alt text": (
        {"type": "image", "image_url": "https://x.example/a.png"},
        "[ERROR] missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "101 rows": (
        table(101),
        "[ERROR] no more than 100 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "21 cells": (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
        "[ERROR] must have 1 to 20 cells [json-pointer:/blocks/0/rows/0]",
    ),
    "long block id": (
        section(block_id="x" * 256),
        "[ERROR] must be less than 256 characters [json-pointer:/blocks/0/block_id]",
    ),
    "bare string as text": (
        {"type": "section", "text": "News"},
        "[ERROR] must be a text object [json-pointer:/blocks/0/text]",
    ),
    "string as flag": (
        section(expand="yes"),
        "[ERROR] must be a boolean [json-pointer:/blocks/0/expand]",
    ),
    "modal's block": (
        {"type": "alert", "text": plain("Careful")},
        "[ERROR] unsupported type: alert [json-pointer:/blocks/0/type]",
    ),
    "unknown inline": (
        rich_text({"type": "poem", "text": "x"}),
        "[ERROR] unsupported type: poem "
        "[json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
}


@pytest.mark.parametrize(("block", "refusal"), REFUSED.values(), ids=list(REFUSED))
def test_an_unlawful_block_is_refused_with_its_place(block: Json, refusal: str) -> None:
    """Each refusal reads as Slack's and points at the member."""
    assert refusals([block]) == [refusal]
