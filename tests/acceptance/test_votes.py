"""Votes under posted answers: one for each person and message, counted per claim."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.corrections.model import ClaimKey
from bot.curators.votes import VoteCount
from bot.db.tables import votes
from bot.simulator.changes import ChangeKind
from bot.simulator.messages import Message
from bot.wiring import App
from tests.acceptance.office import DESK, Office, open_office

BOATS = ClaimKey("harbour", "boats")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite_url", "postgres_url"])
async def office(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Office]:
    async with open_office(tmp_path, request.getfixturevalue(request.param)) as office:
        yield office


async def vote(office: Office, app: App, who: str, message: Message, how: str) -> None:
    """Press a side, and wait until that is counted."""
    pressed = await office.simulator.press(
        who, message.channel, message.ts, "vote", value=how
    )
    assert pressed.ok, pressed.error
    await app.capabilities.background.drain(5.0)


async def test_a_person_has_one_vote_on_a_message_and_nobody_is_named(
    office: Office,
) -> None:
    """A vote may be changed; others count beside it; the table holds no id."""
    async with office.bot() as app:
        answer = await office.ask("alice", "@brief boats", where=DESK)
        await office.ask("alice", "@brief hello", where=DESK)
        for who, how in (
            *(("alice", "unhelpful"), ("alice", "helpful"), ("alice", "helpful")),
            ("bruno", "unhelpful"),
        ):
            await vote(office, app, who, answer, how)
        store, here = (
            app.capabilities.stores.votes,
            app.capabilities.workspace.installed.keys[0],
        )
        counts = await store.counts_since(here, LONG_AGO)
        rows = await app.capabilities.stores.database.read(
            lambda c: [str(tuple(row)) for row in c.execute(select(votes))]
        )
        forgotten = await store.forget(here, "U0ALICE")
        left = await store.counts_since(here, LONG_AGO)

    assert counts == {BOATS: VoteCount(helpful=1, unhelpful=1)}
    assert len(rows) == 2
    assert not any("U0ALICE" in row or "U0BRUNO" in row for row in rows)
    assert forgotten == 1
    assert left == {BOATS: VoteCount(unhelpful=1)}


async def test_who_finds_an_answer_unhelpful_hears_how_to_say_more(
    office: Office,
) -> None:
    """A press that Slack does not show by itself is answered."""
    async with office.bot() as app:
        answer = await office.ask("alice", "boats")
        await office.ask("alice", "hello")
        since = len(office.simulator.record.changes)
        await vote(office, app, "alice", answer, "unhelpful")
        said = await office.simulator.wait_for(
            lambda change: change.kind is ChangeKind.EPHEMERAL, since=since
        )

    assert said.message is not None
    assert said.message.text == (
        "Thank you, that is counted. If something is wrong, choose “Wrong or "
        "outdated?” in the menu: the curators read it."
    )


async def test_only_answers_that_show_claims_are_judged(office: Office) -> None:
    """A greeting and a flat no have nothing to vote on."""
    async with office.bot():
        answers = [
            await office.ask("alice", words)
            for words in ("boats", "hello", "who won the Champions League?")
        ]

    kinds = [{block["type"] for block in answer.blocks} for answer in answers]
    assert ["context_actions" in each for each in kinds] == [True, False, False]
