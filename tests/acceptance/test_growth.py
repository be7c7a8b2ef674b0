"""Eighteen months: what grows, ends. The long form is `tests.benchmarks.growth`."""

from pathlib import Path

from tests.benchmarks.growth import live
from tests.months import open_months

DAYS = 540
EVERY = 15


async def test_row_counts_are_flat_over_the_last_twelve_of_eighteen_months(
    tmp_path: Path, sqlite_url: str
) -> None:
    """Digests, answers, shares, corrections, questions: a day of each fortnight."""
    async with open_months(tmp_path, sqlite_url) as months:
        growth = await live(months, DAYS, every=EVERY, rows=10)

    assert growth.last == DAYS // 30
    assert growth.grown() == {}
    assert growth.rows[growth.last]["messages"] > 0
