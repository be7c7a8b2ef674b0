"""What a chaos run has to show for itself: all visible once, in order, as frozen.

`judge` is pure: what it goes by is gathered first, so that its eye can be tested.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, select

from bot.block_kit.part import Part
from bot.corrections.follow_up import NOTHING_WRONG
from bot.db.database import Database
from bot.db.tables import deliveries, messages, payloads
from bot.digests.occurrences import SkipReason
from bot.outbox.model import DeliveryKind, Payload, Status
from bot.questions.sharing import SHARED

Message = Mapping[str, Any]
Place = tuple[str, str]
"""A message's channel and time stamp."""

NOT_NEEDED = (f"skipped: {SkipReason.SUPERSEDED.value}", NOTHING_WRONG.reason)
"""Endings without a message that are as they should be."""
SHARE = "share"
"""The subject of a notice that something was not shared; its occurrence says what."""
COMMIT_S = 0.5
"""How long a busy machine may take to commit a row: until then nobody can see it."""
CRANES = re.compile(r"\d cranes")
STORM = re.compile(r"storm (\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as the database remembers it.

    `places` are its stored messages, and `shown` is what each of them says by now.
    """

    id: str
    kind: DeliveryKind
    subject: str
    occurrence: str
    destination: str
    due_at: datetime
    planned_at: datetime
    ended_at: datetime | None
    status: Status
    reason: str
    edit_ts: str
    payload: Payload | None
    places: Mapping[int, Place] = field(default_factory=dict)
    shown: Mapping[int, Part] = field(default_factory=dict)

    @property
    def corrects(self) -> bool:
        """Say whether it edits the words of another delivery's message."""
        return self.kind is DeliveryKind.CORRECTION and bool(self.edit_ts)

    def place(self, part: int) -> Place | None:
        """Return where a part stands, or the message that it edits."""
        if self.corrects:
            return self.destination, self.edit_ts
        return self.places.get(part)

    @property
    def parts(self) -> Sequence[Part]:
        return self.payload.parts if self.payload else ()

    @property
    def is_sent(self) -> bool:
        return self.status is Status.SENT


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is left of a run.

    `shown` is all that was ever visible. `asked` are the messages that people wrote to
    the bot, `given_up` those of which Slack could tell no process. `recipients` is to
    whom the digest of each minute goes. `edit_of` names the edit of the briefing in
    which a claim got its fingerprint. For so long as `lease` a row may be in hand
    before it is posted. `cranes` is how many there are by the last correction.
    """

    rows: Sequence[Row]
    shown: Sequence[Message]
    asked: Collection[Place]
    given_up: Collection[Place]
    each_minute: str
    recipients: Collection[str]
    edit_of: Mapping[str, int]
    lease: timedelta
    cranes: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Figures of a chaos run; the lists name what must not be.

    Deliveries are by kind. `unknown` are messages that no row knows of.
    """

    deliveries: Mapping[str, int]
    endings: Mapping[str, int]
    messages: int
    edits: int
    asked: int
    given_up: int
    deleted_doubles: int
    lost: Sequence[str]
    twice: Sequence[str]
    unknown: Sequence[str]
    out_of_order: Sequence[str]
    misquoted: Sequence[str]
    uncorrected: Sequence[str]

    @property
    def faults(self) -> Mapping[str, Sequence[str]]:
        return {
            "lost": self.lost,
            "twice": self.twice,
            "unknown": self.unknown,
            "out of order": self.out_of_order,
            "misquoted": self.misquoted,
            "uncorrected": self.uncorrected,
        }

    @property
    def is_clean(self) -> bool:
        return not any(self.faults.values())

    def __str__(self) -> str:
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in self.deliveries.items())
        endings = ", ".join(f"{n:,} {reason}" for reason, n in self.endings.items())
        faults = ", ".join(
            f"{len(those)} {what}" for what, those in self.faults.items()
        )
        return (
            f"{sum(self.deliveries.values()):,} deliveries ({kinds}; {endings}), "
            f"{self.messages:,} messages, {self.edits:,} edits, {self.asked:,} "
            f"questions, of which Slack gave up {self.given_up}: {faults}; "
            f"{self.deleted_doubles} doubles deleted"
        )


def judge(evidence: Evidence) -> Verdict:
    """Compare what stands in the channels with what was asked, planned and frozen."""
    rows, shown = evidence.rows, evidence.shown
    standing = standing_messages(shown)
    copies: dict[tuple[str, int], list[Place]] = defaultdict(list)
    for place, message in standing.items():
        mark = message["metadata"]["event_payload"]
        copies[mark["delivery_id"], mark["part"]].append(place)

    known = {row.id for row in rows}
    # Whoever shares what cannot be posted for a quarter of an hour hears of it.
    told = {row.occurrence for row in rows if row.subject == SHARE and row.is_sent}
    lost = [
        f"{row.id}/{part} ({row.reason or row.status})"
        for row in rows
        if row.reason not in NOT_NEEDED and row.id not in told
        for part in range(max(1, len(row.parts)))
        if not row.is_sent or row.place(part) not in standing
    ]
    return Verdict(
        deliveries=dict(Counter(row.kind.value for row in rows)),
        endings=dict(Counter(row.reason or row.status.value for row in rows)),
        messages=len(standing),
        edits=sum(bool(row.edit_ts) for row in rows),
        asked=len(evidence.asked),
        given_up=len(evidence.given_up),
        deleted_doubles=sum(each["kind"] == "message_deleted" for each in shown),
        lost=[
            *lost,
            *_unanswered(evidence),
            *_unshared(evidence),
            *_forgotten(evidence),
        ],
        twice=[
            f"{id}/{part}" for (id, part), those in copies.items() if len(those) > 1
        ],
        unknown=[
            str(place) for (id, _), (place, *_) in copies.items() if id not in known
        ],
        out_of_order=_out_of_order(rows, lease=evidence.lease),
        misquoted=_misquoted(evidence, standing),
        uncorrected=[
            f"{place}: {message['text']}"
            for place, message in standing.items()
            if CRANES.search(message["text"])
            and f"{evidence.cranes} cranes" not in message["text"]
        ],
    )


def standing_messages(shown: Iterable[Message]) -> dict[Place, Message]:
    """Return the bot's posts that are there in the end, each as it stands."""
    standing: dict[Place, Message] = {}
    for change in shown:
        place = change["channel"], change["ts"]
        if change["kind"] == "message_deleted":
            standing.pop(place, None)
        elif change.get("metadata"):
            standing[place] = change
    return standing


def _unanswered(evidence: Evidence) -> list[str]:
    """Name questions that Slack told a process of, and that no row knows of."""
    answered = {
        (row.subject, row.occurrence)
        for row in evidence.rows
        if row.kind is DeliveryKind.ANSWER
    }
    heard = set(evidence.asked) - set(evidence.given_up)
    return [f"question {place}" for place in sorted(heard - answered)]


def _unshared(evidence: Evidence) -> list[str]:
    """Name channels in which more was said to be shared than was."""
    told = Counter(
        each["channel"] for each in evidence.shown if SHARED in each.get("text", "")
    )
    is_share = (row for row in evidence.rows if row.kind is DeliveryKind.SHARE)
    shared = Counter(row.destination for row in is_share)
    return [f"share in {channel}" for channel in told - shared]


def _forgotten(evidence: Evidence) -> list[str]:
    """Name minutes between the first and the last for which somebody has no row."""
    planned: dict[datetime, set[str]] = defaultdict(set)
    for row in evidence.rows:
        if row.subject == evidence.each_minute:
            planned[row.due_at].add(row.destination)
    if not planned:
        return []
    minute, forgotten = min(planned), []
    while minute <= max(planned):
        missing = set(evidence.recipients) - planned.get(minute, set())
        forgotten += [f"{minute:%H:%M} in {channel}" for channel in sorted(missing)]
        minute += timedelta(minutes=1)
    return forgotten


def _out_of_order(rows: Iterable[Row], *, lease: timedelta) -> list[str]:
    """Name deliveries whose parts are mixed up, or that others overtook in their lane.

    Corrections let everything else pass. Only what is no answer may be passed, and only
    by another kind. What was planned while the other was in hand could not go first.
    """
    lanes: dict[str, list[tuple[Row, list[float]]]] = defaultdict(list)
    wrong: list[str] = []
    for row in sorted(rows, key=lambda row: (row.due_at, row.id)):
        is_own = (part > 0 or not row.edit_ts for part in range(len(row.parts)))
        stamps = [
            float(row.places[part][1])
            for part, own in enumerate(is_own)
            if own and part in row.places
        ]
        if stamps != sorted(stamps):
            wrong.append(row.id)
        if stamps:
            lanes[row.destination].append((row, stamps))

    for lane in lanes.values():
        for (row, stamps), (later, its_stamps) in combinations(lane, 2):
            may_pass = row.kind not in (later.kind, DeliveryKind.ANSWER)
            seen_at = row.planned_at.timestamp() + COMMIT_S
            was_there = seen_at < its_stamps[0] - lease.total_seconds()
            if was_there and not may_pass and max(stamps) > min(its_stamps):
                wrong.append(f"{row.id} after {later.id}")
    return wrong


def _misquoted(evidence: Evidence, standing: Mapping[Place, Message]) -> list[str]:
    """Name messages that do not say what was frozen, or mix edits of the briefing.

    A digest of changes alone tells of two.
    """
    written: dict[Place, tuple[Row, Part]] = {}
    ended = [row for row in evidence.rows if row.ended_at]
    for row in sorted(ended, key=lambda row: (row.ended_at, row.id)):
        for number, place in row.places.items():
            written[place] = row, row.shown[number]

    wrong = []
    for place, (row, part) in written.items():
        message = standing.get(place)
        if message is None:
            continue
        storms = {int(number) for number in STORM.findall(part.text)}
        prints = {mark.fingerprint for mark in part.claims}
        storms |= {evidence.edit_of[each] for each in prints & evidence.edit_of.keys()}
        tells_of_two = row.subject == evidence.each_minute
        if message["text"] != part.text or (len(storms) > 1 and not tells_of_two):
            wrong.append(f"{row.id} at {place}: storms {storms}")
    return wrong


async def read_rows(database: Database) -> list[Row]:
    """Return every delivery, with its payload and where its parts stand."""
    return await database.read(_rows)


def _rows(connection: Connection) -> list[Row]:
    frozen = {
        row.hash: Payload.from_json(row.content)
        for row in connection.execute(select(payloads.c.hash, payloads.c.content))
    }
    places: dict[str, dict[int, Place]] = defaultdict(dict)
    shown: dict[str, dict[int, Part]] = defaultdict(dict)
    for message in connection.execute(select(messages)):
        id, part = message.delivery_id, message.part
        places[id][part] = message.channel_id, message.ts
        shown[id][part] = frozen[message.shown_hash].parts[message.shown_part]
    found = connection.execute(select(deliveries))
    return [
        Row(
            row.id,
            DeliveryKind(row.kind),
            row.subject,
            row.occurrence,
            row.destination,
            row.due_at,
            row.planned_at,
            row.ended_at,
            Status(row.status),
            row.reason,
            row.edit_ts,
            frozen.get(row.payload_hash),
            places[row.id],
            shown[row.id],
        )
        for row in found
    ]
