"""A message to the bot becomes a delivery before Slack is answered; the next one may
lean on what it asked.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection, delete, select

from bot.db.database import Database
from bot.db.statements import insert_new, of_installation
from bot.db.tables import turns
from bot.installation import Installation
from bot.outbox.model import DeliveryKey, NewDelivery
from bot.outbox.worker import Worker

log = logging.getLogger(__name__)

GRACE = timedelta(hours=24)
"""How long an answer may come after its question; nobody is left without one."""
LONGEST_DELAY = timedelta(days=7)
"""Slack brings an event late by hours at the most. One of which the record may be gone
would be answered a second time."""
MOST_CHARACTERS = 4_000
"""What is kept of a message: no more of a draft is read."""


@dataclass(frozen=True, slots=True)
class AddressedMessage:
    """A message to the bot: a direct one, or one that mentions it.

    `words` are what a person sees, without the mention. `thread_ts` is the thread the
    message stands in, empty outside one. A direct message that `begins_thread` is
    answered in its own. `is_reply` says that it names nobody, and only stands in the
    thread of an earlier mention.
    """

    installation: Installation
    channel_id: str
    user_id: str
    ts: str
    words: str
    thread_ts: str = ""
    is_dm: bool = False
    is_reply: bool = False
    begins_thread: bool = False


class AnswerRequest(BaseModel):
    """What an answer's row holds until it is sent, for whoever composes it.

    `waited` says that the question was asked earlier and not answered, by somebody
    who agreed to be notified.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    user_id: str
    words: str
    asked_at: AwareDatetime
    ts: str = ""
    is_dm: bool = False
    is_reply: bool = False
    waited: bool = False
    briefing_id: str = ""


class Conversation:
    """Plans an answer to each message once, however often Slack sends it."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def receive(self, message: AddressedMessage) -> bool:
        """Plan the answer and return whether the message was new.

        Once this returns the question survives a crash; the worker answers the
        messages of one channel in the order in which they were written. A mention is
        answered in its thread, a direct message where it stands.
        """
        now = self._worker.now()
        try:
            # Slack's clock may be ahead of ours.
            asked_at = min(datetime.fromtimestamp(float(message.ts), UTC), now)
        except (ValueError, OverflowError, OSError):
            asked_at = now
        if now - asked_at > LONGEST_DELAY:
            log.warning("question.too_old", extra={"asked_at": asked_at.isoformat()})
            return False
        request = AnswerRequest(
            user_id=message.user_id,
            words=message.words[:MOST_CHARACTERS],
            asked_at=asked_at,
            ts=message.ts,
            is_dm=message.is_dm,
            is_reply=message.is_reply,
        )
        own_thread = message.ts if message.begins_thread or not message.is_dm else ""
        key = DeliveryKey.for_answer(
            message.installation, message.channel_id, message.ts
        )
        row = NewDelivery(
            key,
            destination=message.channel_id,
            due_at=asked_at,
            expires_at=now + GRACE,
            # A replica of an earlier release knows no replies, and should see none.
            request=request.model_dump_json(
                exclude=None if message.is_reply else {"is_reply"}
            ),
            thread_ts=message.thread_ts or own_thread,
        )
        is_new = await self._worker.plan_now(row)
        extra = {"delivery_id": key.delivery_id, "is_new": is_new}
        log.info("question.received", extra=extra)
        return is_new

    async def has_answered(
        self, installation: Installation, channel_id: str, thread_ts: str
    ) -> bool:
        """Say whether the message that begins a thread was one to the bot."""
        key = DeliveryKey.for_answer(installation, channel_id, thread_ts)
        return await self._worker.knows(key)


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """What somebody asked in a conversation: the next question may lean on it.

    `thread_ts` is the thread in which it is answered, empty outside one.
    """

    installation: Installation
    channel_id: str
    user_id: str
    ts: str
    question: str
    asked_at: datetime
    thread_ts: str = ""


class ConversationTurnStore:
    """Stores what was just asked; its rows live for minutes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, turn: ConversationTurn) -> None:
        """Keep a turn; keeping it again changes nothing."""
        await self._database.write_together(_keep, turn)

    async def before(
        self, turn: ConversationTurn, *, since: datetime
    ) -> ConversationTurn | None:
        """Return the last turn of the same person there, asked before this one.

        Of several threads it is one of the same thread, where there is one.
        """
        statement = (
            select(turns.c.ts, turns.c.question, turns.c.asked_at, turns.c.thread_ts)
            .where(
                *of_installation(turn.installation, turns),
                turns.c.channel_id == turn.channel_id,
                turns.c.user_id == turn.user_id,
                # All of one conversation's timestamps have the same number of digits.
                turns.c.ts < turn.ts,
                turns.c.asked_at >= since,
            )
            .order_by((turns.c.thread_ts == turn.thread_ts).desc(), turns.c.ts.desc())
            .limit(1)
        )
        found = await self._database.read(lambda c: c.execute(statement).first())
        if found is None:
            return None
        place = turn.installation, turn.channel_id, turn.user_id
        return ConversationTurn(*place, *found)

    async def drop_before(self, then: datetime) -> int:
        """Drop what was asked before then, and return how many."""
        statement = delete(turns).where(turns.c.asked_at < then)
        return await self._database.write(lambda c: c.execute(statement).rowcount)

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop what a person asked."""
        statement = delete(turns).where(
            *of_installation(installation, turns), turns.c.user_id == user_id
        )
        return await self._database.write(lambda c: c.execute(statement).rowcount)


def _keep(
    connection: Connection, kept: Sequence[ConversationTurn], _now: datetime
) -> Sequence[None]:
    rows = [
        {
            "enterprise_id": turn.installation.enterprise_id,
            "team_id": turn.installation.team_id,
            "channel_id": turn.channel_id,
            "ts": turn.ts,
            "user_id": turn.user_id,
            "question": turn.question,
            "asked_at": turn.asked_at,
            "thread_ts": turn.thread_ts,
        }
        for turn in kept
    ]
    connection.execute(insert_new(turns, connection), rows)
    return [None] * len(rows)
