"""Step 7: find out whether a message is there of which no `ok` ever came."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.db.statements import of_installation
from bot.db.tables import messages
from bot.digests.delivery_timing import (
    LookUpWindow,
    lease_until,
    look_up_windows,
    may_begin_post,
    may_send_again,
    next_look_up,
)
from bot.errors import DeliveryError
from bot.outbox.confirm import confirm_message, delete_duplicate
from bot.outbox.delivery_context import DeliveryContext, ending_of, log_facts
from bot.outbox.freeze import is_channel_id, stored_payload
from bot.outbox.interfaces import StalePage, UnreadableChannel
from bot.outbox.model import (
    UNCONFIRMED,
    Delivery,
    DeliveryMark,
    PostedMessage,
    Uncertain,
)
from bot.outbox.pacing import Method
from bot.outbox.release import ChangedRow, change_rows, end, put_back
from bot.outbox.rows import lane_of

log = logging.getLogger(__name__)


async def look_up(context: DeliveryContext, delivery: Delivery) -> None:
    """Confirm a row whose outcome is unclear, or have it looked up or sent again.

    1. An edit is safe to repeat. What another attempt has stored by now stands, and
       a second message, if it is there, is deleted.
    2. Looked for first where it should be, among few others, then wherever it can be;
       a page that has to be waited for is read under another lease.
    3. Found: it is confirmed as if its `ok` had come.
    4. Not found twice, a settling time apart: it is sent again.
    5. Where the channel cannot be read back, the operator's choice decides.
    """
    if delivery.edit_ts:
        await put_back(context, delivery)
        return
    if await last_message_lost_its_mark(context, delivery):
        reason = "its metadata is not kept there"
        await _decide_unread(context, delivery, reason=reason)
        return

    try:
        found = await _find(context, delivery)
    except (UnreadableChannel, DeliveryError) as error:
        await _decide_unread(context, delivery, reason=str(error))
        return
    if isinstance(found, GoesOn):
        again = context.now() + timedelta(seconds=found.in_s)
        await look_up_later(
            context,
            delivery,
            again,
            place=found.place,
            channel_id=found.channel_id,
        )
        return

    if _stored_ts(delivery):
        if found is not None:
            await delete_duplicate(context, delivery, delivery.part, found)
        await put_back(context, delivery)
    elif found is not None:
        await _adopt(context, delivery, found)
    else:
        lookups = delivery.lookups + 1
        extra = log_facts(delivery, part=delivery.part, lookups=lookups)
        log.warning("delivery.not_found", extra=extra)
        if may_send_again(lookups):
            # The conversation with a person may have been found out by looking.
            lane = lane_of(delivery.installation, delivery.destination)
            await put_back(context, delivery, lane=lane)
            return
        again = next_look_up(context.now(), context.timing)
        # It is not near where it should be; the second look need not begin there.
        place = HistoryPlace(window=1).encode()
        await look_up_later(context, delivery, again, lookups=lookups, place=place)


async def last_message_lost_its_mark(
    context: DeliveryContext, delivery: Delivery
) -> bool:
    """Tell whether the last message there lost our metadata, so a look is in vain."""
    statement = (
        select(messages.c.mark_echoed)
        .where(
            *of_installation(delivery.installation, messages),
            messages.c.channel_id == delivery.destination,
        )
        .order_by(messages.c.ts.desc())
        .limit(1)
    )
    echoed = await context.database.read(lambda c: c.scalar(statement))
    return echoed is False


async def _find(
    context: DeliveryContext, delivery: Delivery
) -> "PostedMessage | GoesOn | None":
    assert delivery.sending_at is not None, "an unclear row has begun to be sent"
    # The first part is never in the thread that it begins.
    is_first = delivery.part == 0
    return await read_on(
        context,
        delivery,
        DeliveryMark(delivery.id, delivery.part),
        look_up_windows(delivery.sending_at, context.now(), context.timing),
        thread_ts=delivery.thread_ts or ("" if is_first else delivery.first_ts),
        other_than=_stored_ts(delivery),
    )


@dataclass(frozen=True, slots=True)
class HistoryPlace:
    """Which page of which window a look at a channel's history goes on with."""

    window: int = 0
    page: str = ""

    def encode(self) -> str:
        """Return how a row keeps it; the very beginning is empty."""
        return f"{self.window} {self.page}" if self != HistoryPlace() else ""

    @classmethod
    def decode(cls, text: str) -> "HistoryPlace":
        window, _, page = text.partition(" ")
        return cls(int(window), page) if window else cls()


@dataclass(frozen=True, slots=True)
class GoesOn:
    """A look that has to wait, without the row in hand, before it goes on there."""

    place: str
    in_s: float
    channel_id: str = ""
    """Where it goes on, if that was only found now."""


async def read_on(
    context: DeliveryContext,
    delivery: Delivery,
    mark: DeliveryMark,
    windows: Sequence[LookUpWindow],
    *,
    thread_ts: str,
    other_than: str = "",
) -> PostedMessage | GoesOn | None:
    """Look for a message in one window after the other, from the row's place on.

    1. Each page is one request, as fast as Slack lets them be made.
    2. Where that means to wait, or the lease is nearly over, the place is returned.
    3. None says that all windows were read to their ends, and that it is in none.

    Raise `DeliveryError`, a permanent one, and `UnreadableChannel`.
    """
    installation, timing = delivery.installation, context.timing
    if not is_channel_id(delivery.channel_id):
        return await _open_first(context, delivery)
    method = Method.REPLIES if thread_ts else Method.HISTORY
    place = HistoryPlace.decode(delivery.look_up_place)
    lease_ends = lease_until(context.now(), timing)
    while place.window < len(windows):
        wait_s = context.pacing.read_turn(installation, method)
        if wait_s > 0 or not may_begin_post(context.now(), lease_ends, timing):
            return GoesOn(place.encode(), wait_s)
        window = windows[place.window]
        try:
            async with asyncio.timeout(timing.post_timeout.total_seconds()):
                read = await context.messenger.find(
                    installation,
                    delivery.channel_id,
                    mark,
                    oldest=window.oldest,
                    latest=window.latest,
                    thread_ts=thread_ts,
                    other_than=other_than,
                    page=place.page,
                )
        except StalePage:
            return GoesOn(HistoryPlace(place.window).encode(), 0.0)
        except TimeoutError:
            return GoesOn(place.encode(), timing.settle.total_seconds())
        except DeliveryError as error:
            if error.permanent is not None:
                raise
            if error.retry_after_s is None:
                return GoesOn(place.encode(), timing.settle.total_seconds())
            context.pacing.hold(installation, method, error.retry_after_s)
            return GoesOn(place.encode(), error.retry_after_s)
        if read.found is not None:
            return read.found
        is_last = not read.next_page
        place = HistoryPlace(place.window + is_last, read.next_page)
    return None


async def _open_first(context: DeliveryContext, delivery: Delivery) -> GoesOn:
    """Open the conversation with a person to whose own id a message was posted.

    History is asked for by the conversation's id, which the row then has.
    """
    installation, method = delivery.installation, Method.OPEN
    wait_s = context.pacing.read_turn(installation, method)
    if wait_s > 0:
        return GoesOn(delivery.look_up_place, wait_s)
    try:
        found = await context.messenger.open_dm(installation, delivery.destination)
    except DeliveryError as error:
        if error.permanent is not None:
            raise
        wait_s = error.retry_after_s or context.timing.settle.total_seconds()
        if error.retry_after_s is not None:
            context.pacing.hold(installation, method, error.retry_after_s)
        return GoesOn(delivery.look_up_place, wait_s)
    found = await context.destinations.pin(installation, delivery.destination, found)
    return GoesOn(delivery.look_up_place, 0.0, channel_id=found)


def _stored_ts(delivery: Delivery) -> str:
    """Return the message that another attempt got its `ok` for, or empty."""
    stored = (m.ts for m in delivery.messages if m.part == delivery.part)
    return next(stored, "")


async def _adopt(
    context: DeliveryContext, delivery: Delivery, found: PostedMessage
) -> None:
    log.warning("delivery.found", extra=log_facts(delivery, part=delivery.part))
    payload = await stored_payload(context, delivery.payload_hash)
    is_last = delivery.part + 1 == len(payload.parts)
    sent_at = datetime.fromtimestamp(float(found.ts), UTC)
    ending = ending_of(context, delivery, sent_at=sent_at) if is_last else None
    confirmed = await confirm_message(context, delivery, delivery.part, found, ending)
    if confirmed and not is_last:
        await put_back(context, delivery)


async def look_up_later(
    context: DeliveryContext,
    delivery: Delivery,
    again: datetime,
    *,
    lookups: int | None = None,
    place: str = "",
    channel_id: str = "",
) -> bool:
    """Give an unclear row back, to be looked up again; `lookups` if it was read.

    `place` is where the look goes on, and `channel_id` the conversation, where that
    was found out now. The row stays in its lane until it is planned again.
    """
    count = delivery.lookups if lookups is None else lookups
    values = {"ready_at": again, "lookups": count, "look_up_place": place}
    if channel_id:
        values["destination"] = channel_id
    row = ChangedRow(delivery, values)
    return await context.database.write_together(change_rows, row)


async def _decide_unread(
    context: DeliveryContext, delivery: Delivery, *, reason: str
) -> None:
    """Err on the side that the operator chose, and let the curators know."""
    log.warning("delivery.unreadable", extra=log_facts(delivery, reason=reason))
    if _stored_ts(delivery):
        await put_back(context, delivery)
        return
    if context.uncertain is Uncertain.NEVER_TWICE:
        await end(context, delivery, UNCONFIRMED)
        return
    await put_back(context, delivery)
    await context.observer.resent_unverified(delivery)
