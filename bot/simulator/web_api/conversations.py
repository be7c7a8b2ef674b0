"""conversations.*: finding channels, joining them and opening DMs."""

from collections.abc import Iterable
from dataclasses import replace

from bot.simulator.channels import Channel
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json
from bot.simulator.web_api.method import Call, Method, Tier
from bot.simulator.web_api.paging import page

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
TYPES = frozenset({"public_channel", "private_channel", "im", "mpim"})


def info(call: Call) -> Json:
    """Describe a channel; a private one needs membership and its own scope."""
    room = visible(call)
    call.workspace.credentials.require(f"{room.scope_family}:read")
    described = _as_slack(call, room)
    if call.arguments.flag("include_num_members"):
        described["num_members"] = len(room.members)
    return {"ok": True, "channel": described}


def visible(call: Call) -> Channel:
    """Return the channel a call is about, as far as the app may know of it."""
    wanted = call.arguments.required("channel", "channel_not_found")
    return call.workspace.visible_room(wanted)


def _as_slack(call: Call, room: Channel) -> Json:
    workspace = call.workspace
    return room.as_slack(viewer=workspace.bot.id, team_id=workspace.team.id)


def open_conversation(call: Call) -> Json:
    """Open the DM with one person, by their id or by its own."""
    room = _dm(call)
    described: Json = {"id": room.id}
    if call.arguments.flag("return_im"):
        described = _as_slack(call, room)
    return {"ok": True, "channel": described}


def _dm(call: Call) -> Channel:
    if "channel" in call.arguments:
        return _known_dm(call)

    users = call.arguments.required("users", "users_list_not_supplied").split(",")
    if len(users) > 1:
        raise SlackError("too_many_users")
    user = call.workspace.user(users[0].strip())
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot or call.workspace.is_stranger(user):
        raise SlackError("invalid_user_combination")
    return call.workspace.im(user.id)


def _known_dm(call: Call) -> Channel:
    room = visible(call)
    if not room.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    return room


def members(call: Call) -> Json:
    room = visible(call)
    call.workspace.credentials.require(f"{room.scope_family}:read")
    is_short = call.workspace.pages_come_short
    ids, metadata = page(sorted(room.members), call.arguments, is_short=is_short)
    return {"ok": True, "members": list(ids), **metadata}


def join(call: Call) -> Json:
    """Join a public channel; joining again is no error."""
    room = visible(call)
    if room.is_private or room.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if room.is_archived:
        raise SlackError("is_archived")

    workspace = call.workspace
    if workspace.bot.id not in room.members:
        room = replace(room, members=room.members | {workspace.bot.id})
        workspace.change_room(room)
    return {"ok": True, "channel": _as_slack(call, room)}


def list_conversations(call: Call) -> Json:
    """List the channels of the types asked for that the app may know of."""
    return _listed(call, call.workspace.channels.values())


def users_conversations(call: Call) -> Json:
    """List the channels that the app, or the person named, is a member of."""
    member = call.arguments.text("user") or call.workspace.bot.id
    call.workspace.user(member)
    rooms = call.workspace.channels.values()
    return _listed(call, (room for room in rooms if member in room.members))


def _listed(call: Call, rooms: Iterable[Channel]) -> Json:
    types = _types(call)
    skip_archived = call.arguments.flag("exclude_archived")
    bot = call.workspace.bot.id
    found = [
        room
        for room in rooms
        if room.type in types
        and not (skip_archived and room.is_archived)
        and (room.type == "public_channel" or bot in room.members)
    ]
    is_short = call.workspace.pages_come_short
    chosen, metadata = page(found, call.arguments, most=1_000, is_short=is_short)
    return {"ok": True, "channels": [_as_slack(call, r) for r in chosen], **metadata}


def _types(call: Call) -> frozenset[str]:
    """Read the types asked for; each needs its own scope."""
    asked = call.arguments.text("types", "public_channel").split(",")
    types = frozenset(word.strip() for word in asked)
    if not types <= TYPES:
        raise SlackError("invalid_types")

    families = {"public_channel": "channels", "private_channel": "groups"}
    for word in sorted(types):
        call.workspace.credentials.require(f"{families.get(word, word)}:read")
    return types


METHODS = (
    Method("conversations.info", info, Tier.T3, READ),
    Method("conversations.open", open_conversation, Tier.T3, ("im:write",)),
    Method("conversations.members", members, Tier.T4, READ),
    Method("conversations.join", join, Tier.T3, ("channels:join",)),
    Method("conversations.list", list_conversations, Tier.T2, READ),
    Method("users.conversations", users_conversations, Tier.T3, READ),
)
