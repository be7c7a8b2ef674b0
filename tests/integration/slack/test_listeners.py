"""The real app against the simulator: what people type, press and choose."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.questions.pages import Page, PageKind
from bot.simulator.changes import Change, ChangeKind
from bot.simulator.messages import Message
from bot.simulator.server import Simulator
from bot.simulator.views import View
from bot.slack.clients import Clients
from bot.slack.manifest import LOOK_UP
from bot.slack.views.controls import Action, button, controls, report_option
from bot.slack.views.notices import NOT_UNDERSTOOD
from tests.frozen import FIRST, INVENTED, briefing_at
from tests.held import HeldBriefings
from tests.listening import ListeningBot, listening_to
from tests.patience import PATIENCE_S

KOREA, EUROPE = "korea-desk", "europe-desk"
NK, DRILL = "north-korea-russia", "harbour-drill"


BRIEFINGS = HeldBriefings(briefing_at(FIRST), briefing_at(INVENTED))
"""Held for all tests, since indexing them takes longer than a test."""


@pytest.fixture
async def bot(
    sim: Simulator, clients: Clients, sqlite_url: str
) -> AsyncIterator[ListeningBot]:
    """Serve both briefings."""
    async with listening_to(sim, sqlite_url, clients, BRIEFINGS) as bot:
        yield bot


async def typed(sim: Simulator, words: str, user: str = "alice") -> Message:
    """Type the command and return the answer that came with the acknowledgement."""
    outcome = await sim.type(user, KOREA, f"/brief {words}")
    assert outcome.error == ""
    assert outcome.message is not None
    return outcome.message


async def pressed(
    sim: Simulator, message: Message, action_id: str, **chosen: object
) -> int:
    """Press and return how many changes there were before."""
    before = len(sim.record.changes)
    outcome = await sim.press("alice", message.channel, message.ts, action_id, **chosen)
    assert outcome.error == ""
    return before


async def seen(sim: Simulator, kind: ChangeKind, *, since: int) -> Change:
    return await sim.wait_for(lambda change: change.kind is kind, since=since)


async def view_after(sim: Simulator, since: int, kind: str = "view_opened") -> View:
    change = await seen(sim, ChangeKind(kind), since=since)
    assert change.view is not None
    return change.view


async def said_after(sim: Simulator, kind: ChangeKind, *, since: int) -> str:
    return (await seen(sim, kind, since=since)).text


async def test_a_claim_comes_with_the_acknowledgement(
    sim: Simulator, bot: ListeningBot
) -> None:
    """The answer is ephemeral and leads with the cited figure."""
    answer = await typed(sim, "casualties")

    assert answer.ephemeral_to == "U0ALICE"
    assert answer.text.startswith("About 4,000 North Korean soldiers have been killed")


async def test_sources_open_in_a_modal_that_turns_to_the_next_claim(
    sim: Simulator, bot: ListeningBot
) -> None:
    """Modals work where the bot is no member of the channel."""
    answer = await typed(sim, "casualties")

    since = await pressed(sim, answer, "detail/0")
    view = await view_after(sim, since)
    since = len(sim.record.changes)
    await sim.press_in_view("alice", view.id, "leaf/1")
    turned = await view_after(sim, since, "view_updated")

    assert "About 4,000 North Korean soldiers" in str(view.content)
    assert "1,000 sappers" in str(turned.content)


async def test_next_topic_takes_the_place_of_the_answer(
    sim: Simulator, bot: ListeningBot
) -> None:
    """An answer only its asker sees is turned, so that the channel does not fill."""
    answer = await typed(sim, "nk troops")
    dangers = f"open|{Page(PageKind.SECTION, NK, 'dangers').encode()}"

    since = await pressed(sim, answer, "menu", selected_option=dangers)

    said = await said_after(sim, ChangeKind.EPHEMERAL_CHANGED, since=since)
    assert said.startswith("The fear is that Russia pays for troops")


async def test_a_topic_chosen_from_the_overview_is_shown(
    sim: Simulator, bot: ListeningBot
) -> None:
    """The menu of topics carries pages like any button."""
    answer = await typed(sim, "nk")
    troops = Page(PageKind.SECTION, NK, "troops").encode()

    since = await pressed(sim, answer, "topic", selected_option=troops)

    said = await said_after(sim, ChangeKind.EPHEMERAL_CHANGED, since=since)
    assert said.startswith("Thousands of North Koreans have fought for Russia")


async def test_copying_opens_plain_text_with_its_source(
    sim: Simulator, bot: ListeningBot
) -> None:
    """What leaves Slack carries its marks and its source."""
    answer = await typed(sim, "casualties")
    copy = f"copy|{Page(PageKind.CLAIM, NK, 'casualties').encode()}"

    since = await pressed(sim, answer, "menu", selected_option=copy)
    view = await view_after(sim, since)

    assert "Estimate, source not named." in str(view.content)
    assert "Source: “What North Korea gains" in str(view.content)


async def test_the_shortcut_answers_a_message_in_a_modal(
    sim: Simulator, bot: ListeningBot
) -> None:
    """Slash commands do not work in threads; the words of any message do."""
    posted = await sim.type("bruno", EUROPE, "How many <@U0ALICE> were *killed*?")
    assert posted.message is not None

    since = len(sim.record.changes)
    await sim.shortcut("alice", EUROPE, posted.message.ts, LOOK_UP)
    view = await view_after(sim, since)

    assert "About 4,000 North Korean soldiers" in str(view.content)


async def test_a_claim_that_is_gone_is_said_to_be(
    sim: Simulator, bot: ListeningBot
) -> None:
    """A button of an earlier revision names a page that may not exist any more."""
    answer = await typed(sim, "casualties")
    gone = f"copy|{Page(PageKind.CLAIM, NK, 'no-such-claim').encode()}"
    block = answer.blocks[1]
    block["elements"][-1]["options"][0]["value"] = gone

    since = await pressed(sim, answer, "menu", selected_option=gone)
    view = await view_after(sim, since)

    assert "That claim isn't in the briefing now." in str(view.content)


async def test_a_guest_is_not_shown_what_is_amber(
    sim: Simulator, bot: ListeningBot
) -> None:
    """The fireboat's pump is AMBER; to a guest it was never written."""
    shown = await typed(sim, "drill pump", "alice")
    sim.join("gita", KOREA)

    withheld = await typed(sim, "drill pump", "gita")

    assert "The pump of the fireboat Tern failed twice" in shown.text
    assert "pump" not in withheld.text.replace("drill pump", "")
    assert "Tern" not in withheld.text


async def test_a_person_made_a_guest_is_seen_as_one_at_once(
    sim: Simulator, bot: ListeningBot
) -> None:
    """What was known of a person goes when Slack says that it changed."""
    await typed(sim, "drill pump", "bruno")

    sim.change_user("bruno", is_guest=True)
    await asyncio.wait_for(bot.noticed.wait(), PATIENCE_S)
    withheld = await typed(sim, "drill pump", "bruno")

    assert "Tern" not in withheld.text


async def test_who_cannot_be_looked_up_is_asked_to_try_again(
    sim: Simulator, bot: ListeningBot
) -> None:
    """A look-up that fails shows nothing, not even the question's echo."""
    sim.revoke_token()

    answer = await typed(sim, "drill pump", "chiyo")

    assert answer.text == (
        "I couldn't check just now what you may see. Please ask again in a moment."
    )


async def test_help_lists_seven_lines(sim: Simulator, bot: ListeningBot) -> None:
    """The rest stands in the menu, or in plain words."""
    answer = await typed(sim, "help")

    assert len(answer.text.splitlines()) == 7


async def test_a_channel_is_told_which_briefing_it_means(
    sim: Simulator, bot: ListeningBot
) -> None:
    """`use` holds for everybody in the channel."""
    said = await typed(sim, "use drill")
    overview = await typed(sim, "", "bruno")

    assert said.text == "/brief in this channel now means Harbour drill (invented)."
    assert overview.text.startswith("Quillhaven's harbour drill went well")


async def test_a_press_under_a_public_post_leaves_it_standing(
    sim: Simulator, bot: ListeningBot
) -> None:
    """What everybody reads is not turned by one of its readers."""
    opens = button("Troops", Action.OPEN, Page(PageKind.SECTION, NK, "troops"))
    channel_id = sim.channel(KOREA).id
    posted = await bot.clients.posting.chat_postMessage(
        channel=channel_id,
        text="Good morning.",
        blocks=[{"type": "actions", "elements": [opens.to_dict()]}],
    )

    before = len(sim.record.changes)
    await sim.press("alice", KOREA, posted["ts"], "open/0")
    answer = await sim.wait_for(
        lambda change: change.text.startswith("Thousands of North Koreans"),
        since=before,
    )

    assert answer.kind is ChangeKind.EPHEMERAL
    assert sim.message(channel_id, posted["ts"]).text == "Good morning."


async def test_a_control_of_an_earlier_version_leaves_its_answer_standing(
    sim: Simulator, bot: ListeningBot
) -> None:
    """The answer above it may still be good; the words come below it."""
    answer = await typed(sim, "casualties")
    answer.blocks[1]["elements"][0]["action_id"] = "unheard-of/0"

    since = await pressed(sim, answer, "unheard-of/0")

    said = await sim.wait_for(lambda change: bool(change.text), since=since)
    assert said.kind is ChangeKind.EPHEMERAL
    assert said.text == NOT_UNDERSTOOD.format(command="/brief")


async def test_a_report_quotes_the_words_as_they_were_seen(
    sim: Simulator, bot: ListeningBot
) -> None:
    """What Slack writes for `&` and for emphasis was on nobody's screen."""
    page = Page(PageKind.CLAIM, NK, "casualties")
    row = controls(button("Detail", Action.DETAIL, page), menu=[report_option(page)])
    posted = await bot.clients.posting.chat_postMessage(
        channel=sim.channel(KOREA).id,
        text="*R&amp;D* fell.\nSo did sales.",
        blocks=[row.to_dict()],
    )

    since = len(sim.record.changes)
    option = f"report|{page.encode()}"
    await sim.press("alice", KOREA, posted["ts"], "menu", selected_option=option)
    view = await view_after(sim, since)

    assert view.content["blocks"][0]["text"]["text"] == (
        "> R&amp;D fell.\n> So did sales."
    )
