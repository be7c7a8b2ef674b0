"""conversations.history and .replies: what reading back finds."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator
from tests.unit.simulator.refusals import refusal

METADATA = {"event_type": "briefing_delivery", "event_payload": {"id": "a", "part": 1}}


async def post(slack: AsyncWebClient, text: str, thread_ts: str = "") -> str:
    posted = await slack.chat_postMessage(
        channel="C0KOREA", text=text, metadata=METADATA, thread_ts=thread_ts or None
    )
    return str(posted["ts"])


async def test_history_is_newest_first_without_replies(slack: AsyncWebClient) -> None:
    """A thread's replies are not in the channel; the parent counts them."""
    parent = await post(slack, "one")
    await post(slack, "reply", thread_ts=parent)
    await post(slack, "two")

    listed = (await slack.conversations_history(channel="C0KOREA"))["messages"]

    assert [message["text"] for message in listed] == ["two", "one"]
    assert listed[1]["reply_count"] == 1


async def test_a_broadcast_reply_stands_in_both(slack: AsyncWebClient) -> None:
    """`reply_broadcast` shows a reply in the channel too."""
    parent = await post(slack, "one")
    await slack.chat_postMessage(
        channel="C0KOREA", text="reply", thread_ts=parent, reply_broadcast=True
    )

    listed = (await slack.conversations_history(channel="C0KOREA"))["messages"]
    thread = (await slack.conversations_replies(channel="C0KOREA", ts=parent))[
        "messages"
    ]

    assert listed[0]["subtype"] == "thread_broadcast"
    assert [message["text"] for message in thread] == ["one", "reply"]


async def test_metadata_is_whole_only_on_request(slack: AsyncWebClient) -> None:
    """Without `include_all_metadata` only its type is told."""
    await post(slack, "one")

    bare = await slack.conversations_history(channel="C0KOREA")
    whole = await slack.conversations_history(
        channel="C0KOREA", include_all_metadata=True
    )

    assert bare["messages"][0]["metadata"] == {"event_type": "briefing_delivery"}
    assert whole["messages"][0]["metadata"] == METADATA


@pytest.mark.parametrize(
    ("inclusive", "texts"), [(True, ["three", "two", "one"]), (False, ["two"])]
)
async def test_bounds_are_left_out_unless_inclusive(
    slack: AsyncWebClient, inclusive: bool, texts: list[str]
) -> None:
    """`oldest` and `latest` name messages that may or may not be meant."""
    first, _, last = [await post(slack, text) for text in ("one", "two", "three")]

    listed = await slack.conversations_history(
        channel="C0KOREA", oldest=first, latest=last, inclusive=inclusive
    )

    assert [message["text"] for message in listed["messages"]] == texts


async def test_history_comes_in_pages(slack: AsyncWebClient) -> None:
    """The SDK follows the cursor by itself."""
    for number in range(5):
        await post(slack, str(number))

    pages = await slack.conversations_history(channel="C0KOREA", limit=2)
    texts = [[each["text"] for each in page["messages"]] async for page in pages]

    assert texts == [["4", "3"], ["2", "1"], ["0"]]


async def test_replies_begin_with_the_parent(slack: AsyncWebClient) -> None:
    """Bounds narrow the replies and never hide what they reply to."""
    parent = await post(slack, "one")
    first = await post(slack, "reply", thread_ts=parent)
    await post(slack, "reply two", thread_ts=parent)

    thread = await slack.conversations_replies(
        channel="C0KOREA", ts=parent, oldest=first, include_all_metadata=True
    )

    assert [message["text"] for message in thread["messages"]] == ["one", "reply two"]
    assert thread["messages"][1]["metadata"] == METADATA


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0EUROPE"}, "not_in_channel"),
        ({"channel": "C0SECRET"}, "channel_not_found"),
        ({"channel": "C0KOREA", "oldest": "noon"}, "invalid_ts_oldest"),
        ({"channel": "C0KOREA", "latest": "noon"}, "invalid_ts_latest"),
        ({"channel": "C0KOREA", "cursor": "x"}, "invalid_cursor"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_history_that_cannot_be_read_is_refused(
    slack: AsyncWebClient, arguments: dict[str, str], error: str
) -> None:
    """Reading back needs membership and sound bounds."""
    call = slack.api_call("conversations.history", params=arguments)

    assert await refusal(call) == error


async def test_replies_to_nothing_are_refused(slack: AsyncWebClient) -> None:
    """An unknown parent is `thread_not_found`."""
    call = slack.conversations_replies(channel="C0KOREA", ts="1.000001")

    assert await refusal(call) == "thread_not_found"


async def test_history_needs_the_scope_of_its_kind_of_channel(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """A DM asks for `im:history`."""
    sim.workspace.credentials.scopes -= {"im:history"}
    dm = sim.dm("alice")

    assert await refusal(slack.conversations_history(channel=dm)) == "missing_scope"


async def test_history_can_be_held_to_fifteen_messages_a_minute(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """Slack gives no more to apps that are sold outside its Marketplace."""
    for number in range(16):
        await post(slack, f"message {number}")
    sim.limit_history()

    page = await slack.conversations_history(channel="C0KOREA", limit=200)

    assert len(page["messages"]) == 15
    assert page["response_metadata"]["next_cursor"]
    refused = slack.conversations_history(channel="C0KOREA", limit=200)
    assert await refusal(refused) == "ratelimited"


async def test_pages_can_come_short_and_empty(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """Only a missing cursor says that there is no more."""
    texts = [f"message {number}" for number in range(5)]
    for text in texts:
        await post(slack, text)
    sim.workspace.pages_come_short = True

    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await slack.conversations_history(channel="C0KOREA", limit=4)
    ]

    assert [len(page) for page in pages] == [0, 2, 2, 1]
    assert [text for page in pages for text in page] == texts[::-1]
