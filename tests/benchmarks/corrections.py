"""Corrections beside a million delivered claims, on each database.

python -m tests.benchmarks.corrections [CLAIMS]

How long the messages of one correction are looked for where 100 carry it, and 10,000 in
pages; whether planning grows with those that carry it or with all; how much later a
digest is posted beside 10,000 edits that wait.
"""

import asyncio
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from statistics import mean
from typing import TypeVar

from sqlalchemy import Engine, create_engine, insert, text

from bot.block_kit.part import Part
from bot.briefing.verdicts import Verdict
from bot.corrections.model import ClaimKey, Correction, WrongClaim
from bot.corrections.states import (
    PAGE,
    Plan,
    find_carriers,
    list_carriers,
    plan_page,
)
from bot.db.database import open_database
from bot.db.tables import (
    current_revision,
    deliveries,
    messages,
    payload_claims,
    payloads,
    revisions,
)
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKind,
    Ending,
    MessageId,
    NewDelivery,
    Payload,
    Status,
)
from bot.outbox.notifier import Notifier
from bot.outbox.pacing import PaceLimits, Pacing
from bot.outbox.plan import DeliveryStore
from bot.outbox.rows import row_to_plan
from bot.outbox.worker import Worker
from tests.benchmarks.databases import KINDS, bench_database
from tests.databases import postgres_engine
from tests.fakes import MORNING, RecordingMessenger, StoppedClock
from tests.outbox import HERE, make_delivery

ResultT = TypeVar("ResultT")

EACH = 4
"""Claims in a message."""
FEW, MANY = 100, 10_000
ROWS = 5_000
SEND_S = 0.2
"""How long Slack takes for a message here."""


def carrier(number: int) -> dict[str, object]:
    """Return the ids of one delivered message."""
    id = str(uuid.UUID(int=number + 1))
    channel = f"C{number % 500:05}"
    return {"id": id, "channel": channel, "ts": f"{1_790_000_000 + number}.000001"}


def fill(engine: Engine, claims: int) -> None:
    """Deliver so many claims, a few of them wrong by now."""
    count = claims // EACH
    with engine.begin() as connection:
        connection.execute(
            insert(revisions),
            {
                "hash": "r1",
                "number": 1,
                "snapshot": "",
                "kept": "{}",
                "commit": "",
                "made_at": MORNING,
                "stored_at": MORNING,
            },
        )
        connection.execute(
            insert(current_revision), {"only": 1, "hash": "r1", "made_at": MORNING}
        )
        for table, rows in (
            (payloads, map(payload, range(count))),
            (payload_claims, (row for n in range(count) for row in shown(n))),
            (deliveries, map(delivery, range(count))),
            (messages, map(message, range(count))),
        ):
            for batch in batched(rows):
                connection.execute(insert(table), batch)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.execute(text("ANALYZE"))
        connection.commit()


def batched(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    while batch := list(islice(rows, ROWS)):
        yield batch


def payload(number: int) -> dict[str, object]:
    return {
        "hash": f"p{number}",
        "revision": "r0",
        "audience": "b TLP:CLEAR",
        "content": "{}",
        "stored_at": MORNING,
    }


def shown(number: int) -> Iterator[dict[str, object]]:
    """Yield the claims of a message: each 97th carries "many", the first "few"."""
    own = ["few"] if number % 101 == 0 and number < FEW * 101 else []
    own += ["many"] if number % 23 == 0 and number < MANY * 23 else []
    ids = [*own, *(f"c{(number * EACH + at) % 20_000}" for at in range(EACH))][:EACH]
    for id in ids:
        yield {
            "payload_hash": f"p{number}",
            "part": 0,
            "briefing_id": "b",
            "claim_id": id,
            "fingerprint": "old",
            "entries": 0,
        }


def delivery(number: int) -> dict[str, object]:
    one = carrier(number)
    new = make_delivery(str(one["channel"]), subject=str(number))
    return row_to_plan(new, MORNING) | {
        "id": one["id"],
        "status": Status.SENT.value,
        "payload_hash": f"p{number}",
        "ended_at": MORNING,
    }


def message(number: int) -> dict[str, object]:
    one = carrier(number)
    return {
        "delivery_id": one["id"],
        "part": 0,
        "enterprise_id": HERE.enterprise_id,
        "team_id": HERE.team_id,
        "channel_id": one["channel"],
        "ts": one["ts"],
        "mark_echoed": True,
        "posted_at": MORNING,
        "payload_hash": f"p{number}",
        "shown_hash": f"p{number}",
        "shown_part": 0,
    }


def wrong(id: str) -> WrongClaim:
    return WrongClaim(
        ClaimKey("b", id), "new", 1, Verdict.CORRECTED, "", frozenset({("old", 0)})
    )


def correction(id: str) -> Correction:
    return Correction(
        ClaimKey("b", id), 1, "new", 1, "r1", Verdict.CORRECTED, "", MORNING, MORNING
    )


def plan_of(id: str) -> Plan:
    key = ClaimKey("b", id)
    return Plan("r1", key, {key: (correction(id), wrong(id))})


def measured(work: Callable[[], ResultT]) -> tuple[ResultT, float]:
    began = time.perf_counter()
    found = work()
    return found, (time.perf_counter() - began) * 1000


def find_and_plan(engine: Engine, claims: int) -> None:
    """Print how long the messages of a correction are looked for, and planned.

    Each page is a transaction of its own, as it is in the bot.
    """
    for id, number in (("few", FEW), ("many", MANY)):
        with engine.connect() as connection:
            find = partial(list_carriers, connection, wrong(id))
            (_, first_ms), (found, again_ms) = measured(find), measured(find)
            ids = [each.id for each in found]
            pages = [ids[at : at + PAGE] for at in range(0, len(ids), PAGE)]
            look = partial(find_carriers, connection, wrong(id), 1)
            times = [measured(partial(look, page))[1] for page in pages]
        print(
            f"  {claims:>9,} claims: {len(found):,} of {number:,} found in "
            f"{first_ms:.1f} ms, again in {again_ms:.1f} ms"
        )
        planned = [measured(partial(planned_in, engine, id, page)) for page in pages]
        assert sum(each[0] for each in planned) > len(ids) * 0.9
        print(
            f"  {claims:>9,} claims: {len(pages)} pages of {PAGE}, looked at in "
            f"{mean(times):.0f} ms each, planned in "
            f"{mean(each[1] for each in planned):.0f} ms each"
        )


def planned_in(engine: Engine, id: str, page: list[MessageId]) -> int:
    """Plan a page and commit it; return how many were planned."""
    with engine.begin() as connection:
        return plan_page(connection, plan_of(id), page, MORNING)


class EditingComposer:
    """Says the same to everybody, in an edit where one is asked for."""

    async def compose(self, delivery: Delivery) -> Composed:
        payload = Payload((Part("About 47 boats."),), "r1", "public")
        return Composed(payload, edit_ts=delivery.edit_ts)

    async def may_be_seen(self, *_: object, **__: object) -> bool:
        return True

    def reader(self, delivery: Delivery) -> str:
        return ""

    def is_fresh(self, *_: object) -> bool:
        return True


class SlowMessenger(RecordingMessenger):
    """Takes as long as Slack does, and has every message that is to be edited."""

    async def update(self, *_: object) -> None:
        await asyncio.sleep(SEND_S)


async def digest_beside(url: str, waiting: int) -> float:
    """Return the seconds until a digest has ended beside edits that wait."""
    async with open_database(url) as database:
        notifier, observer = Notifier(), DigestObserver()
        store = DeliveryStore(database, notifier)
        context = DeliveryContext(
            database=database,
            destinations=DestinationStore(database),
            messenger=SlowMessenger(StoppedClock()),
            composer=EditingComposer(),
            observer=observer,
            pacing=Pacing(PaceLimits()),
        )
        now = store.now()
        await store.plan([edit(number, now) for number in range(waiting)])
        worker = Worker(context, notifier)
        working = asyncio.create_task(worker.run())
        await asyncio.sleep(3)
        began = time.perf_counter()
        occurrence = f"beside-{waiting}"
        await store.plan(
            [make_delivery("C00001", due_at=store.now(), occurrence=occurrence)]
        )
        await observer.sent.wait()
        taken = time.perf_counter() - began
        worker.stop()
        await working
        return taken


class DigestObserver:
    """Hears when the digest has been sent."""

    def __init__(self) -> None:
        self.sent = asyncio.Event()

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        if delivery.key.kind is DeliveryKind.DIGEST:
            self.sent.set()

    async def resent_unverified(self, delivery: Delivery) -> None: ...


def edit(number: int, now: datetime) -> NewDelivery:
    new = make_delivery(
        f"C{number % 500:05}",
        kind=DeliveryKind.CORRECTION,
        subject=f"{uuid.UUID(int=number + 1)}/0",
        occurrence="1/edit",
        due_at=now,
        grace=timedelta(days=7),
        edit_ts=f"{1_790_000_000 + number}.000001",
    )
    return replace(new, rank=10**10 - number)


async def main(claims: int) -> None:
    """Print all of it, for each database."""
    for kind in KINDS:
        for size in (claims // 10, claims):
            with bench_database(kind) as url:
                is_file = kind == "sqlite"
                engine = create_engine(url) if is_file else postgres_engine(url)
                print(f"{kind}:")
                fill(engine, size)
                find_and_plan(engine, size)
                engine.dispose()
        with bench_database(kind) as url:
            alone = await digest_beside(url, 0)
            beside = await digest_beside(url, MANY)
            print(
                f"{kind}: a digest after {alone:.2f} s alone, after {beside:.2f} s "
                f"beside {MANY:,} edits that wait"
            )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
