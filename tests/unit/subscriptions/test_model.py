"""Subscriptions as digests, and what a change of zone does to a morning."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.models import Digest, DigestFile, Show, check_digests
from bot.digests.occurrences import Occurrence, occurrences
from bot.digests.schedules import Every
from bot.installation import Installation
from bot.subscriptions.model import Rhythm, Subscription, carry_over

LONDON, NEW_YORK, TOKYO = "Europe/London", "America/New_York", "Asia/Tokyo"
ZONES = (LONDON, NEW_YORK, TOKYO, "Pacific/Kiritimati", "Pacific/Pago_Pago")


def make_subscription(
    *, destination: str = "U0ANA", topics: tuple[str, ...] = ("harbour",)
) -> Subscription:
    return Subscription(
        id="subscription-1",
        installation=Installation("T1"),
        owner_id="U0ANA",
        destination=destination,
        topics=topics,
        title="Harbour",
        show=Show.CHANGES,
        rhythm=Rhythm(Every.DAY, time(8), LONDON),
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        next_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
    )


def names_after(watermark: datetime, zone: str, until: datetime) -> list[str]:
    schedule = Rhythm(Every.DAY, time(8), zone).schedule
    named = occurrences(schedule, watermark, until)
    return [time.nominal for time in named if isinstance(time, Occurrence)]


def carried(at: datetime, *, old: str, new: str) -> datetime:
    return carry_over(at, old=ZoneInfo(old), new=ZoneInfo(new))


def test_a_subscription_is_a_digest_of_its_sections() -> None:
    """The planner and the composer need not know that somebody subscribed."""
    digest = make_subscription(topics=("harbour/storm",)).digest

    assert (digest.sections, digest.briefings) == (("harbour/storm",), ())
    assert [str(recipient) for recipient in digest.to] == ["U0ANA"]
    assert digest.schedule_fingerprint == "0 8 * * * Europe/London"


def test_only_a_dm_follows_its_owner() -> None:
    """A channel's hour is everybody's in it."""
    assert make_subscription().is_dm
    assert not make_subscription(destination="C0KOREA").is_dm


@pytest.mark.parametrize(
    ("every", "words"),
    [
        pytest.param(Every.DAY, "every day at 08:05", id="daily"),
        pytest.param(Every.WEEKDAY, "weekdays at 08:05", id="weekdays"),
        pytest.param(Every.MONDAY, "Mondays at 08:05", id="weekly"),
    ],
)
def test_a_rhythm_is_said_as_people_say_it(every: Every, words: str) -> None:
    """Nobody subscribes in cron."""
    assert Rhythm(every, time(8, 5), LONDON).in_words() == words


def test_a_flight_west_does_not_repeat_a_morning() -> None:
    """Monday's digest was read in London; New York's Monday morning is yet to come."""
    read_at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    mark = carried(read_at, old=LONDON, new=NEW_YORK)

    assert names_after(mark, NEW_YORK, read_at + timedelta(days=1, hours=12)) == [
        "2026-11-24T08:00"
    ]


def test_a_flight_east_has_the_skipped_morning_due_at_once() -> None:
    """The clock jumped over Monday's eight o'clock, which still gets its ending."""
    before_eight = datetime(2026, 11, 23, 12, tzinfo=UTC)
    mark = carried(before_eight, old=NEW_YORK, new=TOKYO)

    assert names_after(mark, TOKYO, before_eight) == ["2026-11-23T08:00"]


def test_there_and_back_again_changes_nothing() -> None:
    """Somebody who tries out a zone in their settings loses no morning."""
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)

    there = carried(at, old=LONDON, new=TOKYO)

    assert carried(there, old=TOKYO, new=LONDON) == at


@given(
    st.timedeltas(timedelta(), timedelta(days=700)),
    st.lists(st.sampled_from(ZONES), min_size=2, max_size=4),
)
def test_each_local_morning_comes_once_whatever_the_journey(
    wait: timedelta, journey: list[str]
) -> None:
    """Over any flights the names due are consecutive: none repeated, none lost."""
    now = datetime(2025, 1, 1, tzinfo=UTC) + wait
    mark, seen, zone = now, list[str](), journey[0]
    for onward in journey[1:]:
        seen += names_after(mark, zone, now := now + timedelta(hours=20))
        mark, zone = carried(max(mark, now), old=zone, new=onward), onward
    seen += names_after(mark, zone, now + timedelta(days=3))

    days = [datetime.fromisoformat(name).toordinal() for name in seen]
    assert days == list(range(days[0], days[0] + len(days)))


def test_a_file_may_not_use_a_subscriptions_id() -> None:
    """Else a reload would take what somebody subscribed to for a digest of the file."""
    digest = Digest.model_validate(
        {
            "id": "subscription-1",
            "title": "Harbour",
            "briefings": ["harbour"],
            "when": {"every": "day", "at": "08:00", "timezone": "UTC"},
        }
    )

    found = list(check_digests(DigestFile(digests=(digest,)), {"harbour": ()}))

    assert [problem.text for problem in found] == [
        'The id "subscription-1" begins as only ids of subscriptions do.'
    ]
