"""What is not ours, not signed or not sane: refused or answered, never ignored."""

import time
from collections.abc import Mapping

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.simulator.changes import ChangeKind
from bot.simulator.delivery import Envelope, EnvelopeType
from bot.simulator.http_delivery import sign
from bot.simulator.messages import Json
from bot.slack.app import ELSEWHERE
from tests.acceptance.scene import Scene, texts_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = {
    "emoji": "🚢🔥👩‍👩‍👧‍👦",
    "right to left": "\u202eكم قتل؟ \u202c שלום",
    "mention": "<@U0BRUNO> <!channel> <!here> <#C0KOREA|desk>",
    "link": "<https://example.com|troops>",
    "control characters": "troops\x00\x07\x1b[31m\u2028\u2029",
    "another script": "朝鲜 兵力 何人",
    "markup": "*troops* _`~&lt;script&gt;",
    "only spaces": " \u00a0\u3000\t ",
    "a format string": "%s {0} ${x} {{y}}",
    "a path": "../../etc/passwd",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_strange_words_get_a_short_answer(
    both_briefings: Scene, words: str
) -> None:
    """Whatever is typed is answered, briefly, and nobody is called by it."""
    said = await both_briefings.ask(words)

    written = "\n".join(texts_in(said.blocks))
    assert 0 < len(said.text) < 1_500
    assert "<!" not in written
    assert "<@" not in written
    assert "<https://example.com" not in written


@pytest.mark.parametrize(
    "words", ["troops " * 571, "a" * 4000], ids=["many-words", "one-word"]
)
async def test_a_long_text_gets_a_short_answer_once_it_is_acknowledged(
    both_briefings: Scene, words: str
) -> None:
    """It may be a draft, which takes longer to check than a command may wait."""
    simulator = both_briefings.simulator
    since = len(simulator.record.changes)
    outcome = await simulator.type("alice", "korea-desk", f"/brief {words}")
    assert outcome.ok, outcome.error
    said = await simulator.wait_for(
        lambda change: change.kind is ChangeKind.EPHEMERAL, since=since
    )

    assert 0 < len(said.text) < 1_500


UNKNOWN: dict[str, tuple[EnvelopeType, Json]] = {
    "a form": (
        EnvelopeType.INTERACTION,
        {"type": "view_submission", "view": {"type": "modal", "callback_id": "old"}},
    ),
    "a closed form": (
        EnvelopeType.INTERACTION,
        {"type": "view_closed", "view": {"type": "modal", "callback_id": "old"}},
    ),
    "a global shortcut": (
        EnvelopeType.INTERACTION,
        {"type": "shortcut", "callback_id": "old", "trigger_id": "1.2"},
    ),
    "a message shortcut": (
        EnvelopeType.INTERACTION,
        {"type": "message_action", "callback_id": "old", "message": {"text": "x"}},
    ),
    "options": (
        EnvelopeType.INTERACTION,
        {"type": "block_suggestion", "action_id": "old", "value": "x"},
    ),
    "an event": (
        EnvelopeType.EVENT,
        {"type": "event_callback", "event": {"type": "emoji_changed"}},
    ),
}


@pytest.mark.parametrize("sent", UNKNOWN.values(), ids=UNKNOWN.keys())
async def test_what_nobody_listens_for_is_acknowledged(
    scene: Scene, sent: tuple[EnvelopeType, Json]
) -> None:
    """Slack shows an error, or sends an event again, where nothing acknowledges."""
    type, payload = sent
    alice: Json = {"team": {"id": "T0MERIDIAN"}, "user": {"id": "U0ALICE"}}

    envelope = Envelope(type, {"team_id": "T0MERIDIAN", **alice, **payload})

    assert await scene.simulator.delivery.transport.send(envelope) in ({}, NO_OPTIONS)


NO_OPTIONS: Json = {"options": []}


async def test_another_workspace_is_told_where_to_ask(scene: Scene) -> None:
    """A request of a workspace that the bot was not set up for is no bug."""
    payloads, simulator = scene.simulator.interactions.payloads, scene.simulator
    person, room = simulator.person("alice"), simulator.channel("korea-desk")
    command = payloads.command(
        person, room, command="/brief", text="troops", response_url=""
    )

    answer = await simulator.delivery.ask(
        EnvelopeType.COMMAND, {**command, "team_id": "T0OTHER"}
    )

    assert answer["text"] == ELSEWHERE


COMMAND = "command=%2Fbrief&text=troops&team_id=T0MERIDIAN&user_id=U0ALICE"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def post(scene: Scene, body: str | bytes, headers: Mapping[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as http,
        http.post(scene.events_url, data=body, headers={**FORM, **headers}) as response,
    ):
        return response.status


async def test_slacks_challenge_is_answered(posted_to: Scene) -> None:
    """Slack sends it when the address is entered in the app's settings."""
    assert await posted_to.simulator.verify_events_url()


async def test_a_signed_request_is_taken(posted_to: Scene) -> None:
    """The others below differ from this one by their signature alone."""
    headers = sign(COMMAND, posted_to.simulator.signing_secret)

    assert await post(posted_to, COMMAND, headers) == 200


async def test_an_unsigned_request_is_refused(posted_to: Scene) -> None:
    """Anybody can post to a public address."""
    assert await post(posted_to, COMMAND, {}) == 401


async def test_a_request_signed_by_somebody_else_is_refused(posted_to: Scene) -> None:
    """Only who knows the signing secret may speak for Slack."""
    assert await post(posted_to, COMMAND, sign(COMMAND, "a guess")) == 401


async def test_a_request_whose_body_was_changed_is_refused(posted_to: Scene) -> None:
    """The signature covers the body."""
    headers = sign(COMMAND, posted_to.simulator.signing_secret)

    assert await post(posted_to, COMMAND + "&text=x", headers) == 401


async def test_a_replayed_request_is_refused(posted_to: Scene) -> None:
    """A signature is good for five minutes."""
    secret = posted_to.simulator.signing_secret
    headers = sign_at(int(time.time()) - 301, COMMAND, secret)

    assert await post(posted_to, COMMAND, headers) == 401


def sign_at(timestamp: int, body: str, secret: str) -> dict[str, str]:
    verifier = SignatureVerifier(secret)
    signature = verifier.generate_signature(timestamp=str(timestamp), body=body)
    assert signature
    return {
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": signature,
    }


async def test_a_body_that_is_no_text_is_refused(posted_to: Scene) -> None:
    """Slack sends UTF-8, and signs it."""
    assert await post(posted_to, b"\xff\xfe", {}) == 401
