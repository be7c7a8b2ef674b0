"""Whatever Slack or anybody else sends, it is answered, and nothing goes unhandled."""

import json
import random
from pathlib import Path

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.commands import MOST_AT_ONCE
from tests.mutations import (
    JUNK,
    PAYLOADS,
    WHOLE,
    listening_app,
    of_the_simulator,
    outcome,
    spoil,
    whole_app,
)


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


async def test_nothing_that_the_whole_bot_is_sent_makes_it_fail(
    tmp_path: Path,
) -> None:
    """Nor does what follows an acknowledgement: the log has no mistake of ours."""
    chance = random.Random(2026)
    payloads = {name: of_the_simulator(each) for name, each in WHOLE.items()}
    async with whole_app(tmp_path) as (app, mistakes):
        outcomes = {
            await outcome(app, spoil(payloads[name], chance))
            for name in list(payloads) * 8
        }

    assert outcomes <= {"200", "refused"}
    assert mistakes.found == []


SHORT_JUNK = [
    junk for junk in JUNK if isinstance(junk, str) and len(junk) <= MOST_AT_ONCE
]
"""What is longer is acknowledged first."""


@pytest.mark.parametrize("text", SHORT_JUNK)
async def test_any_text_behind_the_command_gets_words(
    text: str, sqlite_url: str
) -> None:
    """Emoji, other scripts, mentions, control characters."""
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
