"""chat.*: post, update, delete, whisper, and the address of a message."""

from bot.block_kit.limits import Surface
from bot.simulator.channels import Channel
from bot.simulator.content import Content, read_content, read_metadata
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json, Message
from bot.simulator.web_api.method import Call, Method, Tier


def post_message(call: Call) -> Json:
    """Post to a channel, a DM or a person; the answer names where it really went."""
    room = _destination(call)
    content = _content(call, Surface.POST)
    message = call.workspace.show(
        Message(
            ts=call.workspace.take_ts(),
            channel=room.id,
            user=call.workspace.bot.id,
            text=content.text,
            blocks=content.blocks,
            thread_ts=_thread(call, room),
            is_broadcast=call.arguments.flag("reply_broadcast"),
            metadata=_metadata(call),
            bot_id=call.workspace.app.bot_id,
            app_id=call.workspace.app.id,
            listed_from=call.workspace.clock.now().timestamp() + call.listed_after_s,
        )
    )
    return _posted(message) | _warnings(content)


def _destination(call: Call) -> Channel:
    """Find where a post goes, or why it may not."""
    wanted = call.arguments.required("channel", "channel_not_found")
    workspace = call.workspace
    if wanted.startswith(("U", "W")) and wanted in workspace.users:
        return _dm(call, wanted)

    room = _named(call, wanted[1:]) if wanted.startswith("#") else None
    room = room or workspace.visible_room(wanted)
    if room.is_archived:
        raise SlackError("is_archived")
    if room.refuses:
        raise SlackError(room.refuses)
    if workspace.bot.id not in room.members and not _may_post_uninvited(call, room):
        raise SlackError("not_in_channel")
    if room.is_im:
        return _dm(call, room.with_user)
    return room


def _named(call: Call, name: str) -> Channel | None:
    rooms = call.workspace.channels.values()
    return next((room for room in rooms if room.name == name), None)


def _may_post_uninvited(call: Call, room: Channel) -> bool:
    scopes = call.workspace.credentials.scopes
    return not room.is_private and "chat:write.public" in scopes


def _dm(call: Call, user_id: str) -> Channel:
    user = call.workspace.user(user_id)
    if user.deleted or user.is_bot or call.workspace.is_stranger(user):
        raise SlackError("channel_not_found")
    if not call.workspace.app.has_messages_tab:
        raise SlackError("messages_tab_disabled")
    return call.workspace.im(user_id)


def _thread(call: Call, room: Channel) -> str:
    thread_ts = call.arguments.text("thread_ts")
    if thread_ts and call.workspace.timeline.find(room.id, thread_ts) is None:
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def _content(call: Call, surface: Surface) -> Content:
    blocks = call.arguments.json("blocks", error="invalid_blocks_format")
    return read_content(call.arguments.text("text"), blocks, surface=surface)


def _metadata(call: Call) -> Json | None:
    given = call.arguments.json("metadata", error="invalid_metadata_format")
    metadata = read_metadata(given)
    return None if call.drops_metadata else metadata


def _posted(message: Message) -> Json:
    return {
        "ok": True,
        "channel": message.channel,
        "ts": message.ts,
        "message": message.as_slack(),
    }


def _warnings(content: Content) -> Json:
    if not content.warnings:
        return {}
    warnings = list(content.warnings)
    return {
        "warning": ",".join(warnings),
        "response_metadata": {"warnings": warnings},
    }


def update(call: Call) -> Json:
    """Edit an own message: blocks left out are dropped, metadata left out is kept."""
    before = _own(call, "cant_update_message")
    content = _content(call, Surface.UPDATE)
    after = before.edit(
        text=content.text, blocks=content.blocks, at=call.workspace.take_ts()
    )
    if "metadata" in call.arguments:
        after = after.with_metadata(_metadata(call))

    call.workspace.edit(before, after)
    return _posted(after) | {"text": after.text}


def _own(call: Call, not_ours: str) -> Message:
    """Find a message of ours by channel and ts; an ephemeral one cannot be found."""
    room = call.workspace.visible_room(
        call.arguments.required("channel", "channel_not_found")
    )
    ts = call.arguments.required("ts", "message_not_found")
    message = call.workspace.timeline.find(room.id, ts)
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    if message.user != call.workspace.bot.id:
        raise SlackError(not_ours)
    return message


def delete(call: Call) -> Json:
    """Delete an own message; one that is gone already is `message_not_found`."""
    message = _own(call, "cant_delete_message")
    call.workspace.delete(message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    """Show a message to one member alone; event metadata is ignored."""
    room = _destination(call)
    user_id = call.arguments.required("user")
    if user_id not in room.members:
        raise SlackError("user_not_in_channel")

    content = _content(call, Surface.EPHEMERAL)
    message = call.workspace.show(
        Message(
            ts=call.workspace.take_ts(),
            channel=room.id,
            user=call.workspace.bot.id,
            text=content.text,
            blocks=content.blocks,
            thread_ts=_thread(call, room),
            bot_id=call.workspace.app.bot_id,
            app_id=call.workspace.app.id,
            ephemeral_to=user_id,
        )
    )
    return {"ok": True, "message_ts": message.ts}


def get_permalink(call: Call) -> Json:
    """Return a message's address; a reply's names its thread."""
    room = call.workspace.visible_room(call.arguments.required("channel"))
    ts = call.arguments.required("message_ts")
    message = call.workspace.timeline.find(room.id, ts)
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")

    domain = call.workspace.team.domain
    link = f"https://{domain}.slack.com/archives/{room.id}/p{ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={room.id}"
    return {"ok": True, "channel": room.id, "permalink": link}


METHODS = (
    Method("chat.postMessage", post_message, Tier.POSTING, ("chat:write",)),
    Method("chat.update", update, Tier.T3, ("chat:write",)),
    Method("chat.delete", delete, Tier.T3, ("chat:write",)),
    Method("chat.postEphemeral", post_ephemeral, Tier.T4, ("chat:write",)),
    Method("chat.getPermalink", get_permalink, Tier.SPECIAL),
)
