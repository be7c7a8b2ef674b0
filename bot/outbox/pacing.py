"""Pacing: as fast as Slack allows a channel and a workspace, in fair turns."""

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.digests.delivery_timing import Timing
from bot.installation import Installation

CHANNELS_REMEMBERED = 20_000

SLOW_S = 30.0
"""A `Retry-After` from which on a method is taken for one that Slack lets be called
once a minute, as it does history for apps distributed outside its Marketplace:
https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
"""
SLOW_INTERVAL_S = 60.0
SLOW_FOR_S = 600.0
"""How long after that it is called no faster; then it is tried again."""


class Method(StrEnum):
    """The Web API methods that delivering calls; each has its own rate limit."""

    POST = "chat.postMessage"
    UPDATE = "chat.update"
    HISTORY = "conversations.history"
    REPLIES = "conversations.replies"
    OPEN = "conversations.open"
    INFO = "conversations.info"


CALLS_PER_MINUTE = {Method.OPEN: 50}
"""The tier of a method that is called once for each of many rows."""
CALLS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class PaceLimits:
    """What Slack allows; None means no limit (benchmarks, other servers).

    Slack publishes "about one message a second" for a channel and "several hundred a
    minute" for a workspace: https://docs.slack.dev/apis/web-api/rate-limits. An edit
    takes none of these turns: chat.update has a limit of its own, 50 a minute.
    """

    channel_per_second: float | None = 1.0
    workspace_per_minute: float | None = 300.0
    workspace_burst: int = 5
    edits_per_minute: float | None = 50.0
    posts_at_once: int = 50
    rows_in_flight: int = 500


class Pacing:
    """Says when it is whose turn.

    1. A bucket per channel and one per workspace give out the turns.
    2. `Retry-After` holds back that method in that workspace, and nothing else.
    3. At most `posts_at_once` requests are under way; when more wait, workspaces take
       turns, so that ten thousand messages of one do not delay the one of another.
    """

    def __init__(
        self,
        limits: PaceLimits,
        *,
        in_hand: timedelta | None = None,
        time: Callable[[], float] | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take what Slack allows; a row waits for it `in_hand` as `Timing` has it."""
        self._limits = limits
        self._in_hand_s = (in_hand or Timing().in_hand).total_seconds()
        self._time = time or (lambda: asyncio.get_running_loop().time())
        self._pause = pause
        self._workspaces: dict[Installation, Bucket] = {}
        self._edits: dict[Installation, Bucket] = {}
        self._channels: OrderedDict[tuple[Installation, str], Bucket] = OrderedDict()
        self._held: dict[tuple[Installation, Method], float] = {}
        self._calls: dict[tuple[Installation, Method], Bucket] = {}
        self._slow_since: dict[tuple[Installation, Method], float] = {}
        self._read_at: dict[tuple[Installation, Method], float] = {}
        self._gate = FairGate(limits.posts_at_once)

    async def turn(self, installation: Installation, channel_id: str) -> float:
        """Wait until a message may be posted there and return 0.

        Return the seconds to come back in, without waiting, where that takes long.
        """
        for reserve in (self._channel, self._workspace):
            if (held_s := await self.wait_out(installation, Method.POST)) > 0:
                return held_s
            await self._wait(reserve(installation, channel_id))
        return await self.wait_out(installation, Method.POST)

    async def edit_turn(self, installation: Installation) -> float:
        """Wait until a message may be edited, like `turn`."""
        if (held_s := await self.wait_out(installation, Method.UPDATE)) > 0:
            return held_s
        if self._limits.edits_per_minute is not None:
            interval_s = 60 / self._limits.edits_per_minute
            fresh = Bucket(interval_s, burst=self._edits_at_once())
            bucket = self._edits.setdefault(installation, fresh)
            await self._wait(bucket.reserve(self._time()))
        return await self.wait_out(installation, Method.UPDATE)

    def correction_capacity(self, installation: Installation, in_flight: int) -> int:
        """Return how many more corrections of this workspace are worth taking.

        Few, so that they keep no place that a digest wants within seconds.
        """
        if self._left(installation, Method.UPDATE) > self._in_hand_s:
            return 0
        most = min(self._edits_at_once(), self._limits.posts_at_once)
        return max(0, most - in_flight)

    async def wait_out(self, installation: Installation, method: Method) -> float:
        """Wait while Slack's `Retry-After` holds; return what is left if it is long."""
        while (left_s := self._left(installation, method)) > 0:
            if left_s > self._in_hand_s:
                return left_s
            await self._wait(left_s)
        return 0.0

    def hold(self, installation: Installation, method: Method, seconds: float) -> None:
        """Obey a `Retry-After`."""
        key = installation, method
        until = self._time() + seconds
        self._held[key] = max(until, self._held.get(key, until))
        if seconds >= SLOW_S:
            self._slow_since[key] = until

    def is_slow(self, installation: Installation, method: Method) -> bool:
        """Say whether Slack was found to allow about one such call a minute."""
        since = self._slow_since.get((installation, method), -math.inf)
        return self._time() - since < SLOW_FOR_S

    def read_turn(self, installation: Installation, method: Method) -> float:
        """Take the turn to read and return 0, or return the seconds to come back in.

        Nothing is waited for: whoever reads holds the lease of a row.
        """
        key, now = (installation, method), self._time()
        left_s = self._left(installation, method)
        if left_s <= 0 and method in CALLS_PER_MINUTE:
            fresh = Bucket(60 / CALLS_PER_MINUTE[method], burst=CALLS_AT_ONCE)
            left_s = self._calls.setdefault(key, fresh).take(now)
        if self.is_slow(installation, method):
            next_at = self._read_at.get(key, -math.inf) + SLOW_INTERVAL_S
            left_s = max(left_s, next_at - now)
        if left_s > 0:
            return left_s
        self._read_at[key] = now
        return 0.0

    async def wait_turn(self, installation: Installation, method: Method) -> None:
        """Wait for the turn to call, however long: nobody's lease may run meanwhile."""
        while (left_s := self.read_turn(installation, method)) > 0:
            await self._wait(left_s)

    def capacity(self, installation: Installation, in_flight: int) -> int:
        """Return how many more rows of this workspace are worth taking."""
        if self._left(installation, Method.POST) > self._in_hand_s:
            return 0
        limits = self._limits
        most = limits.rows_in_flight
        if limits.workspace_per_minute is not None:
            ahead = math.ceil(limits.workspace_per_minute / 60 * self._in_hand_s)
            most = min(most, limits.workspace_burst + ahead)
        return max(0, most - in_flight)

    @asynccontextmanager
    async def slot(self, installation: Installation) -> AsyncIterator[None]:
        """Hold one of the places for requests under way."""
        await self._gate.enter(installation)
        try:
            yield
        finally:
            self._gate.leave()

    def _edits_at_once(self) -> int:
        """Return how many corrections have their turns while a row may wait in hand.

        At least one: it waits for the turn after the last one's, and no longer.
        """
        if self._limits.edits_per_minute is None:
            return self._limits.rows_in_flight
        return max(1, int(self._limits.edits_per_minute / 60 * self._in_hand_s))

    def _left(self, installation: Installation, method: Method) -> float:
        return self._held.get((installation, method), 0.0) - self._time()

    def _channel(self, installation: Installation, channel_id: str) -> float:
        if self._limits.channel_per_second is None:
            return 0.0
        key = installation, channel_id
        bucket = self._channels.pop(key, None)
        if bucket is None:
            bucket = Bucket(1 / self._limits.channel_per_second, burst=1)
        self._channels[key] = bucket
        if len(self._channels) > CHANNELS_REMEMBERED:
            self._channels.popitem(last=False)
        return bucket.reserve(self._time())

    def _workspace(self, installation: Installation, _channel_id: str) -> float:
        if self._limits.workspace_per_minute is None:
            return 0.0
        interval_s = 60 / self._limits.workspace_per_minute
        fresh = Bucket(interval_s, burst=self._limits.workspace_burst)
        bucket = self._workspaces.setdefault(installation, fresh)
        return bucket.reserve(self._time())

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._pause(seconds)


class Bucket:
    """Gives a turn every `interval_s`, and up to `burst` at once after a rest."""

    __slots__ = ("_burst", "_interval_s", "_next")

    def __init__(self, interval_s: float, *, burst: int) -> None:
        self._interval_s = interval_s
        self._burst = burst
        self._next = -math.inf

    def reserve(self, now: float) -> float:
        """Take the next turn and return how many seconds away it is."""
        turn = self._next_turn(now)
        self._next = turn + self._interval_s
        return max(0.0, turn - now)

    def take(self, now: float) -> float:
        """Take a turn and return 0, or leave it and return the seconds until it is."""
        left_s = max(0.0, self._next_turn(now) - now)
        return left_s or self.reserve(now)

    def _next_turn(self, now: float) -> float:
        rested = now - (self._burst - 1) * self._interval_s
        return max(self._next, rested)


class FairGate:
    """Lets so many in at a time; those waiting take turns by installation."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._queues: OrderedDict[Installation, deque[asyncio.Future[None]]] = (
            OrderedDict()
        )

    async def enter(self, installation: Installation) -> None:
        """Wait for a place."""
        if self._free > 0 and not self._queues:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(installation, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place to the next installation's first."""
        while self._queues:
            installation, queue = self._queues.popitem(last=False)
            place = queue.popleft()
            if queue:
                self._queues[installation] = queue
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
