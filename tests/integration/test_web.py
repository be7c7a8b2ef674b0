"""Health, readiness and metrics of the whole bot, in both modes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import make_url

from bot.db.trouble import READ_ONLY
from bot.interfaces import Served
from bot.outbox.model import Ending, Status
from bot.outbox.watermarks import Watermark, set_watermark
from bot.settings import Mode
from tests.acceptance.scene import Scene, open_scene
from tests.fakes import RecordingObserver
from tests.outbox import delivery_in_hand
from tests.patience import until
from tests.yaml_texts import SMALLEST


@pytest.fixture
def briefs(tmp_path: Path) -> Path:
    folder = tmp_path / "briefs"
    folder.mkdir()
    (folder / "harbour.yaml").write_text(SMALLEST, encoding="utf-8")
    return folder


@pytest.fixture(params=list(Mode), ids=["socket", "http"])
async def scene(request: pytest.FixtureRequest, briefs: Path) -> AsyncIterator[Scene]:
    async with open_scene(request.param, briefs) as scene:
        yield scene


@pytest.fixture
async def by_socket(briefs: Path) -> AsyncIterator[Scene]:
    async with open_scene(Mode.SOCKET, briefs) as scene:
        yield scene


async def health(scene: Scene, path: str) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(scene.web_url + path) as said:
        return said.status, await said.json()


async def test_a_bot_that_runs_is_alive_and_ready(scene: Scene) -> None:
    """Both pages tell which revision is served."""
    revision = scene.bot.capabilities.workspace.briefings.served.library.content_hash[
        :12
    ]
    fine = {"status": "ok", "reasons": [], "revision": revision}

    assert await health(scene, "/healthz") == (200, fine)
    assert await health(scene, "/readyz") == (200, fine)


async def test_metrics_are_prometheus_text(scene: Scene) -> None:
    """They are there in both modes."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{scene.web_url}/metrics") as response,
    ):
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")


async def test_an_ending_is_counted_in_the_metrics(scene: Scene) -> None:
    """What a monitor reads is what the worker tells."""
    observer = scene.bot.capabilities.metrics.counting(RecordingObserver())
    await observer.ended(delivery_in_hand(), Ending(Status.SENT, "sent"))

    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{scene.web_url}/metrics") as response,
    ):
        told = await response.text()

    labels = '{kind="digest",status="sent",team="T01"}'
    assert f"briefing_bot_deliveries_total{labels} 1.0" in told


async def test_without_a_connection_it_is_alive_but_not_ready(
    by_socket: Scene,
) -> None:
    """A process that answers is alive: killing it would not mend Slack."""
    assert by_socket.bot.socket
    await by_socket.bot.socket.close()

    assert (await health(by_socket, "/healthz"))[0] == 200
    status, told = await health(by_socket, "/readyz")
    assert status == 503
    assert told["reasons"] == ["Not connected to Slack."]


async def test_slacks_address_is_there_in_http_mode_alone(by_socket: Scene) -> None:
    """What nobody needs is not open."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(by_socket.events_url, data="") as response,
    ):
        assert response.status == 404


async def test_a_clock_that_was_set_back_is_told_for_an_hour(by_socket: Scene) -> None:
    """Its operator may not read logs; planning goes on, so it stays ready."""
    capabilities = by_socket.bot.capabilities
    later = capabilities.stores.database.now() + timedelta(hours=2)
    installation = capabilities.workspace.installed.keys[0]
    await capabilities.reloader.take_over(capabilities.workspace.briefings.served)
    mark = Watermark(installation, "subscription-1", "its schedule", later)
    await capabilities.stores.database.write(lambda c: set_watermark(c, mark))
    # The bot plans by itself meanwhile, and may be the one to find it.
    await capabilities.planning_loop.run_once()
    await until(lambda: capabilities.planner.mended is not None)

    status, told = await health(by_socket, "/readyz")

    assert (status, told["status"]) == (200, "degraded")
    (reason,) = told["reasons"]
    assert reason.startswith("The clock was set back at ")
    assert f"until {later:%d %b %H:%M} UTC" in reason


async def test_a_deleted_database_is_not_ready_and_alive(by_socket: Scene) -> None:
    """Killing the process would not bring it back; the operator reads what does."""
    file = Path(make_url(by_socket.settings.database_url).database or "")
    await asyncio.to_thread(file.unlink)

    alive, _ = await health(by_socket, "/healthz")
    status, told = await health(by_socket, "/readyz")

    assert (alive, status, told["status"]) == (200, 503, "not ready")
    (reason,) = told["reasons"]
    assert reason.startswith(f'The database\'s file "{file}" was deleted or replaced')


async def test_a_database_that_became_read_only_is_not_ready_with_its_remedy(
    by_socket: Scene,
) -> None:
    """SQLite itself refuses what the page writes; a page that reads would be fine."""
    database = by_socket.bot.capabilities.stores.database
    await database.write(lambda c: c.exec_driver_sql("PRAGMA query_only = ON"))

    alive, _ = await health(by_socket, "/healthz")
    status, told = await health(by_socket, "/readyz")

    assert (alive, status, told["status"]) == (200, 503, "not ready")
    assert told["reasons"] == [READ_ONLY]


async def test_a_process_alone_is_never_behind_itself(by_socket: Scene) -> None:
    """Not while it starts, nor while files are loaded: it is polled all the while."""
    said = []
    source = by_socket.bot.capabilities.workspace.source

    async def edit() -> None:
        for boats in range(41, 46):
            text = SMALLEST.replace("40", str(boats))
            (source.folder / "harbour.yaml").write_text(text, encoding="utf-8")
            reading = source.read(date(2026, 11, 22))
            assert reading.library
            await by_socket.bot.capabilities.reloader.take_over(
                Served(reading.library, reading.digests)
            )

    editing = asyncio.create_task(edit())
    while not editing.done():
        said.append((await health(by_socket, "/healthz"))[1]["reasons"])
    await editing

    assert said
    assert not any(said)
