"""Whatever Slack refuses, whoever pressed or typed gets a word by a way still open."""

from collections.abc import AsyncIterator

import pytest

from bot.questions.pages import Page, PageKind
from bot.simulator.changes import Change, ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.messages import Message
from bot.simulator.server import Simulator
from bot.simulator.views import View
from bot.slack.clients import Clients
from bot.slack.manifest import LOOK_UP
from bot.slack.views.controls import subscribe
from tests.frozen import FIRST, INVENTED, briefing_at
from tests.held import HeldBriefings
from tests.listening import ListeningBot, listening_to

KOREA, EUROPE = "korea-desk", "europe-desk"
NK = "north-korea-russia"
CASUALTIES = Page(PageKind.CLAIM, NK, "casualties").encode()
BRIEFINGS = HeldBriefings(briefing_at(FIRST), briefing_at(INVENTED))
"""Held for all tests, since indexing them takes longer than a test."""


@pytest.fixture
async def bot(
    sim: Simulator, clients: Clients, sqlite_url: str
) -> AsyncIterator[ListeningBot]:
    """Serve both briefings."""
    async with listening_to(sim, sqlite_url, clients, BRIEFINGS) as bot:
        yield bot


TROUBLE = [
    pytest.param(
        {"kind": FaultKind.ERROR_BEFORE, "error": "expired_trigger_id"}, id="expired"
    ),
    pytest.param({"kind": FaultKind.PLAIN_429}, id="429"),
    pytest.param({"kind": FaultKind.STATUS_BEFORE}, id="500"),
    pytest.param({"kind": FaultKind.DROP_BEFORE}, id="dropped"),
]


def refuse(sim: Simulator, *methods: str, **trouble: object) -> None:
    """Let these methods go wrong from now on."""
    trouble = trouble or {"kind": FaultKind.STATUS_BEFORE}
    for method in methods:
        sim.faults.add(FaultRule.model_validate({"method": method, **trouble}))


async def typed(sim: Simulator, words: str, channel: str = KOREA) -> Message:
    """Type the command and return the answer that came with the acknowledgement."""
    outcome = await sim.type("alice", channel, f"/brief {words}")
    assert outcome.message is not None
    return outcome.message


async def press(
    sim: Simulator, message: Message, action_id: str, **chosen: object
) -> Change:
    """Press something, and return the first thing that is seen to follow."""
    since = len(sim.record.changes)
    outcome = await sim.press("alice", message.channel, message.ts, action_id, **chosen)
    assert outcome.error == ""
    return await sim.wait_for(lambda _: True, since=since)


async def press_in(sim: Simulator, view: View, action_id: str) -> Change:
    """Press something in a modal, and return the first thing that follows."""
    since = len(sim.record.changes)
    await sim.press_in_view("alice", view.id, action_id)
    return await sim.wait_for(lambda _: True, since=since)


async def looked_up(sim: Simulator, words: str) -> View:
    """Look up words by the shortcut, and return the modal with the answer."""
    posted = await sim.type("bruno", EUROPE, words)
    assert posted.message is not None
    since = len(sim.record.changes)
    await sim.shortcut("alice", EUROPE, posted.message.ts, LOOK_UP)
    change = await sim.wait_for(lambda each: each.view is not None, since=since)
    assert change.view is not None
    return change.view


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_details_that_slack_does_not_open_are_said_below_the_answer(
    sim: Simulator, bot: ListeningBot, trouble: dict[str, object]
) -> None:
    """The words come themselves, in a channel without the bot, too."""
    answer = await typed(sim, "casualties", channel=EUROPE)
    refuse(sim, "views.open", **trouble)

    said = await press(sim, answer, "detail/0")

    assert said.kind is ChangeKind.EPHEMERAL
    assert said.text.startswith("About 4,000 North Korean soldiers have been killed")
    assert "Sources" in said.text


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_shortcut_whose_modal_slack_does_not_open_is_answered_below(
    sim: Simulator, bot: ListeningBot, trouble: dict[str, object]
) -> None:
    """Its response_url works wherever the message stands."""
    posted = await sim.type("bruno", EUROPE, "How many were killed?")
    assert posted.message is not None
    refuse(sim, "views.open", **trouble)

    since = len(sim.record.changes)
    await sim.shortcut("alice", EUROPE, posted.message.ts, LOOK_UP)
    said = await sim.wait_for(lambda _: True, since=since)

    assert said.kind is ChangeKind.EPHEMERAL
    assert said.text.startswith("About 4,000 North Korean soldiers have been killed")


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_form_for_the_curators_that_does_not_open_is_asked_for_again(
    sim: Simulator, bot: ListeningBot, trouble: dict[str, object]
) -> None:
    """A form is nothing that a message could hold; the button stays for another try."""
    refusal = await typed(sim, "who won the champions league?")
    refuse(sim, "views.open", **trouble)

    said = await press(sim, refusal, "ask/0")

    assert (said.kind, said.text) == (
        ChangeKind.EPHEMERAL,
        "Slack didn't open the form just now. Please press “Ask the curators” again.",
    )


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_report_whose_form_does_not_open_is_asked_for_again(
    sim: Simulator, bot: ListeningBot, trouble: dict[str, object]
) -> None:
    """It names what to choose."""
    answer = await typed(sim, "casualties")
    refuse(sim, "views.open", **trouble)

    option = f"report|{CASUALTIES}"
    said = await press(sim, answer, "menu", selected_option=option)

    assert (said.kind, said.text) == (
        ChangeKind.EPHEMERAL,
        "Slack didn't open the form just now. Please choose “Wrong or outdated?” "
        "again.",
    )


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_typed_subscription_whose_form_does_not_open_is_asked_for_again(
    sim: Simulator, bot: ListeningBot, trouble: dict[str, object]
) -> None:
    """The command's response_url is the way that is left."""
    refuse(sim, "views.open", **trouble)

    since = len(sim.record.changes)
    await sim.type("alice", EUROPE, "/brief subscribe troops")
    said = await sim.wait_for(lambda _: True, since=since)

    assert (said.kind, said.text) == (
        ChangeKind.EPHEMERAL,
        "Slack didn't open the form just now. Please type /brief subscribe again.",
    )


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_pressed_subscription_whose_form_does_not_open_is_asked_for_again(
    sim: Simulator, bot: ListeningBot, trouble: dict[str, object]
) -> None:
    """The digest stays as it is, for everybody."""
    posted = await bot.clients.posting.chat_postMessage(
        channel=sim.channel(KOREA).id,
        text="Good morning.",
        blocks=[{"type": "actions", "elements": [subscribe("").to_dict()]}],
    )
    refuse(sim, "views.open", **trouble)

    since = len(sim.record.changes)
    await sim.press("alice", KOREA, posted["ts"], "subscribe/0")
    said = await sim.wait_for(lambda _: True, since=since)

    assert (said.kind, said.text) == (
        ChangeKind.EPHEMERAL,
        "Slack didn't open the form just now. Please press the button again.",
    )


async def test_a_form_opens_on_top_of_the_modal_in_which_it_was_asked_for(
    sim: Simulator, bot: ListeningBot
) -> None:
    """Slack opens no modal beside another one."""
    view = await looked_up(sim, "Who won the champions league?")

    form = await press_in(sim, view, "ask/0")

    assert form.view is not None
    assert form.view.content["title"]["text"] == "Ask the curators"
    assert form.view.previous_id == view.id


async def test_a_modal_that_takes_no_other_on_top_turns_to_it(
    sim: Simulator, bot: ListeningBot
) -> None:
    """A full stack, or a trigger that has expired."""
    view = await looked_up(sim, "Who won the champions league?")
    refuse(sim, "views.push", kind=FaultKind.ERROR_BEFORE, error="push_limit_reached")

    turned = await press_in(sim, view, "ask/0")

    assert turned.kind is ChangeKind.VIEW_UPDATED
    assert turned.view is not None
    assert turned.view.content["title"]["text"] == "Ask the curators"


async def test_a_page_that_a_modal_does_not_turn_to_is_laid_on_top_of_it(
    sim: Simulator, bot: ListeningBot
) -> None:
    """What one method refuses another may take."""
    view = await looked_up(sim, "How many were killed?")
    refuse(sim, "views.update")

    pushed = await press_in(sim, view, "leaf/1")

    assert pushed.kind is ChangeKind.VIEW_OPENED
    assert "1,000 sappers" in str(pushed.view)


async def test_a_modal_that_cannot_be_changed_is_answered_in_the_direct_messages(
    sim: Simulator, bot: ListeningBot
) -> None:
    """A press in a modal carries neither a channel nor a response_url."""
    view = await looked_up(sim, "How many were killed?")
    refuse(sim, "views.update", "views.push")

    said = await press_in(sim, view, "leaf/1")

    assert said.kind is ChangeKind.EPHEMERAL
    assert said.message is not None
    assert said.message.channel == sim.dm("alice")
    assert "1,000 sappers" in said.text


async def test_a_page_that_is_gone_leaves_the_answer_where_it_was_pressed(
    sim: Simulator, bot: ListeningBot
) -> None:
    """An answer is never replaced by an error."""
    answer = await typed(sim, "nk troops")
    gone = f"open|{Page(PageKind.SECTION, NK, 'no-such-topic').encode()}"
    answer.blocks[1]["elements"][-1]["options"][0]["value"] = gone

    said = await press(sim, answer, "menu", selected_option=gone)

    assert said.kind is ChangeKind.EPHEMERAL
    assert said.text == "That page isn't in the briefing now. /brief shows what is."
    assert sim.message(answer.channel, answer.ts).text == answer.text


@pytest.mark.parametrize("words", [" ", "\n\t"])
async def test_a_form_with_nothing_but_blanks_is_not_sent_on(
    sim: Simulator, bot: ListeningBot, words: str
) -> None:
    """Slack's client lets blanks pass; the form stays open and asks for words."""
    refusal = await typed(sim, "who won the champions league?")
    form = await press(sim, refusal, "ask/0")
    assert form.view is not None

    written = {"comment": {"comment": {"type": "plain_text_input", "value": words}}}
    outcome = await sim.submit_view("alice", form.view.id, written)

    assert outcome.errors == {"comment": "Please write something first."}


@pytest.mark.parametrize("kind", [PageKind.TIMELINE, PageKind.CHANGES])
async def test_an_empty_list_can_be_copied_as_text(
    sim: Simulator, bot: ListeningBot, kind: PageKind
) -> None:
    """The option under it copies what is said above it."""
    page = Page(kind, "harbour-drill").encode()
    since = len(sim.record.changes)
    await sim.type("alice", KOREA, f"/brief drill {kind}")
    listed = await sim.wait_for(lambda each: bool(each.text), since=since)
    assert listed.message is not None

    copy = await press(sim, listed.message, "menu", selected_option=f"copy|{page}")

    assert copy.view is not None
    assert copy.view.content["title"]["text"] == "Copy as text"
