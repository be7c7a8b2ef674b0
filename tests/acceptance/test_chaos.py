"""Short chaos runs with fixed seeds; the long one is `tests.benchmarks.chaos`."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete

from bot.db.tables import deliveries, messages
from bot.outbox.model import DeliveryKind, Status
from tests.chaos.scene import Course, open_scene, play
from tests.chaos.verdict import Evidence, Row, judge
from tests.fakes import MORNING
from tests.outbox import make_payload

SECOND = timedelta(seconds=1)
SHORT: dict[str, Any] = {"life_s": 0.5, "retries_s": (0.5, 1.5, 3.0)}


async def test_replicas_killed_at_random_lose_and_repeat_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    """SIGKILL, SIGSTOP past a lease, edits, and a Slack that drops, hangs and lags.

    At the end every message says what is right since the correction on the way.
    """
    course = Course(
        kills=12, deliveries=60, replicas=2, stops=1, corrections=1, **SHORT
    )

    verdict = await play(course, tmp_path, database_url=postgres_url)

    assert verdict.is_clean, verdict
    assert {"digest", "answer", "share"} <= set(verdict.deliveries)


async def test_a_process_killed_at_random_loses_and_repeats_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    """It is alone on SQLite: what it held in hand is its successor's to find out."""
    course = Course(kills=4, deliveries=20, replicas=1, **SHORT)

    verdict = await play(course, tmp_path, database_url=sqlite_url)

    assert verdict.is_clean, verdict


async def test_what_is_lost_or_doubled_does_not_escape_the_judge(
    sqlite_url: str, tmp_path: Path
) -> None:
    """A copy is posted, a message deleted and a row removed: each is named."""
    course = Course(kills=1, deliveries=8, replicas=1, **SHORT)
    async with open_scene(course, tmp_path, sqlite_url) as scene:
        await scene.live(0)
        evidence = await scene.finish()
        first, second, third = [
            row for row in evidence.rows if row.kind is DeliveryKind.DIGEST
        ][:3]
        channel, _ = first.places[0]
        mark = {"delivery_id": first.id, "part": 0}
        await scene.simulator.call(
            "chat.postMessage",
            channel=channel,
            text=first.parts[0].text,
            metadata={"event_type": "briefing_delivery", "event_payload": mark},
        )
        channel, ts = second.places[0]
        await scene.simulator.call("chat.delete", channel=channel, ts=ts)
        database = scene.store.database
        removal = delete(messages).where(messages.c.delivery_id == third.id)
        await database.write(partial(Connection.execute, statement=removal))
        removal = delete(deliveries).where(deliveries.c.id == third.id)
        await database.write(partial(Connection.execute, statement=removal))
        verdict = judge(await scene.evidence())

    assert judge(evidence).is_clean
    assert verdict.twice == [f"{first.id}/0"]
    assert verdict.lost == [f"{second.id}/0 ({second.reason})"]
    assert verdict.unknown == [str(third.places[part]) for part in third.places]
    assert not verdict.out_of_order


@pytest.mark.parametrize(
    ("passing", "is_wrong"),
    [(DeliveryKind.DIGEST, True), (DeliveryKind.SHARE, False)],
    ids=["its like", "another kind"],
)
def test_who_overtakes_in_a_lane_does_not_escape_the_judge(
    passing: DeliveryKind, is_wrong: bool
) -> None:
    """A digest may be passed by another kind alone, and only by what came after it."""
    first = Row(
        "first",
        DeliveryKind.DIGEST,
        subject="whole",
        occurrence="1",
        destination="C001",
        due_at=MORNING,
        planned_at=MORNING,
        ended_at=MORNING,
        status=Status.SENT,
        reason="sent",
        edit_ts="",
        payload=make_payload(),
        places={0: ("C001", str(MORNING.timestamp() + 99))},
        shown={0: make_payload().parts[0]},
    )
    second = replace(
        first,
        id="second",
        kind=passing,
        due_at=MORNING + SECOND,
        places={0: ("C001", str(MORNING.timestamp() + 50))},
    )

    verdict = judge(
        Evidence([first, second], [], set(), set(), "news", [], {}, 3 * SECOND)
    )

    assert verdict.out_of_order == (["first after second"] if is_wrong else [])
