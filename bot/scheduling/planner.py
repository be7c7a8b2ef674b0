"""The planner: what is due becomes rows of the outbox, every occurrence once."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.digests.delivery_timing import Timing, gives_up_at
from bot.digests.models import Digest, Recipient, is_subscription
from bot.digests.occurrences import (
    NamedTime,
    Occurrence,
    next_occurrences,
    occurrences,
    settle_missed,
)
from bot.installation import Installation
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import (
    RECIPIENT_REMOVED,
    SCHEDULE_CHANGED,
    SCHEDULE_REMOVED,
    DeliveryKey,
    Ending,
    NewDelivery,
    Status,
)
from bot.outbox.plan import DeliveryStore
from bot.outbox.watermarks import Mended, Watermark, WatermarkStore
from bot.scheduling.digest_sources import AllDigests

log = logging.getLogger(__name__)

LOOK_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class AddressedDigest:
    """A digest and those of its recipients who are in one workspace."""

    digest: Digest
    installation: Installation
    recipients: tuple[Recipient, ...]

    @property
    def schedule(self) -> str:
        """A fingerprint of when it is due: what makes an edit another schedule."""
        return self.digest.schedule_fingerprint

    def planned_until(self, instant: datetime) -> Watermark:
        """Return the watermark that says so."""
        return Watermark(self.installation, self.digest.id, self.schedule, instant)


class Planner:
    """Plans what is due since each schedule's watermark (step 1 of delivering once).

    A schedule's watermark starts when the schedule is first seen or edited, so a first
    start never fires for the past. Any number of replicas may plan the same minute.
    """

    def __init__(
        self,
        store: DeliveryStore,
        watermarks: WatermarkStore,
        destinations: DestinationStore,
        *,
        timing: Timing,
        subscribed: AllDigests,
        is_behind: Callable[[], bool],
        count_mended: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Take the stores; what people subscribed to comes from `subscribed`.

        `count_mended` is told how many watermarks were in the future.
        """
        self._store = store
        self._watermarks = watermarks
        self._destinations = destinations
        self._timing = timing
        self._subscribed = subscribed
        self._is_behind = is_behind
        self._count_mended = count_mended
        self.mended: Mended | None = None
        """When watermarks were last found in the future, and how far the furthest."""
        self._addressed: Mapping[Installation, dict[str, AddressedDigest]] = {}
        self._due: dict[tuple[Installation, str], datetime] = {}

    async def load(
        self,
        digests: Iterable[Digest],
        installations: Sequence[Installation],
        *,
        unnamed: Installation | None = None,
    ) -> None:
        """Take over the digests of the file as they are now, all of them.

        A recipient without a workspace is in `unnamed`, or in the only one.

        What was planned of an edited or removed schedule is cancelled and says so; what
        somebody sent by hand goes with the digest alone. A replica that is behind
        changes nothing, and goes on once it has caught up.
        """
        listed = list(digests)
        self._due.clear()
        if unnamed is None and len(installations) == 1:
            unnamed = installations[0]
        every = self._addressed = {
            one: address(listed, one, is_unnamed=one == unnamed)
            for one in installations
        }
        if self._is_behind():
            log.warning("planner.behind")
            return
        ids = frozenset(digest.id for digest in listed)
        for installation, addressed in every.items():
            await self._take_over(installation, addressed, ids)

    async def plan(self) -> int:
        """Plan what came due since the last time; return how many rows are new."""
        if self._is_behind():
            log.warning("planner.behind")
            return 0
        new, now = 0, self._store.now()
        # Others may take their place while this plans: a workspace is removed.
        for installation, addressed in self._addressed.items():
            await self._mend(installation, now)
            rows = await self._plan_listed(installation, addressed, now)
            rows += await self._plan_subscribed(installation, now)
            if rows:
                team_id = installation.team_id
                log.info("planner.planned", extra={"team_id": team_id, "rows": rows})
            new += rows
        return new

    def addressed(self) -> tuple[AddressedDigest, ...]:
        """Return the digests of the file that have recipients, workspace by workspace.

        What people subscribed to is not among them: it was checked when they did.
        """
        return tuple(one for of in self._addressed.values() for one in of.values())

    def coming(self) -> list[tuple[AddressedDigest, datetime]]:
        """Return them with when each is due next, as far as that is known."""
        return [
            (one, self._due[one.installation, one.digest.id])
            for one in self.addressed()
            if (one.installation, one.digest.id) in self._due
        ]

    async def channels_coming(
        self, by: datetime
    ) -> list[tuple[AddressedDigest, datetime]]:
        """Return the subscriptions of channels that are due by then, with when.

        Those of people are not among them: a DM can hardly be in the way.
        """
        now = self._store.now()
        found = [
            AddressedDigest(digest, installation, digest.to)
            for installation in self._addressed
            for digest in await self._subscribed.for_channels(installation, by=by)
        ]
        times = (next_occurrences(one.digest.when, now, 1) for one in found)
        pairs = zip(found, times, strict=True)
        return [(one, coming[0].scheduled_for) for one, coming in pairs if coming]

    async def _take_over(
        self,
        installation: Installation,
        addressed: Mapping[str, AddressedDigest],
        listed_ids: frozenset[str],
    ) -> None:
        listed = await self._watermarks.watermarks(installation)
        marks = {id: mark for id, mark in listed.items() if not is_subscription(id)}
        edited = {
            digest_id
            for digest_id, mark in marks.items()
            if digest_id in addressed and addressed[digest_id].schedule != mark.schedule
        }

        planned = await self._store.planned_digests(installation)
        for digest_id, recipients in planned.items():
            if is_subscription(digest_id):
                continue
            kept, ending = frozenset[str](), SCHEDULE_REMOVED
            if digest_id in edited:
                ending = SCHEDULE_CHANGED
            elif digest_id in addressed:
                kept = frozenset(map(str, addressed[digest_id].recipients))
                ending = RECIPIENT_REMOVED
            if recipients <= kept:
                continue
            cancelled = await self._store.cancel(
                installation,
                digest_id,
                ending,
                keep=kept,
                keeps_sent_by_hand=digest_id in listed_ids,
            )
            if not cancelled:
                continue
            extra = {"digest_id": digest_id, "rows": cancelled, "reason": ending.reason}
            log.warning("planner.cancelled", extra=extra)

        for digest_id in marks.keys() - addressed.keys():
            await self._watermarks.forget(installation, digest_id)
        now = self._store.now()
        await self._watermarks.start(
            Watermark(installation, digest_id, one.schedule, now)
            for digest_id, one in addressed.items()
            if digest_id in edited or digest_id not in marks
        )

    async def _mend(self, installation: Installation, now: datetime) -> None:
        """Plan from now on again where the clock was set back behind a watermark.

        What replicas' clocks may differ by is left to time.
        """
        tolerance = self._timing.late_after
        ahead = now + tolerance
        in_future = await self._watermarks.in_future(installation, ahead=ahead)
        if not in_future:
            return
        # First what a crash in between would leave waiting for the old time. Another
        # replica may mend at its own now: what comes due around it is looked at again.
        await self._subscribed.planned(
            [
                replace(mark, planned_until=now - tolerance)
                for mark in in_future
                if is_subscription(mark.digest_id)
            ]
        )
        found = await self._watermarks.mend(installation, now, ahead=ahead)
        if not found:
            return
        self._due.clear()
        self.mended = Mended(now, max(mark.planned_until for mark in found))
        self._count_mended(len(found))
        extra = {
            "digests": len(found),
            "planned_until": self.mended.planned_until.isoformat(),
            "advice": "The clock was set back. Let the machine set it by NTP.",
        }
        log.error("planner.clock_set_back", extra=extra)

    async def _plan_listed(
        self,
        installation: Installation,
        addressed: Mapping[str, AddressedDigest],
        now: datetime,
    ) -> int:
        """Plan digests of the file that are due.

        Remember when each is due next, so that a quiet minute costs nothing.
        """
        listed = [
            one
            for digest_id, one in addressed.items()
            if self._due.get((installation, digest_id), now) <= now
        ]
        new = await self._plan_due(installation, listed, now) if listed else 0
        until = now + LOOK_AHEAD
        for one in listed:
            digest = one.digest
            coming = occurrences(digest.when, now, until, holidays=digest.holidays)
            first = next(coming, None)
            self._due[installation, digest.id] = first.scheduled_for if first else until
        return new

    async def _plan_subscribed(self, installation: Installation, now: datetime) -> int:
        """Plan what people subscribed to, batch by batch: none stays due once planned.

        Between batches others have theirs, as eight o'clock is thousands of people's.
        """
        new, turns = 0, set[str]()
        while found := await self._subscribed.due(installation, by=now):
            due = [AddressedDigest(digest, installation, digest.to) for digest in found]
            new += await self._plan_due(installation, due, now)
            await self._subscribed.planned([one.planned_until(now) for one in due])
            if turns.issuperset(one.digest.id for one in due):
                log.error("planner.stuck", extra={"digests": len(due)})
                break
            turns.update(one.digest.id for one in due)
        return new

    async def _plan_due(
        self, installation: Installation, due: Sequence[AddressedDigest], now: datetime
    ) -> int:
        ids = [one.digest.id for one in due]
        marks = await self._watermarks.watermarks(installation, ids)
        pins = await self._destinations.pins(installation)
        # Thousands share a schedule and a watermark: its times are enumerated once.
        named: dict[tuple[str, datetime], list[NamedTime]] = {}
        rows: list[NewDelivery] = []
        advanced: list[Watermark] = []
        for one in due:
            mark, digest = marks.get(one.digest.id), one.digest
            if mark is None or mark.schedule != one.schedule:
                continue
            since = mark.planned_until
            if (mark.schedule, since) not in named:
                times = occurrences(digest.when, since, now, holidays=digest.holidays)
                named[mark.schedule, since] = list(times)
            settled = settle_missed(
                named[mark.schedule, since], digest, now=now, timing=self._timing
            )
            if settled:
                advanced.append(one.planned_until(now))
            rows += [
                new_delivery(one, time, recipient, pins=pins)
                for time in settled
                for recipient in one.recipients
            ]
        return len(await self._store.plan_occurrences(rows, advanced)) if rows else 0


def address(
    digests: Iterable[Digest],
    installation: Installation,
    *,
    is_unnamed: bool,
) -> dict[str, AddressedDigest]:
    """Return the digests with recipients in this workspace, by id.

    A recipient without a workspace is in this one if it `is_unnamed`; one who is named
    with it, too, gets one row. A digest without recipients waits for a channel, and its
    schedule has not begun.
    """
    mine = {installation.team_id, ""} if is_unnamed else {installation.team_id}
    addressed = {}
    for digest in digests:
        recipients: dict[str, Recipient] = {}
        for each in digest.to:
            if each.team_id in mine:
                recipients.setdefault(each.destination, each)
        if recipients:
            to = tuple(recipients.values())
            addressed[digest.id] = AddressedDigest(digest, installation, to)
    return addressed


def new_delivery(
    one: AddressedDigest,
    time: NamedTime,
    recipient: Recipient,
    *,
    pins: Mapping[str, str],
) -> NewDelivery:
    """Return the row of an occurrence for a recipient, or of why there is none."""
    key = DeliveryKey.for_digest(
        one.installation, one.digest.id, time.nominal, recipient=str(recipient)
    )
    ending = None
    if not isinstance(time, Occurrence):
        ending = Ending(Status.SKIPPED, f"skipped: {time.reason.value}")
    return NewDelivery(
        key,
        destination=pins.get(recipient.destination, recipient.destination),
        due_at=time.scheduled_for,
        expires_at=gives_up_at(time.scheduled_for, one.digest.grace),
        ending=ending,
    )
