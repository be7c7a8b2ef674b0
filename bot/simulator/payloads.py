"""The payloads of commands and interactions, as Slack writes them."""

from typing import Any

from bot.simulator.channels import Channel
from bot.simulator.messages import Json, Message
from bot.simulator.triggers import Triggers
from bot.simulator.users import User
from bot.simulator.views import View
from bot.simulator.workspace import Workspace


class Payloads:
    """Writes payloads; each carries a fresh `trigger_id`."""

    def __init__(self, workspace: Workspace, triggers: Triggers) -> None:
        self._workspace = workspace
        self._triggers = triggers

    def command(
        self, user: User, room: Channel, *, command: str, text: str, response_url: str
    ) -> Json:
        """Write a slash command, whose members are all text."""
        team = self._workspace.team
        grid = {"enterprise_id": team.enterprise_id} if team.enterprise_id else {}
        return {
            "token": "verification-by-token-is-retired",
            "team_id": team.id,
            "team_domain": team.domain,
            **grid,
            "channel_id": room.id,
            "channel_name": _channel_name(room),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": self._workspace.app.id,
            "is_enterprise_install": str(self._is_org_wide).lower(),
            "response_url": response_url,
            "trigger_id": self._triggers.issue(user.id),
        }

    def block_actions(
        self, user: User, action: Json, *, in_modal: bool = False
    ) -> Json:
        return {
            **self._common("block_actions", user, in_modal=in_modal),
            "actions": [{**action, "action_ts": self._workspace.take_ts()}],
        }

    def in_message(self, message: Message, *, response_url: str) -> Json:
        """Return what a payload holds when it comes from a message."""
        room = self._workspace.room(message.channel)
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": bool(message.ephemeral_to),
        }
        if message.is_reply:
            container["thread_ts"] = message.thread_ts
        held: Json = {
            "container": container,
            "channel": {"id": room.id, "name": _channel_name(room)},
            "response_url": response_url,
        }
        if not message.ephemeral_to:
            held["message"] = message.as_slack()
        return held

    def in_view(self, view: View) -> Json:
        """Return what a payload holds when it comes from a view."""
        return {
            "container": {"type": "view", "view_id": view.id},
            "view": self.view(view),
            **self._whose(self._workspace.users[view.user]),
        }

    def view_submission(self, user: User, view: View) -> Json:
        return {
            **self._common("view_submission", user, in_modal=True),
            **self._whose(user),
            "view": self.view(view),
            "response_urls": [],
        }

    def view_closed(self, user: User, view: View, *, is_cleared: bool) -> Json:
        closed = {**self._common("view_closed", user), **self._whose(user)}
        del closed["trigger_id"]
        return {**closed, "view": self.view(view), "is_cleared": is_cleared}

    def message_action(
        self, user: User, message: Message, *, callback_id: str, response_url: str
    ) -> Json:
        room = self._workspace.room(message.channel)
        return {
            **self._common("message_action", user),
            "action_ts": self._workspace.take_ts(),
            "callback_id": callback_id,
            "message_ts": message.ts,
            "channel": {"id": room.id, "name": _channel_name(room)},
            "message": message.as_slack(),
            "response_url": response_url,
        }

    def global_shortcut(self, user: User, *, callback_id: str) -> Json:
        return {
            **self._common("shortcut", user),
            "action_ts": self._workspace.take_ts(),
            "callback_id": callback_id,
        }

    @property
    def _is_org_wide(self) -> bool:
        return self._workspace.credentials.is_org_wide

    def view(self, view: View) -> Json:
        return self._workspace.describe_view(view)

    def _whose(self, user: User) -> Json:
        """Return the team of a payload from a view: its reader's own, not the app's."""
        org = user.enterprise_id
        team = {"id": user.team_id, "domain": self._domain(user)}
        return {
            "team": {**team, **({"enterprise_id": org} if org else {})},
            "enterprise": {"id": org, "name": org} if org else None,
        }

    def _domain(self, user: User) -> str:
        team = self._workspace.team
        return user.team_id.lower() if user.is_external else team.domain

    def _common(
        self, type: str, user: User, *, in_modal: bool = False
    ) -> dict[str, Any]:
        team, org = self._workspace.team, self._workspace.team.enterprise_id
        return {
            "type": type,
            "token": "verification-by-token-is-retired",
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": {"id": org, "name": org} if org else None,
            "is_enterprise_install": self._is_org_wide,
            "api_app_id": self._workspace.app.id,
            "trigger_id": self._triggers.issue(user.id, in_modal=in_modal),
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": user.team_id,
            },
        }


def _channel_name(room: Channel) -> str:
    """Return the name commands carry: no private channel's is told."""
    if room.is_im:
        return "directmessage"
    return "privategroup" if room.is_private else room.name
