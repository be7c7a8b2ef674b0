"""`User`: a person or the bot, as the workspace knows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulator.workspace_file import AppEntry, UserEntry


@dataclass(frozen=True, slots=True)
class User:
    """`team_id` is where the account lives: another team's is external here."""

    id: str
    name: str
    real_name: str
    tz: str
    team_id: str
    is_external: bool = False
    is_guest: bool = False
    is_bot: bool = False
    deleted: bool = False

    def as_slack(self, *, now: datetime, is_stranger: bool) -> dict[str, Any]:
        """Return the user object; a deactivated one has fewer members."""
        known = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": {"real_name": self.real_name, "display_name": self.name},
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now.timestamp()),
        }
        if self.deleted:
            return known

        return {
            **known,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_offset": _offset_s(self.tz, now),
            "is_restricted": self.is_guest,
            "is_ultra_restricted": False,
            **({"is_stranger": is_stranger} if self.is_external else {}),
        }


def _offset_s(tz: str, now: datetime) -> int:
    offset = now.astimezone(ZoneInfo(tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def person(entry: UserEntry, *, team_id: str) -> User:
    """Make a person of an entry of the workspace file."""
    return User(
        id=entry.id,
        name=entry.name,
        real_name=entry.real_name,
        tz=entry.tz,
        team_id=entry.team_id or team_id,
        is_external=entry.team_id not in ("", team_id),
        is_guest=entry.is_guest,
        deleted=entry.deleted,
    )


def bot_user(app: AppEntry, *, team_id: str) -> User:
    """Make the app's bot user."""
    return User(
        id=app.bot_user_id,
        name=app.name,
        real_name=app.name.capitalize(),
        tz="America/Los_Angeles",
        team_id=team_id,
        is_bot=True,
    )
