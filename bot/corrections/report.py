"""The record of corrections: how many messages carried the error, and what became."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.corrections.follow_up import NOTHING_WRONG
from bot.corrections.model import Correction, Step
from bot.corrections.records import read_corrections
from bot.db.statements import is_among, of_installation
from bot.db.tables import correction_steps, deliveries
from bot.installation import Installation
from bot.outbox.model import Status


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """What became of one correction so far.

    `carried` counts the messages that showed the error; `edited`, `noted` and `told`
    the messages, threads and people that were reached; `under_way` what is not over
    yet. `unreached` counts by reason what could not be. `last_at` is when the last
    ended.
    """

    correction: Correction
    carried: int
    edited: int
    noted: int
    told: int
    under_way: int
    unreached: tuple[tuple[str, int], ...]
    last_at: datetime | None

    @property
    def state(self) -> str:
        """Say in a word or two how far it is."""
        if self.correction.needs is None:
            return "quiet time"
        if self.correction.is_waiting:
            return f"waits for a go ({self.correction.needs})"
        if self.under_way:
            return "under way"
        return "superseded" if self.correction.ended_at else "done"


def report(
    connection: Connection,
    *,
    installation: Installation | None = None,
    since: datetime | None = None,
    limit: int = 100,
) -> list[CorrectionRecord]:
    """Return the corrections noticed last, each with what became of its messages.

    With an installation its messages alone are counted.
    """
    found = read_corrections(connection, since=since, limit=limit)
    steps = _steps(connection, found, installation)
    if installation is not None:
        found = [replace(each, messages=None) for each in found]
    return [_record(each, steps.get(_key(each), [])) for each in found]


def _key(correction: Correction) -> tuple[str, str, int]:
    return *correction.claim, correction.number


def _steps(
    connection: Connection,
    found: Sequence[Correction],
    installation: Installation | None,
) -> dict[tuple[str, str, int], list[Any]]:
    columns = correction_steps.c
    key = (columns.briefing_id, columns.claim_id, columns.number)
    statement = (
        select(
            *key,
            columns.step,
            deliveries.c.status,
            deliveries.c.reason,
            func.count().label("number_of"),
            func.max(deliveries.c.ended_at).label("last_at"),
        )
        .join(deliveries, deliveries.c.id == columns.step_id)
        .where(is_among(key, [_key(each) for each in found]))
        .group_by(*key, columns.step, deliveries.c.status, deliveries.c.reason)
    )
    if installation is not None:
        statement = statement.where(*of_installation(installation, deliveries))
    steps: dict[tuple[str, str, int], list[Any]] = {}
    for row in connection.execute(statement):
        steps.setdefault((row[0], row[1], row[2]), []).append(row)
    return steps


def _record(correction: Correction, rows: Sequence[Any]) -> CorrectionRecord:
    done: Counter[str] = Counter()
    unreached: Counter[str] = Counter()
    carried = under_way = 0
    for row in rows:
        status = Status(row.status)
        carried += row.number_of if row.step == Step.EDIT else 0
        if status is Status.SENT:
            done[row.step] += row.number_of
        elif not status.is_ending:
            under_way += row.number_of
        elif row.reason != NOTHING_WRONG.reason:
            unreached[row.reason.partition(": ")[2] or row.reason] += row.number_of
    ended = [row.last_at for row in rows if row.last_at is not None]
    return CorrectionRecord(
        correction,
        carried=max(carried, correction.messages or 0),
        edited=done[Step.EDIT],
        noted=done[Step.NOTE],
        told=done[Step.TELL],
        under_way=under_way,
        unreached=tuple(unreached.most_common()),
        last_at=max(ended, default=None),
    )
