"""Replicas on PostgreSQL: one knows what another is told, and stands in for it."""

import asyncio
from pathlib import Path

import aiohttp
from aiohttp.test_utils import unused_port

from tests.acceptance.leaks import Trial, open_replicas
from tests.chaos.database_line import DatabaseLine
from tests.chaos.processes import ReplicaProcess
from tests.chaos.scene import Course, Scene, open_scene
from tests.chaos.verdict import judge
from tests.patience import PATIENCE_S

TRIALS = 3
LOOK_S = 0.1
"""How often a replica is asked whether it is ready; how long it takes is no matter."""
ASKED, SENT = 8, 4


async def test_nothing_stricter_is_shown_a_second_after_who_reads_it_changed(
    postgres_url: str, tmp_path: Path
) -> None:
    """A member becomes a guest and a room is shared, while answers for them wait."""
    async with open_replicas(tmp_path, postgres_url) as replicas:
        trials = [await replicas.play() for _ in range(TRIALS)]

    assert trials == [Trial(leaked=0, reached=(True, True, True))] * TRIALS


async def test_nothing_is_lost_or_doubled_when_replicas_die_come_and_are_cut_off(
    postgres_url: str, tmp_path: Path
) -> None:
    """One hears nothing of the database any more, another comes, and a third dies.

    People ask, share and are sent digests all the while. Who is cut off says so, does
    no harm with what it had in hand, and works on when the line is mended.
    """
    course = Course(
        kills=1,
        deliveries=0,
        replicas=2,
        channels=8,
        life_s=0.5,
        retries_s=(0.5, 1.5, 3.0),
    )
    async with (
        DatabaseLine(postgres_url).serving() as line,
        open_scene(course, tmp_path, postgres_url) as scene,
    ):
        await scene.simulator.set("faults", [])
        port = unused_port()
        cut_off = await _start(
            scene,
            BRIEFING_BOT_DATABASE_URL=line.url,
            BRIEFING_BOT_PORT=str(port),
        )
        dying = await _start(scene)
        await asyncio.gather(cut_off.started.wait(), dying.started.wait())
        await _keep_busy(scene)
        line.cut()
        await _keep_busy(scene)
        await _ready(port, 503)
        added = await _start(scene)
        await added.started.wait()
        scene.running.remove(dying)
        await dying.kill()
        await _keep_busy(scene)
        line.mend()
        await _ready(port, 200)
        await _keep_busy(scene)
        verdict = judge(await scene.finish())

    assert verdict.is_clean, verdict
    assert {"digest", "answer", "share"} <= set(verdict.deliveries)


async def _start(scene: Scene, **environment: str) -> ReplicaProcess:
    replica = await ReplicaProcess.start(scene.environment | environment, log=scene.log)
    scene.running.append(replica)
    return replica


async def _keep_busy(scene: Scene) -> None:
    """Let people ask and share, and digests be sent."""
    await asyncio.gather(
        scene.send_digests(len(scene.asked), SENT),
        scene.share(),
        *(scene.ask() for _ in range(ASKED)),
    )


async def _ready(port: int, status: int) -> None:
    """Wait until a replica says that it is ready, or that it is not."""
    async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                if answer.status == status:
                    return
            await asyncio.sleep(LOOK_S)
