"""The corrections that are known: noticed once, ready after the quiet time, cleared."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.briefing.verdicts import Verdict, is_lead
from bot.corrections.model import (
    ClaimKey,
    ClaimWording,
    Correction,
    Needs,
    Rules,
    WordingVerdicts,
    WrongClaim,
)
from bot.db.statements import is_among, lock
from bot.db.tables import (
    corrections,
    current_revision,
    messages,
    payload_claims,
    wordings,
)

_AT_ONCE = 200
"""Claims asked for in one statement: SQLite takes some thousand parameters."""


def read_wordings(
    connection: Connection, claims: Collection[ClaimKey] | None
) -> list[ClaimWording]:
    """Return how claims were ever shown, all of them for None."""
    statement = select(wordings)
    if claims is None:
        return [_wording(row) for row in connection.execute(statement)]
    key = (wordings.c.briefing_id, wordings.c.claim_id)
    found: list[ClaimWording] = []
    wanted = sorted(claims)
    for start in range(0, len(wanted), _AT_ONCE):
        among = statement.where(is_among(key, wanted[start : start + _AT_ONCE]))
        found += [_wording(row) for row in connection.execute(among)]
    return found


def _wording(row: Row[Any]) -> ClaimWording:
    key = ClaimKey(row.briefing_id, row.claim_id)
    return ClaimWording(key, row.fingerprint, row.entries, row.revision)


def open_corrections(connection: Connection) -> dict[ClaimKey, Correction]:
    """Return the last correction of each claim, unless another wording is right now."""
    rows = connection.execute(
        select(corrections).where(corrections.c.ended_at.is_(None))
    )
    found = map(correction_from_row, rows)
    return {each.claim: each for each in sorted(found, key=lambda each: each.number)}


def count_waiting(connection: Connection) -> int:
    """Return how many corrections wait for somebody's go."""
    return sum(each.is_waiting for each in open_corrections(connection).values())


def correction_from_row(row: Row[Any]) -> Correction:
    """Read a row with all columns of its table."""
    return Correction(
        claim=ClaimKey(row.briefing_id, row.claim_id),
        number=row.number,
        fingerprint=row.fingerprint,
        entries=row.entries,
        revision=row.revision,
        kind=Verdict(row.kind),
        because=row.because,
        noticed_at=row.noticed_at,
        ready_at=row.ready_at,
        needs=None if row.needs is None else Needs(row.needs),
        messages=row.messages,
        rooms=row.rooms,
        asked_at=row.asked_at,
        go_at=row.go_at,
        go_by=row.go_by,
        ended_at=row.ended_at,
    )


@dataclass(frozen=True, slots=True)
class Notice:
    """What a look at shown wordings found, and what each claim says by now."""

    judgment: WordingVerdicts
    current: Mapping[ClaimKey, tuple[str, int]]
    rules: Rules


def take_note(connection: Connection, notice: Notice, now: datetime) -> bool:
    """Open a correction for each finding, and end those whose wording is right no more.

    Nothing is done, and False returned, if another revision is current by now: whoever
    is ahead looks itself. Replicas that look at once agree.
    """
    lock(connection, corrections)
    statement = select(current_revision.c.hash, current_revision.c.since)
    current = connection.execute(statement).one_or_none()
    if current is None or current.hash != notice.judgment.revision:
        return False

    for correction in open_corrections(connection).values():
        right_now = notice.current.get(correction.claim)
        if right_now != (correction.fingerprint, correction.entries):
            ended = update(corrections).where(is_correction(correction))
            connection.execute(ended.values(ended_at=now))

    known = open_corrections(connection)
    for claim, finding in sorted(notice.judgment.findings.items()):
        if claim in known or not _is_carried(connection, finding):
            continue
        highest = connection.scalar(
            select(func.max(corrections.c.number)).where(*_of_claim(claim))
        )
        row = {
            "briefing_id": claim.briefing_id,
            "claim_id": claim.claim_id,
            "number": (highest or 0) + 1,
            "fingerprint": finding.fingerprint,
            "entries": finding.entries,
            "revision": notice.judgment.revision,
            "kind": finding.kind.value,
            "because": finding.because,
            "noticed_at": now,
            "ready_at": (current.since or now) + notice.rules.quiet,
        }
        connection.execute(insert(corrections), row)
    return True


def _of_claim(claim: ClaimKey) -> tuple[ColumnElement[bool], ...]:
    columns = corrections.c
    return (
        columns.briefing_id == claim.briefing_id,
        columns.claim_id == claim.claim_id,
    )


def is_correction(correction: Correction) -> ColumnElement[bool]:
    """Compare the key of a correction."""
    number = corrections.c.number == correction.number
    return and_(*_of_claim(correction.claim), number)


def shows(finding: WrongClaim, *, by_index: bool = True) -> ColumnElement[bool]:
    """Compare the wordings in a payload with those that are wrong.

    Not `by_index` where the messages are known: PostgreSQL takes a wording for rarer
    than it is. A column with something behind it is in no index.
    """
    columns = payload_claims.c
    names = [columns.briefing_id, columns.claim_id, columns.fingerprint]
    briefing, claim, shown = names if by_index else [c.concat("") for c in names]
    # Spelt out: SQLite uses no index for pairs among pairs.
    wrong = or_(
        *(
            and_(shown == fingerprint, columns.entries == entries)
            for fingerprint, entries in sorted(finding.wrong)
        )
    )
    return and_(
        briefing == finding.claim.briefing_id,
        claim == finding.claim.claim_id,
        wrong,
    )


SHOWN = and_(
    messages.c.shown_hash == payload_claims.c.payload_hash,
    messages.c.shown_part == payload_claims.c.part,
)
"""A message says by now what this part of a payload says."""


def _is_carried(connection: Connection, finding: WrongClaim) -> bool:
    statement = (
        select(messages.c.part)
        .join(payload_claims, SHOWN)
        .where(shows(finding))
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def clear(
    connection: Connection,
    findings: Mapping[ClaimKey, WrongClaim],
    *,
    rules: Rules,
    has_second: Collection[str],
    now: datetime,
) -> list[Correction]:
    """Decide, once the quiet time is over, which corrections need somebody's go.

    Those that are ready together are counted together. `has_second` are the briefings
    with another curator. Return what was decided.
    """
    lock(connection, corrections)
    ready = [
        each
        for each in open_corrections(connection).values()
        if each.needs is None and each.ready_at <= now and each.claim in findings
    ]
    if not ready:
        return []
    room = (messages.c.enterprise_id, messages.c.team_id, messages.c.channel_id)
    every: set[tuple[str, ...]] = set()
    counted = {}
    for each in ready:
        carriers = (
            select(*room, func.count())
            .join(payload_claims, SHOWN)
            .where(shows(findings[each.claim]))
            .group_by(*room)
        )
        rows = connection.execute(carriers).all()
        every |= {(row[0], row[1], row[2]) for row in rows}
        counted[each.claim] = sum(row[3] for row in rows), len(rows)

    claims = sum(not is_lead(each.claim.claim_id) for each in ready)
    is_many = len(every) > rules.most_rooms or claims > rules.most_claims
    for each in ready:
        number, rooms = counted[each.claim]
        second = rules.second_curator and each.claim.briefing_id in has_second
        needs = Needs.MANY if is_many else Needs.NOTHING
        if second and each.kind is Verdict.WITHDRAWN:
            needs = Needs.WITHDRAWAL
        decided = update(corrections).where(is_correction(each))
        connection.execute(
            decided.values(needs=needs.value, messages=number, rooms=rooms)
        )
    by_claim = open_corrections(connection)
    return [by_claim[each.claim] for each in ready]


def give_go(
    connection: Connection,
    *,
    by: str,
    now: datetime,
    until: datetime | None = None,
    briefing_ids: Collection[str] | None = None,
) -> list[Correction]:
    """Let what waits go out, and return it.

    A go that was asked for counts for what was ready `until` then, and for no later
    revision; None means all that waits.
    """
    waiting = [
        each
        for each in open_corrections(connection).values()
        if each.is_waiting
        and (until is None or each.ready_at <= until)
        and (briefing_ids is None or each.claim.briefing_id in briefing_ids)
    ]
    if waiting:
        given = update(corrections).where(or_(*map(is_correction, waiting)))
        connection.execute(given.values(go_at=now, go_by=by))
    return waiting


def mark_asked(
    connection: Connection, asked: Sequence[Correction], now: datetime
) -> None:
    """Note when somebody was first asked for a go."""
    unasked = corrections.c.asked_at.is_(None)
    for each in asked:
        first = update(corrections).where(is_correction(each), unasked)
        connection.execute(first.values(asked_at=now))


def read_asked(connection: Connection) -> list[Correction]:
    """Return all corrections for which a go was ever asked for."""
    asked = select(corrections).where(corrections.c.asked_at.is_not(None))
    return [correction_from_row(row) for row in connection.execute(asked)]


def read_corrections(
    connection: Connection, *, since: datetime | None = None, limit: int = 100
) -> list[Correction]:
    """Return corrections, those noticed last first."""
    statement = (
        select(corrections)
        .order_by(
            corrections.c.noticed_at.desc(),
            corrections.c.briefing_id,
            corrections.c.claim_id,
            corrections.c.number.desc(),
        )
        .limit(limit)
    )
    if since is not None:
        statement = statement.where(corrections.c.noticed_at >= since)
    return [correction_from_row(row) for row in connection.execute(statement)]
