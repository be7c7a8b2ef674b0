"""Corrections wait for everything else that is due in a workspace, the newest first."""

from dataclasses import replace
from datetime import timedelta

from bot.outbox.acquire import acquire
from bot.outbox.model import DeliveryKind, NewDelivery
from tests.fakes import MORNING, StoppedClock
from tests.outbox import HERE, OutboxSteps, make_delivery


def correction(number: int, channel: str = "") -> NewDelivery:
    """Return an edit; a higher number is of a newer message."""
    row = make_delivery(
        channel or f"C{number}",
        kind=DeliveryKind.CORRECTION,
        subject=f"message-{number}",
        occurrence="1/edit",
        due_at=MORNING - timedelta(hours=1),
        edit_ts=f"{number}.0",
    )
    return replace(row, rank=1_000 - number)


async def test_they_come_last_and_the_newest_first(steps: OutboxSteps) -> None:
    """Although they were due an hour before the digest."""
    digest = make_delivery("C9")
    await steps.plan([correction(1), correction(2), correction(3), digest])

    taken = await acquire(steps.context, HERE, 10, corrections=2)

    assert taken[0].key == digest.key
    assert {row.key for row in taken[1:]} == {correction(3).key, correction(2).key}


async def test_none_is_taken_while_something_else_is_left(steps: OutboxSteps) -> None:
    """There are more digests than can be taken on."""
    await steps.plan([correction(1), make_delivery("C8"), make_delivery("C9")])

    taken = await acquire(steps.context, HERE, 2, corrections=2)

    assert {row.key.kind for row in taken} == {DeliveryKind.DIGEST}


async def test_in_its_channel_a_correction_lets_a_due_digest_pass(
    steps: OutboxSteps, clock: StoppedClock
) -> None:
    """One that is due tomorrow does not hold the correction back until then."""
    later = make_delivery("C1", due_at=MORNING + timedelta(days=1))
    await steps.plan([correction(1, "C1"), later])
    taken = await acquire(steps.context, HERE, 9, corrections=9)
    assert [row.key for row in taken] == [correction(1, "C1").key]

    await steps.plan([correction(2, "C2"), make_delivery("C2", occurrence="now")])
    taken = await acquire(steps.context, HERE, 9, corrections=9)
    assert [row.key.kind for row in taken] == [DeliveryKind.DIGEST]
