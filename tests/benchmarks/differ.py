"""Compare two snapshots of 10,000 claims, beside the time of hashing both.

Run by `python -m tests.benchmarks.differ`. Promised: at most 1.5 times the hashing,
whether nothing, a tenth or everything changed.
"""

from collections.abc import Callable
from functools import partial
from time import perf_counter

from bot.briefing.changes import changes
from bot.briefing.fingerprints import content_hash
from bot.briefing.models import Briefing
from tests.factories import claim, make_briefing, section

Snapshot = tuple[Briefing, ...]

BRIEFINGS, SECTIONS, CLAIMS = 10, 20, 50
PROMISED = 1.5
ROUNDS = 5


def main() -> None:
    """Print both times and their ratio for each share of changed claims."""
    before = snapshot(changed_every=0)
    for changed_every in (0, 10, 1):
        after = snapshot(changed_every=changed_every)
        hashing = best(partial(_hash_both, before, after))
        differing = best(partial(changes, before, after))
        told = sum(len(found.news) for found in changes(before, after))
        print(
            f"{BRIEFINGS * SECTIONS * CLAIMS:,} claims, {told:,} changed: "
            f"hashing both {hashing * 1000:.0f} ms, comparing "
            f"{differing * 1000:.0f} ms, ratio {differing / hashing:.2f} "
            f"(promised {PROMISED})"
        )


def _hash_both(before: Snapshot, after: Snapshot) -> tuple[str, str]:
    return content_hash(before), content_hash(after)


def snapshot(*, changed_every: int) -> Snapshot:
    """Return parsed briefings in which every so-many-th claim has another number."""
    return tuple(
        make_briefing(
            id=f"briefing-{b}",
            sections=[
                section(f"section-{s}", claims=_claims(s, changed_every))
                for s in range(SECTIONS)
            ],
        )
        for b in range(BRIEFINGS)
    )


def _claims(section_number: int, changed_every: int) -> list[dict[str, object]]:
    numbers = range(section_number * CLAIMS, (section_number + 1) * CLAIMS)
    return [_claim(n, changed_every) for n in numbers]


def _claim(number: int, changed_every: int) -> dict[str, object]:
    count = 4000 + number
    if changed_every and number % changed_every == 0:
        count += 700
    return claim(
        f"claim-{number}",
        text=f"About {count:,} boats were lost in the storm, the port authority said.",
        short=f"About {count:,} boats lost",
        caveat="Sunk and damaged boats are counted together.",
        figures=[{"label": "boats lost", "value": count, "approximate": True}],
        kind="estimate",
    )


def best(work: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    times = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return min(times)


if __name__ == "__main__":
    main()
