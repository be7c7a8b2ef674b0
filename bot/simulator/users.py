"""`User`: a person or the bot, as the workspace knows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.simulator.workspace_file import AppEntry, Team, UserEntry


@dataclass(frozen=True, slots=True)
class User:
    """`team_id` is where the account lives: another team's is external here."""

    id: str
    name: str
    real_name: str
    tz: str
    team_id: str
    enterprise_id: str = ""
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
            **self._enterprise_user(),
        }

    def _enterprise_user(self) -> dict[str, Any]:
        """Return what only people of an organisation have."""
        if not self.enterprise_id:
            return {}
        person = {"id": self.id, "enterprise_id": self.enterprise_id}
        return {"enterprise_user": {**person, "teams": [self.team_id]}}


def _offset_s(tz: str, now: datetime) -> int:
    offset = now.astimezone(ZoneInfo(tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def person(entry: UserEntry, *, team: Team) -> User:
    """Make a person of an entry of the workspace file."""
    is_external = entry.team_id not in ("", team.id)
    return User(
        id=entry.id,
        name=entry.name,
        real_name=entry.real_name,
        tz=entry.tz,
        team_id=entry.team_id or team.id,
        enterprise_id=entry.enterprise_id if is_external else team.enterprise_id,
        is_external=is_external,
        is_guest=entry.is_guest,
        deleted=entry.deleted,
    )


def bot_user(app: AppEntry, *, team: Team) -> User:
    """Make the app's bot user."""
    return User(
        id=app.bot_user_id,
        name=app.name,
        real_name=app.name.capitalize(),
        tz="America/Los_Angeles",
        team_id=team.id,
        enterprise_id=team.enterprise_id,
        is_bot=True,
    )
