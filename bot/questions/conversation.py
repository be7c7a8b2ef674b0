"""`Conversation`: a message to the bot becomes a delivery before Slack is answered."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.installation import Installation
from bot.outbox.model import DeliveryKey, NewDelivery
from bot.outbox.worker import Intake

GRACE = timedelta(hours=24)
"""How long an answer may come after its question; nobody is left without one."""
MOST_CHARACTERS = 2_000
"""What is kept of a message: the search reads no more of a question."""


@dataclass(frozen=True, slots=True)
class AddressedMessage:
    """A message to the bot: a direct one, or one that mentions it.

    `words` are what a person sees, without the mention. `thread_ts` is the thread the
    message stands in, empty outside one.
    """

    installation: Installation
    channel_id: str
    user_id: str
    ts: str
    words: str
    thread_ts: str = ""
    is_dm: bool = False


class AnswerRequest(BaseModel):
    """What an answer's row holds until it is sent, for whoever composes it.

    `waited` says that the question was asked earlier, in vain, by somebody who agreed
    to be told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_id: str
    words: str
    asked_at: AwareDatetime
    ts: str = ""
    is_dm: bool = False
    waited: bool = False
    briefing_id: str = ""


class Conversation:
    """Takes down what is asked, once for each message, however often Slack tells."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def hear(self, message: AddressedMessage) -> bool:
        """Plan the answer and return whether the message was new.

        Once this returns the question survives a crash; the worker answers the
        messages of one channel in the order in which they were written.
        """
        now = self._intake.now()
        asked_at = _written_at(message.ts, now)
        request = AnswerRequest(
            user_id=message.user_id,
            words=message.words[:MOST_CHARACTERS],
            asked_at=asked_at,
            ts=message.ts,
            is_dm=message.is_dm,
        )
        key = DeliveryKey.for_answer(
            message.installation, message.channel_id, message.ts
        )
        row = NewDelivery(
            key,
            destination=message.channel_id,
            due_at=asked_at,
            expires_at=now + GRACE,
            request=request.model_dump_json(),
            thread_ts=_thread_of(message),
        )
        return await self._intake.plan(row)


def _written_at(ts: str, now: datetime) -> datetime:
    """Return when a message was written: by Slack's clock, which may be ahead."""
    try:
        return min(datetime.fromtimestamp(float(ts), UTC), now)
    except (ValueError, OverflowError, OSError):
        return now


def _thread_of(message: AddressedMessage) -> str:
    """A mention is answered in its thread; a direct message where it stands."""
    if message.thread_ts or message.is_dm:
        return message.thread_ts
    return message.ts
