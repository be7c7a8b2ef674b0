"""Views that answer a form stand in its acknowledgement, and fit into its frame."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.simulator.socket_mode import FRAME_BYTES
from bot.slack.views.personal_data import forgotten_view
from bot.slack.views.subscriptions import subscribed_view
from tests.subscriptions import make_subscription

LONGEST = "Порт" * 100
"""Of letters that the SDK writes in escapes of six characters."""


@pytest.mark.parametrize(
    "view",
    [
        subscribed_view(replace(make_subscription(), title=LONGEST), "/brief"),
        forgotten_view(),
    ],
)
def test_a_view_in_an_acknowledgement_fits_into_the_frame(view: dict[str, Any]) -> None:
    """At a longer one Slack is reported to close the socket."""
    answer = {"response_action": "update", "view": view}
    envelope = {"envelope_id": "e" * 36, "payload": answer}

    assert len(json.dumps(envelope)) <= FRAME_BYTES
