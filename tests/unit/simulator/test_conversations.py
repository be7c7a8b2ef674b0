"""conversations.* and users.*: who and what can be found."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator
from tests.unit.simulator.refusals import refusal


async def test_info_tells_how_a_channel_is_shared(slack: AsyncWebClient) -> None:
    """A channel shared with a company is told from one with an open invitation."""
    partners = (await slack.conversations_info(channel="C0PARTNERS"))["channel"]
    joint = (await slack.conversations_info(channel="C0JOINT"))["channel"]
    europe = (await slack.conversations_info(channel="C0EUROPE"))["channel"]

    assert partners["is_ext_shared"] is True
    assert (joint["is_ext_shared"], joint["is_pending_ext_shared"]) == (False, True)
    assert (europe["is_member"], europe["is_private"]) == (False, False)


@pytest.mark.parametrize("channel", ["C0SECRET", "C0NOWHERE"])
async def test_info_hides_private_channels_the_app_is_not_in(
    slack: AsyncWebClient, channel: str
) -> None:
    """They look like none at all."""
    call = slack.conversations_info(channel=channel)

    assert await refusal(call) == "channel_not_found"


async def test_info_counts_members_on_request(slack: AsyncWebClient) -> None:
    """`num_members` only comes when asked for."""
    info = await slack.conversations_info(channel="C0KOREA", include_num_members=True)

    assert info["channel"]["num_members"] == 4


async def test_open_gives_the_dm_with_a_person(slack: AsyncWebClient) -> None:
    """Opened twice it is the same; `return_im` gives the whole object."""
    first = await slack.conversations_open(users="U0ALICE")
    again = await slack.conversations_open(users=["U0ALICE"], return_im=True)

    assert first["channel"] == {"id": "D0ALICE"}
    assert again["channel"]["user"] == "U0ALICE"


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("U0NOBODY", "user_not_found"),
        ("U0DORA", "user_disabled"),
        ("", "users_list_not_supplied"),
        ("U0BRIEF", "invalid_user_combination"),
    ],
)
async def test_open_refuses_whom_it_cannot_reach(
    slack: AsyncWebClient, users: str, error: str
) -> None:
    """Each obstacle has its own name."""
    assert await refusal(slack.conversations_open(users=users)) == error


async def test_members_come_in_pages(slack: AsyncWebClient) -> None:
    """The cursor leads from page to page until it is empty."""
    first = await slack.conversations_members(channel="C0KOREA", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await slack.conversations_members(channel="C0KOREA", limit=3, cursor=cursor)

    assert [*first["members"], *rest["members"]] == [
        "U0ALICE",
        "U0BRIEF",
        "U0BRUNO",
        "U0CHIYO",
    ]
    assert rest["response_metadata"]["next_cursor"] == ""


async def test_an_invented_cursor_is_refused(slack: AsyncWebClient) -> None:
    """Cursors are Slack's, not ours to make."""
    call = slack.conversations_members(channel="C0KOREA", cursor="page-two")

    assert await refusal(call) == "invalid_cursor"


async def test_join_makes_the_app_a_member(slack: AsyncWebClient) -> None:
    """A public channel can be joined, and then read."""
    joined = await slack.conversations_join(channel="C0EUROPE")
    history = await slack.conversations_history(channel="C0EUROPE")

    assert joined["channel"]["is_member"] is True
    assert history["messages"] == []


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0SECRET", "channel_not_found"),
        ("C0CURATORS", "method_not_supported_for_channel_type"),
        ("C0OLD", "is_archived"),
    ],
)
async def test_join_refuses_all_but_open_public_channels(
    slack: AsyncWebClient, channel: str, error: str
) -> None:
    """Private channels need an invitation."""
    assert await refusal(slack.conversations_join(channel=channel)) == error


async def test_list_holds_public_channels_and_own_private_ones(
    slack: AsyncWebClient,
) -> None:
    """Types default to public channels; archived ones can be left out."""
    public = await slack.conversations_list(exclude_archived=True)
    private = await slack.conversations_list(types="private_channel")

    names = {channel["name"] for channel in public["channels"]}
    assert "europe-desk" in names
    assert "old-desk" not in names
    assert [channel["name"] for channel in private["channels"]] == ["korea-curators"]


async def test_users_conversations_lists_memberships(slack: AsyncWebClient) -> None:
    """Without a user it is the app's own."""
    listed = await slack.users_conversations(types="public_channel,private_channel")

    names = {channel["name"] for channel in listed["channels"]}
    assert "korea-curators" in names
    assert "europe-desk" not in names


@pytest.mark.parametrize(
    ("user", "flags"),
    [
        ("U0ALICE", (False, None)),
        ("U0GITA", (True, None)),
        ("U0ERIK", (False, False)),
    ],
    ids=["member", "guest", "external"],
)
async def test_a_users_flags_tell_who_they_are(
    slack: AsyncWebClient, user: str, flags: tuple[bool, bool | None]
) -> None:
    """A guest is restricted; only an external person has `is_stranger`."""
    told = (await slack.users_info(user=user))["user"]

    assert (told["is_restricted"], told.get("is_stranger")) == flags


async def test_an_external_persons_team_is_another(slack: AsyncWebClient) -> None:
    """That is how they are told from guests."""
    told = (await slack.users_info(user="U0ERIK"))["user"]

    assert told["team_id"] == "T0FJORD"
    assert told["tz"] == "Europe/Oslo"


async def test_users_info_refuses_nobody(slack: AsyncWebClient) -> None:
    """An id that nobody has is `user_not_found`."""
    assert await refusal(slack.users_info(user="U0NOBODY")) == "user_not_found"


async def test_users_list_holds_everybody(slack: AsyncWebClient) -> None:
    """The deactivated and the bot too."""
    listed = await slack.users_list()

    deleted = {user["id"]: user["deleted"] for user in listed["members"]}
    assert deleted["U0DORA"] is True
    assert deleted["U0BRIEF"] is False


async def test_a_missing_read_scope_depends_on_the_channel(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """A private channel asks for `groups:read`, a public one for `channels:read`."""
    sim.workspace.credentials.scopes -= {"groups:read"}

    public = await slack.conversations_info(channel="C0KOREA")
    private = slack.conversations_info(channel="C0CURATORS")

    assert public["ok"] is True
    assert await refusal(private) == "missing_scope"
