"""Diagnoses: what is wrong, how bad it is, and what to do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.doctor_findings import (
    Diagnosis,
    Grade,
    diagnose_briefings,
    diagnose_clock,
    diagnose_destinations,
    diagnose_tables,
    diagnose_zones,
)
from bot.errors import BriefingError
from bot.scheduling.preflight import Finding
from tests.outbox import HERE

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
NTP = "Let the machine set its clock by NTP."


@pytest.mark.parametrize(
    ("skew_s", "grade", "text"),
    [
        (0, Grade.FINE, "agrees with Slack"),
        (-5, Grade.FINE, "agrees with Slack"),
        (30, Grade.WARNING, "30 s ahead of Slack's"),
        (-7200, Grade.PROBLEM, "7,200 s behind Slack's"),
    ],
    ids=["same", "seconds", "half-a-minute", "two-hours"],
)
def test_a_clock_is_judged_by_how_far_it_is_off(
    skew_s: int, grade: Grade, text: str
) -> None:
    """A minute off, and a message may be looked up where it cannot stand."""
    ours = NOW + timedelta(seconds=skew_s)

    diagnosis = diagnose_clock(ours, NOW, "Slack")

    assert (diagnosis.grade, diagnosis.text) == (grade, text)
    assert diagnosis.remedy == ("" if grade is Grade.FINE else NTP)


@pytest.mark.parametrize(
    ("version", "grade"),
    [
        ("2025b", Grade.FINE),
        ("2026.1", Grade.FINE),
        ("2024a", Grade.WARNING),
        ("", Grade.WARNING),
    ],
)
def test_old_zone_data_is_warned_of(version: str, grade: Grade) -> None:
    """Some country changes its rules almost every year."""
    assert diagnose_zones(version, date(2026, 11, 23)).grade is grade


@pytest.mark.parametrize(
    ("found", "oldest", "grade", "text"),
    [
        ("", "", Grade.FINE, "not made yet; the bot makes it when it starts"),
        ("v2", "v1", Grade.FINE, "at step v2; the bot brings it to v3 when it starts"),
        ("v3", "v1", Grade.FINE, "at step v3, which is this release's"),
        (
            "v4",
            "v3",
            Grade.WARNING,
            "at step v4, and this release knows only v3, which may use it still",
        ),
        ("v4", "v4", Grade.PROBLEM, "at step v4, and this release knows only v3"),
        ("v4", "", Grade.PROBLEM, "at step v4, and this release knows only v3"),
    ],
    ids=["none", "older", "same", "newer", "too-new", "too-new-unsaid"],
)
def test_the_tables_are_compared_with_the_release(
    found: str, oldest: str, grade: Grade, text: str
) -> None:
    """A later release's database may be used where it says so, as `run` does."""
    diagnosis = diagnose_tables(found, "v3", oldest)

    assert (diagnosis.grade, diagnosis.text) == (grade, text)


def test_the_first_error_of_the_files_stands_for_all() -> None:
    """`check` lists them."""
    errors = [BriefingError("briefs/a.yaml", n, 1, "Wrong.") for n in (3, 5)]

    assert diagnose_briefings(errors, briefings=0, claims=0) == Diagnosis(
        Grade.PROBLEM,
        "Briefings",
        "briefs/a.yaml:3:1: Wrong. (and 1 more)",
        "Run `briefing-bot check` and mend what it lists.",
    )


def test_a_destinations_trouble_comes_with_its_advice() -> None:
    """What keeps a message away is a problem; the rest is a warning."""
    closed = Finding(HERE, "daily", "#desk", "I am not in #desk: invite me", True)
    unread = Finding(HERE, "daily", "C1", "#c1 cannot be read back: give me", False)

    problem, warning = diagnose_destinations([closed, unread], destinations=2)

    assert problem.grade is Grade.PROBLEM
    assert problem.text == "daily to #desk: I am not in #desk"
    assert problem.remedy == "Invite me."
    assert warning.grade is Grade.WARNING


def test_digests_without_recipients_are_warned_of() -> None:
    """Nothing would ever be sent, and nobody would notice."""
    (diagnosis,) = diagnose_destinations([], destinations=0)

    assert diagnosis.grade is Grade.WARNING


def test_a_file_that_is_not_read_is_a_warning() -> None:
    """It serves, and not as somebody meant."""
    unread = BriefingError("briefs/port.yml", 1, 1, "It is not read.", "Rename it.")

    assert diagnose_briefings((), [unread, unread], briefings=1, claims=2) == Diagnosis(
        Grade.WARNING,
        "Briefings",
        "1 briefing with 2 claims; briefs/port.yml:1:1: It is not read. Rename it. "
        "(and 1 more)",
        "Run `briefing-bot check`: what it warns of is probably not meant.",
    )


@pytest.mark.parametrize(
    ("briefings", "claims", "said"),
    [
        (1, 1, "1 briefing with 1 claim"),
        (2, 1_200, "2 briefings with 1,200 claims"),
    ],
)
def test_what_is_served_is_counted_in_words(
    briefings: int, claims: int, said: str
) -> None:
    """One of each is said as one."""
    assert diagnose_briefings((), briefings=briefings, claims=claims) == Diagnosis(
        Grade.FINE, "Briefings", said
    )
