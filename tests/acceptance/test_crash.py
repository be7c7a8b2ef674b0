"""A short crash test with a fixed seed; the long one is `tests.benchmarks.crash`."""

from pathlib import Path

from tests.crash.processes import simulator_process
from tests.crash.scene import Course, play


async def test_replicas_killed_at_random_lose_and_repeat_nothing(
    database_url: str, tmp_path: Path
) -> None:
    """SIGKILL, SIGSTOP past a lease, and a Slack that drops, hangs and lags."""
    replicas = 1 if database_url.startswith("sqlite") else 2
    course = Course(lives=4, deliveries=40, replicas=replicas)
    briefs = tmp_path / "briefs"
    briefs.mkdir()

    async with simulator_process() as simulator:
        verdict = await play(
            course, simulator, database_url=database_url, briefs=briefs
        )

    assert verdict.is_clean, verdict
    assert verdict.deliveries == 40
    assert set(verdict.endings) <= {"sent", "sent late"}
