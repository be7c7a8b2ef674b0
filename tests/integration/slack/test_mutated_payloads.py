"""Whatever Slack or anybody else sends, it is answered, and nothing goes unhandled."""

import json
import random

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from tests.benchmarks.payloads import outcome
from tests.mutations import JUNK, PAYLOADS, listening_app, spoil


async def test_every_payload_that_slack_sends_is_answered(
    sqlite_url: str,
) -> None:
    """Catch-all listeners stand behind those that know what to do."""
    async with listening_app(sqlite_url) as app:
        outcomes = {name: await outcome(app, body) for name, body in PAYLOADS.items()}

    assert set(outcomes.values()) == {"200"}


async def test_a_spoilt_payload_is_answered_or_refused_at_the_door(
    sqlite_url: str,
) -> None:
    """Missing, surplus and absurd fields are met with 200, never with 404 or 500."""
    chance = random.Random(2026)
    async with listening_app(sqlite_url) as app:
        outcomes = {
            await outcome(app, spoil(PAYLOADS[name], chance))
            for name in list(PAYLOADS) * 40
        }

    assert outcomes <= {"200", "refused"}


@pytest.mark.parametrize("text", [junk for junk in JUNK if isinstance(junk, str)])
async def test_any_text_behind_the_command_gets_words(
    text: str, sqlite_url: str
) -> None:
    """Emoji, other scripts, mentions, control characters, 4,000 letters."""
    async with listening_app(sqlite_url) as app:
        body = PAYLOADS["command"] | {"text": text}
        request = AsyncBoltRequest(mode="socket_mode", body=body)
        response = await app.async_dispatch(request)

    said = json.loads(response.body)["text"]
    assert said
    assert "<" not in said


async def test_a_command_from_another_workspace_is_told_so(
    sqlite_url: str,
) -> None:
    """It is answered without a word of any briefing."""
    async with listening_app(sqlite_url) as app:
        body = PAYLOADS["command"] | {"team_id": "T0FOREIGN"}
        request = AsyncBoltRequest(mode="socket_mode", body=body)
        response = await app.async_dispatch(request)

    assert "This app is not set up for your workspace." in response.body
