"""Corrections beside a million delivered claims, on each database.

python -m tests.benchmarks.corrections [CLAIMS] [--database sqlite|postgresql]

How long the messages of one correction are looked for where 100 carry it, and 10,000 in
pages; what planning takes after a load that changed one claim, where nobody was shown
it, 100 or 10,000 messages carry it, among a tenth of the claims and among all; how much
later a digest is posted beside 10,000 edits that wait.

Each figure is of claims that were not asked for before: what a database keeps in memory
of one correction tells nothing of the next.
"""

import argparse
import asyncio
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import Engine, Table, create_engine, func, insert, select, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.block_kit.part import Part
from bot.briefing.library import Library
from bot.briefing.verdicts import Verdict
from bot.corrections.corrections import Corrections
from bot.corrections.model import ClaimKey, Rules, WrongClaim
from bot.corrections.states import PAGE, find_carriers, list_carriers
from bot.db.database import Database, open_database
from bot.db.tables import deliveries, messages, payload_claims, payloads, wordings
from bot.files.git import LibraryVersion
from bot.interfaces import SystemClock
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKind,
    Ending,
    NewDelivery,
    Payload,
    Status,
)
from bot.outbox.notifier import Notifier
from bot.outbox.pacing import PaceLimits, Pacing
from bot.outbox.plan import DeliveryStore
from bot.outbox.rows import row_to_plan
from bot.outbox.worker import Worker
from bot.revisions import Revisions, RevisionStore
from tests.benchmarks.databases import KINDS, bench_database
from tests.databases import postgres_engine
from tests.factories import briefing_of, claim
from tests.fakes import MORNING, RecordingMessenger, StoppedClock
from tests.outbox import HERE, make_delivery
from tests.talking_bot import RecordedQuestions

ResultT = TypeVar("ResultT")
Prints = Mapping[str, str]
"""The fingerprints of the claims as they were delivered, by id."""

EACH = 4
"""Claims in a message."""
FEW, MANY = 100, 10_000
REPEATED = 9
"""Claims that are looked for and corrected, one after the other, for each median."""
OTHERS = 2_000
"""Claims that stay as they are."""
LEAST = 100_000
"""Fewer claims leave too few messages to carry those that are corrected."""
ROWS = 5_000
SEND_S = 0.2
"""How long Slack takes for a message here."""
RULES = Rules(quiet=timedelta(), most_rooms=10**9, most_claims=10**9)


def library_of(corrected: Sequence[str] = ()) -> Library:
    """Return all claims, some of them corrected."""
    entry = {"date": MORNING.date(), "kind": "correction", "because": "Counted again."}
    claims = []
    for id in (*corrected_ids(), *(f"c{number}" for number in range(OTHERS))):
        said = f"About 40 boats of {id} were lost."
        fields: dict[str, Any] = {"text": said}
        if id in corrected:
            fields = {
                "text": said.replace("40", "47"),
                "revisions": [{**entry, "was": said}],
            }
        claims.append(claim(id, **fields))
    return Library((briefing_of(*claims),))


def corrected_ids() -> Iterator[str]:
    """Yield the claims that are corrected: shown by none, a few or many messages."""
    for number in range(REPEATED):
        yield from (f"none{number}", f"few{number}")
    yield "many0"


def fill(engine: Engine, claims: int, library: Library) -> None:
    """Deliver so many claims of a library."""
    count, prints = claims // EACH, library.fingerprints["harbour"]
    revision = library.content_hash
    rows: tuple[tuple[Table, Iterator[dict[str, object]]], ...] = (
        (payloads, (payload(number, revision) for number in range(count))),
        (payload_claims, (r for n in range(count) for r in shown(n, count, prints))),
        (
            wordings,
            (wording(id, prints, revision) for id in prints),
        ),
        (deliveries, map(delivery, range(count))),
        (messages, map(message, range(count))),
    )
    for table, of_table in rows:
        if engine.dialect.name == "postgresql":
            copy_in(engine, table, of_table)
            continue
        with engine.begin() as connection:
            while batch := list(islice(of_table, ROWS)):
                connection.execute(insert(table), batch)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.execute(text("ANALYZE"))
        connection.commit()


def copy_in(engine: Engine, table: Table, rows: Iterator[dict[str, object]]) -> None:
    """Write rows by COPY, with the defaults that an insert would fill in."""
    defaults = {
        column.name: column.default.arg
        for column in table.columns
        if isinstance(column.default, ScalarElementColumnDefault)
    }
    first = next(rows)
    names = list(defaults | first)
    columns = ", ".join(f'"{name}"' for name in names)
    raw = engine.raw_connection()
    try:
        cursor: Any = raw.cursor()
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in chain((first,), rows):
                whole = defaults | row
                copy.write_row([whole[name] for name in names])
        raw.commit()
    finally:
        raw.close()


def id_of(number: int) -> str:
    return str(uuid.UUID(int=number + 1))


def payload(number: int, revision: str) -> dict[str, object]:
    return {
        "hash": f"p{number}",
        "revision": revision,
        "audience": "harbour TLP:CLEAR",
        "content": "{}",
        "stored_at": MORNING,
    }


def carried(number: int, count: int) -> str:
    """Return which claim that is corrected a message carries, if any.

    Those that carry one lie among all messages, and none carries two.
    """
    at, turn = divmod(number, count // FEW)
    if at < FEW and turn < REPEATED:
        return f"few{turn}"
    step = max(count // MANY, 2)
    return "" if number % step or number >= MANY * step else "many0"


def carriers_of(claims: int) -> Mapping[str, int]:
    """Return how many messages carry a claim of each kind."""
    count = claims // EACH
    many = sum(carried(number, count) == "many0" for number in range(count))
    return {"none": 0, "few": FEW, "many": many}


def shown(number: int, count: int, prints: Prints) -> Iterator[dict[str, object]]:
    """Yield the claims of a message."""
    own = list(filter(None, [carried(number, count)]))
    others = (f"c{(number * EACH + at) % OTHERS}" for at in range(EACH))
    for id in [*own, *others][:EACH]:
        yield {
            "payload_hash": f"p{number}",
            "part": 0,
            "briefing_id": "harbour",
            "claim_id": id,
            "fingerprint": prints[id],
            "entries": 0,
        }


def wording(id: str, prints: Prints, revision: str) -> dict[str, object]:
    return {
        "briefing_id": "harbour",
        "claim_id": id,
        "fingerprint": prints[id],
        "entries": 0,
        "revision": revision,
    }


def delivery(number: int) -> dict[str, object]:
    new = make_delivery(f"C{number % 500:05}", subject=str(number))
    return row_to_plan(new, MORNING) | {
        "id": id_of(number),
        "status": Status.SENT.value,
        "payload_hash": f"p{number}",
        "ended_at": MORNING,
    }


def message(number: int) -> dict[str, object]:
    return {
        "delivery_id": id_of(number),
        "part": 0,
        "enterprise_id": HERE.enterprise_id,
        "team_id": HERE.team_id,
        "channel_id": f"C{number % 500:05}",
        "ts": f"{1_790_000_000 + number}.000001",
        "mark_echoed": True,
        "posted_at": MORNING,
        "payload_hash": f"p{number}",
        "shown_hash": f"p{number}",
        "shown_part": 0,
    }


def measured(work: Callable[[], ResultT]) -> tuple[ResultT, float]:
    began = time.perf_counter()
    found = work()
    return found, (time.perf_counter() - began) * 1000


def told(times: Sequence[float]) -> str:
    """Say what half of them stay under, and the slowest."""
    slowest = f", the slowest {max(times):.1f} ms" if len(times) > 1 else ""
    return f"{median(times):.1f} ms{slowest}"


def find(engine: Engine, claims: int, prints: Prints) -> None:
    """Print how long the messages of corrections are looked for, each one once."""
    for ids in ([f"few{number}" for number in range(REPEATED)], ["many0"]):
        listing, looking, counts = [], [], []
        for id in ids:
            wrong = WrongClaim(
                ClaimKey("harbour", id),
                *("new", 1, Verdict.CORRECTED, ""),
                frozenset({(prints[id], 0)}),
            )
            with engine.connect() as connection:
                found, taken = measured(partial(list_carriers, connection, wrong))
                listing.append(taken)
                counts.append(len(found))
                listed = [each.id for each in found]
                for at in range(0, len(listed), PAGE):
                    page = listed[at : at + PAGE]
                    look = partial(find_carriers, connection, wrong, 1, page)
                    looking.append(measured(look)[1])
        print(
            f"  {claims:>9,} claims: {counts[0]:,} messages of a correction found in "
            f"{told(listing)}; looked at in pages of {PAGE} in {told(looking)} each"
        )
        expected = carriers_of(claims)
        assert set(counts) == {expected["few" if len(ids) > 1 else "many"]}


async def plan_after_loads(database: Database, claims: int, first: Library) -> None:
    """Print what it takes, after a load, to notice and plan a correction of one claim.

    What is measured is all that the bot does then but the reading of files: the claims
    that changed are found, their wordings judged, and all messages planned.
    """
    revisions = Revisions(RevisionStore(database), SystemClock())
    corrections = Corrections(
        database,
        revisions,
        Notifier(),
        rules=RULES,
        has_second=lambda _library: (),
        ask=RecordedQuestions(),
    )
    made_at = MORNING

    async def load(library: Library) -> float:
        nonlocal made_at
        made_at += timedelta(seconds=1)
        await revisions.publish(library, LibraryVersion(made_at))
        began = time.perf_counter()
        await corrections.loaded(library)
        await corrections.work()
        return (time.perf_counter() - began) * 1000

    await load(first)
    times: dict[str, list[float]] = {}
    expected = carriers_of(claims)
    corrected: list[str] = []
    before = 0
    for id in corrected_ids():
        corrected.append(id)
        kind = id.rstrip("0123456789")
        taken = await load(library_of(corrected))
        planned = await database.read(lambda c: c.scalar(_PLANNED)) or 0
        assert planned - before == expected[kind]
        times.setdefault(kind, []).append(taken)
        before = planned
    for kind, number in expected.items():
        print(
            f"  {claims:>9,} claims: {number:,} messages planned after a load that "
            f"changed one claim in {told(times[kind])}"
        )


_PLANNED = (
    select(func.count())
    .select_from(deliveries)
    .where(deliveries.c.kind == DeliveryKind.CORRECTION.value)
)


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


async def main(claims: int, kinds: Sequence[str]) -> None:
    """Print all of it, for each database."""
    for kind in kinds:
        for size in (claims // 10, claims):
            with bench_database(kind) as url:
                is_file = kind == "sqlite"
                engine = create_engine(url) if is_file else postgres_engine(url)
                first = library_of()
                _, fill_ms = measured(partial(fill, engine, size, first))
                print(f"{kind}, filled in {fill_ms / 1000:.0f} s:", flush=True)
                find(engine, size, first.fingerprints["harbour"])
                engine.dispose()
                async with open_database(url) as database:
                    await plan_after_loads(database, size, first)
        with bench_database(kind) as url:
            alone = await digest_beside(url, 0)
            beside = await digest_beside(url, MANY)
            print(
                f"{kind}: a digest after {alone:.2f} s alone, after {beside:.2f} s "
                f"beside {MANY:,} edits that wait",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.corrections", description=__doc__
    )
    parser.add_argument("claims", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--database", choices=KINDS, action="append")
    given = parser.parse_args()
    if given.claims < LEAST:
        parser.error(f"it takes {LEAST:,} claims at least")
    asyncio.run(main(given.claims, given.database or KINDS))
