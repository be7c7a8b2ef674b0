"""`People`: acts of the people in a workspace, by Python or by the HTTP interfaces."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.simulator.changes import Change, ChangeKind, Record
from bot.simulator.channels import Channel
from bot.simulator.clock import PATIENCE_S, Clock
from bot.simulator.delivery import SLACK_WAITS_S, Delivery, Transport
from bot.simulator.errors import SlackError
from bot.simulator.events import Events
from bot.simulator.interactions import Interactions, Outcome
from bot.simulator.messages import Json, Message
from bot.simulator.response_urls import ResponseUrls
from bot.simulator.triggers import Triggers
from bot.simulator.typing_text import as_message
from bot.simulator.users import User
from bot.simulator.workspace import Workspace
from bot.simulator.workspace_file import ChannelEntry, WorkspaceFile

VISIBLE = frozenset(
    {
        *(ChangeKind.MESSAGE, ChangeKind.MESSAGE_CHANGED, ChangeKind.MESSAGE_DELETED),
        *(ChangeKind.EPHEMERAL, ChangeKind.EPHEMERAL_CHANGED),
        ChangeKind.EPHEMERAL_DELETED,
    }
)


class People:
    """Everybody in the workspace; people and channels are given by id or by name.

    What a person could not do, such as writing to an archived channel, raises
    SlackError; what the app leaves undone stands in the `Outcome`.
    """

    def __init__(
        self,
        file: WorkspaceFile,
        *,
        clock: Clock,
        transport: Transport,
        waits_s: float = SLACK_WAITS_S,
    ) -> None:
        self.clock = clock
        self.workspace = Workspace(file, clock)
        self.record = Record()
        self.triggers = Triggers(clock, live_s=waits_s)
        self.response_urls = ResponseUrls(self.workspace, clock)
        self.delivery = Delivery(transport, clock)
        self.events = Events(self.workspace, self.delivery.send_event)
        self.interactions = Interactions(
            self.workspace,
            self.delivery,
            triggers=self.triggers,
            response_urls=self.response_urls,
        )
        self.workspace.observers += [self.record.note, self.events.note]

    # Looking

    def shown(self) -> tuple[Change, ...]:
        """Return every message ever made visible, edits and deletions too, in order."""
        changes = self.record.changes
        return tuple(change for change in changes if change.kind in VISIBLE)

    async def wait_for(
        self,
        predicate: Callable[[Change], bool],
        timeout: float = PATIENCE_S,
        *,
        since: int = 0,
    ) -> Change:
        """Return the first change, shown or yet to come, that the predicate holds for.

        Views count too. `since` leaves out the first so many of `record.changes`.
        """
        return await self.record.wait_for(predicate, timeout_s=timeout, since=since)

    def person(self, name: str) -> User:
        """Return who is meant by an id or a name; `user_not_found` otherwise."""
        users = self.workspace.users.values()
        by_name = next((user for user in users if user.name == name), None)
        return by_name or self.workspace.user(name)

    def channel(self, name: str) -> Channel:
        """Return what is meant by an id, a name or `#name`; or `channel_not_found`."""
        rooms = self.workspace.channels.values()
        bare = name.removeprefix("#")
        by_name = next((room for room in rooms if room.name == bare), None)
        return by_name or self.workspace.room(name)

    def dm(self, user: str) -> str:
        """Return the id of the conversation of a person with the app."""
        return self.workspace.im(self.person(user).id).id

    def message(self, channel: str, ts: str) -> Message:
        """Return a message as it stands; `message_not_found` where there is none."""
        found = self.workspace.timeline.find(self.channel(channel).id, ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    # Saying and pressing

    async def type(
        self, user: str, channel: str, text: str, thread_ts: str = ""
    ) -> Outcome:
        """Write into a channel, a thread or a DM; a leading `/` runs a command."""
        who, room = self.person(user), self.channel(channel)
        if who.deleted:
            raise SlackError("account_inactive")
        if who.id not in room.members:
            raise SlackError("not_in_channel")
        if room.is_archived:
            raise SlackError("is_archived")
        if text.startswith("/invite "):
            return self._invite(who, room, text.removeprefix("/invite "))
        if text.startswith("/"):
            return await self.interactions.command(
                who, room, text, in_thread=bool(thread_ts)
            )

        message = Message(
            ts=self.workspace.take_ts(),
            channel=room.id,
            user=who.id,
            text=as_message(self.workspace, text),
            thread_ts=thread_ts,
        )
        return Outcome(message=self.workspace.show(message))

    def forward(
        self, user: str, channel: str, message: Message, comment: str = ""
    ) -> Outcome:
        """Share a message into a channel or a DM: its words come as an attachment."""
        who, room = self.person(user), self.channel(channel)
        author = self.workspace.users[message.user]
        attachment: Json = {
            "id": 1,
            "is_msg_unfurl": True,
            "is_share": True,
            "author_id": author.id,
            "author_name": author.real_name,
            "channel_id": message.channel,
            "ts": message.ts,
            "text": message.text,
            "fallback": f"[{author.name}]: {message.text}",
            "mrkdwn_in": ["text"],
        }
        return self._send(who, room, comment, attachments=(attachment,))

    def upload(
        self,
        user: str,
        channel: str,
        name: str,
        *,
        text: str = "",
        transcript: str = "",
    ) -> Outcome:
        """Send a picture, a file, or with a transcript a voice clip."""
        file: Json = {"id": "F0FILE", "name": name, "mode": "hosted"}
        if transcript:
            preview = {"content": transcript, "has_more": False}
            spoken = {"status": "complete", "locale": "en-GB", "preview": preview}
            file |= {"subtype": "slack_audio", "transcription": spoken}
        who, room = self.person(user), self.channel(channel)
        return self._send(who, room, text, files=(file,))

    def _send(
        self, who: User, room: Channel, text: str, **others: tuple[Json, ...]
    ) -> Outcome:
        message = Message(
            ts=self.workspace.take_ts(),
            channel=room.id,
            user=who.id,
            text=as_message(self.workspace, text),
            attachments=others.get("attachments", ()),
            files=others.get("files", ()),
        )
        return Outcome(message=self.workspace.show(message))

    def _invite(self, who: User, room: Channel, name: str) -> Outcome:
        """Slack's own `/invite @name`: the newcomer is seen to arrive."""
        bare = name.strip().removeprefix("@").lower()
        try:
            guest = self.person(bare)
        except SlackError:
            return Outcome(f"There is nobody called {name.strip()} here.")
        if guest.id in room.members:
            return Outcome(f"{guest.name} is already in this channel.")

        self.join(guest.id, room.id)
        arrival = Message(
            ts=self.workspace.take_ts(),
            channel=room.id,
            user=guest.id,
            text=f"was added to #{room.name} by {who.name}.",
        )
        return Outcome(message=self.workspace.show(arrival))

    async def press(
        self, user: str, channel: str, ts: str, action_id: str, **chosen: object
    ) -> Outcome:
        """Use an element of a message.

        A button needs nothing more; a menu takes `selected_option` (its value, or the
        whole option), the others what Slack calls their choice. `block_id` is only
        needed where two elements share an action_id.
        """
        act = {"action_id": action_id, **chosen}
        message = self.message(channel, ts)
        return await self.interactions.press_in_message(self.person(user), message, act)

    async def press_in_view(
        self, user: str, view_id: str, action_id: str, **chosen: object
    ) -> Outcome:
        """Use an element of a modal or a Home, like `press`."""
        act = {"action_id": action_id, **chosen}
        view = self.workspace.views.find(view_id=view_id)
        return await self.interactions.press_in_view(self.person(user), view, act)

    async def submit_view(self, user: str, view_id: str, values: Json) -> Outcome:
        """Submit a modal; `values` is block_id -> action_id -> element's value."""
        view = self.workspace.views.find(view_id=view_id)
        return await self.interactions.submit(self.person(user), view, values)

    async def close_view(
        self, user: str, view_id: str, *, is_cleared: bool = False
    ) -> Outcome:
        """Close a modal, or with `is_cleared` its whole stack."""
        view = self.workspace.views.find(view_id=view_id)
        person = self.person(user)
        return await self.interactions.close(person, view, is_cleared=is_cleared)

    async def shortcut(
        self, user: str, channel: str, ts: str, callback_id: str
    ) -> Outcome:
        """Choose from a message's menu; without a `ts` a global shortcut."""
        message = self.message(channel, ts) if ts else None
        return await self.interactions.shortcut(self.person(user), callback_id, message)

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Open the app's Home, or its other tab `messages`."""
        who = self.person(user)
        event: Json = {
            "type": "app_home_opened",
            "user": who.id,
            "channel": self.workspace.im(who.id).id,
            "tab": tab,
        }
        if view := self.workspace.views.home(who.id):
            event["view"] = self.interactions.payloads.view(view)
        self.events.emit(event)

    # Changing channels and people

    def join(self, user: str, channel: str) -> None:
        room = self.channel(channel)
        self._change(room, members=room.members | {self.person(user).id})

    def leave(self, user: str, channel: str) -> None:
        room = self.channel(channel)
        self._change(room, members=room.members - {self.person(user).id})

    def share(self, channel: str, *, is_pending: bool = False) -> None:
        """Share a channel with another company, or only invite it."""
        room = self.channel(channel)
        self._change(
            room, is_ext_shared=not is_pending, is_pending_ext_shared=is_pending
        )

    def unshare(self, channel: str) -> None:
        room = self.channel(channel)
        self._change(room, is_ext_shared=False, is_pending_ext_shared=False)

    def rename(self, channel: str, name: str) -> None:
        self._change(self.channel(channel), name=name)

    def archive(self, channel: str) -> None:
        self._change(self.channel(channel), is_archived=True)

    def unarchive(self, channel: str) -> None:
        self._change(self.channel(channel), is_archived=False)

    def change_id(self, channel: str, new_id: str) -> None:
        """Give a channel a new id, as happens when a private one becomes shared."""
        self.workspace.rename_room_id(self.channel(channel), new_id)

    def create_channel(self, entry: ChannelEntry) -> Channel:
        """Add a channel; its members are names."""
        return self.workspace.create_room(entry)

    def change_user(self, user: str, **changes: Any) -> None:
        """Set fields of a person, such as `tz`, `is_guest` or `deleted`."""
        self.workspace.change_user(replace(self.person(user), **changes))

    def _change(self, room: Channel, **changes: Any) -> None:
        self.workspace.change_room(replace(room, **changes))

    # The installation

    def revoke_token(self) -> None:
        """Revoke the app's tokens: it hears of it, and every call is refused."""
        self.workspace.credentials.refusal = "token_revoked"
        tokens = {"oauth": [], "bot": [self.workspace.bot.id]}
        self.events.emit({"type": "tokens_revoked", "tokens": tokens})

    def uninstall(self) -> None:
        """Remove the app from the workspace; both events come, as they do in life."""
        self.revoke_token()
        self.workspace.credentials.refusal = "account_inactive"
        self.events.emit({"type": "app_uninstalled"})
