"""chat.*: what is stored, what is echoed, and what is refused."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator
from tests.unit.simulator.refusals import refusal, refused

METADATA = {"event_type": "briefing_delivery", "event_payload": {"id": "a", "part": 1}}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "News"}}


async def test_a_post_is_stored_and_echoed(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """The answer holds channel, ts and the message with its metadata."""
    posted = await slack.chat_postMessage(
        channel="C0KOREA", text="News", blocks=[SECTION], metadata=METADATA
    )

    assert posted["channel"] == "C0KOREA"
    assert posted["message"]["metadata"] == METADATA
    assert posted["message"]["bot_id"] == "B0BRIEF"
    assert posted["message"]["blocks"][0]["block_id"]
    assert [change.text for change in sim.shown()] == ["News"]


async def test_a_post_to_a_person_answers_the_dm(slack: AsyncWebClient) -> None:
    """A `U…` is taken as channel; the answer names the `D…`."""
    posted = await slack.chat_postMessage(channel="U0ALICE", text="Hello")

    assert posted["channel"] == "D0ALICE"


async def test_a_post_may_name_a_channel(slack: AsyncWebClient) -> None:
    """`#name` works as well as the id."""
    posted = await slack.chat_postMessage(channel="#korea-desk", text="Hello")

    assert posted["channel"] == "C0KOREA"


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("C0SECRET", "channel_not_found"),
        ("C0EUROPE", "not_in_channel"),
        ("C0OLD", "is_archived"),
        ("C0NOTICES", "restricted_action_read_only_channel"),
        ("U0DORA", "channel_not_found"),
        ("D0CHIYO", "channel_not_found"),
        ("", "channel_not_found"),
    ],
)
async def test_a_post_that_may_not_go_there_is_refused(
    slack: AsyncWebClient, channel: str, error: str
) -> None:
    """A private channel without the app cannot be told from none."""
    assert await refusal(slack.chat_postMessage(channel=channel, text="x")) == error


async def test_chat_write_public_posts_without_joining(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """The scope opens public channels alone, and history stays closed."""
    sim.workspace.credentials.scopes |= {"chat:write.public"}

    posted = await slack.chat_postMessage(channel="C0EUROPE", text="x")

    assert posted["channel"] == "C0EUROPE"
    assert await refusal(slack.conversations_history(channel="C0EUROPE")) == (
        "not_in_channel"
    )


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"blocks": "not json"}, "invalid_blocks_format"),
        ({"blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"blocks": [{"type": "poem"}]}, "invalid_blocks"),
        ({"blocks": [SECTION] * 51}, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1.0"}, "cannot_reply_to_message"),
        ({"text": "x", "metadata": "{"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "a", "event_payload": {"b": []}}},
            "invalid_metadata_schema",
        ),
        (
            {
                "text": "x",
                "metadata": {"event_type": "a", "event_payload": {"b": "x" * 16_000}},
            },
            "metadata_too_large",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_content_that_slack_refuses_is_refused(
    slack: AsyncWebClient, content: dict[str, Any], error: str
) -> None:
    """Nothing is stored that the checker objects to."""
    call = slack.api_call("chat.postMessage", json={"channel": "C0KOREA", **content})

    assert await refusal(call) == error


async def test_bad_blocks_are_refused_with_their_place(slack: AsyncWebClient) -> None:
    """`response_metadata.messages` points at the member."""
    answer = await refused(
        slack.chat_postMessage(
            channel="C0KOREA", text="x", blocks=[SECTION, {"type": "poem"}]
        )
    )

    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: poem [json-pointer:/blocks/1/type]"
    ]


async def test_a_very_long_text_is_cut_with_a_warning(slack: AsyncWebClient) -> None:
    """Above 40,000 characters Slack answers ok and drops the rest."""
    posted = await slack.chat_postMessage(channel="C0KOREA", text="x" * 40_001)

    assert len(posted["message"]["text"]) == 40_000
    assert posted["warning"] == "message_truncated"


async def test_an_update_without_blocks_drops_them_and_keeps_metadata(
    slack: AsyncWebClient,
) -> None:
    """What is left out goes, but for the metadata."""
    posted = await slack.chat_postMessage(
        channel="C0KOREA", text="News", blocks=[SECTION], metadata=METADATA
    )

    edited = await slack.chat_update(channel="C0KOREA", ts=posted["ts"], text="Old")

    assert "blocks" not in edited["message"]
    assert edited["message"]["metadata"] == METADATA
    assert edited["message"]["edited"]["user"] == "U0BRIEF"


async def test_an_update_with_empty_metadata_removes_it(slack: AsyncWebClient) -> None:
    """`{}` is not the same as nothing."""
    posted = await slack.chat_postMessage(
        channel="C0KOREA", text="News", metadata=METADATA
    )

    edited = await slack.chat_update(
        channel="C0KOREA", ts=posted["ts"], text="News", metadata={}
    )

    assert "metadata" not in edited["message"]


async def test_an_update_takes_four_thousand_characters(slack: AsyncWebClient) -> None:
    """A text can be postable and yet too long to edit."""
    posted = await slack.chat_postMessage(channel="C0KOREA", text="x" * 4_001)

    call = slack.chat_update(channel="C0KOREA", ts=posted["ts"], text="x" * 4_001)

    assert await refusal(call) == "msg_too_long"


async def test_only_own_messages_can_be_edited_or_deleted(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """A person's message is theirs."""
    said = (await sim.type("alice", "#korea-desk", "Mine")).message
    assert said

    update = slack.chat_update(channel="C0KOREA", ts=said.ts, text="Ours")
    delete = slack.chat_delete(channel="C0KOREA", ts=said.ts)

    assert await refusal(update) == "cant_update_message"
    assert await refusal(delete) == "cant_delete_message"


async def test_an_update_needs_the_dms_own_id(slack: AsyncWebClient) -> None:
    """The person's id opens a DM for a post, and nothing else."""
    posted = await slack.chat_postMessage(channel="U0ALICE", text="Hello")

    by_person = slack.chat_update(channel="U0ALICE", ts=posted["ts"], text="Hi")
    by_dm = await slack.chat_update(channel="D0ALICE", ts=posted["ts"], text="Hi")

    assert await refusal(by_person) == "channel_not_found"
    assert by_dm["text"] == "Hi"


async def test_a_deleted_message_is_gone(slack: AsyncWebClient) -> None:
    """Deleting it again says that it is not there."""
    posted = await slack.chat_postMessage(channel="C0KOREA", text="News")
    await slack.chat_delete(channel="C0KOREA", ts=posted["ts"])

    again = slack.chat_delete(channel="C0KOREA", ts=posted["ts"])

    assert await refusal(again) == "message_not_found"


async def test_an_ephemeral_is_shown_to_one_and_stored_for_nobody(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """History does not hold it and chat.update does not find it."""
    whispered = await slack.chat_postEphemeral(
        channel="C0KOREA", user="U0ALICE", text="psst"
    )

    listed = await slack.conversations_history(channel="C0KOREA")
    update = slack.chat_update(
        channel="C0KOREA", ts=whispered["message_ts"], text="loud"
    )

    assert listed["messages"] == []
    assert await refusal(update) == "message_not_found"
    assert [shown.message and shown.message.ephemeral_to for shown in sim.shown()] == [
        "U0ALICE"
    ]


@pytest.mark.parametrize(
    ("channel", "user", "error"),
    [
        ("C0KOREA", "U0GITA", "user_not_in_channel"),
        ("C0EUROPE", "U0ALICE", "not_in_channel"),
        ("C0SECRET", "U0ALICE", "channel_not_found"),
    ],
)
async def test_an_ephemeral_needs_both_in_the_channel(
    slack: AsyncWebClient, channel: str, user: str, error: str
) -> None:
    """Its reader and the app must be members."""
    call = slack.chat_postEphemeral(channel=channel, user=user, text="x")

    assert await refusal(call) == error


async def test_a_permalink_points_at_the_message_and_its_thread(
    slack: AsyncWebClient,
) -> None:
    """A reply's address names its parent."""
    parent = await slack.chat_postMessage(channel="C0KOREA", text="News")
    reply = await slack.chat_postMessage(
        channel="C0KOREA", text="More", thread_ts=parent["ts"]
    )

    link = await slack.chat_getPermalink(channel="C0KOREA", message_ts=reply["ts"])

    digits = reply["ts"].replace(".", "")
    assert link["permalink"] == (
        f"https://meridian-desk.slack.com/archives/C0KOREA/p{digits}"
        f"?thread_ts={parent['ts']}&cid=C0KOREA"
    )


async def test_a_disabled_messages_tab_takes_no_dm(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """The app's own settings may forbid the conversation."""
    sim.workspace.app = sim.workspace.app.model_copy(update={"has_messages_tab": False})

    call = slack.chat_postMessage(channel="U0ALICE", text="x")

    assert await refusal(call) == "messages_tab_disabled"


async def test_a_stranger_cannot_be_written_to(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """An external person counts only while a channel is shared with the app."""
    await slack.chat_postMessage(channel="U0ERIK", text="x")
    sim.leave("erik", "#partners")

    call = slack.chat_postMessage(channel="U0ERIK", text="x")

    assert await refusal(call) == "channel_not_found"
