"""A correction says what was wrong, also where the claim's own words are the same."""

from typing import Any

import pytest

from bot.briefing.models import Briefing
from tests.factories import briefing_of, claim
from tests.integration.corrections.stage import (
    FIRST,
    answered,
    entry,
    lost,
    notes,
    pass_quietly,
    words,
)
from tests.talking_bot import TalkingBot

SOURCES = {"port": {"publisher": "Port authority"}, "navy": {"publisher": "The navy"}}
FIGURE = {"label": "lost", "value": 40, "unit": "boats"}
MOVES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "its kind": (
        {"kind": "estimate"},
        {"kind": "report"},
        "kind was estimate, is reported",
    ),
    "its source": ({}, {"sources": ["navy"]}, "source was Port authority, is The navy"),
    "its date": (
        {"when": "2026-11-03"},
        {"when": "2026-11-05"},
        "date was 3 November 2026, is 5 November 2026",
    ),
    "its caveat": (
        {"caveat": "Rafts are counted."},
        {"caveat": "Rafts are not counted."},
        "caveat was “Rafts are counted.”, is “Rafts are not counted.”",
    ),
    "a caveat that was missing": (
        {},
        {"caveat": "Rafts are not counted."},
        "caveat was not given, is “Rafts are not counted.”",
    ),
    "a figure": (
        {"figures": [FIGURE | {"approximate": True}]},
        {"figures": [FIGURE]},
        "figure (lost) was about 40, is 40",
    ),
}


def said(*entries: dict[str, str], **fields: Any) -> Briefing:
    """Return a briefing whose claim keeps its words."""
    own = claim(revisions=list(entries), **fields)
    return briefing_of(own, claim("crew", sources=["navy"]), sources=SOURCES)


@pytest.mark.parametrize(("then", "later", "moved"), MOVES.values(), ids=MOVES)
async def test_what_moved_beside_the_words_is_named(
    bot: TalkingBot, then: dict[str, Any], later: dict[str, Any], moved: str
) -> None:
    """In the message, in its note, and to who asked: never "was X" of what is X."""
    await bot.load(said(**then))
    message = await answered(bot)
    asked = await answered(bot, room="D0ANA")
    await bot.load(said(FIRST, **then | later))
    await pass_quietly(bot)

    because = "The port counted 23 times."
    line = f"✏️ CORRECTED 23 November 2026: {moved}. {because}"
    told = {note.channel_id: note.text for note in notes(bot, message, asked)}
    assert line in words(bot, message)
    assert told[message.channel_id] == (
        "✏️ Correction. On 23 November 2026 this answer said “About 40 boats were "
        f"lost.” Wrong in it: {moved}. {because} The message is corrected."
    )
    assert told[asked.channel_id] == (
        "✏️ Correction to my answer of 23 November 2026: “About 40 boats were lost.” "
        f"({moved}). {because}"
    )


async def test_what_was_withdrawn_and_stands_again_is_told_so(bot: TalkingBot) -> None:
    """The same words are right again: the withdrawal was the error."""
    message = await answered(bot)
    gone = entry("withdrawal", 40, 23)
    await bot.load(lost(40, gone))
    await pass_quietly(bot)
    await bot.load(lost(40, gone, entry("correction", 40, 24)))
    await pass_quietly(bot)

    assert words(bot, message)[:3] == [
        "About 40 boats were lost.",
        "✏️ WITHDRAWN 23 November 2026. The port counted 23 times.",
        "✏️ CORRECTED 24 November 2026: was withdrawn, stands again. The port counted "
        "24 times.",
    ]
    assert notes(bot, message)[-1].text == (
        "✏️ Correction. On 23 November 2026 this answer said “About 40 boats were "
        "lost.” That was withdrawn, and stands again. The port counted 24 times. The "
        "message is corrected."
    )


async def test_an_update_behind_a_correction_is_told_as_one(bot: TalkingBot) -> None:
    """It says what was right when it was corrected, and its own reason; no error."""
    message = await answered(bot)
    asked = await answered(bot, room="D0ANA")
    await bot.load(lost(52, FIRST, entry("update", 47, 24)))
    await pass_quietly(bot)

    told = {note.channel_id: note.text for note in notes(bot, message, asked)}
    update = "Updated 24 November 2026: was 47, is 52. The port counted 24 times."
    assert told[message.channel_id] == (
        "✏️ Correction. On 23 November 2026 this answer said “About 40 boats were "
        "lost.” Right was: “About 47 boats were lost.” The port counted 23 times. "
        f"{update} The message is corrected."
    )
    assert told[asked.channel_id] == (
        "✏️ Correction to my answer of 23 November 2026: “About 52 boats were lost.” "
        f"(was 40, is 47). The port counted 23 times. {update}"
    )


async def test_what_moved_stays_with_the_correction_that_moved_it(
    bot: TalkingBot,
) -> None:
    """A second correction does not take the first one's error over, nor its day."""
    await bot.load(said(kind="estimate"))
    message = await answered(bot)
    await bot.load(said(FIRST, kind="report"))
    await pass_quietly(bot)
    second = entry("correction", 40, 24)
    own = claim(text="About 47 boats were lost.", kind="report")
    later = own | {"revisions": [FIRST, second]}
    await bot.load(briefing_of(later, claim("crew", sources=["navy"]), sources=SOURCES))
    await pass_quietly(bot)

    assert [line for line in words(bot, message) if "CORRECTED" in line] == [
        "✏️ CORRECTED 23 November 2026: kind was estimate, is reported. The port "
        "counted 23 times.",
        "✏️ CORRECTED 24 November 2026: was 40, is 47. The port counted 24 times.",
    ]


async def test_an_error_nobody_can_name_is_told_by_its_reason(bot: TalkingBot) -> None:
    """Where its source is the same by name, the words are not said to be wrong."""
    sources = {
        "port": {"publisher": "Port authority"},
        "other": {"publisher": "Port authority"},
    }
    await bot.load(
        briefing_of(claim(), claim("crew", sources=["other"]), sources=sources)
    )
    message = await answered(bot)
    own = claim(revisions=[FIRST], sources=["other"])
    await bot.load(briefing_of(own, claim("crew", sources=["port"]), sources=sources))
    await pass_quietly(bot)

    (note,) = notes(bot, message)
    assert note.text == (
        "✏️ Correction. On 23 November 2026 this answer said “About 40 boats were "
        "lost.” These words stand; something that goes with them was wrong. The port "
        "counted 23 times. The message is corrected."
    )


async def test_each_of_two_corrections_gives_its_reason(bot: TalkingBot) -> None:
    """Two curators' entries of one day are one correction to who read neither."""
    message = await answered(bot)
    second = entry("correction", 45, 23) | {"because": "The navy counted, too."}
    await bot.load(lost(47, FIRST, second))
    await pass_quietly(bot)

    (note,) = notes(bot, message)
    assert "The port counted 23 times. The navy counted, too. The message" in note.text
