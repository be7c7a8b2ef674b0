"""What the page is told of users, channels, messages and changes."""

from bot.simulator.changes import Change, ChangeKind
from bot.simulator.channels import Channel
from bot.simulator.messages import Json, Message
from bot.simulator.users import User
from bot.simulator.web_api.history import reply_counts
from bot.simulator.workspace import Workspace


def user_json(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "tz": user.tz,
        "is_restricted": user.is_guest,
        "is_stranger": user.is_external,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
    }


def channel_json(
    workspace: Workspace, room: Channel, *, viewer: str, unread: int = 0
) -> Json:
    """Describe a channel; in a direct message `user` is the other one."""
    own = room.is_im and room.with_user == viewer
    return {
        "id": room.id,
        "name": room.name,
        "is_private": room.is_private,
        "is_im": room.is_im,
        "user": workspace.bot.id if own else room.with_user,
        "is_archived": room.is_archived,
        "is_ext_shared": room.is_ext_shared,
        "is_pending_ext_shared": room.is_pending_ext_shared,
        "is_member": viewer in room.members,
        "topic": room.topic,
        "unread": unread,
        "prompts": [prompt.model_dump() for prompt in room.prompts],
        "prompts_title": room.prompts_title,
    }


def message_json(workspace: Workspace, message: Message) -> Json:
    replies = workspace.timeline.replies(message.channel, message.ts)
    told = {**message.as_slack(), "channel": message.channel}
    if message.ephemeral_to:
        told["ephemeral_to"] = message.ephemeral_to
    return told | reply_counts(message, replies)


def is_visible(workspace: Workspace, change: Change, user: User) -> bool:
    """Say whether a change reaches a person's page."""
    if change.view:
        return change.view.user == user.id
    if change.message:
        return _sees(workspace, change.message, user)
    if change.channel:
        return workspace.may_enter(user, change.channel)
    return True


def _sees(workspace: Workspace, message: Message, user: User) -> bool:
    if message.ephemeral_to:
        return message.ephemeral_to == user.id
    return workspace.may_enter(user, workspace.room(message.channel))


def change_json(workspace: Workspace, change: Change, user: User) -> Json:
    """Return one entry of the stream: its type and the object as it stands now."""
    told: Json = {"type": change.kind.value}
    if change.message:
        told["channel"] = change.message.channel
        told["ts"] = change.message.ts
        told["message"] = message_json(workspace, change.message)
        if parent := _parent(workspace, change.message):
            told["parent"] = message_json(workspace, parent)
    if change.view:
        told["view_id"] = change.view.id
        told["view"] = workspace.describe_view(change.view)
    if change.channel:
        told["channel"] = channel_json(workspace, change.channel, viewer=user.id)
    if change.kind is ChangeKind.USER and change.user:
        told["user"] = user_json(change.user)
    return told


def _parent(workspace: Workspace, message: Message) -> Message | None:
    """Return what a reply answers: its count of replies changes with the reply."""
    if not message.is_reply or message.ephemeral_to:
        return None
    return workspace.timeline.find(message.channel, message.thread_ts)
