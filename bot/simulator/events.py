"""Events: what the app hears of changes, as far as it subscribed to them."""

import secrets
from collections.abc import Callable, Iterator

from bot.simulator.changes import Change, ChangeKind
from bot.simulator.channels import Channel
from bot.simulator.messages import Json, Message
from bot.simulator.users import User
from bot.simulator.workspace import Workspace

LAST_WORDS = ("app_uninstalled", "tokens_revoked")
"""What an app hears when it is no more in a workspace."""
MESSAGE_SUFFIX = {"im": "im", "channel": "channels", "group": "groups", "mpim": "mpim"}


class Events:
    """Observes the workspace and hands `send` each event in its outer payload.

    The outer ids of a payload are those of whoever acted, which for somebody from a
    connected company are not the workspace's: that stands in `authorizations`.
    """

    def __init__(self, workspace: Workspace, send: Callable[[Json], None]) -> None:
        self._workspace = workspace
        self._send = send

    def note(self, change: Change) -> None:
        for event in self._events(change):
            self.emit(event, subscription=_subscription(event))

    def emit(self, event: Json, *, subscription: str = "") -> None:
        """Send an event, unless the app did not subscribe to it."""
        credentials = self._workspace.credentials
        is_told = credentials.is_installed or event["type"] in LAST_WORDS
        if is_told and (subscription or event["type"]) in self._workspace.app.events:
            self._send(self.payload(event))

    def payload(self, event: Json) -> Json:
        """Return an event in its outer payload."""
        workspace = self._workspace
        ts = workspace.take_ts()
        room = workspace.channels.get(str(event.get("channel")))
        actor = self._actor(event)
        is_org_wide = workspace.credentials.is_org_wide
        return {
            "type": "event_callback",
            "token": "verification-by-token-is-retired",
            "team_id": actor.team_id,
            **({"enterprise_id": actor.enterprise_id} if actor.enterprise_id else {}),
            "context_team_id": workspace.team.id,
            "context_enterprise_id": workspace.team.enterprise_id or None,
            "api_app_id": workspace.app.id,
            "event": {**event, "event_ts": event.get("event_ts", ts)},
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(float(ts)),
            "is_ext_shared_channel": bool(room and room.is_ext_shared),
            "authorizations": [
                {
                    "enterprise_id": workspace.team.enterprise_id or None,
                    "team_id": None if is_org_wide else workspace.team.id,
                    "user_id": workspace.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": is_org_wide,
                }
            ],
        }

    def _actor(self, event: Json) -> User:
        """Return whose act an event tells of; the bot where nobody's is known."""
        user = event.get("user")
        user_id = user.get("id") if isinstance(user, dict) else user
        return self._workspace.users.get(str(user_id), self._workspace.bot)

    def _events(self, change: Change) -> Iterator[Json]:
        match change.kind:
            case ChangeKind.MESSAGE if change.message:
                yield from self._of_message(change.message)
            case ChangeKind.MESSAGE_CHANGED | ChangeKind.MESSAGE_DELETED:
                yield from self._of_edit(change)
            case ChangeKind.CHANNEL if change.channel:
                yield from self._of_channel(change.channel, change.channel_before)
            case ChangeKind.USER if change.user:
                yield {"type": "user_change", "user": self._user(change.user)}

    def _of_message(self, message: Message) -> Iterator[Json]:
        room = self._workspace.room(message.channel)
        if self._workspace.bot.id not in room.members:
            return

        author = self._workspace.users[message.user]
        event = {
            **message.as_slack(),
            "team": author.team_id,
            "channel": room.id,
            "channel_type": room.event_type,
            "event_ts": message.ts,
        }
        if message.text and not author.is_bot and not message.blocks:
            # What people type comes a second time, as the editor's own blocks.
            words = {"type": "text", "text": message.text}
            section = {"type": "rich_text_section", "elements": [words]}
            event["blocks"] = [{"type": "rich_text", "elements": [section]}]
        if message.is_reply:
            parent = self._workspace.timeline.find(room.id, message.thread_ts)
            event |= {"parent_user_id": parent.user} if parent else {}
        if author.is_external:
            event |= {"user_team": author.team_id, "source_team": author.team_id}
        yield event
        mention = f"<@{self._workspace.bot.id}>"
        if mention in message.text and not author.is_bot and not room.is_im:
            yield {**event, "type": "app_mention"}

    def _of_edit(self, change: Change) -> Iterator[Json]:
        message, before = change.message, change.before
        room = self._workspace.room(message.channel) if message else None
        if not message or not before or not room:
            return
        if self._workspace.bot.id not in room.members:
            return

        is_deleted = change.kind is ChangeKind.MESSAGE_DELETED
        now = (
            {"deleted_ts": message.ts}
            if is_deleted
            else {"message": message.as_slack()}
        )
        yield {
            "type": "message",
            "subtype": change.kind.value,
            "hidden": True,
            "channel": room.id,
            "channel_type": room.event_type,
            "ts": self._workspace.take_ts(),
            "previous_message": before.as_slack(),
            **now,
        }

    def _of_channel(self, room: Channel, before: Channel | None) -> Iterator[Json]:
        bot = self._workspace.bot.id
        was_member = before is not None and bot in before.members
        if before is None or (
            room.is_private and bot not in room.members | before.members
        ):
            return

        yield from _state_events(room, before)
        if bot not in room.members and not was_member:
            return
        for user in sorted(room.members - before.members):
            yield self._membership("member_joined_channel", user, room)
        for user in sorted(before.members - room.members):
            yield self._membership("member_left_channel", user, room)

    def _membership(self, type: str, user_id: str, room: Channel) -> Json:
        return {
            "type": type,
            "user": user_id,
            "channel": room.id,
            "channel_type": "G" if room.is_private else "C",
            "team": self._workspace.users[user_id].team_id,
        }

    def _user(self, user: User) -> Json:
        return user.as_slack(
            now=self._workspace.clock.now(),
            is_stranger=self._workspace.is_stranger(user),
        )


def _state_events(room: Channel, before: Channel) -> Iterator[Json]:
    prefix = "group" if room.is_private else "channel"
    if room.id != before.id:
        yield {
            "type": "channel_id_changed",
            "old_channel_id": before.id,
            "new_channel_id": room.id,
        }
    if room.name != before.name:
        renamed = {"id": room.id, "name": room.name}
        yield {"type": f"{prefix}_rename", "channel": renamed}
    if room.is_archived != before.is_archived:
        word = "archive" if room.is_archived else "unarchive"
        yield {"type": f"{prefix}_{word}", "channel": room.id}
    if room.is_ext_shared != before.is_ext_shared:
        word = "shared" if room.is_ext_shared else "unshared"
        yield {"type": f"channel_{word}", "channel": room.id}


def _subscription(event: Json) -> str:
    """Name what must be subscribed to: messages by their kind of channel."""
    if event["type"] != "message":
        return str(event["type"])
    return f"message.{MESSAGE_SUFFIX[event['channel_type']]}"
