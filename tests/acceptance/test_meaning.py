"""Answers by meaning, as people get them: through an endpoint on this machine."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import select

from bot.briefing.tlp import Label
from bot.db.tables import payloads
from bot.simulator.changes import Change, ChangeKind
from bot.wiring import App
from tests.acceptance.office import DESK, Office, open_office
from tests.meaning import EmbeddingsServer, embeddings_server
from tests.patience import PATIENCE_S

OTHERWISE = "Which vessels drowned?"
"""Words alone do not answer it; by meaning it is the boats that were lost."""
PLAIN = "How many boats were lost?"
BOATS = "About 40 boats were lost in the storm."


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url) as office:
        yield office


@pytest.fixture
async def server() -> AsyncIterator[EmbeddingsServer]:
    async with embeddings_server() as server:
        yield server


@asynccontextmanager
async def bot_with(office: Office, url: str) -> AsyncIterator[App]:
    """Run the bot with an endpoint that may be given what members see."""
    async with office.bot(
        meaning="auto", embeddings_url=url, embeddings_label=Label.AMBER
    ) as app:
        yield app


@asynccontextmanager
async def ready_bot(office: Office, server: EmbeddingsServer) -> AsyncIterator[App]:
    """Run it, and wait until its claims have their vectors."""
    async with bot_with(office, server.url) as app:
        async with asyncio.timeout(PATIENCE_S):
            await app.capabilities.meanings.tried()
        app.capabilities.meanings.patience_s = PATIENCE_S
        yield app


async def command(office: Office, app: App, words: str) -> BoltResponse:
    """Dispatch a command, and return what Slack gets as its acknowledgement."""
    sim = office.simulator
    key = sim.response_urls.issue("U0ALICE", sim.channel(DESK).id)
    body = sim.interactions.payloads.command(
        sim.person("alice"),
        sim.channel(DESK),
        command="/brief",
        text=words,
        response_url=f"{sim.url}/response/T0MERIDIAN/{key}",
    )
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    return await app.slack_app.async_dispatch(request)


async def answer_after(office: Office, since: int) -> Change:
    return await office.simulator.wait_for(
        lambda change: change.kind is ChangeKind.EPHEMERAL, since=since
    )


async def page(app: App, path: str) -> str:
    url = f"http://127.0.0.1:{app.web.port}/{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


async def test_what_words_do_not_answer_is_acknowledged_and_answered_once(
    office: Office, server: EmbeddingsServer
) -> None:
    """The endpoint is asked after the acknowledgement, for this question alone."""
    async with ready_bot(office, server) as app:
        since = len(office.simulator.record.changes)

        response = await command(office, app, OTHERWISE)
        answer = await answer_after(office, since)

        assert (response.status, response.body) == (200, "")
        assert answer.message is not None
        assert "40 boats" in answer.message.text
        assert "Closest:" in answer.message.text
        assert server.texts.count(OTHERWISE) == 1
        await app.slack_app.drain(PATIENCE_S)
        await app.capabilities.background.drain(PATIENCE_S)
        shown = office.simulator.record.changes[since:]
        assert sum(change.kind is ChangeKind.EPHEMERAL for change in shown) == 1


async def test_what_words_answer_stands_in_the_acknowledgement(
    office: Office, server: EmbeddingsServer
) -> None:
    """No question is sent for it."""
    async with ready_bot(office, server) as app:
        response = await command(office, app, PLAIN)

        assert "About 40 boats" in json.dumps(response.body)
        assert PLAIN not in server.texts


async def test_a_posted_answer_keeps_that_vectors_took_part(
    office: Office, server: EmbeddingsServer
) -> None:
    """Whoever looks into a message later knows what it was found by."""
    async with ready_bot(office, server) as app:
        found = await office.ask("alice", OTHERWISE)
        plain = await office.ask("alice", PLAIN)

        assert "40 boats" in found.text
        assert "40 boats" in plain.text
        stored = await payloads_of(app)
        assert [content.get("by_meaning", False) for content in stored] == [True, False]


async def payloads_of(app: App) -> list[dict[str, Any]]:
    statement = select(payloads.c.content).order_by(payloads.c.stored_at)
    database = app.capabilities.stores.database
    rows = await database.read(lambda c: c.execute(statement).scalars().all())
    return [json.loads(row) for row in rows]


async def test_a_slow_endpoint_delays_an_answer_only_so_long(
    office: Office, server: EmbeddingsServer
) -> None:
    """Words answer, whether or not it ever does."""
    released = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.Response(status=503)

    async with ready_bot(office, server) as app:
        server.handler = hang
        app.capabilities.meanings.patience_s = 0.01
        since = len(office.simulator.record.changes)

        response = await command(office, app, OTHERWISE)
        answer = await answer_after(office, since)

        assert response.body == ""
        assert answer.message is not None
        assert 'ending="late"' in await page(app, "metrics")
        released.set()


@pytest.mark.parametrize("is_dead", [True, False])
async def test_a_dead_or_wrong_endpoint_is_told_of_and_words_answer(
    office: Office, server: EmbeddingsServer, is_dead: bool
) -> None:
    """Health and a metric say so, and name neither the question nor a host."""

    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    server.handler = refuse
    url = "http://127.0.0.1:9/v1" if is_dead else server.url
    async with bot_with(office, url) as app:
        async with asyncio.timeout(PATIENCE_S):
            await app.capabilities.meanings.tried()
        response = await command(office, app, OTHERWISE)

        assert response.body != ""
        health = json.loads(await page(app, "healthz"))
        assert health["status"] == "degraded"
        assert health["reasons"] == [
            "Sentence vectors are not to be had, as the log says: words alone answer."
        ]
        assert "briefing_bot_words_alone 1.0" in await page(app, "metrics")


async def test_with_vectors_off_everything_is_as_with_none(
    office: Office, server: EmbeddingsServer
) -> None:
    """Nothing is asked, and nothing is said of it."""
    async with office.bot(embeddings_url=server.url) as app:
        response = await command(office, app, OTHERWISE)

        assert response.body != ""
        assert json.loads(await page(app, "healthz"))["status"] == "ok"
    assert server.requests == []
