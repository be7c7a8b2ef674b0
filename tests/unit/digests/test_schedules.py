"""Zone names: known ones pass, others are told the nearest."""

import pytest

from bot.digests.schedules import read_zone

REFUSED = {
    "city-alone": (
        "London",
        'timezone "London" is not known; did you mean Europe/London?',
    ),
    "misspelt": (
        "Europe/Lodnon",
        'timezone "Europe/Lodnon" is not known; did you mean Europe/London?',
    ),
    "a-space": (
        "New York",
        'timezone "New York" is not known; did you mean America/New_York?',
    ),
    "offset": (
        "+0100",
        'timezone "+0100" is not known. Use an IANA name such as Europe/London.',
    ),
    "unknown-abbreviation": (
        "CEST",
        'timezone "CEST" is not known. Use an IANA name such as Europe/London.',
    ),
    "abbreviation": (
        "EST",
        'timezone "EST" is an abbreviation that knows no summer time. '
        "Name a place: America/New_York.",
    ),
}


@pytest.mark.parametrize("name", ["Europe/London", "UTC", "Antarctica/Troll"])
def test_a_zone_of_the_data_is_known(name: str) -> None:
    """Every name in the zone data is accepted as it stands."""
    assert read_zone(name) == name


@pytest.mark.parametrize(("name", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_an_unknown_zone_is_told_the_nearest(name: str, told: str) -> None:
    """A schedule in a guessed zone would be an hour off twice a year."""
    with pytest.raises(ValueError, match="timezone") as refused:
        read_zone(name)

    assert str(refused.value) == told
