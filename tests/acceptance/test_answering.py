"""Commands, presses and the shortcut, by Socket Mode and by signed HTTP alike."""

from dataclasses import replace

import pytest

from bot.simulator.changes import ChangeKind
from bot.simulator.delivery import EnvelopeType
from bot.simulator.messages import Json, Message
from bot.slack.manifest import LOOK_UP
from tests.acceptance.scene import OTHER, Scene, words_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

HALF_AN_HOUR_S = 1_801.0


async def test_a_command_is_answered_at_once_and_to_nobody_else(scene: Scene) -> None:
    """The answer comes in the acknowledgement, as an ephemeral."""
    said = await scene.ask("casualties")

    assert said.text.startswith("About 4,000 North Korean soldiers")
    assert said.ephemeral_to == "U0ALICE"


async def test_a_command_needs_no_membership(scene: Scene) -> None:
    """Where the app was never invited, the command answers all the same."""
    said = await scene.ask("troops", channel="europe-desk")

    assert said.text.startswith("Thousands of North Koreans")


async def test_a_button_opens_the_sources(scene: Scene) -> None:
    """A modal walls off nobody and needs no membership either."""
    seen = await scene.press(await scene.ask("casualties"), "detail/0")

    assert seen.kind is ChangeKind.VIEW_OPENED
    assert "Known through news article." in words_of(seen)


async def test_a_topic_takes_the_place_of_the_answer(scene: Scene) -> None:
    """What only its asker sees is replaced, so that answers do not pile up."""
    answer = await scene.ask()

    seen = await scene.press(
        answer, "topic", selected_option="section|north-korea-russia|troops"
    )

    assert seen.kind is ChangeKind.EPHEMERAL_CHANGED
    assert words_of(seen).startswith("Thousands of North Koreans")


async def test_the_shortcut_looks_a_message_up(scene: Scene) -> None:
    """The words of any message are searched, and the asker alone is answered."""
    said = await scene.simulator.type("bruno", "korea-desk", "Is 30,000 right?")
    assert said.message
    since = len(scene.simulator.record.changes)

    await scene.simulator.shortcut("alice", "korea-desk", said.message.ts, LOOK_UP)

    seen = await scene.simulator.wait_for(lambda change: bool(change.view), since=since)
    assert "A further 30,000 North Korean troops" in words_of(seen)


DRAFT = (
    "About 9,000 North Koreans fought in Kursk. Some 5,000 were killed or hurt. "
    "Kim promised 5,000 builders. The talks were held at a military site. Lavrov and "
    "Kim embraced warmly. Kim pledged unconditional backing for Russia's war."
)


async def test_the_shortcut_checks_a_colleagues_draft(scene: Scene) -> None:
    """All of it at once: a modal has the room."""
    said = await scene.simulator.type("bruno", "korea-desk", DRAFT)
    assert said.message
    since = len(scene.simulator.record.changes)

    await scene.simulator.shortcut("alice", "korea-desk", said.message.ts, LOOK_UP)

    seen = await scene.simulator.wait_for(lambda change: bool(change.view), since=since)
    assert "*You have about 9,000*; the briefing has *about 9,500*" in words_of(seen)
    assert "6. “Kim pledged" in words_of(seen).replace("*", "")


async def test_a_long_draft_is_acknowledged_before_it_is_checked(scene: Scene) -> None:
    """Slack waits for three seconds, and other people's commands for less."""
    since = len(scene.simulator.record.changes)

    outcome = await scene.simulator.type("alice", "korea-desk", f"/brief {DRAFT * 3}")

    assert outcome.ok
    assert outcome.message is None
    seen = await scene.simulator.wait_for(lambda c: c.message is not None, since=since)
    assert words_of(seen).startswith("6 numbers differ from the briefing.")


async def test_the_rest_of_a_draft_is_checked_at_a_press(scene: Scene) -> None:
    """The button carries the text, so it works after a restart, too."""
    answer = await scene.ask(DRAFT)
    assert answer.text.startswith("2 numbers differ from the briefing.")
    await scene.restart()

    seen = await scene.press(answer, "check/0")

    assert seen.kind is ChangeKind.VIEW_OPENED
    assert "Kim pledged unconditional backing" in words_of(seen)


async def test_a_press_works_half_an_hour_later(scene: Scene) -> None:
    """A control carries all it needs; the first answer's URL is long dead."""
    answer = await scene.ask("casualties")
    await scene.clock.advance(HALF_AN_HOUR_S)

    seen = await scene.press(answer, "detail/0")

    assert seen.kind is ChangeKind.VIEW_OPENED


async def test_a_press_works_after_a_restart(scene: Scene) -> None:
    """Nothing that a control needs was in the memory of the process."""
    answer = await scene.ask()
    await scene.restart()

    seen = await scene.press(
        answer, "topic", selected_option="section|north-korea-russia|troops"
    )

    assert words_of(seen).startswith("Thousands of North Koreans")


async def test_a_dead_response_url_gives_way_to_a_fresh_ephemeral(scene: Scene) -> None:
    """A URL that was used up is no reason for silence."""
    answer = await scene.ask()
    since = len(scene.simulator.record.changes)

    await _press_with_dead_url(scene, answer)

    seen = await scene.simulator.wait_for(lambda _: True, since=since)
    assert seen.kind is ChangeKind.EPHEMERAL
    assert words_of(seen).startswith("Thousands of North Koreans")


async def test_where_the_app_is_no_member_a_dead_url_gives_way_to_a_modal(
    scene: Scene,
) -> None:
    """An ephemeral needs membership; a modal does not."""
    answer = await scene.ask(channel="europe-desk")
    since = len(scene.simulator.record.changes)

    await _press_with_dead_url(scene, answer)

    seen = await scene.simulator.wait_for(lambda _: True, since=since)
    assert seen.kind is ChangeKind.VIEW_OPENED


async def _press_with_dead_url(scene: Scene, answer: Message) -> None:
    simulator = scene.simulator
    action = {
        "type": "static_select",
        "action_id": "topic",
        "block_id": "b",
        "selected_option": {"value": "section|north-korea-russia|troops"},
    }
    payloads = simulator.interactions.payloads
    url = f"{simulator.url}/response/T0MERIDIAN/used-up"
    payload = {
        **payloads.block_actions(simulator.person("alice"), action),
        **payloads.in_message(answer, response_url=url),
    }
    await simulator.delivery.ask(EnvelopeType.INTERACTION, payload)


async def test_a_claim_that_is_gone_is_told_kindly(scene: Scene) -> None:
    """A button may outlive its claim."""
    answer = await scene.ask("casualties")
    gone = replace(answer, blocks=_renamed(answer.blocks))
    scene.simulator.workspace.timeline.put(gone)

    seen = await scene.press(gone, "detail/0")

    assert "That claim isn't in the briefing now." in words_of(seen)


def _renamed(blocks: tuple[Json, ...]) -> tuple[Json, ...]:
    """Return the blocks as they would be of a claim that was since removed."""
    controls = next(block for block in blocks if block["type"] == "actions")
    elements = [
        {**element, "value": "claim|north-korea-russia|long-gone"}
        if "value" in element
        else element
        for element in controls["elements"]
    ]
    return tuple(
        {**block, "elements": elements} if block is controls else block
        for block in blocks
    )


async def test_another_command_of_the_app_is_answered_too(scene: Scene) -> None:
    """Slack would show an error of its own where nobody listens."""
    outcome = await scene.simulator.type("alice", "korea-desk", OTHER.command)

    assert outcome.message
    assert outcome.message.text == "I only know /brief. Try /brief help."
