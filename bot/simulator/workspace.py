"""`Workspace`: who and what is there, and what was said. Tells observers of changes."""

from collections.abc import Callable
from dataclasses import replace

from bot.simulator.changes import Change, ChangeKind
from bot.simulator.channels import Channel, channel
from bot.simulator.clock import Clock
from bot.simulator.credentials import Credentials
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json, Message
from bot.simulator.timeline import Timeline
from bot.simulator.users import User, bot_user, person
from bot.simulator.views import View, ViewChange, Views
from bot.simulator.workspace_file import ChannelEntry, WorkspaceFile

Observer = Callable[[Change], None]


class Workspace:
    """The state of one workspace with one app; every change goes to `observers`."""

    def __init__(self, file: WorkspaceFile, clock: Clock) -> None:
        self.team = file.team
        self.app = file.app
        self.clock = clock
        self.credentials = Credentials(file.app, clock)
        self.observers: list[Observer] = []
        self.history_page = 0
        """The most messages on a page of history; 0 leaves it to the caller."""
        self.pages_come_short = False
        """Slack may answer with less than a page, or nothing, and yet name a next."""

        self.bot = bot_user(file.app, team=file.team)
        people = [person(entry, team=file.team) for entry in file.users]
        self.users = {user.id: user for user in (*people, self.bot)}
        self.channels: dict[str, Channel] = {}
        self._ims: dict[str, str] = {}

        self.timeline = Timeline()
        self.views = Views(self._view_changed)
        for entry in file.channels:
            self.create_room(entry)

    def take_ts(self) -> str:
        return self.timeline.time_stamps.take(self.clock.now())

    # People and channels

    def user(self, user_id: str) -> User:
        """Return a person; `user_not_found` where there is none."""
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def change_user(self, user: User) -> None:
        self.users[user.id] = user
        self._publish(Change(ChangeKind.USER, self._at(), user=user))

    def is_stranger(self, user: User) -> bool:
        """An external person who shares no channel with the app."""
        both = {user.id, self.bot.id}
        return user.is_external and not any(
            both <= room.members and not room.is_im for room in self.channels.values()
        )

    def room(self, channel_id: str) -> Channel:
        """Return a channel whoever may see it; `channel_not_found` otherwise."""
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def visible_room(self, channel_id: str) -> Channel:
        """Return a channel the app may know of: a private one only as a member."""
        room = self.room(channel_id)
        if (room.is_private or room.is_im) and self.bot.id not in room.members:
            raise SlackError("channel_not_found")
        return room

    def create_room(self, entry: ChannelEntry) -> Channel:
        """Add a channel; KeyError on a member's name that nobody has."""
        ids_by_name = {user.name: user.id for user in self.users.values()}
        room = channel(entry, ids_by_name=ids_by_name)
        self.change_room(room)
        return room

    def change_room(self, room: Channel, before: Channel | None = None) -> None:
        """Put a channel in place of itself; `before` if it stood under another id."""
        before = before or self.channels.get(room.id)
        self.channels[room.id] = room
        self._publish(
            Change(ChangeKind.CHANNEL, self._at(), channel=room, channel_before=before)
        )

    def rename_room_id(self, room: Channel, new_id: str) -> Channel:
        """Give a channel a new id, as sharing it with a company may do."""
        renamed = replace(room, id=new_id)
        del self.channels[room.id]
        self.timeline.move(room.id, new_id)
        self.change_room(renamed, before=room)
        return renamed

    def im(self, user_id: str) -> Channel:
        """Return the conversation of a person and the bot, made when first needed."""
        room = self.channels.get(self._ims.get(user_id, ""))
        if room is None:
            members = frozenset({user_id, self.bot.id})
            view = self.app.agent_view
            prompts = view.suggested_prompts if view else ()
            room = Channel(
                f"D{user_id[1:]}", "", members, with_user=user_id, prompts=prompts
            )
            self._ims[user_id] = room.id
            self.change_room(room)
        return room

    def may_enter(self, user: User, room: Channel) -> bool:
        """Guests and externals see their own channels, everybody else public ones."""
        sees_public = not (user.is_guest or user.is_external)
        is_public = room.type == "public_channel"
        return user.id in room.members or (sees_public and is_public)

    def rooms_of(self, user: User) -> list[Channel]:
        """Return what a person finds in the sidebar."""
        rooms = self.channels.values()
        return [room for room in rooms if self.may_enter(user, room)]

    # Messages

    def show(self, message: Message) -> Message:
        """Store a message and let everybody who may see it."""
        self.timeline.add(message)
        kind = _kind(message, ChangeKind.MESSAGE, ChangeKind.EPHEMERAL)
        self._publish(Change(kind, self._at(), message))
        return message

    def edit(self, before: Message, after: Message) -> Message:
        """Put a message in place of itself."""
        self.timeline.put(after)
        is_private = bool(after.ephemeral_to)
        kind = (
            ChangeKind.EPHEMERAL_CHANGED if is_private else ChangeKind.MESSAGE_CHANGED
        )
        self._publish(Change(kind, self._at(), after, before))
        return after

    def delete(self, message: Message) -> None:
        """Take a message away from everybody who saw it."""
        self.timeline.remove(message)
        is_private = bool(message.ephemeral_to)
        kind = (
            ChangeKind.EPHEMERAL_DELETED if is_private else ChangeKind.MESSAGE_DELETED
        )
        self._publish(Change(kind, self._at(), message, message))

    # Views and changes

    def describe_view(self, view: View) -> Json:
        """Return the view object; its `team_id` is its reader's, maybe another's."""
        is_org_wide = self.credentials.is_org_wide
        return view.as_slack(
            team_id=self.users[view.user].team_id,
            app_id=self.app.id,
            bot_id=self.app.bot_id,
            installed_in=self.team.enterprise_id if is_org_wide else self.team.id,
        )

    def _view_changed(self, change: ViewChange, view: View) -> None:
        self._publish(Change(ChangeKind(change), self._at(), view=view))

    def _at(self) -> float:
        return self.clock.now().timestamp()

    def _publish(self, change: Change) -> None:
        for observer in self.observers:
            observer(change)


def _kind(message: Message, public: ChangeKind, private: ChangeKind) -> ChangeKind:
    return private if message.ephemeral_to else public
