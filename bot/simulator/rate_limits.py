"""Slack's rate limits: off until switched on, and as fast as a test wants them."""

from dataclasses import dataclass

from bot.simulator.clock import Clock

BURST = 3
HISTORY = frozenset({"conversations.history", "conversations.replies"})


@dataclass(slots=True)
class Bucket:
    """Fills up with `rate` calls a second to at most `room`."""

    rate: float
    room: float
    level: float
    filled_at: float

    def take(self, now: float) -> float:
        """Take one call and return 0, or return the seconds until there is one."""
        self.level = min(self.room, self.level + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.level < 1:
            return (1 - self.level) / self.rate
        self.level -= 1
        return 0.0


class RateLimits:
    """A bucket per method, for posts one per channel; `speed` multiplies all rates.

    `posts_per_minute` bounds the posts of all channels together: Slack promises
    "several hundred" and names no number, so 0 leaves it out.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        self.is_on = False
        self.history_per_minute = 0
        self.speed = 1.0
        self.posts_per_minute = 0
        self._buckets: dict[str, Bucket] = {}

    def switch(
        self, *, on: bool, speed: float = 1.0, posts_per_minute: int = 0
    ) -> None:
        """Set the limits anew, with every bucket full."""
        self.reset()
        self.is_on, self.speed, self.posts_per_minute = on, speed, posts_per_minute

    def take_call(self, method: str, per_minute: int) -> float:
        """Count a call of a tiered method; return the seconds to wait, or 0."""
        if self.history_per_minute and method in HISTORY:
            per_minute = self.history_per_minute
        elif not self.is_on:
            return 0.0
        return self._take(method, per_minute / 60, room=per_minute)

    def take_post(self, channel: str) -> float:
        """Count a post: one a second per channel, with a small burst."""
        if not self.is_on:
            return 0.0
        waits = self._take(f"post:{channel}", 1.0, room=BURST)
        if waits or not self.posts_per_minute:
            return waits
        return self._take("post", self.posts_per_minute / 60, self.posts_per_minute)

    def _take(self, name: str, rate: float, room: float) -> float:
        now = self._clock.now().timestamp()
        fresh = Bucket(rate * self.speed, room, room, now)
        return self._buckets.setdefault(name, fresh).take(now)
