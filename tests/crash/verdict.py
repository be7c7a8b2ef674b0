"""What a crash test has to show for itself: every delivery visible exactly once."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bot.block_kit.part import Part
from bot.db.database import Database
from bot.db.tables import deliveries, payloads
from bot.outbox.model import Payload
from tests.crash.processes import SimulatorProcess

Message = dict[str, Any]

NEVER_COMPOSED = Payload((Part("a text that never was"),), "", "")
"""What a delivery is taken to say that has no payload, so that it counts as lost."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Figures of a crash test; the lists name what must not be."""

    deliveries: int
    messages: int
    endings: dict[str, int]
    deleted_doubles: int
    lost: list[str]
    twice: list[str]
    out_of_order: list[str]
    misquoted: list[str]

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.twice or self.out_of_order or self.misquoted)

    def __str__(self) -> str:
        endings = ", ".join(f"{n} {reason}" for reason, n in self.endings.items())
        return (
            f"{self.deliveries} deliveries ({endings}), {self.messages} messages: "
            f"{len(self.lost)} lost, {len(self.twice)} twice, "
            f"{len(self.out_of_order)} out of order, {len(self.misquoted)} misquoted; "
            f"{self.deleted_doubles} doubles deleted"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as the database remembers it."""

    id: str
    channel_id: str
    due_at: Any
    reason: str
    payload: Payload


async def judge(
    simulator: SimulatorProcess, database: Database, words: dict[str, str]
) -> Verdict:
    """Compare what stands in the channels with what was planned and frozen."""
    shown = (await simulator.get("shown"))["shown"]
    standing = standing_messages(shown)
    rows = await database.read(_rows)
    found: dict[tuple[str, int], list[Message]] = defaultdict(list)
    for message in standing:
        mark = message["metadata"]["event_payload"]
        found[mark["delivery_id"], mark["part"]].append(message)

    expected = [(row, part) for row in rows for part in range(len(row.payload.parts))]
    return Verdict(
        deliveries=len(rows),
        messages=len(standing),
        endings=dict(Counter(row.reason for row in rows)),
        deleted_doubles=sum(c["kind"] == "message_deleted" for c in shown),
        lost=[f"{row.id}/{n}" for row, n in expected if not found[row.id, n]],
        twice=[f"{row.id}/{n}" for row, n in expected if len(found[row.id, n]) > 1],
        out_of_order=_out_of_order(rows, found),
        misquoted=[
            f"{row.id}/{n}"
            for row, n in expected
            for message in found[row.id, n]
            if not _says(row, n, message, words)
        ],
    )


def standing_messages(shown: list[Message]) -> list[Message]:
    """Return the messages that are there in the end, each as it stands."""
    standing: dict[tuple[str, str], Message] = {}
    for change in shown:
        key = change["channel"], change["ts"]
        if change["kind"] == "message_deleted":
            standing.pop(key, None)
        else:
            standing[key] = change
    return [message for message in standing.values() if message.get("metadata")]


def _rows(connection: Connection) -> list[Row]:
    columns = deliveries.c
    found = connection.execute(
        select(
            columns.id,
            columns.destination,
            columns.due_at,
            columns.reason,
            payloads.c.content,
        ).outerjoin(payloads)
    )
    return [
        Row(
            row.id,
            row.destination,
            row.due_at,
            row.reason,
            Payload.from_json(row.content) if row.content else NEVER_COMPOSED,
        )
        for row in found
    ]


def _says(row: Row, part: int, message: Message, words: dict[str, str]) -> bool:
    """Tell whether the text is what was frozen, and what its claims said."""
    frozen = row.payload.parts[part]
    (mark,) = frozen.claims
    text: str = message["text"]
    return text == frozen.text == words[mark.fingerprint]


def _out_of_order(
    rows: list[Row], found: dict[tuple[str, int], list[Message]]
) -> list[str]:
    """Name deliveries that begin before the one before them has ended."""
    wrong: list[str] = []
    last_ts: dict[str, float] = defaultdict(float)
    for row in sorted(rows, key=lambda row: (row.due_at, row.id)):
        stamps = [
            float(message["ts"])
            for part in range(len(row.payload.parts))
            for message in found[row.id, part][:1]
        ]
        read = [last_ts[row.channel_id], *stamps]
        if read != sorted(read):
            wrong.append(row.id)
        last_ts[row.channel_id] = max(read)
    return wrong
