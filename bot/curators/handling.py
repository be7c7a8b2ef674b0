"""`Handling`: curators reply to who asked, and say that something is dealt with."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.curators.notices import quoted
from bot.db.database import Database
from bot.db.statements import insert_new, of_installation
from bot.db.tables import handled_items
from bot.installation import Installation
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKey,
    Ending,
    MessageRef,
    NewDelivery,
    Payload,
    Skipped,
    Status,
)
from bot.outbox.plan import DeliveryStore
from bot.questions.unanswered import UnansweredQuestion, UnansweredQuestions

SUBJECT = "handled"
"""The first step of these edits' subject, by which they find their composer."""
GRACE = timedelta(days=1)
REPLIED = "<@{curator}> replies to your question “{question}”: “{words}”"
SETTLED = (
    "The curators have looked into your question “{question}” and leave it open: the "
    "briefing has no answer to it for now."
)
NOT_KEPT = Ending(Status.SKIPPED, "skipped: the message is not kept any more")
_QUOTED = 300


class Handled(StrEnum):
    """What somebody did about a notice."""

    DONE = "done"
    REPLIED = "replied"
    LET_OUT = "let out"


RenderHandled = Callable[[Part, str, Handled], Part]
"""Makes of a notice what it says once somebody dealt with it, and who."""


class HandledStore:
    """What curators have dealt with, so that their board does not show it again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, installation: Installation, item: str, *, by: str) -> None:
        """Keep that an item is dealt with; the first who says so is named."""
        row = {
            "enterprise_id": installation.enterprise_id,
            "team_id": installation.team_id,
            "item": item,
            "handled_by": by,
            "handled_at": self._database.now(),
        }
        await self._database.write(
            lambda c: c.execute(insert_new(handled_items, c), row).rowcount
        )

    async def all(self, installation: Installation) -> frozenset[str]:
        """Return what is dealt with in a workspace."""
        statement = select(handled_items.c.item).where(
            *of_installation(installation, handled_items)
        )
        read = self._database.read
        return frozenset(await read(lambda c: c.execute(statement).scalars().all()))

    async def drop_before(self, then: datetime) -> int:
        """Drop what was dealt with before then, and return how many."""
        statement = delete(handled_items).where(handled_items.c.handled_at < then)
        return await self._database.write(lambda c: c.execute(statement).rowcount)


class Handling:
    """Sends curators' replies, and marks what they dealt with where it was told.

    Each press is done once: a reply is named by the form it was written in.
    """

    def __init__(
        self,
        outbox: DeliveryStore,
        unanswered: UnansweredQuestions,
        handled: HandledStore,
    ) -> None:
        self._outbox = outbox
        self._unanswered = unanswered
        self._handled = handled

    async def reply(
        self,
        curator: Asker,
        asker_ids: Sequence[str],
        question: str,
        words: str,
        *,
        occasion: str,
    ) -> None:
        """Write to whoever asked, in the curator's name."""
        said = REPLIED.format(
            curator=curator.user_id,
            question=quoted(_cut(question)),
            words=quoted(words),
        )
        await self._write_to(curator.installation, asker_ids, said, f"reply/{occasion}")

    async def mark(
        self, curator: Asker, message: MessageRef, *, is_replied: bool
    ) -> None:
        """Have a notice say who dealt with it, in place of its buttons."""
        row = mark_row(
            curator.installation,
            message,
            Handled.REPLIED if is_replied else Handled.DONE,
            reader_id=curator.user_id,
            by=curator.user_id,
            now=self._outbox.now(),
        )
        await self._outbox.plan([row])

    async def reply_to_topic(
        self, curator: Asker, topic_id: str, words: str, *, occasion: str
    ) -> int:
        """Write to all who wait for an answer to questions alike, and close these.

        Return how many are written to.
        """
        alike = await self._unanswered.alike(curator.installation, topic_id)
        waiting = _waiting(alike)
        if waiting:
            question = alike[0].text
            await self.reply(curator, waiting, question, words, occasion=occasion)
        await self._unanswered.close(alike)
        return len(waiting)

    async def settle_topic(self, curator: Asker, topic_id: str) -> None:
        """Close questions alike without an answer; whoever waits for one is told."""
        alike = await self._unanswered.alike(curator.installation, topic_id)
        if waiting := _waiting(alike):
            said = SETTLED.format(question=quoted(_cut(alike[0].text)))
            occasion = f"settled/{topic_id}"
            await self._write_to(curator.installation, waiting, said, occasion)
        await self._unanswered.close(alike)

    async def settle(self, curator: Asker, item: str) -> None:
        """Take something off the board for good."""
        await self._handled.add(curator.installation, item, by=curator.user_id)

    async def _write_to(
        self,
        installation: Installation,
        user_ids: Sequence[str],
        words: str,
        occasion: str,
    ) -> None:
        now = self._outbox.now()
        rows = [
            NewDelivery(
                DeliveryKey.for_notice(
                    installation, "question", occasion, recipient=user_id
                ),
                destination=user_id,
                due_at=now,
                expires_at=now + GRACE,
                request=words,
            )
            for user_id in user_ids
        ]
        await self._outbox.plan(rows)


def mark_row(
    installation: Installation,
    message: MessageRef,
    how: Handled,
    *,
    reader_id: str,
    by: str,
    now: datetime,
) -> NewDelivery:
    """Return the edit that says in a notice who dealt with it; it is done once.

    `reader_id` is who reads it, where that is a direct message.
    """
    channel_id = message.channel_id
    key = DeliveryKey.for_notice(
        installation,
        f"{SUBJECT}/{channel_id}",
        message.ts,
        recipient=reader_id if channel_id.startswith("D") else channel_id,
    )
    # A release that knows no other way takes what was let out for done.
    let_out = {"let_out": True} if how is Handled.LET_OUT else {}
    press = {"by": by, "replied": how is Handled.REPLIED} | let_out
    return NewDelivery(
        key,
        destination=channel_id,
        due_at=now,
        expires_at=now + GRACE,
        request=json.dumps(press),
        edit_ts=message.ts,
    )


def _waiting(questions: Sequence[UnansweredQuestion]) -> list[str]:
    return list(dict.fromkeys(q.asker_id for q in questions if q.asker_id))


def _cut(question: str) -> str:
    return question if len(question) <= _QUOTED else f"{question[:_QUOTED]}…"


class HandledComposer:
    """The `Composer` of the edit that says in a notice who dealt with it."""

    def __init__(self, history: DeliveryHistory, render: RenderHandled) -> None:
        self._history = history
        self._render = render

    def reader(self, delivery: Delivery) -> str:
        return delivery.key.person_id

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        message = MessageRef(delivery.destination, delivery.edit_ts)
        posted = await self._history.posted(delivery.installation, message)
        if posted is None or posted.shown is None:
            return Skipped(NOT_KEPT)
        press = json.loads(delivery.request)
        how = Handled.REPLIED if press["replied"] else Handled.DONE
        part = self._render(
            posted.shown, press["by"], Handled.LET_OUT if "let_out" in press else how
        )
        payload = Payload((part,), posted.revision, posted.audience)
        return Composed(payload, edit_ts=delivery.edit_ts)
