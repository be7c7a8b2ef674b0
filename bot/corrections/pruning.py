"""What is kept of messages goes after a set time, all that belongs together at once.

A delivery has its messages, the payloads that they were posted from and show by now,
the states that corrections gave them, and the edits that did. Until its time is over
all of it stays, with the revision that it was made of, so that it can be corrected;
then all of it goes. A key that is gone is planned by nobody any more: what is due or
was asked then is too old, a correction has lost its message, and what is still asked
for each hour stays.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    exists,
    not_,
    or_,
    select,
    tuple_,
    union,
    update,
)

from bot.db.database import Database
from bot.db.statements import lock, of_installation
from bot.db.tables import (
    correction_steps,
    corrections,
    current_revision,
    deliveries,
    handled_items,
    message_states,
    messages,
    payload_claims,
    payloads,
    revisions,
    visits,
    watermarks,
    wordings,
)
from bot.installation import Installation
from bot.outbox.model import DeliveryKind, Ending, Status
from bot.outbox.rows import has_status

PAGE = 200
"""Rows that one transaction drops: nobody waits long for the database."""
FORGOTTEN = Ending(
    Status.SKIPPED, "skipped: its reader had everything about them deleted"
)
_OPEN = (Status.PLANNED, Status.ACQUIRED, Status.SENDING)
_later = deliveries.alias("later")
_edit = deliveries.alias("edit")


@dataclass(frozen=True)
class Pruning:
    """Drops what was kept for its time, in small transactions beside all other work."""

    database: Database
    kept_for: timedelta
    page: int = PAGE

    async def run(self, now: datetime) -> dict[str, int]:
        """Drop what is over, and return how many rows of each kind went.

        Any number of replicas may do it at once.
        """
        then = now - self.kept_for
        dropped: Counter[str] = Counter()
        last: tuple[datetime, str] | None = None
        while True:
            find = partial(old_deliveries, then=then, after=last, limit=self.page)
            found = await self.database.read(find)
            if not found:
                break
            last, ids = found[-1], [id for _, id in found]
            drop = partial(drop_deliveries, ids=ids, then=then)
            dropped["deliveries"] += await self.database.write(drop)
            await asyncio.sleep(0)

        for name, drop_some in (
            ("payloads", drop_payloads),
            ("wordings", drop_wordings),
            ("corrections", drop_corrections),
            ("visits", drop_visits),
            ("handled_items", drop_handled),
            ("revisions", drop_revisions),
        ):
            work = partial(drop_some, then=then, limit=self.page)
            while number := await self.database.write(work):
                dropped[name] += number
                await asyncio.sleep(0)
        return dict(dropped)


def old_deliveries(
    connection: Connection,
    *,
    then: datetime,
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE,
) -> Sequence[tuple[datetime, str]]:
    """Return when deliveries ended that may go, and their ids, a page in this order."""
    place = (deliveries.c.ended_at, deliveries.c.id)
    statement = select(*place).where(*_may_go(then)).order_by(*place).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(*place) > after)
    return [(ended_at, id) for ended_at, id in connection.execute(statement)]


def _may_go(then: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say what is over: nothing of it was posted, asked for or corrected since then.

    A step of a correction goes with the last message that it is about.
    """
    of_this = messages.c.delivery_id == deliveries.c.id
    has_open_edit = (
        exists()
        .where(message_states.c.delivery_id == deliveries.c.id)
        .where(_edit.c.id == message_states.c.edit_id)
        .where(has_status(*_OPEN, table=_edit))
    )
    return (
        deliveries.c.ended_at < then,
        deliveries.c.planned_at < then,
        not_(exists().where(of_this, messages.c.posted_at >= then)),
        not_(exists().where(correction_steps.c.step_id == deliveries.c.id)),
        not_(has_open_edit),
        not_(_is_base_line()),
    )


def _is_base_line() -> ColumnElement[bool]:
    """Say what the next digest of a recipient is compared with, and may name a day of.

    That is the last one that was sent, and the last that showed a claim, of each digest
    that there still is.
    """
    later_sent = and_(
        _later.c.team_id == deliveries.c.team_id,
        _later.c.recipient == deliveries.c.recipient,
        _later.c.subject == deliveries.c.subject,
        _later.c.due_at > deliveries.c.due_at,
        _later.c.enterprise_id == deliveries.c.enterprise_id,
        _later.c.kind == DeliveryKind.DIGEST.value,
        has_status(Status.SENT, table=_later),
    )
    shows_claims = exists().where(
        payload_claims.c.payload_hash == deliveries.c.payload_hash
    )
    later_shows_claims = exists().where(
        payload_claims.c.payload_hash == _later.c.payload_hash
    )
    is_planned_still = exists().where(
        watermarks.c.enterprise_id == deliveries.c.enterprise_id,
        watermarks.c.team_id == deliveries.c.team_id,
        watermarks.c.digest_id == deliveries.c.subject,
    )
    return and_(
        deliveries.c.kind == DeliveryKind.DIGEST.value,
        has_status(Status.SENT),
        is_planned_still,
        or_(
            not_(exists().where(later_sent)),
            and_(shows_claims, not_(exists().where(later_sent, later_shows_claims))),
        ),
    )


def drop_deliveries(
    connection: Connection, *, ids: Collection[str], then: datetime
) -> int:
    """Drop these, as far as they still may go, with all that is of them."""
    # No state is planned for a message while it is looked at here.
    lock(connection, message_states)
    statement = select(deliveries.c.id).where(deliveries.c.id.in_(ids), *_may_go(then))
    locked = statement.with_for_update(skip_locked=True, of=deliveries)
    return drop_whole(connection, connection.execute(locked).scalars())


def drop_whole(connection: Connection, ids: Iterable[str]) -> int:
    """Drop these deliveries with all that is of them, and return how many went."""
    found = _with_steps(connection, ids)
    hashes = _drop_messages(connection, found)
    of_these = deliveries.c.id.in_(found)
    hashes |= _hashes(connection, deliveries.c.payload_hash, of_these)
    dropped = connection.execute(delete(deliveries).where(of_these)).rowcount
    _drop_unheld(connection, hashes)
    return dropped


def _with_steps(connection: Connection, ids: Iterable[str]) -> list[str]:
    """Add what corrected these messages, and nothing else that is kept, in turn.

    Notes and tells are messages that may be corrected as well: without the one that
    they began with, a thread would get another of them for ever.
    """
    found, added = set[str](), set(ids)
    while added:
        found |= added
        about_these = correction_steps.c.delivery_id.in_(added)
        steps = select(correction_steps.c.step_id).where(about_these)
        step_ids = set(connection.execute(steps).scalars()) - found
        connection.execute(delete(correction_steps).where(about_these))
        is_about_others = exists().where(correction_steps.c.step_id == deliveries.c.id)
        alone = select(deliveries.c.id).where(
            deliveries.c.id.in_(step_ids),
            not_(has_status(*_OPEN)),
            not_(is_about_others),
        )
        added = set(connection.execute(alone).scalars())
    return sorted(found)


def forget_reader(
    connection: Connection, installation: Installation, user_id: str, *, now: datetime
) -> int:
    """Drop what stands behind somebody's direct messages, and return how many.

    Their bare records stay, so that nothing is answered again: which conversation had a
    message, and when. No such message is corrected any more.
    """
    lock(connection, message_states)
    theirs = _read_by(connection, installation, user_id)
    edits = select(message_states.c.edit_id).where(
        message_states.c.delivery_id.in_(theirs)
    )
    planned = update(deliveries).where(
        deliveries.c.id.in_(edits), has_status(Status.PLANNED)
    )
    ending = {"status": FORGOTTEN.status.value, "reason": FORGOTTEN.reason}
    connection.execute(planned.values(**ending, ended_at=now))

    found = _with_steps(connection, theirs)
    hashes = _drop_messages(connection, found)
    of_these = deliveries.c.id.in_(found)
    hashes |= _hashes(connection, deliveries.c.payload_hash, of_these)
    bare = update(deliveries).where(of_these, not_(has_status(*_OPEN)))
    connection.execute(bare.values(payload_hash=None))
    _drop_unheld(connection, hashes)
    return len(theirs)


def count_of_reader(
    connection: Connection, installation: Installation, user_id: str
) -> int:
    """Return how many direct messages to a person are kept with what they say."""
    return len(_read_by(connection, installation, user_id))


def _read_by(
    connection: Connection, installation: Installation, user_id: str
) -> list[str]:
    """Return the deliveries that ended in a direct message to this person.

    Rows of a release before corrections know the reader by the recipient alone.
    """
    is_here = of_installation(installation, deliveries)
    read = select(messages.c.delivery_id).where(
        messages.c.team_id == installation.team_id, messages.c.reader_id == user_id
    )
    names = (user_id, f"{installation.team_id}/{user_id}")
    is_theirs = or_(deliveries.c.id.in_(read), deliveries.c.recipient.in_(names))
    has_words = or_(
        deliveries.c.payload_hash.is_not(None),
        exists().where(messages.c.delivery_id == deliveries.c.id),
    )
    statement = select(deliveries.c.id).where(
        *is_here, is_theirs, has_words, not_(has_status(*_OPEN))
    )
    return list(connection.execute(statement).scalars())


def _drop_messages(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Drop the messages of deliveries with their states; return what they held."""
    of_these = message_states.c.delivery_id.in_(ids)
    posted = messages.c.delivery_id.in_(ids)
    hashes = _hashes(connection, messages.c.payload_hash, posted)
    hashes |= _hashes(connection, messages.c.shown_hash, posted)
    hashes |= _hashes(connection, message_states.c.before_hash, of_these)
    connection.execute(delete(message_states).where(of_these))
    connection.execute(delete(messages).where(posted))
    return hashes


def _hashes(
    connection: Connection,
    column: ColumnElement[str | None],
    condition: ColumnElement[bool],
) -> set[str]:
    found = connection.execute(select(column).where(condition).distinct())
    return {hash for hash in found.scalars() if hash}


_HELD = or_(
    exists().where(deliveries.c.payload_hash == payloads.c.hash),
    exists().where(messages.c.payload_hash == payloads.c.hash),
    exists().where(messages.c.shown_hash == payloads.c.hash),
    exists().where(message_states.c.before_hash == payloads.c.hash),
)
"""A payload that something was posted from, shows by now, or showed before an edit."""


def _drop_unheld(connection: Connection, hashes: Iterable[str]) -> int:
    """Drop those of these payloads that nothing holds any more."""
    wanted = payloads.c.hash.in_(sorted(hashes))
    unheld = select(payloads.c.hash).where(wanted, not_(_HELD))
    alone = list(connection.execute(unheld).scalars())
    claims = payload_claims.c.payload_hash
    connection.execute(delete(payload_claims).where(claims.in_(alone)))
    connection.execute(delete(payloads).where(payloads.c.hash.in_(alone)))
    return len(alone)


def drop_payloads(connection: Connection, *, then: datetime, limit: int) -> int:
    """Drop payloads that were prepared and then never posted, or prepared again."""
    old = select(payloads.c.hash).where(payloads.c.stored_at < then, not_(_HELD))
    return _drop_unheld(connection, connection.execute(old.limit(limit)).scalars())


def drop_wordings(connection: Connection, *, then: datetime, limit: int) -> int:
    """Drop wordings that no payload holds any more: nobody can be told of them.

    No payload is stored meanwhile, which would take it that its wordings are known.
    """
    lock(connection, wordings)
    key = (
        wordings.c.briefing_id,
        wordings.c.claim_id,
        wordings.c.fingerprint,
        wordings.c.entries,
    )
    is_shown = exists().where(
        payload_claims.c.briefing_id == wordings.c.briefing_id,
        payload_claims.c.claim_id == wordings.c.claim_id,
        payload_claims.c.fingerprint == wordings.c.fingerprint,
    )
    old = select(*key).where(not_(is_shown)).limit(limit)
    return _delete_by(connection, wordings, key, old)


def drop_corrections(connection: Connection, *, then: datetime, limit: int) -> int:
    """Drop corrections that are over, once no message is left that they were for."""
    key = (
        corrections.c.briefing_id,
        corrections.c.claim_id,
        corrections.c.number,
    )
    has_steps = exists().where(
        correction_steps.c.briefing_id == corrections.c.briefing_id,
        correction_steps.c.claim_id == corrections.c.claim_id,
        correction_steps.c.number == corrections.c.number,
    )
    old = select(*key).where(corrections.c.ended_at < then, not_(has_steps))
    return _delete_by(connection, corrections, key, old.limit(limit))


def drop_visits(connection: Connection, *, then: datetime, limit: int) -> int:
    """Drop when people last came to the App Home, if that is long ago."""
    key = (visits.c.enterprise_id, visits.c.team_id, visits.c.user_id)
    old = select(*key).where(visits.c.visited_at < then).limit(limit)
    return _delete_by(connection, visits, key, old)


def drop_handled(connection: Connection, *, then: datetime, limit: int) -> int:
    """Drop what curators said of things that are not kept any more either."""
    key = (handled_items.c.enterprise_id, handled_items.c.team_id, handled_items.c.item)
    old = select(*key).where(handled_items.c.handled_at < then).limit(limit)
    return _delete_by(connection, handled_items, key, old)


def drop_revisions(connection: Connection, *, then: datetime, limit: int) -> int:
    """Drop revisions of which nothing is left that was made of them.

    Somebody may publish an old one again meanwhile: then it is current, and stays.
    """
    lock(connection, revisions)
    needed = union(
        select(current_revision.c.hash),
        select(payloads.c.revision),
        select(wordings.c.revision),
        select(corrections.c.revision),
        select(visits.c.revision),
        select(visits.c.earlier_revision).where(visits.c.earlier_revision.is_not(None)),
    )
    old = select(revisions.c.hash).where(
        revisions.c.stored_at < then, revisions.c.hash.not_in(needed)
    )
    return _delete_by(connection, revisions, (revisions.c.hash,), old.limit(limit))


def _delete_by(
    connection: Connection,
    table: Table,
    key: Sequence[ColumnElement[object]],
    old: Select[Any],
) -> int:
    """Delete a page of rows by their keys."""
    found = [tuple(row) for row in connection.execute(old)]
    if not found:
        return 0
    return connection.execute(delete(table).where(tuple_(*key).in_(found))).rowcount
