"""`digests.yaml` as models: types from text, and errors at their place."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from bot.briefing.problems import Problem, warning
from bot.digests.models import (
    Digest,
    DigestFile,
    Missed,
    NothingNew,
    Recipient,
    RecipientKind,
    Show,
    check_digests,
)
from bot.digests.schedules import Schedule


def written(**keys: Any) -> dict[str, Any]:
    """Return a digest as the YAML loader hands it over: all scalars are text."""
    return {
        "id": "weekday-brief",
        "title": "Weekday brief",
        "briefings": ["north-korea-russia"],
        "when": {"cron": "0 8 * * mon-fri", "timezone": "Europe/London"},
    } | keys


def test_every_scalar_gets_its_type_from_text() -> None:
    """Text in, values out: no YAML type is ever guessed."""
    digest = Digest.model_validate(
        written(
            show="headlines",
            to=["#korea-desk", "T0A1/C0DESK", "U0JANE"],
            nothing_new="skip",
            missed="skip",
            grace="90 minutes",
            holidays=["2026-12-25"],
        )
    )

    assert digest.show is Show.HEADLINES
    assert digest.nothing_new is NothingNew.SKIP
    assert digest.missed is Missed.SKIP
    assert digest.grace == timedelta(minutes=90)
    assert digest.holidays == (date(2026, 12, 25),)
    assert digest.to == (
        Recipient(RecipientKind.NAME, "korea-desk"),
        Recipient(RecipientKind.CHANNEL, "C0DESK", "T0A1"),
        Recipient(RecipientKind.USER, "U0JANE"),
    )


def test_a_digest_needs_no_more_than_content_and_a_time() -> None:
    """Left out: changes only, say so, the latest within six hours, no channel yet."""
    digest = Digest.model_validate(written())

    assert digest.show is Show.CHANGES
    assert digest.nothing_new is NothingNew.SAY_SO
    assert digest.missed is Missed.LATEST
    assert digest.grace == timedelta(hours=6)
    assert digest.to == ()


@pytest.mark.parametrize(
    ("every", "expression"),
    [
        ("day", "0 8 * * *"),
        ("weekday", "0 8 * * 1-5"),
        ("monday", "0 8 * * 1"),
        ("sunday", "0 8 * * 0"),
    ],
)
def test_a_schedule_in_words_is_a_cron_expression(every: str, expression: str) -> None:
    """`every` and `at` are for people; everything else sees five fields."""
    schedule = Schedule.model_validate(
        {"every": every, "at": "08:00", "timezone": "Europe/London"}
    )

    assert schedule.at == time(8)
    assert schedule.expression == expression
    assert schedule.zone.key == "Europe/London"


LONDON = {"timezone": "Europe/London"}
WRONG = {
    "cron": (
        {"when": LONDON | {"cron": "0 8 * *"}},
        ("when", "cron"),
        'cron "0 8 * *" has 4 fields, five are needed: minute hour day month weekday; '
        'try "0 8 * * mon-fri".',
    ),
    "zone": (
        {"when": {"cron": "0 8 * * *", "timezone": "Londom"}},
        ("when", "timezone"),
        'timezone "Londom" is not known; did you mean Europe/London?',
    ),
    "time-of-day": (
        {"when": LONDON | {"every": "day", "at": "8am"}},
        ("when", "at"),
        'at "8am" is not a time of day. Write it as 08:00.',
    ),
    "no-form": (
        {"when": LONDON | {"every": "day"}},
        ("when",),
        'A schedule needs "cron", or "every" with "at". Add `at: 08:00`.',
    ),
    "both-forms": (
        {"when": LONDON | {"cron": "0 8 * * *", "every": "day", "at": "08:00"}},
        ("when",),
        'A schedule has either "cron", or "every" with "at", not both. '
        "Remove `cron`, or what stands beside it.",
    ),
    "grace": (
        {"grace": "6h"},
        ("grace",),
        '"6h" is not a length of time. Write it as 30 minutes, 6 hours or 2 days.',
    ),
    "holiday": (
        {"holidays": ["2026-12-25", "Boxing Day"]},
        ("holidays", 1),
        '"Boxing Day" is not a full date. Write it as 2026-11-23.',
    ),
    "channel-without-mark": (
        {"to": ["#korea-desk", "Korea desk"]},
        ("to", 1),
        'recipient "Korea desk" is not understood; '
        'for a channel\'s name write "#korea-desk", with the quotation marks.',
    ),
    "person-by-name": (
        {"to": ["@jane"]},
        ("to", 0),
        'recipient "@jane" is not understood; '
        "a person is named by their id (U…), which their profile shows in Slack.",
    ),
    "comment-for-a-channel": (
        {"to": [None]},
        ("to", 0),
        'A recipient is a text; allowed: a channel such as "#korea-desk", the id of a '
        "channel (C…) or of a person (U…), each with its workspace in front where "
        "there are several (T…/C…).",
    ),
    "briefings-and-sections": (
        {"sections": ["north-korea-russia/troops"]},
        ("sections",),
        'A digest has either "briefings" or "sections", not both. Remove one of them.',
    ),
    "section-alone": (
        {"briefings": [], "sections": ["troops"]},
        ("sections", 0),
        '"troops" does not name a section. Put its briefing in front, as in '
        "north-korea-russia/troops.",
    ),
    "nothing-to-say": (
        {"briefings": []},
        (),
        'digest "weekday-brief" names nothing to say. Add `briefings` with their '
        "ids, or `sections`.",
    ),
}


@pytest.mark.parametrize(("keys", "loc", "told"), WRONG.values(), ids=WRONG.keys())
def test_an_error_stands_at_its_place_and_says_what_to_do(
    keys: dict[str, Any], loc: tuple[str | int, ...], told: str
) -> None:
    """The path of keys leads the loader to line and column."""
    with pytest.raises(ValidationError) as refused:
        DigestFile.model_validate({"digests": [written(**keys)]})

    errors = refused.value.errors()
    assert [error["loc"] for error in errors] == [("digests", 0, *loc)]
    assert str(errors[0]["ctx"]["error"]) == told


def test_an_unknown_key_is_an_error_at_that_key() -> None:
    """A misspelt key must not be silently without effect."""
    with pytest.raises(ValidationError) as refused:
        Digest.model_validate(written(nothing_news="skip"))

    assert [(e["type"], e["loc"]) for e in refused.value.errors()] == [
        ("extra_forbidden", ("nothing_news",))
    ]


KNOWN = {"north-korea-russia": ("troops", "wonsan")}


def check(*digests: dict[str, Any]) -> list[Problem]:
    """Check digests against a library of one briefing with two sections."""
    return list(check_digests(DigestFile.model_validate({"digests": digests}), KNOWN))


def test_digests_that_name_what_exists_pass() -> None:
    """Whole briefings and single sections are both found."""
    by_section = written(
        id="sections", briefings=[], sections=["north-korea-russia/troops"]
    )

    assert check(written(), by_section) == []


def test_all_problems_between_digests_are_found_in_one_run() -> None:
    """Each has the path to its place and says what there is."""
    wrong = written(
        briefings=[],
        sections=["north-korea-russia/trops", "ukraine/troops"],
        to=["C0DESK", "C0DESK"],
    )

    assert check(written(briefings=["nk"]), wrong) == [
        Problem(
            ("digests", 0, "briefings", 0),
            'There is no briefing "nk".',
            "There is: north-korea-russia.",
        ),
        Problem(
            ("digests", 1, "id"),
            'The id "weekday-brief" belongs to an earlier digest.',
            "Give this one another id.",
        ),
        Problem(
            ("digests", 1, "to", 1),
            'The recipient "C0DESK" is named twice.',
            "Remove one of them.",
        ),
        Problem(
            ("digests", 1, "sections", 0),
            'Briefing "north-korea-russia" has no section "trops".',
            'Did you mean "north-korea-russia/troops"?',
        ),
        Problem(
            ("digests", 1, "sections", 1),
            'There is no briefing "ukraine".',
            "There is: north-korea-russia.",
        ),
    ]


@pytest.mark.parametrize(
    ("to", "told"),
    [
        (["U0JANE", "T0A1/U0JANE"], '"T0A1/U0JANE" is "U0JANE" again.'),
        (["T0A1/#desk", "#desk"], '"#desk" is "T0A1/#desk" again.'),
        (["T0A1/C0DESK", "T0B2/C0DESK"], ""),
    ],
    ids=["person", "channel", "channel shared by two workspaces"],
)
def test_a_recipient_named_with_and_without_workspace_is_warned_of(
    to: list[str], told: str
) -> None:
    """In one workspace both are the same; served, they get the digest once."""
    expected = [
        warning(
            ("digests", 0, "to", 1),
            f"Where I am in one workspace, {told}",
            "Remove one of them.",
        )
    ]

    assert check(written(to=to)) == (expected if told else [])


@pytest.mark.parametrize(
    "text", ["#korea-desk", "T0A1/#корея", "T0A1/C0DESK", "U0JANE"]
)
def test_a_recipient_is_written_as_it_was_configured(text: str) -> None:
    """The text stands in the key of its deliveries, so it must not wander."""
    digest = Digest.model_validate(written(to=[text]))

    assert str(digest.to[0]) == text


def test_the_schema_for_editors_takes_texts() -> None:
    """Editors check `digests.yaml` by JSON Schema, where all these are strings."""
    properties = DigestFile.model_json_schema()["$defs"]["Digest"]["properties"]

    assert properties["to"]["items"]["type"] == "string"
    assert properties["grace"]["type"] == "string"
