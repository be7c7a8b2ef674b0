"""Schedules: cron and zone names are read, and what their authors are told."""

import pytest

from bot.digests.schedules import read_cron, read_zone

REFUSED_ZONES = {
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


@pytest.mark.parametrize(
    ("name", "told"), REFUSED_ZONES.values(), ids=REFUSED_ZONES.keys()
)
def test_an_unknown_zone_is_told_the_nearest(name: str, told: str) -> None:
    """A schedule in a guessed zone would be an hour off twice a year."""
    with pytest.raises(ValueError, match="timezone") as refused:
        read_zone(name)

    assert str(refused.value) == told


READ_CRON = {
    "weekday-names": ("0 8 * * mon-fri", "0 8 * * 1-5"),
    "a-week-to-sunday": ("0 8 * * mon-sun", "0 8 * * 1-7"),
    "full-names-any-case": ("0 8 1 January Monday", "0 8 1 1 1"),
    "month-names": ("0 8 * mar-oct *", "0 8 * 3-10 *"),
    "lists-and-steps": ("*/15 8-18/2,22 * * *", "*/15 8-18/2,22 * * *"),
    "last-day": ("0 8 L * *", "0 8 l * *"),
    "second-monday": ("0 8 * * 1#2", "0 8 * * 1#2"),
    "spaces": ("  0   8 * *  * ", "0 8 * * *"),
}

REFUSED_CRON = {
    "four-fields": (
        "0 8 * *",
        'cron "0 8 * *" has 4 fields, five are needed: minute hour day month weekday; '
        'try "0 8 * * mon-fri".',
    ),
    "seconds": (
        "0 0 8 * * *",
        'cron "0 0 8 * * *" has 6 fields, five are needed: minute hour day month '
        'weekday; try "0 8 * * *".',
    ),
    "one-field": (
        "daily",
        'cron "daily" has 1 field, five are needed: minute hour day month weekday; '
        'try "0 8 * * mon-fri".',
    ),
    "nickname": (
        "@daily",
        'cron "@daily" is a nickname; write out its five fields: "0 0 * * *".',
    ),
    "hour-25": (
        "0 25 * * *",
        'cron "0 25 * * *": hour "25" is not allowed; allowed: 0-23.',
    ),
    "unknown-weekday": (
        "0 8 * * fry",
        'cron "0 8 * * fry": weekday "fry" is not allowed; allowed: 0-7 or sun-sat.',
    ),
    "quartz": (
        "0 8 ? * *",
        'cron "0 8 ? * *": day "?" is not allowed; allowed: 1-31.',
    ),
    "backwards": (
        "0 8 * * fri-mon",
        'cron "0 8 * * fri-mon": the weekdays "fri-mon" run backwards; '
        'write them as two: "fri-sat,sun-mon".',
    ),
    "backwards-hours": (
        "0 22-2 * * *",
        'cron "0 22-2 * * *": the hours "22-2" run backwards; '
        'write them as two: "22-23,0-2".',
    ),
    "step-too-long": (
        "*/90 * * * *",
        'cron "*/90 * * * *": the step "/90" of the minutes is not allowed; '
        "allowed: /1 to /59.",
    ),
    "no-such-day": (
        "0 8 31 feb *",
        'cron "0 8 31 feb *" names a day that none of its months has, so it would '
        "never be due; choose another day or month.",
    ),
}


@pytest.mark.parametrize(
    ("text", "expression"), READ_CRON.values(), ids=READ_CRON.keys()
)
def test_an_expression_is_read_into_numbers(text: str, expression: str) -> None:
    """Names, cases and spaces differ between authors; the expression does not."""
    assert read_cron(text) == expression


@pytest.mark.parametrize(
    ("text", "told"), REFUSED_CRON.values(), ids=REFUSED_CRON.keys()
)
def test_a_refused_expression_says_what_to_write(text: str, told: str) -> None:
    """Each text has what is wrong in quotes, what is allowed, and what to try."""
    with pytest.raises(ValueError, match="cron") as refused:
        read_cron(text)

    assert str(refused.value) == told
