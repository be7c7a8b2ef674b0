"""Messages of an earlier release, made known to corrections; also those that a replica
of an earlier release still posts.
"""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, func, select, update

from bot.db.statements import insert_new
from bot.db.tables import messages, payload_claims, payloads, revisions, wordings

MOST_ROWS = 5_000
"""Rows changed in one transaction."""


def adopt_messages(connection: Connection) -> int:
    """Let messages that were never edited show what they were posted from."""
    is_unseen = messages.c.shown_hash.is_(None), messages.c.payload_hash.is_not(None)
    unseen = select(messages.c.delivery_id).where(*is_unseen).limit(MOST_ROWS)
    adopted = (
        update(messages)
        .where(messages.c.delivery_id.in_(unseen), *is_unseen)
        .values(shown_hash=messages.c.payload_hash, shown_part=messages.c.part)
    )
    return connection.execute(adopted).rowcount


def adopt_payloads(connection: Connection) -> int:
    """Count the revisions that claims had in payloads of which nobody counted them.

    The snapshot of their revision says it; where that is unknown, there were none.
    Return how many payloads were counted.
    """
    columns = payload_claims.c
    found = connection.execute(
        select(payloads.c.hash, payloads.c.revision)
        .where(
            payloads.c.hash.in_(
                select(columns.payload_hash).where(columns.entries.is_(None)).limit(500)
            )
        )
        .order_by(payloads.c.revision)
    ).all()
    by_revision: dict[str, list[str]] = {}
    for hash, revision in found:
        by_revision.setdefault(revision, []).append(hash)
    for revision, hashes in by_revision.items():
        _count(connection, hashes, _entries_of(connection, revision))
        shown = connection.execute(
            select(
                columns.briefing_id,
                columns.claim_id,
                columns.fingerprint,
                columns.entries,
            )
            .where(columns.payload_hash.in_(hashes))
            .distinct()
        )
        rows = [dict(row._mapping) | {"revision": revision} for row in shown]
        connection.execute(insert_new(wordings, connection), rows)
    return len(found)


def _count(
    connection: Connection, hashes: list[str], entries: Mapping[tuple[str, str], int]
) -> None:
    columns = payload_claims.c
    uncounted = columns.payload_hash.in_(hashes), columns.entries.is_(None)
    for (briefing_id, claim_id), number in entries.items():
        is_claim = columns.briefing_id == briefing_id, columns.claim_id == claim_id
        counted = update(payload_claims).where(*uncounted, *is_claim)
        connection.execute(counted.values(entries=number))
    connection.execute(update(payload_claims).where(*uncounted).values(entries=0))


def _entries_of(connection: Connection, revision: str) -> dict[tuple[str, str], int]:
    """Return how many entries claims have in a snapshot, those with none left out.

    Read as plain JSON: this release's models may not fit another one's.
    """
    text = connection.scalar(
        select(func.coalesce(revisions.c.snapshot, "")).where(
            revisions.c.hash == revision
        )
    )
    briefings = [json.loads(line) for line in (text or "").split("\n") if line]
    return {
        (briefing["id"], claim["id"]): len(claim["revisions"])
        for briefing in briefings
        for section in briefing["sections"]
        for claim in section["claims"]
        if claim.get("revisions")
    }
