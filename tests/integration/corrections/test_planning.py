"""Planning goes by the messages of a page, however many carry the same correction."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event

from bot.briefing.verdicts import Verdict
from bot.corrections.model import ClaimKey, WrongClaim
from bot.corrections.states import find_carriers
from bot.outbox.model import MessageId
from tests.databases import sqlite_file

WRONG = WrongClaim(
    ClaimKey("harbour", "losses"),
    fingerprint="new",
    entries=1,
    kind=Verdict.CORRECTED,
    because="",
    wrong=frozenset({("old", 0)}),
)


def test_sqlite_looks_for_steps_by_message_and_not_by_claim(tmp_path: Path) -> None:
    """By the claim it would read ten thousand steps for each message of the page."""
    engine = create_engine(sqlite_file(tmp_path / "steps.db"))
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(
        _connection: Connection, _cursor: object, statement: str, values: Any, *_: Any
    ) -> None:
        asked.append((statement, values))

    with engine.connect() as connection:
        find_carriers(connection, WRONG, 1, [MessageId("m1", 0)])
        statement, values = asked[-1]
        explained = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", values
        )
        steps = [row[3] for row in explained if "correction_steps" in row[3]]
    engine.dispose()

    assert len(steps) == 1
    assert "correction_steps_by_message (delivery_id=? AND part=?)" in steps[0]
