"""A draft that was held against a number which was wrong: the answer is corrected."""

from bot.briefing.models import Briefing
from tests.factories import briefing_of, claim
from tests.fakes import RecordedMessage
from tests.integration.corrections.stage import (
    FIRST,
    entry,
    lost,
    marked,
    notes,
    now,
    pass_quietly,
    text,
    words,
)
from tests.talking_bot import TalkingBot

DAY = "✏️ *CORRECTED 23 November 2026:*"


def counted(number: int, *entries: dict[str, str]) -> Briefing:
    """Return the briefing in which the number stands as a figure, too."""
    figure = {"label": "lost", "unit": "boats", "value": number, "approximate": True}
    return lost(number, *entries, figures=[figure])


async def checked(bot: TalkingBot, draft: str) -> RecordedMessage:
    """Have the bot check a draft that somebody pastes."""
    await bot.hear(f"check: {draft}")
    await bot.work()
    return bot.last


async def test_a_number_in_the_answer_to_a_draft_is_corrected_in_place(
    bot: TalkingBot,
) -> None:
    """It stands there without the claim's words; the draft's own are left alone."""
    answer = await checked(bot, "About 55 boats were lost.")
    assert "the briefing has About 40" in answer.part.text

    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)

    before, after = marked(answer), marked(now(bot, answer))
    line = f"\n{DAY} was 40, is 47. The port counted 23 times."
    assert after == before.replace("*About 40*", "About ~40~ *47*") + line
    assert "the briefing has About 47" in words(bot, answer)[2]
    assert now(bot, answer).part.blocks[1:] == answer.part.blocks[1:]


async def test_a_figure_in_the_answer_to_a_draft_is_corrected_in_place(
    bot: TalkingBot,
) -> None:
    """As the one that it is, whatever else its text counts."""
    await bot.load(counted(40))
    answer = await checked(bot, "About 55 boats were lost.")
    await bot.load(counted(47, FIRST))
    await pass_quietly(bot)

    assert "the briefing has about ~40~ *47*" in marked(now(bot, answer))


async def test_a_number_that_the_draft_has_right_is_corrected_too(
    bot: TalkingBot,
) -> None:
    """The claim's line is edited, not the same words in what was pasted."""
    answer = await checked(bot, text(40))
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)

    said = marked(now(bot, answer)).splitlines()
    assert said[1] == f"*1.* “{text(40)[:-1]}.”"
    assert said[2].startswith("• About ~40~ *47* boats were lost")
    assert said[3].startswith(DAY)


async def test_a_draft_there_and_back_and_there_again_ends_there(
    bot: TalkingBot,
) -> None:
    """A, B, A, B by an entry each."""
    answer = await checked(bot, "About 55 boats were lost.")
    entries: list[dict[str, str]] = []
    said = []
    for number, was, day in ((47, 40, 23), (40, 47, 24), (47, 40, 25)):
        entries.append(entry("correction", was, day))
        await bot.load(lost(number, *entries))
        await pass_quietly(bot)
        said.append(words(bot, answer)[2].partition("has ")[2][:8])

    assert said == ["About 47", "About 40", "About 47"]


async def test_what_a_draft_was_told_of_a_withdrawn_claim_is_struck(
    bot: TalkingBot,
) -> None:
    """Nothing stands in its place."""
    answer = await checked(bot, "About 55 boats were lost.")
    await bot.load(lost(40, entry("withdrawal", 40, 23)))
    await pass_quietly(bot)

    assert "the briefing has ~About 40~" in marked(now(bot, answer))
    assert "*WITHDRAWN 23 November 2026.*" in marked(now(bot, answer))


async def test_a_number_that_cannot_be_told_from_others_gets_a_note_that_says_so(
    bot: TalkingBot,
) -> None:
    """The text counts more by now: which of it is meant nobody can say."""
    answer = await checked(bot, "About 55 boats were lost.")
    await bot.load(
        briefing_of(
            claim(
                text="About 47 boats and 12 rafts were lost.",
                revisions=[{**FIRST, "was": text(40)}],
            ),
            claim("crew", text="Twelve sailors were wounded."),
        )
    )
    await pass_quietly(bot)

    (note,) = notes(bot, answer)
    assert now(bot, answer) == answer
    assert "could not be changed" in note.part.text
