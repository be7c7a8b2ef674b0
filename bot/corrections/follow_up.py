"""What follows an edit that has ended: a note in the thread, a message to who asked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    exists,
    insert,
    select,
    update,
)

from bot.corrections.model import ClaimKey, Step, StepRequest
from bot.corrections.states import LASTS
from bot.db.statements import lock, of_installation
from bot.db.tables import correction_steps, deliveries, message_states, messages
from bot.errors import MESSAGE_GONE
from bot.installation import Installation
from bot.outbox.model import (
    DeliveryKey,
    Ending,
    MessageId,
    NewDelivery,
    Status,
)
from bot.outbox.plan import insert_deliveries
from bot.outbox.rows import has_status, lane_of

NOTHING_WRONG = Ending(
    Status.SKIPPED, "skipped: it says by now what the current revision says"
)
_RANK = 1
"""Before further edits: those who read the error are waiting."""
_AT_ONCE = 200
_ENDINGS = (Status.SENT, Status.FAILED, Status.SKIPPED)

_CorrectionKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a note stands; in a direct message each answer is one."""

    installation: Installation
    channel_id: str
    thread_ts: str

    @property
    def is_direct(self) -> bool:
        return self.channel_id.startswith("D")

    @property
    def lane(self) -> str:
        return lane_of(self.installation, self.channel_id)


def ended_threads(
    connection: Connection, edit_ids: Collection[str] | None
) -> set[Thread]:
    """Return where edits have ended of which nobody was told; all of them for None."""
    columns = message_states.c
    statement = (
        select(
            columns.enterprise_id,
            columns.team_id,
            columns.channel_id,
            columns.thread_ts,
        )
        .join(deliveries, deliveries.c.id == columns.edit_id)
        .where(columns.followed_at.is_(None), has_status(*_ENDINGS))
        .distinct()
    )
    if edit_ids is None:
        return {_thread(row) for row in connection.execute(statement)}
    found: set[Thread] = set()
    ids = sorted(edit_ids)
    for start in range(0, len(ids), _AT_ONCE):
        among = statement.where(columns.edit_id.in_(ids[start : start + _AT_ONCE]))
        found |= {_thread(row) for row in connection.execute(among)}
    return found


def _thread(row: Any) -> Thread:
    installation = Installation(row.team_id, row.enterprise_id)
    return Thread(installation, row.channel_id, row.thread_ts)


def follow_up(connection: Connection, thread: Thread, now: datetime) -> bool:
    """Plan the one note or tell of a thread, once all its edits have ended.

    1. While an edit there is on its way, its end is awaited: the note says whether the
       messages could be edited.
    2. A thread has one note of a correction, and a room one that is shown in it: in the
       thread with the newest message that carried the error.
    3. A person is told once of a correction, however many answers carried it.

    Return whether something was planned.
    """
    lock(connection, message_states)
    columns = message_states.c
    in_thread = and_(
        *of_installation(thread.installation, message_states),
        columns.channel_id == thread.channel_id,
        columns.thread_ts == thread.thread_ts,
    )
    rows = connection.execute(
        select(
            columns.delivery_id,
            columns.part,
            columns.state,
            columns.ts,
            columns.edit_id,
            deliveries.c.status,
            deliveries.c.reason,
            messages.c.reader_id,
            deliveries.c.request,
        )
        .join(deliveries, deliveries.c.id == columns.edit_id)
        .join(
            messages,
            and_(
                messages.c.delivery_id == columns.delivery_id,
                messages.c.part == columns.part,
            ),
        )
        .where(in_thread, columns.followed_at.is_(None))
        .order_by(columns.ts, columns.state)
    ).all()
    if not rows or not all(Status(row.status).is_ending for row in rows):
        return False

    told = [row for row in rows if row.reason != NOTHING_WRONG.reason]
    news = _not_told(connection, thread, [row.edit_id for row in told])
    is_newest, has_broadcast = _place_in_room(connection, thread, news)
    new = _row(thread, told, news, now, broadcast=is_newest and not has_broadcast)
    is_due = bool(news) and (is_newest or not thread.is_direct)
    if new is not None and is_due and not (thread.is_direct and has_broadcast):
        insert_deliveries(connection, [new], now=now)
        step = Step.TELL if thread.is_direct else Step.NOTE
        _record(connection, thread, new, sorted(news), step)
    followed = update(message_states).where(
        in_thread,
        columns.followed_at.is_(None),
        columns.edit_id.in_([row.edit_id for row in rows]),
    )
    connection.execute(followed.values(followed_at=now))
    return is_due


def _not_told(
    connection: Connection, thread: Thread, edit_ids: Sequence[str]
) -> set[_CorrectionKey]:
    """Return what these edits correct and this thread or person does not know."""
    step = correction_steps.c
    key = step.briefing_id, step.claim_id, step.number
    edited = select(*key).where(step.step_id.in_(edit_ids))
    told = select(*key).where(step.lane == thread.lane, step.step != Step.EDIT.value)
    if not thread.is_direct:
        told = told.where(step.thread_ts == thread.thread_ts)

    def read(statement: Any) -> set[_CorrectionKey]:
        return {(row[0], row[1], row[2]) for row in connection.execute(statement)}

    return read(edited) - read(told)


def _place_in_room(
    connection: Connection, thread: Thread, news: Collection[_CorrectionKey]
) -> tuple[bool, bool]:
    """Say whether this thread has the room's newest message with these errors.

    And whether the room, or the person, was shown a note or tell of all of them.
    """
    step = correction_steps.c
    newest_ts, newest_thread = "", thread.thread_ts
    known = []
    for briefing_id, claim_id, number in news:
        is_correction = and_(
            # With nothing behind it SQLite goes by the claim, and reads all the steps
            # of its correction for each thread.
            step.briefing_id.concat("") == briefing_id,
            step.claim_id == claim_id,
            step.number == number,
            step.lane == thread.lane,
        )
        newest = connection.execute(
            select(message_states.c.ts, message_states.c.thread_ts)
            .join(
                correction_steps,
                and_(
                    step.step_id == message_states.c.edit_id,
                    # By its key: there is no index of all edits.
                    step.delivery_id == message_states.c.delivery_id,
                    step.part == message_states.c.part,
                ),
            )
            .where(is_correction, step.step == Step.EDIT.value)
            .order_by(message_states.c.ts.desc())
            .limit(1)
        ).one()
        if newest.ts > newest_ts:
            newest_ts, newest_thread = newest.ts, newest.thread_ts
        shown = exists().where(
            deliveries.c.id == step.step_id, deliveries.c.broadcast.is_(True)
        )
        told = select(step.step_id).where(is_correction, step.step == Step.TELL.value)
        noted = select(step.step_id).where(
            is_correction, step.step == Step.NOTE.value, shown
        )
        known.append(
            connection.execute(told.limit(1)).first() is not None
            or connection.execute(noted.limit(1)).first() is not None
        )
    return newest_thread == thread.thread_ts, bool(known) and all(known)


def _row(
    thread: Thread,
    told: Sequence[Any],
    news: Iterable[_CorrectionKey],
    now: datetime,
    *,
    broadcast: bool,
) -> NewDelivery | None:
    """Return the note or tell; None where there is nobody or no place to tell.

    A message that is gone has no thread any more: then the channel gets a note of its
    own, or none where another message there has one.
    """
    if not told:
        return None
    first = told[0]
    failed = [row for row in told if row.status != Status.SENT.value]
    reason = failed[0].reason.partition(": ")[2] if failed else ""
    is_gone = reason == MESSAGE_GONE and first.ts == thread.thread_ts
    if is_gone and not broadcast and not thread.is_direct:
        return None
    claims = tuple(sorted({ClaimKey(b, c) for b, c, _ in news}))
    reader_id = (
        first.reader_id or StepRequest.model_validate_json(first.request).reader_id
    )
    request = StepRequest(
        reader_id=reader_id, claims=claims, edited=not failed, reason=reason
    )
    in_thread = not (is_gone or thread.is_direct)
    key = DeliveryKey.for_correction(
        thread.installation,
        MessageId(first.delivery_id, first.part),
        first.state,
        step=Step.TELL if thread.is_direct else Step.NOTE,
        channel_id=thread.channel_id,
    )
    return NewDelivery(
        key,
        destination=thread.channel_id,
        due_at=now,
        expires_at=now + LASTS,
        request=request.model_dump_json(),
        thread_ts=thread.thread_ts if in_thread else "",
        broadcast=broadcast and in_thread,
        rank=_RANK,
    )


def _record(
    connection: Connection,
    thread: Thread,
    new: NewDelivery,
    news: Sequence[_CorrectionKey],
    step: Step,
) -> None:
    message = MessageId.read(new.key.subject)
    rows = [
        {
            "briefing_id": briefing_id,
            "claim_id": claim_id,
            "number": number,
            "step_id": new.key.delivery_id,
            "step": step.value,
            "delivery_id": message.delivery_id,
            "part": message.part,
            "lane": thread.lane,
            "thread_ts": thread.thread_ts,
        }
        for briefing_id, claim_id, number in news
    ]
    connection.execute(insert(correction_steps), rows)
