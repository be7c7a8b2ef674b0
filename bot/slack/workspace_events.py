"""Events that say who people are, who sees a channel, or that the app was removed."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.installation import Installation
from bot.slack.app import BriefApp
from bot.slack.directory import EVENTS_LOST, SlackDirectory
from bot.slack.payloads import Json, text_in
from bot.subscriptions.manage import Subscriptions

log = logging.getLogger(__name__)

CHANGES = (
    *("member_joined_channel", "member_left_channel"),
    *("channel_shared", "channel_unshared", "channel_id_changed", "channel_archive"),
    *("channel_deleted", "channel_rename", "channel_left"),
    *("group_archive", "group_left", "group_rename"),
)

ENDS = (
    *("app_uninstalled", "tokens_revoked"),
    *("team_access_revoked", "team_access_granted"),
)
"""What tells that a workspace has, or has no more, the app."""


@dataclass(frozen=True)
class WorkspaceEventHandlers:
    """Forgets what was known of people and channels as soon as it may be wrong."""

    directory: SlackDirectory
    subscriptions: Subscriptions
    announce: Callable[..., Awaitable[None]]
    """Tells other replicas; takes an installation, and ids that changed there."""
    move_channel: Callable[[Installation, str, str], Awaitable[None]]
    """Lets what is kept of a channel follow it from one id to another."""
    room_changed: Callable[[Installation, str], None]
    """Has it looked whether what stands in a channel is for all who read it now."""
    look_at: Callable[[Installation], None]
    """Has it found out soon whether the app is still in a workspace."""

    def register(self, slack_app: BriefApp) -> None:
        """Listen to each of these events; of one event Bolt tells one listener."""
        slack_app.events_lost = self.events_lost
        slack_app.event("user_change")(self.person_changed)
        for name in ENDS:
            slack_app.event(name)(self.ended)
        for name in CHANGES:
            slack_app.event(name)(self.channel_changed)

    async def person_changed(self, installation: Installation, event: Json) -> None:
        """Follow a person to another zone, or stop where they are deactivated."""
        user = event.get("user")
        if not isinstance(user, dict):
            return
        user_id = text_in(user, "id")
        self.directory.forget(installation, user_id)
        await self.announce(installation, user_id)
        await self.subscriptions.person_changed(
            installation,
            user_id,
            zone=text_in(user, "tz"),
            is_gone=user.get("deleted") is True,
        )

    async def channel_changed(self, installation: Installation, event: Json) -> None:
        """Forget the channel, and the person who joined or left it."""
        channel_id = text_in(event, "channel") or text_in(event, "channel", "id")
        others = ("old_channel_id", "new_channel_id", "user")
        named = (channel_id, *(text_in(event, name) for name in others))
        ids = [id for id in named if id]
        self.directory.forget(installation, *ids)
        await self.announce(installation, *ids)
        if channel_id:
            self.room_changed(installation, channel_id)
        old, new = text_in(event, "old_channel_id"), text_in(event, "new_channel_id")
        if old and new:
            await self.move_channel(installation, old, new)

    async def events_lost(self, installation: Installation) -> None:
        """Rely on nothing that an event would have changed while Slack sends too few.

        https://docs.slack.dev/apis/events-api#rate-limiting
        """
        log.warning("events.lost", extra={"team_id": installation.team_id})
        self.directory.forget(installation, EVENTS_LOST)
        await self.announce(installation, EVENTS_LOST)

    async def ended(self, installation: Installation) -> None:
        """Look whether the app is gone: events of an end come late and in any order."""
        self.look_at(installation)
