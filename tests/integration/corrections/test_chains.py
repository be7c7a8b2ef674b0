"""Corrections of corrections, taken back, withdrawn, updated: each ends right."""

from datetime import timedelta

from tests.factories import briefing_of, claim
from tests.integration.corrections.stage import (
    FIRST,
    answered,
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


async def test_nothing_else_in_a_message_differs_by_a_byte(bot: TalkingBot) -> None:
    """Blocks, controls and the other lines are those that were frozen."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)

    part = now(bot, message).part
    line = "\n✏️ *CORRECTED 23 November 2026:* was 40, is 47. The port counted 23 times."
    assert part.blocks[1:] == message.part.blocks[1:]
    assert marked(now(bot, message)) == marked(message).replace(
        "*About 40 boats were lost.*", f"About ~40~ *47* boats were lost.{line}"
    )


async def test_a_second_look_changes_nothing(bot: TalkingBot) -> None:
    """However often, and after a restart: what is right by now is left alone."""
    await answered(bot)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    before = list(bot.messenger.messages)

    for _ in range(2):
        bot.corrections.look_at_all()
        await pass_quietly(bot)

    assert bot.messenger.messages == before


async def test_a_correction_of_a_correction_strikes_what_was_read_first(
    bot: TalkingBot,
) -> None:
    """The message is made of its first words each time, and says both errors."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    await bot.load(lost(50, FIRST, entry("correction", 47, 24)))
    await pass_quietly(bot)

    assert "~40~ *50*" in marked(now(bot, message))
    assert words(bot, message)[:3] == [
        "About 50 boats were lost.",
        "✏️ CORRECTED 23 November 2026: was 40, is 47. The port counted 23 times.",
        "✏️ CORRECTED 24 November 2026: was 47, is 50. The port counted 24 times.",
    ]


async def test_there_and_back_and_there_again_ends_there(bot: TalkingBot) -> None:
    """A, B, A, B, each by an entry, some before the last was carried out."""
    message = await answered(bot)
    entries = [FIRST, entry("correction", 47, 24), entry("correction", 40, 25)]
    for number, count in ((47, 1), (40, 2), (47, 3)):
        await bot.load(lost(number, *entries[:count]))
        await bot.settle()
        bot.clock.move(timedelta(seconds=50))
    await pass_quietly(bot)

    assert words(bot, message)[0] == text(47)
    assert "~40~ *47*" in marked(now(bot, message))


async def test_a_slip_taken_back_in_the_quiet_time_edits_nothing(
    bot: TalkingBot,
) -> None:
    """The same words, the same entries: as if nothing had been."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await bot.settle()
    bot.clock.move(timedelta(seconds=100))
    await bot.load(lost(40))
    await pass_quietly(bot)

    assert bot.messenger.messages == [message]


async def test_the_quiet_time_runs_from_when_the_words_became_current(
    bot: TalkingBot,
) -> None:
    """Another load, of other claims, does not make it longer."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await bot.settle()
    bot.clock.move(timedelta(seconds=119))
    await bot.settle()
    unchanged = now(bot, message)

    bot.clock.move(timedelta(seconds=2))
    await bot.settle()

    assert unchanged == message
    assert words(bot, message)[0] == text(47)


async def test_a_correction_taken_back_later_says_so(bot: TalkingBot) -> None:
    """Its entry is gone and the first words are right again: they stand, with why."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    await bot.load(lost(40))
    await pass_quietly(bot)

    assert "~" not in marked(now(bot, message))
    assert words(bot, message)[:2] == [
        "About 40 boats were lost.",
        "✏️ CORRECTED 23 November 2026: was 47, is 40. An earlier correction was "
        "taken back.",
    ]
    *_, last = notes(bot, message)
    assert "this answer said “About 47 boats were lost.” Right is: “About 40" in (
        last.text
    )


async def test_a_withdrawal_strikes_the_words_and_says_why(bot: TalkingBot) -> None:
    """Also after a correction, which stays to be read."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    await bot.load(lost(47, FIRST, entry("withdrawal", 47, 24)))
    await pass_quietly(bot)

    assert marked(now(bot, message)).startswith("~About 40 boats were lost.~\n")
    assert words(bot, message)[1:3] == [
        "✏️ CORRECTED 23 November 2026: was 40, is 47. The port counted 23 times.",
        "✏️ WITHDRAWN 24 November 2026. The port counted 24 times.",
    ]


async def test_a_wording_before_an_update_was_right_in_its_day(
    bot: TalkingBot,
) -> None:
    """Only who read what the correction corrects is told."""
    first = await answered(bot)
    update = entry("update", 40, 23)
    await bot.load(lost(45, update))
    await pass_quietly(bot)
    second = await answered(bot)
    await bot.load(lost(47, update, entry("correction", 45, 24)))
    await pass_quietly(bot)

    assert now(bot, first) == first
    assert words(bot, second)[:2] == [
        "About 47 boats were lost.",
        "✏️ CORRECTED 24 November 2026: was 45, is 47. The port counted 24 times.",
    ]


async def test_an_update_after_a_correction_is_told_with_it(bot: TalkingBot) -> None:
    """Both happened before anybody was told of the first."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await bot.load(lost(52, FIRST, entry("update", 47, 24)))
    await pass_quietly(bot)

    assert words(bot, message)[:3] == [
        "About 52 boats were lost.",
        "✏️ CORRECTED 23 November 2026: was 40, is 47. The port counted 23 times.",
        "Updated 24 November 2026: was 47, is 52. The port counted 24 times.",
    ]


async def test_an_update_changes_no_message_that_was_corrected(
    bot: TalkingBot,
) -> None:
    """What it says by then was right in its day."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    corrected = now(bot, message)
    await bot.load(lost(52, FIRST, entry("update", 47, 24)))
    await pass_quietly(bot)

    assert now(bot, message) == corrected


async def test_two_corrected_claims_are_one_edit_and_one_note(
    bot: TalkingBot,
) -> None:
    """A message that shows both is edited once."""
    await bot.hear("storm", channel_id="C0DESK")
    await bot.work()
    message = bot.last
    both = lost(47, FIRST)
    crew = (
        both.sections[0]
        .claims[1]
        .model_copy(
            update={
                "text": "Nine sailors were wounded.",
                "revisions": lost(1, entry("correction", 12, 24))
                .sections[0]
                .claims[0]
                .revisions,
            }
        )
    )
    section = both.sections[0].model_copy(
        update={"claims": (both.sections[0].claims[0], crew)}
    )
    await bot.load(both.model_copy(update={"sections": (section,)}))
    await pass_quietly(bot)

    assert "~40~ *47*" in marked(now(bot, message))
    assert "~Twelve~ *Nine*" in marked(now(bot, message))
    (note,) = notes(bot, message)
    assert "40 boats" in note.text
    assert "Nine sailors" in note.text


async def test_what_moves_without_an_entry_is_asked_about_and_not_edited(
    bot: TalkingBot,
) -> None:
    """A number, and a claim that vanishes: the curators say what it was."""
    message = await answered(bot)
    await bot.load(lost(47))
    await pass_quietly(bot)
    moved = list(bot.questions.entries)
    await bot.load(lost(47, id="others"))
    await pass_quietly(bot)
    gone = bot.questions.entries[len(moved) :]

    assert bot.messenger.messages == [message]
    assert {(each.claim.claim_id, each.verdict.value) for each in moved} == {
        ("losses", "unexplained")
    }
    assert {(each.claim.claim_id, each.verdict.value) for each in gone} == {
        ("losses", "gone")
    }


async def test_a_load_asks_about_what_it_changed_alone(bot: TalkingBot) -> None:
    """What curators were asked about is asked again with everything, each hour."""
    await answered(bot)
    for number in (47, 50):
        await bot.load(lost(number))
        await pass_quietly(bot)
        await answered(bot)
    asked = [each.was for each in bot.questions.entries]
    bot.questions.entries.clear()

    bot.corrections.look_at_all()
    await bot.corrections.work()

    assert asked == [text(40), text(47)]
    assert {each.was for each in bot.questions.entries} == {text(40), text(47)}


async def test_what_was_asked_about_is_corrected_once_its_entry_is_there(
    bot: TalkingBot,
) -> None:
    """Having been asked about decides nothing: the words are judged as ever."""
    message = await answered(bot)
    await bot.load(lost(47))
    await pass_quietly(bot)
    assert bot.questions.entries

    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)

    assert "~40~ *47*" in marked(now(bot, message))


async def test_a_note_is_a_message_too(bot: TalkingBot) -> None:
    """What it called right is corrected in it when that was wrong."""
    message = await answered(bot)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    (note,) = notes(bot, message)
    await bot.load(lost(50, FIRST, entry("correction", 47, 24)))
    await pass_quietly(bot)

    assert "About ~47~ *50* boats were lost." in marked(now(bot, note))
    assert len(notes(bot, message)) == 2


async def test_an_entry_that_is_added_later_corrects_what_it_explains(
    bot: TalkingBot,
) -> None:
    """What was sent in between says the right words already, and is left alone."""
    first = await answered(bot)
    await bot.load(lost(47))
    await pass_quietly(bot)
    second = await answered(bot)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)

    assert words(bot, first)[0] == text(47)
    assert now(bot, second) == second


async def test_of_a_withdrawn_claim_that_is_removed_nobody_is_asked(
    bot: TalkingBot,
) -> None:
    """Whoever read it was told; its file need not keep it for ever."""
    await answered(bot)
    await bot.load(lost(40, entry("withdrawal", 40)))
    await pass_quietly(bot)
    await bot.load(briefing_of(claim("crew", text="Twelve sailors were wounded.")))
    await pass_quietly(bot)
    bot.corrections.look_at_all()
    await pass_quietly(bot)

    assert bot.questions.entries == []
