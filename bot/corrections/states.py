"""Planning the next state of messages that show a wrong wording, a page at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from bot.corrections.model import (
    Carrier,
    ClaimKey,
    Correction,
    Step,
    StepRequest,
    WrongClaim,
)
from bot.corrections.records import SHOWN, shows
from bot.db.statements import lock
from bot.db.tables import (
    correction_steps,
    current_revision,
    deliveries,
    message_states,
    messages,
    payload_claims,
)
from bot.installation import Installation
from bot.outbox.model import DeliveryId, DeliveryKey, MessageId, NewDelivery, Status
from bot.outbox.plan import insert_deliveries
from bot.outbox.rows import has_status, lane_of

PAGE = 200
"""Messages planned in one transaction."""
LISTED = 10_000
"""Messages that are listed at once."""
LASTS = timedelta(days=7)
"""For how long a correction is tried."""
_NEWEST_FIRST = 10**10
"""More seconds than any message's `ts` has: ranks count down from here."""

_edit = deliveries.alias("edit")
_own = deliveries.alias("own")
_first = messages.alias("first")
_ENDINGS = (Status.SENT, Status.FAILED, Status.SKIPPED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be corrected: one claim's messages, and what else is wrong in them.

    `cleared` are all corrections that may go out, with their findings.
    """

    revision: str
    claim: ClaimKey
    cleared: Mapping[ClaimKey, tuple[Correction, WrongClaim]]


@dataclass(frozen=True, slots=True)
class ListedCarrier:
    """A message that shows a wrong wording, by what an index alone tells of it."""

    ts: str
    id: MessageId


def list_carriers(
    connection: Connection, finding: WrongClaim, before: ListedCarrier | None = None
) -> list[ListedCarrier]:
    """Return the messages that show a wrong wording of a claim, the newest first.

    At most `LISTED` of those that come behind `before`; which of them can be planned
    `find_carriers` says.
    """
    place = (messages.c.ts, messages.c.delivery_id, messages.c.part)
    statement = (
        select(*place)
        .join(payload_claims, SHOWN)
        .where(shows(finding))
        .order_by(*(column.desc() for column in place))
        .limit(LISTED)
    )
    if before is not None:
        last = (before.ts, before.id.delivery_id, before.id.part)
        bound = (
            bindparam(None, value, type_=column.type)
            for value, column in zip(last, place, strict=True)
        )
        statement = statement.where(tuple_(*place) < tuple_(*bound))
    rows = connection.execute(statement)
    return [ListedCarrier(row.ts, MessageId(row.delivery_id, row.part)) for row in rows]


def find_carriers(
    connection: Connection,
    finding: WrongClaim,
    number: int,
    ids: Collection[MessageId],
) -> list[Carrier]:
    """Return those of these messages that show a wrong wording, the newest first.

    Left out are those with an edit on its way, and those whose edit for this correction
    (the claim's `number`) has ended: they could not be edited.
    """
    step = correction_steps.c
    was_tried = exists().where(
        step.delivery_id == messages.c.delivery_id,
        step.part == messages.c.part,
        # With nothing behind it SQLite goes by the claim, and reads all the steps of
        # its correction for each message.
        step.briefing_id.concat("") == finding.claim.briefing_id,
        step.claim_id == finding.claim.claim_id,
        step.number == number,
        step.step == Step.EDIT.value,
    )
    among = messages.c.delivery_id.in_({each.delivery_id for each in ids})
    statement = CARRIERS.join(payload_claims, SHOWN).where(
        among, shows(finding, by_index=False), not_(was_tried)
    )
    carriers = (as_carrier(row) for row in connection.execute(statement))
    wanted = set(ids)
    return [carrier for carrier in carriers if carrier.id in wanted]


CARRIERS = (
    select(
        messages.c.delivery_id,
        messages.c.part,
        messages.c.enterprise_id,
        messages.c.team_id,
        messages.c.channel_id,
        messages.c.ts,
        func.coalesce(func.nullif(_own.c.thread_ts, ""), _first.c.ts).label(
            "thread_ts"
        ),
        messages.c.state,
        messages.c.shown_hash,
        messages.c.shown_part,
        messages.c.reader_id,
        _own.c.recipient,
    )
    .join_from(messages, _own, _own.c.id == messages.c.delivery_id)
    .outerjoin(
        _first,
        and_(_first.c.delivery_id == messages.c.delivery_id, _first.c.part == 0),
    )
    .outerjoin(_edit, _edit.c.id == messages.c.edit_id)
    .where(or_(_edit.c.id.is_(None), has_status(*_ENDINGS, table=_edit)))
    .order_by(messages.c.ts.desc())
)
"""The messages that have no edit on its way, the newest first, as `Carrier`s."""


def as_carrier(row: Any) -> Carrier:
    """Read a row of `CARRIERS`."""
    recipient = row.recipient.rpartition("/")[2]
    is_person = recipient.startswith(("U", "W"))
    return Carrier(
        id=MessageId(row.delivery_id, row.part),
        installation=Installation(row.team_id, row.enterprise_id),
        channel_id=row.channel_id,
        ts=row.ts,
        thread_ts=row.thread_ts or row.ts,
        state=row.state,
        shown_hash=row.shown_hash,
        shown_part=row.shown_part,
        reader_id=row.reader_id or (recipient if is_person else ""),
    )


def plan_page(
    connection: Connection, plan: Plan, ids: Collection[MessageId], now: datetime
) -> int:
    """Plan the next state of these messages, a page of them; return how many.

    State n + 1 of a message is planned where n is read, so that two replicas cannot
    both do it; and only while the revision that makes it wrong is current.
    """
    lock(connection, message_states)
    current = connection.scalar(select(current_revision.c.hash))
    if current != plan.revision:
        return 0
    correction, finding = plan.cleared[plan.claim]
    carriers = find_carriers(connection, finding, correction.number, ids)
    if not carriers:
        return 0

    requests = [StepRequest(reader_id=carrier.reader_id) for carrier in carriers]
    pairs = plan_edits(connection, carriers, requests, now)
    _record(connection, plan, pairs)
    return len(carriers)


def plan_edits(
    connection: Connection,
    carriers: Sequence[Carrier],
    requests: Sequence[StepRequest],
    now: datetime,
    *,
    followed_at: datetime | None = None,
) -> list[tuple[Carrier, DeliveryId]]:
    """Plan state n + 1 of each message, and return it with the edit's id.

    `followed_at` is set where nobody is to be told when the edit has ended.
    """
    rows = [
        _edit_of(carrier, request, now)
        for carrier, request in zip(carriers, requests, strict=True)
    ]
    insert_deliveries(connection, rows, now=now)
    ids = [row.key.delivery_id for row in rows]
    pairs = list(zip(carriers, ids, strict=True))
    connection.execute(
        _PLANNED,
        [
            {"b_delivery": c.id.delivery_id, "b_part": c.id.part, "b_edit": edit_id}
            for c, edit_id in pairs
        ],
    )
    connection.execute(
        insert(message_states),
        [
            {
                "delivery_id": c.id.delivery_id,
                "part": c.id.part,
                "state": c.state + 1,
                "enterprise_id": c.installation.enterprise_id,
                "team_id": c.installation.team_id,
                "channel_id": c.channel_id,
                "ts": c.ts,
                "thread_ts": c.thread_ts,
                "edit_id": edit_id,
                "before_hash": c.shown_hash,
                "before_part": c.shown_part,
                "planned_at": now,
                "followed_at": followed_at,
            }
            for c, edit_id in pairs
        ],
    )
    return pairs


_PLANNED = (
    update(messages)
    .where(
        messages.c.delivery_id == bindparam("b_delivery"),
        messages.c.part == bindparam("b_part"),
    )
    .values(state=messages.c.state + 1, edit_id=bindparam("b_edit"))
)


def _edit_of(carrier: Carrier, request: StepRequest, now: datetime) -> NewDelivery:
    key = DeliveryKey.for_correction(
        carrier.installation,
        carrier.id,
        carrier.state + 1,
        step=Step.EDIT,
        channel_id=carrier.channel_id,
    )
    return NewDelivery(
        key,
        destination=carrier.channel_id,
        due_at=now,
        expires_at=now + LASTS,
        request=request.model_dump_json(),
        edit_ts=carrier.ts,
        rank=_NEWEST_FIRST - int(float(carrier.ts)),
    )


def _record(
    connection: Connection, plan: Plan, pairs: Sequence[tuple[Carrier, DeliveryId]]
) -> None:
    """Say of each edit which corrections it is for: a message may hold several."""
    # By the hash alone: SQLite reads the whole table for pairs among pairs.
    hashes = {carrier.shown_hash for carrier, _ in pairs}
    among = payload_claims.c.payload_hash.in_(sorted(hashes))
    found = connection.execute(select(payload_claims).where(among)).all()
    wrong: dict[tuple[str, int], list[Correction]] = {}
    for row in found:
        key = ClaimKey(row.briefing_id, row.claim_id)
        correction, finding = plan.cleared.get(key, (None, None))
        shown = (row.fingerprint, row.entries)
        if correction and finding and shown in finding.wrong:
            wrong.setdefault((row.payload_hash, row.part), []).append(correction)
    rows = [
        {
            "briefing_id": correction.claim.briefing_id,
            "claim_id": correction.claim.claim_id,
            "number": correction.number,
            "step_id": edit_id,
            "step": Step.EDIT.value,
            "delivery_id": c.id.delivery_id,
            "part": c.id.part,
            "lane": lane_of(c.installation, c.channel_id),
            "thread_ts": c.thread_ts,
        }
        for c, edit_id in pairs
        for correction in wrong[c.shown_hash, c.shown_part]
    ]
    connection.execute(insert(correction_steps), rows)
