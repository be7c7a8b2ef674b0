"""The form in which somebody subscribes, and the words around it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.briefing.library import Library, SubLibrary
from bot.briefing.tlp import PUBLIC
from bot.digests.models import Show
from bot.slack.views.subscriptions import (
    DM,
    HERE,
    NONE,
    form_errors,
    introduction,
    subscribe_form,
    subscribed_view,
    subscriptions_answer,
)
from bot.slack.views.times import clock_words, zone_words
from bot.subscriptions.manage import (
    FormOptions,
    RejectReason,
    SubscriptionList,
    SubscriptionRequest,
)
from tests.factories import make_briefing, section
from tests.fakes import MORNING
from tests.subscriptions import CHANNEL, NEW_YORK, make_subscription


def library_of(briefings: int = 1, sections: int = 2) -> SubLibrary:
    """Return briefings `b0`, `b1`… with sections `s0`, `s1`…"""
    made = (
        make_briefing(
            id=f"b{number}",
            short=f"Briefing {number}",
            sections=[
                section(id=f"s{n}", short=f"Topic {n}", claims=[_claim(n)])
                for n in range(sections)
            ],
        )
        for number in range(briefings)
    )
    return Library(tuple(made)).for_audience(PUBLIC)


def _claim(number: int) -> dict[str, Any]:
    return {"id": f"c{number}", "text": "About 40 boats.", "sources": ["port"]}


def fields(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a form's elements by the ids of their blocks."""
    inputs = (block for block in view["blocks"] if block["type"] == "input")
    return {block["block_id"]: block["element"] for block in inputs}


def words_of(view: dict[str, Any]) -> str:
    texts = (block.get("text", {}).get("text", "") for block in view["blocks"])
    return "\n".join(filter(None, texts))


def test_the_form_is_filled_in_with_the_wish() -> None:
    """A button under a digest leaves nothing to look for."""
    offer = FormOptions(library_of(), NEW_YORK)

    form = fields(subscribe_form(offer, SubscriptionRequest(("b0/s1",), Show.FULL)))

    assert [o["value"] for o in form["topics"]["initial_options"]] == ["b0/s1"]
    assert form["every"]["initial_option"]["value"] == "weekday"
    assert (form["at"]["initial_time"], form["at"]["timezone"]) == ("08:00", NEW_YORK)
    assert form["show"]["initial_option"]["value"] == "full"
    assert "where" not in form


def test_a_channel_can_be_chosen_where_there_is_one() -> None:
    """The direct message stays what is chosen, unless the wish says otherwise."""
    offer = FormOptions(library_of(), NEW_YORK, CHANNEL)

    view = subscribe_form(offer, SubscriptionRequest())

    assert view["private_metadata"] == CHANNEL
    assert fields(view)["where"]["initial_option"]["value"] == DM


def test_what_keeps_a_digest_out_of_the_channel_is_said_at_once() -> None:
    """Nobody fills in a form to hear afterwards that it was in vain."""
    offer = FormOptions(library_of(), NEW_YORK, CHANNEL, RejectReason.UNINVITED)

    form = subscribe_form(offer, SubscriptionRequest(channel_id=CHANNEL))

    assert fields(form)["where"]["initial_option"]["value"] == HERE
    assert "I can't post in this channel yet" in str(form["blocks"])


def test_a_large_library_still_fits_and_keeps_what_was_chosen() -> None:
    """Slack refuses a view over 250 KB, and a chosen option that is not offered."""
    offer = FormOptions(library_of(briefings=150, sections=120), NEW_YORK)

    topics = fields(subscribe_form(offer, SubscriptionRequest(("b149/s119",))))[
        "topics"
    ]

    assert [o["value"] for o in topics["initial_options"]] == ["b149/s119"]
    assert sum(len(group["options"]) for group in topics["option_groups"]) == 400


@pytest.mark.parametrize("fault", RejectReason, ids=str)
def test_each_fault_stands_under_a_field_of_the_form(fault: RejectReason) -> None:
    """Slack refuses an error for a field that the form does not have."""
    shown = fields(
        subscribe_form(FormOptions(library_of(), NEW_YORK), SubscriptionRequest())
    )

    (field,) = form_errors(fault, asks_where=False)

    assert field in shown


def test_faults_about_the_channel_stand_under_it() -> None:
    """The words say what to do about it."""
    assert form_errors(RejectReason.OUTSIDER, asks_where=True) == {
        "where": "Only members of a channel can set it up there."
    }


def test_a_channel_is_told_who_when_and_how_to_end_it() -> None:
    """Slack's rule: a notification names the person who set it up."""
    words = introduction(make_subscription(destination=CHANNEL), "/brief")

    assert words == (
        "<@U0ANA> set up *Harbour* for this channel, every day at 08:00 London time. "
        "The first one comes Tue 24 November 08:00 London time. /brief subscriptions "
        "shows it; any member of the channel can pause or end it."
    )


def test_the_form_turns_to_what_was_set_up() -> None:
    """The next time is in the reader's own zone, with words for old clients."""
    view = subscribed_view(make_subscription(), "/brief")

    assert words_of(view) == (
        "*Harbour* comes every day at 08:00 London time, by direct message. The first "
        "one: <!date^1795507200^{date_short_pretty}|Tue 24 November>."
    )


def test_a_list_names_each_with_its_next_time() -> None:
    """A paused one says so, and offers to resume."""
    active = make_subscription(topics=("b0/s1",))
    paused = replace(make_subscription("subscription-2", topics=("b0",)), next_at=None)

    answer = subscriptions_answer(library_of(), SubscriptionList((active, paused)))

    assert "Briefing 0: Topic 1\nEvery day at 08:00 London time" in answer.text
    assert "by direct message · what changed\nPaused" in answer.text
    assert [_buttons(block) for block in answer.blocks[1:4:2]] == [
        ["pause|subscription-1", "delete|subscription-1"],
        ["resume|subscription-2", "delete|subscription-2"],
    ]


def _buttons(block: Any) -> list[str]:
    return [element["value"] for element in block["elements"]]


def test_what_is_withheld_by_now_is_not_named() -> None:
    """A subscription that was set up as a member is listed by a guest."""
    hidden = make_subscription(topics=("secret",))

    answer = subscriptions_answer(library_of(), SubscriptionList((hidden,)))

    assert answer.text.startswith("Something that you can't see now")


def test_an_empty_list_says_that_nobody_is_subscribed_by_default() -> None:
    """And the button to begin stands below."""
    answer = subscriptions_answer(library_of(), SubscriptionList(()))

    assert answer.text == NONE


def test_a_long_list_ends_with_how_many_more() -> None:
    """A notification has to hold all that the message says."""
    many = tuple(make_subscription(f"subscription-{n}") for n in range(60))

    answer = subscriptions_answer(library_of(), SubscriptionList((), many))

    assert answer.text.endswith("And 45 more.")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        pytest.param("America/New_York", "New York time", id="city"),
        pytest.param("America/Argentina/Ushuaia", "Ushuaia time", id="country"),
        pytest.param("UTC", "UTC", id="utc"),
        pytest.param("Etc/GMT+3", "Etc/GMT+3", id="no-place"),
    ],
)
def test_a_zone_is_named_by_its_place(zone: str, words: str) -> None:
    """Every time that is shown names its zone."""
    assert zone_words(zone) == words


def test_an_instant_is_said_in_its_zone() -> None:
    """For notifications and old clients, which know no tokens."""
    assert clock_words(MORNING, NEW_YORK) == "Mon 23 November 03:00 New York time"
