"""Votes: what readers found helpful, counted per claim, by nobody who can be named."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, select

from bot.corrections.model import ClaimKey
from bot.db.database import Database
from bot.db.statements import insert_new, of_installation, upsert
from bot.db.tables import deliveries, messages, payload_claims, secret_keys, votes
from bot.installation import Installation
from bot.outbox.model import MessageRef

_KEY = "votes"


@dataclass(frozen=True, slots=True)
class VoteCount:
    """How many found an answer that shows a claim helpful, and how many did not."""

    helpful: int = 0
    unhelpful: int = 0


class VoteStore:
    """One vote for each person and message, the last one given.

    A voter is kept as a hash of who they are and of the message, keyed by a secret of
    this database: nobody can read from it who voted, nor how one person votes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def vote(
        self,
        installation: Installation,
        user_id: str,
        message: MessageRef,
        *,
        is_helpful: bool,
    ) -> bool:
        """Keep a vote; False where the message is none that this database knows."""
        is_ours = select(messages.c.ts).where(
            *of_installation(installation, messages),
            messages.c.channel_id == message.channel_id,
            messages.c.ts == message.ts,
        )
        now = self._database.now()

        def vote(connection: Connection) -> bool:
            if connection.execute(is_ours.limit(1)).first() is None:
                return False
            row = {
                "enterprise_id": installation.enterprise_id,
                "team_id": installation.team_id,
                "channel_id": message.channel_id,
                "ts": message.ts,
                "voter": _voter(_key(connection), user_id, message),
                "is_helpful": is_helpful,
                "voted_at": now,
            }
            change = ("is_helpful", "voted_at")
            connection.execute(upsert(votes, connection, change=change), row)
            return True

        return await self._database.write(vote)

    async def counts_since(
        self, installation: Installation, since: datetime
    ) -> Mapping[ClaimKey, VoteCount]:
        """Add up the votes given since then for each claim that the messages show."""
        shown = func.coalesce(messages.c.payload_hash, deliveries.c.payload_hash)
        statement = (
            select(
                payload_claims.c.briefing_id,
                payload_claims.c.claim_id,
                votes.c.is_helpful,
                func.count(),
            )
            .join_from(
                votes,
                messages,
                (messages.c.enterprise_id == votes.c.enterprise_id)
                & (messages.c.team_id == votes.c.team_id)
                & (messages.c.channel_id == votes.c.channel_id)
                & (messages.c.ts == votes.c.ts),
            )
            .join(deliveries, deliveries.c.id == messages.c.delivery_id)
            .join(
                payload_claims,
                (payload_claims.c.payload_hash == shown)
                & (payload_claims.c.part == messages.c.part),
            )
            .where(*of_installation(installation, votes), votes.c.voted_at >= since)
            .group_by(
                payload_claims.c.briefing_id,
                payload_claims.c.claim_id,
                votes.c.is_helpful,
            )
        )
        found = await self._database.rows(statement)
        counts: dict[ClaimKey, VoteCount] = {}
        for briefing_id, claim_id, is_helpful, number in found:
            key = ClaimKey(briefing_id, claim_id)
            had = counts.get(key, VoteCount())
            more = (number, 0) if is_helpful else (0, number)
            counts[key] = VoteCount(had.helpful + more[0], had.unhelpful + more[1])
        return counts

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop a person's votes, and return how many there were."""

        def forget(connection: Connection) -> int:
            own = _of_person(connection, installation, user_id)
            if own:
                ours = of_installation(installation, votes)
                is_own = votes.c.voter.in_(own)
                connection.execute(delete(votes).where(*ours, is_own))
            return len(own)

        return await self._database.write(forget)

    async def count_of_person(self, installation: Installation, user_id: str) -> int:
        """Return how many votes a person gave."""
        read = self._database.read
        return len(await read(lambda c: _of_person(c, installation, user_id)))

    async def drop_orphans(self) -> int:
        """Drop the votes on messages that are not kept any more."""
        is_kept = exists().where(
            messages.c.enterprise_id == votes.c.enterprise_id,
            messages.c.team_id == votes.c.team_id,
            messages.c.channel_id == votes.c.channel_id,
            messages.c.ts == votes.c.ts,
        )
        statement = delete(votes).where(~is_kept)
        return await self._database.write(lambda c: c.execute(statement).rowcount)


def _key(connection: Connection) -> bytes:
    """Return the secret of this database, made when it is first needed."""
    fresh = {"name": _KEY, "value": secrets.token_hex(32)}
    connection.execute(insert_new(secret_keys, connection), fresh)
    statement = select(secret_keys.c.value).where(secret_keys.c.name == _KEY)
    return bytes.fromhex(connection.execute(statement).scalar_one())


def _voter(key: bytes, user_id: str, message: MessageRef) -> str:
    said = "\x1f".join((user_id, message.channel_id, message.ts))
    return hmac.digest(key, said.encode(), "sha256").hex()


def _of_person(
    connection: Connection, installation: Installation, user_id: str
) -> list[str]:
    """Find a person's votes: each message's hash is made again and compared."""
    stored = select(secret_keys.c.value).where(secret_keys.c.name == _KEY)
    secret = connection.scalar(stored)
    if not secret:
        return []
    key = bytes.fromhex(secret)
    statement = select(votes.c.channel_id, votes.c.ts, votes.c.voter)
    rows = connection.execute(statement.where(*of_installation(installation, votes)))
    return [
        voter
        for channel_id, ts, voter in rows
        if voter == _voter(key, user_id, MessageRef(channel_id, ts))
    ]
