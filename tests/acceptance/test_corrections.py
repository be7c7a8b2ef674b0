"""A correction reaches whoever read the error: in the messages, and by word of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.corrections import let_go
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.messages import Message
from tests.acceptance.office import (
    BRIEFING,
    CORRECTED,
    CURATORS,
    DESK,
    Office,
    open_office,
)
from tests.patience import until

QUICK: dict[str, Any] = {"corrections_quiet": 0.0}
LABEL = "✏️ CORRECTED 23 November 2026: was 40, is 47. The port counted again."


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url) as office:
        yield office


async def edited(
    office: Office, message: Message, until: Callable[[str], bool] = bool
) -> Message:
    """Wait until a message is another one, and return what it is by now."""
    found = await office.simulator.wait_for(
        lambda change: (
            change.message is not None
            and (change.message.channel, change.message.ts)
            == (message.channel, message.ts)
            and change.message.text != message.text
            and until(change.message.text)
        )
    )
    assert found.message is not None
    return found.message


async def test_an_answer_is_corrected_in_its_wrong_words_alone(office: Office) -> None:
    """These are struck, the right ones stand beside them, and why below."""
    async with office.bot(**QUICK):
        answer = await office.ask("alice", "how many boats were lost?")
        office.write(CORRECTED)
        after = await edited(office, answer)

    was, now = (m.blocks[0]["text"]["text"] for m in (answer, after))
    marked = "_Estimate, Port authority._"
    assert was == f"*About 40 boats were lost in the storm.*\n{marked}"
    assert now == (
        "About ~40~ *47* boats were lost in the storm.\n"
        "✏️ *CORRECTED 23 November 2026:* was 40, is 47. The port counted again.\n"
        f"{marked}"
    )
    assert after.text == answer.text.replace("40 boats", "47 boats").replace(
        "storm.\n", f"storm.\n{LABEL}\n", 1
    )


async def test_who_asked_is_told_once_and_a_channel_shown_one_note(
    office: Office,
) -> None:
    """However many answers carried the error to a person, or to a channel."""
    async with office.bot(**QUICK):
        for _ in range(2):
            answer = await office.ask("alice", "how many boats were lost?")
        first = await office.ask("bruno", "@brief boats", where=DESK)
        second = await office.ask("bruno", "@brief boats", where=DESK)
        office.write(CORRECTED)
        for message in (answer, first, second):
            await edited(office, message)
        notes = (await office.wait_for_posts(DESK, 4))[2:]
        told = (await office.wait_for_posts(answer.channel, 3))[2:]

    assert [message.text for message in told] == [
        f"✏️ Correction to my answer of {day(answer)}: “About 47 boats were lost in the "
        "storm.” (was 40, is 47). The port counted again."
    ]
    assert {note.text for note in notes} == {
        f"✏️ Correction. On {day(first)} this answer said “About 40 boats were lost in "
        "the storm.” Right is: “About 47 boats were lost in the storm.” The port "
        "counted again. The message is corrected."
    }
    shown_in_channel = {note.thread_ts: note.is_broadcast for note in notes}
    assert shown_in_channel == {first.thread_ts: False, second.thread_ts: True}


def day(message: Message) -> str:
    """Say on which day a message was posted."""
    at = datetime.fromtimestamp(float(message.ts), UTC)
    return f"{at.day} {at:%B %Y}"


async def test_a_curator_lets_out_what_would_reach_many(office: Office) -> None:
    """By the button under the question; nobody else's press does."""
    async with office.bot(**QUICK, corrections_rooms=0):
        answer = await office.ask("alice", "how many boats were lost?")
        office.write(CORRECTED)
        (question,) = await office.wait_for_posts(CURATORS, 1)
        refused = await said_at_press(office, "bruno", question)
        before = latest(office, answer)
        thanks = await said_at_press(office, "alice", question)
        after = await edited(office, answer)
        marked = await edited(office, question)

    assert question.text == (
        "1 correction (`boats`) in “The harbour” would be told to 1 room or person."
    )
    assert refused == "Only this briefing's curators can let its corrections go out."
    assert thanks == "Thank you. 1 correction is going out now."
    assert before.text == answer.text
    assert LABEL in after.text
    assert marked.text == f"{question.text}\nLet out: <@U0ALICE>"
    assert buttons(question) == ["corrections_go"]
    assert buttons(marked) == []


async def test_a_go_at_the_command_line_is_told_under_the_question(
    office: Office, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The running bot finds it there, and the button goes."""
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", sqlite_url)
    async with office.bot(**QUICK, corrections_rooms=0):
        answer = await office.ask("alice", "how many boats were lost?")
        office.write(CORRECTED)
        (question,) = await office.wait_for_posts(CURATORS, 1)
        await asyncio.to_thread(let_go)
        await edited(office, answer)
        marked = await edited(office, question)

    assert marked.text == f"{question.text}\nLet out: the operator"
    assert buttons(marked) == []


async def test_a_question_that_is_posted_after_the_go_says_so_at_once(
    office: Office,
) -> None:
    """Slack lets it wait; its button would be pressed for nothing."""
    refusal = FaultRule(
        kind=FaultKind.PLAIN_429,
        method="chat.postMessage",
        channel="C0CURATORS",
        seconds=1,
    )
    async with office.bot(**QUICK, corrections_rooms=0) as app:
        answer = await office.ask("alice", "how many boats were lost?")
        office.simulator.faults.add(refusal)
        office.write(CORRECTED)
        await until(lambda: office.simulator.faults.fired()[0][1] > 0)
        await app.capabilities.corrections.go("U0ALICE")
        await edited(office, answer)
        office.simulator.faults.clear()
        (question,) = await office.wait_for_posts(CURATORS, 1)
        marked = await edited(office, question)

    assert marked.text == f"{question.text}\nLet out: <@U0ALICE>"
    assert buttons(marked) == []


async def test_a_curator_says_that_a_change_without_an_entry_is_dealt_with(
    office: Office,
) -> None:
    """Whether it was an error only they know; the line to edit is a press away."""
    edit_url = "https://git.example/{path}#L{line}"
    async with office.bot(**QUICK, edit_url=edit_url):
        await office.ask("alice", "how many boats were lost?")
        office.write(BRIEFING.replace("40", "47"))
        (notice,) = await office.wait_for_posts(CURATORS, 1)
        await office.simulator.press("alice", notice.channel, notice.ts, "notice_done")
        marked = await edited(office, notice)

    assert notice.text.startswith("No entry: `boats` in “The harbour” says something")
    assert buttons(notice) == ["notice_edit", "notice_done"]
    assert marked.text == f"{notice.text}\nDone: <@U0ALICE>"


def buttons(message: Message) -> list[str]:
    """Return the ids of the actions under a message."""
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row["elements"]]


def latest(office: Office, message: Message) -> Message:
    """Return what a message says by now."""
    found = office.simulator.workspace.timeline.find(message.channel, message.ts)
    assert found is not None
    return found


async def said_at_press(office: Office, who: str, message: Message) -> str:
    """Press the button under a question and return what that person is told."""
    since = len(office.simulator.record.changes)
    await office.simulator.press(who, message.channel, message.ts, "corrections_go")
    found = await office.simulator.wait_for(
        lambda change: bool(change.message and change.message.ephemeral_to),
        since=since,
    )
    assert found.message is not None
    return found.message.text


@pytest.mark.parametrize("is_refused", [False, True], ids=["taken", "refused"])
async def test_figures_that_are_drawn_are_drawn_anew_or_said_in_words(
    office: Office, is_refused: bool
) -> None:
    """Both forms are frozen together: what Slack refuses is not tried in vain."""
    refusal = FaultRule(
        kind=FaultKind.ERROR_BEFORE, method="chat.update", error="invalid_blocks", nth=1
    )
    async with office.bot(**QUICK):
        answer = await office.ask("alice", "figures")
        if is_refused:
            office.simulator.faults.add(refusal)
        office.write(CORRECTED)
        after = await edited(office, answer)

    (table,) = (block for block in answer.blocks if block["type"] == "table")
    assert table["rows"][1][1]["text"] == "about 40"
    drawn = [block for block in after.blocks if block["type"] == "table"]
    assert LABEL in after.text
    if is_refused:
        assert drawn == []
        assert "~40~ *47*" in after.blocks[0]["text"]["text"]
    else:
        words = drawn[0]["rows"][1][1]["elements"][0]["elements"]
        assert [word["text"] for word in words] == ["about 40", " ", "about 47"]
