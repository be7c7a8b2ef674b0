"""What curators are asked about corrections: each thing once, a go once a day."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.briefing.library import Library
from bot.briefing.verdicts import Verdict
from bot.corrections.model import ClaimKey, Correction, Needs, Unexplained
from bot.curators.correction_notices import (
    CorrectionNotices,
    GoRequest,
    has_second_curator,
)
from bot.curators.notices import CuratorNotice
from bot.db.tables import deliveries, messages
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.plan import DeliveryStore
from tests.factories import make_briefing
from tests.fakes import MORNING, StoppedClock
from tests.held import HeldBriefings
from tests.outbox import HERE, open_store

BRIEFING = make_briefing(curators="#desk")
WAITING = Correction(
    ClaimKey("harbour", "losses"),
    number=1,
    fingerprint="b",
    entries=1,
    revision="r1",
    kind=Verdict.CORRECTED,
    because="Counted again.",
    noticed_at=MORNING,
    ready_at=MORNING,
    needs=Needs.MANY,
    messages=90,
    rooms=30,
)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def store(sqlite_url: str, clock: StoppedClock) -> AsyncIterator[DeliveryStore]:
    async with open_store(sqlite_url, clock) as store:
        yield store


def notices(store: DeliveryStore) -> CorrectionNotices:
    history = DeliveryHistory(store.database)
    return CorrectionNotices(
        store, history, HeldBriefings(BRIEFING), lambda: [HERE], link_to=line_of
    )


async def line_of(briefing_id: str, claim_id: str) -> str:
    return f"https://git.example/{briefing_id}#{claim_id}"


async def asked(store: DeliveryStore) -> list[str]:
    """Return the words of the notices that are planned, in their order."""
    statement = select(deliveries.c.request).order_by(deliveries.c.due_at)
    return list(await store.database.read(lambda c: c.execute(statement).scalars()))


async def test_a_go_is_asked_for_once_a_day(
    store: DeliveryStore, clock: StoppedClock
) -> None:
    """However often it is looked at; another revision asks anew."""
    for _ in range(3):
        await notices(store).ask_for_go([WAITING])
    clock.move(timedelta(hours=25))
    await notices(store).ask_for_go([WAITING])

    said = (
        "1 correction (`losses`) in “What the storm did to the harbour” would be told "
        "to 30 rooms and people."
    )
    assert await asked(store) == [said, said]


async def test_an_entry_is_asked_for_once_with_the_entry_to_paste(
    store: DeliveryStore, clock: StoppedClock
) -> None:
    """As YAML that check takes, but for the reason."""
    moved = Unexplained(
        ClaimKey("harbour", "losses"),
        Verdict.UNEXPLAINED,
        'The "Tern": 40 boats lost.',
        "47 boats were lost.",
        "a",
    )
    await notices(store).ask_for_entries([moved])
    clock.move(timedelta(days=3))
    await notices(store).ask_for_entries([moved])

    notice = CuratorNotice.model_validate_json(*await asked(store))
    assert notice.edit_url == "https://git.example/harbour#losses"
    assert notice.words.splitlines()[-1] == (
        "revisions: [{date: 2026-11-23, kind: correction, "
        'was: "The \\"Tern\\": 40 boats lost.", because: …}]'
    )


async def test_every_question_of_which_nothing_waits_says_who_gave_the_go(
    database_url: str, clock: StoppedClock
) -> None:
    """Also a reminder under which nobody pressed, once; others keep their button."""
    later = replace(
        WAITING, claim=ClaimKey("harbour", "crew"), ready_at=MORNING + timedelta(days=2)
    )
    async with open_store(database_url, clock) as store:
        for waiting in ([WAITING], [WAITING], [WAITING, later]):
            await notices(store).ask_for_go(waiting)
            clock.move(timedelta(hours=25))
        await post_all(store)
        given = replace(WAITING, go_at=clock.now(), go_by="U0ANA")
        for _ in range(2):
            await notices(store).say_who_let_out([given, later])

        statement = select(deliveries.c.edit_ts, deliveries.c.request).where(
            deliveries.c.edit_ts != ""
        )
        edits = await store.database.read(lambda c: c.execute(statement).all())

    press = {"by": "U0ANA", "replied": False, "let_out": True}
    assert [ts for ts, _ in sorted(edits)] == ["1", "2"]
    assert [json.loads(request) for _, request in edits] == [press, press]


async def post_all(store: DeliveryStore) -> None:
    """Have each notice stand in the channel, in the order in which they were due."""
    statement = select(deliveries).order_by(deliveries.c.due_at)
    rows = await store.database.read(lambda c: c.execute(statement).all())
    posted = [
        {
            "delivery_id": row.id,
            "part": 0,
            "enterprise_id": row.enterprise_id,
            "team_id": row.team_id,
            "channel_id": "C0DESK",
            "ts": str(number),
            "mark_echoed": True,
            "posted_at": row.due_at,
        }
        for number, row in enumerate(rows, 1)
    ]
    await store.database.write(lambda c: c.execute(insert(messages), posted).rowcount)


def test_what_a_button_carries_is_read_back() -> None:
    """A briefing, and until when its corrections were ready; nothing else is read."""
    carried = GoRequest("harbour", MORNING)

    assert GoRequest.decode(carried.encode()) == carried
    assert GoRequest.decode("harbour") is None


@pytest.mark.parametrize(
    ("curators", "expected"),
    [("#desk", True), (["U0ANA", "U0BEN"], True), ("U0ANA", False), ([], False)],
)
def test_a_channel_of_curators_is_several(
    curators: str | list[str], expected: bool
) -> None:
    """One person alone has nobody to ask."""
    library = Library((make_briefing(curators=curators),))

    assert bool(has_second_curator(library)) is expected
