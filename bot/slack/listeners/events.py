"""Events that say who people are or who sees a channel has changed."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.desk import Desk
from bot.slack.payloads import read_installation, text_in

CHANGES = (
    *("user_change", "member_joined_channel", "member_left_channel"),
    *("channel_shared", "channel_unshared", "channel_id_changed", "channel_archive"),
    *("channel_deleted", "channel_rename", "channel_left"),
    *("group_archive", "group_left", "group_rename"),
)


def register(slack_app: AsyncApp, desk: Desk) -> None:
    """Forget what was known of a person or a channel as soon as it may be wrong."""

    async def changed(body: dict[str, Any], event: dict[str, Any]) -> None:
        people = text_in(event, "user"), text_in(event, "user", "id")
        rooms = text_in(event, "channel"), text_in(event, "channel", "id")
        ids = filter(None, (*people, *rooms, text_in(event, "old_channel_id")))
        desk.forget(read_installation(body), *ids)

    for name in CHANGES:
        slack_app.event(name)(changed)
