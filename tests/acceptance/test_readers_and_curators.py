"""Scenes between readers and curators: feedback, gaps, corrections, being forgotten."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.changes import ChangeKind
from bot.simulator.messages import Message
from bot.simulator.views import View
from tests.acceptance.office import (
    BRIEFING,
    CORRECTED,
    CURATORS,
    DESK,
    DIVERS,
    DRILL,
    Office,
    open_office,
)
from tests.patience import PATIENCE_S
from tests.subscriptions import make_subscription

DISPUTED = """\
      - id: insurers
        text: About 90 boats were lost, the insurers say.
        handling: TLP:AMBER
        contradicts: [boats]
        sources: [port]
        figures: [{label: lost, value: 90, unit: boats, approximate: true}]
"""
EDIT_URL = "https://git.test/edit/main/{path}#L{line}"


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url) as office:
        office.edit_url = EDIT_URL
        yield office


async def view_after(office: Office, since: int, kind: ChangeKind) -> View:
    """Return the view that opens or turns after so many changes."""
    found = await office.simulator.wait_for(
        lambda change: change.kind is kind, since=since
    )
    assert found.view is not None
    return found.view


async def press(office: Office, who: str, message: Message, **chosen: Any) -> View:
    """Press something that opens a form, and return the form."""
    since = len(office.simulator.record.changes)
    action_id = chosen.pop("action_id")
    await office.simulator.press(who, message.channel, message.ts, action_id, **chosen)
    return await view_after(office, since, ChangeKind.VIEW_OPENED)


async def send(office: Office, who: str, form: View, **fields: object) -> str:
    """Send a form back and return the title of what it turns to."""
    values = {name: {name: value} for name, value in fields.items()}
    since = len(office.simulator.record.changes)
    outcome = await office.simulator.submit_view(who, form.id, values)
    assert outcome.ok, outcome.error
    turned = await view_after(office, since, ChangeKind.VIEW_UPDATED)
    return str(turned.content["title"]["text"])


def text_input(words: str) -> dict[str, object]:
    return {"type": "plain_text_input", "value": words}


def ticked(value: str) -> dict[str, object]:
    text = {"type": "plain_text", "text": "Tell me when the briefing answers it"}
    return {"type": "checkboxes", "selected_options": [{"text": text, "value": value}]}


async def test_wrong_or_outdated_reaches_the_curators(office: Office) -> None:
    """They get who says so, the claim's id, its words, and the line to edit."""
    async with office.bot():
        answer = await office.ask("alice", "@brief boats", where=DESK)
        form = await press(
            office,
            "alice",
            answer,
            action_id="menu",
            selected_option="report|claim|harbour|boats",
        )
        title = await send(office, "alice", form, comment=text_input("It was 47."))
        (notice,) = await office.wait_for_posts(CURATORS, 1)

    assert title == "Passed on"
    assert "Wrong or outdated? <@U0ALICE> about `boats`" in notice.text
    assert "About 40 boats were lost in the storm." in notice.text
    assert "“It was 47.”" in notice.text
    assert "https://git.test/edit/main/briefs/harbour.yaml#L15" in notice.text
    number = answer.ts.replace(".", "")
    assert f"/archives/C0KOREA/p{number}" in notice.text


async def test_a_claim_that_curators_channel_may_not_see_is_not_quoted_there(
    office: Office,
) -> None:
    """They hear who says what; the claim's id could tell of it as its words could."""
    office.write(BRIEFING.replace("#korea-curators", "#visitors"))
    async with office.bot():
        answer = await office.ask("alice", "was the pier mined?")
        form = await press(
            office,
            "alice",
            answer,
            action_id="menu",
            selected_option="report|claim|harbour|pier",
        )
        await send(office, "alice", form, comment=text_input("Who says so?"))
        (notice,) = await office.wait_for_posts("visitors", 1)

    assert "Wrong or outdated? <@U0ALICE> about “The harbour”" in notice.text
    assert "“Who says so?”" in notice.text
    assert "mined" not in notice.text
    assert "`pier`" not in notice.text
    assert "for fewer people than read this" in notice.text


async def test_words_that_tell_of_more_than_their_claim_are_not_quoted_there(
    office: Office,
) -> None:
    """A reader may be shown what stands against a claim; the channel may not."""
    disputed = BRIEFING.replace("#korea-curators", "#visitors") + DISPUTED
    office.write(disputed)
    async with office.bot():
        answer = await office.ask("alice", "how many boats were lost?")
        form = await press(
            office,
            "alice",
            answer,
            action_id="menu",
            selected_option="report|claim|harbour|boats",
        )
        await send(office, "alice", form, comment=text_input("Which is right?"))
        (notice,) = await office.wait_for_posts("visitors", 1)

    assert "about 90" in answer.text
    assert "> About 40 boats were lost in the storm." in notice.text
    assert "about 90" not in notice.text


async def test_who_asked_in_vain_and_agreed_is_told_once_of_an_answer(
    office: Office,
) -> None:
    """The curators hear of it, add a claim, and the asker gets it by DM."""
    async with office.bot():
        answer = await office.ask("alice", "When do the divers resume their work?")
        form = await press(office, "alice", answer, action_id="ask/harbour")
        title = await send(
            office,
            "alice",
            form,
            comment=text_input("When do the divers resume their work?"),
            tell_me=ticked("yes"),
        )
        (notice,) = await office.wait_for_posts(CURATORS, 1)
        office.write(BRIEFING + DIVERS)
        _, told = await office.wait_for_posts(answer.channel, 2)

    async with office.bot():
        await office.ask("alice", "thanks")

    assert title == "Passed on"
    assert "A question for you from <@U0ALICE>" in notice.text
    assert "When do the divers resume their work?" in notice.text
    assert "There is an answer now:" in told.text
    assert "The divers resume their work on 3 May." in told.text
    assert len(office.posts(answer.channel)) == 3


async def test_whoever_saw_the_error_finds_it_corrected_once(office: Office) -> None:
    """An ephemeral cannot be edited: the next command says what was wrong."""
    async with office.bot():
        assert "About 40 boats" in await office.command("alice", "boats")
        assert "Corrected since" not in await office.command("alice", "crew")
    office.write(CORRECTED)

    async with office.bot(corrections_quiet=0.0):
        await office.ask("bruno", "hello")
        first = await office.command("alice", "crew")
        again = await office.command("alice", "crew")
        others = await office.command("bruno", "crew")

    assert first.startswith("✏️ Corrected since you looked: ")
    assert "47" in first.splitlines()[0]
    assert "Twelve sailors" in first
    assert "Corrected since" not in again + others


async def test_a_question_reaches_the_curators_of_the_briefing_that_was_asked(
    office: Office,
) -> None:
    """In a channel with a briefing of its own no others hear of it, or by whom."""
    (office.folder / "drill.yaml").write_text(DRILL, encoding="utf-8")
    async with office.bot():
        await office.command("alice", "use drill")
        outcome = await office.simulator.type(
            "alice", DESK, "/brief who won the champions league?"
        )
        assert outcome.message is not None
        form = await press(office, "alice", outcome.message, action_id="ask/drill")
        await send(office, "alice", form, comment=text_input("Who won the cup?"))
        (notice,) = await office.wait_for_posts(office.simulator.dm("bruno"), 1)

    assert "A question for you from <@U0ALICE> about “A drill in the" in notice.text
    assert office.posts(CURATORS) == []


async def test_a_question_that_one_briefing_answers_reaches_its_curators_alone(
    office: Office,
) -> None:
    """What was asked of several is about the one that its words lead to."""
    (office.folder / "drill.yaml").write_text(DRILL, encoding="utf-8")
    async with office.bot():
        outcome = await office.simulator.type(
            "alice", DESK, "/brief who won the champions league?"
        )
        assert outcome.message is not None
        form = await press(office, "alice", outcome.message, action_id="ask/0")
        words = text_input("Who heard the siren?")
        await send(office, "alice", form, comment=words)
        (notice,) = await office.wait_for_posts(office.simulator.dm("bruno"), 1)

    assert "A question for you from <@U0ALICE> about “A drill in the" in notice.text
    assert office.posts(CURATORS) == []


async def test_ninety_topics_in_cyrillic_do_not_close_the_socket(
    office: Office,
) -> None:
    """The SDK escapes them to six bytes a letter: the answer comes by another way."""
    topics = "".join(
        f"  - id: t{number}\n    short: Раздел портовых дел, юг\n"
        f"    title: Порт закрыт\n"
        f"    claims: [{{id: c{number}, text: Порт закрыт., sources: [port]}}]\n"
        for number in range(90)
    )
    head, _, _ = BRIEFING.partition("sections:\n")
    office.write(f"{head}sections:\n{topics}")
    async with office.bot():
        since = len(office.simulator.record.changes)
        outcome = await office.simulator.type("alice", DESK, "/brief")
        answer = await office.simulator.wait_for(lambda _: True, since=since)
        again = await office.command("alice", "help")

    assert outcome.error == ""
    assert answer.kind is ChangeKind.EPHEMERAL
    assert "Раздел портовых дел" in answer.text
    assert again


async def test_an_answer_that_cannot_be_shared_stays_with_its_button(
    office: Office,
) -> None:
    """What a guest may not see is refused beside the answer, not in its place."""
    simulator = office.simulator
    async with office.bot():
        outcome = await simulator.type("alice", "visitors", "/brief pier")
        assert outcome.message is not None
        answer, since = outcome.message, len(simulator.record.changes)
        await simulator.press("alice", "visitors", answer.ts, "share/0")
        said = await simulator.wait_for(lambda _: True, since=since)

    assert (said.kind, said.text) == (
        ChangeKind.EPHEMERAL,
        "I can't share that here: not everybody who reads this channel may see it.",
    )
    assert simulator.message(answer.channel, answer.ts) == answer


async def test_a_person_sees_what_is_kept_and_has_it_forgotten(
    office: Office,
) -> None:
    """After "Delete it all" there is nothing, and the list says so."""
    async with office.bot() as app:
        await office.command("alice", "boats")
        await app.capabilities.background.drain(PATIENCE_S)
        since = len(office.simulator.record.changes)
        await office.command("alice", "forget me")
        listed = await view_after(office, since, ChangeKind.VIEW_OPENED)
        await office.simulator.press_in_view("alice", listed.id, "delete_kept")
        await view_after(office, since, ChangeKind.VIEW_UPDATED)

        since = len(office.simulator.record.changes)
        await office.command("alice", "forget me")
        after = await view_after(office, since, ChangeKind.VIEW_OPENED)

    assert "Which claims you were shown" in str(listed.content["blocks"])
    assert "I keep nothing about you." in str(after.content["blocks"])


async def test_a_channels_digest_outlives_whoever_set_it_up_and_curators_hear(
    office: Office,
) -> None:
    """They are forgotten; the channel goes on reading, and somebody answers for it."""
    simulator = office.simulator
    async with office.bot() as app:
        store = app.capabilities.stores.subscriptions
        (here,) = app.installed.keys
        room = simulator.channel(DESK).id
        subscription = make_subscription(
            owner_id="U0ALICE", destination=room, installation=here
        )
        await store.create(subscription)
        since = len(simulator.record.changes)
        await office.command("alice", "forget me")
        listed = await view_after(office, since, ChangeKind.VIEW_OPENED)
        await simulator.submit_view("alice", listed.id, {})
        notice = await simulator.wait_for(
            lambda change: "without an owner" in change.text, since=since
        )
        left = await store.find(here, subscription.id)

    kept = "Subscriptions that you set up: 1, of which 1 for channels will go on"
    assert kept in str(listed.content["blocks"])
    assert notice.message
    assert notice.message.channel == simulator.channel(CURATORS).id
    assert "U0ALICE" not in notice.text
    assert left
    assert left.owner_id == ""
