"""One stand-in for each way out, under the same contract tests as the real one."""

import asyncio
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.block_kit.part import Part
from bot.errors import MESSAGE_GONE, DeliveryError, FailureClass
from bot.installation import Installation
from bot.outbox.interfaces import ChannelFacts, UnreadableChannel
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryMark,
    Ending,
    HistoryPage,
    MessageRef,
    Payload,
    PostedMessage,
    Skipped,
)

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class StoppedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.time = now
        self._set_back = timedelta()

    def now(self) -> datetime:
        return self.time

    def elapsed_s(self) -> float:
        return (self.time - self._set_back).timestamp()

    def move(self, by: timedelta) -> None:
        self.time += by

    def set_back(self, by: timedelta) -> None:
        """Show an earlier time, as when somebody corrects it: none has passed."""
        self.time -= by
        self._set_back -= by


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """A message as the channel shows it now."""

    installation: Installation
    channel_id: str
    ts: str
    part: Part
    mark: DeliveryMark
    thread_ts: str
    broadcast: bool

    @property
    def text(self) -> str:
        return self.part.text


Fault = Callable[[], Exception | None]


class Once:
    """A fault that strikes the first time only."""

    def __init__(self, error: Exception) -> None:
        self._errors: list[Exception] = [error]

    def __call__(self) -> Exception | None:
        return self._errors.pop() if self._errors else None


@dataclass
class RecordingMessenger:
    """A `Messenger` that keeps what was posted.

    `before` is asked before a message is stored and `after` afterwards; what they
    return is raised, so a test says what goes wrong and whether Slack has the message.
    `editing` is asked before an edit alone.
    `deleting` is raised by as many deletions. `page` messages are on a page of history,
    and `reading` is called before one is read, and may raise.
    """

    clock: StoppedClock
    messages: list[RecordedMessage] = field(default_factory=list)
    before: Fault = lambda: None
    after: Fault = lambda: None
    editing: Fault = lambda: None
    unreadable: bool = False
    echoes: bool = True
    names: dict[str, str] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)
    looked_up: list[DeliveryMark] = field(default_factory=list)
    windows: list[timedelta] = field(default_factory=list)
    deleting: list[DeliveryError] = field(default_factory=list)
    page: int = 200
    reading: Callable[[], None] = lambda: None
    _counter: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    async def post(
        self,
        installation: Installation,
        channel_id: str,
        part: Part,
        *,
        mark: DeliveryMark,
        thread_ts: str = "",
        broadcast: bool = False,
        within_s: float = math.inf,
    ) -> PostedMessage:
        _fail(self.before)
        if channel_id in self.archived:
            raise DeliveryError(
                f"{channel_id} is archived", permanent=FailureClass.DESTINATION
            )
        if channel_id.startswith(("U", "W")):
            channel_id = await self.open_dm(installation, channel_id)
        ts = f"{self.clock.now().timestamp():.0f}.{next(self._counter):06d}"
        self.messages.append(
            RecordedMessage(
                installation, channel_id, ts, part, mark, thread_ts, broadcast
            )
        )
        _fail(self.after)
        return PostedMessage(channel_id, ts, self.echoes)

    async def update(
        self, installation: Installation, message: MessageRef, part: Part
    ) -> None:
        _fail(self.before)
        _fail(self.editing)
        index = self._index(installation, message)
        if index is None:
            raise DeliveryError(MESSAGE_GONE, permanent=FailureClass.DESTINATION)
        self.messages[index] = replace(self.messages[index], part=part)
        _fail(self.after)

    async def delete(self, installation: Installation, message: MessageRef) -> None:
        if self.deleting:
            raise self.deleting.pop()
        index = self._index(installation, message)
        if index is not None:
            del self.messages[index]

    def _index(self, installation: Installation, message: MessageRef) -> int | None:
        wanted = (installation, message.channel_id, message.ts)
        found = (
            index
            for index, m in enumerate(self.messages)
            if (m.installation, m.channel_id, m.ts) == wanted
        )
        return next(found, None)

    async def find(
        self,
        installation: Installation,
        channel_id: str,
        mark: DeliveryMark,
        *,
        oldest: datetime,
        latest: datetime,
        thread_ts: str = "",
        other_than: str = "",
        page: str = "",
    ) -> HistoryPage:
        if self.unreadable:
            raise UnreadableChannel(f"{channel_id} cannot be read back")
        self.looked_up.append(mark)
        self.windows.append(latest - oldest)
        self.reading()
        inside = [
            message
            for message in reversed(self.messages)
            if message.installation == installation
            and message.channel_id == channel_id
            and message.thread_ts == thread_ts
            and oldest.timestamp() <= float(message.ts) <= latest.timestamp()
        ]
        begin = int(page or 0)
        end = begin + self.page
        for message in inside[begin:end]:
            is_meant = message.mark == mark and message.ts != other_than
            if self.echoes and is_meant:
                return HistoryPage(PostedMessage(channel_id, message.ts))
        return HistoryPage(None, next_page=str(end) if end < len(inside) else "")

    async def open_dm(self, installation: Installation, user_id: str) -> str:
        return f"D{user_id[1:]}"

    async def resolve_name(self, installation: Installation, name: str) -> str | None:
        return self.names.get(name)

    async def describe_channel(
        self, installation: Installation, channel_id: str
    ) -> ChannelFacts:
        return ChannelFacts(
            channel_id,
            name=channel_id.lower(),
            is_member=True,
            is_archived=channel_id in self.archived,
            is_private=False,
            is_dm=channel_id.startswith("D"),
            is_external=False,
            can_read_back=not self.unreadable,
        )

    async def join(self, installation: Installation, channel_id: str) -> None:
        raise AssertionError("the bot is in every channel here")


def _fail(fault: Fault) -> None:
    error = fault()
    if error is not None:
        raise error


@dataclass
class PlainComposer:
    """A `Composer` that says the same to everybody.

    Readers may see no part in `withheld`; `unknown` is raised where it is not known
    who they are, and `heard_late` holds whether each POST is overtaken by an event.
    """

    parts: tuple[str, ...] = ("Good morning.",)
    skip: Ending | None = None
    composed: list[Delivery] = field(default_factory=list)
    edit_ts: str = ""
    withheld: set[str] = field(default_factory=set)
    unknown: DeliveryError | None = None
    heard_late: list[bool] = field(default_factory=list)
    ages: list[timedelta] = field(default_factory=list)

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        self.composed.append(delivery)
        if self.skip is not None:
            return Skipped(self.skip)
        parts = tuple(Part(text) for text in self.parts)
        return Composed(Payload(parts, "r1", "public"), edit_ts=self.edit_ts)

    async def may_be_seen(
        self, delivery: Delivery, payload: Payload, *, part: int, max_age: timedelta
    ) -> bool:
        self.ages.append(max_age)
        if self.unknown is not None:
            raise self.unknown
        return not any(each.text in self.withheld for each in payload.parts[part:])

    def reader(self, delivery: Delivery) -> str:
        return delivery.key.person_id

    def is_fresh(self, delivery: Delivery, payload: Payload) -> bool:
        return not (self.heard_late and self.heard_late.pop())


@dataclass
class RecordingObserver:
    """A `DeliveryObserver` that remembers every call."""

    endings: list[Ending] = field(default_factory=list)
    unverified: list[Delivery] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_for(self, count: int) -> None:
        """Wait until so many deliveries have ended."""
        while len(self.endings) < count:
            self._more.clear()
            await self._more.wait()

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        self.endings.append(ending)
        self._more.set()

    async def resent_unverified(self, delivery: Delivery) -> None:
        self.unverified.append(delivery)
