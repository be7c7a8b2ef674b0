"""Two replicas on PostgreSQL: what one is told by Slack, the other knows."""

from pathlib import Path

from tests.acceptance.leaks import Trial, open_replicas

TRIALS = 3


async def test_nothing_stricter_is_shown_a_second_after_who_reads_it_changed(
    postgres_url: str, tmp_path: Path
) -> None:
    """A member becomes a guest and a room is shared, while answers for them wait."""
    async with open_replicas(tmp_path, postgres_url) as replicas:
        trials = [await replicas.play() for _ in range(TRIALS)]

    assert trials == [Trial(leaked=0, reached=(True, True, True))] * TRIALS
