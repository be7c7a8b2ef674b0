"""`/brief digests` and `/brief why`: one line each, and nothing left unsaid."""

from datetime import UTC, datetime

import pytest

from bot.digests.models import Show
from bot.scheduling.digest_status import (
    DeliveryEnding,
    DigestList,
    DigestSummary,
    Explanation,
    NoSuchDigest,
)
from bot.slack.views.digest_status import MOST, digests_answer, why_answer

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
SHOWN = "Mon 23 November 08:00 UTC"


def digest(
    title: str = "Daily",
    *,
    show: Show = Show.CHANGES,
    next_at: datetime | None = MONDAY,
    digest_id: str = "daily",
) -> DigestSummary:
    return DigestSummary(digest_id, title, show, next_at, "UTC")


def test_digests_are_listed_with_how_much_they_say_and_when() -> None:
    """The channel's first, then those that come to the person alone."""
    listing = DigestList(
        of_channel=(digest(), digest("Weekly", show=Show.FULL)),
        mine=(digest("Mine", show=Show.HEADLINES),),
    )

    assert digests_answer(listing, "/brief").text.splitlines() == [
        "In this channel",
        f"• Daily, what changed: next {SHOWN}",
        f"• Weekly, the full briefing: next {SHOWN}",
        "To you alone",
        f"• Mine, headlines: next {SHOWN}",
    ]


def test_one_without_a_next_time_is_paused_or_over() -> None:
    """Only a subscription can be paused: one from the file is at its end."""
    listing = DigestList(
        (digest(next_at=None), digest(next_at=None, digest_id="subscription-1"))
    )

    assert digests_answer(listing, "/brief").text.splitlines() == [
        "In this channel",
        "• Daily, what changed: not due any more",
        "• Daily, what changed: paused",
    ]


@pytest.mark.parametrize(("number", "said"), [(MOST, []), (MOST + 2, ["And 2 more."])])
def test_what_is_too_much_is_counted(number: int, said: list[str]) -> None:
    """A channel may have more digests than anybody reads at a glance."""
    lines = digests_answer(DigestList((digest(),) * number), "/brief").text.splitlines()

    assert lines[1 + MOST :] == said


def test_where_nothing_comes_the_way_to_a_digest_is_told() -> None:
    """The same words answer a question why nothing came."""
    words = "No digest comes here or to you. /brief subscribe sets one up."

    assert digests_answer(DigestList(), "/brief").text == words
    assert why_answer(NoSuchDigest(""), "/brief").text == words


def test_each_occurrence_says_how_it_ended() -> None:
    """What came to the person alone is told apart, and what is still under way."""
    endings = (
        DeliveryEnding(MONDAY, "not confirmed yet", is_over=False),
        DeliveryEnding(MONDAY, "sent", is_over=True, is_mine=True),
    )

    explained = (Explanation(digest(), endings), Explanation(digest("New"), ()))

    assert why_answer(explained, "/brief").text.splitlines() == [
        "Daily",
        f"• {SHOWN}: not confirmed yet, under way",
        f"• {SHOWN}, to you: sent",
        f"Next {SHOWN}",
        "New",
        "Nothing of it has been due here yet.",
        f"Next {SHOWN}",
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (NoSuchDigest("dayly", "daily"), " Did you mean “daily”?"),
        (NoSuchDigest("x", known=(digest(), digest("B"))), " There is Daily and B."),
        (NoSuchDigest("x"), ""),
    ],
    ids=["near", "known", "none"],
)
def test_an_unknown_digest_is_named_with_what_there_is(
    asked: NoSuchDigest, said: str
) -> None:
    """A typing error costs one more try, not two."""
    text = why_answer(asked, "/brief").text

    assert text == f"No digest called “{asked.words}” comes here or to you.{said}"
