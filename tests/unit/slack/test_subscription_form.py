"""Reading the form: whatever is missing or strange has a default."""

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.models import Digest, Show
from bot.digests.schedules import Every
from bot.slack.subscriptions import read_form, request_for
from bot.subscriptions.manage import SubscriptionRequest


def submitted(**fields: Any) -> dict[str, Any]:
    values = {name: {name: element} for name, element in fields.items()}
    return {"private_metadata": "C0KOREA", "state": {"values": values}}


def chosen(value: str) -> dict[str, Any]:
    return {"selected_option": {"value": value}}


def test_a_whole_form_is_read() -> None:
    """Each field comes back as what it means."""
    view = submitted(
        topics={"selected_options": [{"value": "harbour/storm"}]},
        every=chosen("monday"),
        at={"selected_time": "07:30"},
        where=chosen("here"),
        show=chosen("full"),
    )

    assert read_form(view) == SubscriptionRequest(
        ("harbour/storm",), Show.FULL, Every.MONDAY, time(7, 30), "C0KOREA"
    )


def test_without_the_channel_chosen_it_is_a_direct_message() -> None:
    """Where the form was opened does not matter."""
    assert read_form(submitted(where=chosen("dm"))).channel_id == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "selected_option"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["topics", "every", "at", "show"]), JSON))
def test_nothing_in_a_form_can_break_it(fields: dict[str, Any]) -> None:
    """What comes over the network is never trusted to have its shape."""
    assert isinstance(read_form(submitted(**fields)), SubscriptionRequest)


@pytest.mark.parametrize(
    ("when", "every", "at"),
    [
        pytest.param(
            {"every": "day", "at": "17:15"}, Every.DAY, time(17, 15), id="words"
        ),
        pytest.param({"cron": "5 6 * * 2"}, Every.WEEKDAY, time(8), id="cron"),
    ],
)
def test_a_digests_button_asks_for_the_same_digest(
    when: dict[str, str], every: Every, at: time
) -> None:
    """A schedule that no form can say is offered at the usual hour."""
    digest = Digest.model_validate(
        {
            "id": "brief",
            "title": "Brief",
            "sections": ["harbour/storm"],
            "show": "headlines",
            "when": {"timezone": "UTC", **when},
        }
    )

    assert request_for(digest) == SubscriptionRequest(
        ("harbour/storm",), Show.CHANGES, every, at
    )
