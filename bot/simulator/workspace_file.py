"""The YAML file a workspace is made from, and the default that ships with it."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """A frozen value of which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(Strict):
    """The workspace itself; `domain` is the first word of its address.

    With an `enterprise_id` it is one workspace of an Enterprise organisation.
    """

    id: str
    name: str
    domain: str
    enterprise_id: str = ""


class UserEntry(Strict):
    """A person; a `team_id` other than the workspace's makes them external.

    `enterprise_id` is of the organisation that the other workspace belongs to.
    """

    id: str
    name: str
    real_name: str
    tz: str = "Etc/UTC"
    team_id: str = ""
    enterprise_id: str = ""
    is_guest: bool = False
    deleted: bool = False


class ChannelEntry(Strict):
    """A channel, or with `is_mpim` a group DM, which is private.

    `members` are names, the app's own name among them.

    `refuses` is the error that posting here answers, such as `restricted_action`.
    """

    id: str
    name: str
    members: tuple[str, ...] = ()
    topic: str = ""
    is_private: bool = False
    is_mpim: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    refuses: str = ""


class Command(Strict):
    """A slash command; `should_escape` sends mentions as tokens.

    All payloads go to the simulator's own events address, whatever `url` says.
    """

    command: str
    url: str = ""
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class Shortcut(Strict):
    """An entry of the message menu, or a global one."""

    name: str
    callback_id: str
    type: str = "message"
    description: str = ""


class Prompt(Strict):
    """What is pressed instead of typing: what the button says, and what is sent."""

    title: str = Field(min_length=1)
    message: str = Field(min_length=1)


class AgentView(Strict):
    """What makes an app an agent: each direct message to it begins a thread."""

    agent_description: str = Field(default="", max_length=300)
    suggested_prompts: tuple[Prompt, ...] = Field(default=(), max_length=4)


class AppEntry(Strict):
    """The app as installed: its bot user, what it may do and what it hears.

    Tokens and secrets left out are made up afresh for each simulator. Where it is not
    installed yet, somebody consents first. With `rotates_tokens` they expire.
    """

    id: str
    name: str
    bot_id: str
    bot_user_id: str
    scopes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    bot_token: str = ""
    app_token: str = ""
    app_token_scopes: tuple[str, ...] = ("connections:write",)
    signing_secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    has_messages_tab: bool = True
    has_home_tab: bool = True
    is_installed: bool = True
    redirect_urls: tuple[str, ...] = ()
    is_org_ready: bool = False
    rotates_tokens: bool = False
    agent_view: AgentView | None = None


class WorkspaceFile(Strict):
    """Everything a workspace starts with."""

    team: Team
    app: AppEntry
    users: tuple[UserEntry, ...] = Field(min_length=1)
    channels: tuple[ChannelEntry, ...] = Field(min_length=1)


def load_workspace(path: Path | None = None) -> WorkspaceFile:
    """Read a workspace file; None means the one that ships with the simulator."""
    default = files("bot.simulator") / "workspace.yaml"
    text = (path or default).read_text(encoding="utf-8")
    return WorkspaceFile.model_validate(yaml.safe_load(text))


def install(file: WorkspaceFile, manifest: Mapping[str, Any]) -> WorkspaceFile:
    """Return the workspace with its app as an app manifest of Slack's describes it.

    Raise ValueError for an agent's description or prompts that Slack would refuse.
    """
    features, settings = manifest["features"], manifest["settings"]
    app = AppEntry.model_validate(
        {
            **file.app.model_dump(),
            "scopes": manifest["oauth_config"]["scopes"]["bot"],
            "events": settings["event_subscriptions"]["bot_events"],
            "commands": features["slash_commands"],
            "shortcuts": features["shortcuts"],
            "has_home_tab": features["app_home"]["home_tab_enabled"],
            "has_messages_tab": features["app_home"]["messages_tab_enabled"],
            "redirect_urls": manifest["oauth_config"].get("redirect_urls", ()),
            "is_org_ready": settings["org_deploy_enabled"],
            "rotates_tokens": settings["token_rotation_enabled"],
            "agent_view": features.get("agent_view"),
        }
    )
    return file.model_copy(update={"app": app})
