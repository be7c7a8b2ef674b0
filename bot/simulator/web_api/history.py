"""conversations.history and .replies: reading back what was said."""

from collections.abc import Iterable, Sequence

from bot.simulator.channels import Channel
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json, Message
from bot.simulator.web_api.conversations import visible
from bot.simulator.web_api.method import Call, Method, Tier
from bot.simulator.web_api.paging import page

END_OF_TIME = "9999999999"
SCOPES = ("channels:history", "groups:history", "im:history", "mpim:history")


def history(call: Call) -> Json:
    """List a channel's own messages, newest first; plain thread replies are not here.

    `oldest` and `latest` are left out themselves unless `inclusive`.
    """
    room = _readable(call)
    messages = call.workspace.timeline.newest_first(room.id)
    return _answer(call, _listed(call, messages))


def _readable(call: Call) -> Channel:
    room = visible(call)
    call.workspace.credentials.require(f"{room.scope_family}:history")
    if call.workspace.bot.id not in room.members:
        raise SlackError("not_in_channel")
    return room


def _listed(call: Call, messages: Iterable[Message]) -> list[Message]:
    bounds = _bounds(call)
    now = call.workspace.clock.now().timestamp()
    return [
        message
        for message in messages
        if _micros(message.ts) in bounds and message.listed_from <= now
    ]


def _bounds(call: Call) -> range:
    """Return the microseconds between `oldest` and `latest`, as inclusive as asked."""
    margin = 0 if call.arguments.flag("inclusive") else 1
    latest = _bound(call, "latest", END_OF_TIME)
    return range(_bound(call, "oldest", "0") + margin, latest + 1 - margin)


def _bound(call: Call, name: str, default: str) -> int:
    try:
        return _micros(call.arguments.text(name) or default)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _micros(ts: str) -> int:
    """Read a time stamp as whole microseconds: a float would round its last digit."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6])


def _answer(call: Call, messages: Sequence[Message]) -> Json:
    is_short, most = call.workspace.pages_come_short, call.workspace.history_page
    chosen, metadata = page(
        messages,
        call.arguments,
        is_short=is_short,
        bound=most,
    )
    has_more = bool(metadata["response_metadata"]["next_cursor"])
    shown = [_as_slack(call, message) for message in chosen]
    beside = metadata if has_more else {}
    return {"ok": True, "messages": shown, "has_more": has_more, **beside}


def _as_slack(call: Call, message: Message) -> Json:
    with_payload = call.arguments.flag("include_all_metadata")
    replies = call.workspace.timeline.replies(message.channel, message.ts)
    return message.as_slack(with_payload=with_payload) | reply_counts(message, replies)


def reply_counts(message: Message, replies: Sequence[Message]) -> Json:
    """Return the members that only the parent of a thread has."""
    if not replies:
        return {}
    users = sorted({reply.user for reply in replies})
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
    }


def replies(call: Call) -> Json:
    """List a thread, its parent first; bounds never hide the parent."""
    room = _readable(call)
    parent_ts = call.arguments.required("ts", "thread_not_found")
    parent = call.workspace.timeline.find(room.id, parent_ts)
    if parent is None or parent.ephemeral_to:
        raise SlackError("thread_not_found")

    in_thread = call.workspace.timeline.replies(room.id, parent_ts)
    return _answer(call, [parent, *_listed(call, in_thread)])


METHODS = (
    Method("conversations.history", history, Tier.T3, SCOPES),
    Method("conversations.replies", replies, Tier.T3, SCOPES),
)
