"""Who curates what: by id, or as a member of the curators' channel."""

from datetime import timedelta

import pytest

from bot.audiences import Admission
from bot.curators.curator_directory import CuratorDirectory
from bot.installation import Installation
from tests.factories import make_briefing
from tests.fakes import RecordingMessenger, StoppedClock
from tests.held import HeldBriefings, KnownPeople
from tests.outbox import HERE


async def no_pins(_installation: Installation) -> dict[str, str]:
    """Nothing was resolved yet."""
    return {}


def curators_of(
    *curators: str, people: KnownPeople | None = None, clock: StoppedClock | None = None
) -> CuratorDirectory:
    """Return who curates a briefing that names these."""
    clock = clock or StoppedClock()
    messenger = RecordingMessenger(clock, names={"desk": "C0DESK"})
    return CuratorDirectory(
        HeldBriefings(make_briefing(curators=list(curators))),
        people or KnownPeople(),
        no_pins,
        messenger,
        clock=clock,
    )


@pytest.mark.parametrize(
    ("curators", "is_one"),
    [
        pytest.param(("U0ANA",), True, id="named"),
        pytest.param(("U0BEN",), False, id="somebody-else"),
        pytest.param((f"{HERE.team_id}/U0ANA",), True, id="with-workspace"),
        pytest.param(("T0ELSEWHERE/U0ANA",), False, id="elsewhere"),
        pytest.param(("#desk",), True, id="member-of-channel"),
        pytest.param(("#nowhere",), False, id="no-such-channel"),
        pytest.param((), False, id="nobody"),
    ],
)
async def test_a_curator_is_who_the_briefing_names(
    curators: tuple[str, ...], is_one: bool
) -> None:
    """The names are those to which notices go."""
    found = await curators_of(*curators).briefings_of(HERE, "U0ANA")

    assert found == (frozenset({"harbour"}) if is_one else frozenset())


@pytest.mark.parametrize("admission", [Admission.OUTSIDER, Admission.UNKNOWN])
async def test_whoever_is_not_known_to_be_in_the_channel_is_none(
    admission: Admission,
) -> None:
    """What a curator sees quotes the files, so in doubt it is not shown."""
    curators = curators_of("#desk", people=KnownPeople(admission=admission))

    assert await curators.briefings_of(HERE, "U0ANA") == frozenset()


async def test_who_left_the_channel_is_no_curator_a_quarter_of_an_hour_later() -> None:
    """Slack is not asked at each opening, and never believed for long."""
    people, clock = KnownPeople(), StoppedClock()
    curators = curators_of("#desk", people=people, clock=clock)
    await curators.briefings_of(HERE, "U0ANA")
    people.admitted = Admission.OUTSIDER

    assert await curators.briefings_of(HERE, "U0ANA") == frozenset({"harbour"})
    clock.move(timedelta(minutes=15))
    assert await curators.briefings_of(HERE, "U0ANA") == frozenset()
