"""The manifest, against the limits of Slack's manifest schema."""

import json
from typing import Any

import pytest

from bot.slack.manifest import AGENT_SCOPE, EVENTS, LOOK_UP, SCOPES, manifest

MODES = pytest.mark.parametrize(
    "url", ["", "https://bot.example"], ids=["socket", "http"]
)
CHANNELS = (
    *("channel_archive", "channel_deleted", "channel_id_changed", "channel_rename"),
    *("channel_shared", "channel_unshared", "channel_left"),
    *("member_joined_channel", "member_left_channel"),
)
GROUPS = ("group_archive", "group_left", "group_rename")
NEEDS = (
    {"message.im": "im:history", "message.mpim": "mpim:history"}
    | {"app_mention": "app_mentions:read", "user_change": "users:read"}
    | dict.fromkeys(CHANNELS, "channels:read")
    | dict.fromkeys(GROUPS, "groups:read")
)
"""Which scope Slack asks for an event; those not named here need none."""


@MODES
def test_every_text_fits_slacks_schema(url: str) -> None:
    """Names, descriptions and hints are within the schema's maxima."""
    made = manifest(url=url)
    display, features = made["display_information"], made["features"]
    command, shortcut = features["slash_commands"][0], features["shortcuts"][0]

    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 175 <= len(display["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150
    assert len(shortcut["callback_id"]) <= 255


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_the_scope_it_needs(event: str) -> None:
    """An event without its scope is refused when the manifest is pasted."""
    needed = NEEDS.get(event)

    assert needed is None or needed in {scope.name for scope in SCOPES}


def test_what_the_bot_works_without_is_optional() -> None:
    """Reading history and joining channels are for the installer to grant."""
    scopes = manifest()["oauth_config"]["scopes"]

    assert scopes["bot_optional"] == [
        "channels:history",
        "groups:history",
        "mpim:read",
        "mpim:history",
        "channels:join",
    ]


def test_channels_are_heard_only_where_that_is_asked_for() -> None:
    """It says so to whoever installs it, and is off by default."""
    quiet, hearing = manifest(), manifest(threads=True)
    events = [
        set(made["settings"]["event_subscriptions"]["bot_events"])
        for made in (quiet, hearing)
    ]
    scopes = hearing["oauth_config"]["scopes"]

    assert events[1] - events[0] == {"message.channels", "message.groups"}
    assert {"channels:history", "groups:history"} <= set(scopes["bot"])
    assert not {"channels:history", "groups:history"} & set(scopes["bot_optional"])
    told = hearing["display_information"]["long_description"]
    assert "It is told of every message in the channels it is in" in told
    assert "told of every message" not in str(quiet)


def test_the_app_is_an_agent_only_where_that_is_asked_for() -> None:
    """It shuts guests out, and cannot be undone; a manifest without it is as before."""
    plain, agent = manifest(), manifest(agent=True, prompts=["Who mined the pier?"])
    view = agent["features"].pop("agent_view")

    assert set(view) == {"agent_description", "suggested_prompts"}
    assert len(view["agent_description"]) <= 300
    shown = {"title": "Who mined the pier?", "message": "Who mined the pier?"}
    assert view["suggested_prompts"] == [shown]
    agent["oauth_config"]["scopes"]["bot"].remove(AGENT_SCOPE)
    assert agent == plain
    assert AGENT_SCOPE not in str(plain)


def test_an_agent_that_nothing_is_kept_for_suggests_nothing() -> None:
    """The field is left out rather than empty."""
    view = manifest(agent=True)["features"]["agent_view"]

    assert set(view) == {"agent_description"}


def test_every_scope_says_why_it_is_asked_for() -> None:
    """Reviewers ask, and the README answers."""
    assert all(scope.reason for scope in SCOPES)


def test_socket_mode_needs_no_address() -> None:
    """No request URL stands in a Socket Mode manifest: Slack would check it."""
    made = json.dumps(manifest())

    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in made
    assert "slack/events" not in made


def test_signed_http_sends_everything_to_one_address() -> None:
    """Commands, interactions and events share the endpoint Bolt listens on."""
    made = manifest(url="https://bot.example/")
    addresses = [
        made["features"]["slash_commands"][0]["url"],
        made["settings"]["interactivity"]["request_url"],
        made["settings"]["event_subscriptions"]["request_url"],
    ]

    assert made["settings"]["socket_mode_enabled"] is False
    assert set(addresses) == {"https://bot.example/slack/events"}


def test_the_commands_name_is_a_setting() -> None:
    """Two bots in one workspace need two names."""
    commands: list[dict[str, Any]] = manifest(command="/korea")["features"][
        "slash_commands"
    ]

    assert [c["command"] for c in commands] == ["/korea"]


def test_the_shortcut_is_one_for_messages() -> None:
    """Slash commands do not work in threads, so it does."""
    shortcut = manifest()["features"]["shortcuts"][0]

    assert (shortcut["type"], shortcut["callback_id"]) == ("message", LOOK_UP)


@pytest.mark.parametrize("is_socket", [True, False])
def test_a_distributed_app_is_sent_back_to_the_bot(is_socket: bool) -> None:
    """For organisations too, with tokens that expire; events come either way."""
    made = manifest(url="https://bot.example", distributed=True, is_socket=is_socket)

    assert made["oauth_config"]["redirect_urls"] == [
        "https://bot.example/slack/oauth_redirect"
    ]
    settings = made["settings"]
    assert settings["org_deploy_enabled"] is True
    assert settings["token_rotation_enabled"] is True
    assert settings["socket_mode_enabled"] is is_socket
    assert ("request_url" in str(settings)) is not is_socket
    assert "team_access_revoked" in settings["event_subscriptions"]["bot_events"]


def test_one_workspaces_app_hears_nothing_of_organisations() -> None:
    """Slack refuses a manifest that subscribes to what the app cannot hear."""
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]

    assert "team_access_revoked" not in events
