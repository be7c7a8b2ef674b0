"""Pacing: turns, `Retry-After`, and fairness, on a clock that nobody waits for."""

import asyncio

import pytest
from hypothesis import given
from hypothesis.strategies import floats

from bot.digests.delivery_timing import Timing
from bot.installation import Installation
from bot.outbox.pacing import Bucket, FairGate, Method, PaceLimits, Pacing

HERE = Installation("T1")
THERE = Installation("T2")


class Waiting:
    """A clock that is moved by whoever waits, and remembers how long."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def time(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock() -> Waiting:
    return Waiting()


def pacing(clock: Waiting, **limits: float | None) -> Pacing:
    """Return pacing without limits but for those given."""
    defaults: dict[str, float | None] = {
        "channel_per_second": None,
        "workspace_per_minute": None,
    }
    return Pacing(
        PaceLimits(**defaults | limits),  # type: ignore[arg-type]
        time=clock.time,
        pause=clock.pause,
    )


async def test_a_channel_gets_one_message_a_second(clock: Waiting) -> None:
    """The second waits for its turn, another channel does not."""
    turns = pacing(clock, channel_per_second=1.0)

    for channel_id in ("C1", "C1", "C2"):
        assert await turns.turn(HERE, channel_id) == 0

    assert clock.waits == [1.0]


async def test_a_workspace_gets_its_share_a_minute(clock: Waiting) -> None:
    """After a short burst the workspace's own rate holds, whatever the channel."""
    turns = pacing(clock, workspace_per_minute=60.0, workspace_burst=2)

    for number in range(4):
        await turns.turn(HERE, f"C{number}")
    await turns.turn(THERE, "C1")

    assert clock.waits == [1.0, 1.0]


async def test_retry_after_binds_that_method_and_workspace_only(clock: Waiting) -> None:
    """Slack's word is for one method of one workspace."""
    turns = pacing(clock)
    turns.hold(HERE, Method.POST, 3.0)

    assert await turns.turn(THERE, "C1") == 0
    assert await turns.wait_out(HERE, Method.HISTORY) == 0
    assert clock.waits == []
    assert await turns.turn(HERE, "C1") == 0
    assert clock.waits == [3.0]


async def test_a_long_retry_after_is_not_waited_for_in_hand(clock: Waiting) -> None:
    """The row goes back, and the workspace takes no more in hand until then."""
    turns = pacing(clock)
    turns.hold(HERE, Method.POST, 30.0)

    assert await turns.turn(HERE, "C1") == 30.0
    assert turns.capacity(HERE, 0) == 0
    assert turns.capacity(THERE, 0) > 0
    assert clock.waits == []


@pytest.mark.parametrize(
    ("in_hand", "room"),
    [pytest.param(0, 30, id="empty"), pytest.param(28, 2, id="nearly full"), (40, 0)],
)
def test_no_more_is_taken_in_hand_than_can_be_sent_soon(
    clock: Waiting, in_hand: int, room: int
) -> None:
    """Rows in hand have a lease; those that would wait long are left to others."""
    turns = pacing(clock, workspace_per_minute=300.0, workspace_burst=5)

    assert turns.capacity(HERE, in_hand) == room


@given(per_minute=floats(1, 600), factor=floats(0.01, 1))
def test_corrections_in_hand_wait_no_longer_than_rows_may(
    per_minute: float, factor: float
) -> None:
    """Else their leases end while they wait, and replicas take them from each other.

    One alone waits for the turn after the last one's, however slow the pace is.
    """
    in_hand = Timing().scaled(factor).in_hand
    clock = Waiting()
    turns = Pacing(
        PaceLimits(edits_per_minute=per_minute),
        in_hand=in_hand,
        time=clock.time,
        pause=clock.pause,
    )
    taken = turns.correction_capacity(HERE, 0)

    async def edit_all() -> None:
        for _ in range(2 * taken):
            await turns.edit_turn(HERE)

    asyncio.run(edit_all())

    assert taken >= 1
    in_turn = max(in_hand.total_seconds(), 60 / per_minute)
    assert clock.now <= in_turn * 1.001


def test_a_rested_bucket_gives_its_burst_and_no_more() -> None:
    """A long rest does not save up turns beyond the burst."""
    bucket = Bucket(1.0, burst=3)

    waits = [bucket.reserve(1000.0) for _ in range(5)]

    assert waits == [0.0, 0.0, 0.0, 1.0, 2.0]


async def test_workspaces_that_wait_take_turns() -> None:
    """Many messages of one workspace do not delay the one of another."""
    gate = FairGate(1)
    served: list[Installation] = []

    async def pass_through(installation: Installation) -> None:
        await gate.enter(installation)
        served.append(installation)
        gate.leave()

    await gate.enter(HERE)
    async with asyncio.TaskGroup() as group:
        for installation in (HERE, HERE, HERE, THERE):
            group.create_task(pass_through(installation))
        await asyncio.sleep(0)
        gate.leave()

    assert served == [HERE, THERE, HERE, HERE]


async def test_who_gives_up_waiting_leaves_the_place_to_the_next() -> None:
    """A cancelled task neither keeps a place nor loses one."""
    gate = FairGate(1)
    await gate.enter(HERE)
    waiting = [asyncio.create_task(gate.enter(HERE)) for _ in range(2)]
    await asyncio.sleep(0)

    waiting[0].cancel()
    gate.leave()

    await waiting[1]
    assert waiting[0].cancelled()
