"""`Channel`: a public or private channel, or a direct conversation with the bot."""

from dataclasses import dataclass
from typing import Any

from bot.simulator.workspace_file import ChannelEntry, Prompt


@dataclass(frozen=True, slots=True)
class Channel:
    """`with_user` is the person on the other side of a DM, empty in channels.

    `refuses` is the error that posting here answers, such as `restricted_action`.
    `prompts` are what an agent suggests in a DM.
    """

    id: str
    name: str
    members: frozenset[str]
    topic: str = ""
    with_user: str = ""
    is_private: bool = False
    is_mpim: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    refuses: str = ""
    prompts: tuple[Prompt, ...] = ()
    prompts_title: str = ""

    @property
    def is_im(self) -> bool:
        return bool(self.with_user)

    @property
    def type(self) -> str:
        """The word of the `types` argument."""
        if self.is_im:
            return "im"
        if self.is_mpim:
            return "mpim"
        return "private_channel" if self.is_private else "public_channel"

    @property
    def scope_family(self) -> str:
        """The word scopes start with: `channels:history`, `groups:read`, `im:read`."""
        families = {"im": "im", "mpim": "mpim", "private_channel": "groups"}
        return families.get(self.type, "channels")

    @property
    def event_type(self) -> str:
        """What events call the kind of channel in `channel_type`."""
        types = {"im": "im", "mpim": "mpim", "private_channel": "group"}
        return types.get(self.type, "channel")

    def as_slack(self, *, viewer: str, team_id: str) -> dict[str, Any]:
        """Return the conversation object; a DM has its own, smaller one."""
        if self.is_im:
            return {
                "id": self.id,
                "is_im": True,
                "user": self.with_user,
                "is_archived": self.is_archived,
                "context_team_id": team_id,
            }

        return {
            "id": self.id,
            "name": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private and not self.is_mpim,
            "is_im": False,
            "is_mpim": self.is_mpim,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_general": self.name == "general",
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_pending_ext_shared": self.is_pending_ext_shared,
            "is_member": viewer in self.members,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "context_team_id": team_id,
        }


def channel(entry: ChannelEntry, *, ids_by_name: dict[str, str]) -> Channel:
    """Make a channel of an entry of the workspace file; KeyError on unknown names."""
    return Channel(
        id=entry.id,
        name=entry.name,
        members=frozenset(ids_by_name[name] for name in entry.members),
        topic=entry.topic,
        is_private=entry.is_private or entry.is_mpim,
        is_mpim=entry.is_mpim,
        is_archived=entry.is_archived,
        is_ext_shared=entry.is_ext_shared,
        is_pending_ext_shared=entry.is_pending_ext_shared,
        refuses=entry.refuses,
    )
