"""`/control`: everything a benchmark in another process needs."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator

Json = dict[str, Any]


async def get(http: aiohttp.ClientSession, path: str) -> Json:
    async with http.get(f"/control/{path}") as response:
        answer: Json = await response.json()
        return answer


async def post(http: aiohttp.ClientSession, path: str, body: Any) -> Json:
    async with http.post(f"/control/{path}", json=body) as response:
        answer: Json = await response.json()
        return answer


async def test_shown_lists_what_was_visible_from_a_number_on(
    http: aiohttp.ClientSession, slack: AsyncWebClient
) -> None:
    """Edits are entries of their own; `next` continues the list."""
    posted = await slack.chat_postMessage(channel="C0KOREA", text="News")
    first = await get(http, "shown")
    await slack.chat_update(channel="C0KOREA", ts=posted["ts"], text="Old")
    second = await get(http, f"shown?since={first['next']}")

    assert [each["text"] for each in first["shown"]] == ["News"]
    assert [each["kind"] for each in second["shown"]] == ["message_changed"]


async def test_faults_are_set_and_counted(
    http: aiohttp.ClientSession, slack: AsyncWebClient
) -> None:
    """A list replaces what stood; each rule says how often it fired."""
    await post(http, "faults", [{"kind": "error_before", "error": "fatal_error"}])

    with pytest.raises(SlackApiError, match="fatal_error"):
        await slack.auth_test()

    (fault,) = (await get(http, "faults"))["faults"]
    assert fault["fired"] == 1


async def test_limits_are_switched(http: aiohttp.ClientSession, sim: Simulator) -> None:
    """With the speed that a benchmark wants."""
    await post(http, "limits", {"on": True, "speed": 20})

    assert (sim.limits.is_on, sim.limits.speed) == (True, 20)


async def test_events_that_the_app_never_took_are_listed(
    http: aiohttp.ClientSession, sim: Simulator
) -> None:
    """How long Slack waits between its tries is a test's to say."""
    await post(http, "events", {"after_s": [0.0]})

    said = await sim.type("alice", sim.dm("alice"), "Is anybody there?")
    await sim.delivery.idle()

    events = await get(http, "events")
    assert said.message is not None
    assert events["under_way"] == 0
    assert [event["ts"] for event in events["given_up"]] == [said.message.ts]


async def test_the_clock_is_advanced(
    http: aiohttp.ClientSession, sim: Simulator
) -> None:
    """Half an hour passes at once."""
    before = sim.clock.now().timestamp()

    answer = await post(http, "clock", {"advance": 1800})

    assert answer["now"] - before >= 1800


async def test_channels_are_made_and_changed(
    http: aiohttp.ClientSession, sim: Simulator
) -> None:
    """Thousands of them, where a benchmark needs them."""
    entries = [
        {"id": f"C{n}", "name": f"desk-{n}", "members": ["brief"]} for n in range(3)
    ]
    made = await post(http, "channels", entries)
    await post(http, "channel", {"do": "archive", "channel": "C1"})

    assert made["channels"] == ["C0", "C1", "C2"]
    assert sim.channel("#desk-1").is_archived is True


async def test_a_person_says_something(
    http: aiohttp.ClientSession, sim: Simulator
) -> None:
    """As through the page."""
    body = {"as": "alice", "channel": "#korea-desk", "text": "News?"}

    answer = await post(http, "send", body)

    assert answer["ok"] is True
    assert [change.text for change in sim.shown()] == ["News?"]


async def test_the_app_is_uninstalled(
    http: aiohttp.ClientSession, slack: AsyncWebClient
) -> None:
    """Every call is refused from then on."""
    await post(http, "app", {"do": "uninstall"})

    with pytest.raises(SlackApiError, match="account_inactive"):
        await slack.auth_test()


async def test_stats_tell_the_simulators_own_share(
    http: aiohttp.ClientSession, slack: AsyncWebClient
) -> None:
    """Requests of the Web API and the seconds spent on them, until a reset."""
    await slack.auth_test()
    busy = await get(http, "stats")
    await post(http, "reset", {})
    fresh = await get(http, "stats")

    assert busy["requests"] == 1
    assert busy["busy_s"] > 0
    assert fresh["requests"] == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", [{"kind": "gremlins"}]),
        ("limits", {"on": True, "speed": 0}),
        ("channel", {"do": "paint", "channel": "C0KOREA"}),
        ("channel", {"do": "archive", "channel": "C0NOWHERE"}),
        ("sockets", {"do": "knit"}),
        ("app", {}),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(
    http: aiohttp.ClientSession, path: str, body: Any
) -> None:
    """HTTP 400 says what is wrong."""
    async with http.post(f"/control/{path}", json=body) as response:
        answer = await response.json()

    assert response.status == 400
    assert answer["ok"] is False
    assert answer["error"]
