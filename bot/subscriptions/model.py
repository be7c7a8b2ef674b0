"""What a subscription is: a digest that somebody set up in Slack. No I/O."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.digests.models import Digest, Show, read_recipient
from bot.digests.occurrences import WallClock, latest_local_time, next_occurrences
from bot.digests.schedules import Every, Schedule
from bot.installation import Installation


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a subscription is due: on these days, at this time of day, in this zone."""

    every: Every
    at: time
    zone: str

    @property
    def schedule(self) -> Schedule:
        return Schedule(every=self.every, at=self.at, timezone=self.zone)

    def next_after(self, instant: datetime) -> datetime | None:
        """Return when it is next due; None if the calendar runs out first."""
        return _next_after(self, instant)

    def in_words(self) -> str:
        """Say it as people do, without the zone: "weekdays at 08:00"."""
        days = _DAYS.get(self.every, f"{self.every.capitalize()}s")
        return f"{days} at {self.at:%H:%M}"


_DAYS = {Every.DAY: "every day", Every.WEEKDAY: "weekdays"}


@lru_cache(maxsize=4096)
def _next_after(rhythm: Rhythm, instant: datetime) -> datetime | None:
    """Compute it once: thousands chose eight o'clock in one of a few zones."""
    found = next_occurrences(rhythm.schedule, instant, 1)
    return found[0].scheduled_for if found else None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What somebody asked to be sent, where to and when.

    `destination` is the owner's own id for their DM, else a channel's. `topics` are
    ids of briefings, or `briefing/section` paths. `title` names them for people. The
    zone is the owner's, and follows them; a channel's stays as it was set up. A
    channel's has no owner any more, an empty id, where they had themselves forgotten.
    """

    id: str
    installation: Installation
    owner_id: str
    destination: str
    topics: tuple[str, ...]
    title: str
    show: Show
    rhythm: Rhythm
    created_at: datetime
    next_at: datetime | None
    """When it must be planned next; None while it is paused."""

    @property
    def is_paused(self) -> bool:
        return self.next_at is None

    @property
    def is_dm(self) -> bool:
        """Say whether it goes to its owner alone, and follows their zone."""
        return self.destination == self.owner_id

    @property
    def digest(self) -> Digest:
        """The digest that it is to the planner, the composer and the outbox."""
        return Digest(
            id=self.id,
            title=self.title,
            briefings=tuple(topic for topic in self.topics if "/" not in topic),
            sections=tuple(topic for topic in self.topics if "/" in topic),
            show=self.show,
            when=self.rhythm.schedule,
            to=(read_recipient(self.destination),),
        )

    @property
    def facts(self) -> dict[str, str]:
        """What a log line says of it: no person's name."""
        return {
            "team_id": self.installation.team_id,
            "subscription_id": self.id,
            "destination": self.destination,
        }

    def says_the_same_as(self, other: "Subscription") -> bool:
        """Say whether the same would come to the same place at the same times."""
        return (self.destination, set(self.topics), self.show, self.rhythm) == (
            other.destination,
            set(other.topics),
            other.show,
            other.rhythm,
        )

    def in_zone(self, zone: str) -> "Subscription":
        """Return it in another zone, due at the same time of day there."""
        return replace(self, rhythm=replace(self.rhythm, zone=zone))


def carry_over(planned_until: datetime, *, old: ZoneInfo, new: ZoneInfo) -> datetime:
    """Return the watermark in a new zone that means the same local time as in the old.

    So a morning that was sent is past in the new zone too, although its instant may be
    yet to come there; and a morning that the clock jumped over is due at once, and
    sent or recorded as too late.
    """
    shown_last = latest_local_time(old, planned_until)
    day_before = shown_last.astimezone(UTC) - _FURTHEST
    moment = WallClock(new, day_before).moment(shown_last)
    # Early is safe, as what is named again has its key already.
    return moment.at - timedelta.resolution if moment.in_gap else moment.at


_FURTHEST = timedelta(days=2)
"""No two zones are further apart, so by then no clock showed that local time."""
