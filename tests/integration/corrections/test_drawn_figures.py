"""A chart and a table of which a figure was wrong are drawn anew, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.block_kit.part import Block, Part
from bot.briefing.models import Briefing
from tests.factories import briefing_of, claim
from tests.fakes import RecordedMessage, RecordingMessenger, StoppedClock
from tests.integration.corrections.stage import FIRST, entry, now, pass_quietly, text
from tests.talking_bot import TalkingBot, open_talking_bot

SECOND = entry("correction", 47, 24)
THIRD = entry("correction", 40, 25)


@pytest.fixture
async def bot(database_url: str) -> AsyncIterator[TalkingBot]:
    messenger = RecordingMessenger(StoppedClock())
    async with open_talking_bot(database_url, messenger) as bot:
        await bot.load(counted(40))
        yield bot


def counted(
    number: int, *entries: dict[str, str], other: int = 52, **figure: Any
) -> Briefing:
    """Return a briefing in which three say how many boats were lost."""
    boats = {"label": "lost", "unit": "boats"}
    first = {**boats, "value": number, **figure}
    return briefing_of(
        claim(
            text=text(number),
            figures=[{k: v for k, v in first.items() if v is not None}],
            revisions=list(entries),
        ),
        claim(
            "b", text="The crews say otherwise.", figures=[{**boats, "value": other}]
        ),
        claim("c", text="So do others.", figures=[{**boats, "low": 30, "high": 60}]),
    )


async def drawn(bot: TalkingBot) -> RecordedMessage:
    """Have the bot post the figures."""
    await bot.hear("figures", channel_id="")
    await bot.work()
    return bot.last


def of_type(part: Part, kind: str) -> Block:
    (found,) = (block for block in part.blocks if block["type"] == kind)
    return found


def bars(part: Part) -> list[list[tuple[str, float]]]:
    series = of_type(part, "data_visualization")["chart"]["series"]
    return [[(each["label"], each["value"]) for each in s["data"]] for s in series]


def rows(part: Part) -> list[list[str]]:
    """Return the rows below the head, with signs for words struck and bold."""
    return [[_said(cell) for cell in row] for row in of_type(part, "table")["rows"][1:]]


def _said(cell: Block) -> str:
    if cell["type"] == "raw_text":
        return str(cell["text"])
    signs = {"strike": "~", "bold": "*"}
    said = ""
    for each in cell["elements"][0]["elements"]:
        sign = "".join(signs[style] for style in each.get("style", ()))
        said += f"{sign}{each['text']}{sign}"
    return said


async def test_a_corrected_figure_is_drawn_anew_with_corrected_in_its_title(
    bot: TalkingBot,
) -> None:
    """The bar, its row and a line that says why differ; nothing else by a byte."""
    message = await drawn(bot)
    await bot.load(counted(47, FIRST))
    await pass_quietly(bot)

    before, after = message.part, now(bot, message).part
    assert of_type(after, "data_visualization")["title"] == "Corrected: Lost (boats)"
    assert bars(after) == [
        [
            *(("47, Port authority", 47), ("52, Port authority", 52)),
            ("30 to 60, Port auth…", 30),
        ],
        [
            *(("47, Port authority", 47), ("52, Port authority", 52)),
            ("30 to 60, Port auth…", 60),
        ],
    ]
    assert rows(after)[0] == [
        *("Lost (boats)", "~40~ *47*"),
        f"{rows(before)[0][2].removesuffix('.')}. Corrected 23 November 2026.",
    ]
    assert rows(after)[1:] == rows(before)[1:]
    line = "✏️ *CORRECTED 23 November 2026:* was 40, is 47. The port counted 23 times."
    assert after.blocks[3]["text"]["text"] == line
    assert [after.blocks[0], *after.blocks[4:]] == [
        before.blocks[0],
        *before.blocks[3:],
    ]


async def test_what_stands_beside_it_is_what_was_frozen(bot: TalkingBot) -> None:
    """Another figure that moved meanwhile is not drawn into it."""
    message = await drawn(bot)
    await bot.load(counted(47, FIRST, other=99))
    await pass_quietly(bot)

    part = now(bot, message).part
    assert bars(part)[0][1] == ("52, Port authority", 52)
    assert rows(part)[1] == rows(message.part)[1]


async def test_its_words_are_kept_beside_where_the_drawing_is_refused(
    bot: TalkingBot,
) -> None:
    """Both forms are frozen together, and the text says what the words say."""
    message = await drawn(bot)
    await bot.load(counted(47, FIRST))
    await pass_quietly(bot)

    part = now(bot, message).part
    assert "~40~ *47*" in part.plain_blocks[0]["text"]["text"]
    assert "47 — reported, Port authority" in part.text
    assert "CORRECTED 23 November 2026: was 40, is 47." in part.text


async def test_a_drawing_there_and_back_and_there_again_ends_there(
    bot: TalkingBot,
) -> None:
    """Each time it is made of what was frozen first, so A, B, A, B ends at B."""
    message = await drawn(bot)
    entries: list[dict[str, str]] = []
    titles, firsts = [], []
    for number, added in ((47, FIRST), (40, SECOND), (47, THIRD)):
        entries.append(added)
        await bot.load(counted(number, *entries))
        await pass_quietly(bot)
        part = now(bot, message).part
        titles.append(of_type(part, "data_visualization")["title"])
        firsts.append((bars(part)[0][0], rows(part)[0][1]))

    assert titles == [
        *("Corrected: Lost (boats)", "Lost (boats)", "Corrected: Lost (boats)"),
    ]
    assert firsts == [
        (("47, Port authority", 47), "~40~ *47*"),
        (("40, Port authority", 40), "40"),
        (("47, Port authority", 47), "~40~ *47*"),
    ]
    assert rows(part)[0][2].endswith("Corrected 25 November 2026.")


async def test_a_figure_that_is_withdrawn_leaves_the_chart_and_is_struck(
    bot: TalkingBot,
) -> None:
    """Two bars are no chart: the table says the rest."""
    message = await drawn(bot)
    await bot.load(counted(40, entry("withdrawal", 40, 23)))
    await pass_quietly(bot)

    part = now(bot, message).part
    assert "data_visualization" not in [block["type"] for block in part.blocks]
    assert rows(part)[0][1] == "~40~"
    assert "withdrawn" in rows(part)[0][2]


async def test_a_number_that_becomes_a_range_is_drawn_with_both_ends(
    bot: TalkingBot,
) -> None:
    """The other bars keep the ends that they had."""
    message = await drawn(bot)
    await bot.load(counted(47, FIRST, value=None, low=45, high=49))
    await pass_quietly(bot)

    part = now(bot, message).part
    assert [series[0][1] for series in bars(part)] == [45, 49]
    assert [series[1][1] for series in bars(part)] == [52, 52]
    assert rows(part)[0][1] == "~40~ *45 to 49*"


async def test_what_counts_something_else_by_now_gives_way_to_words(
    bot: TalkingBot,
) -> None:
    """No two units share a chart, so the message says it in words."""
    message = await drawn(bot)
    await bot.load(counted(47, FIRST, unit="ships"))
    await pass_quietly(bot)

    part = now(bot, message).part
    kinds = [block["type"] for block in part.blocks]
    assert ("table" in kinds, "data_visualization" in kinds) == (False, False)
    assert not part.plain_blocks
    assert "~40~ *47*" in part.blocks[0]["text"]["text"]
